"""A row's history: what was done to it, from what to what, why, by whom and when; editors and workers alike.

Acts of the desk are entered as they are done. What workers did is told by the rows they left: reviews and decisions
made elsewhere, editions, withdrawals, changes of status.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from claims.models import (
    Article,
    Candidate,
    Change,
    Claim,
    Decision,
    Feed,
    Page,
    Review,
    Revision,
    Statement,
    Withdrawal,
)

# A page shows the newest lines; a row has rarely more, and one with thousands is read in the ledger.
MOST = 100
# What an act of the desk left behind is told by its entry, which is written within this of it, and not twice.
SAME_ACT = timedelta(seconds=5)
ACTED = frozenset({"decided", "lifted", "reviewed", "asked"})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a row; `old` and `new` by the name of what changed. `who` is empty for a worker."""

    at: datetime
    who: str
    what: str
    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    url: str = ""

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What changed, from what, to what."""
        return [(name, self.old.get(name, ""), self.new.get(name, "")) for name in {**self.old, **self.new}]


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry of the history says."""

    said: str
    why: str = ""
    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)


def write_message(told: Told) -> str:
    """A message for the history, to be read by `read_message`."""
    return json.dumps({"said": told.said, "why": told.why, "old": dict(told.old), "new": dict(told.new)})


def read_message(entry: LogEntry) -> Told:
    """What an entry says; of one that the desk did not write, its sentence."""
    if entry.change_message.startswith("{"):
        try:
            told = json.loads(entry.change_message)
            return Told(str(told["said"]), str(told["why"]), dict(told["old"]), dict(told["new"]))
        except (ValueError, KeyError, TypeError):
            return Told(entry.change_message)
    return Told(entry.get_change_message() or str(entry.get_action_flag_display()))


def enter_history(
    request: HttpRequest, row: models.Model, name: str, told: Told | str, *, flag: int = CHANGE
) -> LogEntry:
    """Enter in a row's history, under the name the desk shows it by, what the user did."""
    return LogEntry.objects.create(
        user_id=request.user.pk,
        content_type=ContentType.objects.get_for_model(row, for_concrete_model=False),
        object_id=str(row.pk),
        object_repr=name[:200],
        action_flag=flag,
        change_message=told if isinstance(told, str) else write_message(told),
    )


def history_of(row: models.Model) -> Sequence[HistoryLine]:
    """What happened to a row, newest first, at most a hundred lines; one query."""
    parts = [_part(rows[:MOST], *told) for rows, *told in _rows_of(row)]
    found = parts[0].union(*parts[1:], all=True).order_by("-h_at")[:MOST] if parts[1:] else parts[0]
    entries, acted, others = [], [], []
    for told in found:
        kind = told["h_kind"]
        (entries if kind == "entry" else acted if kind in ACTED else others).append(_tell(told))
    for line in _own_lines(row):
        (acted if line.who else others).append(line)
    lines = [*entries, *others, *(line for line in acted if not _is_entered(line, entries))]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


# --- what is asked of each table: when, who, which kind of line, and up to three texts ---


def _rows_of(row: Any) -> Iterable[tuple[Any, ...]]:
    of = {"content_type": ContentType.objects.get_for_model(row, for_concrete_model=False), "object_id": str(row.pk)}
    entries = LogEntry.objects.filter(**of).order_by("-action_time")
    yield entries, F("action_time"), "user", "entry", F("change_message"), F("action_flag"), Value("")
    if isinstance(row, Claim):
        ruled = Decision.objects.filter(claim=row)
        yield (
            ruled.order_by("-recorded_at"),
            F("recorded_at"),
            "author",
            "decided",
            F("status"),
            F("rationale"),
            F("pk"),
        )
        lifted = ruled.filter(lift_recorded_at__isnull=False).order_by("-lift_recorded_at")
        yield lifted, F("lift_recorded_at"), "lifted_by", "lifted", F("status"), F("lift_rationale"), F("pk")
        changes = Change.objects.filter(claim=row).order_by("-pk")
        yield changes, F("recorded_at"), "", "status", F("from_status"), F("to_status"), F("reason")
    if isinstance(row, Statement):
        words = Review.objects.filter(statement=row).order_by("-recorded_at")
        yield words, F("recorded_at"), "editor", "reviewed", F("verdict"), F("reason"), Value("")
    if isinstance(row, Article):
        editions = Revision.objects.filter(article=row).order_by("-number")
        yield editions, F("recorded_at"), "", "edition", F("number"), F("title"), Value("")
        read = editions.filter(read_at__isnull=False)
        yield read, F("read_at"), "", "read", F("number"), F("read_by"), Value("")
        asked = Withdrawal.objects.filter(article=row).order_by("-pk")
        yield asked, F("asked_at"), "", "asked", F("withdrawn"), F("why"), Value("")
        held = asked.filter(recorded_at__isnull=False)
        yield held, F("recorded_at"), "", "withdrawal", F("withdrawn"), F("why"), Value("")


def _part(rows: QuerySet[Any], at: F, person: str, kind: str, *texts: Any) -> QuerySet[Any]:
    who: Any = Coalesce(F(f"{person}__username"), Value("")) if person else Value("")
    columns = {f"h_{number}": Cast(text, TextField()) for number, text in enumerate(texts, start=1)}
    return rows.values(h_at=at, h_who=Cast(who, CharField()), h_kind=Value(kind, CharField()), **columns)


def _tell(found: Mapping[str, Any]) -> HistoryLine:
    """One line from what a table said."""
    at, who, one, two, three = (found[f"h_{name}"] for name in ("at", "who", 1, 2, 3))
    match found["h_kind"]:
        case "entry":
            told = read_message(LogEntry(change_message=one, action_flag=int(two)))
            return HistoryLine(at, who, told.said.removesuffix(told.why).strip(), told.old, told.new, told.why)
        case "decided":
            url = reverse("admin:claims_decision_change", args=[three])
            return HistoryLine(at, who, gettext("Decided: %s.") % one, why=two, url=url)
        case "lifted":
            url = reverse("admin:claims_decision_change", args=[three])
            return HistoryLine(at, who, gettext("Decision lifted: %s.") % one, why=two, url=url)
        case "status":
            status = gettext("status")
            said = gettext("Status changed.") if one != two else gettext("Status stands on other grounds.")
            return HistoryLine(at, who, said, {status: one}, {status: two}, three)
        case "reviewed":
            return HistoryLine(at, who, gettext("Review: %s.") % one, why=two)
        case "edition":
            return HistoryLine(at, who, gettext("Edition %(n)s stored: %(title)s") % {"n": one, "title": two})
        case "read":
            by = gettext("Edition %(n)s read by %(reader)s.") if two else gettext("Edition %(n)s read.")
            return HistoryLine(at, who, by % {"n": one, "reader": two})
        case "asked":
            said = gettext("Withdrawal asked for.") if one == "true" else gettext("Restoring asked for.")
            return HistoryLine(at, who, said, why=two)
    said = gettext("Withdrawn from now on.") if one == "true" else gettext("Restored from now on.")
    return HistoryLine(at, who, said, why=two)


def _own_lines(row: Any) -> Iterable[HistoryLine]:
    """What the row's own columns tell of its past."""
    if isinstance(row, Claim | Candidate) and row.recorded_at:
        yield HistoryLine(row.recorded_at, "", gettext("Recorded."))
    if isinstance(row, Statement):
        origin = {"rule": row.rule} if row.rule else {}
        yield HistoryLine(row.recorded_at, "", gettext("Recorded: %s.") % row.origin, new=origin)
        if row.dropped_at is not None:
            said = gettext("The newest edition of its article carries it no more.")
            yield HistoryLine(row.dropped_at, "", said, why=row.dropped_why)
    if isinstance(row, Candidate) and row.decided_at is not None:
        who = row.decided_by.get_username() if row.decided_by else ""
        yield HistoryLine(row.decided_at, who, f"{row.get_state_display()}.", why=row.why)
    if isinstance(row, Decision):
        who = row.author.get_username() if row.author else ""
        yield HistoryLine(row.recorded_at, who, gettext("Decided: %s.") % row.status, why=row.rationale)
        if row.lift_recorded_at is not None:
            who = row.lifted_by.get_username() if row.lifted_by else ""
            yield HistoryLine(row.lift_recorded_at, who, gettext("Lifted."), why=row.lift_rationale)
    if isinstance(row, Feed):
        yield HistoryLine(row.added_at, "", gettext("Added."))
        if row.ended_at is not None:
            yield HistoryLine(row.ended_at, "", gettext("Ended."), why=row.ended_why)
    if isinstance(row, Page):
        yield HistoryLine(row.found_at, "", gettext("Found."))


def _is_entered(line: HistoryLine, entries: Iterable[HistoryLine]) -> bool:
    """Whether an entry tells of what left this line behind: the same reason at the same moment, by the same person."""
    return any(
        line.why == entry.why and line.who in ("", entry.who) and abs(line.at - entry.at) <= SAME_ACT
        for entry in entries
    )
