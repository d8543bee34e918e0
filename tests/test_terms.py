"""The rule held here: forms of one word, and a name in two scripts, have a term in common; other words have none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.reading.terms import LONGEST_TERM, excerpt_words, find_terms, find_words, is_near, mark_words

# What is written in a text, in which language, and what somebody types, in whatever language.
MEET = [
    ("Покровську", "uk", "Pokrovsk"),
    ("Покровськ", "uk", "покровск"),
    ("Покровском", "ru", "Pokrovsk"),
    ("Pokrovsk", "fr", "Покровську"),
    ("Красноармейска", "ru", "Krasnoarmeisk"),
    ("Koupiansk", "fr", "Куп'янськ"),
    ("Куп’янська", "uk", "Kupyansk"),
    ("Kupiansk", "en", "Купянске"),
    ("Авдіївку", "uk", "Avdiivka"),
    ("Авдіївці", "uk", "авдіївці"),
    ("Зеленського", "uk", "Zelenskyy"),
    ("Zelensky", "en", "Зеленский"),
    ("Путину", "ru", "Putin"),
    ("Poutine", "fr", "poutine"),
    ("Сирський", "uk", "Сырского"),
    ("Сирським", "uk", "Syrskyi"),
    ("Гостомелі", "uk", "Hostomel"),
    ("Гостомеля", "ru", "Gostomel"),
    ("Crimée", "fr", "Crimee"),
    ("Крим", "uk", "Crimea"),
    ("captured", "en", "capture"),
    ("l'armée", "fr", "armées"),
    ("войну", "ru", "война"),
    ("війну", "uk", "війна"),
    ("ciudades", "es", "ciudad"),
    ("contamination", "fr", "CONTAMINATIONS"),
    ("ёлка", "ru", "елка"),
    ("Ukraine's", "en", "ukraine"),
    ("St. Malo", "fr", "malo"),
    ("70", "en", "70"),
]
APART = [
    ("Покровську", "uk", "Покровка"),
    ("Kherson", "en", "Kharkiv"),
    ("війна", "uk", "вікно"),
    ("fire", "en", "firm"),
    ("Toretsk", "en", "Torez"),
]


@pytest.mark.parametrize(("written", "lang", "sought"), MEET)
def test_forms_of_a_word_meet(written: str, lang: str, sought: str) -> None:
    assert set(find_terms(written, lang)) & set(find_terms(sought))


@pytest.mark.parametrize(("written", "lang", "sought"), APART)
def test_other_words_stay_apart(written: str, lang: str, sought: str) -> None:
    assert not set(find_terms(written, lang)) & set(find_terms(sought))


def test_words_that_say_nothing_are_not_looked_for() -> None:
    assert find_terms("the of and", "en") == ()
    assert find_terms("!?.,-", "") == ()


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("pokrovsk", "pokrovks", True),
        ("pokrovsk", "pokrovk", True),
        ("pokrovsk", "pakrofsk", True),
        ("pokrovsk", "pakrofsc", False),
        ("putin", "puten", True),
        ("putin", "pitun", False),
        ("kiev", "kyev", False),
        ("kiev", "kiev", True),
    ],
)
def test_how_many_slips_a_word_may_have_depends_on_its_length(one: str, other: str, near: bool) -> None:
    assert is_near(one, other) is near
    assert is_near(other, one) is near


def test_found_words_are_marked_where_they_stand() -> None:
    runs = mark_words("Бої за Покровськ: у Покровську тихо.", "uk", find_terms("Pokrovsk"))
    assert [(run.text, run.found) for run in runs] == [
        ("Бої за ", False),
        ("Покровськ", True),
        (": у ", False),
        ("Покровську", True),
        (" тихо.", False),
    ]


def test_an_excerpt_holds_the_word_found_far_into_a_text() -> None:
    text = "début " * 300 + "la chute de Pokrovsk " + "fin " * 300
    runs = excerpt_words(text, "fr", find_terms("Покровська"), 120)
    assert [run.text for run in runs if run.found] == ["Pokrovsk"]
    assert sum(len(run.text) for run in runs) <= 124
    assert runs[0].text.startswith("… ") and runs[-1].text.endswith(" …")


@given(st.text(max_size=200), st.sampled_from(["", "en", "fr", "es", "ru", "uk", "de"]))
def test_any_text_is_cut_into_words_where_they_stand(text: str, lang: str) -> None:
    words = list(find_words(text, lang))
    for word in words:
        assert 0 <= word.start < word.end <= len(text)
        assert all(0 < len(term) <= LONGEST_TERM for term in word.terms)
    assert all(a.end <= b.start for a, b in pairwise(words))
    assert "".join(run.text for run in mark_words(text, lang, find_terms(text, lang))) == text
