"""A claim's timeline: statements, turns of the status and editors' decisions in one order, a page at a time.

Pages are cut by key, not by number: the last entry's moment, rank and id say where the next page begins, so that page
one hundred costs what page one costs and nothing is shown twice when statements arrive meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from claims.intake import Refused, parse_moment
from claims.models import Claim, Decision, StatusPeriod
from claims.models.ledger import read_assessment
from claims.serializers import iso
from claims.showing.moments import Moments
from claims.showing.statements import ShownStatement, known_statements, named_parties, show_statements, with_evidence
from claims.showing.wording import Named, say_reason, say_sides
from claims.words import Status

PAGE = 50
# Entries of one instant, in the order of cause and effect.
STATEMENT, DECISION, LIFT, TURN = range(4)


@dataclass(frozen=True, slots=True)
class Turn:
    """A new period of the ledger: the status changed, or (`same`) stood on other grounds from then on."""

    status: Status
    reason: str
    dissent: str
    same: bool


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """An editor's decision, or its being lifted."""

    status: Status
    rationale: str
    lifted: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened at a moment: exactly one of the three is set."""

    at: datetime
    statement: ShownStatement | None = None
    turn: Turn | None = None
    decision: ShownDecision | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a claim's timeline; `next` is the key of the page that follows, empty on the last one."""

    entries: tuple[Entry, ...]
    oldest_first: bool
    begun: bool
    next: str


@dataclass(frozen=True, slots=True, order=True)
class _Key:
    """Where an entry stands: moments first, then cause before effect, then order of arrival."""

    at: datetime
    rank: int
    id: int


def show_timeline(
    claim: Claim, decisions: Sequence[Decision], moments: Moments, *, oldest_first: bool = False, after: str = ""
) -> Timeline:
    """One page of the timeline as of the moments asked for, in either order, from the key `after` on.

    Raises claims.intake.Refused for a key that no page gave.
    """
    cursor = _read_key(after)
    rows: list[tuple[_Key, Any]] = []
    rows += _after(_place_decisions(decisions, moments), cursor, oldest_first)
    statements = with_evidence(known_statements(moments).filter(claim=claim))
    for said in _cut(statements, "said_at", STATEMENT, cursor, oldest_first):
        rows.append((_Key(said.said_at, STATEMENT, said.pk), said))
    periods = StatusPeriod.objects.filter(claim=claim, valid__startswith__isnull=False).known_at(moments.known_at)
    if moments.as_of is not None:
        periods = periods.in_order().filter(begins__lte=moments.as_of)
    lines = list(_cut(periods.in_order(), "begins", TURN, cursor, oldest_first))
    rows += [(_Key(line.valid.lower, TURN, line.pk), line) for line in lines]

    rows.sort(key=lambda row: row[0], reverse=not oldest_first)
    page, more = rows[:PAGE], rows[PAGE:]
    shown = {s.id: s for s in show_statements((row for key, row in page if key.rank == STATEMENT), moments)}
    names = named_parties(
        party for key, line in page if key.rank == TURN for party, _ in (*line.because, *line.dissent)
    )
    return Timeline(
        entries=tuple(_entry(key, row, shown, names) for key, row in page),
        oldest_first=oldest_first,
        begun=cursor is None,
        next=_write_key(page[-1][0]) if more else "",
    )


def _place_decisions(decisions: Sequence[Decision], moments: Moments) -> list[tuple[_Key, ShownDecision]]:
    """The making and the lifting of decisions up to the moment asked for, each with its place in the timeline."""
    rows = []
    for d in decisions:
        rows.append((_Key(d.effective_from, DECISION, d.pk), ShownDecision(Status(d.status), d.rationale, False)))
        if d.lifted_at is not None:
            rows.append((_Key(d.lifted_at, LIFT, d.pk), ShownDecision(Status(d.status), d.lift_rationale, True)))
    return [row for row in rows if moments.as_of is None or row[0].at <= moments.as_of]


def _after(rows: Sequence[tuple[_Key, Any]], cursor: _Key | None, oldest_first: bool) -> list[tuple[_Key, Any]]:
    if cursor is None:
        return list(rows)
    return [row for row in rows if (row[0] > cursor if oldest_first else row[0] < cursor)]


def _cut(rows: QuerySet[Any], moment: str, rank: int, cursor: _Key | None, oldest_first: bool) -> QuerySet[Any]:
    """The rows of one kind after a key, in order, as many as could all stand on one page and one more."""
    if cursor is not None:
        beyond = "gt" if oldest_first else "lt"
        follows = Q(**{f"{moment}__{beyond}": cursor.at})
        if rank == cursor.rank:
            follows |= Q(**{moment: cursor.at, f"pk__{beyond}": cursor.id})
        elif (rank > cursor.rank) == oldest_first:
            follows |= Q(**{moment: cursor.at})
        # The bound says nothing new, but it is what the index can be entered by.
        rows = rows.filter(follows, **{f"{moment}__{beyond}e": cursor.at})
    sign = "" if oldest_first else "-"
    return rows.order_by(f"{sign}{moment}", f"{sign}pk")[: PAGE + 1]


def _entry(key: _Key, row: Any, shown: Mapping[int, ShownStatement], names: Mapping[str, Named]) -> Entry:
    if key.rank == STATEMENT:
        return Entry(key.at, statement=shown[key.id])
    if key.rank == TURN:
        assessment = read_assessment(row.status, row.rule, row.because, row.dissent)
        turn = Turn(
            status=assessment.status,
            reason=say_reason(assessment, names),
            dissent=say_sides(assessment.dissent, names),
            same=row.since != row.valid.lower,
        )
        return Entry(key.at, turn=turn)
    return Entry(key.at, decision=row)


def _write_key(key: _Key) -> str:
    return f"{iso(key.at)}_{key.rank}_{key.id}"


def _read_key(text: str) -> _Key | None:
    if not text:
        return None
    moment, _, rest = text.partition("_")
    rank, _, pk = rest.partition("_")
    if not (rank.isascii() and rank.isdigit() and pk.isascii() and pk.isdigit()):
        raise Refused("after", f"{text[:80]!r} is not a place in this timeline", "follow the links of the page")
    return _Key(parse_moment(moment, "after", []), int(rank), min(int(pk[:19]), 2**63 - 1))
