"""Asking a host for something: one thing at a time over all workers, as its robots.txt allows, within bounds.

No transaction is held while a host is asked: a lease on its row keeps others away, and a row that is being asked for
stands as failed until it is told how it went. Whoever dies meanwhile leaves a row that is tried again, ever later.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings

from claims import fetch
from claims.fetch import robots
from claims.intake.addresses import canonical_url
from claims.intake.fields import Refused
from claims.intake.schedule import back_off
from claims.models import Host
from claims.models.intake import Errand, free

ROBOTS_STAY = timedelta(days=1)
# Where a robots.txt is not to be had the one we have goes on holding, and is asked for again so much later.
ROBOTS_AGAIN = timedelta(hours=1)
ROBOTS_SECONDS = 10
ROBOTS_BYTES = 512 * 1024
# A host may ask for a pause between two requests; a longer one would keep its articles from being looked at again.
LONGEST_PAUSE = timedelta(minutes=5)
# Longer than a task can live, so that nobody loses a lease while asking.
LEASE = timedelta(seconds=settings.TASK_TIME_LIMIT + 30)
BEGUN = "it was begun and never ended: the worker died meanwhile, or had no time left"

Row = TypeVar("Row", bound=Errand)


class AskedLater(Exception):
    """A host that is asked for something else just now, or wants to be left alone for a while: nobody's fault."""


class Visit:
    """The right to ask hosts, held while one row is asked for, and given back at the end of a `with` block."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._lease = now + LEASE
        self._held: dict[str, Host] = {}
        self._pauses: dict[str, timedelta] = {}
        self._asked = ""

    def begin(self, kind: type[Row], pk: int) -> Row | None:
        """Take a row that is due, with its host, and mark it as begun; None where it is not due, or its host not free.

        The row returned is as it was before it was marked.
        """
        rows = kind.objects.due(self._now).filter(pk=pk)  # type: ignore[attr-defined]
        row: Row | None = rows.select_related("host").first()
        if row is None or not self._lease_host(row.host):
            return None
        wait = max(back_off(row.failures + 1), LEASE)
        marked = {"failures": row.failures + 1, "last_error": BEGUN, kind.DUE: self._now + wait}
        # Nobody else asks its host now; but somebody may have, between our look at the row and the lease.
        unchanged = {"failures": row.failures, kind.DUE: row.due_at}
        return row if rows.filter(**unchanged).update(**marked) else None

    def get(self, url: str, *, accept: str, etag: str = "", last_modified: str = "") -> fetch.Fetched:
        """Ask for an address, if its robots.txt allows it; redirects are followed as far as they may be.

        Raises AskedLater where a redirect's host is not free, and what `fetch.get` raises.
        """
        self._admit(url)
        return fetch.get(
            url,
            bounds=_bounds(settings.FETCH_SECONDS, settings.FETCH_MOST_BYTES),
            agent=settings.FETCH_AGENT,
            etag=etag,
            last_modified=last_modified,
            accept=accept,
            may=self._admit,
        )

    def keep_away(self, error: fetch.RetryLater) -> None:
        """Leave the host that was asked last alone for as long as it asked in its answer, if it did."""
        if error.wait and self._asked:
            until = self._now + timedelta(seconds=error.wait)
            Host.objects.filter(name=self._asked).update(wait_until=until, wait_why=str(error))
            self._pauses.pop(self._asked, None)

    def _admit(self, url: str) -> None:
        name = name_host(url)
        if not self._take(name):
            raise AskedLater(f"{name} is asked for something else")
        self._asked = name
        rules = self._robots(self._held[name], f"{urlsplit(url).scheme}://{name}/robots.txt")
        if not robots.allows(rules, settings.FETCH_AGENT, url):
            raise fetch.GiveUp(f"the robots.txt of {name} asks us not to fetch {url}", reached=False)
        pause = robots.delay(rules, settings.FETCH_AGENT)
        if pause:
            self._pauses[name] = min(timedelta(seconds=pause), LONGEST_PAUSE)

    def _take(self, name: str) -> bool:
        """Take the lease of a host, or have it already."""
        return name in self._held or self._lease_host(Host.objects.get_or_create(name=name)[0])

    def _lease_host(self, host: Host) -> bool:
        open_to_us = Host.objects.filter(free("busy_until", self._now), free("wait_until", self._now), pk=host.pk)
        if not open_to_us.update(busy_until=self._lease, ring_at=None):
            return False
        self._held[host.name] = host
        return True

    def _robots(self, host: Host, url: str) -> str:
        """A host's robots.txt, asked for once a day. Raises what `fetch.get` raises where none is to be had."""
        if host.robots_at is not None and host.robots_at + ROBOTS_STAY > self._now:
            return host.robots
        bounds = _bounds(min(ROBOTS_SECONDS, settings.FETCH_SECONDS), ROBOTS_BYTES)
        try:
            body = fetch.get(url, bounds=bounds, agent=settings.FETCH_AGENT, may=self._admit_robots).body
            host.robots, host.robots_at = body.decode("utf-8", "replace").replace("\x00", ""), self._now
        except fetch.Forbidden:
            raise
        except fetch.FetchError as error:
            if isinstance(error, fetch.GiveUp) and error.status is not None and 400 <= error.status < 500:
                host.robots, host.robots_at = "", self._now  # RFC 9309, section 2.3.1.3: none there, nothing forbidden
            elif host.robots_at is not None:
                host.robots_at = self._now - ROBOTS_STAY + ROBOTS_AGAIN
            else:
                wait = getattr(error, "wait", None)
                said = f"its robots.txt is not to be had: {error}"
                raise fetch.RetryLater(said, status=error.status, reached=error.reached, wait=wait) from error
        Host.objects.filter(pk=host.pk).update(robots=host.robots, robots_at=host.robots_at)
        return host.robots

    def _admit_robots(self, url: str) -> None:
        """A robots.txt may send elsewhere, too, and that host is asked one thing at a time as well."""
        if not self._take(name_host(url)):
            raise AskedLater(f"{name_host(url)} is asked for something else")

    def __enter__(self) -> "Visit":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, host in self._held.items():
            freed: Mapping[str, datetime | str | None] = {"busy_until": None}
            if name in self._pauses:
                pause = self._pauses[name]
                why = f"its robots.txt asks for {pause.total_seconds():g} seconds between two requests"
                freed = {**freed, "wait_until": self._now + pause, "wait_why": why}
            Host.objects.filter(pk=host.pk, busy_until=self._lease).update(**freed)


def check_address(url: str) -> str:
    """The one form of an address that is to be asked; "" for an empty one. No name is looked up for it.

    Raises Refused for what is no address, or must not be asked as far as its text tells.
    """
    address = canonical_url(url.strip(), "give an http or https address that is open to the public")
    if address:
        try:
            fetch.check_url(address, _bounds(settings.FETCH_SECONDS, settings.FETCH_MOST_BYTES))
        except fetch.Forbidden as error:
            raise Refused("url", str(error), "give an address that is open to the public") from error
    return address


def name_host(url: str) -> str:
    """The host of an address as its row is named: with the port where that is not the usual one.

    Raises fetch.Forbidden for what is no address to ask.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise fetch.Forbidden(f"{url!r} is no address to ask", reached=False)
    shown = f"[{host}]" if ":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    return (shown if port in (None, usual) else f"{shown}:{port}")[:300]


def _bounds(seconds: float, most_bytes: int) -> fetch.Bounds:
    return fetch.Bounds(also=settings.FETCH_ALSO, seconds=seconds, most_bytes=most_bytes)
