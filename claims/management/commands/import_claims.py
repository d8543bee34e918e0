"""Put claims into the catalogue from a file, and have recent articles read for them."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims import pipeline, tasks
from claims.management.lines import explain, put_entries


class Command(BaseCommand):
    help = (
        "Import claims: a JSON list of control claims {slug, kind, holder, opposed?, place} and general ones {slug, "
        "kind, proposition, keywords?, gains?, loses?}. Claims that are there (by slug) are brought up to date; "
        "repeating a file changes nothing. All or nothing. Articles of the last days are read again for new or "
        "reworded claims."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_claims seeds/claims.json --reread-days 30")
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON file")
        parser.add_argument(
            "--reread-days", type=int, default=90, metavar="N", help="how far back articles are read again (90)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        now = timezone.now()
        put = put_entries(path, pipeline.parse_claim_record, lambda records: pipeline.put_claims(records, now))
        self.stdout.write(
            f"{path.name}: {len(put.created)} created, {len(put.changed)} changed, {len(put.repeated)} repeated"
        )
        if put.reworded:
            read_again(options["reread_days"], self.stdout)


def read_again(days: int, out: Any) -> None:
    """Have the articles of the last days read again, with a catalogue that has changed."""
    now = timezone.now()
    revisions = pipeline.newest_revisions(now - timedelta(days=days))
    due = pipeline.ask_to_read_again(revisions, now)
    if due:
        tasks.ring_readings(revisions)
        out.write(f"{due} articles of the last {days} days will be read again")
