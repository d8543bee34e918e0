"""Ten days of feeds with 40 articles each, on a script of errors, edits, moves and withdrawals.

Everything is found, none of it twice, with hardly a request more than it takes. A tenth of the feeds lie on a real
server; the others' answers are handed to the fetcher behind its door. Ten feeds meet every kind of trouble once;
`HYPOTHESIS_PROFILE=long` follows fifty.
"""

import contextlib
import io
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Min
from urllib3 import HTTPResponse
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url

from claims import intake
from claims.fetch import getting
from claims.intake.polling import MOVES_BELIEVED
from claims.intake.schedule import LOOKS, back_off, next_interval, spread
from claims.models import Article, Feed, Page, Revision, Source, Withdrawal
from claims.models.intake import FIRST_INTERVAL
from tests.loopback import serving
from tests.news_site import Shelf, Site, write_entry, write_page, write_text

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=10)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEAT = 5 * MINUTE  # how often what is due is looked for
FEEDS = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 10
ARTICLES, HOSTS, REAL, LISTED = 40, 10, FEEDS // 10, 15


@dataclass
class Script:
    """What happens to one article, counted from when its page was first read: editions, errors, withdrawals."""

    published_at: datetime
    editions: tuple[timedelta, ...] = ()
    error: tuple[timedelta, timedelta, int] | None = None  # from then on, until then, this status
    withdrawn: tuple[bool, ...] = ()
    told: bool = False  # the feed tells of its edit
    broken: timedelta = timedelta(0)  # so long after its publication its page is not to be had
    read_at: datetime | None = None

    def edition(self, now: datetime) -> int:
        """The edition that stands now."""
        return 1 + sum(self.read_at is not None and self.read_at + after <= now for after in self.editions)

    def status(self, now: datetime) -> int:
        """How the page answers now."""
        if now < self.published_at + self.broken:
            return 500
        if self.error is None or self.read_at is None:
            return 200
        since, until, status = self.error
        return status if self.read_at + since <= now < self.read_at + until else 200


def write_script(feed: int, number: int) -> Script:
    """What happens to an article; a good half of them only appear and stay."""
    published = START + (number - 9) * 6 * HOUR + feed * 7 * MINUTE
    match (feed + number) % 20:
        case 0:
            return Script(published, editions=(35 * MINUTE,))
        case 2:
            return Script(published, editions=(5 * HOUR,))
        case 4:
            return Script(published, editions=(3 * HOUR, 20 * HOUR))
        case 6:
            return Script(published, editions=(9 * HOUR,), told=True)
        case 8:
            return Script(published, error=(10 * HOUR, 99 * DAY, 404), withdrawn=(True,))
        case 10:
            return Script(published, error=(2 * HOUR, 99 * DAY, 410), withdrawn=(True,))
        case 12:  # an accident: it is there again at the second look
            return Script(published, error=(4 * HOUR, 6 * HOUR + 40 * MINUTE, 404))
        case 14:
            return Script(published, error=(2 * HOUR, 12 * HOUR, 410), withdrawn=(True, False))
        case 16:
            return Script(published, broken=10 * HOUR)
        case 18 if number < 12:
            return Script(published, editions=(4 * DAY,))
    return Script(published)


# What goes wrong with feeds, by the last figure of their number: since when, until when.
TROUBLE = {
    1: (START + 36 * HOUR, START + 39 * HOUR, "500"),
    2: (START + 50 * HOUR, START + 52 * HOUR, "broken"),
    3: (START + 3 * DAY, END, "moved"),
    4: (START + 9 * DAY, END, "gone"),
    5: (START + 4 * DAY, START + 4 * DAY + HOUR, "busy"),
}


def trouble(feed: int, now: datetime) -> str:
    """What is wrong with a feed now."""
    since, until, what = TROUBLE.get(feed % 10, (END, END, ""))
    return what if since <= now < until else ""


class Outlet(Site):
    """A site that stands as the script has it at a moment."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world

    def answer(self, path: str, etag: str) -> tuple[int, bytes, dict[str, str]]:
        """Put what is asked for where it is asked for, as it stands now, and answer."""
        if path != "/robots.txt":
            feed, what = path.removeprefix("/f").split("/")
            if what.startswith("a"):
                self.world.set_page(self, int(feed), int(what[1:]), path)
            else:
                self.world.set_feed(self, int(feed), path)
        return super().answer(path, etag)


class World:
    """All the sites, standing as they do at a moment."""

    def __init__(self) -> None:
        self.now = START
        self.scripts = {(feed, n): write_script(feed, n) for feed in range(FEEDS) for n in range(ARTICLES)}
        self.sites = {f"http://site{number}.example": Outlet(self) for number in range(HOSTS)}
        self.bases = [[*self.sites][feed % HOSTS] for feed in range(FEEDS)]

    def add_real(self, address: str, outlet: Outlet) -> None:
        """A site on a real server has the first feeds."""
        self.sites[address] = outlet
        self.bases[:REAL] = [address] * REAL

    def url(self, feed: int, number: int) -> str:
        return f"{self.bases[feed]}/f{feed}/a{number}"

    def feed_url(self, feed: int) -> str:
        return f"{self.bases[feed]}/f{feed}/feed"

    def set_page(self, site: Site, feed: int, number: int, path: str) -> None:
        script = self.scripts[feed, number]
        status = script.status(self.now)
        if status != 200:
            site.fail(path, status)
            return
        script.read_at = script.read_at or self.now
        text = write_text(1000 * feed + number, script.edition(self.now))
        site.put(path, write_page(f"Report {feed}/{number}", text, script.published_at))

    def set_feed(self, site: Site, feed: int, path: str) -> None:
        what = trouble(feed, self.now)
        if what == "moved" and path.endswith("feed"):
            site.fail(path, 301, Location=f"{path}2")
        elif what == "500":
            site.fail(path, 500)
        elif what == "broken":
            site.shelves[path] = Shelf(b"<rss><channel><it", "application/rss+xml")
        elif what == "gone":
            site.fail(path, 410)
        elif what == "busy":
            site.fail(path, 429, Retry_After="3600")
        else:
            site.put_feed(path, self.list_entries(feed))

    def list_entries(self, feed: int) -> list[str]:
        """What a feed lists now: its newest articles."""
        out = [number for number in range(ARTICLES) if self.scripts[feed, number].published_at <= self.now]
        entries = []
        for number in out[-LISTED:]:
            script = self.scripts[feed, number]
            corrected = ", corrected" if script.told and script.edition(self.now) > 1 else ""
            title = f"Report {feed}/{number}{corrected}"
            entries.append(write_entry(title, self.url(feed, number), script.published_at))
        return entries

    @property
    def asked(self) -> list[tuple[str, int]]:
        """Everything that was asked for, with the status of the answer."""
        return [request for site in self.sites.values() for request in site.asked]


@pytest.fixture
def world(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made, real_exchange = World(), getting.exchange

    @contextlib.contextmanager
    def exchange(
        method: str, url: Url, headers: dict[str, str], watch: Any, body: bytes | None = None
    ) -> Iterator[BaseHTTPResponse]:
        site = made.sites.get(f"http://{url.host}")
        if site is None:
            with real_exchange(method, url, headers, watch, body) as answer:
                yield answer
            return
        status, words, told = site.answer(url.request_uri, headers.get("If-None-Match", ""))
        yield HTTPResponse(io.BytesIO(words), headers=told, status=status, preload_content=False)

    monkeypatch.setattr(getting, "exchange", exchange)
    outlet = Outlet(made)
    with serving(outlet.act) as server, connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # the days pass faster, and nothing here dies
        settings.FETCH_ALSO = frozenset({("127.0.0.1", int(server.address.rpartition(":")[2]))})
        made.add_real(server.address, outlet)
        yield made
        cursor.execute("RESET synchronous_commit")


def on_the_beat(moment: datetime) -> datetime:
    """The first beat at or after a moment."""
    beats = -((START - moment) // BEAT)
    return START + max(beats, 0) * BEAT


def follow(world: World) -> None:
    """Let ten days pass: at each beat everything that is due is asked for."""
    while True:
        due = [
            Feed.objects.aggregate(at=Min("next_poll_at"))["at"],
            Page.objects.aggregate(at=Min("next_fetch_at"))["at"],
        ]
        now = max(on_the_beat(min(at for at in due if at is not None)), world.now)
        if now >= END:
            return
        world.now = now
        for pk in Feed.objects.due(now).order_by("next_poll_at", "pk").values_list("pk", flat=True):
            intake.poll_feed(pk, now)
        for pk in Page.objects.due(now).order_by("next_fetch_at", "pk").values_list("pk", flat=True):
            intake.fetch_page(pk, now)
        world.now += BEAT


def count_polls(world: World, feed: int) -> int:
    """How many polls the schedule makes of a feed, by the pure rules and the script alone."""
    at, interval, failures, polls, seen = START, FIRST_INTERVAL, 0, 0, START - 30 * DAY
    mine = [script for (of, _), script in world.scripts.items() if of == feed]
    edits = [s.read_at + s.editions[0] for s in mine if s.told and s.read_at is not None]
    while at < END:
        polls += 1
        what = trouble(feed, at)
        if what == "gone":
            return polls
        if what in ("500", "broken", "busy"):
            failures += 1
            at = on_the_beat(at + max(back_off(failures), HOUR if what == "busy" else BEAT))
            continue
        brought = sum(seen < moment <= at for moment in [*(s.published_at for s in mine), *edits])
        interval = next_interval(interval, brought=brought, held=LISTED, first=polls == 1)
        failures, seen = 0, at
        moved = feed % 10 == 3 and trouble(feed, at) == "moved"
        at = on_the_beat(at + spread(interval, world.feed_url(feed) + ("2" if moved else ""), at))
    return polls


def count_fetches(page: Page, script: Script) -> int:
    """How many requests a page takes: its first fetch, each look that fell into the ten days, what errors add."""
    assert page.first_fetched_at is not None
    needed = 1 + sum(page.first_fetched_at + look < END for look in LOOKS)
    needed += script.told  # the feed says that it was edited
    if script.error is not None and script.error[2] == 404:
        needed += 1  # a second look before it counts
    waited, failures = timedelta(0), 0
    while script.broken and page.found_at + waited < script.published_at + script.broken:
        failures += 1
        waited += back_off(failures)
    return needed + failures


def test_ten_days_of_feeds(world: World) -> None:
    for feed in range(FEEDS):
        source = Source.objects.create(slug=f"source-{feed}", name=f"Source {feed}")
        intake.add_feed(world.feed_url(feed), source, START)
    follow(world)

    # Every article once, each of its editions once and in order, each withdrawal and return.
    scripts = {world.url(feed, number): (feed, number, script) for (feed, number), script in world.scripts.items()}
    articles = {article.url: article for article in Article.objects.prefetch_related("revisions", "withdrawals")}
    assert articles.keys() == scripts.keys() and len(articles) == FEEDS * ARTICLES
    found = {url: [r.text for r in article.revisions.all()] for url, article in articles.items()}
    expected = {
        url: [write_text(1000 * feed + number, 1 + n) for n in range(1 + len(script.editions))]
        for url, (feed, number, script) in scripts.items()
    }
    assert {url: texts for url, texts in found.items() if texts != expected[url]} == {}
    said = {url: tuple(w.withdrawn for w in a.withdrawals.order_by("pk")) for url, a in articles.items()}
    assert {url: told for url, told in said.items() if told != scripts[url][2].withdrawn} == {}
    assert sum(map(len, expected.values())) == Revision.objects.count() > len(articles) * 1.2
    assert Withdrawal.objects.count() > len(articles) * 0.15
    assert Page.objects.count() == len(articles)
    ended = set(Feed.objects.filter(ended_at__isnull=False).values_list("url", flat=True))
    assert ended == {world.feed_url(feed) for feed in range(FEEDS) if feed % 10 == 4}
    assert Feed.objects.filter(url__endswith="feed2", moved_to="").count() == FEEDS / 10

    # Hardly a request more than it takes.
    polls = sum(count_polls(world, feed) for feed in range(FEEDS)) + MOVES_BELIEVED * FEEDS // 10
    fetches = sum(count_fetches(page, scripts[page.url][2]) for page in Page.objects.all())
    robots = len(world.sites) * 10
    needed = polls + fetches + robots
    asked = Counter(
        "robots" if path == "/robots.txt" else "feeds" if "feed" in path else "pages" for path, _ in world.asked
    )
    print(f"asked {asked.total()} {dict(asked)}, needed {needed}: polls {polls}, pages {fetches}, robots {robots}")
    assert asked.total() <= 1.1 * needed
