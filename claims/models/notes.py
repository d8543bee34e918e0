"""What editors write down for each other about a claim."""

from django.conf import settings
from django.db import models

from claims.models.claims import Claim


class Note(models.Model):
    """An editor's note on a claim, for the desk alone: added, never changed, and no part of what a status rests on."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="notes", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-recorded_at", "-id")
        constraints = (models.CheckConstraint(condition=~models.Q(text=""), name="note_has_words"),)
        # The notes on a claim, newest first.
        indexes = (models.Index(fields=["claim", "-recorded_at", "-id"], name="note_of_claim"),)

    def __str__(self) -> str:
        return f"note on {self.claim_id}"
