"""Whose deed is denied, and which words a denial reaches: pairs for what once read as its contrary."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN, KARSK = "veltia-controls-morvin", "veltia-controls-karsk"
TAKEN, HELD = f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"
DISPUTED = [HELD, TAKEN]
ADMITTED = f"{MORVIN} norland affirms"

# "X said that its troops took it, which Y denies": Y denies a deed of X's, in whatever words X's men are named.
ANSWERED: list[Row] = [
    ("en", "Veltia said it had taken Morvin, which Norland denied.", DISPUTED),
    ("en", "Veltia said its troops had taken Morvin, which Norland denied.", DISPUTED),
    ("en", "Veltia said Veltian troops had taken Morvin, which Norland denied.", DISPUTED),
    ("en", "Veltia said its army had taken Morvin, something Norland rejects.", DISPUTED),
    ("en", "Veltia said it had taken Morvin, a claim Norland denied.", DISPUTED),
    ("en", "Veltia said its units had taken Morvin, a statement the Norlandic General Staff dismissed.", DISPUTED),
    ("en", "Its troops had taken Morvin, Veltia said, something Norland rejects.", DISPUTED),
    ("en", "According to Veltia, its troops have taken Morvin, which Norland denies.", DISPUTED),
    ("en", "Norland said its troops still held Morvin, which Veltia denied.", DISPUTED),
    ("en", "Norland said Morvin held out, which Veltia denied.", DISPUTED),
    ("fr", "La Veltie dit que ses troupes ont pris Morvin, ce que le Norland dément.", DISPUTED),
    ("fr", "La Veltie dit que ses troupes ont pris Morvin, affirmation démentie par le Norland.", DISPUTED),
    ("fr", "Le Norland dit que ses troupes contrôlent Morvin, ce que la Veltie dément.", DISPUTED),
    ("uk", "Вельтія заявила, що її війська взяли Морвін, що Норландія заперечує.", DISPUTED),
    ("uk", "Норландія заявила, що її війська утримують Морвін, що Вельтія заперечує.", DISPUTED),
    ("ru", "Вельтия заявила, что её войска взяли Морвин, что Норландия отрицает.", DISPUTED),
    ("ru", "Норландия заявила, что её войска удерживают Морвин, что Вельтия отрицает.", DISPUTED),
    # What one denies before it is told is one's own; an admission stands.
    ("en", "Norland denied that its troops had left Morvin.", [HELD]),
    ("en", "Norland admitted that its troops had left Morvin, which Veltia had reported.", [ADMITTED]),
    ("fr", "Le Norland dément que ses troupes aient quitté Morvin.", [HELD]),
    ("uk", "Норландія заперечує, що її війська залишили Морвін.", [HELD]),
    ("ru", "Норландия отрицает, что её войска оставили Морвин.", [HELD]),
]

# Where cases free the order of words, what is denied may stand before the verb; it is nobody's for its neighbour.
BEFORE_THE_VERB: list[Row] = [
    ("uk", "Генштаб Норландії інформацію про втрату Морвіна спростовує.", [HELD]),
    ("uk", "Норландія чутки про здачу Морвіна називає фейком.", [HELD]),
    ("uk", "Норландія інформацію про втрату Морвіна підтвердила.", [ADMITTED]),
    ("uk", "Заяву Вельтії про взяття Морвіна Норландія спростовує.", DISPUTED),
    ("ru", "Норландия информацию о потере Морвина опровергает.", [HELD]),
    ("ru", "Норландия слухи о сдаче Морвина называет фейком.", [HELD]),
    ("ru", "Брандт сообщения об утрате Морвина отвергла.", [HELD]),
    ("ru", "Норландия сообщение о потере Морвина подтвердила.", [ADMITTED]),
    ("ru", "Заявление Вельтии о взятии Морвина Норландия опровергает.", DISPUTED),
]

# A denial does not reach over "and" to what its denier goes on to say; a second denial does.
JOINED: list[Row] = [
    ("en", "Norland denied it and insisted that its 4th brigade still held Morvin.", [HELD]),
    ("en", "Norland denied and contested that Morvin had fallen.", [HELD]),
    ("fr", "Le Norland dément et soutient que ses troupes tiennent toujours Morvin.", [HELD]),
    ("fr", "Le Norland rejette cette annonce et affirme que la 4e brigade tient toujours Morvin.", [HELD]),
    ("fr", "Le Norland rejette l'annonce et admet que ses troupes ont quitté Morvin.", [ADMITTED]),
    ("fr", "Le Norland dément et conteste que Morvin soit tombée.", [HELD]),
    ("uk", "Норландія спростувала повідомлення і заявила, що її війська утримують Морвін.", [HELD]),
    ("ru", "Норландия опровергла сообщение и заявила, что её войска удерживают Морвин.", [HELD]),
]

# A relative clause is about the town before it, not about another that is set against it.
OF_TWO_TOWNS: list[Row] = [
    (
        "en",
        "Veltia said it took Karsk, not Morvin, which Norland holds.",
        [f"{KARSK} veltia affirms", f"{MORVIN} veltia denies"],
    ),
    ("en", "Veltia said it took Karsk, not Morvin.", [f"{KARSK} veltia affirms"]),
    (
        "en",
        "Neither Karsk nor Morvin has been taken, Norland said.",
        [f"{KARSK} norland denies", HELD],
    ),
    (
        "fr",
        "La Veltie dit avoir pris Karsk, et non Morvin, que le Norland tient.",
        [f"{KARSK} veltia affirms", f"{MORVIN} veltia denies"],
    ),
    (
        "uk",
        "Вельтія заявила, що взяла Карськ, а не Морвін, який утримує Норландія.",
        [f"{KARSK} veltia affirms", f"{MORVIN} veltia denies"],
    ),
    (
        "ru",
        "Вельтия заявила, что взяла Карск, а не Морвин, который удерживает Норландия.",
        [f"{KARSK} veltia affirms", f"{MORVIN} veltia denies"],
    ),
]

ALL = ANSWERED + BEFORE_THE_VERB + JOINED + OF_TWO_TOWNS


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:70]}" for row in ALL])
def test_a_denial_is_of_what_was_said_by_whoever_said_it(lang: str, words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)
