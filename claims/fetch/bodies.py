"""The body of an answer, unpacked piece by piece and never beyond its bound."""

import io
import zlib
from collections.abc import Callable, Iterator
from itertools import chain

import brotli
from urllib3.response import BaseHTTPResponse

from claims.fetch.connection import SAID, Watch, too_late
from claims.fetch.errors import GiveUp, RetryLater

PIECE = 65_536
# Nobody packs a page more often in earnest.
_MOST_CODINGS = 2

Pieces = Iterator[bytes]


def take(response: BaseHTTPResponse, most_bytes: int, watch: Watch) -> bytes:
    """The body as it was sent, up to `most_bytes`; raises GiveUp where there is more."""
    return _gather(_bounded(_sent(response, watch), most_bytes))


def take_unpacked(response: BaseHTTPResponse, most_bytes: int, watch: Watch) -> bytes:
    """The body with its packing (gzip, deflate, brotli) taken off, as sent and as unpacked up to `most_bytes`.

    Of what is unpacked, no more than the bound and one piece of 64 KB is ever held. Raises GiveUp where there is more,
    where it is packed in another way or more than twice over, or is no such packing at all; RetryLater where it breaks
    off in the middle.
    """
    codings = [name.strip().lower() for name in response.headers.get("Content-Encoding", "").split(",")]
    codings = [name for name in codings if name not in ("", "identity")]
    if len(codings) > _MOST_CODINGS:
        raise GiveUp(f"an answer packed {len(codings)} times over", status=response.status)
    pieces = _bounded(_sent(response, watch), most_bytes)
    for name in reversed(codings):
        if name not in _UNPACKERS:
            raise GiveUp(f"an answer packed in a way that was not asked for: {name[:SAID]!r}", status=response.status)
        pieces = _bounded(_unpack(pieces, name), most_bytes)
    return _gather(pieces)


def _sent(response: BaseHTTPResponse, watch: Watch) -> Pieces:
    # read1 returns what has come, where read would wait for a full piece.
    while piece := response.read1(PIECE, decode_content=False):
        yield piece
        if watch.expired:
            break
    if watch.expired:  # a connection that was cut looks like an answer that ended
        raise too_late(watch)


def _bounded(pieces: Pieces, most_bytes: int) -> Pieces:
    taken = 0
    for piece in pieces:
        taken += len(piece)
        if taken > most_bytes:
            raise GiveUp(f"an answer of more than {most_bytes} bytes")
        yield piece


def _gather(pieces: Pieces) -> bytes:
    body = io.BytesIO()  # gives its bytes away without a second copy
    for piece in pieces:
        body.write(piece)
    return body.getvalue()


def _unpack(pieces: Pieces, coding: str) -> Pieces:
    try:
        yield from _UNPACKERS[coding](pieces)
    except (zlib.error, brotli.error) as error:
        raise GiveUp(f"an answer said to be packed as {coding}, which it is not") from error


def _ungzip(pieces: Pieces) -> Pieces:
    """Take off gzip (RFC 1952), in one or several members; padding behind the last one is overlooked, as by all."""
    inner, whole, begun = zlib.decompressobj(_GZIP), False, False
    for piece in pieces:
        rest = piece
        while rest:
            if whole and not begun and not rest.startswith(_GZIP_BEGINS[: len(rest)]):
                return
            begun = True
            yield from _inflate(inner, rest)
            rest = b""
            if inner.eof:
                rest, begun = inner.unused_data, False
                inner, whole = zlib.decompressobj(_GZIP), True
    if begun:
        raise RetryLater("the packed answer broke off")


def _undeflate(pieces: Pieces) -> Pieces:
    """Take off deflate, which RFC 9110 wants in the wrapping of zlib (RFC 1950) and many servers send bare."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) > 1:
            break
    wrapped = head[:1] != b"" and head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    inner = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    for piece in chain([head], pieces):
        yield from _inflate(inner, piece)
        if inner.eof:
            return
    if head:
        raise RetryLater("the packed answer broke off")


def _inflate(inner: "zlib._Decompress", piece: bytes) -> Pieces:
    """What comes out of a piece, a piece at a time."""
    out = inner.decompress(piece, PIECE)
    yield out
    while not inner.eof and (inner.unconsumed_tail or len(out) == PIECE):
        out = inner.decompress(inner.unconsumed_tail, PIECE)
        yield out


def _unbrotli(pieces: Pieces) -> Pieces:
    """Take off brotli (RFC 7932)."""
    inner = brotli.Decompressor()
    begun = False
    for piece in pieces:
        if inner.is_finished():
            return
        begun = True
        out = inner.process(piece, output_buffer_limit=PIECE)
        # It may hold back output though it says that it could take more input.
        while out or not inner.can_accept_more_data():
            yield out
            if inner.is_finished():
                break
            out = inner.process(b"", output_buffer_limit=PIECE)
    if begun and not inner.is_finished():
        raise RetryLater("the packed answer broke off")


_GZIP = 16 + zlib.MAX_WBITS
_GZIP_BEGINS = b"\x1f\x8b"
_UNPACKERS: dict[str, Callable[[Pieces], Pieces]] = {
    "gzip": _ungzip,
    "x-gzip": _ungzip,
    "deflate": _undeflate,
    "br": _unbrotli,
}
