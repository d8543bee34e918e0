"""Hostile addresses by every road into the intake: nobody is asked, and the row, or the door, says why in one line."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from claims import fetch, intake
from claims.intake import asking
from claims.models import Article, Feed, Page
from tests import hostile
from tests.hostile import Canary
from tests.loopback import Asked, serving
from tests.news_site import write_page, write_text
from tests.watched import NOW, Watched, watched

__all__ = ["watched"]  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Canary]:
    """A canary whose port is open to us, so that only its host can be what is wrong, and no way off the machine."""
    strayed = hostile.nowhere_else(monkeypatch)
    hostile.resolving(monkeypatch)
    with hostile.listening() as listening:

        def bounds(seconds: float, most_bytes: int) -> fetch.Bounds:
            ports = frozenset({80, 443, listening.port})
            return fetch.Bounds(ports=ports, also=settings.FETCH_ALSO, seconds=seconds, most_bytes=most_bytes)

        monkeypatch.setattr(asking, "_bounds", bounds)
        yield listening
    assert (listening.heard, strayed) == ([], [])


def is_clear(said: str) -> bool:
    """One line that says something and is not endless."""
    return bool(said) and "\n" not in said and len(said) < 1000


def test_as_the_address_of_a_feed(canary: Canary, watched: Watched) -> None:
    kept = 0
    for form in canary.forms():
        try:
            feed, _ = intake.add_feed(form, watched.source, NOW)
        except intake.Refused as refusal:
            assert is_clear(str(refusal)[:900]), form
            continue
        kept += 1
        intake.poll_feed(feed.pk, NOW)
        feed.refresh_from_db()
        assert is_clear(feed.last_error) and feed.last_error != asking.BEGUN, form
        assert feed.failures == 1 and feed.last_success_at is None
    assert kept > 50  # the door alone does not keep them out


def test_as_the_address_of_a_page(canary: Canary, watched: Watched) -> None:
    kept = 0
    for form in canary.forms():
        try:
            page, _ = intake.add_page(form, NOW, watched.source)
        except intake.Refused as refusal:
            assert is_clear(str(refusal)[:900]), form
            continue
        kept += 1
        intake.fetch_page(page.pk, NOW)
        page.refresh_from_db()
        assert is_clear(page.last_error) and page.last_error != asking.BEGUN, form
    assert kept > 50 and not Article.objects.exists()


def test_as_the_link_of_a_feeds_entry(canary: Canary, watched: Watched) -> None:
    forms = canary.forms()
    items = [{"id": str(n), "url": form, "title": f"Entry {n}"} for n, form in enumerate(forms)]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "The Post", "items": items}
    watched.site.put("/feed", json.dumps(document), "application/feed+json")
    feed = watched.add_feed()
    watched.run()
    feed.refresh_from_db()
    assert feed.last_error == "" and "could not be taken" in feed.note
    pages = list(Page.objects.all())
    assert len(pages) > 50
    assert [page.url for page in pages if not is_clear(page.last_error) or page.last_error == asking.BEGUN] == []
    assert not Article.objects.exists()


def test_as_where_a_feed_or_a_page_sends(canary: Canary, watched: Watched, settings: Any) -> None:
    forms = canary.forms()

    def lead(asked: Asked) -> None:
        number = asked.path.strip("/")
        if not number.isdecimal():
            asked.send(404, b"")
            return
        head = f"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: {forms[int(number)]}\r\n\r\n"
        asked.handler.wfile.write(head.encode())

    with serving(lead) as site:
        settings.FETCH_ALSO |= {("127.0.0.1", int(site.address.rpartition(":")[2]))}
        for number, form in enumerate(forms):
            feed, _ = intake.add_feed(f"{site.address}/{number}", watched.source, NOW)
            page, _ = intake.add_page(f"{site.address}/{number}", NOW, watched.source)
            intake.poll_feed(feed.pk, NOW)
            intake.fetch_page(page.pk, NOW)
            for row in (feed, page):
                row.refresh_from_db()
                assert is_clear(row.last_error) and row.last_error != asking.BEGUN, form
            assert feed.moved_to == ""
    assert Feed.objects.count() == len(forms) and not Article.objects.exists()


def test_as_what_a_page_calls_its_own_address(canary: Canary, watched: Watched) -> None:
    forms = canary.forms()
    for number, form in enumerate(forms):
        words = write_page(f"Report {number}", write_text(number), NOW, canonical=form)
        watched.site.put(f"/a/{number}", words)
        page, _ = intake.add_page(f"{watched.address}/a/{number}", NOW, watched.source)
        intake.fetch_page(page.pk, NOW)
        page.refresh_from_db()
        assert (page.last_error, page.state) == ("", Page.State.ARTICLE), form
        assert page.article is not None
        assert page.article.url.startswith(f"{watched.address}/"), (form, page.article.url)
    assert Page.objects.count() == len(forms)  # what a page calls itself is never asked for
