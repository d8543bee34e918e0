"""Take articles from a file; Celery reads them."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims import intake, tasks
from claims.management.lines import Report, explain, read_lines
from claims.management.progress import Progress
from claims.models import Revision, Withdrawal

FIELDS = ("source", "published_at", "text")


class Command(BaseCommand):
    help = (
        "Import articles, one JSON object a line: {url?, source, lang?, published_at, title, text, modified_at?, "
        "pubstatus? usable|canceled}. What is there already is repeated and changes nothing; another text at the same "
        "address is a new edition; pubstatus canceled withdraws. A bad line is named and loses no good one. The worker "
        "reads what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_articles seeds/articles.jsonl --wait 60")
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="the file, UTF-8")
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


def take_file(path: Path, report: Report, progress: Progress) -> tuple[list[int], list[int]]:
    """Take every article of a file and ring for it; returns the ids of the revisions and withdrawals that are due."""
    revisions: list[int] = []
    withdrawals: list[int] = []
    for line in read_lines(path, FIELDS):
        progress.step()
        if line.fault:
            report.reject(line.number, line.fault)
            continue
        now = timezone.now()
        try:
            taken = intake.take_article(intake.parse_article(line.record, now), now)
        except intake.Refused as refusal:
            report.reject(line.number, str(refusal))
            continue
        report.count(taken.outcome)
        report.notes += [(line.number, note) for note in taken.notes]
        if taken.revision_id is not None:
            revisions.append(taken.revision_id)
            tasks.ring_readings([taken.revision_id])
        if taken.withdrawal_id is not None:
            withdrawals.append(taken.withdrawal_id)
            tasks.ring_withdrawals([taken.withdrawal_id])
    progress.end()
    return revisions, withdrawals


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
