"""Files that are imported line by line: one bad line is named and never loses a good one."""

import csv
import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from django.core.management.base import CommandError

from claims.intake import name_kind
from claims.reading.catalogue import CatalogueError, Entry, load_entries

Put = TypeVar("Put")


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file with its line number, or why it cannot be one."""

    number: int
    record: dict[str, object]
    fault: str = ""


@dataclass(slots=True)
class Report:
    """What became of a file's lines, said at the end."""

    counts: dict[str, int] = field(default_factory=dict)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def count(self, outcome: str) -> None:
        """One more line came to this."""
        self.counts[outcome] = self.counts.get(outcome, 0) + 1

    def reject(self, line: int, reason: str) -> None:
        """A line could not be taken."""
        self.rejected.append((line, reason))

    def print(self, path: Path, out: Any, err: Any) -> None:
        """Say what became of the file, each rejected line with its reason and each assumption made."""
        for line, note in self.notes:
            err.write(f"{path.name}:{line}: note: {note}")
        for line, reason in self.rejected:
            err.write(f"{path.name}:{line}: rejected: {reason}")
        told = [f"{n} {outcome}" for outcome, n in self.counts.items()]
        if not told and not self.rejected:
            told = ["nothing in it"]
        out.write(f"{path.name}: {', '.join([*told, f'{len(self.rejected)} rejected'])}")

    def fail_if_rejected(self, path: Path) -> None:
        """Have the command end as failed where a line was rejected; the good ones are stored. Raises CommandError."""
        if self.rejected:
            raise CommandError(f"{path.name}: lines were rejected, each named above; the others are stored")


def count(number: int, what: str) -> str:
    """So many of something, in words: "1 claim", "2 claims"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def explain(parser: ArgumentParser, example: str) -> None:
    """Show an example at the end of a command's --help."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = f"example:\n  {example}"


def read_lines(path: Path, fields: Sequence[str]) -> Iterator[Line]:
    """The records of a `.csv` file with a heading, or of a file of one JSON object a line, in order.

    A line that is not UTF-8, not JSON or not an object comes with its fault. Raises CommandError for a file that
    cannot be read at all, or whose heading lacks a field.
    """
    with _open(path) as file:
        yield from _read_csv(path, file, fields) if path.suffix.lower() == ".csv" else _read_json(file)


def read_documents(path: Path, fields: Sequence[str]) -> Iterator[Line]:
    """The records of a file as `read_lines` gives them, or of one that is JSON as a whole: a list, or objects in a row.

    Which of the two it is, its first line shows: an object of its own or not; a `.jsonl` file is always of lines. Each
    record comes with the line on which it begins. Where JSON breaks off, what came before it is not lost.
    """
    with _open(path) as file:
        whole = path.suffix.lower() not in (".csv", ".jsonl", ".ndjson") and not _is_object(_first_line(file))
        if whole:
            file.seek(0)
            yield from _read_whole(file.read())
            return
    yield from read_lines(path, fields)


def count_lines(path: Path) -> int:
    """How many lines a file has, to tell how much of it is behind. Raises CommandError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {error.strerror}") from error


def _first_line(file: IO[str]) -> str:
    return next((line for line in file if line.strip()), "")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _read_whole(text: str) -> Iterator[Line]:
    """The objects in a text: the elements of a list, or one after the other."""
    decoder = json.JSONDecoder()
    at, number = _skip(text, 0, 1, " \t\r\n\ufeff")
    listed = text.startswith("[", at)
    if listed:
        at, number = _skip(text, at + 1, number)
    while at < len(text) and not (listed and text[at] == "]"):
        try:
            record, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            wrong = f"{error.msg} at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)
            yield Line(number, {}, f"is not JSON we can take ({wrong}); what follows it was not read")
            return
        fault = _fault_of(text[at:end])
        if not fault and not isinstance(record, dict):
            fault = f"is {name_kind(record)}; the file holds JSON objects"
        yield Line(number, record if isinstance(record, dict) else {}, fault)
        number += text.count("\n", at, end)
        at, number = _skip(text, end, number)
        if listed and at < len(text) and text[at] not in ",]":
            yield Line(number, {}, "is not JSON (a comma is missing before it); what follows it was not read")
            return
        if listed and text.startswith(",", at):
            at, number = _skip(text, at + 1, number)
    if listed and at >= len(text):
        yield Line(number, {}, "is the end of the file, and the list is not closed; is the file whole?")


def _skip(text: str, at: int, number: int, blanks: str = " \t\r\n") -> tuple[int, int]:
    """The place of the next character that is not blank, and its line."""
    end = at
    while end < len(text) and text[end] in blanks:
        end += 1
    return end, number + text.count("\n", at, end)


def _open(path: Path) -> IO[str]:
    try:
        with path.open("rb") as file:
            start = file.read(4)
        # What cannot be decoded stays in the line, so that only that line is lost.
        opened = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {error.strerror}") from error
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
        opened.close()
        raise CommandError(f"{path}: is UTF-16; save it as UTF-8 and import it again")
    return opened


def _fault_of(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"is not UTF-8 (character {error.start + 1}); save the file as UTF-8"
    return ""


def _read_json(file: IO[str]) -> Iterator[Line]:
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        fault = _fault_of(text)
        record: object = {}
        if not fault:
            try:
                record = json.loads(text.rstrip())
            except json.JSONDecodeError as error:
                ends = not text[error.pos :].strip() or error.msg.startswith("Unterminated string")
                where = "it breaks off at its end" if ends else f"column {error.colno}: {error.msg}"
                fault = f"is not JSON ({where}); each line holds one JSON object"
            except ValueError as error:  # a number of thousands of digits
                fault = f"is not JSON we can take ({error}); each line holds one JSON object"
            except RecursionError:
                fault = "is nested too deeply; each line holds one flat JSON object"
        if isinstance(record, dict):
            yield Line(number, record, fault)
        else:
            yield Line(number, {}, f"is {name_kind(record)}; each line holds one JSON object")


def _read_csv(path: Path, file: IO[str], fields: Sequence[str]) -> Iterator[Line]:
    csv.field_size_limit(10 * 1024 * 1024)
    lines = _Rewindable(file)
    try:
        heading = next(csv.reader(lines, strict=True), None)
    except csv.Error as error:
        raise CommandError(f"{path}:1: the heading is not CSV: {error}") from error
    if heading is None:
        raise CommandError(f"{path}: is empty; its first line names the columns {','.join(fields)}")
    names = [name.strip().lower() for name in heading]
    missing = [name for name in fields if name not in names]
    if missing:
        raise CommandError(
            f"{path}:1: the heading lacks {', '.join(missing)}; its first line names the columns {','.join(fields)}"
        )
    while True:
        number = lines.mark()
        row: list[str] = []
        try:
            row = next(csv.reader(lines, strict=True))
            fault = _fault_of("".join(row))
            if not fault and row and len(row) != len(names):
                fault = f"has {len(row)} cells, the heading has {len(names)}"
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"is not CSV: {error}"
        if fault:
            # A quotation mark that is not closed swallows the lines after it, and they may be good.
            lines.rewind()
        if row or fault:
            yield Line(number, dict(zip(names, row, strict=False)), fault)


class _Rewindable:
    """The lines of a file, of which those read since a mark can be read again, but for the first."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._again: list[str] = []
        self._since: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._file)
        self._since.append(line)
        self._number += 1
        return line

    def mark(self) -> int:
        """Forget what was read; returns the number of the line that comes next."""
        self._since = []
        return self._number + 1

    def rewind(self) -> None:
        """Have every line since the mark but the first come again."""
        self._again += reversed(self._since[1:])
        self._number -= len(self._since[1:])
        self._since = self._since[:1]


def put_entries(path: Path, parse: Callable[[Mapping[str, Any]], Entry], put: Callable[[Sequence[Entry]], Put]) -> Put:
    """Put a JSON list of entries into the catalogue, all or none. Raises CommandError naming the file and the cure."""
    try:
        return put(load_entries(path, parse))
    except CatalogueError as error:
        text = str(error)
        raise CommandError(text if path.name in text else f"{path.name}: {text}") from error
