"""What is claimed and who says what of it: claims, statements, reviews, positions, decisions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import NullIf
from django.urls import reverse

from claims.models.articles import Article, Revision
from claims.models.sources import Party, Source
from claims.words import DISAGREEMENT, ClaimKind, Departure, Origin, Rule, Stance, Status, Strength, Verdict


def choices(words: type) -> list[tuple[str, str]]:
    """A model's choices from an enumeration of the field's words."""
    return [(word.value, word.value) for word in words]


def one_of(field: str, words: type, name: str) -> models.CheckConstraint:
    """A constraint that keeps a column to an enumeration of the field's words."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [word.value for word in words]}), name=name)


# A reading of less confidence is doubtful: an editor is to look at it. One on which two readers differ has less.
DOUBTFUL_BELOW = 0.7


def say_control(holder: Party, place: dict[str, Any]) -> str:
    """The proposition of a claim of control that has no wording of its own."""
    return f"{holder.title} controls {place['name']}."


class Claim(models.Model):
    """A proposition that can be true or false.

    `status`, `rule`, `status_since` and `document` are a cache of the ledger's newest line, written by the
    ledger alone; the row's lock orders all writes that concern the claim.
    """

    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=choices(ClaimKind))
    # For `control`: HOLDER controls PLACE, which the opposed party disputes.
    holder = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="holds")
    opposed = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="disputes")
    # {"name", "geonameid"?, "names": {lang: [..]}}
    place = models.JSONField(null=True, blank=True)
    # Sentence per language, and keywords: per language, groups of alternatives.
    proposition = models.JSONField(default=dict, blank=True)
    keywords = models.JSONField(default=dict, blank=True)
    # Parties whose interest its truth serves or harms; for `control`, holder and opposed besides.
    gains = models.ManyToManyField(Party, blank=True, related_name="gains_by")
    loses = models.ManyToManyField(Party, blank=True, related_name="loses_by")
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField(auto_now=True)

    status = models.CharField(max_length=10, choices=choices(Status), default=Status.UNVERIFIED)
    rule = models.CharField(max_length=10, choices=choices(Rule), default=Rule.UNVERIFIED)
    status_since = models.DateTimeField(null=True, blank=True)
    # The public document of the claim, as JSON text, so that a status read is one row (serializers.claim_document).
    document = models.TextField(default="{}")
    version = models.PositiveBigIntegerField(default=0)
    # The newest recorded moment of anything that concerns the claim; the next one is later.
    settled_at = models.DateTimeField(null=True, blank=True)
    # Which readings an editor's word on would turn the status (assessment.Stake), for the order of the editors' queue:
    # [[party, stance, verdict, status], ...].
    stakes = models.JSONField(default=list, blank=True)
    # Set while the claim must be assessed anew because its terms changed: the row is the work to do.
    ring_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("slug",)
        permissions = (("set_terms", "Can set what the policy goes by: grades, alignment, who gains and who loses"),)
        constraints = (
            one_of("kind", ClaimKind, "claim_kind"),
            one_of("status", Status, "claim_status"),
            one_of("rule", Rule, "claim_rule"),
            models.CheckConstraint(
                condition=~models.Q(kind=ClaimKind.CONTROL) | models.Q(holder__isnull=False, place__isnull=False),
                name="control_claim_has_holder_and_place",
            ),
        )
        indexes = (
            # Lists of claims by status, those that changed last on top.
            models.Index("status", models.F("status_since").desc(nulls_last=True), "id", name="claim_by_status"),
            # The same of all claims.
            models.Index(models.F("status_since").desc(nulls_last=True), "id", name="claim_newest"),
            # Which claims cover a candidate: by the number of the place, or by its name.
            models.Index(
                "holder",
                models.F("place__geonameid"),
                name="claim_of_place",
                condition=models.Q(kind=ClaimKind.CONTROL.value),
            ),
            models.Index(
                "holder",
                models.F("place__name"),
                name="claim_of_place_name",
                condition=models.Q(kind=ClaimKind.CONTROL.value),
            ),
            # The editors' queue: claims that a word would turn, those that changed last on top.
            models.Index(
                models.F("status_since").desc(nulls_last=True),
                "id",
                name="claim_with_stakes",
                condition=~models.Q(stakes=[]),
            ),
            # The sweep: which claims must be assessed anew.
            models.Index(fields=["ring_at"], name="claim_due", condition=models.Q(ring_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The claim's public page."""
        return reverse("claim", args=[self.slug])

    @property
    def title(self) -> str:
        """The proposition as shown: its English wording if it has one, else its first, else who holds where."""
        return self.title_in("en")

    def title_in(self, lang: str) -> str:
        """The proposition in a language, or in the best one there is."""
        for text in (self.proposition.get(lang), self.proposition.get("en"), *self.proposition.values()):
            if text:
                return str(text)
        if self.place and self.holder:
            return say_control(self.holder, self.place)
        return self.slug


class StatementQuerySet(models.QuerySet["Statement"]):
    """Questions asked of statements."""

    def carried(self) -> "StatementQuerySet":
        """Statements that the newest edition of their article carries, and records."""
        return self.filter(dropped_at__isnull=True)

    def unreviewed(self) -> "StatementQuerySet":
        """Readings that an article carries and on which no editor's word stands."""
        return self.filter(origin=Origin.READING, dropped_at__isnull=True, reviewed_at__isnull=True)

    def doubtful(self) -> "StatementQuerySet":
        """Unreviewed readings that the reader was not sure of, or on which two readers differ."""
        return self.unreviewed().filter(confidence__lt=DOUBTFUL_BELOW)


class Statement(models.Model):
    """Party P, carried by article revision R, takes stance S on claim C at time T, in these words.

    Never changed: an editor's word on it is a review (`reviewed_at` says whether one stands), and when the article no
    longer carries it only what tells so (`dropped_at` and what goes with it) is set, once. A record (origin `record`)
    has no revision but a source, a url and a key.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="statements", db_index=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="statements")
    stance = models.CharField(max_length=10, choices=choices(Stance))
    said_at = models.DateTimeField()
    origin = models.CharField(max_length=10, choices=choices(Origin))

    article = models.ForeignKey(
        Article, models.PROTECT, null=True, blank=True, related_name="statements", db_index=False
    )
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="statements", db_index=False
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="statements")
    url = models.CharField(max_length=2000, blank=True)
    quote = models.TextField(blank=True)
    # Offsets into Revision.words, in code points: of the quote, and of the cue that attributes it.
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    cue_start = models.PositiveIntegerField(null=True, blank=True)
    cue_end = models.PositiveIntegerField(null=True, blank=True)
    strength = models.CharField(max_length=10, choices=choices(Strength), default=Strength.PLAIN)
    confidence = models.FloatField(default=1.0)
    rule = models.CharField(max_length=120, blank=True)
    own_voice = models.BooleanField(default=False)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    # What makes a record the same record when its file is read again.
    record_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    recorded_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.CharField(max_length=200, blank=True)
    # By which edition, and how; empty for what was dropped before these were kept.
    dropped_by = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="dropped", db_index=False
    )
    dropped_how = models.CharField(max_length=10, blank=True, default="", db_default="", choices=choices(Departure))
    # When the editor's word that stands on it was given; empty while there is none. Written with each review.
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ("-said_at", "-id")
        constraints = (
            one_of("stance", Stance, "statement_stance"),
            one_of("origin", Origin, "statement_origin"),
            one_of("strength", Strength, "statement_strength"),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1), name="statement_confidence_in_0_1"
            ),
            models.CheckConstraint(
                condition=models.Q(dropped_how__in=["", *[how.value for how in Departure]]), name="statement_departure"
            ),
            models.CheckConstraint(
                condition=models.Q(start__isnull=True, end__isnull=True) | models.Q(start__lt=models.F("end")),
                name="statement_quote_has_words",
            ),
            models.CheckConstraint(
                condition=models.Q(origin=Origin.RECORD, revision__isnull=True, record_key__isnull=False)
                | (~models.Q(origin=Origin.RECORD) & models.Q(revision__isnull=False, article__isnull=False)),
                name="statement_stands_in_a_revision_or_is_a_record",
            ),
            # One row per claim and party in an edition (gold/GUIDE rule 7), however often it is read.
            models.UniqueConstraint(
                fields=["article", "claim", "party"],
                condition=models.Q(origin=Origin.READING, dropped_at__isnull=True),
                name="statement_one_reading_per_claim_and_party",
            ),
        )
        indexes = (
            # Folding one party's history anew; the page of a claim's statements.
            models.Index(fields=["claim", "party", "said_at", "id"], name="statement_of_party"),
            models.Index(fields=["claim", "-said_at", "-id"], name="statement_timeline"),
            # Has this story been counted for this party already (through revision -> story)?
            models.Index(fields=["revision", "claim", "party"], name="statement_of_revision"),
            # What an article carries now, when it is read again or withdrawn.
            models.Index(fields=["article", "claim"], name="statement_of_article"),
            # What vanished from articles, newest first.
            models.Index(
                fields=["-dropped_at"],
                name="statement_gone",
                condition=models.Q(dropped_how__in=[Departure.VANISHED.value, Departure.REVERSED.value]),
            ),
            # The few on which two readers differ: what editors look at first.
            models.Index(
                fields=["-recorded_at"],
                name="statement_in_doubt",
                condition=models.Q(rule__startswith=DISAGREEMENT, dropped_at__isnull=True),
            ),
            # The editors' queue: readings the reader was not sure of, newest first.
            models.Index(
                fields=["-recorded_at", "-id"],
                name="statement_doubtful",
                condition=models.Q(
                    origin=Origin.READING,
                    dropped_at__isnull=True,
                    reviewed_at__isnull=True,
                    confidence__lt=DOUBTFUL_BELOW,
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.stance} {self.claim_id} ({self.said_at:%Y-%m-%d})"


class ReviewQuerySet(models.QuerySet["Review"]):
    """Questions asked of reviews."""

    def last_verdict(self) -> NullIf:
        """The last word on the one statement asked for, to annotate it with: None where none stands."""
        last = self.order_by("-recorded_at", "-pk").values("verdict")[:1]
        return NullIf(models.Subquery(last), models.Value(Verdict.UNDONE.value))


class Review(models.Model):
    """An editor's word on a statement: confirmed, rejected, corrected by another statement, or taken back."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="reviews", db_index=False)
    verdict = models.CharField(max_length=10, choices=choices(Verdict))
    reason = models.TextField(blank=True)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-id")
        constraints = (one_of("verdict", Verdict, "review_verdict"),)
        indexes = (
            # The last word on a statement, as known at a moment.
            models.Index(fields=["statement", "-recorded_at", "-id"], name="review_last_word"),
            # The newest reviews, all or of some weeks.
            models.Index(fields=["-recorded_at", "-id"], name="review_newest"),
        )

    def __str__(self) -> str:
        return f"{self.verdict}: {self.statement_id}"


class Position(models.Model):
    """The stance a party holds on a claim over a period, weakly or firmly: a cache, folded from its statements.

    The row without `until` is the latest; it also carries where the count of the party's statements stands, so
    that the next one costs the same however long the history is.
    """

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="positions", db_index=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="positions")
    begins = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    stance = models.CharField(max_length=10, choices=choices(Stance), blank=True)
    since = models.DateTimeField(null=True, blank=True)
    firm = models.BooleanField(default=False)
    settled = models.CharField(max_length=10, choices=choices(Stance), blank=True)
    last_spoke = models.DateTimeField(null=True, blank=True)
    stories = models.PositiveIntegerField(default=0)
    heard = models.DateTimeField()
    # [[stance, weight, stories], ...] and [stance, ...]: the rest of the tally.
    sums = models.JSONField(default=list)
    offered = models.JSONField(default=list)

    class Meta:
        ordering = ("claim", "party", "begins")
        constraints = (
            models.UniqueConstraint(
                fields=["claim", "party"], condition=models.Q(until__isnull=True), name="position_latest_once"
            ),
            # Also serves: all positions of a claim, in order.
            models.UniqueConstraint(fields=["claim", "party", "begins"], name="position_begins_once"),
            models.CheckConstraint(
                condition=models.Q(stance__in=["", *[s.value for s in Stance]]), name="position_stance"
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.stance or 'holds nothing'} {self.claim_id}"


class Decision(models.Model):
    """An editor's ruling on a claim, with a rationale; it outranks the policy until it is lifted."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="decisions", db_index=False)
    status = models.CharField(max_length=10, choices=choices(Status))
    rationale = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    effective_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_recorded_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lift_rationale = models.TextField(blank=True)

    class Meta:
        ordering = ("-recorded_at", "-id")
        constraints = (
            one_of("status", Status, "decision_status"),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lift_recorded_at__isnull=True)
                | models.Q(lifted_at__gte=models.F("effective_from"), lift_recorded_at__isnull=False),
                name="decision_lift_is_dated",
            ),
            models.CheckConstraint(condition=~models.Q(rationale=""), name="decision_has_a_rationale"),
        )
        # The decisions on a claim, as known at a moment.
        indexes = (models.Index(fields=["claim", "recorded_at"], name="decision_of_claim"),)

    def __str__(self) -> str:
        return f"{self.status}: {self.claim_id}"


class TermsLine(models.Model):
    """The terms on which a claim was assessed from a recorded moment on: who gains, who loses, how parties stand.

    Written whenever they differ from the line before, so that any past account can be recomputed.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="terms", db_index=False)
    recorded_at = models.DateTimeField()
    policy_version = models.PositiveSmallIntegerField()
    gains = models.JSONField(default=list)
    loses = models.JSONField(default=list)
    # [[party, reliability, aligned_with], ...]
    standings = models.JSONField(default=list)

    class Meta:
        ordering = ("claim", "recorded_at")
        constraints = (
            # Also serves: the terms in force at a recorded moment.
            models.UniqueConstraint(fields=["claim", "recorded_at"], name="terms_once_per_moment"),
        )

    def __str__(self) -> str:
        return f"terms of {self.claim_id} from {self.recorded_at:%Y-%m-%d}"
