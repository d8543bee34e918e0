"""The file of a table, packed or not: its lines, many at once, and their cells; broken and endless ones included."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from claims.intake.fields import Refused

BLOCK = 1 << 20
# A longer line is no row of a table; it is refused without being kept.
MAX_LINE = 100_000
# What reading the lines of a packed file raises where it breaks off.
BROKEN_OFF = (EOFError, gzip.BadGzipFile, zlib.error)


def read_heading(path: Path) -> list[str]:
    """The names of a table's columns, as written. Raises OSError, and Refused for a file that is no table."""
    try:
        with open_table(path) as (blocks, _):
            heading = next(blocks, [""])[0]
        heading.encode()
    except BROKEN_OFF as error:
        raise Refused("file", f"is spoilt ({error})", "pack it again") from None
    except UnicodeEncodeError:
        raise Refused("heading", "is not UTF-8", "save the file as UTF-8") from None
    if not heading.strip():
        raise Refused("heading", "is missing", "the first line names the columns")
    return [name.strip() for name in split_row(heading)]


@contextmanager
def open_table(path: Path) -> Iterator[tuple[Iterator[list[str]], Callable[[], tuple[int, int]]]]:
    """The lines of a file, packed (.gz) or not, and a function that tells how many of its bytes are read, of how many.

    Raises OSError, and Refused for UTF-16; the lines raise one of `BROKEN_OFF` where they break off.
    """
    with path.open("rb") as raw:
        size = path.stat().st_size
        start = raw.read(4)
        raw.seek(0)
        packed = start[:2] == b"\x1f\x8b"
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\x00" in start and not packed):
            raise Refused("file", "is UTF-16", "save it as UTF-8 and import it again")
        yield _in_blocks(gzip.GzipFile(fileobj=raw) if packed else raw), lambda: (raw.tell(), size)


def _in_blocks(file: "gzip.GzipFile | io.BufferedReader") -> Iterator[list[str]]:
    """The lines of a file without their ends, many at once; of an endless line only its beginning is kept."""
    # What cannot be decoded stays in its line, so that only that line is lost.
    letters = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
    decoder = io.IncrementalNewlineDecoder(letters, translate=True)
    rest = ""
    # What there is, not what was asked for: of a file that breaks off nothing is lost that came before.
    while data := file.read1(BLOCK):
        lines = (rest[:MAX_LINE] + decoder.decode(data)).split("\n")
        rest = lines.pop()
        if lines:
            yield lines
    rest = (rest[:MAX_LINE] + decoder.decode(b"", final=True)).removesuffix("\n")
    if rest:
        yield [rest[:MAX_LINE]]


def split_row(line: str) -> list[str]:
    """The cells of a line of CSV. Raises Refused."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader((line,), strict=True))
    except csv.Error as error:
        raise Refused("line", f"is not CSV ({error})", "close each quotation mark on its own line") from None


def join_row(cells: Iterable[str], kept: str = "") -> str:
    """Cells as a line of CSV; a cell that is `kept` stays as it is."""
    return ",".join(cell if cell == kept or not set(cell) & set(',"\n') else f'"{cell.replace(chr(34), chr(34) * 2)}"'
                    for cell in cells)  # fmt: skip
