"""Quotes as the desk shows them: the words in their paragraph, who carried them, how they were read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Greatest, Substr
from django.utils.safestring import SafeString

from claims.admin.marking import Span, find_paragraph, mark_excerpt, mark_near
from claims.models import Review, Statement
from claims.pipeline import Carrier, Carriers, load_carriers

# How much is read before and after a quote to find the paragraph it stands in: articles may be megabytes.
AROUND = 700
# How many of the articles that carry a quote's text are named with it; the rest is counted.
MOST_NAMED = 8

_WORDS = Case(
    When(revision__title="", then=F("revision__text")),
    default=Concat("revision__title", Value("\n\n", TextField()), "revision__text", output_field=TextField()),
)
_BEFORE = Greatest(F("start") - AROUND, 0)


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A statement with its words in their paragraph, ready to show."""

    statement: Statement
    words: SafeString | str
    verdict: str
    carriers: Carriers | None = None

    @property
    def also_by(self) -> tuple[Carrier, ...]:
        """The other articles that carry the same text or a part of it, as far as they are named."""
        return self.carriers.besides(self.statement.article_id) if self.carriers else ()

    @property
    def unnamed(self) -> int:
        """How many more articles carry it."""
        return self.carriers.articles - (not self._withdrawn) - len(self.also_by) if self.carriers else 0

    @property
    def copies_withdrawn(self) -> int:
        """How many other articles carried it until they were withdrawn."""
        return self.carriers.withdrawn - self._withdrawn if self.carriers else 0

    @property
    def begin(self) -> int | None:
        """How many characters of the edition's words stand before those shown; None of a record's."""
        said: Any = self.statement
        if said.start is None or not said.excerpt:
            return None
        offset = max(said.start - AROUND, 0)
        return int(offset + find_paragraph(said.excerpt, said.start - offset, said.end - offset)[0])

    @property
    def counts(self) -> bool:
        """Whether it can weigh anything: carried, not rejected, not replaced."""
        gone = self.statement.dropped_at is not None or self._withdrawn
        return not gone and self.verdict not in ("rejected", "corrected")

    @property
    def _withdrawn(self) -> bool:
        return self.statement.article is not None and self.statement.article.withdrawn


def with_verdict(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Statements with the last word an editor had on each, as `verdict` (None: no word yet)."""
    return statements.annotate(verdict=Review.objects.filter(statement=OuterRef("pk")).last_verdict())


def with_excerpt(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Statements with the words around their quote, as `excerpt`; the whole text stays in the database."""
    cut = cut_excerpts(statements).select_related("party", "source", "claim", "article__source", "revision")
    return cut.defer("revision__text", "claim__document")


def cut_excerpts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that quote a revision from `start` to `end` with the words around the quote, as `excerpt`."""
    return rows.annotate(excerpt=Substr(_WORDS, _BEFORE + 1, F("end") - _BEFORE + AROUND))


def mark_in_line(row: Any, around: int) -> SafeString:
    """The quote of a row that carries an `excerpt`, marked among as many characters before and after it."""
    span = Span(row.start, row.end)
    return mark_near(row.excerpt, span, offset=max(row.start - AROUND, 0), around=around)


def stories_of(statements: Iterable[Statement]) -> set[int]:
    """The stories that statements stand in."""
    return {s.revision.story_id for s in statements if s.revision is not None and s.revision.story_id is not None}


def view_quotes(statements: Iterable[Statement], carriers: Mapping[int, Carriers] | None = None) -> list[QuoteView]:
    """Statements that carry `verdict` and `excerpt`, ready to show, with who else carried each one's text.

    Who carried it is asked for unless it is given, by story.
    """
    statements = list(statements)
    if carriers is None:
        carriers = load_carriers(stories_of(statements), MOST_NAMED)
    return [
        QuoteView(s, mark_statement(s), s.verdict or "", carriers.get(s.revision.story_id if s.revision else None))  # type: ignore[attr-defined, arg-type]
        for s in statements
    ]


def mark_statement(statement: Any) -> SafeString | str:
    """A statement's quote marked in its paragraph; a record's quote is all there is."""
    if statement.start is None or not statement.excerpt:
        return statement.quote
    spans = [Span(statement.start, statement.end, "quote", statement.stance)]
    if statement.cue_start is not None:
        spans.append(Span(statement.cue_start, statement.cue_end, "cue"))
    return mark_in_paragraph(statement.excerpt, spans)


def mark_in_paragraph(excerpt: str, spans: Sequence[Span]) -> SafeString:
    """Spans of a text marked in the paragraph of the first one, from the `excerpt` that was cut around it."""
    offset = max(spans[0].start - AROUND, 0)
    full = spans[0].end - offset + AROUND
    return mark_excerpt(excerpt, spans, offset=offset, cut_before=offset > 0, cut_after=len(excerpt) == full)
