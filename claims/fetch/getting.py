"""Asking an address that somebody else chose for what stands there: a feed, a page, a robots.txt."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from urllib3.response import BaseHTTPResponse

from claims.fetch.bodies import take_unpacked
from claims.fetch.connection import Watch, exchange, too_late
from claims.fetch.errors import GiveUp, RetryLater
from claims.fetch.guard import Bounds, check_url
from claims.fetch.waiting import asked_wait

_WHOLE = frozenset({200, 203})
_UNCHANGED = 304
_MOVED_FOR_GOOD = frozenset({301, 308})
_MOVED_FOR_NOW = frozenset({302, 303, 307})
# 202: taken note of, the answer is not ready yet.
_FOR_NOW = frozenset({202, 408, 425, 429})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at an address, and where that was.

    `url` is the last address asked, `moved_to` the one reached by permanent redirects alone from the start ("" if
    there was none: keep asking the old one), `status` 200, or 304 where nothing changed and `body` is empty. The texts
    of the headers are as sent, on one line, "" where there were none.
    """

    url: str
    moved_to: str
    status: int
    body: bytes
    content_type: str
    etag: str
    last_modified: str


def get(
    url: str,
    *,
    bounds: Bounds,
    agent: str,
    etag: str = "",
    last_modified: str = "",
    accept: str = "*/*",
    may: Callable[[str], None] | None = None,
) -> Fetched:
    """Ask an address for what stands there, within bounds, and follow where it sends.

    `agent` says who asks, with a contact; `etag` and `last_modified` are what the last answer carried, and are sent to
    each address on the way. `may` is called with each redirect's address before that is asked, within the same time,
    and may raise. No cookie is kept, no password sent; a redirect from https to http is followed, as browsers do (the
    result's `url` tells).

    Raises Forbidden for an address, at the start or on the way, that must not be asked; RetryLater where a host is not
    to be found or reached, too slow, overloaded (408, 425, 429: `wait` says how long, if it did) or broken (5xx), or
    ended in the middle of its answer; GiveUp for any other status (404 and 410: gone; 401, 403 and 451: not for us),
    too many redirects, too large an answer, or no safe connection.
    """
    headers = {"User-Agent": agent, "Accept": accept, "Accept-Encoding": "gzip, deflate, br"}
    validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers |= {name: text for name, text in validators.items() if text}
    asked, moved_to, for_good = url, "", True
    parts = check_url(asked, bounds)
    with Watch(bounds.seconds, bounds) as watch:
        for hop in range(bounds.redirects + 1):
            with exchange("GET", parts, headers, watch) as answer:
                if answer.status not in _MOVED_FOR_GOOD | _MOVED_FOR_NOW:
                    return _take(answer, asked, moved_to, bool(etag or last_modified), bounds, watch)
                if hop == bounds.redirects:
                    break
                for_good = for_good and answer.status in _MOVED_FOR_GOOD
                asked = _next(answer, asked)
            moved_to = asked if for_good else moved_to
            parts = check_url(asked, bounds)
            if may is not None:
                may(asked)
            if watch.expired:
                raise too_late(watch)
    raise GiveUp(f"more than {bounds.redirects} redirects")


def _next(answer: BaseHTTPResponse, base: str) -> str:
    """The address that a redirect sends to."""
    location = answer.headers.get("Location", "").strip(" \t")
    if not location:
        raise GiveUp(f"status {answer.status}, but it does not say where to", status=answer.status)
    # Headers come as Latin-1; those who do not encode their addresses write UTF-8.
    location = location.encode("latin-1").decode("utf-8", "replace")
    try:
        return urljoin(base, location).partition("#")[0]
    except ValueError as error:
        raise GiveUp(f"status {answer.status}, but where to cannot be read", status=answer.status) from error


def _take(
    answer: BaseHTTPResponse, asked: str, moved_to: str, conditional: bool, bounds: Bounds, watch: Watch
) -> Fetched:
    status = answer.status
    if status in _WHOLE:
        body = take_unpacked(answer, bounds.most_bytes, watch)
    elif status == _UNCHANGED and conditional:
        body = b""
    elif status in _FOR_NOW or 500 <= status < 600:
        raise RetryLater(_words(status), status=status, wait=asked_wait(answer.headers.get("Retry-After", "")))
    else:
        raise GiveUp(_words(status), status=status)
    return Fetched(
        url=asked,
        moved_to=moved_to,
        status=_UNCHANGED if status == _UNCHANGED else 200,
        body=body,
        content_type=_text(answer, "Content-Type"),
        etag=_text(answer, "ETag"),
        last_modified=_text(answer, "Last-Modified"),
    )


def _text(answer: BaseHTTPResponse, name: str) -> str:
    """A header's text as sent, but for what must not stand in one (RFC 9110, section 5.5)."""
    return re.sub(r"[\r\n\0]+", " ", answer.headers.get(name, ""))


def _words(status: int) -> str:
    try:
        return f"status {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"status {status}"
