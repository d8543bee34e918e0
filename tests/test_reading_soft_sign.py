"""An apostrophe for the soft sign in a name in Latin letters is not read; any other apostrophe is."""

import pytest

from claims.reading import Reader
from claims.reading.folding import fold
from claims.reading.values import Text
from tests.reading_worlds import catalogue

READER = Reader(catalogue())

KARSK = "veltia-controls-karsk"

SIGNS = [
    ("Morvins'k", "morvinsk"),
    ("MORVINS’K", "morvinsk"),
    ("Khmel'nyts'kyi", "khmelnytskyi"),
    ("Morvin's", "morvin's"),
    ("Morvins' keep", "morvins' keep"),
    ("Int'l", "int'l"),
    ("N'Djamena", "n'djamena"),
    ("L'Karsk", "l'karsk"),
    ("rock'n'roll", "rock'n'roll"),
]


@pytest.mark.parametrize(("name", "folded"), SIGNS)
def test_only_an_apostrophe_for_the_soft_sign_vanishes(name: str, folded: str) -> None:
    found = fold(name)
    assert found.text == folded
    assert name[found.at(0) : found.end(len(folded))] == name


@pytest.mark.parametrize("mark", ["'", "’", "ʹ"])
def test_a_listed_town_is_found_under_its_transliteration(mark: str) -> None:
    words = f"Veltia said it took Kars{mark}k, which Norland denied."
    reading = READER.read(Text(body=words, lang="en"))
    rows = {f"{one.claim} {one.party} {one.stance}": one.quote for one in reading.statements}
    assert sorted(rows) == [f"{KARSK} norland denies", f"{KARSK} veltia affirms"]
    assert rows[f"{KARSK} veltia affirms"] == f"Veltia said it took Kars{mark}k"
    assert not reading.candidates
