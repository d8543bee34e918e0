"""One exchange with another machine: a connection that is cut when time is up, and errors that say what to do.

Nothing here heeds the environment (proxies, .netrc, certificate files) and nothing keeps a cookie: what is sent goes to
the address it was given for, with the headers it was given, and nowhere else.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from http.client import HTTPResponse as PlainResponse
from types import TracebackType
from typing import Any

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TooSlow
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url
from urllib3.util.ssl_ import create_urllib3_context

from claims.fetch.errors import FetchError, GiveUp, RetryLater
from claims.fetch.guard import Bounds, dial

# An error's or an answer's own words are passed on so far.
SAID = 200
# http.client takes 100 header lines of 64 KB each, and any number of interim answers.
_MOST_HEADER_BYTES = 65_536
_MOST_HEADER_LINES = 100


class Watch:
    """Cuts the connections of one request when its time is up.

    A socket's own time-out starts anew with each byte, so a peer that drips bytes would never trip it. With `bounds`,
    every connection made under the watch is guarded as well.
    """

    def __init__(self, seconds: float, bounds: Bounds | None = None) -> None:
        self.seconds = seconds
        self.bounds = bounds
        self.connected = False
        self._cut_off = False
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self._cut_off or self.left() <= 0

    def left(self) -> float:
        """How many seconds remain; below zero when the time is up."""
        return self._end - time.monotonic()

    def connect(self, host: str, port: int, ordinary: Callable[[], socket.socket]) -> socket.socket:
        """Make a connection, guarded where there are bounds, and see to its end."""
        made = ordinary() if self.bounds is None else dial(host, port, self.bounds, self.left)
        self.connected = True
        with self._lock:
            # A second handle on the connection: the first one is taken over by TLS.
            self._sockets.append(made.dup())
            if self._cut_off:
                self._shut(self._sockets[-1])
        return made

    def _cut(self) -> None:
        with self._lock:
            self._cut_off = True
            for handle in self._sockets:
                self._shut(handle)

    @staticmethod
    def _shut(handle: socket.socket) -> None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    def __enter__(self) -> "Watch":
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


_watching: ContextVar[Watch] = ContextVar("watching")


@contextlib.contextmanager
def exchange(
    method: str, url: Url, headers: Mapping[str, str], watch: Watch, body: bytes | None = None
) -> Iterator[BaseHTTPResponse]:
    """Send one request and hand out its answer, the body still unread; no redirect is followed.

    Whatever goes wrong, inside the block too, is raised as RetryLater (not to be reached, too slow, broken off) or
    GiveUp (no safe connection, more headers than anybody needs).
    """
    watch.connected = False
    made = {"http": _Pool, "https": _SafePool}[url.scheme or ""]
    options: dict[str, Any] = {"ssl_context": _trust()} if url.scheme == "https" else {}
    try:
        with made(url.host or "", url.port, timeout=max(watch.left(), 0.001), retries=False, **options) as pool:
            answer = pool.urlopen(
                method, url.request_uri, body, headers,
                redirect=False, assert_same_host=False, preload_content=False, decode_content=False,
            )  # fmt: skip
            try:
                yield answer
            finally:
                answer.close()
    except (HTTPError, OSError, UnicodeError) as error:
        raise _told(error, watch) from error


def too_late(watch: Watch) -> RetryLater:
    """The error for a request whose time is up."""
    return RetryLater(f"no answer within {watch.seconds:g} seconds", reached=watch.connected)


def _told(error: Exception, watch: Watch) -> FetchError:
    if isinstance(error, UnicodeError):
        return GiveUp(f"what was to be sent cannot be: {_in_short(error)}", reached=False)
    if watch.expired or (isinstance(error, TooSlow) and not isinstance(error, NewConnectionError)):
        return too_late(watch)
    # Who hangs up in the middle of making a connection safe may be at rest later; who shows a wrong paper will again.
    if isinstance(error, SSLError) and not isinstance(_bottom(error), ssl.SSLEOFError):
        return GiveUp(f"no safe connection: {_in_short(error)}", reached=False)
    said = "the answer broke off" if watch.connected else "not to be reached"
    return RetryLater(f"{said}: {_in_short(error)}", reached=watch.connected)


def _bottom(error: BaseException) -> BaseException:
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def _in_short(error: Exception) -> str:
    """What lies at the bottom of a library's error, without addresses of objects."""
    cause = _bottom(error)
    said = " ".join(str(cause).split())[:SAID]
    return f"{type(cause).__name__}: {said}" if said else type(cause).__name__


@cache
def _trust() -> ssl.SSLContext:
    """The authorities whose certificates are believed; read once, for it takes longer than a request."""
    context = create_urllib3_context()
    context.load_verify_locations(certifi.where())
    return context


class _CountedLines:
    """The head of an answer, line by line, until there is too much of it."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain
        self._bytes = 0
        self._lines = 0

    def readline(self, most: int = -1) -> bytes:
        line: bytes = self._plain.readline(most)
        self._bytes += len(line)
        self._lines += 1
        if self._bytes > _MOST_HEADER_BYTES or self._lines > _MOST_HEADER_LINES:
            raise GiveUp(f"more than {_MOST_HEADER_LINES} lines or {_MOST_HEADER_BYTES} bytes of headers")
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


class _Answer(PlainResponse):
    def begin(self) -> None:
        plain = self.fp
        self.fp = _CountedLines(plain)  # type: ignore[assignment]
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = plain


class _Connection(HTTPConnection):
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _watching.get().connect(self._dns_host, self.port, super()._new_conn)


class _SafeConnection(HTTPSConnection):
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _watching.get().connect(self._dns_host, self.port, super()._new_conn)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _SafeConnection
