"""The private PostgreSQL and Redis of a folder: for a trial on one machine, and for the tests.

Both listen on a unix socket only and keep everything they have in the folder that is named. Only Python's own library
is used, so that this runs with any Python 3.11, before and outside the project's environment.
"""

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from servers.postgres import Postgres
from servers.processes import HOME, ServerError, servers_in, wait_until
from servers.redis import Redis
from servers.server import Server

__all__ = [
    "RUN",
    "VARIABLES",
    "Postgres",
    "Redis",
    "Server",
    "ServerError",
    "servers_in",
    "servers_under",
    "start",
    "stop",
    "wait_until",
]

RUN = HOME / ".run"
# Where the environment names another server than ours, ours is not needed.
VARIABLES: dict[type[Server], str] = {Postgres: "DATABASE_URL", Redis: "REDIS_URL"}


def servers_under(run: Path = RUN) -> list[Server]:
    """The two servers that live under one folder, in the order in which they start."""
    return [Postgres(run / "pg", run / "log" / "postgres.log"), Redis(run / "redis", run / "log" / "redis.log")]


def start(run: Path = RUN, wanted: Collection[type[Server]] = (Postgres, Redis)) -> list[Server]:
    """Start the servers of these kinds; returns those that were started now. Raises ServerError."""
    with _one_at_a_time(run):
        return [server for server in servers_under(run) if type(server) in wanted and server.start()]


def stop(run: Path = RUN, wanted: Collection[type[Server]] = (Postgres, Redis)) -> list[Server]:
    """Stop the servers of these kinds; returns those that were stopped now. Raises ServerError."""
    if not run.exists():
        return []
    with _one_at_a_time(run):
        return [server for server in reversed(servers_under(run)) if type(server) in wanted and server.stop()]


@contextlib.contextmanager
def _one_at_a_time(run: Path) -> Iterator[None]:
    """Hold the folder, so that of two starts at once one works and the other waits and finds it done."""
    try:
        # As root the servers run as another user, who must be able to pass through.
        run.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        lock = (run / "services.lock").open("w")
    except OSError as fault:
        raise ServerError(
            f"{run} cannot be written ({fault.strerror}): run this as the owner of the checkout"
        ) from fault
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        except OSError as fault:
            raise ServerError(
                f"The servers of {run} cannot be had ({fault}): were they made by another user?"
            ) from fault
