"""Hostile addresses by every road into the intake: nobody is asked, and the row, or the door, says why in one line."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from claims import fetch, intake
from claims.intake import asking, fetching, polling
from claims.management.commands.import_sources import parse_source_record
from claims.models import Article, Feed, Page
from claims.reading.catalogue import CatalogueError
from tests import hostile
from tests.hostile import Canary
from tests.loopback import Asked, serving
from tests.news_site import Shelf, write_page, write_text
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


@pytest.fixture(params=["the door judges", "it was kept before the door judged"])
def fewest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """More than so many forms come in: by the door only names that may be public ones; before it judged, most."""
    if request.param == "the door judges":
        return 15
    for module in (polling, fetching):
        monkeypatch.setattr(module, "check_address", lambda url: intake.canonical_url(url.strip()))
    return 50


def test_as_the_address_of_a_feed(canary: Canary, watched: Watched, fewest: int) -> None:
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
    assert kept > fewest  # the door alone does not keep them out


def test_as_the_address_of_a_page(canary: Canary, watched: Watched, fewest: int) -> None:
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
    assert kept > fewest and not Article.objects.exists()


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


OWN_NAMES = (
    "localhost", "LOCALHOST", "localhost.", "a.localhost", "intranet", "intranet.", "printer.local", "printer.local..",
    "wiki.corp.internal", "nas.home.arpa", "feed.onion", "x.invalid",
)  # fmt: skip
AT_ONCE = [
    ("http://127.0.0.1/f", "127.0.0.1 port 80 is not public"),
    ("http://169.254.169.254/f", "169.254.169.254 port 80 is not public"),
    ("http://0x7f.1/f", "a number written in an unusual way"),
    ("http://2130706433/f", "a number written in an unusual way"),
    ("http://[::ffff:127.0.0.1]/f", "port 80 is not public"),
    ("http:///x", "it names no host"),
    ("https:////x/y", "it names no host"),
    *((f"http://{name}/f", "a name on one's own network") for name in OWN_NAMES),
]


@pytest.mark.parametrize(("url", "why"), [*AT_ONCE, ("https://example.org:8443/f", "port 8443 is not open")])
def test_what_an_address_tells_by_itself_is_refused_at_once(watched: Watched, url: str, why: str) -> None:
    for add in (intake.add_feed, lambda url, source, now: intake.add_page(url, now, source)):
        with pytest.raises(intake.Refused) as refused:
            add(url, watched.source, NOW)
        assert (refused.value.field, why in refused.value.message) == ("url", True), str(refused.value)
        assert refused.value.cure
    with pytest.raises(CatalogueError, match=re.escape(why)):
        parse_source_record({"slug": "post", "name": "Post", "feeds": [url]})
    assert not Feed.objects.exists() and not Page.objects.exists()


@pytest.mark.parametrize(("url", "why"), AT_ONCE)
def test_as_the_name_of_a_pushed_article(url: str, why: str, settings: Any) -> None:
    sent = {"url": url, "source": "Post", "published_at": "2025-12-01T10:00:00Z", "text": "The mill burns."}
    with pytest.raises(intake.Refused) as refused:
        intake.parse_article(sent, NOW)
    assert (refused.value.field, why in refused.value.message) == ("url", True), str(refused.value)
    # A name is never asked, so its port does not matter; and what may be asked may be a name.
    assert intake.parse_article({**sent, "url": "https://example.org:8443/f"}, NOW).url == "https://example.org:8443/f"
    settings.FETCH_ALSO = frozenset({("127.0.0.1", 8123)})
    assert intake.parse_article({**sent, "url": "http://127.0.0.1:8123/f"}, NOW).url == "http://127.0.0.1:8123/f"
    assert intake.parse_article({**sent, "url": "http://localhost:8123/f"}, NOW).url == "http://localhost:8123/f"


def test_a_feed_that_must_not_be_asked_ends(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = watched.add_feed()
    Feed.objects.filter(pk=feed.pk).update(url="http://127.0.0.1/f")  # kept before the door judged
    watched.poll(feed)
    assert (feed.next_poll_at, feed.ended_at) == (None, NOW) and "is not public" in feed.ended_why


def test_a_feed_that_leads_where_nobody_may_ask_is_given_some_chances(watched: Watched) -> None:
    feed = watched.add_feed()
    watched.site.shelves["/feed"] = Shelf(status=302, headers={"Location": "http://10.0.0.1/"})
    for _ in range(polling.FORBIDDEN_BELIEVED):
        assert feed.ended_at is None
        watched.poll(feed)
    assert feed.next_poll_at is None and "10.0.0.1 port 80 is not public" in feed.ended_why
