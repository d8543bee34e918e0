"""The work Celery does: an id in, one verb called. Retries and limits are declared here and in factcheck/celery.py.

A message is only a doorbell. What is due stands on the row it names, every task may run twice without harm, and
the sweep rings again for each row whose bell was lost.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import task_postrun
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError
from django.db import OperationalError as DatabaseIsDown
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import RedisError

from claims import intake, pipeline
from claims.models import Claim, Feed, Job, KeptAnswer, Page, Revision, Withdrawal
from claims.models.articles import next_ring
from claims.pipeline import supposing

log = structlog.get_logger(__name__)

# How many rows of a kind one sweep rings for; the next one takes the rest.
SWEEP_BATCH = 1000
# How many revisions one sweep has compared again, where their passages were lost: done before the next one.
COMPARED_A_SWEEP = 200
# How many slices of what is to be found by its words are taken in one go: the next one takes the rest.
SEARCH_SLICES = 20
# How many seconds of a trial a worker takes at a time: others' work is due as well.
TRIAL_SECONDS = 5.0
# When the last sweep ran, when a worker last ended any task, and when one did from the queue on which the network is
# asked: for /readyz and the desk. They are kept for so long that "since when nothing has been seen" can be told of a
# queue that broke over the holidays.
SWEEP_PULSE, WORKER_PULSE, ASKING_PULSE = "sweep-pulse", "worker-pulse", "asking-pulse"
PULSES_KEPT = timedelta(days=60)
# So many sweeps may be missed, or wait behind other work, before worker or clock count as down.
MISSED_SWEEPS = 4
# A busy worker process leaves its mark this often, not after each of a thousand tasks.
PULSE_SECONDS = 5


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


@shared_task(name="claims.tasks.carry_on_trial")
def carry_on_trial(token: str, turn: int) -> None:
    """Read the next recent articles with a claim's edited wording, and ring for what is left."""
    trial = supposing.find_trial(token)
    if trial is None or trial.turn != turn or trial.done:
        return  # kept no longer, or this slice was taken: the bell was rung twice
    try:
        trial = supposing.continue_trial(trial, TRIAL_SECONDS)
    except (Exception, SoftTimeLimitExceeded) as error:
        # There is no row that the sweep would ring for again: the editor is told, and may try once more.
        trial = replace(trial, failed=f"{type(error).__name__}: {error}"[:300])
        log.exception("trial_failed", claim=trial.claim)
    supposing.keep_trial(trial, token)
    if not trial.done and not trial.failed:
        ring_trial(token, trial.turn)


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
    _keep_pulse(SWEEP_PULSE, now)


@shared_task(name="claims.tasks.follow_search")
def follow_search() -> None:
    """Let what came or changed lately be found by its words."""
    for _ in range(SEARCH_SLICES):
        if not pipeline.follow_rows():
            return


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


@shared_task(name="claims.tasks.show_asking_lives")
def show_asking_lives() -> None:
    """Do nothing: a task that ended is the sign that a worker serves the queue on which the network is asked."""


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


def ring_trial(token: str, turn: int) -> bool:
    """Ring for the next slice of a trial, after it is kept; False if the bell was not to be had."""
    try:
        carry_on_trial.apply_async((token, turn), retry=False)
    except OperationalError as error:
        log.warning("bell_is_down", task=carry_on_trial.name, error=str(error))
        return False
    return True


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


@dataclass(frozen=True, slots=True)
class Pulses:
    """When a sweep last ran and when a worker last ended a task; None where no mark is kept: never, or Redis was lost.

    `asking` is when one last ended a task from the queue on which the network is asked, `worker` any other task.
    `known` is False where the marks were not to be had.
    """

    sweep: datetime | None = None
    worker: datetime | None = None
    asking: datetime | None = None
    known: bool = True


def read_pulses() -> Pulses:
    """The last signs of life of the clock and of the workers, kept in Redis; asks no worker."""
    try:
        kept = cache.get_many((SWEEP_PULSE, WORKER_PULSE, ASKING_PULSE))
    except RedisError as error:
        log.warning("pulses_not_read", error=str(error))
        return Pulses(known=False)
    moments = {name: datetime.fromisoformat(moment) for name, moment in kept.items()}
    sweep = moments.get(SWEEP_PULSE)
    # A sweep is a worker's work, too.
    worker = max(filter(None, (sweep, moments.get(WORKER_PULSE))), default=None)
    return Pulses(sweep, worker, moments.get(ASKING_PULSE))


def longest_silence() -> timedelta:
    """How long worker and clock may give no sign of life while they are well."""
    return timedelta(seconds=settings.SWEEP_SECONDS * MISSED_SWEEPS + settings.TASK_TIME_LIMIT)


# When this process last left each mark, by the clock that is never set back.
_last_marks: dict[str, float] = {}


@task_postrun.connect
def mark_worker(*, task: Task, **_: object) -> None:
    """Keep that a worker is alive, a task of it being over."""
    queue = (task.request.delivery_info or {}).get("routing_key")
    pulse = WORKER_PULSE if queue in (None, task.app.conf.task_default_queue) else ASKING_PULSE
    if time.monotonic() - _last_marks.get(pulse, -PULSE_SECONDS) >= PULSE_SECONDS:
        _last_marks[pulse] = time.monotonic()
        _keep_pulse(pulse, timezone.now())


def _keep_pulse(name: str, now: datetime) -> None:
    try:
        cache.set(name, now.isoformat(), timeout=PULSES_KEPT.total_seconds())
    except RedisError as error:  # a pulse that is not kept only shows as one
        log.warning("pulse_not_kept", pulse=name, error=str(error))
