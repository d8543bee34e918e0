"""Read one article and show who says what about which claim; writes nothing."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.management.readers import add_reader, read_texts
from claims.reading.catalogue import CatalogueError, load_catalogue, read_text_file
from claims.reading.lexicon import LANGUAGES
from claims.reading.values import Catalogue, Found, Reading, Text
from claims.serializers import iso
from claims.words import ReaderKind

LIMIT = 5_000_000

EXAMPLE = """\
examples:
  manage.py read article.txt --claims claims.json --parties parties.json
  manage.py read article.txt --lang fr --title "Le port a rouvert" --published-at 2026-03-01T08:00:00+01:00 --json

With --claims and --parties no database is needed; without them the database's catalogue is used.
Offsets count characters (code points) of the file, or of the title, an empty line and the file with --title.
"""


class Command(BaseCommand):
    """Read a text file and print the statements found in it, with their words."""

    help = "Read a text file and show who says what about which claim. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLE
        parser.add_argument("file", type=Path, metavar="FILE", help="the article, as UTF-8 text")
        parser.add_argument("--lang", default="", help=f"its language ({', '.join(LANGUAGES)}); found if not given")
        parser.add_argument(
            "--claims", type=Path, metavar="F", help="claims.json; with --parties, instead of the database"
        )
        parser.add_argument("--parties", type=Path, metavar="F", help="parties.json; with --claims")
        parser.add_argument("--title", default="", metavar="T", help="the article's title")
        parser.add_argument("--source", default="", metavar="S", help="the publisher's name as shown")
        parser.add_argument("--published-at", default="", metavar="T", help="ISO 8601 time with its zone")
        parser.add_argument("--json", action="store_true", help="print JSON for programs")
        add_reader(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        published_at = _moment(options["published_at"])
        try:
            body = read_text_file(options["file"], limit=LIMIT)
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        if not body.strip():
            raise CommandError(f"{options['file']}: is empty; give a file with the article's text")
        text = Text(
            body=body,
            title=options["title"].strip(),
            lang=_language(options["lang"]),
            source=options["source"],
            published_at=published_at,
        )
        catalogue = _catalogue(options["claims"], options["parties"])
        (reading,) = read_texts([text], catalogue, ReaderKind(options["reader"]), self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(reading, published_at), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_as_table(reading))


def _catalogue(claims: Path | None, parties: Path | None) -> Catalogue:
    if claims and parties:
        try:
            return load_catalogue(claims, parties)
        except CatalogueError as error:
            raise CommandError(str(error)) from error
    if claims or parties:
        raise CommandError(
            "--claims and --parties go together: give both files, or neither for the database's catalogue"
        )
    # Late, so that reading with files needs neither models nor a database.
    from claims.pipeline import current_catalogue

    return current_catalogue()


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise CommandError(
            f"--published-at must be an ISO 8601 time such as 2026-03-01T08:00:00+01:00, got {value!r}"
        ) from error
    if moment.tzinfo is None:
        raise CommandError(f"--published-at must say its time zone, such as {value}+00:00")
    return moment


def _language(value: str) -> str:
    lang = value.strip().lower()
    if lang and lang not in LANGUAGES:
        raise CommandError(
            f"--lang {value}: is read by no lexicon; give one of {', '.join(LANGUAGES)}, or leave it out"
        )
    return lang


def _as_json(reading: Reading, published_at: datetime | None) -> dict[str, Any]:
    return {
        "lang": reading.lang,
        "statements": [
            {
                "claim": found.claim,
                "party": found.party,
                "stance": str(found.stance),
                "quote": found.quote,
                "start": found.span.start,
                "end": found.span.end,
                "cue": [found.cue.start, found.cue.end] if found.cue else None,
                "strength": str(found.strength),
                "confidence": found.confidence,
                "rule": found.rule,
                "said_at": iso(found.said_at or published_at),
            }
            for found in reading.statements
        ],
        "candidates": [
            {
                "key": candidate.key,
                "kind": str(candidate.kind),
                "quote": candidate.quote,
                "start": candidate.span.start,
                "end": candidate.span.end,
                "parties": list(candidate.parties),
                "confidence": candidate.confidence,
                "rule": candidate.rule,
                "holder": candidate.holder,
                "opposed": candidate.opposed,
                "place": candidate.place.name if candidate.place else "",
                "geonameid": candidate.place.geonameid if candidate.place else None,
                "proposition": candidate.proposition,
                "keywords": [list(group) for group in candidate.keywords],
            }
            for candidate in reading.candidates
        ],
    }


def _as_table(reading: Reading) -> str:
    lines = [f"language: {reading.lang or 'unknown'}", ""]
    if not reading.statements:
        lines.append("No statement on a listed claim.")
    for found in reading.statements:
        lines += _entry(found)
    if reading.candidates:
        lines.append("Contested, but no claim of the catalogue covers it:")
        lines += [f'    "{_on_one_line(candidate.quote)}"' for candidate in reading.candidates]
    return "\n".join(lines).rstrip()


def _entry(found: Found) -> list[str]:
    return [
        f"{found.claim:<32} {found.party:<14} {found.stance:<10} {found.strength} {found.confidence:.2f}",
        f'    "{_on_one_line(found.quote)}"  [{found.span.start}:{found.span.end}]',
        f"    rule: {found.rule}",
        *([f"    said: {iso(found.said_at)}"] if found.said_at else []),
        "",
    ]


def _on_one_line(words: str) -> str:
    return " ".join(words.split())
