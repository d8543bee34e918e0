"""What the tests of feeds and pages stand on: a site on this machine, a source whose feeds it has, a clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims import intake
from claims.models import Feed, Page, Source
from tests.loopback import serving
from tests.news_site import Site, write_entry, write_page, write_text

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

    def fetch(self, page: Page) -> intake.Brought:
        """Fetch a page now, whenever it would be due."""
        Page.objects.filter(pk=page.pk).update(next_fetch_at=self.now)
        brought = intake.fetch_page(page.pk, self.now)
        page.refresh_from_db()
        return brought

    def page(self, number: int) -> Page:
        """The page of an article."""
        return Page.objects.get(url=f"{self.address}/a/{number}")

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
