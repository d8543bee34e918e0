"""Take statements that come as data: records, which count as they stand."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims import intake, pipeline
from claims.assessment import Record
from claims.management.lines import Report, count_lines, explain, read_lines
from claims.management.progress import Progress

FIELDS = ("claim", "party", "stance", "said_at")
BATCH = 500


class Command(BaseCommand):
    help = (
        "Import statements as records, from CSV with a heading or one JSON object a line: claim, party, stance "
        "(affirms|denies|unsettled), said_at, source, url, quote. They count as they stand; repeating a file changes "
        "nothing. A bad line is named and loses no good one, but the command then ends with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_statements seeds/records.csv")
        parser.add_argument("file", type=Path, metavar="FILE.csv|jsonl", help="the file, UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        report = Report()
        take_file(path, report, Progress("importing", sys.stderr))
        report.print(path, self.stdout, self.stderr)
        report.fail_if_rejected(path)


def take_file(path: Path, report: Report, progress: Progress) -> None:
    """Take every record of a file, some hundred at a time."""
    known, total = intake.load_known(), count_lines(path)
    batch: list[Record] = []
    for line in read_lines(path, FIELDS):
        if line.fault:
            report.reject(line.number, line.fault)
            continue
        try:
            record, notes = intake.parse_record(line.record, known, timezone.now(), line.number)
        except intake.Refused as refusal:
            report.reject(line.number, str(refusal))
            continue
        report.notes += [(line.number, note) for note in notes]
        batch.append(record)
        if len(batch) == BATCH:
            _store(batch, report)
            progress.show(line.number, total)
            batch = []
    _store(batch, report)
    progress.show(total, total)
    progress.end()


def _store(batch: list[Record], report: Report) -> None:
    if not batch:
        return
    recorded = pipeline.record_statements(batch, timezone.now())
    for outcome, n in (("created", recorded.created), ("repeated", recorded.repeated)):
        report.counts[outcome] = report.counts.get(outcome, 0) + n
