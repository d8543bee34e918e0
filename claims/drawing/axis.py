"""The marks of a time axis: hours, days, weeks, months or quarters, whichever a span reads best in. Times are UTC."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# So many marks at most where there is room, and where there is little.
WIDE, NARROW = 10, 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis: its moment, what is written at it, and below that its day or year where another begins.

    `narrow` says whether it is one of the few that are shown where there is little room; `narrow_context` is what is
    written below it there, where the marks between are missing.
    """

    at: datetime
    label: str
    context: str
    narrow: bool
    narrow_context: str


_Step = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A distance between marks: the first mark at or before a moment, and the next one after a mark."""

    floor: _Step
    following: _Step
    hours: bool = False
    months: bool = False
    years: bool = False


def mark_axis(begins: datetime, ends: datetime, months: Sequence[str]) -> tuple[Tick, ...]:
    """The marks of an axis from one moment to a later one, with the short names of the months from January on.

    Raises ValueError where it would not begin before it ends.
    """
    if not begins < ends:
        raise ValueError("an axis begins before it ends")
    begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    unit, moments = next((unit, found) for unit, found in _laid_out(begins, ends) if len(found) <= WIDE)
    every = -(-len(moments) // NARROW)
    contexts = [_context(at, unit, months) for at in moments]
    few = contexts[::every]
    ticks = []
    for number, at in enumerate(moments):
        shown, narrow = number // every, number % every == 0
        ticks.append(
            Tick(
                at=at,
                label=_label(at, unit, months),
                context=_new(contexts, number),
                narrow=narrow,
                narrow_context=_new(few, shown) if narrow else "",
            )
        )
    return tuple(ticks)


def _laid_out(begins: datetime, ends: datetime) -> Iterator[tuple[_Unit, list[datetime]]]:
    """The marks in each unit, the finest first, as far as they need be told to see that they are too many."""
    for unit in _units():
        moments: list[datetime] = []
        at = unit.floor(begins)
        while at <= ends and len(moments) <= WIDE:
            if at >= begins:
                moments.append(at)
            at = unit.following(at)
        yield unit, moments


def _units() -> Iterator[_Unit]:
    for hours in (1, 3, 6, 12):
        yield _of_hours(hours)
    for days in (1, 2):
        yield _of_days(days)
    for weeks in (1, 2):
        yield _of_days(7 * weeks)
    for months in (1, 3, 6, 12):
        yield _of_months(months)
    years = 2
    while True:
        yield _of_months(12 * years)
        years *= 2


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _of_hours(hours: int) -> _Unit:
    def floor(at: datetime) -> datetime:
        return _midnight(at) + timedelta(hours=at.hour // hours * hours)

    return _Unit(floor, lambda at: at + timedelta(hours=hours), hours=True)


def _of_days(days: int) -> _Unit:
    """Days counted from a Monday, so that weeks begin on one."""

    def floor(at: datetime) -> datetime:
        return _midnight(at) - timedelta(days=(at.toordinal() - 1) % days)

    return _Unit(floor, lambda at: at + timedelta(days=days))


def _of_months(months: int) -> _Unit:
    def to(number: int) -> datetime:
        return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)

    def floor(at: datetime) -> datetime:
        return to((at.year * 12 + at.month - 1) // months * months)

    return _Unit(floor, lambda at: to(at.year * 12 + at.month - 1 + months), months=True, years=months >= 12)


def _label(at: datetime, unit: _Unit, months: Sequence[str]) -> str:
    if unit.hours:
        return f"{at:%H:%M}"
    if unit.years:
        return str(at.year)
    return months[at.month - 1] if unit.months else f"{at.day} {months[at.month - 1]}"


def _context(at: datetime, unit: _Unit, months: Sequence[str]) -> tuple[str, str]:
    """The year a mark lies in, and the day besides where marks are hours; nothing where they are years."""
    if unit.years:
        return "", ""
    return str(at.year), f"{at.day} {months[at.month - 1]}" if unit.hours else ""


def _new(contexts: Sequence[tuple[str, str]], number: int) -> str:
    """What of a mark's day and year is another than at the mark before."""
    year, day = contexts[number]
    before = contexts[number - 1] if number else ("", "")
    if year != before[0]:
        return f"{day} {year}".strip()
    return day if day != before[1] else ""
