"""Is the program alive, and is it ready to work? For the machine next door, in JSON.

`/livez` asks nobody. `/readyz` asks PostgreSQL, Redis and for the pulses of clock and workers, each with a deadline
of its own, and names what is not ready.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache as remember

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from claims.tasks import ASKING_PULSE, SWEEP_PULSE, longest_silence

DEADLINE_SECONDS = 2


class NotReady(Exception):
    """Something that must work does not; the message says what, without saying where it runs."""


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether all that is needed works: 200, else 503; the body says how each part is."""
    checks: dict[str, Callable[[], str]] = {
        "database": check_database,
        "redis": check_redis,
        "worker": lambda: check_worker(timezone.now()),
        "asking": lambda: check_asking(timezone.now()),
    }
    found = {}
    ready = True
    for name, check in checks.items():
        try:
            found[name] = check()
        except NotReady as fault:
            found[name] = str(fault)
            ready = False
    return JsonResponse({"ready": ready, **found}, status=200 if ready else 503)


def check_database() -> str:
    """PostgreSQL takes a new session and every migration was applied. Raises NotReady.

    A session of its own: the kept one would hide that no new one is to be had, and waits as long as work may.
    """
    probe = connection.copy()
    options = probe.settings_dict["OPTIONS"]
    probe.settings_dict["OPTIONS"] = {
        **options,
        "connect_timeout": DEADLINE_SECONDS,
        "options": f"{options.get('options', '')} -c statement_timeout={DEADLINE_SECONDS * 1000}",
    }
    try:
        with probe.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError as fault:
        raise NotReady(f"not to be reached: {type(fault).__name__}") from fault
    finally:
        probe.close()
    missing = sorted(f"{app}.{name}" for app, name in last_migrations() - applied)
    if missing:
        raise NotReady(f"migrations are missing: {', '.join(missing)}")
    return "ready"


@remember
def last_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the files have it; they do not change while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def check_redis() -> str:
    """Redis answers. Raises NotReady."""
    wait = {"socket_timeout": DEADLINE_SECONDS, "socket_connect_timeout": DEADLINE_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, **wait) as client:
            client.ping()
    except RedisError as fault:
        raise NotReady(f"not to be reached: {type(fault).__name__}") from fault
    return "ready"


def check_worker(now: datetime) -> str:
    """The sweep ran lately, so worker and clock are alive; "unknown" where no pulse is kept. Raises NotReady."""
    return _check_pulse(SWEEP_PULSE, "the last sweep was {} seconds ago", now)


def check_asking(now: datetime) -> str:
    """A worker served the queue `asking` lately; "unknown" where no pulse is kept. Raises NotReady."""
    return _check_pulse(ASKING_PULSE, "no worker has served the queue asking for {} seconds", now)


def _check_pulse(name: str, silent: str, now: datetime) -> str:
    try:
        pulse = cache.get(name)
    except RedisError:
        return "unknown"  # that Redis is down has been said
    if pulse is None:
        return "unknown"
    silence = now - datetime.fromisoformat(pulse)
    if silence > longest_silence():
        raise NotReady(silent.format(int(silence.total_seconds())))
    return "ready"
