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

# Who says the same takes the stance of whom he joins; the same day is no stance, the same of one's own is another.
JOINED: list[Row] = [
    (
        "en",
        "Veltia said it had captured Morvin. FrontWatch says the same.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch affirms"],
    ),
    (
        "en",
        "Veltia said it had captured Morvin. FrontWatch wrote the same day about the weather.",
        [f"{MORVIN} veltia affirms"],
    ),
    (
        "fr",
        "La Veltie a annoncé la prise de Morvin. FrontWatch dit la même chose.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch affirms"],
    ),
    (
        "uk",
        "Вельтія заявила, що захопила Морвін. FrontWatch пише те саме.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch affirms"],
    ),
    (
        "uk",
        "Вельтія заявила, що захопила Морвін. FrontWatch пише те саме про свої мапи.",
        [f"{MORVIN} veltia affirms"],
    ),
    (
        "ru",
        "Вельтия заявила, что захватила Морвин. FrontWatch пишет то же самое.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch affirms"],
    ),
]

# Part of a town under somebody leaves it open, all of it does not.
SHARES: list[Row] = [
    ("en", "FrontWatch reports two thirds of Morvin under the Veltians.", [f"{MORVIN} frontwatch unsettled"]),
    ("uk", "FrontWatch пише: близько 70 відсотків Морвіна під вельтійцями.", [f"{MORVIN} frontwatch unsettled"]),
    ("uk", "FrontWatch пише: Морвін під вельтійцями.", [f"{MORVIN} frontwatch affirms"]),
    ("uk", "Вельтія пише, що взяла вже пів міста Морвін.", [f"{MORVIN} veltia unsettled"]),
    ("ru", "FrontWatch пишет: около 70 процентов Морвина под вельтийцами.", [f"{MORVIN} frontwatch unsettled"]),
    ("ru", "FrontWatch пишет: Морвин под вельтийцами.", [f"{MORVIN} frontwatch affirms"]),
]

# A negation of what is set against something else is not the predicate's.
SET_APART: list[Row] = [
    ("ru", "Синий союз заявил: голоса на выборах украли не у партии, а у людей.", [f"{COUNT} blue-union affirms"]),
    ("ru", "Синий союз заявил: голоса на выборах не украли, а сосчитали.", [f"{COUNT} blue-union denies"]),
    ("uk", "Синій союз заявив: голоси на виборах вкрали не в партії, а в людей.", [f"{COUNT} blue-union affirms"]),
    ("uk", "Синій союз заявив: голоси на виборах не вкрали, а порахували.", [f"{COUNT} blue-union denies"]),
    (
        "en",
        "The Blue Union said the election was stolen not from a party but from us all.",
        [f"{COUNT} blue-union affirms"],
    ),
    ("en", "The Blue Union said the election was not stolen but won.", [f"{COUNT} blue-union denies"]),
    (
        "fr",
        "L'Union bleue affirme que le scrutin a été volé, et non à un parti, mais à tous.",
        [f"{COUNT} blue-union affirms"],
    ),
    ("fr", "L'Union bleue affirme que le scrutin n'a pas été volé, mais gagné.", [f"{COUNT} blue-union denies"]),
]

# What was said before gives way to what is said now; that it cannot be said is no yes.
BEFORE: list[Row] = [
    (
        "en",
        "Days after announcing that it had captured Morvin, Veltia says there is fighting in Morvin.",
        [f"{MORVIN} veltia unsettled"],
    ),
    (
        "en",
        "It would be wrong to say now whether Orvex has polluted the Delma, the River Agency said.",
        [f"{RIVER} river-agency unsettled"],
    ),
    (
        "ru",
        "Спорить о том, загрязнил ли завод Дельму, рано, заявило Речное агентство.",
        [f"{RIVER} river-agency unsettled"],
    ),
    (
        "uk",
        "Сперечатися, чи забруднив завод Дельму, зарано, заявило Річкове агентство.",
        [f"{RIVER} river-agency unsettled"],
    ),
    (
        "fr",
        "Il serait imprudent d'affirmer que l'usine a pollué la Delma, dit l'Agence du fleuve.",
        [f"{RIVER} river-agency unsettled"],
    ),
]

ALL = SAME + NAMED + JOINED + SHARES + SET_APART + BEFORE


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:60]}" for row in ALL])
def test_a_matter_is_met_in_other_words_and_told_from_another(lang: str, words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)
