"""Bombs, floods and drips: refused within the caps, whatever is sent, and at no cost in memory or time."""

import gzip
import json
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest

from claims.fetch import Bounds, Fetched, FetchError, GiveUp, RetryLater, get
from tests import hostile, loopback
from tests.loopback import Act, Asked, Loopback, answer, serving

MEGABYTE = 2**20
CAP = 5 * MEGABYTE
QUICKLY = 0.6
# A machine busy with other tests may be late, but not by this much.
LATE = 4.0


def ask(site: Loopback, *, seconds: float = 20, most_bytes: int = CAP) -> Fetched:
    place = urlsplit(site.address)
    also = frozenset({(str(place.hostname), int(place.port or 0))})
    return get(site.address, bounds=Bounds(also=also, seconds=seconds, most_bytes=most_bytes), agent="tests")


# --- Bombs: a gigabyte of nothing in little ---


@cache
def stretch_deflated() -> bytes:
    """Bare deflate of 16 MB of zeros, ended by a full flush, so that it may stand again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(bytes(16 * MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)


@cache
def nothing_deflated() -> bytes:
    return stretch_deflated() * 64 + b"\x03\0"


@cache
def nothing_in_gzip() -> bytes:
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + nothing_deflated() + b"\0" * 8


@cache
def nothing_in_brotli() -> bytes:
    packer = brotli.Compressor(quality=4, lgwin=24)
    return b"".join(packer.process(bytes(16 * MEGABYTE)) for _ in range(64)) + packer.finish()


def nothing_in_members() -> bytes:
    """Ever more members of gzip that hold nothing: no output, and no end of work."""
    return gzip.compress(b"") * 400_000


def silence_in_gzip() -> bytes:
    """A hundred megabytes of gzip that hold nothing at all, and pack well themselves."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\0\0\xff\xff" * (20 * MEGABYTE)


# How much more memory a refusal may take than an ordinary answer did, in MB: the cap of 5, and what the library keeps
# to look back at (32 KB for deflate, up to 16 MB for brotli: RFC 7932, section 9.1).
BOMBS: dict[str, tuple[str, Callable[[], bytes], int]] = {
    "gzip": ("gzip", nothing_in_gzip, 7),
    "deflate": ("deflate", lambda: b"\x78\xda" + nothing_deflated(), 7),
    "bare deflate": ("deflate", nothing_deflated, 7),
    "brotli": ("br", nothing_in_brotli, 24),
    "gzip in gzip": ("gzip, gzip", lambda: gzip.compress(nothing_in_gzip()), 7),
    "gzip in brotli": ("gzip, br", lambda: brotli.compress(nothing_in_gzip(), quality=5), 24),
    "gzip in gzip that never says a word": ("gzip, gzip", lambda: gzip.compress(silence_in_gzip()), 7),
    "empty members": ("gzip", nothing_in_members, 7),
}

CHILD = """
import json, pathlib, sys, time
from urllib.parse import urlsplit
from claims.fetch import Bounds, FetchError, get

def memory(field):
    (line,) = [line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith(field)]
    return int(line.split()[1]) / 1024

url, cap = sys.argv[1], int(sys.argv[2])
place = urlsplit(url)
bounds = Bounds(also=frozenset({(place.hostname, place.port)}), seconds=20, most_bytes=cap)
get(url, bounds=bounds, agent="tests")
pathlib.Path("/proc/self/clear_refs").write_text("5")  # the greatest memory so far is forgotten
before, began, said = memory("VmRSS"), time.monotonic(), ""
try:
    get(url, bounds=bounds, agent="tests")
except FetchError as error:
    said = f"{type(error).__name__}: {error}"
print(json.dumps({"said": said, "more": memory("VmHWM") - before, "seconds": time.monotonic() - began}))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured by Linux's /proc")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_the_cap(name: str) -> None:
    coding, make, most = BOMBS[name]
    body = make()
    assert len(body) < 10 * MEGABYTE
    acts = [answer(gzip.compress(b"words"), Content_Encoding="gzip"), answer(body, Content_Encoding=coding)]
    with serving(*acts) as site:
        child = subprocess.run(
            [sys.executable, "-c", CHILD, site.address, str(CAP)],
            cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert child.returncode == 0, child.stderr
    got = json.loads(child.stdout)
    print(f"{name}: {len(body)} bytes, {got['more']:.1f} MB more, {got['seconds']:.2f} s: {got['said']}")
    assert got["said"] == f"GiveUp: an answer of more than {CAP} bytes"
    assert got["more"] < most
    assert got["seconds"] < 10


def test_the_bombs_are_bombs() -> None:
    """Each stretch of the deflated one is 16 MB, and there are 64 of them; brotli writes the like in a kilobyte."""
    opener = zlib.decompressobj(-zlib.MAX_WBITS)
    assert [len(opener.decompress(stretch_deflated())) for _ in range(2)] == [16 * MEGABYTE] * 2
    assert opener.decompress(b"\x03\0") == b""
    assert opener.eof
    assert len(nothing_deflated()) < 1.1 * MEGABYTE
    assert len(nothing_in_brotli()) < 1_000


# --- Floods ---


def endless_chunks(size: int, extension: int = 0) -> Act:
    def act(asked: Asked) -> None:
        asked.handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"%x%s\r\n%s\r\n" % (size, b";" + b"e" * extension if extension else b"", b"x" * size)
        for _ in until_over(asked):
            asked.handler.wfile.write(chunk * (1 + 65_536 // len(chunk)))

    return act


def until_over(asked: Asked, seconds: float = 20) -> Iterator[None]:
    """Go on for a while; whoever hangs up ends it sooner."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield


def raw(head: bytes, again: bytes = b"", pause: float = 0.0) -> Act:
    """Say this, and then that again and again."""

    def act(asked: Asked) -> None:
        asked.handler.wfile.write(head)
        for _ in until_over(asked) if again else ():
            asked.handler.wfile.write(again)
            if pause:
                time.sleep(pause)

    return act


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
TOO_MUCH: dict[str, Act] = {
    "no length": loopback.flood(50 * MEGABYTE),
    "chunks without end": endless_chunks(65_536),
    "small chunks without end": endless_chunks(100),
    "a length that lies low, then more": raw(OK + b"Content-Length: 6000000\r\n\r\n", b"x" * 65_536),
    "a length beyond everything": raw(OK + b"Content-Length: 99999999999999999999\r\n\r\n", b"x" * 65_536),
    "a negative length": raw(OK + b"Content-Length: -5\r\n\r\n", b"x" * 65_536),
    "a length and chunks": raw(OK + b"Content-Length: 5\r\n" + CHUNKED[len(OK) :], b"400\r\n" + b"x" * 1_024 + b"\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_more_than_the_cap_is_refused(name: str) -> None:
    began = time.monotonic()
    with serving(TOO_MUCH[name]) as site, pytest.raises(GiveUp, match=f"more than {CAP} bytes"):
        ask(site)
    assert time.monotonic() - began < 15


HEADERS: dict[str, Act] = {
    "many": raw(OK, b"X-More: words\r\n" * 50),
    "just too many": raw(OK + b"X-More: words\r\n" * 100 + b"\r\n"),
    "long": raw(OK, b"X-More: " + b"x" * 30_000 + b"\r\n"),
    "one without end": raw(OK + b"X-More: ", b"x" * 65_536),
    "a status without end": raw(b"HTTP/1.1 200 ", b"x" * 65_536),
    "go on, go on": raw(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "go on, with headers": raw(b"", b"HTTP/1.1 100 Continue\r\n" + b"X-More: words\r\n" * 90 + b"\r\n"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_flood_of_headers_is_refused(name: str) -> None:
    began = time.monotonic()
    with serving(HEADERS[name]) as site, pytest.raises(GiveUp, match="more than 100 lines or 65536 bytes of headers"):
        ask(site)
    assert time.monotonic() - began < LATE


def test_as_many_headers_as_a_site_may_send_are_taken() -> None:
    head = OK + b"".join(b"X-%d: %s\r\n" % (number, b"x" * 600) for number in range(97))
    with serving(raw(head + b"Content-Length: 5\r\n\r\nwords")) as site:
        assert ask(site).body == b"words"


# --- Drips, and answers that never come to an end ---

SLOW: dict[str, Act] = {
    "body": loopback.drip(b"x" * 400),
    "body of no length": loopback.drip_unmeasured(b"x" * 400),
    "one header": loopback.drip_headers(),
    "headers": raw(OK, b"X: y\r\n", 0.2),
    "chunks": raw(CHUNKED, b"1\r\nx\r\n", 0.05),
    "nothing": loopback.say_nothing(),
    "packed": raw(OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\0\0\0\xff\xff", 0.05),
    "the end of chunks": raw(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n", 0.05),
}


@pytest.mark.parametrize("name", SLOW)
def test_the_deadline_is_the_wall_clocks_however_slowly_bytes_come(name: str) -> None:
    began = time.monotonic()
    with serving(SLOW[name]) as site, pytest.raises(RetryLater, match=r"no answer within 0\.6 seconds") as raised:
        ask(site, seconds=QUICKLY)
    assert raised.value.reached
    assert QUICKLY * 0.9 <= time.monotonic() - began < LATE


BUSY: dict[str, Act] = {
    "chunks of one byte, each with much to say": endless_chunks(1, 1_000),
    "the end of chunks, without end": raw(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 10_000),
}


@pytest.mark.parametrize("name", BUSY)
def test_what_keeps_a_machine_busy_for_nothing_ends_with_the_deadline(name: str) -> None:
    began = time.monotonic()
    with serving(BUSY[name]) as site, pytest.raises((RetryLater, GiveUp)):
        ask(site, seconds=1)
    assert time.monotonic() - began < 1 + LATE


HALF: dict[str, Act] = {
    "less than its length": loopback.break_off(b"words and more", 5),
    "no last chunk": loopback.break_off_chunked(b"words"),
    "no chunk at all": raw(CHUNKED + b"words"),
    "no answer": loopback.hang_up,
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a chunk's size without end": raw(CHUNKED, b"0" * 65_536),
}


@pytest.mark.parametrize("name", HALF)
def test_half_an_answer_is_none(name: str) -> None:
    with serving(HALF[name]) as site, pytest.raises(RetryLater, match="broke off"):
        ask(site, seconds=10)


def test_a_length_that_lies_low_cuts_the_answer_there() -> None:
    with serving(raw(OK + b"Content-Length: 5\r\n\r\nwords and more")) as site:
        assert ask(site).body == b"words"


# --- Anything at all ---

WHOLE: list[bytes] = [
    OK + b'ETag: W/"x"\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nwords',
    CHUNKED + b"5;ext=1\r\nwords\r\n0\r\nX-After: more\r\n\r\n",
    OK + b"Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n" + gzip.compress(b"words", mtime=0),
    OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"words"),
    OK + b"Content-Encoding: br\r\n\r\n" + brotli.compress(b"words"),
    b"HTTP/1.1 302 Found\r\nLocation: http://news.example:1/way?q=1\r\nSet-Cookie: a=b; Path=/\r\n\r\n",
    b"HTTP/1.0 503 Busy\r\nRetry-After: Wed, 21 Oct 2099 07:28:00 GMT\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
]
SEEDS = [
    b"\0",
    b"\r",
    b"\n",
    b"\r\n ",
    b"\xff\xfe",
    b":",
    b"-1",
    b"9" * 5_000,
    b"chunked",
    b"%00",
    b"[",
    b"http://[",
    b"\x85",
]


def spoilt(seed: int) -> bytes:
    """A whole answer with a few places cut, doubled, turned or overwritten; the same for the same seed."""
    chance = random.Random(seed)
    answer = bytearray(chance.choice(WHOLE))
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.randint(0, len(answer)) for _ in range(2))
        answer[at : min(to, at + 8)] = chance.choice(
            [b"", bytes([chance.randrange(256)]), chance.choice(SEEDS), bytes(answer[at:to]) * 2]
        )
    return bytes(answer)


def test_whatever_is_answered_is_taken_or_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000 spoilt answers: each is a value or an error of ours in one line, its texts fit for a database."""
    strayed = hostile.nowhere_else(monkeypatch)
    hostile.resolving(monkeypatch)
    answers = [spoilt(seed) for seed in range(1_000)]
    taken = refused = 0
    with serving(*map(raw, answers)) as site:
        for answer in answers:
            try:
                got = ask(site, seconds=5)
            except FetchError as error:
                assert len(str(error).splitlines()) == 1, answer
                refused += 1
            else:
                assert not set("\r\n\0") & set(got.etag + got.content_type + got.last_modified), answer
                taken += 1
    assert taken > 100
    assert refused > 100
    assert strayed == []
