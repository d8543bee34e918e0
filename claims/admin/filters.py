"""Filters of the desk's lists that are questions rather than columns."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from claims.admin.agreement import last_words
from claims.admin.fields import LANGUAGES
from claims.models import Candidate, Feed, Page, Revision
from claims.words import DISAGREEMENT, FELL_BACK, GONE, Departure, Verdict

Choices = list[tuple[str, Any]]


class DaysFilter(RangeDateFilter):
    """Rows of some days (UTC), the first and the last of them included; either may be left open."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A day that is none is no limit."""
        first, last = (_read_day(self.used_parameters.get(name)) for name in self.expected_parameters())
        if first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": first})
        if last is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": last + timedelta(days=1)})
        return queryset


def _read_day(text: str | None) -> datetime | None:
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    return datetime.combine(day, time.min, UTC) if day and day < date.max else None


class DoubtFilter(admin.SimpleListFilter):
    """Readings the reader was not sure of and nobody reviewed: what waits in the queue besides what would turn."""

    title = _("doubt")
    parameter_name = "doubt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Doubtful ones alone."""
        return [("yes", _("doubtful and not reviewed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Asked of the reading's confidence."""
        return queryset.doubtful() if self.value() == "yes" else queryset


class LanguageFilter(admin.SimpleListFilter):
    """Rows whose text is in one of the languages we read."""

    title = _("language")
    parameter_name = "lang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """The languages."""
        return list(LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Statements by the language of their revision, articles by that of any of theirs."""
        if not self.value():
            return queryset
        if queryset.model is Revision or not hasattr(queryset.model, "revisions"):
            return queryset.filter(revision__lang=self.value())
        return queryset.filter(Exists(Revision.objects.filter(article=OuterRef("pk"), lang=self.value())))


class LeadLanguageFilter(LanguageFilter):
    """Candidates by the language of their surest sighting."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The language of the edition that words it."""
        return queryset.filter(lead__revision__lang=self.value()) if self.value() else queryset


class ProposalFilter(admin.SimpleListFilter):
    """Candidates by what became of them; unless asked otherwise, those that wait for an editor."""

    title = _("what became of it")
    parameter_name = "became"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Accepted, dismissed, or no longer to be asked about."""
        return [
            (Candidate.State.ACCEPTED.value, _("accepted")),
            (Candidate.State.DISMISSED.value, _("dismissed")),
            ("gone", _("no longer carried, or covered by a claim")),
            ("all", _("all")),
        ]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """The choices, the first of which is what is shown unasked."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("waiting")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Needs the questions asked of candidates."""
        if self.value() is None:
            return queryset.waiting()  # type: ignore[attr-defined]
        if self.value() == "gone":
            return queryset.gone()  # type: ignore[attr-defined]
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


class ReviewedFilter(admin.SimpleListFilter):
    """Statements by the last word an editor had on them."""

    title = _("review")
    parameter_name = "review"
    OPEN = "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """No word yet, or which."""
        return [
            (self.OPEN, _("not reviewed")),
            (Verdict.CONFIRMED.value, _("confirmed")),
            (Verdict.REJECTED.value, _("rejected")),
            (Verdict.CORRECTED.value, _("corrected")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Needs the annotation `verdict` for which word it was."""
        if self.value() == self.OPEN:
            return queryset.filter(reviewed_at__isnull=True)
        return queryset.filter(verdict=self.value()) if self.value() else queryset


class ReviewLanguageFilter(LanguageFilter):
    """Reviews by the language of the edition their statement was read in."""

    UNKNOWN = "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """The languages, and none: an edition whose language was not told."""
        return [*super().lookups(request, model_admin), (self.UNKNOWN, _("not known"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A record has no edition, and no language."""
        if not self.value():
            return queryset
        return queryset.filter(statement__revision__lang="" if self.value() == self.UNKNOWN else self.value())


class LastWordFilter(admin.SimpleListFilter):
    """Reviews that still are the last word on their statement, or that another one followed."""

    title = _("last word")
    parameter_name = "word"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """The last word alone."""
        return [("last", _("last word on its statement"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Asked of the statement's later reviews."""
        return last_words(queryset) if self.value() == "last" else queryset


class ReadersFilter(admin.SimpleListFilter):
    """Statements on which the rules and the second reader differ."""

    title = _("readers")
    parameter_name = "readers"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """They differ, or not (or only one of them read)."""
        return [("differ", _("disagree")), ("agree", _("do not disagree"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rule by which a statement was found says so."""
        differ = Q(rule__startswith=DISAGREEMENT)
        asked = {"differ": differ, "agree": ~differ}
        return queryset.filter(asked[self.value()]) if self.value() in asked else queryset


class CarriedFilter(admin.SimpleListFilter):
    """Statements that count, or that their article no longer carries."""

    title = _("standing")
    parameter_name = "carried"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Carried, or not any more."""
        return [("yes", _("carried")), ("no", _("no longer carried, or withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A statement is carried while its newest edition has it and its article stands."""
        gone = Q(dropped_at__isnull=False) | Q(article__withdrawn=True)
        if self.value() == "yes":
            return queryset.filter(dropped_at__isnull=True).exclude(article__withdrawn=True)
        return queryset.filter(gone) if self.value() == "no" else queryset


class ReadingFilter(admin.SimpleListFilter):
    """Articles by how far their reading has come."""

    title = _("reading")
    parameter_name = "reading"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Waiting, set aside, or done."""
        return [
            ("due", _("waiting")),
            ("failed", _("set aside after failures")),
            ("read", _("read")),
            ("alone", _("read by the rules because the second reader was not to be had")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Asked of an article's revisions."""
        unread = Revision.objects.unread().filter(article=OuterRef("pk"))
        asked = {
            "due": Exists(unread.filter(ring_at__isnull=False)),
            "failed": Exists(unread.filter(ring_at__isnull=True)),
            "read": ~Exists(unread),
            "alone": Exists(Revision.objects.filter(article=OuterRef("pk"), read_by__startswith=FELL_BACK)),
        }
        return queryset.filter(asked[self.value()]) if self.value() in asked else queryset


class EditedFilter(admin.SimpleListFilter):
    """Articles by how they were changed after they were published."""

    title = _("edits")
    parameter_name = "edited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Without a note, with one, or not at all."""
        return [
            ("silent", _("statements or quotations vanished without a note")),
            ("noted", _("corrected or updated with a note")),
            ("yes", _("edited")),
            ("no", _("never edited")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Asked of an article's revisions."""
        editions = Revision.objects.filter(article=OuterRef("pk"), number__gt=1)
        asked = {
            "silent": Exists(editions.filter(silent=True)),
            "noted": Exists(editions.exclude(correction_note="")),
            "yes": Exists(editions),
            "no": ~Exists(editions),
        }
        return queryset.filter(asked[self.value()]) if self.value() in asked else queryset


class DepartureFilter(admin.SimpleListFilter):
    """Statements that a later edition of their article carries no more, by how they went."""

    title = _("how it went")
    parameter_name = "went"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Without a note, or how."""
        return [
            ("silent", _("vanished or reversed without a note")),
            (Departure.VANISHED.value, _("vanished")),
            (Departure.REVERSED.value, _("reversed")),
            (Departure.REWORDED.value, _("put in other words")),
            (Departure.REREAD.value, _("its words read otherwise")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The edition that dropped a statement says whether it was silent."""
        if self.value() == "silent":
            return queryset.filter(dropped_how__in=GONE, dropped_by__silent=True)
        return queryset.filter(dropped_how=self.value()) if self.value() else queryset


class InForceFilter(admin.SimpleListFilter):
    """Decisions in force, or lifted."""

    title = _("force")
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """In force, or lifted."""
        return [("yes", _("in force")), ("no", _("lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A decision is in force until it is lifted."""
        return queryset.filter(lifted_at__isnull=self.value() == "yes") if self.value() else queryset


class StandsFilter(admin.SimpleListFilter):
    """Ledger lines that stand now, or that the ledger once held."""

    title = _("account")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Standing, or believed earlier."""
        return [("yes", _("stands now")), ("no", _("believed earlier"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A line stands while its recorded time is open."""
        return queryset.filter(recorded__upper_inf=self.value() == "yes") if self.value() else queryset


class FeedStateFilter(admin.SimpleListFilter):
    """Feeds by how they do."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Well, failing, paused, ended."""
        return [
            ("well", _("well")), ("failing", _("failing")), ("paused", _("paused")), ("ended", _("ended")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feed]) -> QuerySet[Feed]:
        """An ended or paused feed is neither well nor failing."""
        polled = Q(paused=False, ended_at__isnull=True)
        asked = {
            "well": polled & Q(failures=0),
            "failing": polled & Q(failures__gt=0),
            "paused": Q(paused=True, ended_at__isnull=True),
            "ended": Q(ended_at__isnull=False),
        }
        return queryset.filter(asked[self.value()]) if self.value() in asked else queryset


class PageStateFilter(admin.SimpleListFilter):
    """Pages by what became of them."""

    title = _("what was found")
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """What a page can hold, or why it holds nothing."""
        return [*Page.State.choices, ("failed", _("failed")), ("gone", _("gone")), ("waiting", _("not fetched yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        """The state on the row, or what the row says of the last answer."""
        asked = {
            "failed": ~Q(last_error=""),
            "gone": Q(withdrawn=True),
            "waiting": Q(fetches=0, whole_in_feed=False),
            **{state: Q(state=state) for state in Page.State.values},
        }
        return queryset.filter(asked[self.value()]) if self.value() in asked else queryset
