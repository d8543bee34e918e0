"""The ledger: every status period ever held, on two time axes, and the feed of changes.

Only `claims.ledger` writes these tables. A period is never changed but for closing its recorded time once,
and never removed; a trigger in the database sees to it, and an exclusion constraint sees to it that no claim
has two answers for one valid and one recorded moment.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.expressions import RawSQL

from claims.assessment import Assessment, Period, Voice
from claims.models.claims import Claim, choices, one_of
from claims.words import Rule, Stance, Status


def read_assessment(
    status: str, rule: str, because: Sequence[Sequence[str]], dissent: Sequence[Sequence[str]] = ()
) -> Assessment:
    """What columns of the ledger or of the change feed conclude, as a value."""
    return Assessment(Status(status), Rule(rule), _voices(because), _voices(dissent))


def _voices(pairs: Sequence[Sequence[str]]) -> tuple[Voice, ...]:
    return tuple(Voice(party, Stance(stance)) for party, stance in pairs)


class StatusPeriodQuerySet(models.QuerySet["StatusPeriod"]):
    """The two questions asked of the ledger: what was so when, and what did we believe when."""

    def known_at(self, moment: datetime | None) -> "StatusPeriodQuerySet":
        """The lines that stood in the ledger at a recorded moment; None: those that stand now."""
        if moment is None:
            return self.filter(recorded__upper_inf=True)
        return self.filter(recorded__contains=moment)

    def in_order(self) -> "StatusPeriodQuerySet":
        """The lines from the beginning of time on."""
        return self.alias(begins=_BEGINS).order_by("begins")

    def valid_at(self, moment: datetime | None) -> "StatusPeriod | None":
        """The one line of one claim that is so at a valid moment (None: the latest), by B-tree and LIMIT 1.

        To be asked of lines already narrowed to one claim by `filter(claim=...)` and by `known_at`.
        """
        lines = self.alias(begins=_BEGINS)
        if moment is not None:
            lines = lines.filter(begins__lte=moment)
        return lines.order_by("-begins").first()


# The lower bound of valid time, sortable; the same expression as in the index `period_as_of`.
_BEGINS = RawSQL("coalesce(lower(valid), '-infinity'::timestamptz)", (), output_field=models.DateTimeField())


class StatusPeriod(models.Model):
    """One line of the ledger: this status was so over `valid`, and was what we knew over `recorded`.

    An open lower bound of `valid` means from the beginning of time, an open upper bound until further notice.
    `since` says when the status began: lines of one status may follow each other where the grounds changed.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="periods", db_index=False)
    status = models.CharField(max_length=10, choices=choices(Status))
    rule = models.CharField(max_length=10, choices=choices(Rule))
    reason = models.TextField()
    because = models.JSONField(default=list)
    dissent = models.JSONField(default=list)
    policy_version = models.PositiveSmallIntegerField()
    since = models.DateTimeField(null=True, blank=True)
    valid = DateTimeRangeField()
    recorded = DateTimeRangeField()

    objects = StatusPeriodQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("status", Status, "period_status"),
            one_of("rule", Rule, "period_rule"),
            models.CheckConstraint(
                condition=models.Q(valid__isempty=False, recorded__isempty=False), name="period_is_not_empty"
            ),
            ExclusionConstraint(
                name="period_one_answer_per_moment",
                expressions=[
                    ("claim", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
            ),
        )
        # The index period_as_of (claim, beginning of valid time, of the lines that stand now) serves the status as
        # of a moment and period_known (claim, beginning of valid time) the accounts of the past; see the migration.

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.status} from {self.valid.lower or 'the beginning'}"

    @property
    def assessment(self) -> Assessment:
        """What the line concludes, as a value."""
        return read_assessment(self.status, self.rule, self.because, self.dissent)

    @cached_property
    def period(self) -> Period:
        """The line as the value it was written from."""
        return Period(self.valid.lower, self.assessment, self.since)


class Change(models.Model):
    """One entry of the public change feed: a claim's status became another, or its past was rewritten.

    `kind` is "status" where the status that holds now changed, "grounds" where it stands on other grounds,
    "history" where only the past was rewritten. Entries are numbered in the order in which they were committed.
    """

    class Kind(models.TextChoices):
        STATUS = "status", "status"
        GROUNDS = "grounds", "grounds"
        HISTORY = "history", "history"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="changes", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_status = models.CharField(max_length=10, choices=choices(Status))
    to_status = models.CharField(max_length=10, choices=choices(Status))
    rule = models.CharField(max_length=10, choices=choices(Rule))
    reason = models.TextField()
    because = models.JSONField(default=list)
    # From which valid moment on the account differs from the one before; empty: from the beginning of time.
    valid_from = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            one_of("from_status", Status, "change_from_status"),
            one_of("to_status", Status, "change_to_status"),
            one_of("rule", Rule, "change_rule"),
            models.CheckConstraint(condition=models.Q(kind__in=["status", "grounds", "history"]), name="change_kind"),
        )
        indexes = (
            # The changes of one claim; the newest changes of a kind.
            models.Index(fields=["claim", "-id"], name="change_of_claim"),
            models.Index(fields=["kind", "-id"], name="change_newest"),
            # The changes of some days.
            models.Index(fields=["recorded_at"], name="change_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.from_status} -> {self.to_status}"
