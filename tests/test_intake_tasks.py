"""What is fetched, as tasks and commands have it done: each bell once, each step told."""

import logging
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import servers
from django.core.management import CommandError, call_command
from django.utils import timezone

from claims import tasks
from claims.intake import polling
from claims.models import Article, Feed, Host, Page, Revision, Source
from tests.watched import Watched, watched
from tests.workers import Worker

__all__ = ["watched"]  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The bells rung, by task and row, instead of the ringing."""
    heard: list[tuple[str, int]] = []
    for name in ("poll_feed", "fetch_page", "read_revision", "record_withdrawal"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "apply_async", lambda ids, retry, name=name: heard.append((name, ids[0])))
    return heard


def test_a_poll_rings_for_the_pages_it_brought_one_after_another(watched: Watched, rung: list[tuple[str, int]]) -> None:
    watched.publish(1, 2)
    watched.now = timezone.now()
    feed = watched.add_feed()
    tasks.poll_due()
    assert rung == [("poll_feed", feed.pk)]
    tasks.poll_due()
    assert len(rung) == 1  # the first bell may still be heard
    tasks.poll_feed(feed.pk)
    assert rung[1][0] == "fetch_page"
    tasks.fetch_page(rung[1][1])
    assert [name for name, _ in rung[2:]] == ["read_revision", "fetch_page"]
    tasks.fetch_page(rung[3][1])
    assert [name for name, _ in rung[4:]] == ["read_revision"]
    tasks.fetch_page(rung[3][1])
    assert len(rung) == 5 and Article.objects.count() == 2


def test_whatever_happens_to_who_asks_stays_on_the_row(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.publish(1)
    watched.now = timezone.now()
    feed = watched.add_feed()

    def break_down(*args: Any, **options: Any) -> None:
        raise RecursionError("the feed bit its tail")

    monkeypatch.setattr("claims.intake.polling.read_feed", break_down)
    monkeypatch.setattr("claims.tasks.ring_due", lambda due: None)
    tasks.poll_feed(feed.pk)
    feed.refresh_from_db()
    assert feed.last_error == "RecursionError: the feed bit its tail"
    assert feed.failures == 1 and feed.next_poll_at > watched.now
    assert not feed.host.__class__.objects.filter(busy_until__isnull=False).exists()


def test_a_bell_for_a_row_that_is_not_there_is_passed_over(rung: list[tuple[str, int]]) -> None:
    tasks.poll_feed(999_999)
    tasks.fetch_page(999_999)
    assert rung == []


def test_a_site_is_followed_by_a_worker_and_its_clock(watched: Watched, start_worker: Callable[..., Worker]) -> None:
    watched.publish(1, 2, 3)
    watched.now = timezone.now()
    watched.add_feed()
    port = watched.address.rpartition(":")[2]
    start_worker(beat=True, SWEEP_SECONDS="1", FETCH_ALSO=f"127.0.0.1:{port}")
    assert servers.wait_until(lambda: Revision.objects.filter(read_at__isnull=False).count() == 3, 60)
    assert watched.site.count("/feed") == 1 and watched.site.count("/a/2") == 1
    out = StringIO()
    watched.publish(4)
    call_command("add_url", f"{watched.address}/a/4", "--source", "post", "--wait", "60", stdout=out, stderr=StringIO())
    assert "/a/4: added" in out.getvalue() and "edition 1 read, 0 statements" in out.getvalue()
    assert Article.objects.count() == 4


def test_a_publishers_odd_headers_cost_one_line_of_the_log() -> None:
    logger = logging.getLogger("urllib3.connection")
    error = ValueError("a header without an end")
    record = logger.makeRecord(logger.name, logging.WARNING, "", 1, "%s", (error,), (ValueError, error, None))
    assert logger.filter(record) and record.exc_info is None
    assert record.getMessage() == "a header without an end"


def test_each_note_on_a_feed_is_told_once() -> None:
    told = polling._tell(["one\ntwo", "two", "", "three", "one"])
    assert told == "one\ntwo\nthree"


# --- Commands ---


def run(*words: str) -> tuple[str, str]:
    """Run a command; returns what it said, and what it complained of (its failure last)."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*words, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"{error}")
    return out.getvalue(), err.getvalue()


def test_add_url_makes_a_page_due_and_names_what_it_cannot_take(rung: list[tuple[str, int]]) -> None:
    Source.objects.create(slug="post", name="The Post", homepage="https://post.example/")
    out, err = run("add_url", "https://post.example/1", "file:///etc/passwd", "https://post.example/1#again")
    page = Page.objects.get()
    assert page.source.slug == "post" and page.next_fetch_at is not None
    assert out.splitlines() == ["https://post.example/1: added", "https://post.example/1: known, and fetched again"]
    assert "file:///etc/passwd: rejected: url: 'file:///etc/passwd' is not an http or https address" in err
    assert "1 of 3 addresses were rejected" in err
    assert ("fetch_page", page.pk) in rung


@pytest.mark.parametrize("command", ["add_url", "add_feed"])
def test_an_unknown_source_is_made_and_said_but_not_for_an_address_that_is_none(
    rung: list[tuple[str, int]], command: str
) -> None:
    assert "rejected" in run(command, "file:///etc/passwd", "--source", "Morning")[1]
    assert not Source.objects.exists()
    out, err = run(command, "https://post.example/1", "https://post.example/2", "--source", "Morning")
    assert out.splitlines() == [
        "note: source 'Morning' was new; it was made with the slug 'morning' and grade F",
        "https://post.example/1: added",
        "https://post.example/2: added",
    ]
    assert err == "" and Source.objects.get().reliability == "F"
    assert "note" not in run(command, "https://post.example/3", "--source", "morning")[0]
    assert "name the publisher" in run(command, "https://post.example/3", "--source", "x" * 201)[1]


def test_add_url_waits_and_says_what_is_wrong(rung: list[tuple[str, int]]) -> None:
    assert "not done within 0.1 seconds" in run("add_url", "https://post.example/1", "--wait", "0.1")[1]
    page = Page.objects.get()
    until = timezone.now() + timedelta(hours=1)
    Host.objects.update(wait_until=until)  # as after a 429
    waited = run("add_url", "https://post.example/1", "--wait", "0.1")[1]
    assert f"post.example asked to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC" in waited
    assert "worker" not in waited
    Host.objects.update(wait_until=None)
    said = {"last_error": "status 500", "fetches": 1}

    def fail(ids: tuple[int], retry: bool) -> None:
        Page.objects.filter(pk=page.pk).update(**said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks.fetch_page, "apply_async", fail)
        out, _ = run("add_url", "https://post.example/1", "--wait", "5")
    assert "https://post.example/1: failed: status 500" in out


def test_add_feed_adds_once_and_names_what_it_cannot_take(rung: list[tuple[str, int]]) -> None:
    Source.objects.create(slug="post", name="The Post")
    Source.objects.create(slug="other", name="Other")
    out, _ = run("add_feed", "https://post.example/feed", "https://post.example/feed", "--source", "post")
    assert out.splitlines() == ["https://post.example/feed: added", "https://post.example/feed: there already"]
    assert rung == [("poll_feed", Feed.objects.get().pk)]
    _, err = run("add_feed", "https://post.example/feed", "gopher://x", "--source", "other")
    assert "is a feed of The Post already" in err and "2 of 2 feeds were rejected" in err


SOURCES = (
    '[{"slug": "post", "name": "The Post", "feeds": ["https://post.example/a.xml", "https://post.example/b.xml"]}]'
)


def test_import_sources_brings_feeds_once(tmp_path: Path) -> None:
    path = tmp_path / "sources.json"
    path.write_text(SOURCES.replace(', "https://post.example/b.xml"', ""))
    assert "1 created" in run("import_sources", str(path))[0]
    path.write_text(SOURCES)
    assert "0 created, 1 changed" in run("import_sources", str(path))[0]
    assert "1 repeated" in run("import_sources", str(path))[0]
    assert sorted(Feed.objects.values_list("url", flat=True)) == [f"https://post.example/{n}.xml" for n in "ab"]
    for bad, reason in (("ftp://post.example/", "not an http"), ("", "empty")):
        path.write_text(SOURCES.replace("https://post.example/a.xml", bad))
        assert reason in run("import_sources", str(path))[1]
    path.write_text(SOURCES.replace('["https', '"https').replace('xml"]', 'xml"').replace('", "https', " https"))
    assert "a list of addresses" in run("import_sources", str(path))[1]
    assert Feed.objects.count() == 2
