"""Misreadings laid out for a person: each article that was misread, its words marked, and what went wrong in it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from claims.reading.scoring import NOTHING, GoldArticle, Outcome


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an article's words: of the editor's quote, of the reader's, of both or of neither."""

    words: str
    gold: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One misread row: what the editor says and what the reader took it for."""

    claim: str
    party: str
    says: str
    was_read: str
    gold_quote: str
    found_quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class Case:
    """One misread article: its paragraphs in pieces, its faults, and how many of its rows were read right."""

    article: GoldArticle
    right: int
    faults: tuple[Fault, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]


def list_misread(articles: Sequence[GoldArticle], outcomes: Sequence[Outcome]) -> list[Case]:
    """Return the articles with a misreading, in their order; quotes of right rows are not marked."""
    rows: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        rows.setdefault(outcome.article, []).append(outcome)
    cases = []
    for article in articles:
        wrong = [outcome for outcome in rows.get(article.id, ()) if not outcome.right]
        if wrong:
            faults = tuple(
                Fault(
                    claim=outcome.claim,
                    party=outcome.party,
                    says=str(outcome.gold or NOTHING),
                    was_read=str(outcome.found or NOTHING),
                    gold_quote=outcome.gold_quote,
                    found_quote=outcome.found_quote,
                    rule=outcome.rule,
                )
                for outcome in wrong
            )
            right = len(rows[article.id]) - len(wrong)
            cases.append(Case(article, right, faults, _paragraphs(article.text.words, wrong)))
    return cases


def _paragraphs(words: str, wrong: Sequence[Outcome]) -> tuple[tuple[Piece, ...], ...]:
    gold = _spans(words, [outcome.gold_quote for outcome in wrong])
    found = _spans(words, [outcome.found_quote for outcome in wrong])
    paragraphs = []
    start = 0
    for paragraph in words.split("\n"):
        end = start + len(paragraph)
        inside = (at for span in (*gold, *found) for at in span if start < at < end)
        edges = sorted({start, end, *inside})
        pieces = [
            Piece(words[one:other], _covered(gold, one, other), _covered(found, one, other))
            for one, other in itertools.pairwise(edges)
        ]
        if paragraph.strip():
            paragraphs.append(tuple(pieces))
        start = end + 1
    return tuple(paragraphs)


def _spans(words: str, quotes: Sequence[str]) -> list[tuple[int, int]]:
    starts = [(words.find(quote), quote) for quote in quotes if quote]
    return [(start, start + len(quote)) for start, quote in starts if start >= 0]


def _covered(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(one <= start and end <= other for one, other in spans)
