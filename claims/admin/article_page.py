"""An article's page: the words of an edition with every statement marked, what it changed, who else carries it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy

from claims.admin.marking import LINES, SAYS, SIGNS, Span, mark_words
from claims.admin.quotes import with_verdict
from claims.admin.selecting import SHOWN, take_selected
from claims.models import Article, Party, Revision, Statement
from claims.pipeline import members_of
from claims.reading.editions import Wording, compare_editions, excerpt
from claims.words import Had, Stance

# How many of the last edits are shown.
CHANGES_SHOWN = 3
# How many of the other articles of a story are named.
MEMBERS_SHOWN = 50
# A party's name beside its quote is cut to so many characters.
SHORT = 16
VOID = ("rejected", "corrected")


@dataclass(frozen=True, slots=True)
class MarkedStatement:
    """A statement as an edition's page lists it: numbered, with the kind of line drawn under its party's quotes.

    `place` is where its words stand in that edition, None where they do not.
    """

    statement: Any
    number: int
    line: int
    place: tuple[int, int] | None

    @property
    def sign(self) -> str:
        """The sign of its stance."""
        return SIGNS[Stance(self.statement.stance)]

    @property
    def void(self) -> bool:
        """Whether an editor found that it is not so."""
        return self.statement.verdict in VOID

    @property
    def about(self) -> str:
        """Who says what of which claim, and what an editor said to it."""
        said = gettext("%(party)s %(says)s: %(claim)s") % {
            "party": self.statement.party.title, "says": SAYS[Stance(self.statement.stance)],
            "claim": self.statement.claim.title,
        }  # fmt: skip
        return f"{said} · {self.statement.verdict}" if self.statement.verdict else said


@dataclass(frozen=True, slots=True)
class MarkedEdition:
    """An edition's words with its statements marked, and what the marks mean."""

    words: SafeString
    statements: tuple[MarkedStatement, ...]
    parties: tuple[tuple[int, Party], ...]
    left_out: int


def lay_out_article(article: Any, edition: str) -> dict[str, Any]:
    """What an article's page shows besides its columns: of the edition of that number, or of the newest.

    The article comes as its list has it, with `editions_shown`, newest first.
    """
    numbers = [str(row.number) for row in article.editions_shown]
    if not numbers:
        return {"shown": None}
    number = edition if edition in numbers else numbers[0]
    # With those before it, to tell what each of the last ones changed.
    last = article.revisions.filter(number__lte=number).select_related("story").order_by("-number")
    shown, *former = last[: CHANGES_SHOWN + 1]
    is_newest = number == numbers[0]
    statements = _statements_of(article)
    marked = mark_edition(shown, (s for s in statements if _is_carried(s, shown, newest=is_newest)))
    members: list[Revision] = []
    if shown.story_id is not None:
        same = Revision.objects.filter(story__in=members_of([shown.story_id])).exclude(article=article).defer("text")
        members = list(
            same.select_related("article__source").order_by("article__published_at", "number")[:MEMBERS_SHOWN]
        )
    return {
        "shown": shown,
        "is_newest": is_newest,
        "editions": [
            (row, describe_reading(row), describe_change(row, former))
            for row, former in zip(article.editions_shown, [*article.editions_shown[1:], None], strict=True)
        ][::-1],
        "marked": marked,
        "dropped": [s for s in statements if s.dropped_at is not None],
        "members": members,
        "members_shown": MEMBERS_SHOWN,
        "changes": _show_changes([shown, *former]),
    }


def describe_reading(revision: Revision) -> str:
    """How far a revision's reading has come, in a word or two."""
    if revision.read_at is not None:
        return gettext("read")
    return gettext("set aside") if revision.failed else gettext("waiting")


_HAD = {
    Had.TOLD.value: gettext_lazy("only its feed's words"),
    Had.BEGINNING.value: gettext_lazy("only its beginning"),
}


def describe_change(revision: Revision, former: Revision | None) -> str:
    """How much an edition carries where it is not the whole, and what it changed against the one before, in a line."""
    part = _HAD.get(revision.had)
    if revision.words_added is None:
        return str(part or "")
    if former is not None and Had(former.had).is_less_than(Had(revision.had)):
        more = part or gettext("the whole page was had")
        return gettext("%(more)s; before %(less)s") % {"more": more, "less": _HAD[former.had]}
    told = [*([str(part)] if part else []), gettext("+%(added)d −%(removed)d words") % {
        "added": revision.words_added, "removed": revision.words_removed or 0,
    }]  # fmt: skip
    if revision.title_changed:
        told.append(gettext("another title"))
    if revision.statements_gone:
        told.append(gettext("statements gone: %(n)d") % {"n": revision.statements_gone})
    if revision.quotes_gone:
        told.append(gettext("quotations gone: %(n)d") % {"n": revision.quotes_gone})
    if revision.silent:
        told.append(gettext("WITHOUT A NOTE"))
    elif revision.correction_note:
        told.append(Truncator(revision.correction_note).chars(160))
    return " · ".join(told)


def start_adding(request: HttpRequest, article: Article) -> dict[str, Any]:
    """What stands in the form for a statement by hand: the words that were selected on the article's page."""
    return take_selected(request, article.newest.words) if request.method == "GET" else {}


def show_adding(request: HttpRequest, article: Article) -> dict[str, Any]:
    """The words of the newest edition, with what it carries already marked."""
    newest = article.newest
    marked = mark_edition(newest, (s for s in _statements_of(article) if s.dropped_at is None))
    return {"revision": newest, "marks": marked, "words": marked.words, "begin": 0, "left_out": marked.left_out}


def mark_edition(edition: Revision, statements: Iterable[Statement]) -> MarkedEdition:
    """An edition's words with these statements marked, each numbered by where it stands."""
    words = edition.words
    placed = sorted(
        ((_find_quote(statement, edition, words), statement) for statement in statements),
        key=lambda one: (one[0] or (len(words), 0), one[1].pk),
    )
    lines: dict[int, int] = {}
    for _place, statement in placed:
        lines.setdefault(statement.party_id, len(lines) % LINES + 1)
    marked = [
        MarkedStatement(statement, number, lines[statement.party_id], place)
        for number, (place, statement) in enumerate(placed, start=1)
    ]
    parties = {one.statement.party_id: one.statement.party for one in marked}
    return MarkedEdition(
        mark_words(words, [span for one in marked for span in _spans_of(one)], end=SHOWN),
        tuple(marked),
        tuple((line, parties[pk]) for pk, line in lines.items()),
        max(len(words) - SHOWN, 0),
    )


def _statements_of(article: Article) -> Sequence[Any]:
    """All that was ever read in an article, with the last word on each; one query."""
    said = with_verdict(Statement.objects.filter(article=article))
    said = said.select_related("party", "claim__holder", "revision", "dropped_by")
    return list(said.defer("claim__document", "revision__text", "dropped_by__text").order_by("start", "pk"))


def _is_carried(statement: Any, shown: Revision, *, newest: bool) -> bool:
    """Whether an edition carries a statement: the newest one what was not dropped, an earlier one what it had then."""
    if newest:
        return statement.dropped_at is None
    if statement.revision is None or statement.revision.number > shown.number:
        return False
    if statement.dropped_at is None:
        return True
    return bool(statement.dropped_by) and statement.dropped_by.number > shown.number


def _spans_of(marked: MarkedStatement) -> list[Span]:
    """The quote of a statement and its cue; an edition may carry words that were read in an earlier one, elsewhere."""
    said, place = marked.statement, marked.place
    if place is None:
        return []
    ref = f"{marked.number}{marked.sign} {Truncator(said.party.title).chars(SHORT)}"
    href = reverse("admin:claims_statement_change", args=[said.pk])
    spans = [Span(*place, "quote", said.stance, ref, href, marked.line, marked.about, marked.void)]
    if said.cue_start is not None and said.start is not None and said.cue_end is not None and not marked.void:
        shift = place[0] - said.start
        spans.append(Span(said.cue_start + shift, said.cue_end + shift, "cue"))
    return spans


def _find_quote(statement: Statement, edition: Revision, words: str) -> tuple[int, int] | None:
    """Where a statement's quote stands in an edition; None where it does not."""
    if statement.start is None or statement.end is None:
        return None
    if statement.revision_id == edition.pk:
        return statement.start, statement.end
    found = words.find(statement.quote)
    return (found, found + len(statement.quote)) if found >= 0 and statement.quote else None


def _show_changes(last: Sequence[Revision]) -> list[Mapping[str, Any]]:
    """What editions changed, the last one first, each against the one before."""
    changes = []
    for later, former in pairwise(last):
        difference = compare_editions(Wording(former.title, former.text), Wording(later.title, later.text))
        paragraphs, left_out = excerpt(difference.paragraphs)
        changes.append({
            "edition": later, "former": former.number, "paragraphs": paragraphs, "left_out": left_out,
            "title": difference.title if difference.title_changed else (), "coarse": difference.coarse,
        })  # fmt: skip
    return changes
