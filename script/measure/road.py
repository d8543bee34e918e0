"""How fast articles go down the whole road, beside the same function called in a loop."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone

from claims import intake, tasks
from claims.models import Revision
from factcheck.celery import app
from measure import made_up
from measure.figures import Figure, ratios

ARTICLES = 100  # in each of a round's five measurements
QUEUE = app.conf.task_default_queue


def measure_road(rounds: int, worker_options: Sequence[str], log: Path, step: Callable[[], None]) -> list[Figure]:
    """Read articles in a loop, through a worker of one process and of two, in turn; returns the figures.

    A drain begins with all articles stored and ends when the last is read; the whole road begins with an empty
    database table and the publisher at work on the same machine.
    """
    seeds = iter(range(1, 1_000_000))
    rates: dict[str, list[float]] = {name: [] for name in ("loop", "drain 1", "road 1", "drain 2", "road 2")}
    workers = {number: _start(number, worker_options, log) for number in (1, 2)}
    try:
        _read_in_loop(_take(20, next(seeds)))
        for number in workers:
            _drain(number, _take(20, next(seeds)))
        sessions, done = count_sessions(), 0
        for _ in range(rounds):
            rates["loop"].append(_read_in_loop(_take(ARTICLES, next(seeds))))
            step()
            for number in workers:
                rates[f"drain {number}"].append(_drain(number, _take(ARTICLES, next(seeds))))
                step()
                rates[f"road {number}"].append(_walk(number, next(seeds)))
                step()
                done += 2 * ARTICLES
        opened = count_sessions() - sessions
        peak = max(_peak_memory(child) for worker in workers.values() for child in _children(worker.pid))
    finally:
        for worker in workers.values():
            worker.terminate()
        for worker in workers.values():
            worker.wait(30)
    return [
        Figure("whole road, one worker process", "articles/s", tuple(rates["road 1"])),
        Figure("whole road, two worker processes", "articles/s", tuple(rates["road 2"])),
        Figure("two processes / one", "", ratios(rates["road 2"], rates["road 1"])),
        Figure("the same function in a loop", "articles/s", tuple(rates["loop"])),
        Figure("Celery's drain, one process", "articles/s", tuple(rates["drain 1"])),
        Figure("Celery's drain, two processes", "articles/s", tuple(rates["drain 2"])),
        Figure("drain, one process / loop", "", ratios(rates["drain 1"], rates["loop"]), at_least=0.5),
        Figure("new database sessions per 1,000 tasks", "", (1000 * opened / done,), at_most=10),
        Figure("peak memory of a worker process", "MB", (peak / 1024,), at_most=400),
    ]


def count_sessions() -> int:
    """How many sessions this database has ever had, once PostgreSQL has added up those that just began."""
    time.sleep(1.2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _take(number: int, seed: int, ring: bool = False) -> list[int]:
    """Store articles, and ring for each as it comes if asked to; returns the revisions that are due."""
    taken = []
    for record in made_up.write_articles(number, seed):
        now = timezone.now()
        revision = intake.take_article(intake.parse_article(record, now), now).revision_id
        if revision is None:
            raise ValueError("a made-up article was there before")
        taken.append(revision)
        if ring:
            tasks.ring_readings([revision])
    return taken


def _read_in_loop(revisions: Sequence[int]) -> float:
    began = time.perf_counter()
    for revision in revisions:
        tasks.read_revision(revision)
    return len(revisions) / (time.perf_counter() - began)


def _drain(number: int, revisions: Sequence[int]) -> float:
    with _Listening(number):
        began = time.perf_counter()
        tasks.ring_readings(revisions)
        _wait_until_read(revisions)
        return len(revisions) / (time.perf_counter() - began)


def _walk(number: int, seed: int) -> float:
    with _Listening(number):
        began = time.perf_counter()
        _wait_until_read(_take(ARTICLES, seed, ring=True))
        return ARTICLES / (time.perf_counter() - began)


def _wait_until_read(revisions: Sequence[int], seconds: float = 300) -> None:
    unread = Revision.objects.filter(pk__in=revisions, read_at__isnull=True)
    deadline = time.monotonic() + seconds
    while unread.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{unread.count()} of {len(revisions)} articles were not read in {seconds:g} s")
        time.sleep(0.02)


class _Listening:
    """One of the two workers takes messages, the other one rests."""

    def __init__(self, number: int) -> None:
        self._asked = {"destination": [f"{number}@bench"], "reply": True, "limit": 1, "timeout": 10}

    def __enter__(self) -> None:
        self._told(app.control.add_consumer(QUEUE, **self._asked))

    def __exit__(self, *_: object) -> None:
        self._told(app.control.cancel_consumer(QUEUE, **self._asked))

    def _told(self, replies: list[object] | None) -> None:
        if not replies:
            raise TimeoutError(f"the worker {self._asked['destination']} does not answer: see its log")


def _start(number: int, options: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """A worker of so many processes that takes no messages yet."""
    line = ["celery", "-A", "factcheck", "worker", "--concurrency", str(number), "-n", f"{number}@bench", "-Q", "rest"]
    with (log / f"worker-{number}.log").open("wb") as said:
        worker = subprocess.Popen(
            [sys.executable, "-m", *line, *options], stdout=said, stderr=said, start_new_session=True, env=os.environ
        )
    deadline = time.monotonic() + 60
    while not app.control.ping(destination=[f"{number}@bench"], timeout=0.5, limit=1):
        if worker.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the worker did not start: see {said.name}")
    return worker


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _peak_memory(process: int) -> int:
    """The most memory a process ever had, in kilobytes (proc(5), VmHWM)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise ValueError(f"process {process} has no memory")
