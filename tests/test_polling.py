"""Polling feeds: what is new is found once, what goes wrong stands on the row in words, a host is asked politely."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims import intake
from claims.models import Article, Feed, Page, Source
from tests.loopback import serving
from tests.news_site import Site, write_entry, write_page, write_text

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watched:
    """A site on this machine, a source whose feed it has, and a clock that the test moves."""

    def __init__(self, site: Site, address: str) -> None:
        self.site, self.address, self.now = site, address, NOW
        self.source = Source.objects.create(slug="post", name="The Post")

    def publish(self, *numbers: int, edition: int = 1, **options: Any) -> None:
        """Put articles on the site, and a feed of exactly these."""
        for number in numbers:
            page = write_page(f"Report {number}", write_text(number, edition), NOW - HOUR, **options)
            self.site.put(f"/a/{number}", page)
        self.list(*numbers)

    def list(self, *numbers: int) -> None:
        """Have the feed list these articles."""
        entries = [write_entry(f"Report {n}", f"{self.address}/a/{n}", NOW - HOUR) for n in numbers]
        self.site.put_feed("/feed", entries)

    def add_feed(self, path: str = "/feed") -> Feed:
        """Have a feed of the site polled."""
        return intake.add_feed(f"{self.address}{path}", self.source, self.now)[0]

    def poll(self, feed: Feed) -> intake.Brought:
        """Poll a feed now, whenever it would be due."""
        Feed.objects.filter(pk=feed.pk).update(next_poll_at=self.now)
        brought = intake.poll_feed(feed.pk, self.now)
        feed.refresh_from_db()
        return brought

    def run(self) -> int:
        """Ask for all that is due, as the tasks would one after another; returns for how many rows."""
        asked = 0
        while due := intake.take_due(self.now, 10):
            if not (due.feeds or due.pages):
                return asked
            for pk in due.feeds:
                intake.poll_feed(pk, self.now)
            for pk in due.pages:
                intake.fetch_page(pk, self.now)
            asked += len(due.feeds) + len(due.pages)
            assert asked < 1000
        return asked


@pytest.fixture
def watched(settings: Any) -> Iterator[Watched]:
    site = Site()
    with serving(site.act) as server:
        settings.FETCH_ALSO = frozenset({("127.0.0.1", int(server.address.rpartition(":")[2]))})
        yield Watched(site, server.address)


def test_a_feed_brings_its_articles_once(watched: Watched) -> None:
    watched.publish(1, 2, 3)
    feed = watched.add_feed()
    assert watched.run() == 4
    assert Article.objects.count() == 3
    feed.refresh_from_db()
    assert (feed.last_error, feed.failures, feed.polls, feed.last_success_at) == ("", 0, 1, NOW)
    page = Page.objects.get(url=f"{watched.address}/a/2")
    assert (page.state, page.last_status, page.feed, page.last_error) == ("article", 200, feed, "")
    article = page.article
    assert article is not None and article.published_at == NOW - HOUR and article.source == watched.source
    assert article.newest.title == "Report 2" and article.newest.text == write_text(2)
    watched.now += HOUR - MINUTE
    watched.run()
    assert Article.objects.count() == 3
    assert watched.site.count("/feed", 304) >= 1
    assert watched.site.count("/a/2") == 1
    assert watched.site.count("/robots.txt") == 1
