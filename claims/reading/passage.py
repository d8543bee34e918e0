"""A sentence with everything known marked in it: cues, names, clauses, quotations."""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from claims.reading.lexicon import Cue, Lexicon
from claims.reading.names import Mention
from claims.reading.sentences import Line, Stretch, cut_line

_BREAK = re.compile(r"[,;:—–()\[\]!?…\n|•]| - |\.(?=[\s»”\"])")
_HARD = re.compile(r"[;\n|•]|\.\s")
# Shorter ones are names of ships and firms, or words held at arm's length: nobody speaks in them.
_SHORTEST_QUOTE = 3
_QUOTES = re.compile('[«»“”„"]')


_NONE: list[Cue] = []
_FIRST = attrgetter("first")


class Named(NamedTuple):
    """A party, place or keyword in a sentence, over the words from `first` up to `last` (exclusive)."""

    kind: str
    key: str
    first: int
    last: int
    subject: bool = True
    """Its form is one a subject can have (in languages with cases)."""


@dataclass(slots=True)
class Passage:
    """One sentence, marked. Clauses and segments are numbered per word: a segment is what contrast or ';' parts."""

    number: int
    stretch: Stretch
    words: list[str]
    """Folded."""
    starts: list[int]
    """Per word where it begins in the folded text."""
    ends: list[int]
    """Per word where it ends in the folded text."""
    capital: list[bool]
    """Per word whether it is written with a capital."""
    cues: dict[str, list[Cue]]
    named: list[Named]
    clause: list[int]
    segment: list[int]
    quote: list[int]
    """Per word the number of the quotation it stands in, 0 outside."""
    question: bool
    gaps: list[str]
    """Per word what stands between it and the word before."""
    subject_after: bool = False
    """In this language a subject may follow its verb without more."""
    subject_dropped: bool = False
    """In this language a verb may stand without any subject."""
    determiners: frozenset[str] = frozenset()
    """The language's articles."""
    binders: frozenset[str] = frozenset()
    """Words that bind an owner to the noun before them ("a claim by", "a report of")."""
    granted: frozenset[str] = frozenset()
    """Words that tell of a condition that it was so ("if X took it") or is reported ("if confirmed")."""
    quality_endings: tuple[str, ...] = ()
    """How adjectives of countries end, in a language that puts them behind their noun."""
    we: Mapping[str, str] = field(default_factory=dict)
    """Pronouns that may be subject or object alike, with the ending of the verb whose subject they are."""
    subjectless: tuple[str, ...] = ()
    """How verbs without a subject end, in a language where an ending tells."""
    impersonal: tuple[str, ...] = ()
    """How verbs end that without a subject are anybody's ("говорят"), in a language where an ending tells."""
    _merged: dict[tuple[str, ...], list[Cue]] = field(default_factory=dict)
    _parties: list[Named] | None = None
    _places: list[Named] | None = None
    actors: list[tuple[int, int, str]] | None = None
    """Who may be acting in it, once `actors_of` has looked."""

    def of(self, kind: str, *more: str) -> list[Cue]:
        """Return the cues of these kinds, left to right."""
        if not more:
            return self.cues.get(kind, _NONE)
        kinds = (kind, *more)
        known = self._merged.get(kinds)
        if known is None:
            met = [self.cues[one] for one in kinds if one in self.cues]
            known = sorted(itertools.chain(*met), key=_FIRST) if len(met) > 1 else met[0] if met else _NONE
            self._merged[kinds] = known
        return known

    def rename(self, named: list[Named]) -> None:
        """Put other names in the place of those marked in the sentence; they are sorted."""
        self.named, self._parties, self._places, self.actors = named, None, None, None

    def parties(self) -> Sequence[Named]:
        """Return the mentions of parties as bodies that can act or speak, left to right."""
        if self._parties is None:
            self._parties = [named for named in self.named if named.kind in ("party", "people")]
        return self._parties

    def places(self) -> Sequence[Named]:
        """Return the mentions of places, left to right."""
        if self._places is None:
            self._places = [named for named in self.named if named.kind == "place"]
        return self._places

    def cue_at(self, index: int, *kinds: str) -> Cue | None:
        """Return the cue of one of these kinds that covers a word, if any."""
        for kind in kinds:
            for cue in self.cues.get(kind, ()):
                if cue.first <= index < cue.last:
                    return cue
        return None

    def text_at(self, index: int) -> str:
        """Return the folded word at an index, or "" outside the sentence."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def is_determiner(self, index: int) -> bool:
        """Tell whether a word is an article, which may stand between a name and what it belongs to."""
        return self.text_at(index) in self.determiners

    def same_clause(self, one: int, other: int) -> bool:
        """Tell whether two words stand in one clause."""
        return self.clause[one] == self.clause[other]


def mark_passage(
    number: int,
    stretch: Stretch,
    text: str,
    original: str,
    lexicon: Lexicon,
    mentions: Sequence[Mention],
    quotes: Sequence[tuple[int, int]],
) -> Passage:
    """Mark one sentence. `mentions` are all of the text, sorted; `quotes` the quotations of its paragraph."""
    line = cut_line(text, original, stretch.start, stretch.end)
    cues = lexicon.mark(line.words)
    clause, segment = _cut_clauses(line, cues, lexicon)
    passage = Passage(
        number=number,
        stretch=stretch,
        words=line.words,
        starts=line.starts,
        ends=line.ends,
        capital=line.capital,
        cues=cues,
        named=_place_mentions(line, stretch, mentions),
        clause=clause,
        segment=segment,
        quote=_number_quotes(line.starts, quotes),
        question="?" in text[max(stretch.start, stretch.end - 6) : stretch.end],
        subject_after=lexicon.subject_after,
        subject_dropped=lexicon.subject_dropped,
        gaps=line.gaps,
        determiners=lexicon.determiners,
        granted=lexicon.granted,
        binders=lexicon.binders,
        we=lexicon.we,
        subjectless=lexicon.subjectless,
        impersonal=lexicon.impersonal,
        quality_endings=lexicon.quality_endings,
    )
    for one in passage.named:
        # A name in quotation marks is no quotation.
        if one.kind == "party" and _is_quoted_alone(passage, one):
            passage.quote[one.first : one.last] = [0] * (one.last - one.first)
    passage.rename(_join_roles(passage, lexicon.adjective_after))
    return passage


def _is_quoted_alone(passage: Passage, named: Named) -> bool:
    number = passage.quote[named.first]
    return number > 0 and all(
        not 0 <= at < len(passage.words) or passage.quote[at] != number for at in (named.first - 1, named.last)
    )


def find_quotes(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the outermost quotations between two offsets of the folded text, as (start, end) of their insides."""
    found: list[tuple[int, int]] = []
    opened = -1
    depth = 0
    closer = ""
    for match in _QUOTES.finditer(text, start, end):
        mark = match[0]
        if opened < 0:
            if mark in '«“„"':
                opened, depth = match.end(), 1
                closer = {"«": "»", "“": "”", "„": "“”", '"': '"'}[mark]
        elif mark in closer:
            depth -= 1
            if depth == 0:
                if text.count(" ", opened, match.start()) >= _SHORTEST_QUOTE - 1:
                    found.append((opened, match.start()))
                opened = -1
        elif mark == "«" and closer == "»":
            depth += 1
    if opened >= 0:
        found.append((opened, end))
    return found


def _number_quotes(starts: Sequence[int], quotes: Sequence[tuple[int, int]]) -> list[int]:
    """Return per word the number of the quotation it begins in, 0 outside; quotations do not overlap."""
    numbers = [0] * len(starts)
    for number, (start, end) in enumerate(quotes, 1):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        numbers[first:last] = [number] * (last - first)
    return numbers


def _place_mentions(line: Line, stretch: Stretch, mentions: Sequence[Mention]) -> list[Named]:
    starts = line.starts
    named = []
    for at in range(bisect_left(mentions, (stretch.start,)), len(mentions)):
        mention = mentions[at]
        if mention.start >= stretch.end:
            break
        first = max(0, bisect_right(starts, mention.start) - 1)
        last = bisect_left(starts, mention.end)
        if last > first:
            named.append(Named(mention.kind, mention.key, first, last, mention.subject))
    return named


def _cut_clauses(line: Line, cues: Mapping[str, list[Cue]], lexicon: Lexicon) -> tuple[list[int], list[int]]:
    comp = {cue.first for cue in cues.get("comp", ())}
    bare = {cue.first for cue in cues.get("contrast_bare", ())}
    contrast = bare.union(cue.first for cue in cues.get("contrast", ()))
    alone = comp | bare
    words, clause, segment = line.words, [0] * len(line.words), [0] * len(line.words)
    clause_now = segment_now = 0
    for index, gap in enumerate(line.gaps):
        if not index or (gap == " " and index not in alone):
            continue  # most words: nothing parts them from the one before
        if gap.strip() == "." and _is_short_form(line, index - 1, lexicon):
            gap = " "
        if gap == ":" and words[index][0].isdecimal() and words[index - 1][-1].isdecimal():
            gap = " "  # a clock: 14:30
        broken = _BREAK.search(gap) is not None
        # A word such as "however" parts clauses only where punctuation does; "but" and "while" do so alone.
        parting = index in contrast and (broken or index in bare)
        if broken or index in comp or parting:
            clause_now += 1
            clause[index:] = [clause_now] * (len(words) - index)
        if parting or _HARD.search(gap):
            segment_now += 1
            segment[index:] = [segment_now] * (len(words) - index)
    return clause, segment


def _is_short_form(line: Line, index: int, lexicon: Lexicon) -> bool:
    word = line.words[index]
    return word in lexicon.abbreviations or (len(word) == 1 and line.capital[index])


def _join_roles(passage: Passage, adjective_after: bool) -> list[Named]:
    """Read an adjective of a party's name with an office or body beside it as the party: "Veltian foreign minister"."""
    roles = passage.of("role")
    if not roles:
        return passage.named
    joined: list[Named] = []
    for named in passage.named:
        if named.kind != "quality":
            joined.append(_with_role(passage, named, roles) if named.kind == "party" else named)
            continue
        free = [role for role in roles if not _is_taken(role, passage.named)]
        role = _role_beside(passage, named, free, before=adjective_after)
        if role is None:
            joined.append(named)
        else:
            joined.append(Named("party", named.key, min(named.first, role.first), max(named.last, role.last)))
    return _first_of_same(joined)


def _role_beside(passage: Passage, named: Named, roles: Iterable[Cue], before: bool) -> Cue | None:
    for role in roles:
        after = 0 <= role.first - named.last <= 1 and passage.same_clause(named.first, role.first)
        ahead = 0 <= named.first - role.last <= 1 and passage.same_clause(role.first, named.first)
        if after and not before:
            return role
        if ahead and (before or role.last == named.first):
            return role
    return None


def _is_taken(role: Cue, named: Iterable[Named]) -> bool:
    return any(one.kind == "party" and one.first <= role.first < one.last for one in named)


def _with_role(passage: Passage, named: Named, roles: Iterable[Cue]) -> Named:
    """Widen a party's name by the office it depends on: "officials in Kyiv", "речник Міноборони"."""
    for role in roles:
        gap = named.first - role.last
        if gap < 0 or gap > 3:
            continue
        between = range(role.last, named.first)
        links = all(passage.cue_at(index, "prep_genitive", "role") or passage.is_determiner(index) for index in between)
        if links and passage.same_clause(role.first, named.first):
            return Named(named.kind, named.key, role.first, named.last)
    return named


def _first_of_same(named: list[Named]) -> list[Named]:
    kept: dict[tuple[str, str, int], Named] = {}
    for one in named:
        kept.setdefault((one.kind, one.key, one.first), one)
    return sorted(kept.values(), key=lambda n: (n.first, n.last, n.kind, n.key))
