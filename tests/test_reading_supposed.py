"""What would follow from a condition is no more said than the condition; what is granted leaves the rest said."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN, KARSK = "veltia-controls-morvin", "veltia-controls-karsk"
HELD, TAKEN = f"{MORVIN} norland denies", f"{MORVIN} frontwatch affirms"

SUPPOSED: list[Row] = [
    ("en", "If Veltia takes Morvin, Karsk falls, Norland said.", []),
    ("en", "If Veltia takes Morvin, Norland said, Karsk falls.", []),
    ("en", "“If Veltia takes Morvin, Karsk falls,” Brandt said.", []),
    ("en", "“If Veltia takes Morvin,” Brandt said, “Karsk is lost.”", []),
    ("en", "Norland says that if Morvin falls, Karsk is lost.", []),
    ("en", "Unless help comes, Morvin is lost, Brandt warned.", []),
    ("en", "Morvin is lost unless help comes, Brandt warned.", []),
    ("en", "Once Morvin falls, Veltia takes Karsk, Brandt said.", []),
    ("en", "If Morvin is lost, Karsk falls, Brandt said.", []),
    ("en", "Once Morvin is lost, Karsk falls, Brandt said.", []),
    ("en", "Had Veltia taken Morvin, Norland would have said so, Brandt said.", []),
    ("en", "Brandt said the day Veltia takes Morvin the war changes.", []),
    ("fr", "Si la Veltie prend Morvin, Karsk tombe, dit le Norland.", []),
    ("fr", "Si Morvin est prise, Karsk tombe, dit le Norland.", []),
    ("fr", "Si la Veltie prend Morvin, dit le Norland, Karsk tombe.", []),
    ("uk", "Якщо Вельтія візьме Морвін, Карськ втрачено, заявила Норландія.", []),
    ("ru", "Если Вельтия возьмёт Морвин, Карск потерян, заявила Норландия.", []),
]

# Conceded, reported or past: the clause after it is said all the same.
GRANTED: list[Row] = [
    ("en", "Even if Veltia attacks Karsk, Norland holds Morvin, Brandt said.", [HELD]),
    ("en", "If Veltia says it has taken Karsk, Norland holds Morvin, Brandt said.", [HELD]),
    ("en", "If Veltia has taken Karsk, Norland holds Morvin, Brandt said.", [HELD]),
    ("en", "If Veltia took Karsk in May, Norland retook it in June, Brandt said.", [f"{KARSK} norland denies"]),
    ("en", "If the reports are true, Veltia has taken Morvin, FrontWatch said.", [TAKEN]),
    ("en", "If confirmed, Veltia has taken Morvin, FrontWatch said.", [TAKEN]),
    ("en", "If necessary we will fight on, but Norland holds Morvin, Brandt said.", [HELD]),
    ("en", "Once a quiet port, Morvin has been taken by Veltia, FrontWatch said.", [TAKEN]),
    ("en", "Once an enclave, Morvin is held by Veltia, FrontWatch said.", [TAKEN]),
    ("en", "Once the shelling stopped, Veltia took Morvin, FrontWatch said.", [TAKEN]),
    ("en", "Asked if Karsk was safe, Brandt said Norland held Morvin.", [HELD]),
    ("en", "Had Veltia taken Morvin? Norland denied it.", [HELD]),
    ("fr", "Si la Veltie revendique Karsk, le Norland tient Morvin, dit Brandt.", [HELD]),
    ("fr", "Si la Veltie avance vers Karsk, le Norland tient toujours Morvin, dit Brandt.", [HELD]),
    ("fr", "Si la Veltie a pris Karsk, le Norland tient Morvin, dit Brandt.", [HELD]),
    ("ru", "Если Вельтия взяла Карск, то Норландия удерживает Морвин, заявила Брандт.", [HELD]),
]


def rows(lang: str, words: str) -> list[str]:
    """Read a text and return its rows, as "claim party stance"."""
    found = READER.read(Text(body=words, lang=lang)).statements
    return sorted(f"{one.claim} {one.party} {one.stance}" for one in found)


@pytest.mark.parametrize(("lang", "words", "meant"), SUPPOSED)
def test_what_would_follow_from_a_condition_is_not_said(lang: str, words: str, meant: list[str]) -> None:
    assert rows(lang, words) == meant


@pytest.mark.parametrize(("lang", "words", "meant"), GRANTED)
def test_what_follows_something_granted_is_said(lang: str, words: str, meant: list[str]) -> None:
    assert rows(lang, words) == meant
