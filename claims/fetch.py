"""The one door to the network: bounded requests, bytes in and bytes out; it knows no model and no setting.

A request has a wall-clock deadline, a largest answer and no redirects. The environment's proxies and .netrc are not
used: what is sent goes to the address it was given for, with the headers it was given, and nowhere else.
"""

import socket
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

_PIECE = 65_536
# Of an answer that says what was wrong with the request, so much is passed on.
_SAID = 200
_FOR_NOW = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_ABOUT_THE_KEY = frozenset({401, 403, 407})


class FetchError(Exception):
    """A request that brought no answer; the message says why, in one line, without keys.

    `status` is the HTTP status, if one came; `reached` says whether the other side was reached at all.
    """

    def __init__(self, message: str, *, status: int | None = None, reached: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.reached = reached


class RetryLater(FetchError):
    """The same request may be answered later; after `wait` seconds, where the other side said so."""

    def __init__(
        self, message: str, *, status: int | None = None, reached: bool = True, wait: float | None = None
    ) -> None:
        super().__init__(message, status=status, reached=reached)
        self.wait = wait


class GiveUp(FetchError):
    """The same request would fail again: something about it, or about the address, must change first."""


def post_json(url: str, body: bytes, *, headers: Mapping[str, str], seconds: float, most_bytes: int) -> bytes:
    """Send a JSON document to an address and return the body of the answer.

    `seconds` is the wall-clock time for the whole exchange, however slowly bytes come (looking up the host's name is
    as slow as the machine's resolver lets it be); `most_bytes` is the largest answer taken. Raises RetryLater where
    the other side is not to be reached, too slow, overloaded (429) or broken (5xx), or ended in the middle of its
    answer; GiveUp for any other status than success, a redirect, or an answer that is too large.
    """
    with _Watch(seconds) as watch:
        try:
            request = requests.Request("POST", url, data=body, headers={**_HEADERS, **headers}).prepare()
            with _session() as session, session.send(
                request, stream=True, timeout=seconds, allow_redirects=False, proxies={}
            ) as response:  # fmt: skip
                return _take(response, most_bytes, watch)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as error:
            raise GiveUp(f"{url!r} is no address to send to", reached=False) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            if watch.expired or isinstance(error, requests.Timeout):
                raise RetryLater(f"no answer within {seconds:g} seconds", reached=watch.connected) from error
            if isinstance(error, requests.exceptions.SSLError):
                raise GiveUp(f"no safe connection: {_in_short(error)}", reached=False) from error
            reached = watch.connected
            said = "the answer broke off" if reached else "not to be reached"
            raise RetryLater(f"{said}: {_in_short(error)}", reached=reached) from error


# Compressed answers would have to be bounded twice.
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}


def _take(response: requests.Response, most_bytes: int, watch: "_Watch") -> bytes:
    status = response.status_code
    if 300 <= status < 400:
        raise GiveUp(f"status {status}: it sends elsewhere, which is not followed", status=status)
    if status in _FOR_NOW:
        raise RetryLater(f"status {status}", status=status, wait=_wait(response))
    if not 200 <= status < 300:
        said = b"" if status in _ABOUT_THE_KEY else _body(response, most_bytes, watch)[:_SAID]
        words = " ".join(said.decode("utf-8", "replace").split())
        raise GiveUp(f"status {status}{': ' if words else ''}{words}", status=status)
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise GiveUp("a compressed answer, which was not asked for", status=status)
    return _body(response, most_bytes, watch)


def _body(response: requests.Response, most_bytes: int, watch: "_Watch") -> bytes:
    taken = bytearray()
    # read1 returns what has come, where read would wait for a full piece.
    while piece := response.raw.read1(_PIECE, decode_content=False):
        taken += piece
        if len(taken) > most_bytes:
            raise GiveUp(f"an answer of more than {most_bytes} bytes", status=response.status_code)
    if watch.expired:  # a connection that was cut looks like an answer that ended
        raise requests.Timeout
    return bytes(taken)


def _wait(response: requests.Response) -> float | None:
    """How many seconds the other side asks us to wait, where it says so in seconds (RFC 9110, section 10.2.3)."""
    asked = response.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else None


def _in_short(error: Exception) -> str:
    """What lies at the bottom of a library's error, without addresses of objects."""
    cause: BaseException = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    said = " ".join(str(cause).split())[:_SAID]
    return f"{type(cause).__name__}: {said}" if said else type(cause).__name__


class _Watch:
    """Cuts a request's connection when its time is up.

    A socket's own time-out starts anew with each byte, so a peer that drips bytes would never trip it.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def connected(self) -> bool:
        """Whether the other side took the connection."""
        return bool(self._sockets)

    def guard(self, connection: socket.socket) -> None:
        """Cut this connection, too, when the time is up."""
        with self._lock:
            # A second handle on the connection: the first one is taken over by TLS.
            self._sockets.append(connection.dup())
            if self.expired:
                self._shut(self._sockets[-1])

    def _cut(self) -> None:
        with self._lock:
            self.expired = True
            for handle in self._sockets:
                self._shut(handle)

    @staticmethod
    def _shut(handle: socket.socket) -> None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    def __enter__(self) -> "_Watch":
        self._token = _watching.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _watching.reset(self._token)
        with self._lock:
            for handle in self._sockets:
                handle.close()


_watching: ContextVar[_Watch] = ContextVar("watching")


class _WatchedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _watching.get().guard(made)
        return made


class _WatchedSafeConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _watching.get().guard(made)
        return made


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _WatchedSafePool(HTTPSConnectionPool):
    ConnectionCls = _WatchedSafeConnection


class _WatchedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedPool, "https": _WatchedSafePool}


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _WatchedAdapter(max_retries=0))
    return session
