"""What is fetched: feeds that are polled, pages that are looked at again, hosts that are asked one thing at a time."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.articles import Article
from claims.models.sources import Source

FIRST_INTERVAL = timedelta(minutes=15)


class Host(models.Model):
    """A server that feeds and pages are fetched from: asked for one thing at a time, and left alone when it says so.

    `busy_until` is a lease: who asks holds it, and one that died loses it when its time is over.
    """

    # As in an address: `example.org`, or with the port where that is not the usual one.
    name = models.CharField(max_length=300, unique=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    # It asked to be left alone so long (Retry-After, or the Crawl-delay of its robots.txt).
    wait_until = models.DateTimeField(null=True, blank=True)
    wait_why = models.TextField(blank=True)
    # A bell was rung for one of its rows and need not be rung again before this.
    ring_at = models.DateTimeField(null=True, blank=True)
    robots = models.TextField(blank=True)
    robots_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DueQuerySet(models.QuerySet["Errand"]):
    """Questions asked of what is fetched."""

    def due(self, now: datetime) -> "DueQuerySet":
        """Rows to be asked for by now."""
        return self.filter(**{f"{self.model.DUE}__lte": now})

    def askable(self, now: datetime) -> "DueQuerySet":
        """Due rows of hosts that nobody asks just now and that did not ask to be left alone."""
        return self.due(now).filter(free("host__busy_until", now), free("host__wait_until", now))


def free(column: str, now: datetime) -> models.Q:
    """That a moment until which something is held has passed, or was never set."""
    return models.Q(**{f"{column}__isnull": True}) | models.Q(**{f"{column}__lte": now})


class Errand(models.Model):
    """Something to ask a host for. The row is the work to do: it says when it is due and how it went.

    While it is being asked for it stands as failed, so that what brings a worker down is asked for ever more rarely.
    """

    # The column that says when it is due; empty where it is not asked for any more.
    DUE = ""

    host = models.ForeignKey(Host, models.PROTECT, related_name="+", db_index=False)
    # What the last answer said of itself, for the next one to be asked only if it differs.
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    # What is worth knowing of the last answer, in words for the desk.
    note = models.TextField(blank=True)

    objects = DueQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def due_at(self) -> datetime | None:
        """When it is to be asked for."""
        due: datetime | None = getattr(self, self.DUE)
        return due


class Feed(Errand):
    """A list of a source's articles, polled as often as it brings something new."""

    DUE = "next_poll_at"

    source = models.ForeignKey(Source, models.PROTECT, related_name="feeds")
    url = models.CharField(_("address"), max_length=2000, unique=True)
    added_at = models.DateTimeField(auto_now_add=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    interval = models.DurationField(default=FIRST_INTERVAL)
    polls = models.PositiveIntegerField(default=0)
    last_polled_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    # Where it says it has moved to for good, and how many polls in a row said so: then it is polled there.
    moved_to = models.CharField(max_length=2000, blank=True)
    moved_seen = models.PositiveSmallIntegerField(default=0)
    paused = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        ordering = ("source", "url")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(next_poll_at__isnull=True)
                | models.Q(next_poll_at__isnull=False, paused=False, ended_at__isnull=True),
                name="feed_paused_or_ended_is_not_due",
            ),
        )
        indexes = (
            # Which feeds are due, of each host the one that has waited longest.
            models.Index(
                fields=["next_poll_at", "host"], name="feed_due", condition=models.Q(next_poll_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.url


class Page(Errand):
    """The address of an article: fetched once, and again after an hour, six, a day and a week to find edits."""

    DUE = "next_fetch_at"

    class State(models.TextChoices):
        ARTICLE = "article", _("article")
        STUB = "stub", _("only the beginning is public")
        EMPTY = "empty", _("no article on it")
        TOLD = "told", _("only its feed's words were had")

    # The canonical form of the address that is asked for; the article may be kept under another one.
    url = models.CharField(_("address"), max_length=2000, unique=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="pages", db_index=False)
    feed = models.ForeignKey(Feed, models.PROTECT, null=True, blank=True, related_name="pages", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="pages")
    found_at = models.DateTimeField()
    next_fetch_at = models.DateTimeField(null=True, blank=True)
    first_fetched_at = models.DateTimeField(null=True, blank=True)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    fetches = models.PositiveIntegerField(default=0)
    # How many of the looks after an hour, six, a day and a week are behind it.
    looks = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, blank=True)
    # Since when it is not found (404): one such answer may be an accident.
    missing_since = models.DateTimeField(null=True, blank=True)
    # Its article was withdrawn because the page is gone: put back when the page is.
    withdrawn = models.BooleanField(default=False)
    # What the feed says of it: its name there, title and date, a mark of all it says, and whether it carries the text.
    # Its words are kept until the page's own are had, and are the article where those are not to be had.
    entry = models.CharField(max_length=1000, blank=True)
    told_title = models.TextField(blank=True)
    told_text = models.TextField(blank=True)
    told_lang = models.CharField(max_length=8, blank=True)
    told_published_at = models.DateTimeField(null=True, blank=True)
    told_digest = models.CharField(max_length=64, blank=True)
    whole_in_feed = models.BooleanField(default=False)

    class Meta:
        ordering = ("-found_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["", "article", "stub", "empty", "told"]), name="page_state_is_known"
            ),
        )
        indexes = (
            # Which pages are due, of each host the one that has waited longest.
            models.Index(
                fields=["next_fetch_at", "host"], name="page_due", condition=models.Q(next_fetch_at__isnull=False)
            ),
            # The next due page of a host, once it is free.
            models.Index(
                fields=["host", "next_fetch_at"],
                name="page_due_of_host",
                condition=models.Q(next_fetch_at__isnull=False),
            ),
            # What a feed brought lately.
            models.Index(fields=["feed", "found_at"], name="page_of_feed"),
            # The newest pages, for the desk.
            models.Index(fields=["-found_at", "-id"], name="page_newest"),
        )

    def __str__(self) -> str:
        return self.url
