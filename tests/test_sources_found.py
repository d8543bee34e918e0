"""Which source an article, a feed or a record is of: found whatever its capitals, made only where something is kept."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from claims import intake, tasks
from claims.intake import sources
from claims.models import Article, Feed, Page, Source

pytestmark = pytest.mark.django_db

ARTICLE = {"published_at": "2026-02-10T09:00:00Z", "title": "Calm seas", "text": "No wind."}
ITEM = {"uri": "urn:uuid:9f0c", "versioncreated": "2026-02-10T09:00:00Z", "headline": "Calm seas", "body_text": "Calm."}


@pytest.fixture(autouse=True)
def silent_bells(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("poll_feed", "fetch_page", "read_revision"):
        monkeypatch.setattr(getattr(tasks, name), "apply_async", lambda ids, retry: None)


def run(*words: str) -> str:
    """Run a command; returns what it said, and what it complained of (its failure last)."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except CommandError as error:
        out.write(f"failed: {error}")
    return out.getvalue()


@pytest.mark.parametrize("named", ["halyard", "Halyard", "HALYARD", "The Halyard", "the halyard", "THE HALYARD"])
def test_a_source_is_found_by_slug_or_name_whatever_its_capitals(named: str) -> None:
    halyard = Source.objects.create(slug="halyard", name="The Halyard")
    now = timezone.now()
    intake.take_article(intake.parse_article({**ARTICLE, "source": named}, now), now)
    assert sources.find_or_make_source(named, []) == halyard
    assert Source.objects.get() == Article.objects.get().source == halyard


def test_capitals_of_every_script_are_folded() -> None:
    paper = Source.objects.create(slug="hazeta", name="Нова Газета")
    assert sources.find_source("НОВА ГАЗЕТА") == paper


def test_the_one_that_is_written_just_so_comes_first() -> None:
    Source.objects.create(slug="one", name="POST")
    post = Source.objects.create(slug="post", name="The Post")
    assert sources.find_source("post") == sources.find_source("Post") == post
    assert sources.find_source("POST").slug == "one"  # type: ignore[union-attr]


def test_of_two_who_make_one_at_once_in_other_capitals_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    halyard = Source.objects.create(slug="halyard", name="Halyard")
    answers = iter([None, halyard])  # not there when it was looked for
    monkeypatch.setattr(sources, "find_source", lambda name: next(answers))
    notes: list[str] = []
    assert sources.find_or_make_source("HALYARD", notes) == halyard and notes == []


def test_an_index_finds_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sources.FIND_SOURCE}", {"name": "halyard"})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "source_slug_folded" in plan and "source_name_folded" in plan


# --- ninjs: its publisher is not whom the words come from ---


def test_an_items_information_sources_are_not_its_publisher() -> None:
    Source.objects.create(slug="halyard", name="The Halyard")
    now = timezone.now()
    for item in (ITEM, {**ITEM, "infosources": [{"name": "Halyard"}]}):
        with pytest.raises(intake.Refused, match="name the publisher in provider or source") as refused:
            intake.parse_item(item, now)
        assert refused.value.field == "provider"
    told = intake.parse_item({**ITEM, "provider": "HALYARD", "infosources": [{"name": "River"}]}, now)
    assert (told.source, told.credit) == ("HALYARD", "River")
    assert intake.parse_item({**ITEM, "pubstatus": "canceled"}, now).canceled


# --- No source is left behind by what is refused ---


@pytest.mark.parametrize(
    "words",
    [
        ("add_feed", "", "--source", "new"),
        ("add_feed", "https://post.example/feed", "--source", "new"),
        ("add_url", "", "--source", "new"),
        ("add_url", "https://127.0.0.1/", "--source", "new"),
        ("add_url", "https://post.example/1", "--source", "new"),  # known, and of another source
    ],
)
def test_what_is_refused_or_known_leaves_no_source_behind(words: tuple[str, ...]) -> None:
    post = Source.objects.create(slug="post", name="The Post", homepage="https://post.example/")
    intake.add_feed("https://post.example/feed", post, timezone.now())
    intake.add_page("https://post.example/1", timezone.now())
    told = run(*words)
    assert ("rejected" in told or "known" in told) and "note:" not in told
    assert Source.objects.get() == post
    assert Feed.objects.count() == Page.objects.count() == 1


def test_a_table_of_which_nothing_is_taken_leaves_no_source_behind(tmp_path: Path) -> None:
    path = tmp_path / "control.csv"
    path.write_text("geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status\n1,never,UA,UA,UA,UA,UA\n")
    run("import_observations", str(path))
    assert not Source.objects.exists()


# --- A command that could not take a line ends as failed ---


@pytest.mark.parametrize(
    ("command", "name", "text", "kept"),
    [
        ("import_articles", "a.jsonl", '{"source": "x"}\n{"source": "post", "published_at": "2026-01-01T00:00Z", '
         '"title": "A", "text": "B"}\n', "1 created, 1 rejected"),
        ("import_statements", "s.csv", "claim,party,stance,said_at\nno,no,affirms,2026-01-01\n", "1 rejected"),
        ("import_observations", "o.csv", "date,place,occupied_share\nnever,Avdiivka,0.5\n", "1 rejected"),
    ],
)  # fmt: skip
def test_rejected_lines_fail_the_command_and_lose_no_good_one(
    tmp_path: Path, command: str, name: str, text: str, kept: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    told = run(command, str(path))
    assert kept in told
    assert told.endswith(f"failed: {name}: lines were rejected, each named above; the others are stored")
    assert Article.objects.count() == (command == "import_articles")
