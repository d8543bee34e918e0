"""How many status reads a second the web server answers, beside a view that does nothing on the same server."""

import os
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from measure.figures import Figure, ratios
from measure.road import count_sessions

CLIENTS = 4
SECONDS = 1.5  # of each half of a round


def measure_reads(
    rounds: int, path: str, web_options: Sequence[str], log: Path, step: Callable[[], None]
) -> list[Figure]:
    """Ask for a claim's status and for nothing in turn, on a server as script/start starts it; returns the figures."""
    with CaptureQueriesContext(connection) as queries, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No directory at")  # the pages' files, which need not be gathered for this
        answer = Client(headers={"host": "localhost"}).get(path)
    if answer.status_code != 200:
        raise ValueError(f"{path} answers {answer.status_code}: {answer.content[:200]!r}")
    before, transactions = count_sessions(), _count_transactions()
    rates: dict[str, list[float]] = {"blank": [], "status": []}
    spent: dict[str, list[float]] = {"blank": [], "status": []}
    total = {"blank": 0, "status": 0}
    addresses = {"blank": "/blank/", "status": path}
    port = _free_port()
    server = _start(port, web_options, log)
    try:
        for address in addresses.values():
            _ask(port, address, 0.5, total if address == path else {"status": 0}, "status")
        sessions_warm = count_sessions()
        for number in range(rounds):
            # Each goes first in every other round.
            for name in sorted(addresses, reverse=bool(number % 2)):
                began = _cpu_time(server.pid)
                answered = _ask(port, addresses[name], SECONDS, total, name)
                rates[name].append(answered / SECONDS)
                spent[name].append((_cpu_time(server.pid) - began) / answered * 1e6)
                step()
        opened = count_sessions() - sessions_warm
    finally:
        server.terminate()
        server.wait(30)
    served = _count_transactions() - transactions
    done = total["blank"] + total["status"]
    return [
        Figure("blank view", "requests/s", tuple(rates["blank"])),
        Figure("API status read", "requests/s", tuple(rates["status"])),
        Figure("status read / blank view", "", ratios(rates["status"], rates["blank"]), at_least=0.4),
        Figure("blank view, server's work", "us of CPU", tuple(spent["blank"])),
        Figure("API status read, server's work", "us of CPU", tuple(spent["status"])),
        Figure("SQL statements of a status read", "", (len(queries),), at_most=1),
        Figure("transactions per status read, as PostgreSQL counts", "", (round(served / total["status"], 2),)),
        Figure("new database sessions per 1,000 requests", "", (1000 * opened / done,), at_most=10),
        Figure("database sessions of the web server in all", "", (sessions_warm + opened - before,)),
    ]


def _start(port: int, options: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    with (log / "web.log").open("wb") as said:
        line = ["gunicorn", "measure.blank:application", "--bind", f"127.0.0.1:{port}", *options]
        server = subprocess.Popen(
            [sys.executable, "-m", *line], stdout=said, stderr=said, start_new_session=True, env=os.environ
        )
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the web server did not start: see {said.name}") from None
            time.sleep(0.05)


def _ask(port: int, path: str, seconds: float, total: dict[str, int], name: str) -> int:
    line = [sys.executable, str(Path(__file__).with_name("load.py")), str(port), path, str(seconds)]
    clients = [subprocess.Popen(line, stdout=subprocess.PIPE) for _ in range(CLIENTS)]
    told = [client.communicate()[0] for client in clients]
    if any(client.returncode for client in clients):
        raise RuntimeError(f"asking for {path} failed: see above")
    answered = sum(int(number) for number in told)
    total[name] += answered
    return answered


def _cpu_time(process: int) -> float:
    """The seconds of CPU that a server's worker processes have used (proc(5), stat: utime and stime)."""
    ticks = 0
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _count_transactions() -> int:
    """How many transactions this database has committed; a statement outside of one counts as one."""
    time.sleep(1.2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _free_port() -> int:
    with socket.socket(socket.AF_INET) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
