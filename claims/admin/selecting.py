"""Words that an editor chooses in a text, by selecting or by typing them: for a statement by hand, or a moved quote."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.admin.models import ADDITION
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from claims.admin.history import Told, enter_history
from claims.admin.marking import Span, mark_words
from claims.models import Article, Statement
from claims.pipeline import RefusedEdit, add_statement, move_quote, voice_of
from claims.words import Stance

# A longer text is shown this far; words further on are typed.
SHOWN = 60_000
TEMPLATE = "admin/claims/select_words.html"
# What may stand for each other when words are typed: nobody has all quotation marks and dashes on the keyboard.
_ALIKE = ("\"'`´ʼ‘’‚‛“”„‟«»‹›", "-‐‑‒–—−")


def add_by_hand(request: HttpRequest, article: Article, given: Mapping[str, Any]) -> str:
    """Add a statement in the chosen words of the newest edition; says so in a sentence for the history."""
    newest = article.newest
    # The page sends the edition that it shows, whatever was shown when the form was first filled in.
    if request.POST.get("edition") != str(newest.pk):
        raise RefusedEdit(
            gettext("A newer edition (%(number)d) has come, and is shown now: look whether it still says so.")
            % {"number": newest.number}
        )
    start, end = find_chosen(newest.words, given)
    statement = add_statement(
        newest.pk,
        start,
        end,
        claim=given["claim"],
        party=voice_of(article.source_id) if given["own_voice"] else given["party"],
        stance=Stance(given["stance"]),
        editor=request.user,
        reason=given["reason"],
        said_at=given["said_at"],
        now=timezone.now(),
    )
    told = gettext("Added by hand, statement %(id)d: %(party)s %(stance)s %(claim)s, in the words “%(quote)s”.") % {
        "id": statement.pk, "party": statement.party.slug, "stance": statement.stance, "claim": statement.claim.slug,
        "quote": Truncator(statement.quote).chars(200),
    }  # fmt: skip
    name = f"{statement.party.title} {statement.stance}: {statement.claim.title}"
    enter_history(request, statement, name, Told(told, given["reason"]), flag=ADDITION)
    return f"{told} {given['reason']}".strip()


def move_by_hand(request: HttpRequest, statement: Statement, given: Mapping[str, Any]) -> str:
    """Let a statement rest on the chosen words; says so in a sentence for the history."""
    start, end = find_chosen(statement.revision.words if statement.revision else "", given)
    right = move_quote(statement.pk, start, end, editor=request.user, reason=given["reason"], now=timezone.now())
    said = gettext("Quote moved, by statement %(id)d: from “%(former)s” to “%(quote)s”.") % {
        "id": right.pk, "former": Truncator(statement.quote).chars(200), "quote": Truncator(right.quote).chars(200),
    }  # fmt: skip
    return f"{said} {given['reason']}".strip()


def find_chosen(words: str, given: Mapping[str, Any]) -> tuple[int, int]:
    """The bounds of what was chosen: the selected ones where those words stand there, else the typed words looked up.

    Raises RefusedEdit where they stand nowhere, or in several places.
    """
    start, end, quote = given.get("start"), given.get("end"), given["quote"]
    if start is not None and end is not None and 0 <= start < end and words[start:end].split() == quote.split():
        return start, end
    return find_typed(words, quote)


def find_typed(words: str, typed: str) -> tuple[int, int]:
    """Where typed words stand in a text; blanks, capitals, and the kinds of quotation marks and dashes do not matter.

    Raises RefusedEdit where they stand nowhere, or in several places.
    """
    pattern = r"\s+".join("".join(map(_loosely, word)) for word in typed.split())
    found = [match.span() for match in re.finditer(pattern, words, re.IGNORECASE)] if pattern else []
    if not found:
        raise RefusedEdit(gettext("These words do not stand in the text: copy them as they stand there."))
    if len(found) > 1:
        said = ngettext(
            "These words stand %(n)d time in the text: select them there, or type more of the words around them.",
            "These words stand %(n)d times in the text: select them there, or type more of the words around them.",
            len(found),
        )
        raise RefusedEdit(said % {"n": len(found)})
    return found[0]


def _loosely(character: str) -> str:
    for alike in _ALIKE:
        if character in alike:
            return f"[{re.escape(alike)}]"
    return re.escape(character)


def take_selected(request: HttpRequest, words: str) -> dict[str, Any]:
    """What stands in the form where the words were selected on the page before, which sent their bounds."""
    try:
        start, end = int(request.GET["start"]), int(request.GET["end"])
    except (KeyError, ValueError):
        return {}
    if not 0 <= start < end <= len(words):
        return {}
    return {"start": start, "end": end, "quote": words[start:end].strip()}


def start_moving(request: HttpRequest, statement: Statement) -> dict[str, Any]:
    """What stands in the form by which a quote is moved: what was selected, or the quote as it is, to be edited."""
    words = statement.revision.words if statement.revision else ""
    return take_selected(request, words) or {"quote": statement.quote}


def show_moving(request: HttpRequest, statement: Statement) -> dict[str, Any]:
    """The words of the statement's edition, with the quote that it rests on marked."""
    revision = statement.revision
    if revision is None or statement.start is None or statement.end is None:
        return {}
    spans = [Span(statement.start, statement.end, "quote", statement.stance)]
    if statement.cue_start is not None and statement.cue_end is not None:
        spans.append(Span(statement.cue_start, statement.cue_end, "cue"))
    words = revision.words
    begin = max(statement.start - SHOWN // 2, 0)
    return {
        "revision": revision,
        "words": mark_words(words, spans, begin=begin, end=begin + SHOWN),
        "begin": begin,
        "left_out": max(len(words) - SHOWN, 0),
    }
