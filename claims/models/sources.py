"""Who publishes and who speaks: sources and parties."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from claims.words import GRADES

GRADE_CHOICES = [
    ("A", _("A - completely reliable")),
    ("B", _("B - usually reliable")),
    ("C", _("C - fairly reliable")),
    ("D", _("D - not usually reliable")),
    ("E", _("E - unreliable")),
    ("F", _("F - cannot be judged")),
]


class Party(models.Model):
    """Who can take a position on a claim: a government, an army, a monitor, a company, a person."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=40, blank=True)
    # What articles call the party: {"en": ["the Kremlin", ...], "uk": [...]}.
    names = models.JSONField(default=dict, blank=True)
    reliability = models.CharField(max_length=1, choices=GRADE_CHOICES, default="F")
    aligned_with = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="allies")
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("slug",)
        verbose_name_plural = "parties"
        constraints = (
            models.CheckConstraint(condition=models.Q(reliability__in=GRADES), name="party_reliability_is_a_grade"),
            models.CheckConstraint(
                condition=models.Q(aligned_with__isnull=True) | ~models.Q(aligned_with=models.F("id")),
                name="party_not_aligned_with_itself",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The party's name as shown: its first English name, else its first name, else its slug."""
        for names in (self.names.get("en"), *self.names.values()):
            if names:
                return str(names[0])
        return self.slug


class Source(models.Model):
    """A publisher of articles: an outlet, an agency, a party's own channel."""

    class Kind(models.TextChoices):
        OUTLET = "outlet", _("outlet")
        AGENCY = "agency", _("agency")
        CHANNEL = "channel", _("channel of a party")
        DATASET = "dataset", _("published data")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OUTLET)
    language = models.CharField(max_length=8, blank=True)
    homepage = models.URLField(max_length=500, blank=True)
    reliability = models.CharField(max_length=1, choices=GRADE_CHOICES, default="F")
    # The party whose own channel this is: what it publishes, that party says.
    speaks_as = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="channels")
    # Whom to credit wherever its figures are shown, in the words it asks for, and on which terms it gives them.
    attribution = models.CharField(max_length=300, blank=True)
    attribution_url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    licence_url = models.URLField(max_length=500, blank=True)
    # The party that stands for the outlet's own voice; made when it first takes a stance itself.
    voice = models.OneToOneField(Party, models.PROTECT, null=True, blank=True, related_name="voice_of")

    class Meta:
        ordering = ("name",)
        indexes = (
            # A publisher is named by slug or name, in whatever capitals.
            models.Index(Lower("slug"), name="source_slug_folded"),
            models.Index(Lower("name"), name="source_name_folded"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(reliability__in=GRADES), name="source_reliability_is_a_grade"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["outlet", "agency", "channel", "dataset"]), name="source_kind"
            ),
        )

    def __str__(self) -> str:
        return self.name
