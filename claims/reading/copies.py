"""Tell copies of a text from other texts on the same matter, and find the few that are worth comparing among millions.

A text is taken as its runs of three words, folded, so that case, accents, punctuation, line ends and paragraphs make no
difference. Two tools stand on these runs:

- `find_passages` draws from each stretch of a text the run with the smallest hash (MinHash over a sliding window, known
  as winnowing: Schleimer, Wilkerson, Aiken, 2003) and bands each with the next one (LSH with two rows to a band).
  A part of a text has the passages that the text has there: so halves and reprints within longer texts are found, which
  a signature of the whole text misses, and texts that share only common phrases hardly ever meet.
- `are_copies` compares two texts themselves. It is symmetric, and knows nothing of what arrived when.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from claims.reading.folding import fold

_Hashes: TypeAlias = NDArray[np.uint64]
_Flags: TypeAlias = NDArray[np.bool_]

# Words to a run: the fewest that differ between two writers on one matter; longer ones suffer more from light edits.
RUN = 3
# Runs to a stretch of which one is drawn: two texts that share WINDOW + RUN - 1 words on end share a drawn run.
WINDOW = 10
# Below so many runs too few are drawn to be banded: each counts alone, too.
FEW_RUNS = 40

# The same text: the shared runs are at least so much of the longer one. Two texts without a word in common cannot both
# share half of a third one, so a round-up cannot join the reports that it is made of.
WHOLE = 0.5
# With one agency credited by both, and about equally long; with two different credits.
WHOLE_SAME_CREDIT = 0.4
ALIKE_IN_LENGTH = 0.7
WHOLE_OTHER_CREDIT = 0.6
# A reprint of a part: so much of the shorter text lies in the longer one, and is so much of it. Less is a quotation.
PART = 0.7
PART_OTHER_CREDIT = 0.9
PART_OF_LONGER = 0.25
# What differs in a short text is the news. Up to so many words all of the shorter text must be in the longer one and
# be so much of it; from there up to so many words ever less is asked.
SHORT, LONG = 20, 60
WHOLE_SHORT = 0.7
# Texts of fewer words (a headline) are copies when they are equal.
HEADLINE = 8
# Daily bulletins and tables repeat their words and change their figures: where there are so many figures, they must be
# shared at least half as well as the words are.
MANY_FIGURES = 4
FIGURES = 0.5

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")


def _spread(hashes: _Hashes) -> _Hashes:
    """Mix 64 bits so that each depends on all (the finishing step of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _join(first: _Hashes, second: _Hashes) -> _Hashes:
    """One hash for two in this order."""
    return _spread(first * np.uint64(0x9E3779B97F4A7C15) + second)


def _hash_word(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _fold_words(text: str) -> list[str]:
    return _WORD.findall(fold(text).text)


class Wording:
    """The words of a text for comparing, in their order: made once for each text, used for every comparison."""

    def __init__(self, text: str) -> None:
        words = _fold_words(text)
        known = {word: _hash_word(word) for word in dict.fromkeys(words)}
        self._words: _Hashes = np.array([known[word] for word in words], np.uint64)
        self._figures: _Flags = np.array([_DIGIT.search(word) is not None for word in words], np.bool_)

    @property
    def length(self) -> int:
        """How many words there are."""
        return len(self._words)

    @cached_property
    def runs(self) -> _Hashes:
        """The hash of every run of three words, in order; of all words where there are fewer."""
        size = min(RUN, self.length)
        runs = np.zeros(self.length - size + 1 if size else 0, np.uint64)
        for offset in range(size):
            runs = _join(runs, self._words[offset : offset + len(runs)])
        return runs

    def figures_held(self, shared: _Flags) -> float | None:
        """How well the figures are covered by shared runs, as a share of how well all words are; None for few."""
        covered = np.zeros(self.length, np.bool_)
        for offset in range(min(RUN, self.length)):
            covered[offset : offset + len(shared)] |= shared
        figures = int(self._figures.sum())
        if figures < MANY_FIGURES or not covered.any():
            return None
        return float(covered[self._figures].mean() / covered.mean())


@dataclass(frozen=True, slots=True)
class Printed:
    """A text as it was published. `lang`, `title` and `credit` (the agency an article names) may be empty."""

    wording: Wording
    published_at: datetime
    lang: str = ""
    title: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share, in runs of three words: as a share (0 to 1) of the shorter and of the longer text.

    `figures` says whether the figures are shared along with the words.
    """

    of_shorter: float
    of_longer: float
    figures: bool


def find_passages(wording: Wording) -> tuple[int, ...]:
    """Passages to find a text again by, as signed 64-bit integers in order of size; none for a text without words."""
    runs = wording.runs
    if not len(runs):
        return ()
    drawn = _draw(runs)
    passages = [_join(drawn[:-1], drawn[1:])]
    if len(runs) <= FEW_RUNS:
        passages.append(_spread(runs if len(runs) <= WINDOW else drawn))
    return tuple(np.unique(np.concatenate(passages).view(np.int64)).tolist())


def _draw(runs: _Hashes) -> _Hashes:
    """The smallest run of each stretch, in order, each once."""
    if len(runs) <= WINDOW:
        return runs[[runs.argmin()]]
    stretches = np.lib.stride_tricks.sliding_window_view(runs, WINDOW)
    drawn: _Hashes = runs[np.unique(stretches.argmin(axis=1) + np.arange(len(stretches)))]
    return drawn


def compare(one: Wording, other: Wording) -> Overlap:
    """Measure what two texts share; the order of the two makes no difference."""
    if not one.length or not other.length:
        return Overlap(0.0, 0.0, False)
    in_other, in_one = np.isin(one.runs, other.runs), np.isin(other.runs, one.runs)
    shares = sorted([(one.length, float(in_other.mean())), (other.length, float(in_one.mean()))])
    held = [share for share in (one.figures_held(in_other), other.figures_held(in_one)) if share is not None]
    (_, of_shorter), (_, of_longer) = shares
    return Overlap(of_shorter, of_longer, len(held) < 2 or max(held) >= FIGURES)


def are_copies(one: Printed, other: Printed) -> bool:
    """Whether two texts are one, or the shorter a reprint of a part of the longer.

    A text that lies in a longer one and is less than half of it is a reprint of a part if it was published no
    earlier, or under the same headline; published before, it is a report that the longer one took over beside others.
    Texts that are said to be in two languages are never copies.
    """
    if one.lang and other.lang and one.lang != other.lang:
        return False
    shorter, longer = sorted((one, other), key=lambda printed: printed.wording.length)
    length, longest = shorter.wording.length, longer.wording.length
    if length < HEADLINE:
        return length > 0 and np.array_equal(shorter.wording.runs, longer.wording.runs)
    overlap = compare(shorter.wording, longer.wording)
    if not overlap.figures:
        return False
    same_credit = _same_credit(one, other)
    whole = WHOLE
    if same_credit is False:
        whole = WHOLE_OTHER_CREDIT
    elif same_credit and length >= ALIKE_IN_LENGTH * longest:
        whole = WHOLE_SAME_CREDIT
    if overlap.of_longer >= max(whole, _between(length, WHOLE_SHORT, 0)):
        return overlap.of_shorter >= _between(length, 1, whole)
    part = PART_OTHER_CREDIT if same_credit is False else PART
    if overlap.of_longer < PART_OF_LONGER or overlap.of_shorter < _between(length, 1, part):
        return False
    return _same_headline(one, other) or (length < longest and shorter.published_at >= longer.published_at)


def _between(length: int, at_short: float, at_long: float) -> float:
    """What is asked of a text of so many words: one share of short texts, another of long ones, in between a mean."""
    shortness = min(1.0, max(0.0, (LONG - length) / (LONG - SHORT)))
    return at_long + (at_short - at_long) * shortness


def _same_credit(one: Printed, other: Printed) -> bool | None:
    """Whether both name the same agency; None where either names none."""
    names = [set(_fold_words(printed.credit)) for printed in (one, other)]
    return bool(names[0] & names[1]) if all(names) else None


def _same_headline(one: Printed, other: Printed) -> bool:
    words = _fold_words(one.title)
    return bool(words) and words == _fold_words(other.title)
