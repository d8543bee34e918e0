"""How well a reader reads: its rows held against an editor's, as the gold guide says.

A predicted row is right when claim, party and stance all equal a gold row of that article.
Quote overlap is reported apart: token F1 between predicted and gold quote, averaged over right rows.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from claims.reading.catalogue import CatalogueError
from claims.reading.values import Catalogue, Reading, Text
from claims.words import Stance

NOTHING = "nothing"
"""What a table of stances calls the lack of a row."""


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
    genre: str = ""
    note: str = ""


def parse_gold(lines: Iterable[str]) -> list[GoldArticle]:
    """Read labelled articles, one JSON object a line; blank lines are skipped.

    Raises CatalogueError that names the line, the field and the cure.
    """
    articles: list[GoldArticle] = []
    lines_of: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            article = _parse_article(json.loads(line))
            if article.id in lines_of:
                raise CatalogueError(f'id "{article.id}" is that of line {lines_of[article.id]}; give it another')
            lines_of[article.id] = number
            articles.append(article)
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
    for key in ("lang", "title", "source", "genre", "note"):
        if not isinstance(record.get(key, ""), str):
            raise CatalogueError(f"{key} must be text")
    statements = record.get("statements")
    if not isinstance(statements, list):
        raise CatalogueError("statements must be a list (empty where the article says nothing of a listed claim)")
    text = Text(
        body=record["text"],
        title=record.get("title", ""),
        lang=record.get("lang", ""),
        source=record.get("source", ""),
        published_at=_moment(record.get("published_at")),
    )
    return GoldArticle(
        id=record["id"],
        text=text,
        rows=tuple(_parse_row(row, number, text) for number, row in enumerate(statements, 1)),
        genre=record.get("genre", ""),
        note=record.get("note", ""),
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


def _parse_row(row: object, number: int, text: Text) -> GoldRow:
    if not isinstance(row, Mapping) or not all(isinstance(row.get(key), str) for key in ("claim", "party", "stance")):
        raise CatalogueError(f"statement {number} must have claim, party and stance")
    if row["stance"] not in list(Stance):
        raise CatalogueError(f"statement {number}: stance must be one of {', '.join(Stance)}, got {row['stance']!r}")
    quote = str(row.get("quote", ""))
    if quote not in text.title and quote not in text.body:
        told = shorten(quote, 60)
        raise CatalogueError(f'statement {number}: quote "{told}" is not in title or text; copy it from there exactly')
    return GoldRow(row["claim"], row["party"], Stance(row["stance"]), quote)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one party on one claim in one article: the editor's row beside the reader's.

    `gold` or `found` is None where that side has no such row. `rule` is the reading rule behind what was found.
    """

    article: str
    lang: str
    genre: str
    claim: str
    kind: str
    party: str
    gold: Stance | None
    found: Stance | None
    gold_quote: str = ""
    found_quote: str = ""
    rule: str = ""

    @property
    def right(self) -> bool:
        """The reader found the editor's row."""
        return self.gold is not None and self.gold == self.found

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this row from the others of a file."""
        return self.article, self.claim, self.party


def hold_against(
    articles: Sequence[GoldArticle], readings: Sequence[Reading], catalogue: Catalogue
) -> tuple[Outcome, ...]:
    """Return every row of the editor or the reader, side by side, in the order of the articles.

    `readings` are in the order of `articles`. Where an editor gave one party several rows on a claim, the one that
    the reader found counts, else the last.
    """
    kinds = {claim.slug: str(claim.kind) for claim in catalogue.claims}
    outcomes: list[Outcome] = []
    for article, reading in zip(articles, readings, strict=True):
        found = {(row.claim, row.party): row for row in reading.statements}
        gold: dict[tuple[str, str], GoldRow] = {}
        for row in article.rows:
            key = row.claim, row.party
            if key not in gold or key not in found or gold[key].stance != found[key].stance:
                gold[key] = row
        for key in dict.fromkeys((*gold, *found)):
            mine, theirs = gold.get(key), found.get(key)
            outcomes.append(
                Outcome(
                    article=article.id,
                    lang=article.text.lang,
                    genre=article.genre,
                    claim=key[0],
                    kind=kinds.get(key[0], "unknown"),
                    party=key[1],
                    gold=mine.stance if mine else None,
                    found=theirs.stance if theirs else None,
                    gold_quote=mine.quote if mine else "",
                    found_quote=theirs.quote if theirs else "",
                    rule=theirs.rule if theirs else "",
                )
            )
    return tuple(outcomes)


def score(articles: Sequence[GoldArticle], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return precision, recall and F1 over rows: overall, and by language, stance, claim kind and genre.

    `rows` counts gold rows. `empty_right` is the share of articles without gold rows in which nothing was found (1.0
    where there are none such). `confusion` says, per stance of the editor (or `nothing`), what the reader took it for.
    """
    told = {outcome.article for outcome in outcomes if outcome.found}
    empty = [article.id for article in articles if not article.rows]
    overlaps = [token_f1(o.found_quote, o.gold_quote) for o in outcomes if o.right and o.gold_quote]
    return {
        "overall": _measure(outcomes),
        "by_lang": _grouped(outcomes, lambda o: (o.lang, o.lang)),
        "by_stance": _grouped(outcomes, lambda o: (str(o.gold or ""), str(o.found or ""))),
        "by_kind": _grouped(outcomes, lambda o: (o.kind, o.kind)),
        "by_genre": _grouped(outcomes, lambda o: (o.genre or "unstated", o.genre or "unstated")),
        "empty_right": round(sum(name not in told for name in empty) / len(empty), 4) if empty else 1.0,
        "quote_f1": round(sum(overlaps) / len(overlaps), 4) if overlaps else 0.0,
        "confusion": _confusion(outcomes),
    }


def _grouped(
    outcomes: Sequence[Outcome], groups_of: Callable[[Outcome], tuple[str, str]]
) -> dict[str, dict[str, float]]:
    """Measure each group of rows. `groups_of` names the group of an outcome's gold side and that of its found side."""
    counts: dict[str, list[int]] = {}
    for outcome in outcomes:
        gold, found = groups_of(outcome)
        if outcome.right:
            counts.setdefault(gold, [0, 0, 0])[0] += 1
            continue
        if outcome.gold is not None:
            counts.setdefault(gold, [0, 0, 0])[1] += 1
        if outcome.found is not None:
            counts.setdefault(found, [0, 0, 0])[2] += 1
    return {name: _measures(*counts[name]) for name in sorted(counts)}


def _measure(outcomes: Sequence[Outcome]) -> dict[str, float]:
    return _grouped(outcomes, lambda _: ("", "")).get("", _measures(0, 0, 0))


def _confusion(outcomes: Iterable[Outcome]) -> dict[str, dict[str, int]]:
    names = [*map(str, Stance), NOTHING]
    table = {gold: dict.fromkeys(names, 0) for gold in names}
    for outcome in outcomes:
        table[str(outcome.gold or NOTHING)][str(outcome.found or NOTHING)] += 1
    return table


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change of the reader won and lost: pairs of (outcome before, outcome now); None where there was no row."""

    won: tuple[tuple[Outcome | None, Outcome | None], ...]
    lost: tuple[tuple[Outcome | None, Outcome | None], ...]


def compare(before: Iterable[Outcome], now: Iterable[Outcome]) -> Comparison:
    """Hold two readings of one gold file against each other, row by row.

    Won is a row that is right now and was not, or one that was found wrongly and is found no more; lost the reverse.
    A row that was wrong and is wrong in another way is neither.
    """
    earlier = {outcome.key: outcome for outcome in before}
    later = {outcome.key: outcome for outcome in now}
    pairs = [(earlier.get(key), later.get(key)) for key in dict.fromkeys((*earlier, *later))]
    return Comparison(
        won=tuple(pair for pair in pairs if _merit(pair[1]) > _merit(pair[0])),
        lost=tuple(pair for pair in pairs if _merit(pair[1]) < _merit(pair[0])),
    )


def _merit(outcome: Outcome | None) -> int:
    """Order what may become of a row: found (2); missed, or rightly not found (1); found where it is not so (0)."""
    if outcome is None:
        return 1
    if outcome.right:
        return 2
    return 1 if outcome.found is None else 0


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
