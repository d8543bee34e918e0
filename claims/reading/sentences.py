"""Cut a folded text into paragraphs, sentences and words, with the offsets of each.

sentencex splits; on top of it abbreviations of the language's lexicon are merged back, and run-away
sentences (no full stop for pages) are cut so that the work on one sentence stays bounded.
"""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from sentencex import get_sentence_boundaries

from claims.reading.lexicon import WORD, Lexicon

_LONGEST = 900
# sentencex slows down with the square of the open quotes in one call: hand it pieces of bounded length.
_PIECE = 3_000
_WORDS = re.compile(f"({WORD.pattern})")
_LINE = re.compile(r"[^\n]+")
_LAST_WORD = re.compile(r"(\S+?)\.\s*\Z")
_MARKUP = re.compile(
    r"<(?:script|style)\b.*?(?:</(?:script|style)>|\Z)|<!--.*?(?:-->|\Z)|</?[a-zA-Z][^<>]{0,2000}>", re.S | re.I
)


class Stretch(NamedTuple):
    """A sentence: where it stands in the folded text, and in which paragraph."""

    start: int
    end: int
    paragraph: int


class Line(NamedTuple):
    """A sentence cut into words. By word: folded, where it stands in the folded text, its capital, what parts it."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    capital: list[bool]
    gaps: list[str]
    """What stands between a word and the one before; one that is empty where there is no word."""


class Word(NamedTuple):
    """A word of a sentence, folded, with its place in the folded text."""

    text: str
    start: int
    end: int
    capital: bool


def blank_markup(words: str) -> str:
    """Return the text with HTML tags, scripts and styles blanked out, character for character."""
    if "<" not in words:
        return words
    return _MARKUP.sub(lambda tag: "".join("\n" if c == "\n" else " " for c in tag[0]), words)


def cut_sentences(text: str, original: str, lexicon: Lexicon) -> list[Stretch]:
    """Return the sentences of a folded text in order; `original` has its capitals, character for character."""
    stretches: list[Stretch] = []
    paragraphs = (line.span() for line in _LINE.finditer(text) if not line[0].isspace())
    for number, (start, end) in enumerate(paragraphs):
        position = start
        while position < end:
            stop = min(end, position + _PIECE)
            if stop < end:
                stop = _soft_stop(text, position, stop)
            stretches += _cut_piece(text, original, position, stop, number, lexicon)
            position = stop
    return stretches


def _cut_piece(text: str, original: str, start: int, end: int, paragraph: int, lexicon: Lexicon) -> list[Stretch]:
    edges = [start + boundary["end_index"] for boundary in get_sentence_boundaries(lexicon.lang, original[start:end])]
    out: list[Stretch] = []
    begin = start
    for edge in edges:
        edge = min(edge, end)
        if edge <= begin:
            continue
        if edge < end and _is_abbreviated(text, original, begin, edge, lexicon):
            continue
        while edge - begin > _LONGEST:
            stop = _soft_stop(text, begin, begin + _LONGEST)
            out.append(Stretch(begin, stop, paragraph))
            begin = stop
        out.append(Stretch(begin, edge, paragraph))
        begin = edge
    if begin < end:
        out.append(Stretch(begin, end, paragraph))
    return out


def _is_abbreviated(text: str, original: str, begin: int, edge: int, lexicon: Lexicon) -> bool:
    last = _LAST_WORD.search(text, max(begin, edge - 40), edge)
    if last is None:
        return False
    word = last[1].lstrip("«\"“(‘'")
    if word in lexicon.abbreviations:
        return True
    initial = len(word) == 1 and word.isalpha() and original[last.start(1)].isupper()
    following = text[edge : edge + 1]
    return initial or (following.isalpha() and original[edge].islower())


def _soft_stop(text: str, start: int, stop: int) -> int:
    """Return a place at or before `stop` where a cut hurts least: after a comma, else a blank, else `stop`."""
    for mark in (". ", "; ", ", ", " "):
        at = text.rfind(mark, start + (stop - start) // 2, stop)
        if at > start:
            return at + len(mark)
    return stop


def cut_line(text: str, original: str, start: int, end: int) -> Line:
    """Return a sentence cut into words, a list each for what is known of them: of long texts they are many."""
    parts = _WORDS.split(text[start:end])
    edges = list(accumulate(map(len, parts), initial=start))
    starts = edges[1:-1:2]
    capital = list(map(str.isupper, map(original.__getitem__, starts)))
    return Line(parts[1::2], starts, edges[2::2], capital, parts[:-1:2] or [""])


def cut_words(text: str, original: str, start: int, end: int) -> list[Word]:
    """Return the words of a sentence: letters with an inner apostrophe, numbers, per cent signs."""
    return [
        Word(text[first:last], first, last, original[first].isupper())
        for first, last in map(re.Match.span, WORD.finditer(text, start, end))
    ]


def index_at(stretches: list[Stretch], offset: int) -> int:
    """Return the index of the sentence that holds this offset of the folded text (or the one before it)."""
    return max(0, bisect_right(stretches, offset, key=lambda stretch: stretch.start) - 1)
