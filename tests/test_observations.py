"""Tables of monitors become records: which rows are changes, what they mean for which claim, what is refused."""

import gzip
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from measure.observing import write_table

from claims import intake, pipeline
from claims.assessment import Record
from claims.intake.datasets import choose_dataset
from claims.intake.observations import Place
from claims.models import Claim, Party, Position, Source, Statement, StatusPeriod
from tests.filing import REJECTED

HOME = Path(__file__).resolve().parent.parent
OBSERVERS = HOME / "seeds" / "observations.toml"
OBSERVED = HOME.parent / "shared" / "observations" / "deepstate_town_share.csv"
VIINA = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status"
SHARES = "date,place,occupied_share"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> None:
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
    try:
        call_command("import_observations", str(path), *arguments, stdout=out, stderr=err)
    except CommandError as error:
        if REJECTED not in str(error):
            raise
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


@pytest.mark.usefixtures("world")
def test_repeating_a_file_changes_nothing_and_a_longer_one_adds_what_is_new(tmp_path: Path) -> None:
    rows = ["704422,20251201,,,UA,UA,", "704422,20251202,,,RU,UA,"]
    take(write(tmp_path, VIINA, *rows))
    before = set(Statement.objects.values_list("pk", flat=True))
    versions = list(Claim.objects.order_by("pk").values_list("version", "settled_at"))
    out, _ = take(write(tmp_path, VIINA, *rows))
    assert "0 created, 6 repeated, 0 rejected" in out
    assert set(Statement.objects.values_list("pk", flat=True)) == before
    assert list(Claim.objects.order_by("pk").values_list("version", "settled_at")) == versions
    out, _ = take(write(tmp_path, VIINA, *rows, "704422,20251203,,,RU,RU,", "704422,20251204,,,RU,RU,"))
    assert "2 created, 6 repeated, 0 rejected" in out
    assert {day for *_, day in said()} == {"12-01", "12-02", "12-03"}


@pytest.mark.usefixtures("world")
def test_what_is_recorded_is_assessed_and_can_be_replayed(tmp_path: Path) -> None:
    take(write(tmp_path, VIINA, "704422,20251201,,,UA,UA,", "704422,20251205,,,RU,RU,"))
    for slug, status in (("russia-controls-pokrovsk", "confirmed"), ("ukraine-controls-pokrovsk", "refuted")):
        claim = Claim.objects.get(slug=slug)
        assert (claim.status, claim.rule) == (status, "consensus")
        assert StatusPeriod.objects.filter(claim=claim).known_at(None).count() == 3
    call_command("replay", "--check", stdout=StringIO())


# What stands in a file -> what is said of it. The rows around it are good, and are taken.
HOSTILE = {
    "no day": ("704422,20251301,,,RU,,", "date: '20251301' is no day; write it as in 20261123"),
    "a day that Python would read": ("704422,2025121,,,RU,,", "date: '2025121' is no day"),
    "a day to come": ("704422,29990101,,,RU,,", "date: 29990101 is not over yet; import the file again when it is"),
    "no place": (",20251202,,,RU,,", "geonameid: is empty"),
    "a name where an id stands": ("Pokrovsk,20251202,,,RU,,", "geonameid: is 'Pokrovsk'; it is a GeoNames id"),
    "digits of another script": ("٧٠٤٤٢٢,20251202,,,RU,,", "geonameid: is '٧٠٤٤٢٢'; it is a GeoNames id"),
    "too few cells": ("704422,20251202,RU", "line: has 3 cells; the heading has 7"),
    "too many cells": ("704422,20251202,,,RU,,,,", "line: has 9 cells; the heading has 7"),
    "another word": ("704422,20251202,,,ru,,", "status_dsm: is 'ru'; it is one of UA, RU, CONTESTED, or empty"),
    "a quotation that swallows the rest": ('704422,20251202,,,"RU,,', "line: is not CSV"),
    "a line without end": ("7" * 3_000_000, "line: is longer than 100,000 characters"),
    "NUL bytes": ("704422,20251202,,,R\x00U,,", "line: holds NUL bytes"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("world")
def test_a_bad_line_is_named_and_loses_no_good_one(name: str, tmp_path: Path) -> None:
    line, reason = HOSTILE[name]
    out, told = take(write(tmp_path, VIINA, "704422,20251201,,,UA,,", line, "704422,20251203,,,RU,,"))
    assert f"table.csv:3: rejected: {reason}" in told
    assert out.endswith("4 created, 0 repeated, 1 rejected\n")


@pytest.mark.usefixtures("world")
def test_a_line_in_other_letters_than_utf8_is_named_and_loses_no_good_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(f"{SHARES}\n2025-12-01,".encode() + "Сіверськ,1\n".encode("cp1251") + b"2025-12-01,Siversk,1\n")
    _, told = take(path)
    assert "table.csv:2: rejected: line: is not UTF-8" in told
    assert len(said()) == 1


@pytest.mark.usefixtures("world")
def test_a_file_that_is_nothing_but_faults_is_told_of_in_a_thousand_lines(tmp_path: Path) -> None:
    _, told = take(write(tmp_path, VIINA, *(f"704422,day {n},,,RU,," for n in range(3_000))))
    assert told.count("rejected:") == 1_000
    assert "2000 more lines were rejected" in told


@pytest.mark.parametrize("how", ["bom", "crlf", "cr", "gz", "blank lines", "no last line end", "quoted"])
@pytest.mark.usefixtures("world")
def test_files_come_in_many_ways(how: str, tmp_path: Path) -> None:
    lines = [VIINA, "704422,20251201,,,UA,,", "704422,20251202,,,UA,,", "704422,20251203,,,RU,,"]
    if how == "quoted":
        lines = [",".join(f'"{cell}"' for cell in line.split(",")) for line in lines]
    text = {"crlf": "\r\n", "cr": "\r", "blank lines": "\n\n"}.get(how, "\n").join(lines)
    data = (text if how == "no last line end" else f"{text}\n").encode("utf-8-sig" if how == "bom" else "utf-8")
    path = tmp_path / "table.csv"
    path.write_bytes(gzip.compress(data) if how == "gz" else data)
    assert take(path) == ("table.csv: 4 created, 0 repeated, 0 rejected\n", "")
    assert said() == on_pokrovsk(("deepstate", "denies", "12-01"), ("deepstate", "affirms", "12-03"))


@pytest.mark.usefixtures("world")
def test_of_a_packed_file_that_breaks_off_what_came_before_is_taken(tmp_path: Path) -> None:
    days = (date(2020, 1, 1) + timedelta(days=n) for n in range(2_000))
    rows = [f"704422,{day:%Y%m%d},,,{random.Random(day.toordinal()).choice(('UA', 'RU'))},," for day in days]
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress("\n".join([VIINA, *rows]).encode())[:-200])
    out, told = take(path)
    assert "the packed file breaks off here" in told
    assert Statement.objects.count() > 500
    assert out.endswith("1 rejected\n")


FILES = {
    "empty": (b"", "heading: is missing"),
    "of another kind": (b"claim,party\n", "heading: is of no table that the observers file describes"),
    "UTF-16": (f"{VIINA}\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    "spoilt when packed": (b"\x1f\x8b\x08nothing", "is spoilt"),
    "with a column twice": (f"{VIINA},status_dsm\n".encode(), "names status_dsm twice"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.usefixtures("world")
def test_a_file_that_is_no_table_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    data, reason = FILES[name]
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(CommandError, match=reason) as refused:
        take(path)
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("world")
def test_places_without_a_claim_are_counted(tmp_path: Path) -> None:
    out, _ = take(write(tmp_path, VIINA, "1,20251201,,,UA,,", "1,20251202,,,UA,,", "2,20251201,,,UA,,"))
    assert "2 places of 3 rows without a claim: 1, 2" in out


@pytest.mark.usefixtures("world")
def test_claims_are_made_for_the_places_of_the_gazetteer(tmp_path: Path) -> None:
    rows = ["703448,20251201,,,UA,,", "703448,20251202,,,RU,,", "1,20251201,,,UA,,", "704422,20251201,,,UA,,"]
    path = write(tmp_path, VIINA, *rows)
    out, _ = take(path, "--make-claims", "russia", "ukraine")
    claim = Claim.objects.get(place__geonameid=703448)
    assert claim.slug == "russia-controls-kyiv"
    assert {stance for _, _, stance, _ in said(claim.slug)} == {"denies", "affirms"}
    assert "1 claim made" in out
    assert "1 place of 1 row without a claim" in out
    before = Claim.objects.count(), Statement.objects.count()
    out, _ = take(path, "--make-claims", "russia", "ukraine")
    assert "0 claims made" in out
    assert (Claim.objects.count(), Statement.objects.count()) == before


@pytest.mark.usefixtures("world")
def test_no_claim_is_made_for_a_place_of_which_no_row_is_good(tmp_path: Path) -> None:
    bad = ["703448,20251301,,,UA,,", "703448,yesterday,,,UA,,"]
    out, _ = take(write(tmp_path, VIINA, *bad), "--make-claims", "russia", "ukraine")
    assert "0 claims made" in out and "2 rejected" in out
    assert not Claim.objects.filter(place__geonameid=703448).exists()
    out, _ = take(write(tmp_path, VIINA, *bad, "703448,20251202,,,UA,,"), "--make-claims", "russia", "ukraine")
    assert "1 claim made" in out and "2 rejected" in out
    assert said("russia-controls-kyiv")


@pytest.mark.usefixtures("world")
def test_credit_stands_wherever_the_figures_do(tmp_path: Path, admin_client: Client) -> None:
    take(write(tmp_path, SHARES, "2025-12-24,Siversk,1.000"))
    take(write(tmp_path, VIINA, "704422,20251201,,,UA,,"))
    claim = "/claims/russia-controls-siversk/"
    for page in (claim, "/sources/deepstate-town-centres/"):
        assert "Map data: DeepState" in Client().get(page).content.decode()
    (shown,) = Client().get("/api/v1/claims/russia-controls-siversk/statements/").json()["results"]
    assert shown["credit"]["text"].startswith("Map data: DeepState")
    assert shown["credit"]["url"] == "https://deepstatemap.live/"
    page = Client().get("/claims/russia-controls-pokrovsk/").content.decode()
    assert 'href="https://opendatacommons.org/licenses/odbl/1-0/"' in page
    statement = Statement.objects.get(claim__slug="russia-controls-siversk")
    for address in ("/admin/claims/statement/", f"/admin/claims/statement/{statement.pk}/change/"):
        assert "Map data: DeepState" in admin_client.get(address).content.decode()


@pytest.mark.usefixtures("world")
def test_a_grade_that_an_editor_gave_stays(tmp_path: Path) -> None:
    path = write(tmp_path, SHARES, "2025-12-24,Siversk,1.000")
    take(path)
    Source.objects.update(reliability="D")
    take(path)
    assert Source.objects.get(slug="deepstate-town-centres").reliability == "D"


# A change to the file that describes tables -> why it is refused.
DESCRIPTIONS = {
    ("zone = ", 'zone = "Europe/Nowhere" #'): "'Europe/Nowhere' is no time zone",
    ("place_is = ", 'place_is = "postcode" #'): "place_is: is 'postcode'; it is one of geonameid, name",
    ("attribution = ", "#"): "attribution: is missing",
    ("date_format = ", 'date_format = "%Y" #'): "date_format: '%Y' does not tell a day",
    ("words = ", "#"): "needs either words or share",
    ('party = "deepstate"', "#"): "names no column or no party",
    ("at_most = 0.05", "at_most = 0.99"): "at_most must lie below at_least",
    ('otherwise = "ukraine", ', ""): "is incomplete",
    ("[viina]", "[viina"): "is not TOML",
}


@pytest.mark.parametrize("change", DESCRIPTIONS)
def test_a_description_that_cannot_be_used_is_refused_by_name(change: tuple[str, str]) -> None:
    text = OBSERVERS.read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(intake.Refused) as refused:
        intake.parse_datasets(text.replace(*change))
    assert DESCRIPTIONS[change] in str(refused.value)


@pytest.mark.usefixtures("world")
def test_a_party_that_there_is_not_is_refused(tmp_path: Path) -> None:
    Party.objects.filter(slug="isw").delete()
    with pytest.raises(CommandError, match="there is no party isw; import the party"):
        take(write(tmp_path, VIINA, "704422,20251201,,,UA,,"))


def test_a_heading_of_two_tables_asks_which() -> None:
    text = OBSERVERS.read_text(encoding="utf-8")
    both = intake.parse_datasets(
        text + text.replace("[viina]", "[copy]").replace("viina.obs", "copy.obs").split("[sh")[0]
    )
    heading = frozenset(VIINA.split(","))
    with pytest.raises(intake.Refused, match="fits viina, copy; say with --format which it is"):
        choose_dataset(both, heading)
    assert choose_dataset(both, heading, "copy").format == "copy"


def records_of(lines: Sequence[str], folder: Path) -> list[Record]:
    """The records of VIINA rows on one place, without a database."""
    datasets = intake.parse_datasets(OBSERVERS.read_text(encoding="utf-8"))
    places = intake.Places(by_id={n: Place([intake.Target(f"claim-{n}", "russia", "ukraine")]) for n in (1, 2, 3)})
    table = intake.Table(write(folder, VIINA, *lines), datasets, places, NOW)
    table.read(lambda done, total: None)
    return sorted(
        (record for found in table.records() for record in found), key=lambda r: (r.claim, r.party, r.said_at)
    )


words = st.sampled_from(["UA", "RU", "CONTESTED", "", "??"])
cells = st.tuples(st.integers(1, 3), st.integers(1, 9), words, words)


@given(rows=st.lists(cells, max_size=25), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[int, int, str, str]], seed: random.Random) -> None:
    lines = [f"{place},2025120{day},,,{dsm},{isw}," for place, day, dsm, isw in rows]
    with TemporaryDirectory() as folder:
        in_order = records_of(sorted(lines), Path(folder))
        seed.shuffle(lines)
        assert records_of(lines, Path(folder)) == in_order
    # Said once more in plain words: one record a place and column whenever what is said differs from before.
    expected = []
    for place in (1, 2, 3):
        for column, party in ((2, "deepstate"), (3, "isw")):
            last = None
            for day in range(1, 10):
                told = {row[column] for row in rows if row[:2] == (place, day)} & {"UA", "RU", "CONTESTED"}
                if len(told) == 1 and told != last:
                    stance = {"UA": "denies", "RU": "affirms", "CONTESTED": "unsettled"}[next(iter(told))]
                    expected.append((f"claim-{place}", party, stance, day))
                    last = told
    assert sorted((r.claim, r.party, r.stance.value, r.said_at.day) for r in in_order) == sorted(expected)


READ_IN_A_CHILD = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from claims import intake
from claims.intake.observations import Place
places = intake.Places(by_id={n: Place([intake.Target(f"claim-{n}", "russia", "ukraine")]) for n in range(1, 1001)})
datasets = intake.parse_datasets(Path(sys.argv[2]).read_text(encoding="utf-8"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
table = intake.Table(Path(sys.argv[1]), datasets, places, datetime(2026, 3, 1, tzinfo=UTC))
table.read(lambda done, total: None)
made = sum(len(found) for found in table.records())
print(table.rows, made, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "out of order"])
def test_a_year_of_a_thousand_places_takes_little_memory(shuffled: bool, tmp_path: Path) -> None:
    path = tmp_path / "year.csv"
    write_table(path, range(1_000), 365, seed=1)
    if shuffled:
        heading, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(2).shuffle(rows)
        path.write_text("\n".join([heading, *rows]), encoding="utf-8")
    child = subprocess.run(
        [sys.executable, "-c", READ_IN_A_CHILD, path, OBSERVERS],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "factcheck.settings"},
        capture_output=True, text=True, check=True, cwd=HOME,
    )  # fmt: skip
    rows_read, made, kilobytes = map(int, child.stdout.split())
    assert rows_read == 365_000
    assert made > 2_000
    assert kilobytes < 40_000


def test_the_real_shares_become_what_is_publicly_known(db: None) -> None:
    if not OBSERVED.exists():
        pytest.skip("the published observations are not on this machine")
    for slug in ("russia", "ukraine", "deepstate", "isw"):
        Party.objects.create(slug=slug, reliability="B")
    rows = [line.split(",") for line in OBSERVED.read_text(encoding="utf-8").splitlines()[1:]]
    names = sorted({place for _, place, _ in rows})
    for number, name in enumerate(names):
        put_claim(f"town-{number}", "russia", "ukraine", name, None)
    out, told = take(OBSERVED)
    assert told == ""
    assert f"{len(rows)} created, 0 repeated, 0 rejected" in out

    def affirmed(name: str) -> list[str]:
        on = Statement.objects.filter(claim__slug=f"town-{names.index(name)}").order_by("said_at")
        return [f"{s.said_at:%Y-%m-%d}" for s in on if s.stance == "affirms"]

    first = {"Vuhledar": "2024-10-10", "Toretsk": "2025-11-23", "Siversk": "2025-12-24", "Pokrovsk": "2026-02-13"}
    for name, day in first.items():
        assert affirmed(name)[0] == day
    for name in ("Kupiansk", "Kupiansk-Vuzlovyi", "Chasiv Yar"):
        assert affirmed(name) == []
    held = Position.objects.filter(until=None).values_list("claim__slug", "stance")
    assert dict(held)[f"town-{names.index('Kupiansk')}"] == "denies"
    assert "0 created" in take(OBSERVED)[0]
