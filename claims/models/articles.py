"""What was published: articles, their revisions, and the stories that say which are copies of one text."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from claims.models.sources import Source
from claims.words import Had

HAD = [(had.value, had.value) for had in Had]
# How many times a revision is tried before it is set aside for a person to look at.
MAX_ATTEMPTS = 5


class Article(models.Model):
    """One publication at one canonical address; an edited article gets a new revision, never a second article."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="articles", db_index=False)
    # The canonical address; a text that came without one gets a urn made of its words.
    url = models.CharField(max_length=2000, unique=True)
    # The identifier its publisher gave it (a ninjs `uri`), by which later editions and withdrawals name it; or nothing.
    uri = models.CharField(max_length=2000, blank=True)
    published_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # A cache of the newest withdrawal: whether the article is withdrawn now.
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ("-published_at", "-id")
        constraints = (models.UniqueConstraint(fields=["uri"], condition=~models.Q(uri=""), name="article_uri_once"),)
        indexes = (
            # Lists of articles, newest first, all or of one source.
            models.Index(fields=["-published_at", "-id"], name="article_newest"),
            models.Index(fields=["source", "-published_at"], name="article_of_source"),
        )

    def __str__(self) -> str:
        return self.url

    @property
    def newest(self) -> "Revision":
        """The edition that stands now."""
        return self.revisions.order_by("-number")[0]

    @property
    def link(self) -> str:
        """The address a reader can follow; empty for a text that came without one."""
        return self.url if self.url.startswith(("http://", "https://")) else ""

    def ask_withdrawal(self, *, withdrawn: bool, why: str, now: datetime) -> "Withdrawal | None":
        """Ask for the article to be withdrawn or put back; the row is then due. None where it is so or asked for.

        The caller holds the article's row lock.
        """
        last = self.withdrawals.order_by("-pk").first()
        if withdrawn == (last.withdrawn if last else False):
            return None
        return Withdrawal.objects.create(article=self, withdrawn=withdrawn, why=why, asked_at=now)


class Story(models.Model):
    """Articles that carry the same text; however many outlets carry it, it counts as one origin.

    One that is a part of another counts with it (`Reprint`): the two together are then the story.
    """

    recorded_at = models.DateTimeField()
    # Set once, when an article turned up that showed two stories to be one: followed to the end, it names the story.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    merged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "stories"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True, merged_at__isnull=True)
                | models.Q(merged_into__isnull=False, merged_at__isnull=False),
                name="story_merge_is_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(merged_into__lt=models.F("id")),
                name="story_merges_into_an_older_one",
            ),
        )

    def __str__(self) -> str:
        return f"story {self.pk}"


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Questions asked of revisions."""

    def due(self, now: datetime) -> "RevisionQuerySet":
        """Revisions whose bell is due: not read yet, and not rung lately."""
        return self.filter(ring_at__lte=now)

    def unread(self) -> "RevisionQuerySet":
        """Revisions that still have to be read, those set aside after failures included."""
        return self.filter(read_at__isnull=True)


class Revision(models.Model):
    """One edition of an article, as it was published; never changed, only followed by the next.

    The row is the work to do: while `ring_at` is set the revision is due to be read, and the sweep rings
    for it whenever that moment has passed. Reading it clears `ring_at`; so does giving up on it.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    lang = models.CharField(max_length=8, blank=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    # Whom the publisher names as having supplied the words: an agency, else the byline; empty where it names nobody.
    credit = models.CharField(max_length=300, blank=True)
    # How much of its text was had: what comes in place of less is no edit by its publisher.
    had = models.CharField(max_length=10, default=Had.WHOLE, db_default=Had.WHOLE.value, choices=HAD)
    # When this edition was published: the article's date for the first one, the edit's for later ones.
    published_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # When its publisher says this edition was made; empty where it does not say.
    modified_at = models.DateTimeField(null=True, blank=True)
    story = models.ForeignKey(Story, models.PROTECT, null=True, blank=True, related_name="revisions", db_index=False)
    # When it was compared with all other texts; empty while that is still to be done.
    compared_at = models.DateTimeField(null=True, blank=True)

    ring_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    # Which reader read it, and why not the one it should have been, in words for the editors.
    read_by = models.CharField(max_length=300, blank=True)

    # What it changed against the edition before: a pure function of the two (claims.reading.editions), kept for lists.
    # Empty for a first edition, and for one that was not compared yet.
    words_added = models.PositiveIntegerField(null=True, blank=True)
    words_removed = models.PositiveIntegerField(null=True, blank=True)
    title_changed = models.BooleanField(default=False)
    quotes_gone = models.PositiveIntegerField(default=0)
    # The sentence by which it says that it was corrected or updated.
    correction_note = models.TextField(blank=True)
    # How many statements went with it, or had their stance reversed.
    statements_gone = models.PositiveIntegerField(default=0)
    # Statements or quotations went with it, and it does not say that it was corrected.
    silent = models.BooleanField(default=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ("article", "number")
        constraints = (
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once_per_article"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="revision_numbers_from_one"),
            models.CheckConstraint(
                condition=models.Q(had__in=[had.value for had in Had]), name="revision_had_is_known"
            ),
        )
        indexes = (
            # The sweep: which revisions are due to be read.
            models.Index(fields=["ring_at"], name="revision_due", condition=models.Q(ring_at__isnull=False)),
            # The desk: which revisions were set aside after failures.
            models.Index(
                fields=["article"],
                name="revision_failed",
                condition=models.Q(read_at__isnull=True, ring_at__isnull=True),
            ),
            # The sweep: which revisions have a story and are still to be compared with other texts.
            models.Index(
                fields=["id"],
                name="revision_to_compare",
                condition=models.Q(compared_at__isnull=True, story__isnull=False),
            ),
            # The desk: which articles were changed without a word.
            models.Index(fields=["article"], name="revision_silent", condition=models.Q(silent=True)),
            # Which revisions belong to a story.
            models.Index(fields=["story"], name="revision_of_story"),
        )

    def __str__(self) -> str:
        return f"{self.title or self.article.url} (edition {self.number})"

    @property
    def words(self) -> str:
        """The text that statements' offsets run over: title, empty line, body; or the body alone."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    @property
    def failed(self) -> bool:
        """Whether reading it was given up after repeated failures."""
        return self.read_at is None and self.ring_at is None


def next_ring(attempts: int, now: datetime) -> datetime:
    """When to ring again for work whose bell was just rung: soon at first, then ever later, at most 10 minutes."""
    return now + min(timedelta(seconds=settings.RING_SECONDS) * 2**attempts, timedelta(minutes=10))


class ReaderDay(models.Model):
    """What the second reader was asked on one day (UTC) by all workers together, so that they share one budget.

    A question is counted before it is put, at what it may cost at most, and corrected by what the answer says it did
    cost. After `failures` in a row nobody asks until `rests_until`.
    """

    day = models.DateField(unique=True)
    questions = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.questions} questions, {self.tokens} tokens"


class Withdrawal(models.Model):
    """A publisher took an article back, or put it back; from then on its statements count no more, or again.

    While `recorded_at` is empty the withdrawal has been asked for but does not hold yet: the row is the work to do.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="withdrawals", db_index=False)
    withdrawn = models.BooleanField(default=True)
    why = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            # Whether an article was withdrawn, as known at a moment.
            models.Index(fields=["article", "-recorded_at"], name="withdrawal_of_article"),
            # The sweep: which withdrawals do not hold yet.
            models.Index(fields=["asked_at"], name="withdrawal_due", condition=models.Q(recorded_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{'withdrawn' if self.withdrawn else 'restored'}: {self.article}"
