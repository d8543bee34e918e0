"""How fast tables of monitors are read and their changes recorded: a year of 33,000 places, and beside COPY."""

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

from django.db import connection, transaction
from django.utils import timezone

from claims import intake, pipeline
from claims.assessment import Record
from claims.models import Claim, Party, Statement
from claims.pipeline import records as recording
from measure.figures import Figure, ratios

PLACES = 33_000
DAYS = 365
MOVING = 0.015  # how many of the places change hands in a year
CHANGES = 4  # about how often each of those does
IN_A_ROUND = 1_500  # places of which the changes are recorded beside COPY
BATCH = 2_000
BEGINS = date(2025, 1, 1)

SIDES = ("northland", "southland")
COLUMNS = ("status_wiki", "status_boost", "status_dsm", "status_isw")
OBSERVERS = """
[viina]
slug = "measured-table"
name = "A table that is measured"
url = "https://table.example/"
attribution = "Nobody"
zone = "Europe/Kyiv"
place = "geonameid"
place_is = "geonameid"
date = "date"
date_format = "%Y%m%d"
""" + "".join(
    f"""
[[viina.observers]]
column = "{column}"
party = "map-{n}"
words = {{ UA = "southland", RU = "northland", CONTESTED = "" }}
"""
    for n, column in enumerate(COLUMNS)
)


def measure_observing(rounds: int, folder: Path, step: Callable[[], None]) -> list[Figure]:
    """Record the changes of some places and COPY the same rows, in turn; then import a year; returns the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    observers = folder / "observers.toml"
    observers.write_text(OBSERVERS, encoding="utf-8")
    for n, slug in enumerate((*SIDES, *(f"map-{n}" for n in range(len(COLUMNS))))):
        Party.objects.get_or_create(slug=slug, defaults={"reliability": "CCBBCB"[n], "names": {"en": [slug]}})
    _make_claims(PLACES + rounds * IN_A_ROUND)
    step()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE claims_statement INCLUDING ALL)")
    writing: list[float] = []
    settling: list[float] = []
    copying: list[float] = []
    for number in range(rounds):
        table = folder / "round.csv"
        start = PLACES + number * IN_A_ROUND
        write_table(table, range(start, start + IN_A_ROUND), DAYS, seed=number)
        written, whole, rows = _record(table, observers)
        copied = _copy(rows)
        writing.append(rows / written)
        settling.append(rows / whole)
        copying.append(rows / copied)
        step()
    table = folder / "year.csv"
    lines = write_table(table, range(PLACES), DAYS, seed=99)
    step()
    before = Statement.objects.count()
    seconds, memory = _import(table, observers, folder / "import.log")
    added = Statement.objects.count() - before
    table.unlink()
    step()
    return [
        Figure("COPY of statement rows", "rows/s", tuple(copying)),
        Figure("the same rows written by an import", "rows/s", tuple(writing)),
        Figure("the same rows written and their claims settled", "rows/s", tuple(settling)),
        Figure("written / COPY", "", ratios(writing, copying), at_least=0.2),
        Figure("written and settled / COPY", "", ratios(settling, copying)),
        Figure(f"{lines / 1e6:.1f} million rows imported, {added:,} records made", "s", (seconds,)),
        Figure("the memory that took", "MB", (memory,), at_most=500),
    ]


def write_table(path: Path, places: range, days: int, seed: int) -> int:
    """Write a table of places and days as VIINA's, in order of places, then days; returns how many rows it has."""
    chance = random.Random(seed)  # noqa: S311
    names = [(BEGINS + timedelta(days=n)).strftime("%Y%m%d") for n in range(days)]
    with path.open("w", encoding="utf-8") as file:
        file.write(f"vcontrol_version,geonameid,date,{','.join(COLUMNS)},status\n")
        for place in places:
            start = chance.choice(("UA", "UA", "UA", "RU"))
            cells = [start] * len(COLUMNS)
            turns: dict[int, list[tuple[int, str]]] = {}
            if chance.random() < MOVING:
                for _ in range(chance.randint(1, 2 * CHANGES - 1)):
                    day, column = chance.randrange(1, days), chance.randrange(len(COLUMNS))
                    turns.setdefault(day, []).append((column, chance.choice(("UA", "RU", "CONTESTED", ""))))
            rows = []
            for day, name in enumerate(names):
                for column, word in turns.get(day, ()):
                    cells[column] = word
                if day == 0 or day in turns:
                    tail = ",".join((*cells, max(cells, key=cells.count)))
                rows.append(f"20260101,{place + 1},{name},{tail}\n")
            file.writelines(rows)
    return len(places) * days


def _make_claims(number: int) -> None:
    """A claim for each place, settled once as any new claim is."""
    now = timezone.now()
    holder, opposed = (Party.objects.get(slug=slug) for slug in SIDES)
    for start in range(0, number, BATCH):
        with transaction.atomic():
            made = Claim.objects.bulk_create(
                Claim(
                    slug=f"observed-{n}", kind="control", holder=holder, opposed=opposed,
                    place={"name": f"Observed {n}", "geonameid": n + 1}, recorded_at=now,
                )
                for n in range(start, min(start + BATCH, number))
            )  # fmt: skip
            claims, instant = pipeline.lock_claims([claim.pk for claim in made], now)
            pipeline.settle(claims, instant)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _record(path: Path, observers: Path) -> tuple[float, float, int]:
    """Record a table's changes; returns the seconds without and with the settling of the claims, and the rows made."""
    table = intake.Table(
        path, intake.parse_datasets(observers.read_text(encoding="utf-8")), intake.load_places(), timezone.now()
    )
    intake.put_source(table.dataset)
    table.read(lambda done, total: None)
    batches = list(_in_batches(table.records()))
    settled = 0.0

    def settle(*given: object, **named: object) -> None:
        nonlocal settled
        began = time.perf_counter()
        pipeline.settle(*given, **named)  # type: ignore[arg-type]
        settled += time.perf_counter() - began

    began = time.perf_counter()
    with mock.patch.object(recording, "settle", settle):
        made = sum(pipeline.record_statements(batch, timezone.now()).created for batch in batches)
    whole = time.perf_counter() - began
    return whole - settled, whole, made


def _in_batches(found: Iterator[list[Record]]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for records in found:
        batch += records
        if len(batch) >= BATCH:
            yield batch
            batch = []
    yield batch


def _copy(rows: int) -> float:
    """COPY the rows made last into a table with the same indexes, in one transaction; returns the seconds."""
    connection.ensure_connection()
    raw = connection.connection
    newest = "SELECT * FROM (SELECT * FROM claims_statement ORDER BY id DESC LIMIT %s) newest ORDER BY id"
    with raw.cursor() as cursor, cursor.copy(f"COPY ({newest}) TO STDOUT", [rows]) as out:
        lines = b"".join(out)
    began = time.perf_counter()
    with transaction.atomic(), raw.cursor() as cursor, cursor.copy("COPY copied FROM STDIN") as into:
        into.write(lines)
    return time.perf_counter() - began


def _import(path: Path, observers: Path, log: Path) -> tuple[float, float]:
    """Import a table by the command, in a process of its own; returns the seconds, and the most memory it held (MB)."""
    manage = Path(__file__).resolve().parent.parent.parent / "manage.py"
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, manage, "import_observations", path, "--observers", observers],
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
    told = log.read_text(encoding="utf-8")
    if status or not re.search(r"created, 0 repeated, 0 rejected", told):
        raise RuntimeError(f"the import failed:\n{told[-2000:]}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024
