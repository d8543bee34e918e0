"""Who says it where no name stands beside the verb: classes of wording, each where it counts and where it must not."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN, RIVER = "veltia-controls-morvin", "orvex-poisoned-river"
TAKEN, HELD = f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"
POISONED = f"{RIVER} blue-union affirms"

# A relative clause is about the party right before it, whatever that is in its own clause, but for one with a subject.
TOLD_OF: list[Row] = [
    ("en", "The report came from Veltia, which said it had captured Morvin.", [TAKEN]),
    ("en", "Reporters spoke to Ada Brandt, who said Morvin was still under Norlandic control.", [HELD]),
    ("en", "Reporters spoke to Ada Brandt, who residents say has lost Morvin.", []),
    ("fr", "On attendait la réponse du Norland, qui a démenti la prise de Morvin.", [HELD]),
    ("fr", "On attendait la réponse du Norland, dont un riverain disait qu'il avait perdu Morvin.", []),
    ("ru", "Сообщение пришло от Минобороны Вельтии, которое утверждает, что Морвин взят.", [TAKEN]),
    ("ru", "Слово дали Брандт, которую жители спросили, взят ли Морвин.", []),
    ("uk", "Повідомлення надійшло від Міноборони Вельтії, яке заявило, що її війська взяли Морвін.", [TAKEN]),
    ("uk", "Слово дали Брандт, яку мешканці запитали, чи взято Морвін.", []),
]

# An office or paper with a possessive is of whoever was spoken of; one of somebody else's name is not.
THEIRS: list[Row] = [
    ("en", "The Blue Union met on Monday. Its June report says the plant polluted the Delma.", [POISONED]),
    ("en", "The Blue Union met on Monday. A newspaper report says the plant polluted the Delma.", []),
    ("fr", "L'Union bleue s'est réunie lundi. Ses chefs assurent que l'usine a pollué la Delma.", [POISONED]),
    ("fr", "L'Union bleue s'est réunie lundi. Son rapport conclut que l'usine a pollué la Delma.", [POISONED]),
    ("fr", "L'Union bleue s'est réunie lundi. Un rapport de Delft conclut que l'usine a pollué la Delma.", []),
    ("ru", "Синий союз собрался в понедельник. Его вывод: завод загрязнил Дельму.", [POISONED]),
    ("ru", "Синий союз собрался в понедельник. В его докладе говорится, что завод загрязнил Дельму.", [POISONED]),
    ("ru", "Синий союз собрался в понедельник. В докладе Дельфта говорится, что завод загрязнил Дельму.", []),
    ("uk", "Синій союз зібрався в понеділок. У його звіті йдеться, що завод забруднив Дельму.", [POISONED]),
    ("uk", "Синій союз зібрався в понеділок. Завод забруднив Дельму, випливає з його звіту.", [POISONED]),
    ("uk", "Синій союз зібрався в понеділок. Завод забруднив Дельму, випливає зі звіту Дельфта.", []),
]

# "The statement said" is whoever's statement was spoken of just before.
PAPERS: list[Row] = [
    ("en", "The Veltian Defence Ministry issued a statement. The statement said Morvin had been captured.", [TAKEN]),
    ("en", "The Veltian Defence Ministry issued a statement. A leaked letter said Morvin had been captured.", []),
    ("fr", "La Veltie a publié un communiqué. « Morvin est prise », martèle le communiqué.", [TAKEN]),
    ("fr", "La Veltie a publié un communiqué. « Morvin est prise », martèle un tweet de Delft.", []),
    ("ru", "Минобороны Вельтии выпустило утреннюю сводку. В сводке сказано, что Морвин взят.", [TAKEN]),
    ("ru", "Минобороны Вельтии выпустило утреннюю сводку. В газете сказано, что Морвин взят.", []),
    ("uk", "Міноборони Вельтії випустило ранкове зведення. У зведенні сказано, що Морвін узято.", [TAKEN]),
    ("uk", "Міноборони Вельтії випустило ранкове зведення. У газеті сказано, що Морвін узято.", []),
]

# A person "of X" speaks for the body X, there and further on; a person of a country is only somebody from there.
PEOPLE: list[Row] = [
    ("en", "Jane Doe, on behalf of the Blue Union, insists the plant polluted the Delma.", [POISONED]),
    ("en", "Jane Doe of the Blue Union met reporters. The plant polluted the Delma, Doe said.", [POISONED]),
    ("en", "Jane Doe of Norland met reporters. Morvin has not fallen, Doe said.", []),
    ("fr", "Jeanne Vost, de l'Union bleue, soutient que l'usine a pollué la Delma.", [POISONED]),
    ("fr", "Jeanne Vost (Union bleue) a reçu la presse. L'usine a pollué la Delma, a dit Mme Vost.", [POISONED]),
    ("fr", "Jeanne Vost, de Delft, soutient que l'usine a pollué la Delma.", []),
    ("ru", "Иван Левко из Синего союза встретился с прессой. Завод загрязнил Дельму, сказал Левко.", [POISONED]),
    ("ru", "Иван Левко из Норландии встретился с прессой. Морвин не взят, сказал Левко.", []),
    ("uk", "Пані Левко з FrontWatch наполягає: Морвін узято.", [f"{MORVIN} frontwatch affirms"]),
    ("uk", "Пані Левко з Норландії наполягає: Морвін не взято.", []),
]

# A verb without a subject goes on with whoever was spoken of; in the plural it is anybody's.
ELLIPSIS: list[Row] = [
    ("ru", "Брандт вышла к журналистам. Сказала коротко: Морвин по-прежнему под контролем Норландии.", [HELD]),
    ("ru", "Брандт вышла к журналистам. Морвин, говорит, удерживают норландские войска.", [HELD]),
    ("ru", "Брандт вышла к журналистам. Морвин, говорят, удерживают норландские войска.", []),
    ("uk", "Брандт вийшла до журналістів. Додала, що Морвін утримують норландські війська.", [HELD]),
    ("uk", "Брандт вийшла до журналістів. Кажуть, що Морвін утримують норландські війська.", []),
    (
        "en",
        "Brandt was tired. She laid down the map and conceded that Morvin had fallen.",
        [f"{MORVIN} norland affirms"],
    ),
    ("en", "Brandt was tired. She laid down the map and residents conceded that Morvin had fallen.", []),
    (
        "fr",
        "Brandt était lasse. Elle a posé la carte et a reconnu que Morvin était prise.",
        [f"{MORVIN} norland affirms"],
    ),
    ("fr", "Brandt était lasse. Elle a posé la carte et les riverains ont reconnu que Morvin était prise.", []),
]

# A question that only names somebody turns to him: what follows is his.
TURNED_TO: list[Row] = [
    ("fr", "Et l'Union bleue ? Un journal l'a interrogée. L'usine, insiste-t-elle, a pollué la Delma.", [POISONED]),
    ("fr", "Que savait alors l'Union bleue de tout cela ? Rien. L'usine, insiste-t-elle, a pollué la Delma.", []),
]

# Where a word came from may stand in the next sentence.
SOURCES: list[Row] = [
    ("en", "The plant has polluted the Delma. The accusation comes from the Blue Union.", [POISONED]),
    ("en", "The plant has polluted the Delma. The river comes from the hills.", []),
    ("fr", "« Morvin est prise. » L'affirmation émane de la Veltie.", [TAKEN]),
    ("fr", "« Morvin est prise. » L'odeur émane de la Veltie.", []),
    ("ru", "Завод загрязнил Дельму. С таким заявлением выступил Синий союз.", [POISONED]),
    ("ru", "Завод загрязнил Дельму. С песнями выступил Синий союз.", []),
    ("uk", "Морвін узято. Джерело: Міноборони Вельтії.", [TAKEN]),
    ("uk", "Морвін узято. Погода: дощ у Вельтії.", []),
]

# A headline may be signed.
SIGNED: list[Row] = [
    ("en", "Plant polluted the Delma - Blue Union", [POISONED]),
    ("en", "Plant polluted the Delma - Blue Union split", []),
    ("fr", "L'usine a pollué la Delma (Union bleue)", [POISONED]),
    ("ru", "Завод загрязнил Дельму — Синий союз", [POISONED]),
    ("ru", "Завод загрязнил Дельму — позор", []),
    ("uk", "Завод забруднив Дельму, — Синій союз", [POISONED]),
    ("uk", "Завод забруднив Дельму, — ганьба", []),
]

# An interview is told by its lines: labelled, or in pairs under each other; the guest's "we" is his own.
INTERVIEWS: list[Row] = [
    (
        "fr",
        "Ada Brandt : « Je tiens le compte »\n\nElle reçoit à Tolmar.\n\nEt Morvin ?\nMorvin n'est pas tombée.\n\n"
        "Et l'hiver ?\nIl sera long.\n\nEt vous ?\nJe me tais.",
        [HELD],
    ),
    (
        "fr",
        "Ada Brandt : « Je tiens le compte »\n\nElle reçoit à Tolmar.\n\nLe vent souffle.\nMorvin n'est pas tombée.\n\n"
        "L'hiver vient.\nIl sera long.\n\nLa nuit tombe.\nOn se tait.",
        [],
    ),
    (
        "en",
        "Ada Brandt on winter\n\nQ: Has Morvin fallen?\nA: Morvin has not fallen.\n\nQ: And winter?\nA: Long."
        "\n\nQ: Tired?\nA: Yes.",
        [HELD],
    ),
]

ALL = TOLD_OF + THEIRS + PAPERS + PEOPLE + ELLIPSIS + TURNED_TO + SOURCES + SIGNED + INTERVIEWS


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:60]}" for row in ALL])
def test_a_text_says_who_says_it(lang: str, words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    found = sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements)
    assert found == sorted(expected)
