"""Words of an article with their statements marked: quotes, attribution cues, and the paragraph around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from claims.words import Stance

# How a sentence says a stance.
SAYS = {
    Stance.AFFIRMS: _("affirms it"),
    Stance.DENIES: _("denies it"),
    Stance.UNSETTLED: _("says it is not settled"),
}

# How a stance is told in a sign, so that colour is never the only one.
SIGNS = {Stance.AFFIRMS: "+", Stance.DENIES: "−", Stance.UNSETTLED: "?"}
# How many kinds of line there are to draw under the quotes of different parties.
LINES = 8
# Where words are left out: no part of the text, and not to be selected with it.
LEFT_OUT = mark_safe("<span data-aside> … </span>")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text (code points, end excluded) and how they are marked.

    `kind` is "quote" or "cue"; `stance`, if any, colours a quote, `line` (from 1) says which line is drawn under it.
    `ref` and `href` name a footnote put after the span, `about` says it in full. One that is `void` counts no more.
    """

    start: int
    end: int
    kind: str = "quote"
    stance: str = ""
    ref: str = ""
    href: str = ""
    line: int = 0
    about: str = ""
    void: bool = False


def mark_words(words: str, spans: Sequence[Span], *, begin: int = 0, end: int | None = None) -> SafeString:
    """HTML of `words` from `begin` to `end` with the spans marked; everything that comes from the text is escaped.

    Spans may overlap, and may reach beyond the part that is shown.
    """
    stop = len(words) if end is None else min(end, len(words))
    shown = [span for span in spans if span.start < stop and span.end > begin and span.start < span.end]
    edges = {begin, stop}
    for span in shown:
        edges |= {max(span.start, begin), min(span.end, stop)}
    out: list[str] = []
    for left, right in pairwise(sorted(edges)):
        out.append(_mark(words[left:right], [s for s in shown if s.start <= left and s.end >= right]))
        for span in shown:
            if span.ref and span.end == right:
                out.append(_footnote(span))
    return mark_safe("".join(out))  # noqa: S308 - every part was escaped where it was made


def find_paragraph(words: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the paragraph (or paragraphs) that hold the characters `start` to `end`."""
    before = words.rfind("\n", 0, start) + 1
    after = words.find("\n", end)
    return before, len(words) if after < 0 else after


def mark_near(excerpt: str, span: Span, *, offset: int, around: int) -> SafeString:
    """A span with the words of its paragraph up to `around` characters before and after it.

    The `excerpt` begins `offset` characters into its text. An ellipsis stands where words are left out.
    """
    here = Span(span.start - offset, span.end - offset, span.kind, span.stance)
    first, last = find_paragraph(excerpt, here.start, here.end)
    begin, end = max(first, here.start - around), min(last, here.end + around)
    if begin > first:
        begin = excerpt.find(" ", begin - 1, here.start) + 1 or here.start
    if end < last:
        end = max(excerpt.rfind(" ", here.end, end + 1), here.end)
    marked = mark_words(excerpt, [here], begin=begin, end=end)
    return format_html("{}{}{}", "… " if begin > first else "", marked, " …" if end < last else "")


def mark_excerpt(excerpt: str, spans: Sequence[Span], *, offset: int, cut_before: bool, cut_after: bool) -> SafeString:
    """The paragraph around the first span of an excerpt that begins `offset` characters into its text.

    Where the excerpt itself cuts the paragraph short, an ellipsis says so.
    """
    here = [replace(span, start=span.start - offset, end=span.end - offset) for span in spans]
    begin, end = find_paragraph(excerpt, here[0].start, here[0].end)
    marked = mark_words(excerpt, here, begin=begin, end=end)
    before, after = cut_before and begin == 0, cut_after and end == len(excerpt)
    return format_html("{}{}{}", LEFT_OUT if before else "", marked, LEFT_OUT if after else "")


def _footnote(span: Span) -> str:
    """The way from a span to what it is about; what it says is no part of the text, and cannot be selected with it."""
    if not span.about:
        return format_html('<sup><a class="fc-ref" href="{}">{}</a></sup>', span.href, span.ref)
    return format_html(
        '<sup class="fc-chip{}" data-aside><a class="fc-ref" href="{}" title="{}">{}'
        '<span class="fc-unseen"> ({})</span></a></sup>',
        " fc-void" if span.void else "", span.href, span.about, span.ref, span.about,
    )  # fmt: skip


def _mark(text: str, covering: Sequence[Span]) -> str:
    # A carriage return as it is would be read as a line feed, and what is selected counted wrongly.
    shown = mark_safe(escape(text).replace("\r", "&#13;"))  # noqa: S308 - escaped
    quotes = [span for span in covering if span.kind == "quote"]
    cue = any(span.kind == "cue" for span in covering)
    if not covering:
        return shown
    stances = {span.stance for span in quotes}
    if not quotes:
        return format_html('<span class="fc-cue">{}</span>', shown)
    tone = f"fc-{stances.pop() or 'mixed'}" if len(stances) == 1 else "fc-mixed"
    if all(span.void for span in quotes):
        tone += " fc-void"
    lines = sorted({span.line for span in quotes if span.line})
    for line in lines[1:]:
        shown = format_html('<span class="fc-line fc-line-{}">{}</span>', line, shown)
    under = f" fc-line fc-line-{lines[0]} fc-deep-{min(len(lines), 4)}" if lines else ""
    return format_html('<mark class="fc-quote {}{}{}">{}</mark>', tone, under, " fc-cue" if cue else "", shown)
