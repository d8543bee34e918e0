"""Files come in line by line: what is wrong is named with its line and cure, and never takes a good line with it."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from claims.management.progress import Progress
from claims.models import Article, Claim, Revision, Source, Statement
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


# --- Statements ---

BAD_ROWS = [
    (row().replace("reds-hold-the-mill", "unknown"), "claim: there is no claim 'unknown'; import the claim first"),
    (row(party="nobody"), "party: there is no party 'nobody'"),
    (row(stance="maybe"), "stance: is 'maybe'; it is one of affirms, denies, unsettled"),
    (row().replace("2025-12-01T10:00:00Z", "last Monday"), "said_at: 'last Monday' is not a moment; write it in ISO"),
    (row().replace("2025-12-01T10:00:00Z", ""), "said_at: is missing"),
    (row().replace("https:", "javascript:"), "url: "),
    (row() + ",one cell more", "has 8 cells, the heading has 7"),
    ("reds-hold-the-mill,reds,affirms", "has 3 cells, the heading has 7"),
    (row().replace("said so", "said\x00so"), "quote: holds NUL bytes"),
    (row().replace("said so", "x" * 20_001), "quote: is 20,001 bytes long"),
    (row().replace("said so", '"said" so'), "is not CSV"),
    (row().replace("said so", '"said so'), "is not CSV"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_ROWS, ids=[reason[:40] for _, reason in BAD_ROWS])
def test_one_bad_row_is_named_and_loses_no_good_one(claim: Claim, path: Path, bad: str, reason: str) -> None:
    write(path, [HEADING, row(1), bad, row(2), "", row(3, "blues", "denies")])
    out, complaints = run("import_statements", path)
    assert "3 created" in out and "1 rejected" in out
    rejected = [line for line in complaints if "rejected" in line]
    assert len(rejected) == 1
    assert rejected[0].startswith(f"file.csv:3: rejected: {reason}")
    assert Statement.objects.count() == 3
    claim.refresh_from_db()
    assert claim.status == "contested"


def test_several_bad_rows_each_keep_their_number(claim: Claim, path: Path) -> None:
    quoted = row(2).replace("said so", '"said,\n""so""\nat length"')
    unclosed = row(4).replace("said so", '"said so')
    write(path, [HEADING, row(1), "bad", quoted, "bad", unclosed, row(3), unclosed, "bad", row(5)])
    out, complaints = run("import_statements", path)
    rejected = [int(line.split(":")[1]) for line in complaints if "rejected" in line]
    assert rejected == [3, 7, 8, 10, 11]
    assert "4 created" in out
    assert Statement.objects.filter(quote='said,\n"so"\nat length').exists()


def test_a_wrong_encoding_costs_the_lines_it_spoils_and_no_others(claim: Claim, path: Path) -> None:
    spoiled = row(2).replace("said so", "так сказали").encode("cp1251")
    path.write_bytes(b"\n".join([HEADING.encode(), row(1).encode(), spoiled, row(3).encode()]) + b"\n")
    out, complaints = run("import_statements", path)
    assert "2 created" in out
    assert "file.csv:3: rejected: is not UTF-8" in complaints[-1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("command", ["import_statements", "import_articles"])
def test_a_file_in_utf_16_is_refused_with_the_cure(claim: Claim, path: Path, command: str, encoding: str) -> None:
    write(path, [HEADING, row(1)], encoding)
    with pytest.raises(CommandError, match="is UTF-16; save it as UTF-8"):
        run(command, path)


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(claim: Claim, path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([HEADING, row(1), row(2)]).encode())
    assert "2 created" in run("import_statements", path)[0]


def test_a_time_without_a_zone_is_taken_as_utc_and_said(claim: Claim, path: Path) -> None:
    write(path, [HEADING, row(1).replace("T10:00:00Z", " 10:00")])
    _, complaints = run("import_statements", path)
    assert "file.csv:2: note: said_at 2025-12-01 10:00 has no time zone and was taken as UTC" in complaints
    assert Statement.objects.get().said_at == datetime(2025, 12, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("command", ["import_statements", "import_articles", "import_parties", "import_claims"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, command: str) -> None:
    with pytest.raises(CommandError, match=r"missing\.json: cannot be read: No such file"):
        run(command, tmp_path / "missing.json")
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        run(command, tmp_path)


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("", "its first line names the columns claim,party,stance,said_at"),
        ("claim,party,said_at", "file.csv:1: the heading lacks stance"),
        ("claim;party;stance;said_at", "file.csv:1: the heading lacks claim, party, stance, said_at"),
        ('claim,"party', "file.csv:1: the heading is not CSV"),
    ],
)
def test_a_heading_that_lacks_a_column_is_refused(claim: Claim, path: Path, heading: str, message: str) -> None:
    path.write_text(heading and f"{heading}\n{row(1)}\n")
    with pytest.raises(CommandError) as refused:
        run("import_statements", path)
    assert message in str(refused.value)


def test_columns_may_come_in_any_order_and_others_are_passed_over(claim: Claim, path: Path) -> None:
    write(path, ["Note, SAID_AT ,stance,party,claim", "x,2025-12-01T10:00:00Z,denies,blues,reds-hold-the-mill"])
    assert "1 created" in run("import_statements", path)[0]


def test_records_may_come_as_json_lines_too(claim: Claim, tmp_path: Path) -> None:
    good = dict(zip(HEADING.split(","), row(1).split(","), strict=True))
    lines = [json.dumps(good), "{", "[1]", "7", "", json.dumps({**good, "stance": 3}), "9" * 5000, "[" * 100_000,
             json.dumps({**good, "said_at": "2025-12-02T00:00:00Z"})]  # fmt: skip
    out, complaints = run("import_statements", write(tmp_path / "file.jsonl", lines))
    assert "2 created" in out
    assert [line.split(":")[1] for line in complaints if "rejected" in line] == ["2", "3", "4", "6", "7", "8"]


def test_a_file_that_comes_again_changes_nothing(claim: Claim, path: Path) -> None:
    write(path, [HEADING, row(1), row(2, "blues", "denies"), row(1), "bad"])
    assert "2 created, 1 repeated, 1 rejected" in run("import_statements", path)[0]
    before, status = count_rows(), Claim.objects.values().get(pk=claim.pk)
    assert before["Change"] and before["TermsLine"] and before["StatusPeriod"]
    assert "3 repeated, 1 rejected" in run("import_statements", path)[0]
    assert count_rows() == before
    assert Claim.objects.values().get(pk=claim.pk) == status


def test_more_rows_than_are_stored_at_once_are_all_stored(claim: Claim, path: Path) -> None:
    moments = (datetime.fromtimestamp(1_750_000_000 - n, UTC).isoformat() for n in range(1203))
    write(path, [HEADING, *(f"reds-hold-the-mill,reds,affirms,{moment},,," for moment in moments)])
    assert "1203 created" in run("import_statements", path)[0]
    assert "exact" in run("replay", "--check")[0]


# --- Articles ---

BAD_ARTICLES = [
    (article(9, text=""), None),
    (article(9, text="", title=""), "text: is empty"),
    (article(9, source=None), "source: is missing"),
    (article(9, published_at="soon"), "published_at: 'soon' is not a moment"),
    (article(9, text=5), "text: is a number, not a text"),
    (article(9, text="a\x00b"), "text: holds NUL bytes"),
    (article(9, title="\ud800"), "title: holds half a surrogate pair"),
    ('{"\\ud800": 1}', "?: is not a field of an article"),
    (article(9, author="me"), "author: is not a field of an article; the fields are lang, modified_at"),
    (article(9, pubstatus="canceled"), "url: there is no article at https://post.example/9"),
    ("null", "is null; each line holds one JSON object"),
    (f"[{article(9)}]", "is a list; each line holds one JSON object"),
    (article(9)[:-9], "is not JSON (it breaks off at its end)"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_ARTICLES, ids=[str(reason)[:40] for _, reason in BAD_ARTICLES])
def test_one_bad_article_is_named_and_loses_no_good_one(tmp_path: Path, bad: str, reason: str | None) -> None:
    out, complaints = run("import_articles", write(tmp_path / "in.jsonl", [article(1), bad, article(2)]))
    if reason is None:
        assert "3 created, 0 rejected" in out
        return
    assert "2 created, 1 rejected" in out
    assert any(line.startswith(f"in.jsonl:2: rejected: {reason}") for line in complaints)
    assert Article.objects.count() == 2


def test_articles_are_created_revised_repeated_and_withdrawn(tmp_path: Path) -> None:
    edited = article(1, text="Something happened.", modified_at="2025-12-02T10:00:00Z")
    path = write(tmp_path / "in.jsonl", [article(1), edited, article(2), article(2, pubstatus="canceled")])
    assert "2 created, 1 revised, 1 withdrawn, 0 rejected" in run("import_articles", path)[0]
    before = count_rows()
    assert "4 repeated, 0 rejected" in run("import_articles", path)[0]
    assert count_rows() == before
    assert Revision.objects.filter(ring_at__isnull=False).count() == 3


def item(number: int = 1, **changes: object) -> dict[str, object]:
    """A ninjs item."""
    return {
        "uri": f"urn:newsml:wire.example:2025:{number}", "versionCreated": "2025-12-01T10:00:00Z",
        "headlines": [{"value": "The mill"}], "bodies": [{"value": f"Nothing happened, {number} times."}], **changes,
    }  # fmt: skip


def test_ninjs_items_may_stand_among_our_own_lines(tmp_path: Path) -> None:
    lines = [
        article(1),
        json.dumps(item(2)),
        json.dumps(item(3, type="picture")),
        json.dumps(item(2, pubStatus="canceled")),
    ]
    out, complaints = run("import_articles", write(tmp_path / "in.jsonl", lines))
    assert "2 created, 1 withdrawn, 1 rejected" in out
    assert any(line.startswith("in.jsonl:3: rejected: type: is 'picture'") for line in complaints)
    assert Article.objects.filter(uri="urn:newsml:wire.example:2025:2", source__name="wire.example").exists()


@pytest.mark.parametrize("layout", ["a list", "a list on one line", "one after the other", "one"])
def test_a_whole_file_of_ninjs_items_is_taken(tmp_path: Path, layout: str) -> None:
    items = [item(1), item(2, bodies=[]), item(3, embargoedUntil="2999-01-01T00:00:00Z"), item(4)]
    if layout == "one":
        text = json.dumps(item(1), indent=2)
    elif layout == "one after the other":
        text = "\n".join(json.dumps(one, indent=2) for one in items)
    else:
        text = json.dumps(items, indent=None if "line" in layout else 2)
    path = tmp_path / "in.json"
    path.write_text(f"\n{text}\n", encoding="utf-8-sig")
    out, complaints = run("import_articles", path)
    if layout == "one":
        assert "1 created, 0 rejected" in out
        return
    assert "3 created, 1 rejected" in out
    rejected = [line for line in complaints if "rejected" in line]
    place = text.splitlines()[int(rejected[0].split(":")[1]) - 2]
    assert place.lstrip().startswith(("{", "[{"))
    assert "rejected: embargoedUntil: it is under embargo until 2999" in rejected[0]
    assert "3 repeated, 1 rejected" in run("import_articles", path)[0]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[\n{ITEM},\n{"uri": }]', 3, "is not JSON we can take (Expecting value at line 3)"),
        ("[\n{ITEM}\n{ITEM}]", 3, "is not JSON (a comma is missing before it)"),
        ("[\n{ITEM},", 2, "is the end of the file, and the list is not closed"),
        ("[\n{ITEM},\n7]", 3, "is a number; the file holds JSON objects"),
        ("[\n{ITEM},\n" + "[" * 100_000, 3, "is not JSON we can take ("),
    ],
)
def test_where_a_whole_file_breaks_off_what_came_before_is_taken(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    path = tmp_path / "in.json"
    path.write_text(text.replace("{ITEM}", json.dumps(item(1))))
    out, complaints = run("import_articles", path)
    assert "1 created, 1 rejected" in out
    assert any(told.startswith(f"in.json:{line}: rejected: {reason}") for told in complaints), complaints


def test_more_articles_than_are_stored_at_once_are_all_stored_in_order(tmp_path: Path) -> None:
    edited = article(7, text="Something happened.", modified_at="2025-12-02T10:00:00Z")
    path = write(tmp_path / "in.jsonl", [*(article(n) for n in range(250)), edited, "{", article(7)])
    assert "250 created, 1 revised, 1 repeated, 1 rejected" in run("import_articles", path)[0]


def test_an_empty_file_of_articles_says_so(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").touch()
    assert run("import_articles", tmp_path / "in.jsonl")[0] == "in.jsonl: nothing in it, 0 rejected"


def test_waiting_without_a_worker_ends_and_says_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", [article(1)])
    with pytest.raises(CommandError, match="nothing is lost: is a worker running"):
        run("import_articles", path, "--wait", "0.3")


# --- As they are called ---


class Screen(io.StringIO):
    """A terminal that keeps what was shown."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("command", "lines"),
    [("import_articles", [article(), "", article(title="Another")]), ("import_statements", [HEADING, row(), row()])],
)
def test_a_file_is_followed_by_a_bar_over_its_lines(
    claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, lines: list[str]
) -> None:
    path = write(tmp_path / ("f.csv" if command == "import_statements" else "f.jsonl"), lines)
    for out, shown in ((Screen(), f"\rimporting [{'#' * 20}] 3/3, 0 s left\033[K\n"), (io.StringIO(), "")):
        monkeypatch.setattr(sys, "stderr", out)
        run(command, path)
        assert out.getvalue() == shown  # off a terminal, what is over at once says nothing but its report


def test_long_work_off_a_terminal_tells_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    out = io.StringIO()
    progress = Progress("importing", out, 4)
    for _ in range(4):
        clock[0] += 3
        progress.step()
    progress.end()
    assert out.getvalue().splitlines() == [
        "importing [##########..........] 2/4, 6 s left",
        "importing [####################] 4/4, 0 s left",
    ]


@pytest.mark.parametrize(
    "command",
    [
        "import_articles", "import_claims", "import_parties", "import_sources", "import_statements", "load_seeds",
        "replay", "status", "read", "evaluate",
    ],
)  # fmt: skip
def test_every_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command, "--help")
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "xample" in said
    assert f"manage.py {command}" in said.split("xample", 1)[1]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_imported_from_the_shell(path: Path) -> None:
    make_parties()
    make_claim()
    write(path, [HEADING, row(1), "bad", row(2, "blues", "denies")])
    database = {**connection.settings_dict, **connection.get_connection_params()}
    address = f"postgres://{database['user']}@/{database['dbname']}?host={database.get('host', '')}"
    if database.get("port"):
        address += f"&port={database['port']}"
    environment = {**os.environ, "DATABASE_URL": address, "REDIS_URL": settings.REDIS_URL}
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
    done = subprocess.run(
        [*manage, "import_statements", str(path)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, "a line was rejected"
    assert "file.csv: 2 created, 0 repeated, 1 rejected" in done.stdout
    assert "file.csv:3: rejected: has 1 cells" in done.stderr
    failed = subprocess.run(
        [*manage, "import_statements", "nowhere.csv"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert failed.returncode == 1
    assert failed.stderr.strip() == "CommandError: nowhere.csv: cannot be read: No such file or directory"
    assert Source.objects.filter(slug="bulletin").exists()
