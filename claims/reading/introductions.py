"""People whom a text introduces by their office: "Jane Doe, spokeswoman for Veltia", then "Doe" alone."""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from claims.reading.lexicon import Lexicon
from claims.reading.names import Mention
from claims.reading.sentences import Stretch, Word, cut_words, index_at

# A first name and a surname: two or more capitalised words in a row.
# Of bounded length, so that in an endless word each letter is looked at a bounded number of times.
_PERSON = re.compile(r"\b[A-ZÀ-ÞЀ-Я][\w'’-]{1,40}(?: [A-ZÀ-ÞЀ-Я][\w'’-]{1,40})+")
_MOST_PEOPLE = 40
_REACH = 90
_LEAST_NAME = 4
_LONGEST_ENDING = 4
# A verb parts a name from an office that is not its own; whoever held it formerly speaks for himself.
_NO_OFFICE = ("say", "say_weak", "deny", "admit", "take", "hold", "former")
_SPEAKERS = ("party", "people", "quality")

Bearers = Callable[[str], frozenset[str]]
"""For the word of an office: the parties in whose names it stands."""


@dataclass(frozen=True, slots=True)
class _Person:
    surname: str
    """Folded, without its ending."""
    party: str
    known_from: int
    """The offset at which the text introduces him."""


def introduce(
    text: str,
    original: str,
    lexicon: Lexicon,
    stretches: list[Stretch],
    mentions: list[Mention],
    bearers: Bearers,
    bodies: Collection[str],
) -> list[Mention]:
    """Return the mentions with those added of people whom the text introduces as somebody of a listed party.

    `text` is folded, `original` the same characters before folding; mentions are sorted, and so is what comes back.
    `bodies` are the parties that one can be of only by belonging to them: of a country is whoever lives there.
    """
    named = _Spans(mentions)
    people = _people(text, original, lexicon, stretches, named, bearers, bodies)
    added = [again for person in people for again in _met_again(person, text, original, named)]
    if not added:
        return mentions
    return sorted([*mentions, *dict.fromkeys(added)], key=lambda one: (one.start, one.end, one.kind, one.key))


class _Spans:
    """Mentions, sorted, to be asked which of them lie in a stretch of a text."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]
        self._longest = max((mention.end - mention.start for mention in mentions), default=0)

    def between(self, start: int, end: int) -> Sequence[Mention]:
        """Return the mentions that begin at or behind `start` and before `end`."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def meet(self, start: int, end: int) -> bool:
        """Tell whether a mention overlaps a stretch."""
        return any(mention.end > start for mention in self.between(start - self._longest, end))


def _people(
    text: str,
    original: str,
    lexicon: Lexicon,
    stretches: list[Stretch],
    named: _Spans,
    bearers: Bearers,
    bodies: Collection[str],
) -> list[_Person]:
    people: dict[str, _Person] = {}
    for match in islice(_PERSON.finditer(original), _MOST_PEOPLE):
        start, end = match.span()
        surname = _root(text[max(text.rfind(" ", start, end), start) : end].strip(), lexicon)
        near = named.between(start - _REACH, end + _REACH)
        if len(surname) < _LEAST_NAME - 1 or surname in people or any(m.start < end and start < m.end for m in near):
            continue
        stretch = stretches[index_at(stretches, start)]
        words = cut_words(text, original, max(stretch.start, start - _REACH), min(stretch.end, end + _REACH))
        party = _party_beside(text, lexicon, words, (start, end), near, bearers)
        party = party or _body_behind(text, lexicon, words, end, near, bodies)
        if party:
            people[surname] = _Person(surname, party, start)
    return list(people.values())


def _party_beside(
    text: str,
    lexicon: Lexicon,
    words: Sequence[Word],
    person: tuple[int, int],
    near: Sequence[Mention],
    bearers: Bearers,
) -> str:
    """Return the party as whose man a name is introduced right before or behind it, or ""."""
    start, end = person
    before = [word for word in words if word.end <= start]
    behind = [word for word in words if word.start >= end]
    run = _unbroken(text, before, start)
    party = _office_in(run, lexicon, near, bearers, behind=False)
    if party:
        return party
    if behind and text[end : behind[0].start].strip() in (",", "(", "—", "–", "-"):
        return _office_in(_unbroken_after(text, behind), lexicon, near, bearers, behind=True)
    return ""


def _body_behind(
    text: str, lexicon: Lexicon, words: Sequence[Word], end: int, near: Sequence[Mention], bodies: Collection[str]
) -> str:
    """Return the body that a name is followed by: "Jane Doe of the X", "Jeanne Doe, de X", "Иван Левко (X)"; or ""."""
    run = _unbroken_after(text, [word for word in words if word.start >= end])
    if not run:
        return ""
    gap = text[end : run[0].start].strip()
    linked = [cue for cue in lexicon.find([word.text for word in run]) if cue.kind == "member_of" and cue.first == 0]
    first = linked[-1].last if linked else 0
    if gap not in ("", ",", "(") or not (linked or gap == "("):
        return ""
    while first < len(run) and run[first].text in lexicon.determiners:
        first += 1
    start = run[first].start if first < len(run) else -1
    return next((m.key for m in near if m.start == start and m.kind == "party" and m.key in bodies), "")


def _unbroken(text: str, words: Sequence[Word], stop: int) -> list[Word]:
    """Return the words right before an offset with nothing but blanks and quotation marks between them."""
    run: list[Word] = []
    for word in reversed(words[-7:]):
        if text[word.end : stop].strip(' «»"“”„'):
            break
        run.insert(0, word)
        stop = word.start
    return run


def _unbroken_after(text: str, words: Sequence[Word]) -> list[Word]:
    run: list[Word] = []
    for word in words[:8]:
        if run and text[run[-1].end : word.start].strip(" «»\"“”„'"):
            break
        run.append(word)
    return run


def _office_in(run: Sequence[Word], lexicon: Lexicon, near: Sequence[Mention], bearers: Bearers, behind: bool) -> str:
    """Return the party whose office a run of words names, if it is one phrase of an office: "spokesman of the army".

    Of the words before a name only those behind the last verb count, of those `behind` it those before the first.
    """
    cues = lexicon.find([word.text for word in run])
    verbs = [cue for cue in cues if cue.kind in _NO_OFFICE]
    if verbs:
        run = run[: verbs[0].first] if behind else run[verbs[-1].last :]
        cues = lexicon.find([word.text for word in run])
    roles = [cue for cue in cues if cue.kind == "role"]
    if not roles:
        return ""
    inside = [m for m in near if run[0].start <= m.start and m.end <= run[-1].end and m.kind in _SPEAKERS]
    if inside:
        return inside[-1].key if len({m.key for m in inside}) == 1 else ""
    owners = frozenset().union(*(bearers(run[cue.first].text) for cue in roles))
    return next(iter(owners)) if len(owners) == 1 else ""


def _met_again(person: _Person, text: str, original: str, named: _Spans) -> list[Mention]:
    """Return where the surname stands alone further on, in whatever form."""
    found = []
    at = text.find(person.surname, person.known_from)
    while at >= 0:
        stop = at + len(person.surname)
        while stop < len(text) and text[stop].isalpha():
            stop += 1
        alone = not (at and text[at - 1].isalnum()) and stop - at - len(person.surname) <= _LONGEST_ENDING
        if alone and original[at].isupper() and not named.meet(at, stop):
            found.append(Mention(at, stop, "party", person.party))
        at = text.find(person.surname, stop)
    return found


def _root(surname: str, lexicon: Lexicon) -> str:
    stem = lexicon.stem(surname) if lexicon.declension else surname
    return stem if len(stem) >= _LEAST_NAME - 1 else surname
