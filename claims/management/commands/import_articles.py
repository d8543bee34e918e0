"""Take articles from a file; Celery reads them."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims import intake, tasks
from claims.management.lines import Line, Report, count_lines, explain, read_documents
from claims.management.progress import Progress
from claims.models import Revision, Withdrawal

# How many characters are stored in one transaction.
LONG_BATCH = 4 * 1024 * 1024
FIELDS = ("source", "published_at", "text")


class Command(BaseCommand):
    help = (
        "Import articles, one JSON object a line: {url?, source, lang?, published_at, title, text, modified_at?, "
        "pubstatus? usable|canceled}, or IPTC ninjs items (1.x, 2.x, 3.x), one a line or a JSON file of them; which it "
        "is, each shows by itself. What is there already is repeated and changes nothing; another text at the same "
        "address is a new edition; pubstatus canceled withdraws. A bad line is named and loses no good one, but the "
        "command then ends with 1. The worker reads what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_articles seeds/articles.jsonl --wait 60")
        parser.add_argument("file", type=Path, metavar="FILE", help="the file, UTF-8: .jsonl, or .json of ninjs items")
        parser.add_argument(
            "--wait", type=float, metavar="SECONDS", help="wait until the worker has read them, so long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        report = Report()
        revisions, withdrawals = take_file(path, report, Progress("importing", sys.stderr))
        report.print(path, self.stdout, self.stderr)
        if options["wait"] and not wait_until_done(
            revisions, withdrawals, options["wait"], Progress("reading", sys.stderr)
        ):
            raise CommandError(
                f"not all was read within {options['wait']:g} seconds; nothing is lost: is a worker running "
                "(.venv/bin/celery -A factcheck worker)?"
            )
        report.fail_if_rejected(path)


def take_file(path: Path, report: Report, progress: Progress) -> tuple[list[int], list[int]]:
    """Take every article of a file and ring for it; returns the ids of the revisions and withdrawals that are due."""
    revisions: list[int] = []
    withdrawals: list[int] = []
    total = count_lines(path)
    for lines in _in_batches(read_documents(path, FIELDS)):
        taken = _take_lines(lines, report)
        revisions += [one.revision_id for one in taken if one.revision_id is not None]
        withdrawals += [one.withdrawal_id for one in taken if one.withdrawal_id is not None]
        progress.show(lines[-1].number, total)
    progress.show(total, total)
    progress.end()
    return revisions, withdrawals


def _in_batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines by the hundred, or by fewer where they are long."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += sum(len(value) for value in line.record.values() if isinstance(value, str))
        if len(batch) == intake.MAX_BATCH or size > LONG_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _take_lines(lines: list[Line], report: Report) -> list[intake.Taken]:
    """Take the articles of some lines in one transaction, ring for them, and report what became of each line."""
    now = timezone.now()
    arrived = intake.parse_items([line.record for line in lines if not line.fault], now)
    outcomes = iter(intake.take_articles(arrived, intake.find_sources(arrived), now))
    taken: list[intake.Taken] = []
    for line in lines:
        outcome = None if line.fault else next(outcomes)
        if isinstance(outcome, intake.Taken):
            taken.append(outcome)
            report.count(outcome.outcome)
            report.notes += [(line.number, note) for note in outcome.notes]
        else:
            report.reject(line.number, line.fault or str(outcome))
    tasks.ring_readings([one.revision_id for one in taken if one.revision_id is not None])
    tasks.ring_withdrawals([one.withdrawal_id for one in taken if one.withdrawal_id is not None])
    return taken


def wait_until_done(revisions: Iterable[int], withdrawals: Iterable[int], seconds: float, progress: Progress) -> bool:
    """Wait until revisions are read (or given up) and withdrawals hold; False if that takes longer."""
    revisions, withdrawals = list(revisions), list(withdrawals)
    total = len(revisions) + len(withdrawals)
    deadline = time.monotonic() + seconds
    while True:
        due = Revision.objects.filter(pk__in=revisions, ring_at__isnull=False).count()
        due += Withdrawal.objects.filter(pk__in=withdrawals, recorded_at__isnull=True).count()
        progress.show(total - due, total)
        if not due or time.monotonic() > deadline:
            progress.end()
            return not due
        time.sleep(0.2)
