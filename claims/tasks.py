"""The work Celery does: an id in, one verb called. Retries and limits are declared here and in factcheck/celery.py.

A message is only a doorbell. What is due stands on the row it names, every task may run twice without harm, and
the sweep rings again for each row whose bell was lost.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError
from django.db import OperationalError as DatabaseIsDown
from django.utils import timezone
from kombu.exceptions import OperationalError

from claims import intake, pipeline
from claims.models import Claim, Feed, Job, KeptAnswer, Page, Revision, Withdrawal
from claims.models.articles import next_ring

log = structlog.get_logger(__name__)

# How many rows of a kind one sweep rings for; the next one takes the rest.
SWEEP_BATCH = 1000
# How many revisions one sweep has compared again, where their passages were lost: done before the next one.
COMPARED_A_SWEEP = 200
# When the last sweep ran, for /readyz.
SWEEP_PULSE = "sweep-pulse"


@shared_task(name="claims.tasks.read_revision")
def read_revision(revision_id: int) -> None:
    """Read a revision that is due, and before it any earlier edition of the same article that still is."""
    for due in (*pipeline.earlier_unread(revision_id), revision_id):
        try:
            read = pipeline.read_revision(due, timezone.now())
            if read is not None:
                pipeline.record_reading(read, timezone.now())
        except (DatabaseIsDown, InterfaceError):
            raise  # no fault of the text: the row stays due and the sweep rings again
        except (Exception, SoftTimeLimitExceeded) as error:
            # Whatever a text does to the reader stays on its row; it must not stop the queue.
            pipeline.note_failure(due, f"{type(error).__name__}: {error}")
            log.exception("reading_failed", revision=due)
            return


@shared_task(name="claims.tasks.record_withdrawal")
def record_withdrawal(withdrawal_id: int) -> None:
    """Make a withdrawal that was asked for hold."""
    try:
        pipeline.record_withdrawal(withdrawal_id, timezone.now())
    except Withdrawal.DoesNotExist:  # the bell of another database, kept by Redis
        log.warning("withdrawal_is_gone", withdrawal=withdrawal_id)


@shared_task(name="claims.tasks.compare_revision")
def compare_revision(revision_id: int) -> None:
    """Compare a revision anew with all other texts: it may belong to a story that was not known to be its own."""
    try:
        pipeline.assign_story(revision_id, timezone.now())
    except Revision.DoesNotExist:  # the bell of another database, kept by Redis
        log.warning("revision_is_gone", revision=revision_id)


@shared_task(name="claims.tasks.assess_claim")
def assess_claim(claim_id: int) -> None:
    """Assess a claim on today's terms."""
    pipeline.assess_claim(claim_id, timezone.now())


@shared_task(name="claims.tasks.sweep")
def sweep() -> None:
    """Ring again for everything that is due and was not rung for lately; clear away what was kept long enough."""
    now = timezone.now()
    revisions = list(Revision.objects.due(now).order_by("ring_at").values_list("pk", "attempts")[:SWEEP_BATCH])
    for attempts in {attempts for _, attempts in revisions}:
        rung = [pk for pk, tried in revisions if tried == attempts]
        if attempts >= pipeline.MAX_ATTEMPTS:
            pipeline.give_up(rung)
        else:
            Revision.objects.filter(pk__in=rung, read_at__isnull=True).update(ring_at=next_ring(attempts, now))
            ring_readings(rung)
    lately = now - timedelta(seconds=settings.RING_SECONDS)
    ring_withdrawals(
        Withdrawal.objects.filter(recorded_at__isnull=True, asked_at__lte=lately).values_list("pk", flat=True)[
            :SWEEP_BATCH
        ]
    )
    claims = list(Claim.objects.filter(ring_at__lte=now).values_list("pk", flat=True)[:SWEEP_BATCH])
    Claim.objects.filter(pk__in=claims, ring_at__lte=now).update(ring_at=next_ring(0, now))
    ring_assessments(claims)
    _ring(compare_revision, pipeline.find_uncompared(COMPARED_A_SWEEP))
    Job.objects.outdated(now).delete()
    KeptAnswer.objects.outdated(now).delete()
    _keep_pulse(now)


@shared_task(name="claims.tasks.poll_due")
def poll_due() -> None:
    """Ring for the feeds and pages that are to be asked for now, of each host one."""
    ring_due(intake.take_due(timezone.now(), SWEEP_BATCH))


@shared_task(name="claims.tasks.poll_feed")
def poll_feed(feed_id: int) -> None:
    """Poll a feed that is due, then ring for what else its host has due."""
    _ask(Feed, intake.poll_feed, feed_id)


@shared_task(name="claims.tasks.fetch_page")
def fetch_page(page_id: int) -> None:
    """Fetch a page that is due, then ring for what else its host has due."""
    _ask(Page, intake.fetch_page, page_id)


def _ask(kind: type[Feed] | type[Page], ask: Callable[[int, datetime], intake.Brought], pk: int) -> None:
    try:
        brought = ask(pk, timezone.now())
    except (DatabaseIsDown, InterfaceError):
        raise  # no fault of what was asked: the row is due again
    except (Exception, SoftTimeLimitExceeded) as error:
        # Whatever a feed or a page does to those who read it stays on its row, which stands as failed already.
        kind.objects.filter(pk=pk).update(last_error=f"{type(error).__name__}: {error}"[:2000])
        log.exception("asking_failed", row=pk, kind=kind.__name__)
    else:
        ring_readings(brought.revisions)
        ring_withdrawals(brought.withdrawals)
    host = kind.objects.filter(pk=pk).values_list("host", flat=True).first()
    if host is not None:
        ring_due(intake.take_due(timezone.now(), 1, host=host))


def ring_due(due: intake.Due) -> bool:
    """Ring for feeds and pages that are due; False if the bell was not to be had."""
    return _ring(poll_feed, due.feeds) and _ring(fetch_page, due.pages)


def ring_readings(revisions: Iterable[int]) -> bool:
    """Ring for revisions that are due, after their rows are committed; False if the bell was not to be had."""
    return _ring(read_revision, revisions)


def ring_withdrawals(withdrawals: Iterable[int]) -> bool:
    """Ring for withdrawals that are due, after their rows are committed; False if the bell was not to be had."""
    return _ring(record_withdrawal, withdrawals)


def ring_assessments(claims: Iterable[int]) -> bool:
    """Ring for claims to be assessed anew, after their rows are committed; False if the bell was not to be had."""
    return _ring(assess_claim, claims)


def _ring(task: Task, ids: Iterable[int]) -> bool:
    """Send one message a row. With the broker down nothing is lost: the rows are due and the sweep rings again."""
    for pk in ids:
        try:
            task.apply_async((pk,), retry=False)
        except OperationalError as error:
            log.warning("bell_is_down", task=task.name, row=pk, error=str(error))
            return False
    return True


def _keep_pulse(now: datetime) -> None:
    try:
        cache.set(SWEEP_PULSE, now.isoformat(), timeout=600)
    except Exception as error:  # redis-py raises its own family; a pulse that is not kept only shows as one
        log.warning("pulse_not_kept", error=str(error))
