"""The queue: how a task's message travels, how long a task may take, and what the clock rings.

PostgreSQL is the truth and Redis a doorbell, so every choice below prefers running a task twice over losing it: each
task is idempotent, and the sweep rings again for a row whose message was lost.
"""

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")


def broker_address(url: str) -> str:
    """A Redis URL as Celery spells it: `unix:///path?db=3` becomes `redis+socket:///path?virtual_host=3`."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", [""])[0]
    return f"redis+socket://{parts.path}{f'?virtual_host={database}' if database else ''}"


def check_limits(*, soft: int, hard: int, visibility: int) -> None:
    """Refuse limits under which a task could run twice at once; all in seconds.

    Redis hands a message out again once it has been out for `visibility` seconds, finished or not. Measured with a
    shorter one than the task: tasks ran twice, and some never ended.

    Raises ImproperlyConfigured.
    """
    if not soft < hard < visibility:
        raise ImproperlyConfigured(
            f"TASK_SOFT_TIME_LIMIT={soft}, TASK_TIME_LIMIT={hard}, VISIBILITY_TIMEOUT={visibility} cannot be used: "
            "each must be less than the next, or Redis hands a task out again while it still runs"
        )


# The network is asked from a queue of its own: hosts that answer a byte a second hold up no reading, so long as other
# processes serve the first one (`celery worker -Q claims`, `-Q asking`). A worker that is told nothing serves both.
WORK, ASKING = "claims", "asking"

check_limits(soft=settings.TASK_SOFT_TIME_LIMIT, hard=settings.TASK_TIME_LIMIT, visibility=settings.VISIBILITY_TIMEOUT)

app = Celery("factcheck")
app.conf.update(
    broker_url=broker_address(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": settings.VISIBILITY_TIMEOUT,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        # A broker that accepts and never answers must not hold a web request.
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "global_keyprefix": settings.QUEUE_PREFIX,
    },
    task_default_queue=WORK,
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in (WORK, ASKING)],
    task_routes={
        name: {"queue": ASKING, "routing_key": ASKING}
        for name in ("claims.tasks.poll_feed", "claims.tasks.fetch_page", "claims.tasks.show_asking_lives")
    },
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1},
    # A message is acknowledged when its task is over, and handed out again when its process died under it.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_acks_on_failure_or_timeout=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_soft_shutdown_timeout=10,
    task_soft_time_limit=settings.TASK_SOFT_TIME_LIMIT,
    task_time_limit=settings.TASK_TIME_LIMIT,
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=400_000,  # kilobytes
    # What a task did is in the database; nobody reads it from Redis.
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    enable_utc=True,
    # The clock keeps nothing on disk: it only rings for rows that are due, so a beat missed or doubled is harmless.
    beat_scheduler="celery.beat:Scheduler",
    beat_max_loop_interval=5,
    beat_schedule={
        "sweep": {
            "task": "claims.tasks.sweep",
            "schedule": float(settings.SWEEP_SECONDS),
            # A sweep that waited for the next one has nothing left to say.
            "options": {"expires": float(settings.SWEEP_SECONDS)},
        },
        "search": {
            "task": "claims.tasks.follow_search",
            "schedule": float(settings.SWEEP_SECONDS),
            "options": {"expires": float(settings.SWEEP_SECONDS)},
        },
        "poll": {
            "task": "claims.tasks.poll_due",
            "schedule": float(settings.SWEEP_SECONDS),
            "options": {"expires": float(settings.SWEEP_SECONDS)},
        },
        "life": {
            "task": "claims.tasks.show_asking_lives",
            "schedule": float(settings.SWEEP_SECONDS),
            "options": {"expires": float(settings.SWEEP_SECONDS)},
        },
    },
)
# Celery closes Django's connection after every task unless told how many tasks may share one.
app.conf["CELERY_DB_REUSE_MAX"] = 1000
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Leave logging as Django set it up: Celery would otherwise add lines of its own shape."""


@task_prerun.connect
def _begin_task(task_id: str, task: Any, **_: Any) -> None:
    """Name the task in its log lines, and drop a database connection that died since the last one."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)
    if not task.request.is_eager:
        close_old_connections()
