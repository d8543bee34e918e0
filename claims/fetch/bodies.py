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


def _inflate(pieces: Pieces, wbits: int) -> Pieces:
    """Take off gzip (RFC 1952; one member or several), zlib (RFC 1950) or bare deflate (RFC 1951), as `wbits` says."""
    inner, members = zlib.decompressobj(wbits), 0
    begun = False
    for piece in pieces:
        rest = piece
        while rest:
            begun = True
            try:
                out = inner.decompress(rest, PIECE)
            except zlib.error:
                if members:
                    return  # padding behind the last member, which everybody overlooks
                raise
            yield out
            rest = inner.unconsumed_tail
            while len(out) == PIECE and not inner.eof:
                out = inner.decompress(rest, PIECE)
                rest = inner.unconsumed_tail
                yield out
            if inner.eof:
                rest, begun = inner.unused_data, False
                inner, members = zlib.decompressobj(wbits), members + 1
    if begun:
        raise RetryLater("the packed answer broke off")


def _undeflate(pieces: Pieces) -> Pieces:
    """Take off deflate, which RFC 9110 wants in the wrapping of zlib and many servers send bare."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) > 1:
            break
    wrapped = head[:1] != b"" and head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    yield from _inflate(chain([head], pieces), zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


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
_UNPACKERS: dict[str, Callable[[Pieces], Pieces]] = {
    "gzip": lambda pieces: _inflate(pieces, _GZIP),
    "x-gzip": lambda pieces: _inflate(pieces, _GZIP),
    "deflate": _undeflate,
    "br": _unbrotli,
}
