"""The page of an article: its text as stored, with every statement marked where it stands."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import itemgetter

from claims.models import Article, Revision
from claims.reading.editions import Paragraph, Run, Wording, compare_editions, excerpt
from claims.showing.demonstration import is_demonstration
from claims.showing.moments import Moments
from claims.showing.statements import (
    Credit,
    ShownStatement,
    credit_source,
    known_statements,
    show_statements,
    with_evidence,
)
from claims.showing.stories import Carriers, Outlet, load_carriers
from claims.showing.wording import Named
from claims.words import Had

# How many articles of its story are looked at for an article's page, and how many of their sources it names.
MEMBERS_SEEN, OUTLETS_SHOWN = 1_000, 50
EMPTY_LINES = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that lies in the same quotes; `ends` are the statements whose quote ends with it."""

    text: str
    marked: bool
    starts: tuple[ShownStatement, ...] = ()
    ends: tuple[ShownStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the article among others."""

    number: int
    published_at: datetime
    recorded_at: datetime
    modified_at: datetime | None
    words_added: int | None
    words_removed: int | None
    title_changed: bool
    statements_gone: int
    quotes_gone: int
    correction_note: str
    silent: bool
    had: Had
    shown: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What an edition changed against the one before: the title, the paragraphs around every change, the statements.

    `left_out` unchanged paragraphs follow the last one shown. `coarse`: sentences stand whole that changed in part.
    `redated` says that its publisher gave it a time of its own, later than the former edition's; `fuller` that more of
    the text was had than with the former, `former_had`.
    """

    edition: Edition
    former: int
    title: tuple[Run, ...]
    paragraphs: tuple[Paragraph, ...]
    left_out: int
    coarse: bool
    redated: bool
    fuller: bool
    former_had: Had
    came: tuple[ShownStatement, ...]
    went: tuple[ShownStatement, ...]


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """One edition of an article: its headline and paragraphs in pieces, and every statement it ever carried.

    `placed` are the ids of the statements whose quote is marked in it.
    """

    id: int
    source: Named
    credit: Credit | None
    link: str
    demonstration: bool
    lang: str
    headline: tuple[Piece, ...]
    headline_text: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    published_at: datetime
    recorded_at: datetime
    read: bool
    withdrawn: bool
    withdrawn_at: datetime | None
    withdrawn_why: str
    had: Had
    edition: int
    editions: tuple[Edition, ...]
    changed: Changed | None
    statements: tuple[ShownStatement, ...]
    placed: frozenset[int]
    carriers: Carriers | None

    @property
    def others(self) -> tuple[Outlet, ...]:
        """The sources of the other articles that carry the same text, as far as they are named."""
        return self.carriers.by_outlet(self.id)[:OUTLETS_SHOWN] if self.carriers is not None else ()

    @property
    def others_unnamed(self) -> int:
        """How many other articles that carry the same text are of sources not named."""
        if self.carriers is None:
            return 0
        return self.carriers.articles - (not self.withdrawn) - sum(outlet.articles for outlet in self.others)

    @property
    def others_withdrawn(self) -> int:
        """How many other articles carried the same text until they were withdrawn."""
        return self.carriers.withdrawn - self.withdrawn if self.carriers is not None else 0


def show_article(article: Article, number: int | None = None) -> ShownArticle | None:
    """An article in one of its editions (None: the newest), with its source loaded; None if there is no such one."""
    told = [name for name in Edition.__slots__ if name != "shown"]
    rows = list(article.revisions.order_by("number").values(*told))
    if not rows:
        return None
    newest = rows[-1]["number"]
    shown = number or newest
    texts = {r.number: r for r in Revision.objects.filter(article=article, number__in=(shown - 1, shown))}
    if shown not in texts:
        return None
    revision = texts[shown]
    editions = tuple(Edition(**row, shown=row["number"] == shown) for row in rows)
    taken_back = article.withdrawals.filter(recorded_at__isnull=False).order_by("-recorded_at", "-pk").first()
    carried = known_statements(Moments()).filter(article=article, revision__number__lte=shown)
    statements = show_statements(with_evidence(carried).order_by("start", "pk"), Moments())
    words = revision.words
    body = len(revision.title) + 2 if revision.title else 0
    spans = _place(words, statements, shown, newest)
    paragraphs = _find_paragraphs(words, body)
    bounds = [0, len(revision.title), *(bound for paragraph in paragraphs for bound in paragraph), len(words)]
    pieces = _cut(words, spans, bounds)
    carriers = load_carriers([revision.story_id], most=MEMBERS_SEEN) if revision.story_id is not None else {}
    return ShownArticle(
        id=article.pk,
        source=Named(article.source.slug, article.source.name),
        credit=credit_source(article.source),
        link=article.link,
        demonstration=is_demonstration(article.url, article.source.homepage),
        lang=revision.lang,
        headline=_within(pieces, 0, len(revision.title)),
        headline_text=revision.title,
        paragraphs=tuple(_within(pieces, start, end) for start, end in paragraphs),
        published_at=article.published_at,
        recorded_at=article.recorded_at,
        read=revision.read_at is not None,
        withdrawn=article.withdrawn,
        withdrawn_at=taken_back.recorded_at if article.withdrawn and taken_back is not None else None,
        withdrawn_why=taken_back.why if article.withdrawn and taken_back is not None else "",
        had=Had(revision.had),
        edition=shown,
        editions=editions,
        changed=_show_change(texts.get(shown - 1), revision, editions, statements),
        statements=statements,
        placed=frozenset(statement.id for _, _, statement in spans),
        carriers=carriers.get(revision.story_id) if revision.story_id is not None else None,
    )


def _show_change(
    former: Revision | None, later: Revision, editions: Sequence[Edition], statements: Iterable[ShownStatement]
) -> Changed | None:
    """What an edition changed against the one before; None where there is none before."""
    if former is None:
        return None
    before, after = (next(e for e in editions if e.number == r.number) for r in (former, later))
    difference = compare_editions(Wording(former.title, former.text), Wording(later.title, later.text))
    paragraphs, left_out = excerpt(difference.paragraphs)
    told = before.modified_at or before.published_at
    return Changed(
        edition=after,
        former=before.number,
        title=difference.title if difference.title_changed else (),
        paragraphs=paragraphs,
        left_out=left_out,
        coarse=difference.coarse,
        redated=after.modified_at is not None and after.modified_at > told,
        fuller=Had(former.had).is_less_than(Had(later.had)),
        former_had=Had(former.had),
        came=tuple(s for s in statements if s.edition == later.number),
        went=tuple(s for s in statements if s.dropped_in == later.number),
    )


def latest_records(source_id: int, most: int) -> tuple[ShownStatement, ...]:
    """The last records that a source published without an article to read."""
    records = known_statements(Moments()).filter(source=source_id, article__isnull=True)
    return show_statements(with_evidence(records).order_by("-said_at", "-pk")[:most], Moments())


def _place(
    words: str, statements: Iterable[ShownStatement], edition: int, newest: int
) -> list[tuple[int, int, ShownStatement]]:
    """Where each statement's quote stands in an edition: as read, or where an earlier edition's words recur.

    What the newest edition was found to carry no more is not marked in it.
    """
    spans = []
    for statement in statements:
        start, end = statement.start, statement.end
        if edition == newest and statement.dropped_at is not None:
            continue
        if statement.edition != edition:
            start = words.find(statement.quote) if statement.quote else -1
            end = start + len(statement.quote)
        if start is not None and end is not None and 0 <= start < end <= len(words):
            spans.append((start, end, statement))
    return spans


def _find_paragraphs(words: str, body: int) -> list[tuple[int, int]]:
    """Where the paragraphs of the body begin and end: they are parted by empty lines."""
    parts = [(part.start(), part.end()) for part in EMPTY_LINES.finditer(words, body)]
    begins = [body, *(end for _, end in parts)]
    ends = [*(start for start, _ in parts), len(words)]
    return [(begin, end) for begin, end in zip(begins, ends, strict=True) if words[begin:end].strip()]


def _cut(
    words: str, spans: Sequence[tuple[int, int, ShownStatement]], bounds: Iterable[int]
) -> list[tuple[int, Piece]]:
    """Cut a text wherever a quote or a part of it begins or ends; each piece with its place."""
    starts: dict[int, list[ShownStatement]] = {}
    ends: dict[int, list[ShownStatement]] = {}
    for start, end, statement in spans:
        starts.setdefault(start, []).append(statement)
        ends.setdefault(end, []).append(statement)
    pieces = []
    inside = 0
    for start, end in pairwise(sorted({*bounds, *starts, *ends})):
        inside += len(starts.get(start, ())) - len(ends.get(start, ()))
        pieces.append(
            (start, Piece(words[start:end], inside > 0, tuple(starts.get(start, ())), tuple(ends.get(end, ()))))
        )
    return pieces


def _within(pieces: Sequence[tuple[int, Piece]], start: int, end: int) -> tuple[Piece, ...]:
    first, last = (bisect_left(pieces, at, key=itemgetter(0)) for at in (start, end))
    return tuple(piece for _, piece in pieces[first:last])
