"""Score the reader on labelled articles; needs no database and writes nothing."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.reading import Reader
from claims.reading.catalogue import CatalogueError, load_catalogue, read_text_file
from claims.reading.scoring import check_gold, parse_gold, score

LIMIT = 200_000_000

EXAMPLE = """\
example:
  manage.py evaluate gold.jsonl --claims claims.json --parties parties.json --json

A row is right when claim, party and stance all equal a gold row of that article.
"""


class Command(BaseCommand):
    """Read every labelled article and print precision, recall and F1."""

    help = "Score the reader on a file of labelled articles. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLE
        parser.add_argument("gold", type=Path, metavar="GOLD.jsonl", help="labelled articles, one JSON object a line")
        parser.add_argument(
            "--claims", type=Path, metavar="F", required=True, help="claims.json they were labelled with"
        )
        parser.add_argument(
            "--parties", type=Path, metavar="F", required=True, help="parties.json they were labelled with"
        )
        parser.add_argument("--json", action="store_true", help="print JSON for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        gold: Path = options["gold"]
        try:
            catalogue = load_catalogue(options["claims"], options["parties"])
            lines = read_text_file(gold, limit=LIMIT).split("\n")
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        try:
            articles = parse_gold(lines)
            check_gold(articles, catalogue)
        except CatalogueError as error:
            raise CommandError(f"{gold.name}: {error}") from error
        if not articles:
            raise CommandError(f"{gold}: has no article; give one JSON object a line")
        reader = Reader(catalogue)
        scores = score(articles, [reader.read(article.text) for article in articles], catalogue)
        self.stdout.write(json.dumps(scores, indent=1) if options["json"] else _as_table(scores))


def _as_table(scores: dict[str, Any]) -> str:
    lines = [f"{'':<20} precision  recall      f1  rows", _line("overall", scores["overall"])]
    for group in ("by_lang", "by_stance", "by_kind"):
        lines += [_line(f"{group[3:]} {name}", measures) for name, measures in scores[group].items()]
    lines += [
        f"articles without rows read as such: {scores['empty_right']:.2f}",
        f"quote overlap (token F1 on right rows): {scores['quote_f1']:.2f}",
    ]
    return "\n".join(lines)


def _line(name: str, measures: dict[str, float]) -> str:
    precision, recall, f1 = measures["precision"], measures["recall"], measures["f1"]
    return f"{name:<20} {precision:9.3f} {recall:7.3f} {f1:7.3f} {measures['rows']:5.0f}"
