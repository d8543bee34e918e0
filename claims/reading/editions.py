"""What an edited article changed: the difference between two editions by sentences and words, and how it says so.

The difference is a pure function of the two texts. Its cost is bounded: sentences are lined up by those that stand
once in both editions, words are compared within sentences that are mostly the same, and where that would cost too
much sentences are set against each other whole, which the difference then says (`coarse`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice

from claims.reading.alignment import align, count_same
from claims.reading.folding import fold_word
from claims.reading.lexicon import LANGUAGES, WORD, load_lexicon

# A full stop ends a sentence for this purpose wherever a blank follows: "Gen." parts one sentence in two, in both
# editions alike. The end of a line always does.
_SENTENCE = re.compile(r"[^\n.!?…]*(?:[.!?…]+[\"'»“”’)\]]*(?=\s|\Z)\s*|[.!?…]+|\n+|\Z)")
_END = re.compile(r"[.!?…][\"'»“”’)\]]?\s|\n+")
_TOKEN = re.compile(r"\w+|[^\w\s]+|\s+")
_WORDS = re.compile(r"\w+")
_QUOTED = re.compile('«([^«»\n]+)»|“([^“”\n]+)”|„([^„“”\n]+)[“”]|"([^"\n]+)"')
# Two sentences are the same one reworded if at least so much of their words is the same.
_ALIKE = 0.5
# A quotation of fewer words is a word set in quotes; one most of whose words a new sentence has was reworded.
_LEAST_QUOTE = 3
_MOSTLY = 0.7
# What comparing may cost, in pairs of sentences and of words.
_SENTENCE_PAIRS = 20_000
_WORD_PAIRS = 2_000_000
_WORDS_PAIRED = 400
_QUOTES = 100
_SENTENCES_SEARCHED = 2_000
# A text of more sentences is compared by its lines; one of more lines as a whole.
_SENTENCES = 30_000
# A note says so at its beginning.
_NOTE = 600


class Mark(StrEnum):
    """What became of a run of words from one edition to the next."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one edition."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Words that went the same way, in the order in which they are read."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of both editions at once; `skipped` paragraphs before it are the same in both and left out."""

    runs: tuple[Run, ...]
    skipped: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything was added to it or removed."""
        return any(run.mark is not Mark.SAME for run in self.runs)


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edition changed. `words_added` and `words_removed` count words of title and text.

    `gone` are the sentences of the former edition that do not stand in the later one as they were, `fresh` those of
    the later that did not stand in the former; `quotes_gone` are the words in quotation marks that went.
    `coarse`: it was too much to compare by words, so some sentences stand whole though only a part of them changed.
    """

    title: tuple[Run, ...]
    paragraphs: tuple[Paragraph, ...]
    words_added: int
    words_removed: int
    gone: tuple[str, ...]
    fresh: tuple[str, ...]
    quotes_gone: tuple[str, ...]
    coarse: bool

    @property
    def title_changed(self) -> bool:
        """Whether the title was."""
        return any(run.mark is not Mark.SAME for run in self.title)

    @property
    def changed(self) -> bool:
        """Whether any word was; blanks and the cut into paragraphs do not count."""
        return bool(self.gone or self.fresh)

    def takes(self, quote: str) -> bool:
        """Tell whether words of the former edition stood in a sentence that went or was reworded."""
        return any(quote in sentence for sentence in self.gone)


def compare_editions(former: Wording, later: Wording) -> Difference:
    """Return what the later of two editions of an article changed."""
    comparison = _Comparison()
    title = comparison.compare([_Sentence(former.title, 0)], [_Sentence(later.title, 0)])
    text = comparison.compare(_cut(former.text), _cut(later.text))
    runs = [run for paragraph in (*title, *text) for run in paragraph.runs]
    return Difference(
        title=tuple(run for paragraph in title for run in paragraph.runs),
        paragraphs=text,
        words_added=_count(runs, Mark.ADDED),
        words_removed=_count(runs, Mark.REMOVED),
        gone=tuple(comparison.gone),
        fresh=tuple(comparison.fresh),
        quotes_gone=_find_lost_quotes(comparison.gone, comparison.fresh, f"{later.title}\n{later.text}"),
        coarse=comparison.coarse,
    )


def excerpt(paragraphs: Iterable[Paragraph], around: int = 1) -> tuple[tuple[Paragraph, ...], int]:
    """Return the changed paragraphs with so many unchanged ones around, and how many are left out at the end."""
    known = list(paragraphs)
    near = {
        at
        for index, paragraph in enumerate(known)
        if paragraph.changed
        for at in range(index - around, index + around + 1)
    }
    shown: list[Paragraph] = []
    skipped = 0
    for index, paragraph in enumerate(known):
        if index in near:
            shown.append(Paragraph(paragraph.runs, skipped))
            skipped = 0
        else:
            skipped += 1
    return tuple(shown), skipped


def find_note(fresh: Iterable[str], lang: str) -> str:
    """Return the sentence among those new in an edition by which it says that it was corrected or updated, or "".

    The words for it are the lexicon's of the edition's language; of every language where it is in none we read.
    """
    lexicons = [load_lexicon(known) for known in ((lang,) if lang in LANGUAGES else LANGUAGES)]
    for sentence in fresh:
        folded = fold_word(sentence[:_NOTE])
        places = [(match[0], match.end()) for match in WORD.finditer(folded)]
        words = [word for word, _ in places]
        for lexicon in lexicons:
            for cue in lexicon.corrections.find(words):
                if cue.kind == "phrases" or (cue.first == 0 and _is_label(folded, places[cue.last - 1][1])):
                    return sentence
    return ""


# A label stands alone, or before a colon, a dash, a bracket, or the date or hour of the edit.
_AFTER_LABEL = re.compile(r"\s*(?:[:.)\]|/(,–—-]|\d|\Z)")


def _is_label(folded: str, end: int) -> bool:
    return _AFTER_LABEL.match(folded, end) is not None


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    line: int

    @property
    def key(self) -> str:
        return " ".join(self.text.split())


def _cut(text: str) -> list[_Sentence]:
    """Cut a text into sentences, each with the number of the line it stands on.

    One that has too many of them is cut into its lines, or not at all.
    """
    if len(_END.findall(text)) > _SENTENCES:
        lines = text.splitlines()
        return [_Sentence(line.strip(), n) for n, line in enumerate(lines if len(lines) <= _SENTENCES else [text])]
    sentences: list[_Sentence] = []
    line = 0
    begun = ""
    for match in _SENTENCE.finditer(text):
        piece = match[0]
        begun += piece
        if not piece or piece[-1].isspace():
            if begun.strip():
                sentences.append(_Sentence(begun.strip(), line))
            begun = ""
        line += "\n" in piece
    return sentences


@dataclass(frozen=True, slots=True)
class _Bag:
    """The words of a sentence, how often each, and how many in all."""

    words: Counter[str]
    size: int

    @classmethod
    def of(cls, sentence: str) -> "_Bag":
        words = Counter(_WORDS.findall(sentence.lower()))
        return cls(words, words.total())


class _Comparison:
    """Two editions in comparison: what it found, and what it may still cost."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.fresh: list[str] = []
        self.coarse = False
        self._sentence_pairs = _SENTENCE_PAIRS
        self._word_pairs = _WORD_PAIRS

    def compare(self, former: Sequence[_Sentence], later: Sequence[_Sentence]) -> tuple[Paragraph, ...]:
        """Line two lists of sentences up; return the paragraphs of both."""
        page = _Page()
        a = b = 0
        same, known = align([s.key for s in former], [s.key for s in later])
        self.coarse |= not known
        for i, j in (*same, (len(former), len(later))):
            self._compare_block(former[a:i], later[b:j], page)
            if i < len(former):
                page.write((Run(Mark.SAME, later[j].text),), former[i].line, later[j].line)
            a, b = i + 1, j + 1
        return page.paragraphs()

    def _compare_block(self, former: Sequence[_Sentence], later: Sequence[_Sentence], page: "_Page") -> None:
        """Compare sentences of which none is the same: those alike by their words, the others whole."""
        self.gone += [s.text for s in former if s.text]
        self.fresh += [s.text for s in later if s.text]
        a = b = 0
        for i, j in (*self._pair(former, later), (len(former), len(later))):
            for sentence in former[a:i]:
                page.write((Run(Mark.REMOVED, sentence.text),), sentence.line, None)
            for sentence in later[b:j]:
                page.write((Run(Mark.ADDED, sentence.text),), None, sentence.line)
            if i < len(former):
                page.write(self._compare_words(former[i].text, later[j].text), former[i].line, later[j].line)
            a, b = i + 1, j + 1

    def _pair(self, former: Sequence[_Sentence], later: Sequence[_Sentence]) -> list[tuple[int, int]]:
        """Return which sentences are one another reworded, in order: as many and as alike as can be."""
        pairs = len(former) * len(later)
        if not pairs:
            return []
        if pairs > self._sentence_pairs:
            self.coarse = True
            return []
        self._sentence_pairs -= pairs
        before, after = ([_Bag.of(s.text) for s in side] for side in (former, later))
        # best[i][j]: how alike the sentences from i and from j on can be made, all in all.
        best = [[0.0] * (len(later) + 1) for _ in range(len(former) + 1)]
        likeness = [[self._liken(one, other) for other in after] for one in before]
        for i in reversed(range(len(former))):
            for j in reversed(range(len(later))):
                paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] >= _ALIKE else 0.0
                best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
        found = []
        i = j = 0
        while i < len(former) and j < len(later):
            if best[i][j] == best[i + 1][j]:
                i += 1
            elif best[i][j] == best[i][j + 1]:
                j += 1
            else:
                found.append((i, j))
                i, j = i + 1, j + 1
        return found

    def _liken(self, one: "_Bag", other: "_Bag") -> float:
        """Return which share of two sentences' words is the same, from 0 to 1; 0 where that is little in any case."""
        total = one.size + other.size
        if not total or 2 * min(one.size, other.size) < _ALIKE * total:
            return 0.0
        few, many = (one.words, other.words) if one.size <= other.size else (other.words, one.words)
        self._word_pairs -= len(few)
        if self._word_pairs < 0:
            self.coarse = True
            return 0.0
        return 2 * sum(min(number, many[word]) for word, number in few.items()) / total

    def _compare_words(self, former: str, later: str) -> tuple[Run, ...]:
        """Compare two sentences word by word; blanks go with the word before them."""
        one, other = (_TOKEN.findall(text) for text in (former, later))
        head = count_same(one, other)
        tail = count_same(one[head:][::-1], other[head:][::-1])
        middle, others = one[head : len(one) - tail], other[head : len(other) - tail]
        runs = [Run(Mark.SAME, "".join(other[:head]))]
        pairs = len(middle) * len(others)
        if pairs > self._word_pairs or max(len(middle), len(others)) > _WORDS_PAIRED:
            self.coarse = True
            runs += [Run(Mark.REMOVED, "".join(middle)), Run(Mark.ADDED, "".join(others))]
        else:
            self._word_pairs -= pairs
            for _, a, i, b, j in _smooth(SequenceMatcher(None, middle, others, autojunk=False).get_opcodes(), middle):
                if middle[a:i] == others[b:j]:
                    runs.append(Run(Mark.SAME, "".join(others[b:j])))
                    continue
                runs += [Run(Mark.REMOVED, "".join(middle[a:i])), Run(Mark.ADDED, "".join(others[b:j]))]
        runs.append(Run(Mark.SAME, "".join(other[len(other) - tail :])))
        return tuple(run for run in runs if run.text)


class _Page:
    """Runs of words as they are written down, cut into paragraphs where either edition begins a new line."""

    def __init__(self) -> None:
        self._paragraphs: list[list[Run]] = []
        self._former: int | None = None
        self._later: int | None = None

    def write(self, runs: Iterable[Run], former: int | None, later: int | None) -> None:
        """Add the runs of one sentence, which stands on these lines (None: not in that edition)."""
        written = [run for run in runs if run.text]
        if not written:
            return
        begins = later != self._later if later is not None else former != self._former
        self._former = former if former is not None else self._former
        self._later = later if later is not None else self._later
        if begins or not self._paragraphs:
            self._paragraphs.append([])
        paragraph = self._paragraphs[-1]
        if paragraph:
            written[0] = Run(written[0].mark, f" {written[0].text}")
        for run in written:
            if paragraph and paragraph[-1].mark is run.mark:
                run = Run(run.mark, paragraph.pop().text + run.text)
            paragraph.append(run)

    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All that was written."""
        return tuple(Paragraph(tuple(runs)) for runs in self._paragraphs)


def _smooth(
    steps: Iterable[tuple[str, int, int, int, int]], former: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    """Join changes with nothing but a blank or a comma between them: read as one they are easier to follow."""
    joined: list[tuple[str, int, int, int, int]] = []
    held: tuple[str, int, int, int, int] | None = None
    for step in steps:
        if step[0] == "equal" and joined and joined[-1][0] != "equal" and held is None:
            if not any(_WORDS.match(token) for token in former[step[1] : step[2]]):
                held = step
                continue
        elif held is not None and step[0] != "equal":
            last = joined.pop()
            joined.append(("replace", last[1], step[2], last[3], step[4]))
            held = None
            continue
        if held is not None:
            joined.append(held)
            held = None
        joined.append(step)
    return [*joined, held] if held is not None else joined


def _count(runs: Iterable[Run], mark: Mark) -> int:
    return sum(len(_WORDS.findall(run.text)) for run in runs if run.mark is mark)


def _find_lost_quotes(gone: Iterable[str], fresh: Iterable[str], later: str) -> tuple[str, ...]:
    """Return the quotations in sentences that went which the later edition has neither so nor in like words."""
    quoted = (match for sentence in gone for match in _QUOTED.finditer(sentence))
    quotes = [next(filter(None, match.groups())) for match in islice(quoted, _QUOTES)]
    if not quotes:
        return ()
    stands = f" {' '.join(_WORDS.findall(fold_word(later)))} "
    reworded = [frozenset(_WORDS.findall(fold_word(sentence))) for sentence in islice(fresh, _SENTENCES_SEARCHED)]
    lost = []
    for quote in quotes:
        words = _WORDS.findall(fold_word(quote))
        if len(words) < _LEAST_QUOTE or f" {' '.join(words)} " in stands:
            continue
        if not any(len(words) * _MOSTLY <= sum(word in sentence for word in words) for sentence in reworded):
            lost.append(quote)
    return tuple(dict.fromkeys(lost))
