"""How copies are found and told: passages to find a text by, parts of texts, and which story was taken from which."""

from django.db import models

from claims.models.articles import Revision, Story


class Passage(models.Model):
    """A passage of a revision by its hash, so that copies of one text find each other; an index made from revisions.

    Whatever is lost of it is made anew from the revisions (`rebuild_stories`); hence no constraint ties it to them.
    """

    pk = models.CompositePrimaryKey("digest", "revision")
    digest = models.BigIntegerField()
    revision = models.ForeignKey(
        Revision, models.DO_NOTHING, related_name="passages", db_index=False, db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.digest:x}"


class Excerpt(models.Model):
    """The text of a revision is a part of a longer one; `share` is how much of the longer text it is.

    It does not say who took it from whom: that depends on what else there is, and may change (`Reprint`).
    """

    pk = models.CompositePrimaryKey("revision", "within")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", db_index=False)
    within = models.ForeignKey(Revision, models.PROTECT, related_name="excerpts", db_index=False)
    share = models.FloatField()

    class Meta:
        # Which shorter texts a text contains; the primary key tells in which longer ones it lies.
        indexes = (models.Index(fields=["within"], name="excerpt_within"),)

    def __str__(self) -> str:
        return f"{self.revision} in {self.within}"


class Reprint(models.Model):
    """From this moment on a story counts with the one it was taken from in part; with none where `of` is empty.

    The newest row of a story holds. Rows are only added: what counted as one story at any past moment can be told.
    """

    story = models.ForeignKey(Story, models.PROTECT, related_name="reprints", db_index=False)
    of = models.ForeignKey(Story, models.PROTECT, null=True, blank=True, related_name="reprinted", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (
            # What a story counted with at a moment.
            models.Index(fields=["story", "-recorded_at", "-id"], name="reprint_of_story"),
            # Which stories ever counted with one.
            models.Index(fields=["of"], name="reprint_by_origin", condition=models.Q(of__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.story} is taken from {self.of or 'none'}"
