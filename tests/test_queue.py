"""The queue as it is set up: a kept database connection, and a bell that rings again after Redis was emptied."""

import os
import signal

import psycopg
import redis
import servers
from django.conf import settings
from django.db import connection

from claims import tasks
from tests.workers import Worker

QUEUE = f"{settings.QUEUE_PREFIX}claims"
UNACKNOWLEDGED = f"{settings.QUEUE_PREFIX}unacked"


def wait_until_done(client: redis.Redis, worker: Worker, tasks_in_all: int) -> None:
    """Wait until the queue is empty and the worker has told of so many finished tasks."""
    done = servers.wait_until(lambda: not client.exists(QUEUE, UNACKNOWLEDGED) and finished(worker) >= tasks_in_all, 60)
    assert done, worker.log.read_text()[-2000:]


def finished(worker: Worker) -> int:
    """How many tasks the worker says it has finished."""
    return worker.log.read_bytes().count(b" succeeded in ")


def sessions() -> int:
    """How many sessions the tests' database has seen, by PostgreSQL's own count."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters, autocommit=True) as watching:
        row = watching.execute(
            "SELECT sessions FROM pg_stat_database WHERE datname = %s", [connection.settings_dict["NAME"]]
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_worker_keeps_its_database_connection(worker: Worker, redis_client: redis.Redis) -> None:
    """Celery closes it after every task unless told otherwise; that alone halves what a worker does."""
    for _ in range(4):  # each process opens its own
        tasks.sweep.delay()
    wait_until_done(redis_client, worker, 4)
    before = sessions()
    for _ in range(300):
        tasks.sweep.delay()
    wait_until_done(redis_client, worker, 304)
    # PostgreSQL counts a session when it begins, and tells others within a second.
    assert not servers.wait_until(lambda: sessions() - before > 3, 2)


def test_bell_rings_again_after_redis_was_emptied(worker: Worker, redis_client: redis.Redis) -> None:
    """Neither the worker nor the sender needs anything that stood in Redis before."""
    for rung in (1, 2, 3):
        tasks.sweep.delay()
        wait_until_done(redis_client, worker, rung)
        redis_client.flushall()


def test_bell_rings_again_after_redis_was_killed(
    worker: Worker, redis_client: redis.Redis, redis_server: servers.Redis
) -> None:
    tasks.sweep.delay()
    wait_until_done(redis_client, worker, 1)
    process = redis_server.main_process()
    assert process is not None
    os.kill(process, signal.SIGKILL)
    servers.wait_until(lambda: redis_server.main_process() is None, 5)
    redis_server.start()
    tasks.sweep.delay()
    wait_until_done(redis_client, worker, 2)


def test_message_of_another_kind_than_json_is_refused(worker: Worker, redis_client: redis.Redis) -> None:
    """A pickled message would run whatever it says."""
    tasks.sweep.apply_async(serializer="pickle")
    tasks.sweep.delay()
    wait_until_done(redis_client, worker, 1)
    assert b"ContentDisallowed" in worker.log.read_bytes()
    assert finished(worker) == 1
