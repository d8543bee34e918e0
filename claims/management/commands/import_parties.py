"""Put parties into the catalogue from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims.management.commands.import_claims import read_again
from claims.management.lines import explain
from claims.pipeline import parse_party_record, put_parties
from claims.reading.catalogue import CatalogueError, load_entries


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
        try:
            put = put_parties(load_entries(path, parse_party_record), timezone.now())
        except CatalogueError as error:
            text = str(error)
            raise CommandError(text if path.name in text else f"{path.name}: {text}") from error
        self.stdout.write(
            f"{path.name}: {len(put.created)} created, {len(put.changed)} changed, {len(put.repeated)} repeated"
        )
        if put.reworded:
            read_again(options["reread_days"], self.stdout)
