"""Parties and claims come in from files, and claims and their past are asked for: by the commands themselves."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from claims.models import Change, Claim, Party, Revision, StatusPeriod, TermsLine
from tests.filing import HEADING, article, count_rows, row, run, write
from tests.worlds import make_claim, make_parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    make_parties()
    return make_claim(now=datetime(2025, 11, 1, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


# --- The catalogue ---

PARTIES: list[dict[str, Any]] = [
    {"slug": "reds", "kind": "army", "names": {"en": ["the Reds"]}, "reliability": "C"},
    {"slug": "lab", "kind": "laboratory", "names": {"en": ["the Lab"]}, "reliability": "B"},
    {"slug": "survey", "kind": "laboratory", "names": {"en": ["the Survey"]}, "reliability": "E"},
    {"slug": "bloggers", "names": {"en": ["Red bloggers"]}, "aligned_with": "reds"},
]
CLAIMS: list[dict[str, Any]] = [
    {"slug": "mill", "kind": "control", "holder": "reds", "place": {"name": "the mill", "names": {"en": ["the mill"]}}},
    {"slug": "peace", "kind": "general", "proposition": {"en": "The Reds want peace."}, "gains": ["reds"]},
]


def put(tmp_path: Path, command: str, entries: object) -> str:
    path = tmp_path / f"{command.removeprefix('import_')}.json"
    path.write_text(json.dumps(entries))
    return run(command, path)[0]


def test_parties_and_claims_are_put_once(tmp_path: Path) -> None:
    assert "4 created, 0 changed, 0 repeated" in put(tmp_path, "import_parties", PARTIES)
    assert "2 created, 0 changed, 0 repeated" in put(tmp_path, "import_claims", CLAIMS)
    before = count_rows()
    assert before["StatusPeriod"] == 2 and before["Change"] == 0
    assert "0 created, 0 changed, 4 repeated" in put(tmp_path, "import_parties", PARTIES)
    assert "0 created, 0 changed, 2 repeated" in put(tmp_path, "import_claims", CLAIMS)
    assert count_rows() == before
    assert Party.objects.get(slug="bloggers").reliability == "F"


BAD_CLAIMS = [
    ([*CLAIMS, {**CLAIMS[0], "slug": "barn", "holder": "greens"}], '"barn": holder names no party: "greens"'),
    ([*CLAIMS, {**CLAIMS[1], "slug": "war", "loses": ["greens"]}], '"war": loses names no party: "greens"'),
    ([*CLAIMS, CLAIMS[0]], 'entry 3 ("mill"): slug is used already by entry 1'),
    ([*CLAIMS, {"slug": "barn", "kind": "control", "holder": "reds"}], 'entry 3 ("barn"): place'),
    ([*CLAIMS, {"slug": "war", "kind": "general"}], 'entry 3 ("war"): proposition is missing'),
    ([*CLAIMS, {"slug": "The Barn", "kind": "general"}], "entry 3"),
    ([*CLAIMS, "mill"], "entry 3: must be an object"),
    ({"claims": CLAIMS}, "must hold a list"),
]


@pytest.mark.parametrize(("entries", "message"), BAD_CLAIMS, ids=[message[:40] for _, message in BAD_CLAIMS])
def test_claims_come_all_or_none(tmp_path: Path, entries: object, message: str) -> None:
    put(tmp_path, "import_parties", PARTIES)
    with pytest.raises(CommandError) as refused:
        put(tmp_path, "import_claims", entries)
    assert "claims.json" in str(refused.value)
    assert message in str(refused.value)
    assert not Claim.objects.exists()


def test_parties_come_all_or_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"parties.json: .*aligned_with names no party"):
        put(tmp_path, "import_parties", [*PARTIES, {"slug": "friends", "aligned_with": "greens"}])
    with pytest.raises(CommandError, match="reliability must be one of A-F"):
        put(tmp_path, "import_parties", [*PARTIES, {"slug": "friends", "reliability": "G"}])
    assert not Party.objects.exists()


def test_a_new_grade_changes_the_status_of_the_claims_concerned_and_not_their_past(tmp_path: Path) -> None:
    put(tmp_path, "import_parties", PARTIES)
    put(tmp_path, "import_claims", CLAIMS)
    said = [f"mill,{party},affirms,2025-12-01T10:00:00Z" for party in ("lab", "survey")]
    run("import_statements", write(tmp_path / "file.csv", ["claim,party,stance,said_at", *said]))
    claim, other = Claim.objects.order_by("slug")
    assert (claim.slug, claim.status) == ("mill", "unverified")
    before, untouched = claim.settled_at, other.version
    put(tmp_path, "import_parties", [{**p, "reliability": "A"} if p["slug"] == "survey" else p for p in PARTIES])
    claim.refresh_from_db()
    other.refresh_from_db()
    assert (claim.status, claim.rule, other.version) == ("confirmed", "consensus", untouched)
    assert Change.objects.get(claim=claim, kind="status").to_status == "confirmed"
    assert TermsLine.objects.filter(claim=claim).latest("recorded_at").recorded_at == claim.settled_at
    assert before is not None
    then = json.loads(run("status", "mill", "--json", "--known-at", before.isoformat())[0])
    assert then[0]["status"] == "unverified"
    assert "exact" in run("replay", "--check", "--known-at", before.isoformat())[0]
    assert "exact" in run("replay", "--check")[0]


def test_articles_are_read_again_for_a_reworded_claim_and_not_for_another_interest(tmp_path: Path) -> None:
    put(tmp_path, "import_parties", PARTIES)
    put(tmp_path, "import_claims", CLAIMS)
    now = datetime.now(UTC).isoformat()
    run("import_articles", write(tmp_path / "in.jsonl", [article(1, published_at=now), article(2)]))
    Revision.objects.update(read_at=now, ring_at=None, attempts=5)
    told = put(tmp_path, "import_claims", [CLAIMS[0], {**CLAIMS[1], "loses": ["lab"]}])
    assert "1 changed" in told and "read again" not in told
    told = put(tmp_path, "import_claims", [CLAIMS[0], {**CLAIMS[1], "proposition": {"en": "The Reds sue for peace."}}])
    assert "1 articles of the last 90 days will be read again" in told
    assert list(Revision.objects.order_by("pk").values_list("attempts", flat=True)) == [0, 5]


# --- What is asked ---


def test_status_as_of_and_known_at(claim: Claim, path: Path) -> None:
    run("import_statements", write(path, [HEADING, row(1), row(3, "blues", "denies")]))
    out, complaints = run("status", "--as-of", "2025-12-02", "--json")
    assert json.loads(out)[0]["status"] == "unverified"
    assert complaints == ["note: --as-of 2025-12-02 has no time zone and was taken as UTC"]
    assert json.loads(run("status", "--as-of", "2025-12-03T11:00:00+01:00", "--json")[0])[0]["status"] == "contested"
    known = json.loads(run("status", claim.slug, "--known-at", "2025-11-02T00:00:00Z", "--json")[0])
    assert (known[0]["claim"], known[0]["positions"]) == (claim.slug, [])
    assert run("status", "--known-at", "2025-10-01T00:00:00Z")[0] == f"{claim.slug}: was not known of then"
    text = run("status")[0]
    assert f"{claim.slug}: CONTESTED since 2025-12-03 10:00 UTC" in text
    assert "Reds affirms it; Blues denies it." in text


def test_status_of_what_is_not_there_is_refused(claim: Claim) -> None:
    with pytest.raises(CommandError, match=r"there is no claim no-such-claim; manage\.py status lists"):
        run("status", claim.slug, "no-such-claim")
    with pytest.raises(CommandError, match="--as-of: 'noon' is not a moment"):
        run("status", "--as-of", "noon")
    with pytest.raises(CommandError, match="there is no claim no-such-claim"):
        run("replay", "no-such-claim")
    with pytest.raises(CommandError, match="--known-at: 'noon' is not a moment"):
        run("replay", "--known-at", "noon")


CORRUPTIONS = [
    ("UPDATE claims_statusperiod SET status = 'confirmed' WHERE upper_inf(valid)", "the ledger has"),
    ("UPDATE claims_statusperiod SET because = '[]' WHERE upper_inf(valid)", "the ledger has"),
    ("UPDATE claims_statusperiod SET since = since + interval '1 day' WHERE upper_inf(valid)", "the ledger has"),
    ("DELETE FROM claims_statusperiod WHERE lower_inf(valid)", "the ledger has"),
    ("UPDATE claims_statement SET said_at = said_at - interval '1 day'", "the ledger has"),
    ("UPDATE claims_statement SET stance = 'unsettled' WHERE stance = 'affirms'", "the ledger has"),
    ("UPDATE claims_claim SET status = 'refuted'", "the claim says refuted"),
    ("UPDATE claims_claim SET status_since = now()", "the claim says"),
    ("UPDATE claims_position SET firm = false WHERE until IS NULL", "the position kept for"),
    ("UPDATE claims_position SET sums = '[]'", "the position kept for"),
    ("UPDATE claims_position SET heard = heard - interval '1 hour'", "the position kept for"),
    ("DELETE FROM claims_position", "the position kept for"),
]


@pytest.mark.parametrize(("corruption", "told"), CORRUPTIONS, ids=[sql for sql, _ in CORRUPTIONS])
def test_replay_finds_what_was_tampered_with(claim: Claim, path: Path, corruption: str, told: str) -> None:
    run("import_statements", write(path, [HEADING, row(1), row(3, "blues", "denies")]))
    assert "1 claims replayed: the ledger is exact" in run("replay", "--check")[0]
    table = corruption.split()[2 if corruption.startswith("DELETE") else 1]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(corruption)
        assert cursor.rowcount
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    err = io.StringIO()
    with pytest.raises(CommandError, match=r"1 claims replayed: \d differences"):
        call_command("replay", "--check", stdout=io.StringIO(), stderr=err)
    assert told in err.getvalue()


def test_replay_prints_what_follows(claim: Claim, path: Path) -> None:
    run("import_statements", write(path, [HEADING, row(1), row(3, "blues", "denies")]))
    assert run("replay")[0].splitlines() == [
        claim.slug,
        "  from the beginning: unverified (unverified)",
        "  from 2025-12-01T10:00:00+00:00: unverified (unverified)",
        "  from 2025-12-03T10:00:00+00:00: contested (contested)",
    ]
    assert StatusPeriod.objects.filter(claim=claim).known_at(None).count() == 3
