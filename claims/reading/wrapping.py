"""Lines that were broken for width alone: where a paragraph goes on over a single newline.

Mail, agency copy and what is taken from PDF files break a line wherever it is full. Headlines, lists and the lines of a
post end where what they say ends. What tells them apart is that a line is as full as the next one's first word allowed,
and how that goes on.
"""

import re
from itertools import accumulate, pairwise
from typing import NamedTuple

# Narrower than a column of print, or wider than any mail: such lines were not broken for width.
_NARROWEST, _WIDEST = 30, 120
# Print has wide and narrow letters: a full line may fall short of the fullest by so much.
_SLACK = 0.85
_FIRST = re.compile(r"\S+")
_ENDS = re.compile(r"""[.!?…:;|][\s)\]»”"'’]*\Z""")
_STARTS_ITEM = re.compile(r"[•*·#>|+▪►✓]|\d{1,3}[.)]\s|[A-Za-z]\)\s")
# A sentence may be broken at a dash too, so that only the lines around tell.
_MAY_START_ITEM = re.compile(r"[-—–]|[^\W\d_]{1,12}:\s")


class _Break(NamedTuple):
    """A single newline, and the lines above and below it."""

    at: int
    above: str
    below: str

    def room(self) -> int:
        """Return how long the line above would be with the first word of the one below."""
        first = _FIRST.match(self.below)
        return len(self.above) + 1 + (len(first[0]) if first else 0)

    def goes_on(self) -> bool:
        """Tell whether a sentence goes on here: the line above has no stop, the one below begins with no capital."""
        letter = next((character for character in self.below if character.isalnum()), "")
        return _ENDS.search(self.above) is None and letter.islower()


def find_wraps(original: str) -> list[int]:
    """Return the offsets of the newlines in a text, written as it was, at which its paragraph goes on."""
    lines = original.split("\n")
    bare = list(map(str.strip, lines))
    lengths = sorted(len(above) for above, below in pairwise(bare) if above and below)
    width = lengths[(len(lengths) - 1) * 9 // 10] if lengths else 0
    if not _NARROWEST <= width <= _WIDEST:
        return []
    ends = accumulate(len(line) + 1 for line in lines)
    breaks = [
        _Break(end - 1, above[-2 * _WIDEST :], below[: 2 * _WIDEST])
        for end, (above, below) in zip(ends, pairwise(bare), strict=False)
        if above and below and len(above) + 1 + len(below) > width * _SLACK
    ]
    # Only a text of which most lines are full, and most of those broken within a sentence, is taken for a wrapped one:
    # there a full line goes on also where the next begins with a capital or a dash.
    full = [one for one in breaks if one.room() > width]
    going = [one for one in full if one.goes_on()]
    wrapped = len(full) > 1 and len(full) * 2 > len(lengths) and len(going) * 2 > len(full)
    return [one.at for one in breaks if _is_wrap(one, width, wrapped)]


def join_wrapped(words: str, wraps: list[int]) -> str:
    """Return a text with a blank for each of these newlines, character for character."""
    parts: list[str] = []
    begin = 0
    for at in wraps:
        parts += words[begin:at], " "
        begin = at + 1
    return "".join((*parts, words[begin:])) if wraps else words


def _is_wrap(one: _Break, width: int, wrapped: bool) -> bool:
    if _STARTS_ITEM.match(one.below):
        return False
    full, goes_on = one.room() > width, one.goes_on()
    if _MAY_START_ITEM.match(one.below):
        return wrapped and full and goes_on
    return (goes_on and one.room() > width * _SLACK) or (wrapped and full)
