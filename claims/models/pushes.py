"""What was pushed to the API: jobs, by which a sender follows what it sent, and answers kept to be given again."""

import uuid
from datetime import datetime, timedelta

from django.db import models

from claims.models.delivery import ApiKey

# How long a job can be followed, and for how long an answer is given again to the same key.
JOB_DAYS = 30
ANSWER_HOURS = 24


class JobQuerySet(models.QuerySet["Job"]):
    """Questions asked of jobs."""

    def visible_to(self, key: ApiKey) -> "JobQuerySet":
        """The jobs that a key made; for a key of a member of staff, those of all keys of the same user."""
        return self.filter(key__user=key.user_id) if key.user.is_staff else self.filter(key=key)

    def outdated(self, now: datetime) -> "JobQuerySet":
        """Jobs that were kept as long as they are."""
        return self.filter(received_at__lt=now - timedelta(days=JOB_DAYS))


class Job(models.Model):
    """Articles sent together: who sent them, when, and by which rows each can be followed, or why it was refused.

    It keeps no other account: what became of an article stands on its revision, statements, changes and withdrawals.
    `items` are, in the order sent, {"outcome", "notes", "errors", "article", "revision", "withdrawal"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="jobs")
    received_at = models.DateTimeField()
    items = models.JSONField(default=list)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at",)
        # What the sweep clears away.
        indexes = (models.Index(fields=["received_at"], name="job_by_age"),)

    def __str__(self) -> str:
        return str(self.pk)


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    """Questions asked of kept answers."""

    def outdated(self, now: datetime) -> "KeptAnswerQuerySet":
        """Answers that were kept as long as they are."""
        return self.filter(received_at__lt=now - timedelta(hours=ANSWER_HOURS))


class KeptAnswer(models.Model):
    """The answer to a request that named itself by an `Idempotency-Key`, to be given again to its repetitions.

    While `status` is empty the request is being worked on, by whoever took it, until `leased_until`; then it may be
    taken again, for whoever had it must have died.
    """

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="kept_answers", db_index=False)
    name = models.CharField(max_length=255)
    # Of the body: a repetition has the same.
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    leased_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "name"], name="kept_answer_once"),)
        # What the sweep clears away.
        indexes = (models.Index(fields=["received_at"], name="kept_answer_by_age"),)

    def __str__(self) -> str:
        return self.name
