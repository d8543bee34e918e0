"""The owner's example text is read as a careful editor would read it, and nothing wrong beside."""

from pathlib import Path

import pytest

from claims.reading import Reader
from claims.reading.catalogue import load_catalogue
from claims.reading.values import Text

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def test_the_negotiations_text_gives_exactly_its_four_positions() -> None:
    seed = SHARED / "seed" / "negotiations-fr.txt"
    if not seed.exists():
        pytest.skip(f"{seed} is not here: the owner's example text is kept beside the repository, not in it")
    catalogue = load_catalogue(SHARED / "gold" / "claims.json", SHARED / "gold" / "parties.json")
    text = Text(body=seed.read_text(encoding="utf-8"))
    reading = Reader(catalogue).read(text)
    assert reading.lang == "fr"
    assert {(found.claim, found.party, str(found.stance)) for found in reading.statements} == {
        ("putin-wants-peace", "usa", "affirms"),
        ("russia-controls-pokrovsk", "russia", "affirms"),
        ("russia-controls-pokrovsk", "ukraine", "denies"),
        ("russia-controls-pokrovsk", "deepstate", "unsettled"),
    }
    for found in reading.statements:
        assert found.quote == text.words[found.span.start : found.span.end]
