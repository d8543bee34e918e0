"""What a claim's timeline is drawn from: values without words, and the words in the page's language beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from claims.words import Stance, Status


@dataclass(frozen=True, slots=True)
class Period:
    """A status and over what time it was so; None: from the beginning of the drawing, or to its end."""

    begins: datetime | None
    ends: datetime | None
    status: Status


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stance a party held from one moment to another (None: to the end of the drawing), firmly or weakly."""

    begins: datetime
    ends: datetime | None
    stance: Stance
    firm: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """Statements of one stance at about one moment: how many (`more`: at least), or such as count no more (`gone`)."""

    at: datetime
    stance: Stance
    count: int = 1
    more: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An editor's decision at the moment from which it holds, or (`lifted`) that at which it was lifted."""

    at: datetime
    status: Status
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A party by its name, what it held and what it said; `href`, if any, is where its name leads."""

    name: str
    stretches: tuple[Stretch, ...] = ()
    dots: tuple[Dot, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a timeline shows, from one moment to a later one. `left_out` counts the parties that have no lane.

    `quiet_since` is the moment since which nothing new was said, where the drawing ends before the present.
    """

    begins: datetime
    ends: datetime
    periods: tuple[Period, ...] = ()
    lanes: tuple[Lane, ...] = ()
    marks: tuple[Mark, ...] = ()
    left_out: int = 0
    quiet_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a drawing in the page's language; those with a percent sign are filled in."""

    title: str
    status: str = "Status"
    since: str = "%(what)s since %(day)s"
    until: str = "%(party)s: %(what)s, %(begins)s – %(ends)s"
    now: str = "now"
    beginning: str = "the beginning"
    weakly: str = "%(stance)s, weakly"
    nothing: str = "holds nothing"
    said: str = "%(party)s %(stance)s, %(moment)s UTC"
    said_often: str = "%(party)s %(stance)s, about %(moment)s UTC (%(count)s statements)"
    gone: str = "counts no more"
    decided: str = "Editors decided: %(status)s, %(moment)s UTC"
    lifted: str = "Editors lifted their decision: %(status)s, %(moment)s UTC"
    quiet: str = "Nothing new since %(day)s: what stood then stands."
    left_out: str = "Not drawn: %(count)s more parties"
    legend_firm: str = "firmly held"
    legend_weak: str = "weakly held"
    legend_dot: str = "statements"
    legend_gone: str = "counts no more"
    legend_decided: str = "decision"
    legend_lifted: str = "decision lifted"
    legend_zone: str = "Times in UTC"
    stances: Mapping[Stance, str] = field(
        default_factory=lambda: {
            Stance.AFFIRMS: "affirms",
            Stance.DENIES: "denies",
            Stance.UNSETTLED: "says it is not settled",
        }
    )
    statuses: Mapping[Status, str] = field(default_factory=lambda: {status: status.value for status in Status})
    months: Sequence[str] = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def span_between(first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """The span to draw for what happened between two moments: two hours at least, and a little room on both sides."""
    length = max(last - first, timedelta(hours=2))
    return first - length / 40, first + length * 41 / 40
