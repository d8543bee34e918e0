"""A pair for each class of wording, mostly in languages with cases: what says it, beside what looks alike."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN, KARSK = "veltia-controls-morvin", "veltia-controls-karsk"
RIVER, COUNT = "orvex-poisoned-river", "count-was-rigged"

# To leave and to remain, to lose a town and to lose men, to take a town and to take the floor.
HOMONYMS: list[Row] = [
    ("uk", "Вельтія захопила Карськ, визнали в Генштабі Норландії.", [f"{KARSK} norland affirms"]),
    ("uk", "Норландські війська залишили Карськ, повідомляє FrontWatch.", [f"{KARSK} frontwatch affirms"]),
    ("uk", "Морвін залишається норландським, повідомляє FrontWatch.", [f"{MORVIN} frontwatch denies"]),
    ("uk", "Вельтія втратила під Морвіном двісті солдатів, повідомила Брандт.", []),
    ("uk", "Морвін узято в облогу, повідомляє FrontWatch.", []),
    ("ru", "Морвин взят в кольцо, сообщает FrontWatch.", []),
    ("ru", "Норландские войска оставили Карск, сообщает FrontWatch.", [f"{KARSK} frontwatch affirms"]),
    ("ru", "Морвин остаётся норландским, сообщает FrontWatch.", [f"{MORVIN} frontwatch denies"]),
]

# A quotation over several sentences, or broken by its speaker, is one man's.
QUOTED: list[Row] = [
    ("uk", "«Ворог зазнає втрат. Морвін ми утримуємо. Усе спокійно», — сказала Брандт.", [f"{MORVIN} norland denies"]),
    ("uk", "«Тут неспокійно, — каже Брандт. — Морвін ми утримуємо».", [f"{MORVIN} norland denies"]),
    ("ru", "«Враг несёт потери. Морвин мы удерживаем. Всё спокойно», — сказала Брандт.", [f"{MORVIN} norland denies"]),
    ("en", '"They lost many. We hold Morvin. All is quiet," Ada Brandt said.', [f"{MORVIN} norland denies"]),
]

# Whom the text introduces by his office he speaks for, by his name alone too.
INTRODUCED: list[Row] = [
    (
        "uk",
        "Брифінг провів речник вельтійських військ Олег Мельник. Погода була ясна. «Морвін узято», — сказав Мельник.",
        [f"{MORVIN} veltia affirms"],
    ),
    ("uk", "Брифінг провів інженер Олег Мельник. Погода була ясна. «Морвін узято», — сказав Мельник.", []),
    (
        "ru",
        "Иван Грич, полковник норландских войск, вышел к прессе. Было тихо. Грич сказал: Морвин держится.",
        [f"{MORVIN} norland denies"],
    ),
    (
        "en",
        "Colonel Jane Harl, a spokeswoman for the Veltian army, arrived late. It rained. Harl said Morvin had fallen.",
        [f"{MORVIN} veltia affirms"],
    ),
]

# A word that says the contrary of a keyword denies; what is put only further off in the text is still the topic.
CONTRARY: list[Row] = [
    (
        "uk",
        "Підстав казати, що завод забруднив річку, бракує, заявило Річкове агентство.",
        [f"{RIVER} river-agency unsettled"],
    ),
    ("ru", "Орвекс назвал сообщения о рыбе, отравленной в реке, «фантазиями».", [f"{RIVER} orvex denies"]),
    ("uk", "Річка Дельма чиста, запевнили в «Орвексі».", [f"{RIVER} orvex denies"]),
    ("ru", "Подсчёт голосов был честным, заявила Избирательная комиссия.", [f"{COUNT} electoral-board denies"]),
    ("uk", "Витоку в річку не було, заявили в «Орвексі».", [f"{RIVER} orvex denies"]),
    ("uk", "Річкове агентство встановило: річку отруїв завод.", [f"{RIVER} river-agency affirms"]),
]

# Who speaks is named behind a quotation, instead of another, or in the sentence that takes it up.
SPEAKERS: list[Row] = [
    (
        "ru",
        "В Речном агентстве считают иначе: организация опросила соседей и пришла к выводу, что завод загрязнил реку.",
        [f"{RIVER} river-agency affirms"],
    ),
    ("ru", "Организация опросила соседей и пришла к выводу, что завод загрязнил реку.", []),
    ("uk", "«Морвін узято повністю», — усміхається Орлов.", [f"{MORVIN} veltia affirms"]),
    ("ru", "О взятии Морвина сообщила не Норландия, а Вельтия.", [f"{MORVIN} veltia affirms"]),
    ("uk", "Річку отруїв завод. Такого висновку дійшло Річкове агентство.", [f"{RIVER} river-agency affirms"]),
    ("ru", "Реку отравил завод. К такому выводу пришло Речное агентство.", [f"{RIVER} river-agency affirms"]),
    (
        "uk",
        "Попри заяви Вельтії про взяття Морвіна, місто утримують норландські війська, пише FrontWatch.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch denies"],
    ),
]

# What is left open may be told by an infinitive, by "or not", by a clause that asks; "cannot but" leaves nothing open.
OPEN: list[Row] = [
    (
        "ru",
        "Оснований утверждать, что завод загрязнил реку, нет, заявило Речное агентство.",
        [f"{RIVER} river-agency unsettled"],
    ),
    (
        "uk",
        "Отруїв завод річку чи ні, сказати важко, заявило Річкове агентство.",
        [f"{RIVER} river-agency unsettled"],
    ),
    ("uk", "Річкове агентство не береться стверджувати, чи отруїв завод річку.", [f"{RIVER} river-agency unsettled"]),
    ("ru", "Речное агентство сказало, что не может не подтвердить утечку в реку.", [f"{RIVER} river-agency affirms"]),
    ("ru", "Речное агентство сказало, что не может подтвердить утечку в реку.", [f"{RIVER} river-agency unsettled"]),
]

# Where it was said does not say it, a cited source does; a lone "however" parts nobody from his verb.
CARRIED: list[Row] = [
    (
        "ru",
        "Речное агентство, впрочем, в своём вчерашнем отчёте пишет, что завод загрязнил реку.",
        [f"{RIVER} river-agency affirms"],
    ),
    ("ru", "Морвин взят, пишет журнал со ссылкой на Орлова.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Выступил Орлов. Морвин взят, говорил он в Генштабе Норландии.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Орлов сообщил о боях. Норландские войска, по его словам, оставили Морвин.", [f"{MORVIN} veltia affirms"]),
    ("uk", "Аналітики FrontWatch фарбують Морвін червоним.", [f"{MORVIN} frontwatch affirms"]),
]

# A verb of how it is said is one of saying; a resident or a retired colonel speaks for nobody.
MANNERS: list[Row] = [
    ("ru", "Брандт вышла к прессе. Морвин мы удерживаем, шепнула она.", [f"{MORVIN} norland denies"]),
    ("uk", "Морвін окуповано, зітхнула Брандт.", [f"{MORVIN} norland affirms"]),
    ("uk", "Морвін окуповано, зітхнула мешканка.", []),
    ("ru", "Вельтия молчит. Морвин взят, сказал полковник Иван Зич.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Вельтия молчит. Морвин взят, сказал полковник запаса Иван Зич.", []),
]

# The land around a town is not the town.
AROUND: list[Row] = [
    ("uk", "Окремо про Морвін. На Морвінському напрямку за добу відбито шість атак, сказала Брандт.", []),
    ("uk", "Окремо про Морвін. За добу тут відбито шість атак, сказала Брандт.", [f"{MORVIN} norland denies"]),
]

# Where question and answer take turns behind dashes, the answers are the guest's.
TURNS: list[Row] = [
    (
        "uk",
        "Брандт приймає нас.\n— Кажуть, Морвін узято?\n— Ні. Морвін ми утримуємо.\n— А Карськ?\n— Карськ ми залишили.",
        [f"{MORVIN} norland denies", f"{KARSK} norland affirms"],
    ),
]

# A town taken by the side that is not its holder; men or a gate lost that are no town.
SIDES: list[Row] = [
    ("uk", "Морвін звільнено, повідомила Брандт.", [f"{MORVIN} norland denies"]),
    ("uk", "Морвін окуповано, визнала Брандт.", [f"{MORVIN} norland affirms"]),
    ("uk", "Наших військ у Морвіні вже немає, сказала Брандт.", [f"{MORVIN} norland affirms"]),
    ("ru", "Наших войск в Морвине больше нет, сказала Брандт.", [f"{MORVIN} norland affirms"]),
]

ALL = HOMONYMS + QUOTED + INTRODUCED + CONTRARY + SPEAKERS + TURNS + SIDES + OPEN + CARRIED + MANNERS + AROUND


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:60]}" for row in ALL])
def test_a_wording_in_an_inflected_language_is_told_from_what_looks_alike(
    lang: str, words: str, expected: list[str]
) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)
