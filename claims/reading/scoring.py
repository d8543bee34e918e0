"""How well a reader reads: its rows held against an editor's, as the gold guide says.

A predicted row is right when claim, party and stance all equal a gold row of that article.
Quote overlap is reported apart: token F1 between predicted and gold quote, averaged over right rows.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.reading.catalogue import CatalogueError
from claims.reading.values import Catalogue, Reading, Text
from claims.words import Stance


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One statement as an editor labelled it."""

    claim: str
    party: str
    stance: Stance
    quote: str


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One labelled article: the text to read, and the rows to find in it."""

    id: str
    text: Text
    rows: tuple[GoldRow, ...]


def parse_gold(lines: Iterable[str]) -> list[GoldArticle]:
    """Read labelled articles, one JSON object a line; blank lines are skipped.

    Raises CatalogueError that names the line, the field and the cure.
    """
    articles = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            articles.append(_parse_article(json.loads(line)))
        except json.JSONDecodeError as error:
            raise CatalogueError(f"line {number}, column {error.colno} is not JSON: {error.msg}") from error
        except CatalogueError as error:
            raise CatalogueError(f"line {number}: {error}") from error
    return articles


def check_gold(articles: Iterable[GoldArticle], catalogue: Catalogue) -> None:
    """Raise CatalogueError if a gold row names a claim or party that the catalogue does not list."""
    claims = {claim.slug for claim in catalogue.claims}
    parties = {party.slug for party in catalogue.parties} | {"outlet"}
    for article in articles:
        for row in article.rows:
            for field, slug, known in (("claim", row.claim, claims), ("party", row.party, parties)):
                if slug not in known:
                    raise CatalogueError(
                        f'article "{article.id}": {field} "{slug}" is not in the {field} file; '
                        "give the files it was labelled with"
                    )


def _parse_article(record: object) -> GoldArticle:
    if not isinstance(record, Mapping):
        raise CatalogueError("must be an object with id, lang, title, text, statements")
    for key in ("id", "text"):
        if not isinstance(record.get(key), str) or not record[key]:
            raise CatalogueError(f"{key} must be text")
    for key in ("lang", "title", "source"):
        if not isinstance(record.get(key, ""), str):
            raise CatalogueError(f"{key} must be text")
    statements = record.get("statements")
    if not isinstance(statements, list):
        raise CatalogueError("statements must be a list (empty where the article says nothing of a listed claim)")
    return GoldArticle(
        id=record["id"],
        text=Text(
            body=record["text"],
            title=record.get("title", ""),
            lang=record.get("lang", ""),
            source=record.get("source", ""),
            published_at=_moment(record.get("published_at")),
        ),
        rows=tuple(_parse_row(row, number) for number, row in enumerate(statements, 1)),
    )


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CatalogueError(f"published_at must be an ISO 8601 time, got {value!r}") from error
    if moment.tzinfo is None:
        raise CatalogueError(f"published_at must carry a time zone such as +00:00, got {value!r}")
    return moment


def _parse_row(row: object, number: int) -> GoldRow:
    if not isinstance(row, Mapping) or not all(isinstance(row.get(key), str) for key in ("claim", "party", "stance")):
        raise CatalogueError(f"statement {number} must have claim, party and stance")
    if row["stance"] not in list(Stance):
        raise CatalogueError(f"statement {number}: stance must be one of {', '.join(Stance)}, got {row['stance']!r}")
    return GoldRow(row["claim"], row["party"], Stance(row["stance"]), str(row.get("quote", "")))


Row = tuple[str, str, Stance]


def score(articles: Sequence[GoldArticle], readings: Sequence[Reading], catalogue: Catalogue) -> dict[str, Any]:
    """Return precision, recall and F1 over rows: overall, and by language, stance and claim kind.

    `readings` are in the order of `articles`. `rows` counts gold rows. `empty_right` is the share of
    articles without gold rows in which nothing was found (1.0 where there are none such).
    """
    kinds = {claim.slug: str(claim.kind) for claim in catalogue.claims}
    right: list[tuple[GoldArticle, Row]] = []
    missed: list[tuple[GoldArticle, Row]] = []
    wrong: list[tuple[GoldArticle, Row]] = []
    overlaps: list[float] = []
    empty = empty_right = 0
    for article, reading in zip(articles, readings, strict=True):
        gold = {(row.claim, row.party, row.stance): row.quote for row in article.rows}
        found = {(row.claim, row.party, row.stance): row.quote for row in reading.statements}
        right += [(article, row) for row in gold if row in found]
        missed += [(article, row) for row in gold if row not in found]
        wrong += [(article, row) for row in found if row not in gold]
        overlaps += [token_f1(found[row], gold[row]) for row in gold if row in found and gold[row]]
        if not gold:
            empty += 1
            empty_right += not found

    def by(key: Any) -> dict[str, dict[str, float]]:
        counts: dict[str, list[int]] = {}
        for index, rows in enumerate((right, missed, wrong)):
            for article, row in rows:
                counts.setdefault(key(article, row), [0, 0, 0])[index] += 1
        return {name: _measures(*counts[name]) for name in sorted(counts)}

    return {
        "overall": _measures(len(right), len(missed), len(wrong)),
        "by_lang": by(lambda article, row: article.text.lang),
        "by_stance": by(lambda article, row: str(row[2])),
        "by_kind": by(lambda article, row: kinds.get(row[0], "unknown")),
        "empty_right": round(empty_right / empty, 4) if empty else 1.0,
        "quote_f1": round(sum(overlaps) / len(overlaps), 4) if overlaps else 0.0,
    }


def _measures(right: int, missed: int, wrong: int) -> dict[str, float]:
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "rows": right + missed,
    }


_TOKEN = re.compile(r"\w+")


def token_f1(one: str, other: str) -> float:
    """Return how far two quotes share their words, from 0 (none) to 1 (all), as F1 over word counts."""
    first, second = Counter(_TOKEN.findall(one.casefold())), Counter(_TOKEN.findall(other.casefold()))
    shared = sum((first & second).values())
    if not shared:
        return 0.0
    precision, recall = shared / sum(first.values()), shared / sum(second.values())
    return 2 * precision * recall / (precision + recall)
