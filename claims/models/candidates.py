"""What articles contest and no claim covers yet: candidates for new claims, and where each was sighted."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from claims.models.articles import Article, Revision
from claims.models.claims import Claim, choices, one_of, say_control
from claims.models.sources import Party
from claims.words import ClaimKind


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Questions asked of candidates."""

    def waiting(self) -> "CandidateQuerySet":
        """Candidates an editor is to be asked about: open, carried by an article that stands, covered by no claim.

        A claim of control covers its holder's candidate for the same place. What a general claim covers the reader
        says: it stops returning the candidate when the articles are read again, as they are for a new claim.
        """
        by_number, by_name = covering_claims()
        return self.filter(~Exists(by_number), ~Exists(by_name), state=Candidate.State.OPEN, stories__gt=0)

    def covering_slug(self) -> str:
        """The claim that covers the one candidate asked for; empty where none does."""
        slugs = [Subquery(claims.values("slug")[:1]) for claims in covering_claims()]
        return self.values_list(Coalesce(*slugs, Value("")), flat=True).get()

    def gone(self) -> "CandidateQuerySet":
        """Open candidates that nobody needs to be asked about (any more)."""
        by_number, by_name = covering_claims()
        return self.filter(Q(stories=0) | Exists(by_number) | Exists(by_name), state=Candidate.State.OPEN)


def covering_claims() -> tuple[models.QuerySet[Claim], models.QuerySet[Claim]]:
    """The claims that say what a candidate of an outer query says: by the number of the place, or by its name.

    They are two, since the database finds either by hashing, and both at once only by trying every pair.
    """
    same_holder = Claim.objects.filter(kind=ClaimKind.CONTROL, holder=OuterRef("holder")).order_by()
    unnumbered = Q(place__geonameid__isnull=True) | Q(place__geonameid=None)
    return (
        same_holder.filter(place__geonameid=OuterRef("place__geonameid")),
        same_holder.filter(unnumbered, place__name=OuterRef("place__name")),
    )


class Candidate(models.Model):
    """A contested proposition that no claim covers, met in one article or in many, for an editor to make a claim of.

    What it is about follows from its key. `stories` to `lead` are a cache, counted from the sightings that stand, so
    the order in which articles arrive cannot change it (pipeline.sightings). Once dismissed it is never proposed again
    unless it is reopened.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DISMISSED = "dismissed", _("dismissed")

    # The same wherever the same proposition is met, whatever the article (reading.values.Candidate).
    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=10, choices=choices(ClaimKind))
    # For `control`: who is said to hold which place: a claim's place, and {"country", "latitude", "longitude"} besides.
    holder = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="candidates")
    place = models.JSONField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Who accepted or dismissed it, when, why; and the claim it became.
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="candidates")

    # Over the sightings that stand: copies of one text are one story, an outlet's own voice is no party.
    stories = models.PositiveIntegerField(default=0)
    articles = models.PositiveIntegerField(default=0)
    parties = models.JSONField(default=list)  # slugs, in order
    # How well it is borne out: as many stories and as many parties, at least.
    rank = models.PositiveIntegerField(default=0)
    confidence = models.FloatField(default=0)
    seen_at = models.DateTimeField(null=True, blank=True)
    # The surest sighting, which words it.
    lead = models.ForeignKey("Sighting", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("new claim")
        verbose_name_plural = _("new claims")
        ordering = ("-rank", "-stories", "-confidence", "-seen_at", "key")
        constraints = (
            one_of("kind", ClaimKind, "candidate_kind"),
            models.CheckConstraint(condition=Q(state__in=["open", "accepted", "dismissed"]), name="candidate_state"),
            models.CheckConstraint(
                condition=~Q(kind=ClaimKind.CONTROL) | Q(holder__isnull=False, place__isnull=False),
                name="control_candidate_has_holder_and_place",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, claim__isnull=True)
                | Q(state="accepted", decided_at__isnull=False, claim__isnull=False)
                | (Q(state="dismissed", decided_at__isnull=False, claim__isnull=True) & ~Q(why="")),
                name="candidate_decision_is_whole",
            ),
        )
        indexes = (
            # The editors' list: those best borne out on top.
            models.Index(
                fields=["-rank", "-stories", "-confidence", "-seen_at", "key"],
                name="candidate_waiting",
                condition=Q(state="open", stories__gt=0),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What it says: who holds where, else the wording of its surest sighting, else its key."""
        if self.kind == ClaimKind.CONTROL and self.holder and self.place:
            return say_control(self.holder, self.place)
        return (self.lead.proposition if self.lead else "") or self.key


class SightingQuerySet(models.QuerySet["Sighting"]):
    """Questions asked of sightings."""

    def standing(self) -> "SightingQuerySet":
        """Sightings in articles that still carry the words and are not withdrawn."""
        return self.filter(dropped_at__isnull=True, article__withdrawn=False)

    def surest_first(self) -> "SightingQuerySet":
        """In an order that does not depend on which article arrived first."""
        return self.order_by(F("confidence").desc(), "article__published_at", "article__url")


class Sighting(models.Model):
    """A candidate as one article carries it: in which words, between whom, how sure, found by which rule.

    One row per candidate and article, of the newest edition that carried it; `dropped_at` says since when the article
    as read no longer does.
    """

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="sightings", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="sightings", db_index=False)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="sightings", db_index=False)
    quote = models.TextField()
    # Offsets into Revision.words, in code points.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    # Slugs as the reader gave them: who takes a position here, and who is said to dispute the place.
    parties = models.JSONField(default=list)
    opposed = models.CharField(max_length=80, blank=True)
    # For `general`: the wording and the groups of keywords in the language of the edition.
    proposition = models.TextField(blank=True)
    keywords = models.JSONField(default=list)
    confidence = models.FloatField()
    rule = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = SightingQuerySet.as_manager()

    class Meta:
        ordering = ("candidate", "article")
        constraints = (
            # Also serves: what an article carries, when it is read again or withdrawn.
            models.UniqueConstraint(fields=["article", "candidate"], name="sighting_once_per_article"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="sighting_quote_has_words"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="sighting_confidence_in_0_1"
            ),
        )
        indexes = (
            # Counting a candidate anew; its page.
            models.Index(fields=["candidate", "-confidence"], name="sighting_of_candidate"),
            # Which candidates a merger of stories concerns.
            models.Index(fields=["revision"], name="sighting_of_revision"),
        )

    def __str__(self) -> str:
        return f"{self.candidate_id} in {self.article_id}"
