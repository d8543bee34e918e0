"""Sending a document to an address that an operator chose, and taking the answer."""

from collections.abc import Mapping

from urllib3.exceptions import LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from claims.fetch.bodies import take
from claims.fetch.connection import SAID, Watch, exchange
from claims.fetch.errors import GiveUp, RetryLater
from claims.fetch.waiting import asked_wait

_FOR_NOW = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_ABOUT_THE_KEY = frozenset({401, 403, 407})
# Compressed answers would have to be bounded twice.
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}


def post_json(url: str, body: bytes, *, headers: Mapping[str, str], seconds: float, most_bytes: int) -> bytes:
    """Send a JSON document to an address and return the body of the answer.

    The address is trusted: it may be a machine of one's own network. `seconds` is the wall-clock time for the whole
    exchange, however slowly bytes come (looking up the host's name is as slow as the machine's resolver lets it be);
    `most_bytes` is the largest answer taken. Raises RetryLater where the other side is not to be reached, too slow,
    overloaded (429) or broken (5xx), or ended in the middle of its answer; GiveUp for any other status than success,
    a redirect, or an answer that is too large.
    """
    with (
        Watch(seconds) as watch,
        exchange("POST", _read(url), {**_HEADERS, **headers}, watch, body) as response,
    ):
        return _take(response, most_bytes, watch)


def _read(url: str) -> Url:
    try:
        parts = parse_url(url)
    except (LocationParseError, UnicodeError) as error:
        raise GiveUp(f"{url!r} is no address to send to", reached=False) from error
    if parts.scheme not in ("http", "https") or not parts.host or parts.host.startswith("."):
        raise GiveUp(f"{url!r} is no address to send to", reached=False)
    return parts


def _take(response: BaseHTTPResponse, most_bytes: int, watch: Watch) -> bytes:
    status = response.status
    if 300 <= status < 400:
        raise GiveUp(f"status {status}: it sends elsewhere, which is not followed", status=status)
    if status in _FOR_NOW:
        raise RetryLater(f"status {status}", status=status, wait=asked_wait(response.headers.get("Retry-After", "")))
    if not 200 <= status < 300:
        said = b"" if status in _ABOUT_THE_KEY else take(response, most_bytes, watch)[:SAID]
        words = " ".join(said.decode("utf-8", "replace").split())
        raise GiveUp(f"status {status}{': ' if words else ''}{words}", status=status)
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise GiveUp("a compressed answer, which was not asked for", status=status)
    return take(response, most_bytes, watch)
