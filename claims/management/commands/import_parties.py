"""Put parties into the catalogue from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims.management.commands.import_claims import read_again
from claims.management.lines import explain, put_entries
from claims.pipeline import parse_party_record, put_parties


class Command(BaseCommand):
    help = (
        "Import parties: a JSON list of {slug, kind, names by language, reliability A-F, aligned_with?, note?}. "
        "Parties that are there (by slug) are brought up to date; repeating a file changes nothing. All or nothing. "
        "Articles of the last days are read again for parties that are new or have other names."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_parties seeds/parties.json")
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON file")
        parser.add_argument(
            "--reread-days", type=int, default=90, metavar="N", help="how far back articles are read again (90)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        now = timezone.now()
        put = put_entries(path, parse_party_record, lambda records: put_parties(records, now))
        self.stdout.write(
            f"{path.name}: {len(put.created)} created, {len(put.changed)} changed, {len(put.repeated)} repeated"
        )
        if put.reworded:
            read_again(options["reread_days"], self.stdout)
