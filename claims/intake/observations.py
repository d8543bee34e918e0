"""Published tables of who holds which place, day by day, read into the changes in them and these into records.

A table may have tens of millions of rows, nearly all of which repeat the row of the day before. What is kept of it is,
for each place with a claim, the rows that differ from the one before: as much memory as there are such places and
changes, however many rows. A table is expected in order of days within each place; where a place is out of order,
the table is read once more for such places alone, whose rows are then all kept (12 bytes each) and sorted.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from claims.assessment import Record
from claims.intake.datasets import Cell, Dataset, choose_dataset
from claims.intake.fields import Refused
from claims.intake.tables import BROKEN_OFF, MAX_LINE, join_row, open_table, read_heading, split_row
from claims.models import Claim
from claims.reading.folding import fold_word
from claims.words import ClaimKind, Stance

# What is told of a file that is nothing but faults, and how many places or days are remembered, is bounded.
MAX_FAULTS = 1_000
MAX_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Target:
    """A claim of control that the rows of a place speak of."""

    claim: str
    holder: str
    opposed: str


class Place:
    """A place with claims while a table is read: its rows that differ from the row before, as day and row number."""

    __slots__ = ("changes", "day", "disordered", "lines", "tail", "targets")

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = tuple(targets)
        self.tail: str | None = None
        self.day = 0
        self.disordered = False
        self.changes = array("Q")
        self.lines = array("Q")


@dataclass(frozen=True, slots=True)
class Row:
    """The words of a row but for its day, which stands between `before` and `after`; what each observer's cell says."""

    before: str
    after: str
    cells: tuple[Cell | None, ...]


@dataclass(slots=True)
class Faults:
    """Lines of a file that could not be taken, with reasons: the first thousand, and how many there were."""

    first: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, reason: str) -> None:
        """One line more."""
        self.count += 1
        if len(self.first) < MAX_FAULTS:
            self.first.append((line, reason))


@dataclass(slots=True)
class Places:
    """The places of which there are claims, by GeoNames id and by each folded name; None for a name of several."""

    by_id: dict[int, Place] = field(default_factory=dict)
    by_name: dict[str, Place | None] = field(default_factory=dict)
    # Those of which no claim gives the id, by the folded name.
    unnumbered: dict[str, Place] = field(default_factory=dict)


def load_places() -> Places:
    """The places of all claims of control there are now."""
    places = Places()
    claims = Claim.objects.filter(kind=ClaimKind.CONTROL).order_by("pk")
    for slug, holder, opposed, told in claims.values_list("slug", "holder__slug", "opposed__slug", "place"):
        target = Target(slug, holder, opposed or "")
        number, main = told.get("geonameid"), plain_name(told["name"])
        known = places.by_id.get(number) if number is not None else places.unnumbered.get(main)
        place = known or Place(())
        place.targets += (target,)
        if number is not None:
            places.by_id[number] = place
        else:
            places.unnumbered[main] = place
        names = {main, *(plain_name(name) for names in told.get("names", {}).values() for name in names)}
        for name in names:
            places.by_name[name] = place if places.by_name.get(name, place) is place else None
    return places


def plain_name(name: str) -> str:
    """A name as names of places are compared: folded, with single blanks."""
    return " ".join(fold_word(name).split())


def stance_on(target: Target, holder: str, holders: frozenset[str]) -> Stance | None:
    """What it means for a claim that `holder` ("": nobody for certain) of these `holders` holds its place.

    None where it says nothing of it: neither side of the claim is among the holders.
    """
    if not holder:
        return Stance.UNSETTLED if holders & {target.holder, target.opposed} else None
    if holder == target.holder:
        return Stance.AFFIRMS
    # Who can hold the place by one column holds it alone.
    return Stance.DENIES if holder == target.opposed or target.holder in holders else None


class Table:
    """A table that is being read: call `read`, then take its `records`."""

    def __init__(
        self, path: Path, datasets: Mapping[str, Dataset], places: Places, now: datetime, *, wanted: str = ""
    ) -> None:
        """Look at the file's heading. Raises Refused for a file that is no table, OSError for one that is not there."""
        self._path, self._places, self._now = path, places, now
        self._names = read_heading(path)
        plain = [name.lower() for name in self._names]
        self.dataset = choose_dataset(datasets, frozenset(plain), wanted)
        twice = sorted({name for name in plain if plain.count(name) > 1} & self.dataset.columns)
        if twice:
            raise Refused("heading", f"names {', '.join(twice)} twice", "name each column once")
        self._place, self._date = plain.index(self.dataset.place), plain.index(self.dataset.date)
        self._columns = [plain.index(o.column) for o in self.dataset.observers]
        # Where place and day come before all that is observed, rows are told apart by the text after both of them.
        self._cut = max(self._place, self._date) + 1
        self._regular = all(column >= self._cut for column in self._columns)
        self._by_text: dict[str, Place] = {}
        self._nowhere = Place(())
        self._days: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._rows: list[Row] = []
        self._again = False
        self.rows = self.unplaced_rows = 0
        self.unplaced: set[str] = set()
        self.faults = Faults()

    def read(self, show: Callable[[int, int], None], make: "Callable[[str], Sequence[Target]] | None" = None) -> None:
        """Read the whole file, telling `show` how many bytes of how many are done.

        `make` is asked for the claims of a place that has none. What cannot be taken is among `faults`.
        """
        self._make = make
        self._pass(show)
        disordered = [place for place in self._found() if place.disordered]
        if disordered:
            for place in disordered:
                place.changes = array("Q")
            self._again = True
            self._pass(show)

    def records(self) -> Iterator[list[Record]]:
        """The changes as records, place by place; taking them gives the place's memory back."""
        holders = [o.holders for o in self.dataset.observers]
        heading = join_row(self._names)
        for place in self._found():
            found = list(self._records_of(place, heading, holders))
            place.changes = place.lines = array("Q")
            if found:
                yield found

    @property
    def changed(self) -> int:
        """How many places have rows to take."""
        return sum(1 for place in self._found() if place.changes)

    def _found(self) -> list[Place]:
        return list(dict.fromkeys(place for place in self._by_text.values() if place is not self._nowhere))

    def _pass(self, show: Callable[[int, int], None]) -> None:
        number = 0
        with open_table(self._path) as (blocks, told):
            try:
                for lines in blocks:
                    self._take(lines[1:] if number == 0 else lines, max(number, 1))
                    number += len(lines)
                    show(*told())
            except BROKEN_OFF as error:
                if not self._again:
                    self.faults.add(number + 1, f"the packed file breaks off here ({error}); pack it again")
        self.rows = max(number - 1, 0)

    def _take(self, lines: Sequence[str], number: int) -> None:
        """Take lines of which the first comes after line `number`.

        Nearly every line of a large table is done with here: the same place, the same cells, a later day.
        """
        by_text, days, nowhere = self._by_text, self._days, self._nowhere
        cut, at, on = self._cut, self._place, self._date
        if not self._regular or self._again:
            for offset, line in enumerate(lines, 1):
                self._take_slowly(line, number + offset)
            return
        unplaced = 0
        for offset, line in enumerate(lines, 1):
            cells = line.split(",", cut)
            if len(cells) > cut:
                place, day = by_text.get(cells[at]), days.get(cells[on])
                if place is not None and day is not None:
                    if place.tail == cells[cut] and day >= place.day:
                        place.day = day
                        continue
                    if place is nowhere:
                        unplaced += 1
                        continue
            self._take_slowly(line, number + offset)
        self.unplaced_rows += unplaced

    def _take_slowly(self, line: str, number: int) -> None:
        """Take one line, whatever it is."""
        if not line.strip():
            return
        try:
            cells = self._split_row(line)
            place = self._place_of(cells)
            if self._again and not place.disordered:
                return
            day = self._day_of(cells[self._date])
            if place is self._nowhere:
                self.unplaced_rows += 1
                return
        except Refused as refusal:
            if not self._again:
                self.faults.add(number, str(refusal))
            return
        if self._again:
            place.changes.append(day << 32 | self._code_of(cells, number))
            place.lines.append(number)
            return
        if self._regular and '"' not in line:
            tail = line.split(",", self._cut)[self._cut]
        else:
            tail = "\x1f".join(cells[column] for column in self._columns)
        if tail == place.tail and day >= place.day:
            place.day = day
            return
        if place.tail is not None and day <= place.day:
            place.disordered = True
            return
        place.tail, place.day = tail, day
        place.changes.append(day << 32 | self._code_of(cells, number))

    def _split_row(self, line: str) -> list[str]:
        if len(line) >= MAX_LINE:
            raise Refused("line", f"is longer than {MAX_LINE:,} characters", "a row of a table is short")
        try:
            line.encode()
        except UnicodeEncodeError:
            raise Refused("line", "is not UTF-8", "save the file as UTF-8") from None
        if "\x00" in line:
            raise Refused("line", "holds NUL bytes", "save the file as UTF-8")
        cells = split_row(line)
        if len(cells) != len(self._names):
            raise Refused("line", f"has {len(cells)} cells", f"the heading has {len(self._names)}")
        return cells

    def _place_of(self, cells: list[str]) -> Place:
        """The place that a row names; `_nowhere` for one without a claim. Raises Refused."""
        text = cells[self._place]
        place = self._by_text.get(text)
        if place is not None:
            return place
        named = text.strip()
        if not named:
            raise Refused(self.dataset.place, "is empty", "every row names its place")
        number = int(named) if named.isascii() and named.isdigit() and len(named) < 12 else None
        if number is None and self.dataset.place_is == "geonameid":
            raise Refused(self.dataset.place, f"is {named[:40]!r}", "it is a GeoNames id, a number")
        if number is not None:
            place = self._places.by_id.get(number)
        else:
            plain = plain_name(named)
            place = self._places.by_name.get(plain)
            if place is None and plain in self._places.by_name:
                raise Refused(
                    self.dataset.place, f"{named[:80]!r} is a name of several places", "write its GeoNames id instead"
                )
        if place is None and self._make is not None and len(self.unplaced) < MAX_REMEMBERED:
            self._day_of(cells[self._date])  # no claim is made for a row that cannot be taken
            targets = self._make(named)
            if targets:
                place = Place(targets)
                if number is not None:
                    self._places.by_id[number] = place
        if place is None:
            place = self._nowhere
            if len(self.unplaced) < MAX_REMEMBERED:
                self.unplaced.add(named)
        if place is not self._nowhere or len(self._by_text) < MAX_REMEMBERED:
            self._by_text[text] = place
        return place

    def _day_of(self, text: str) -> int:
        """The number of the day that a cell names. Raises Refused for no day, and for one that is not over."""
        day = self._days.get(text)
        if day is None:
            try:
                named = datetime.strptime(text.strip(), self.dataset.date_format).date()
                # What is read more leniently than it is written would not be the row's words any more.
                sound = named.strftime(self.dataset.date_format) == text.strip() and named.year >= 1000
            except ValueError:
                sound = False
            if not sound:
                shape = date(2026, 11, 23).strftime(self.dataset.date_format)
                raise Refused(self.dataset.date, f"{text[:40]!r} is no day", f"write it as in {shape}")
            if self.dataset.said_at(named) > self._now:
                raise Refused(self.dataset.date, f"{text.strip()} is not over yet", "import the file again when it is")
            day = named.toordinal()
            if len(self._days) < MAX_REMEMBERED:
                self._days[text] = day
        return day

    def _code_of(self, cells: list[str], number: int) -> int:
        """The number under which a row's words, but for its day, are kept; cells that mean nothing are told once."""
        day, cells[self._date] = cells[self._date], "\n"
        text = join_row(cells, "\n")
        cells[self._date] = day
        code = self._codes.get(text)
        if code is None:
            read: list[Cell | None] = []
            for observer, column in zip(self.dataset.observers, self._columns, strict=True):
                try:
                    read.append(observer.read(cells[column]))
                except Refused as refusal:
                    self.faults.add(number, str(refusal))
                    read.append(None)
            before, _, after = text.partition("\n")
            code = self._codes[text] = len(self._rows)
            self._rows.append(Row(before, after, tuple(read)))
        return code

    def _records_of(self, place: Place, heading: str, holders: Sequence[frozenset[str]]) -> Iterator[Record]:
        """The records of a place: for each observer and claim one whenever what its cell says differs from before."""
        last: list[str | float | None] = [None] * len(holders)
        refused = self._contradictions(place) if place.disordered else set()
        changes = sorted(place.changes, key=self._in_order) if place.disordered else place.changes
        for change in changes:
            row, day = self._rows[change & 0xFFFFFFFF], change >> 32
            for index, (observer, cell) in enumerate(zip(self.dataset.observers, row.cells, strict=True)):
                if cell is None or cell.value == last[index] or (day, index) in refused:
                    continue
                last[index] = cell.value
                named = date.fromordinal(day)
                for target in place.targets:
                    stance = stance_on(target, cell.holder, holders[index])
                    if stance is not None:
                        yield Record(
                            target.claim, observer.party, stance, self.dataset.said_at(named),
                            self.dataset.source["slug"], self.dataset.url,
                            f"{heading}\n{row.before}{named.strftime(self.dataset.date_format)}{row.after}",
                        )  # fmt: skip

    def _in_order(self, change: int) -> tuple[int, str, str]:
        row = self._rows[change & 0xFFFFFFFF]
        return change >> 32, row.before, row.after

    def _contradictions(self, place: Place) -> set[tuple[int, int]]:
        """The days on which a column says two things of a place, which are told; neither is taken."""
        said: dict[tuple[int, int], tuple[str | float, int]] = {}
        found: set[tuple[int, int]] = set()
        for change, line in sorted(zip(place.changes, place.lines, strict=True), key=lambda each: each[1]):
            day = change >> 32
            for index, cell in enumerate(self._rows[change & 0xFFFFFFFF].cells):
                if cell is None:
                    continue
                value, first = said.setdefault((day, index), (cell.value, line))
                if value != cell.value and (day, index) not in found:
                    found.add((day, index))
                    column = self.dataset.observers[index].column
                    self.faults.add(
                        line, f"{column}: says {cell.value} and line {first} says {value} of the same place and day; "
                        "neither was taken: keep the one that is right",
                    )  # fmt: skip
        return found
