"""Tables of monitors become records: which rows are changes, what they mean for which claim, what is refused."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from claims import pipeline
from claims.models import Party, Position, Statement

HOME = Path(__file__).resolve().parent.parent
OBSERVERS = HOME / "seeds" / "observations.toml"
OBSERVED = HOME.parent / "shared" / "observations" / "deepstate_town_share.csv"
VIINA = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status"
SHARES = "date,place,occupied_share"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> None:
    """Two sides, two monitors, and claims of both directions on one town, of one direction on another."""
    for slug, grade in (("russia", "C"), ("ukraine", "C"), ("deepstate", "B"), ("isw", "B")):
        Party.objects.create(slug=slug, names={"en": [slug.title()]}, reliability=grade)
    put_claim("russia-controls-pokrovsk", "russia", "ukraine", "Pokrovsk", 704422, ["Покровськ", "Krasnoarmiisk"])
    put_claim("ukraine-controls-pokrovsk", "ukraine", "russia", "Pokrovsk", 704422)
    put_claim("russia-controls-siversk", "russia", "ukraine", "Siversk", None, ["Сіверськ"])


def put_claim(slug: str, holder: str, opposed: str, name: str, number: int | None, names: Iterable[str] = ()) -> None:
    place: dict[str, Any] = {"name": name, "names": {"uk": list(names)}}
    if number is not None:
        place["geonameid"] = number
    record = {"slug": slug, "kind": "control", "holder": holder, "opposed": opposed, "place": place}
    pipeline.put_claims([pipeline.parse_claim_record(record)], timezone.now())


def write(folder: Path, *lines: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def take(path: Path, *arguments: str) -> tuple[str, str]:
    """Import a table; returns what was printed, and what was said of its lines."""
    out, err = StringIO(), StringIO()
    call_command("import_observations", str(path), *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def said(claim: str | None = None) -> set[tuple[str, str, str, str]]:
    """Who says what of which claim, on which day (UTC)."""
    rows = Statement.objects.select_related("claim", "party")
    return {
        (s.claim.slug, s.party.slug, s.stance, f"{s.said_at:%m-%d}")
        for s in (rows if claim is None else rows.filter(claim__slug=claim))
    }


def on_pokrovsk(*told: tuple[str, str, str]) -> set[tuple[str, str, str, str]]:
    """What is said of both claims on Pokrovsk, from what is said of Russia's."""
    other = {"affirms": "denies", "denies": "affirms", "unsettled": "unsettled"}
    return {("russia-controls-pokrovsk", *one) for one in told} | {
        ("ukraine-controls-pokrovsk", party, other[stance], day) for party, stance, day in told
    }


# Rows of VIINA's table -> (party, stance on Russia's claim, day).
TABLES = {
    "the first value is a change, and means the opposite for the claim of the other side": (
        ["704422,20251201,,,UA,,"],
        [("deepstate", "denies", "12-01")],
    ),
    "a row that repeats is none": (
        ["704422,20251201,,,UA,,", "704422,20251202,,,UA,,", "704422,20251203,,,UA,,"],
        [("deepstate", "denies", "12-01")],
    ),
    "each column changes for itself": (
        ["704422,20251201,UA,UA,UA,UA,UA", "704422,20251202,UA,RU,CONTESTED,UA,UA", "704422,20251203,RU,RU,RU,RU,RU"],
        [
            ("deepstate", "denies", "12-01"), ("isw", "denies", "12-01"), ("deepstate", "unsettled", "12-02"),
            ("deepstate", "affirms", "12-03"), ("isw", "affirms", "12-03"),
        ],
    ),
    "columns that nobody speaks through say nothing, not even the majority": (
        ["704422,20251201,RU,RU,,,RU"],
        [],
    ),
    "an empty cell says nothing, and what was said before stands": (
        ["704422,20251201,,,UA,,", "704422,20251202,,,,,", "704422,20251203,,,UA,,", "704422,20251204,,,RU,,"],
        [("deepstate", "denies", "12-01"), ("deepstate", "affirms", "12-04")],
    ),
    "there and back again": (
        ["704422,20251201,,,,UA,", "704422,20251202,,,,RU,", "704422,20251203,,,,UA,"],
        [("isw", "denies", "12-01"), ("isw", "affirms", "12-02"), ("isw", "denies", "12-03")],
    ),
    "days out of order are put in order": (
        ["704422,20251203,,,RU,,", "704422,20251201,,,UA,,", "704422,20251202,,,UA,,"],
        [("deepstate", "denies", "12-01"), ("deepstate", "affirms", "12-03")],
    ),
    "a day that is there twice counts once": (
        ["704422,20251201,,,UA,,", "704422,20251201,,,UA,,"],
        [("deepstate", "denies", "12-01")],
    ),
    "a day that says two things says neither, and only of the column that does": (
        [
            "704422,20251201,,,UA,UA,", "704422,20251202,,,RU,RU,", "704422,20251202,,,UA,RU,",
            "704422,20251203,,,RU,RU,",
        ],
        [
            ("deepstate", "denies", "12-01"), ("isw", "denies", "12-01"), ("isw", "affirms", "12-02"),
            ("deepstate", "affirms", "12-03"),
        ],
    ),
    "a cell that means nothing loses no other": (
        ["704422,20251201,,,XX,RU,"],
        [("isw", "affirms", "12-01")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.usefixtures("world")
def test_rows_become_statements(name: str, tmp_path: Path) -> None:
    rows, told = TABLES[name]
    take(write(tmp_path, VIINA, *rows))
    assert said() == on_pokrovsk(*told)


@pytest.mark.parametrize(
    ("share", "stance"),
    [
        ("0", "denies"), ("0.05", "denies"), ("0.051", "unsettled"), ("0.5", "unsettled"), ("0.949", "unsettled"),
        ("0.95", "affirms"), ("1.000", "affirms"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("world")
def test_shares_are_read_by_their_thresholds(share: str, stance: str, tmp_path: Path) -> None:
    take(write(tmp_path, SHARES, f"2025-12-01,Pokrovsk,{share}"))
    assert said() == on_pokrovsk(("deepstate", stance, "12-01"))


@pytest.mark.parametrize("named", ["Pokrovsk", "pokrovsk", " ПОКРОВСЬК ", "Krasnoarmiisk", "704422", '"Pokrovsk"'])
@pytest.mark.usefixtures("world")
def test_a_place_goes_by_any_of_its_names(named: str, tmp_path: Path) -> None:
    take(write(tmp_path, SHARES, f"2025-12-01,{named},1"))
    assert len(said("russia-controls-pokrovsk")) == 1


@pytest.mark.usefixtures("world")
def test_every_figure_of_a_share_is_a_change_and_no_other_spelling_of_it(tmp_path: Path) -> None:
    rows = ["2025-12-01,Siversk,0.10", "2025-12-02,Siversk,0.100", "2025-12-03,Siversk,0.44", "2025-12-09,Siversk,0.44"]
    take(write(tmp_path, SHARES, *rows))
    assert {day for *_, day in said()} == {"12-01", "12-03"}


@pytest.mark.usefixtures("world")
def test_a_name_of_several_places_is_refused_and_its_id_taken(tmp_path: Path) -> None:
    put_claim("russia-controls-other-pokrovsk", "russia", "ukraine", "Pokrovsk", 704423)
    _, told = take(write(tmp_path, SHARES, "2025-12-01,Pokrovsk,1", "2025-12-01,704423,1"))
    assert "table.csv:2: rejected: place: 'Pokrovsk' is a name of several places; write its GeoNames id instead" in told
    assert {claim for claim, *_ in said()} == {"russia-controls-other-pokrovsk"}


@pytest.mark.usefixtures("world")
def test_a_claim_of_neither_side_hears_nothing(tmp_path: Path) -> None:
    for slug in ("wagner", "visitors"):
        Party.objects.create(slug=slug)
    put_claim("wagner-controls-pokrovsk", "wagner", "visitors", "Pokrovsk", 704422)
    put_claim("wagner-not-ukraine", "wagner", "ukraine", "Pokrovsk", 704422)
    take(write(tmp_path, VIINA, "704422,20251201,,,UA,,", "704422,20251202,,,RU,,"))
    assert said("wagner-controls-pokrovsk") == set()
    # Who is opposed holds it: so the holder does not. That another does says nothing of who is allied with whom.
    assert said("wagner-not-ukraine") == {("wagner-not-ukraine", "deepstate", "denies", "12-01")}


@pytest.mark.usefixtures("world")
def test_the_row_is_the_evidence_and_the_end_of_its_day_the_moment(tmp_path: Path) -> None:
    take(write(tmp_path, f"vcontrol_version,{VIINA}", "20260101,704422,20250701,UA,UA,RU,,UA"))
    (statement,) = Statement.objects.filter(claim__slug="russia-controls-pokrovsk")
    assert statement.quote == f"vcontrol_version,{VIINA}\n20260101,704422,20250701,UA,UA,RU,,UA"
    # Kyiv is three hours ahead of UTC in summer.
    assert statement.said_at == datetime(2025, 7, 1, 20, 59, 59, tzinfo=UTC)
    assert statement.origin == "record"
    source = statement.source
    assert source is not None
    assert statement.url == source.homepage == "https://github.com/zhukovyuri/VIINA"
    assert source.attribution
    assert source.licence == "ODbL 1.0"
    position = Position.objects.get(claim=statement.claim, until=None)
    assert (position.stance, position.firm) == ("affirms", True)
