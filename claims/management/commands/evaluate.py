"""Score the reader on labelled articles; needs no database and writes nothing."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from claims.management.misreadings import list_misread
from claims.management.readers import add_reader, read_texts
from claims.reading.catalogue import CatalogueError, load_catalogue, read_text_file
from claims.reading.scoring import (
    NOTHING,
    Comparison,
    GoldArticle,
    Outcome,
    check_gold,
    compare,
    hold_against,
    parse_gold,
    score,
)
from claims.words import ReaderKind, Stance

LIMIT = 200_000_000

EXAMPLE = """\
example:
  manage.py evaluate gold.jsonl --claims claims.json --parties parties.json --json > before.json
  manage.py evaluate gold.jsonl --claims claims.json --parties parties.json --compare before.json --errors errors.html

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
        parser.add_argument("--json", action="store_true", help="print JSON for programs, every row with its outcome")
        add_reader(parser)
        parser.add_argument(
            "--errors", type=Path, metavar="FILE", help="write each misreading beside its text, as a page to read"
        )
        parser.add_argument(
            "--compare", type=Path, metavar="OTHER.json", help="say what was won and lost since that --json output"
        )

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
        before = _read_outcomes(options["compare"], articles) if options["compare"] else None
        texts = [article.text for article in articles]
        readings = read_texts(texts, catalogue, ReaderKind(options["reader"]), self.stderr.write)
        outcomes = hold_against(articles, readings, catalogue)
        scores = score(articles, outcomes)
        comparison = compare(before, outcomes) if before is not None else None
        if options["errors"]:
            _write_page(options["errors"], gold, articles, outcomes)
        if options["json"]:
            scores |= {"rows": [asdict(outcome) for outcome in outcomes]}
            if comparison is not None:
                scores |= {"won": _as_pairs(comparison.won), "lost": _as_pairs(comparison.lost)}
            self.stdout.write(json.dumps(scores, indent=1, ensure_ascii=False))
            return
        self.stdout.write(_as_table(scores))
        if comparison is not None:
            self.stdout.write("\n" + _as_changes(comparison))
        if options["errors"]:
            self.stdout.write(f"misreadings: {options['errors']}")


def _read_outcomes(path: Path, articles: Sequence[GoldArticle]) -> list[Outcome]:
    """Read the rows of an earlier `--json` output of the same gold file."""
    cure = "give what evaluate --json printed for the same gold file"
    try:
        told = json.loads(read_text_file(path, limit=LIMIT))
    except CatalogueError as error:
        raise CommandError(str(error)) from error
    except ValueError as error:
        raise CommandError(f"{path}: is not JSON ({error}); {cure}") from error
    try:
        outcomes = [_as_outcome(row) for row in told["rows"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CommandError(f"{path}: has no rows with their outcomes; {cure}") from error
    foreign = sorted({outcome.article for outcome in outcomes} - {article.id for article in articles})
    if foreign:
        raise CommandError(f'{path}: speaks of article "{foreign[0]}", which the gold file does not have; {cure}')
    return outcomes


def _as_outcome(row: dict[str, Any]) -> Outcome:
    stances = {side: Stance(row[side]) if row[side] else None for side in ("gold", "found")}
    return Outcome(**(row | stances))


def _write_page(path: Path, gold: Path, articles: Sequence[GoldArticle], outcomes: Sequence[Outcome]) -> None:
    page = render_to_string(
        "management/misreadings.html", {"gold": gold.name, "cases": list_misread(articles, outcomes)}
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}") from error


def _as_table(scores: dict[str, Any]) -> str:
    lines = [f"{'':<20} precision  recall      f1  rows", _line("overall", scores["overall"])]
    for group in ("by_lang", "by_stance", "by_kind", "by_genre"):
        if group == "by_genre" and list(scores[group]) == ["unstated"]:
            continue
        lines += [_line(f"{group[3:]} {name}", measures) for name, measures in scores[group].items()]
    lines += [
        f"articles without rows read as such: {scores['empty_right']:.2f}",
        f"quote overlap (token F1 on right rows): {scores['quote_f1']:.2f}",
        "",
        *_confusion(scores["confusion"]),
    ]
    return "\n".join(lines)


def _line(name: str, measures: dict[str, float]) -> str:
    precision, recall, f1 = measures["precision"], measures["recall"], measures["f1"]
    return f"{name:<20} {precision:9.3f} {recall:7.3f} {f1:7.3f} {measures['rows']:5.0f}"


def _confusion(table: dict[str, dict[str, int]]) -> list[str]:
    lines = [f"{'editor says':<20}" + "".join(f"{'read ' + found:>16}" for found in table)]
    return lines + [f"{gold:<20}" + "".join(f"{count:16}" for count in row.values()) for gold, row in table.items()]


def _as_changes(comparison: Comparison) -> str:
    lines = [f"won {len(comparison.won)}, lost {len(comparison.lost)}"]
    for sign, pairs in (("+", comparison.won), ("-", comparison.lost)):
        for before, now in pairs:
            row = now or before
            if row is not None:
                gold, was, reads = row.gold or NOTHING, _stance(before), _stance(now)
                told = f"{row.article}  {row.claim}  {row.party}"
                lines.append(f"{sign} {told}: editor says {gold}; was read as {was}, now as {reads}")
    return "\n".join(lines)


def _stance(outcome: Outcome | None) -> str:
    return str(outcome.found or NOTHING) if outcome else NOTHING


def _as_pairs(pairs: Sequence[tuple[Outcome | None, Outcome | None]]) -> list[dict[str, Any]]:
    return [
        {"before": asdict(before) if before else None, "now": asdict(now) if now else None} for before, now in pairs
    ]
