"""A text cut into sentences, each marked when it is first asked for."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from claims.reading.folding import Folded
from claims.reading.lexicon import Lexicon
from claims.reading.names import Mention
from claims.reading.offices import name_offices
from claims.reading.passage import Passage, find_quotes, mark_passage
from claims.reading.references import Bearers
from claims.reading.sentences import Stretch, index_at

# Quotations are looked for in a paragraph up to so many sentences on either side.
_LONGEST_PARAGRAPH = 30


@dataclass(slots=True)
class Script:
    """One text as it is read: its folded words, its sentences, the names met in it."""

    folded: Folded
    original: str
    """The text's own letters, character for character as in the folded one."""
    lexicon: Lexicon
    stretches: list[Stretch]
    mentions: list[Mention]
    bearers: Bearers
    mark: Callable[[Passage], None] | None = None
    """Adds to a sentence what the mentions do not have."""
    _entries: list[tuple[int, str]] = field(default_factory=list)
    """Where each party is first named."""
    _passages: dict[int, Passage] = field(default_factory=dict)
    _quotes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first: dict[str, int] = {}
        for one in self.mentions:
            if one.kind in ("party", "people", "quality"):
                first.setdefault(one.key, one.start)
        self._entries = [(start, party) for party, start in first.items()]

    def __len__(self) -> int:
        return len(self.stretches)

    def passage(self, number: int) -> Passage:
        """Return a sentence with all that is known marked in it."""
        passage = self._passages.get(number)
        if passage is None:
            stretch = self.stretches[number]
            quotes = self._quotes_of(stretch.paragraph, number)
            passage = mark_passage(
                number, stretch, self.folded.text, self.original, self.lexicon, self.mentions, quotes
            )
            if passage.of("role"):
                passage.rename(name_offices(passage, self._present(stretch.end), self.bearers))
            if self.mark is not None:
                self.mark(passage)
            self._passages[number] = passage
        return passage

    def _present(self, offset: int) -> frozenset[str]:
        """Return the parties that the text names before an offset."""
        return frozenset(party for start, party in self._entries if start < offset)

    def home(self, title_end: int) -> str:
        """Return the place that the text is about: its only one, the title's, or the one it names by far most."""
        places = [one for one in self.mentions if one.kind == "place"]
        headed = {one.key for one in places if one.start < title_end}
        counts = Counter(one.key for one in places).most_common(2)
        if len(headed) == 1:
            return headed.pop()
        once = len(places) == 1 and places[0].start * 2 > len(self.folded.text)
        far = counts and not once and (len(counts) == 1 or counts[0][1] >= 2 * counts[1][1])
        return counts[0][0] if far else ""

    def passage_at(self, offset: int) -> Passage:
        """Return the sentence that holds an offset of the folded text."""
        return self.passage(index_at(self.stretches, offset))

    def follows(self, number: int) -> Passage | None:
        """Return the sentence after this one if it stands in the same paragraph."""
        if number + 1 >= len(self) or self.stretches[number + 1].paragraph != self.stretches[number].paragraph:
            return None
        return self.passage(number + 1)

    def paragraph_text(self, paragraph: int) -> str:
        """Return the folded text of a paragraph."""
        first = bisect_left(self.stretches, paragraph, key=lambda stretch: stretch.paragraph)
        last = bisect_right(self.stretches, paragraph, key=lambda stretch: stretch.paragraph)
        return self.folded.text[self.stretches[first].start : self.stretches[last - 1].end] if first < last else ""

    def line_start(self, offset: int) -> int:
        """Return where the line begins that holds an offset."""
        return self.folded.text.rfind("\n", 0, offset) + 1

    def _quotes_of(self, paragraph: int, number: int) -> list[tuple[int, int]]:
        known = self._quotes.get(paragraph)
        if known is None:
            first = last = number
            while first and self.stretches[first - 1].paragraph == paragraph and number - first < _LONGEST_PARAGRAPH:
                first -= 1
            while (
                last + 1 < len(self)
                and self.stretches[last + 1].paragraph == paragraph
                and last - number < _LONGEST_PARAGRAPH
            ):
                last += 1
            known = find_quotes(self.folded.text, self.stretches[first].start, self.stretches[last].end)
            self._quotes[paragraph] = known
        return known
