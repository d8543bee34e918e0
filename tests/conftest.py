"""What the tests stand on: a database of their own on a real PostgreSQL, a Redis of their own, real worker processes.

Each run names what it makes after its process, so that runs side by side, and a live demonstration in the same folder,
do not meet. What a killed run left behind is cleared by the next one.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import hypothesis
import psycopg
import pytest
import redis
import servers
from django.conf import settings
from django.db import connection

from factcheck.celery import app, broker_address
from tests.workers import Worker

# `HYPOTHESIS_PROFILE=long` tries many more cases; no deadline, since a busy machine is no fault of the code.
hypothesis.settings.register_profile("quick", max_examples=60, deadline=None)
hypothesis.settings.register_profile("long", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

HOME = Path(settings.BASE_DIR)
TEST_RUNS = Path(settings.RUN_DIR) / "test"
RUN = TEST_RUNS / str(os.getpid())
DATABASE = f"test_factcheck_{os.getpid()}"
REDIS = servers.Redis(RUN / "redis", RUN / "redis.log")

# The tests empty Redis and publish into it: never into the one that somebody works with.
settings.REDIS_URL = REDIS.url
settings.CACHES["default"]["LOCATION"] = f"{REDIS.url}?db={settings.REDIS_CACHE_DB}"
app.conf.broker_url = broker_address(REDIS.url)
# Pages are tested without gathering the browser's files first.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, and for tests only


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.Redis]:
    """The tests' own Redis, running."""
    _clear_killed_runs()
    REDIS.start()
    yield REDIS
    REDIS.stop()
    shutil.rmtree(RUN)


@pytest.fixture
def redis_client(redis_server: servers.Redis) -> Iterator[redis.Redis]:
    """A connection to the tests' own Redis, emptied before and after."""
    with redis.Redis(unix_socket_path=str(redis_server.socket)) as client:
        client.flushall()
        yield client
        client.flushall()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Have PostgreSQL running, and name the tests' database after this process."""
    if not settings.DATABASE_URL:
        servers.start(wanted=[servers.Postgres])
        _drop_left_databases()
    connection.settings_dict["TEST"]["NAME"] = DATABASE


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: None, redis_server: servers.Redis, django_db_setup: None, django_db_blocker: object
) -> None:
    """The tests' database, migrated; its tables may be emptied between tests, and by nobody else."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            """
            SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)
            FROM pg_trigger WHERE tgname LIKE '%\\_no\\_truncate'
            """
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


@pytest.fixture
def start_worker(transactional_db: None, redis_client: redis.Redis, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers: `start_worker(concurrency=2, beat=False, SWEEP_SECONDS="1")`; all end with the test.

    `options` replace those of `celery worker`. Names in capitals are the worker's environment.
    The test's data must be committed to be seen by a worker, so this
    asks for a transactional database.
    """
    started: list[Worker] = []
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    address = (
        f"postgres://{database['USER']}:{quote(database['PASSWORD'] or '')}@/{database['NAME']}?host={quote(host)}"
    )
    if database["PORT"]:
        address += f"&port={database['PORT']}"

    def start(*, concurrency: int = 2, beat: bool = False, options: Sequence[str] = (), **environment: str) -> Worker:
        log = tmp_path / f"worker-{len(started)}.log"
        ours = {"DATABASE_URL": address, "REDIS_URL": REDIS.url, "SECRET_KEY": settings.SECRET_KEY}
        worker = Worker({**os.environ, **ours, **environment}, log, concurrency=concurrency, beat=beat, options=options)
        started.append(worker)
        worker.wait_until_ready()
        return worker

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def worker(start_worker: Callable[..., Worker]) -> Worker:
    """One worker of two processes, ready."""
    return start_worker()


def _clear_killed_runs() -> None:
    """Stop the servers of test runs that were killed."""
    for folder in TEST_RUNS.glob("*"):
        if not Path("/proc", folder.name).exists():
            servers.Redis(folder / "redis", folder / "redis.log").stop()
            shutil.rmtree(folder, ignore_errors=True)  # another run may be clearing it too


def _drop_left_databases() -> None:
    """Drop the databases of test runs that were killed; of two runs that begin at once the other may have done it."""
    wanted = {**connection.get_connection_params(), "dbname": "postgres"}
    wanted.pop("cursor_factory", None)
    wanted.pop("context", None)
    with psycopg.connect(**wanted, autocommit=True) as maintenance:
        rows = maintenance.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^test_factcheck_[0-9]+$'")
        for (name,) in rows.fetchall():
            if not Path("/proc", name.rsplit("_", 1)[1]).exists():
                maintenance.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
