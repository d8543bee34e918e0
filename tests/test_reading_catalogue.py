"""A bad catalogue is refused with the file, the entry, the field and the cure."""

import json
from pathlib import Path
from typing import Any

import pytest

from claims.reading.catalogue import CatalogueError, load_catalogue, parse_claim, parse_party
from tests.reading_worlds import CLAIMS, PARTIES


def write(folder: Path, claims: Any, parties: Any) -> tuple[Path, Path]:
    files = folder / "claims.json", folder / "parties.json"
    for file, data in zip(files, (claims, parties), strict=True):
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return files


def test_a_good_catalogue_is_read(tmp_path: Path) -> None:
    catalogue = load_catalogue(*write(tmp_path, CLAIMS, PARTIES))
    assert [claim.slug for claim in catalogue.claims] == [claim["slug"] for claim in CLAIMS]
    assert catalogue.parties[0].names["en"][0] == "Veltia"


@pytest.mark.parametrize(
    ("claims", "parties", "message"),
    [
        (
            CLAIMS,
            [*PARTIES, {"slug": "russa", "reliability": "Z"}],
            'parties.json: entry 9 ("russa"): reliability must be one of A-F, got "Z"',
        ),
        (CLAIMS, [PARTIES[0], PARTIES[0]], 'parties.json: entry 2 ("veltia"): slug is used already by entry 1'),
        (CLAIMS, b'[\n{"slug": }\n]', "parties.json: line 2, column 10 is not JSON"),
        (CLAIMS, b'[{"slug": "\xff"}]', "line 1 is not UTF-8"),
        (CLAIMS, {"slug": "x"}, "parties.json: must hold a list"),
        (CLAIMS, [{"slug": "Bad Slug"}], "slug must be lower-case letters"),
        (CLAIMS, [{"slug": "x", "names": {"en": "X"}}], 'names.en must be a list of words, got "X"'),
        (
            [{"slug": "c", "kind": "control", "holder": "veltia"}],
            PARTIES,
            'claims.json: entry 1 ("c"): place is missing',
        ),
        ([{"slug": "c", "kind": "control", "place": {"name": "P"}}], PARTIES, "holder is missing"),
        (
            [{"slug": "c", "kind": "control", "holder": "nobody", "place": {"name": "P"}}],
            PARTIES,
            "holder names no party of parties.json",
        ),
        ([{"slug": "c", "kind": "rumour"}], PARTIES, "kind must be one of control, general"),
        ([{"slug": "c", "kind": "general"}], PARTIES, "proposition is missing"),
        (
            [{"slug": "c", "kind": "general", "proposition": {"en": "P."}, "keywords": {"en": [[]]}}],
            PARTIES,
            "keywords.en group 1 is empty",
        ),
    ],
)
def test_a_bad_catalogue_is_refused(claims: Any, parties: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as refused:
        load_catalogue(*write(tmp_path, claims, parties))
    assert message in str(refused.value)


def test_keys_the_reader_has_no_use_for_are_tolerated() -> None:
    party = parse_party({"slug": "x", "kind": "monitor", "names": {}, "reliability": "B", "note": "n", "colour": "red"})
    assert (party.slug, party.kind) == ("x", "monitor")
    claim = parse_claim({"slug": "c", "kind": "general", "proposition": {"en": "P."}, "gains": ["x"], "loses": []})
    assert claim.proposition == {"en": "P."}
