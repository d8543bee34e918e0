"""A known name is known in all its cases, whether or not a dictionary has ever heard of it; a keyword in its family."""

import pytest

from claims.reading.folding import fold_word
from claims.reading.forms import name_forms
from claims.reading.keywords import contraries, wordings
from claims.reading.lexicon import load_lexicon
from claims.reading.topics import drafted

NAMES = [
    ("ru", "Сардовия", "сардовии сардовию сардовией"),
    ("ru", "Остра", "остры остре остру острой"),
    ("ru", "Вос", "воса восу восом"),
    ("ru", "Велунь", "велуни велунью велуня"),
    ("ru", "Ива Тарн", "ивы тарн"),
    ("ru", "Министерство обороны", "министерства обороны"),
    ("uk", "Виборча комісія", "виборчої комісії"),
    ("uk", "Державна служба", "державної служби"),
    ("uk", "Олена Іваненко", "олени іваненко"),
    ("uk", "Зелений список", "зеленого списку"),
    ("uk", "Велунь", "велуні велуня"),
    ("fr", "la Veltie", "veltie"),
    ("en", "the Veltian army", "veltian army"),
]


@pytest.mark.parametrize(("lang", "name", "forms"), NAMES, ids=[f"{n[0]}: {n[1]}" for n in NAMES])
def test_a_name_is_declined(lang: str, name: str, forms: str) -> None:
    wanted = {forms} if " " in name else set(forms.split())
    assert wanted <= set(name_forms(name, lang))


@pytest.mark.parametrize(("lang", "name"), [("ru", "МИД"), ("uk", "Міноборони"), ("ru", "Оксфам UK")])
def test_what_does_not_decline_has_no_odd_forms(lang: str, name: str) -> None:
    assert all(len(form) <= len(name) + 3 for form in name_forms(name, lang))
    assert len(name_forms("МИД", "ru")) == 1


@pytest.mark.parametrize(
    ("lang", "sentence", "groups"),
    [
        ("en", "Veltia blew up the Karsk dam.", [("Veltia",), ("blew",), ("Karsk",), ("dam",)]),
        ("en", "The bakers' strike in Morvin is over.", [("bakers",), ("strike",), ("Morvin",), ("over",)]),
        ("fr", "L'usine de l'Ondre a fait sauter la digue.", [("usine",), ("Ondre",), ("sauter",), ("digue",)]),
    ],
)
def test_keywords_are_drafted_from_what_a_sentence_says(
    lang: str, sentence: str, groups: list[tuple[str, ...]]
) -> None:
    assert drafted(sentence, load_lexicon(lang)) == tuple(groups)


@pytest.mark.parametrize(
    ("lang", "keyword", "kin", "contrary"),
    [
        ("en", "rig", "rigged", "fair"),
        ("en", "break", "broken", "respect"),
        ("en", "evade", "evasion", ""),
        ("fr", "rompre", "rupture", "respecter"),
        ("fr", "truquer", "truquage", "sincère"),
    ],
)
def test_a_keyword_stands_for_its_family_and_against_its_contrary(
    lang: str, keyword: str, kin: str, contrary: str
) -> None:
    lexicon = load_lexicon(lang)
    stems = wordings([fold_word(keyword)], lexicon)
    assert (lexicon.stem(fold_word(kin)),) in stems
    against = contraries([fold_word(keyword)], lexicon)
    assert not contrary or (lexicon.stem(fold_word(contrary)),) in against
    assert not set(stems) & set(against)
