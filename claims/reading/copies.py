"""Tell copies of a text from other texts on the same matter, and find the few that are worth comparing among millions.

A text is taken as its runs of three words, folded, so that case, accents, punctuation, line ends and paragraphs make no
difference. Two tools stand on these runs:

- `find_passages` draws from each stretch of a text the run with the smallest hash (MinHash over a sliding window, known
  as winnowing: Schleimer, Wilkerson, Aiken, 2003) and bands each with the next one (LSH with two rows to a band).
  A part of a text has the passages that the text has there: so halves and reprints within longer texts are found, which
  a signature of the whole text misses, and texts that share only common phrases hardly ever meet.
- `relate` compares two texts themselves. It is symmetric, and knows nothing of what arrived when.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
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

# The same text: two about equally long ones share so much; where both credit one agency; where they credit two.
ALIKE_IN_LENGTH = 0.75
WHOLE, WHOLE_SAME_CREDIT, WHOLE_OTHER_CREDIT = 0.5, 0.4, 0.6
# A part of a longer text: so much of the shorter one lies in it, and is so much of it. Less is a quotation.
PART, PART_SAME_CREDIT, PART_OTHER_CREDIT = 0.7, 0.6, 0.8
PART_OF_LONGER = 0.25
# What differs in a short text is the news. Up to SHORT words all of the shorter text must be in the longer one, from
# there up to LONG ever less; and up to SHORT words it must be most of the longer one, from there up to MIDDLING less.
SHORT, MIDDLING, LONG = 20, 40, 60
PART_OF_SHORT = 0.7
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


def join_hashes(first: _Hashes, second: _Hashes) -> _Hashes:
    """One hash for two in this order, elementwise."""
    return _spread(first * np.uint64(0x9E3779B97F4A7C15) + second)


@lru_cache(maxsize=50_000)  # most words of a text were in another lately
def hash_word(word: str) -> tuple[int, bool]:
    """A word's hash, and whether it is a figure."""
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big"), _DIGIT.search(word) is not None


def _fold_words(text: str) -> list[str]:
    return _WORD.findall(fold(text).text)


class Words:
    """The words of a text for comparing, in their order: made once for each text, used for every comparison."""

    def __init__(self, text: str) -> None:
        words = [hash_word(word) for word in _fold_words(text)]
        self._words: _Hashes = np.array([digest for digest, _ in words], np.uint64)
        self._figures: _Flags = np.array([is_figure for _, is_figure in words], np.bool_)

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
            runs = join_hashes(runs, self._words[offset : offset + len(runs)])
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
    """A text as it was published. `lang` and `credit` (the agency an article names) may be empty."""

    wording: Words
    lang: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share, in runs of three words: as a share (0 to 1) of the shorter and of the longer text.

    `figures` says whether the figures are shared along with the words.
    """

    of_shorter: float
    of_longer: float
    figures: bool


@dataclass(frozen=True, slots=True)
class Kinship:
    """How two texts are related: as one text, or (`part`) by a part: all or much of the shorter lies in the longer.

    `share` says how much of the longer text both have, from 0 to 1.
    """

    part: bool
    share: float


def find_passages(wording: Words) -> tuple[int, ...]:
    """Passages to find a text again by, as signed 64-bit integers in order of size; none for a text without words."""
    runs = wording.runs
    if not len(runs):
        return ()
    drawn = _draw(runs)
    passages = [join_hashes(drawn[:-1], drawn[1:])]
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


def compare(one: Words, other: Words) -> Overlap:
    """Measure what two texts share; the order of the two makes no difference."""
    if not one.length or not other.length:
        return Overlap(0.0, 0.0, False)
    in_other, in_one = np.isin(one.runs, other.runs), np.isin(other.runs, one.runs)
    shares = sorted([(one.length, float(in_other.mean())), (other.length, float(in_one.mean()))])
    held = [share for share in (one.figures_held(in_other), other.figures_held(in_one)) if share is not None]
    (_, of_shorter), (_, of_longer) = shares
    return Overlap(of_shorter, of_longer, len(held) < 2 or max(held) >= FIGURES)


def relate(one: Printed, other: Printed) -> Kinship | None:
    """Whether two texts are one, or the shorter is a part of the longer; None for two texts that stand for themselves.

    Symmetric. Texts that are said to be in two languages are never related.
    """
    if one.lang and other.lang and one.lang != other.lang:
        return None
    shorter, longer = sorted((one.wording, other.wording), key=lambda wording: wording.length)
    if shorter.length < HEADLINE:
        equal = shorter.length > 0 and np.array_equal(shorter.runs, longer.runs)
        return Kinship(part=False, share=1.0) if equal else None
    overlap = compare(shorter, longer)
    if not overlap.figures or overlap.of_longer < _between(shorter.length, PART_OF_SHORT, PART_OF_LONGER, MIDDLING):
        return None
    same_credit = _same_credit(one, other)
    alike = shorter.length >= ALIKE_IN_LENGTH * longer.length
    if alike:
        asked = WHOLE if same_credit is None else WHOLE_SAME_CREDIT if same_credit else WHOLE_OTHER_CREDIT
    else:
        asked = PART if same_credit is None else PART_SAME_CREDIT if same_credit else PART_OTHER_CREDIT
    if overlap.of_shorter < _between(shorter.length, 1, asked, LONG) or (alike and overlap.of_longer < asked):
        return None
    # Of less than half of the longer text, another text can have as much: neither is all of it.
    return Kinship(part=not alike or overlap.of_longer < WHOLE, share=overlap.of_longer)


def _between(length: int, at_short: float, at_long: float, long: int) -> float:
    """What is asked of a text of so many words: one share of a short one, another of a long one, in between a mean."""
    shortness = min(1.0, max(0.0, (long - length) / (long - SHORT)))
    return at_long + (at_short - at_long) * shortness


def _same_credit(one: Printed, other: Printed) -> bool | None:
    """Whether both name the same agency; None where either names none."""
    names = [set(_fold_words(printed.credit)) for printed in (one, other)]
    return bool(names[0] & names[1]) if all(names) else None
