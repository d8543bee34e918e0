"""What a text is about: general claims told in other words than their keywords, and texts about another matter."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN = "veltia-controls-morvin"
RIVER, COUNT = "orvex-poisoned-river", "count-was-rigged"

# A keyword stands for the words that say the same, its nouns and verbs among them; not for any that look alike.
SAME: list[Row] = [
    ("en", "Orvex dumped solvents into the Delma, the River Agency said.", [f"{RIVER} river-agency affirms"]),
    ("en", "Orvex drove lorries along the Delma, the River Agency said.", []),
    ("en", "Orvex said that nothing had seeped into the Delma.", [f"{RIVER} orvex denies"]),
    ("en", "The poll was stolen, the Blue Union said.", [f"{COUNT} blue-union affirms"]),
    ("fr", "Orvex a souillé la Delma, affirme l'Agence du fleuve.", [f"{RIVER} river-agency affirms"]),
    ("fr", "Orvex a longé la Delma, affirme l'Agence du fleuve.", []),
    ("fr", "Le scrutin est une escroquerie, affirme l'Union bleue.", [f"{COUNT} blue-union affirms"]),
    ("uk", "«Орвекс» скидав розчинник у Дельму, заявило Річкове агентство.", [f"{RIVER} river-agency affirms"]),
    ("uk", "«Орвекс» возив розчинник уздовж Дельми, заявило Річкове агентство.", []),
    ("uk", "Голосування вкрали, заявив Синій союз.", [f"{COUNT} blue-union affirms"]),
    ("ru", "«Орвекс» сбрасывал растворитель в Дельму, заявило Речное агентство.", [f"{RIVER} river-agency affirms"]),
    ("ru", "«Орвекс» возил растворитель вдоль Дельмы, заявило Речное агентство.", []),
    ("ru", "Голосование украли, заявил Синий союз.", [f"{COUNT} blue-union affirms"]),
]

# Where a text names what another claim is about and nothing that this one names, its river is another river.
NAMED: list[Row] = [
    ("en", "Morvin is short of water. The River Agency said that a leak had reached the river.", []),
    ("en", "The River Agency said that a leak had reached the river.", [f"{RIVER} river-agency affirms"]),
    (
        "en",
        "Morvin gets water from the Delma. The River Agency said that a leak had reached the river.",
        [f"{RIVER} river-agency affirms"],
    ),
    ("fr", "Morvin manque d'eau. Une fuite a atteint la rivière, affirme l'Agence du fleuve.", []),
    ("fr", "Une fuite a atteint la rivière, affirme l'Agence du fleuve.", [f"{RIVER} river-agency affirms"]),
    ("uk", "У Морвіні бракує води. Річкове агентство заявило про витік у річку.", []),
    ("uk", "Річкове агентство заявило про витік у річку.", [f"{RIVER} river-agency affirms"]),
    ("ru", "В Морвине не хватает воды. Речное агентство заявило об утечке в реку.", []),
    ("ru", "Речное агентство заявило об утечке в реку.", [f"{RIVER} river-agency affirms"]),
]

ALL = SAME + NAMED


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:60]}" for row in ALL])
def test_a_matter_is_met_in_other_words_and_told_from_another(lang: str, words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)
