"""Tell when something was said: which of the times a text names is the time of an attribution.

A time counts where it stands with the words that attribute ("said on Monday", "Lundi, le ministère a affirmé"), or at
the head of an entry or text ("14:05 |", "1 December:", "КИЇВ, 1 грудня —", "as of 22:00"). One that belongs to
what is said ("that the town fell on Monday") does not, and where two answers are possible, none is given.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from claims.reading.discourse import is_oblique
from claims.reading.lexicon import Cue
from claims.reading.moments import day_meant, moment_meant, vantage_of
from claims.reading.names import KEYWORDS
from claims.reading.passage import Named, Passage
from claims.reading.script import Script
from claims.reading.sentences import cut_line, index_at
from claims.reading.stance import Draft
from claims.reading.times import NamedTime, load_time_words

_REACH_BEFORE, _REACH_AFTER = 14, 9
_REACH_NOUN = 4
_SPOKEN_BEFORE = 6
_GOES_ON = 2
_SPEAKING = ("say", "admit", "deny", "according")
_NOUNS = ("say_noun", "deny_noun")
# Between a time and the cue it belongs to stands nothing that happened and nobody else's saying.
_HAPPENING = ("comp", "take", "hold", "hold_out", "fall", "expel", "lose", "fight")
_BARRIERS = (*_HAPPENING, *_SPEAKING, *_NOUNS, "open", "false")
_HEAD_PARAGRAPHS = 3
_MOST_HEADERS = 500
_HEADED_LINE = re.compile(r"^[^\n\d]{0,40}\d[^\n]{0,60}", re.M)
_PARTED = re.compile(r"\s*(?:\Z|[|—–:.)\]•]|- )")
_DATELINE_END = re.compile(r"[^\n]{0,30}?(?:[—–]| - )")

_NamedAt = tuple[int, NamedTime]
"""A time and the number of the sentence that names it."""


@dataclass(frozen=True, slots=True)
class _Header:
    """A time at the head of an entry, or of the whole text: from which offset on it holds, up to where."""

    start: int
    end: int
    day: date
    moment: datetime | None


class Dating:
    """The times of one text."""

    def __init__(self, script: Script, published_at: datetime | None) -> None:
        self._script = script
        self._words = load_time_words(script.lexicon.lang)
        self._articles = frozenset(article.strip("'") for article in script.lexicon.articles)
        self._vantage = vantage_of(published_at, self._words.zone)
        self._times: dict[int, list[NamedTime]] = {}
        self._headers: list[_Header] | None = None

    def said_at(self, draft: Draft) -> datetime | None:
        """Return when a row's party said it, with its zone; None where the text tells of nothing before publication."""
        passage = self._script.passage(draft.passage)
        header = self._header_over(passage.starts[draft.first])
        named = self._of_draft(passage, draft)
        if not named:
            return header.moment if header is not None else None
        meant = [self._meant(number, time) for number, time in named]
        days = {day for day, _ in meant}
        if len(days) > 1:
            return None
        moments = [moment for _, moment in meant if moment is not None]
        if header is not None and header.moment is not None and header.day in days:
            moments.append(header.moment)
        return min(moments, key=lambda moment: moment.astimezone(UTC), default=None)

    def _of_draft(self, passage: Passage, draft: Draft) -> list[_NamedAt]:
        if draft.cue is None:
            return self._in_backref(passage) or self._before(passage, draft)
        found = self._of_cue(passage, draft.cue, draft.party)
        if not found and passage.cue_at(draft.cue.first, "participle"):
            # "X said on Monday, adding that ...": one occasion.
            leading = [cue for cue in passage.of(*_SPEAKING) if cue.last <= draft.cue.first]
            found = self._of_cue(passage, leading[-1], draft.party) if leading else []
        return found or self._before(passage, draft)

    def _of_cue(self, passage: Passage, cue: Cue, party: str) -> list[_NamedAt]:
        return [
            (passage.number, time)
            for time in self._named(passage)
            if not time.barred and self._belongs(passage, time, cue, party)
        ]

    def _in_backref(self, passage: Passage) -> list[_NamedAt]:
        """The times of a following "This was announced by X on Monday"."""
        following = self._script.follows(passage.number)
        if following is None:
            return []
        back = following.of("backref")
        if not back or back[0].first > 1 or not following.parties():
            return []
        party = following.parties()[0].key
        return next(
            (found for cue in following.of("say", "backref") if (found := self._of_cue(following, cue, party))), []
        )

    def _before(self, passage: Passage, draft: Draft) -> list[_NamedAt]:
        """The times of the sentence before in which the same party began to speak."""
        if self._named(passage) or passage.of("now", "past"):
            return []
        for number in range(draft.passage - 1, max(-1, draft.passage - 1 - _GOES_ON), -1):
            if self._script.stretches[number].paragraph != passage.stretch.paragraph:
                break
            earlier = self._script.passage(number)
            speaking = [
                (cue, one.key)
                for cue in earlier.of(*_SPEAKING)
                for one in earlier.parties()
                if earlier.same_clause(one.first, cue.first) and not is_oblique(earlier, one)
            ]
            if any(key != draft.party for _, key in speaking):
                break
            found = next((dated for cue, _ in speaking if (dated := self._of_cue(earlier, cue, draft.party))), [])
            if found:
                return found
        return []

    def _named(self, passage: Passage) -> list[NamedTime]:
        known = self._times.get(passage.number)
        if known is None:
            known = self._times[passage.number] = self._words.find(passage.words, passage.capital, passage.gaps)
        return known

    def _meant(self, number: int, time: NamedTime) -> tuple[date | None, datetime | None]:
        """Return the day and the moment a time means where it stands, counting from the day last spoken of."""
        spoken: date | None = None
        first = max(0, number - _SPOKEN_BEFORE) if time.is_relative else number + 1
        for at in range(first, number + 1):
            passage = self._script.passage(at)
            for other in self._named(passage):
                if at == number and other.first >= time.first:
                    break
                # What somebody quoted calls yesterday is not the day the story has come to.
                told = not passage.quote[other.last - 1]
                if told and other.is_day:
                    spoken = day_meant(other, self._vantage, spoken) or spoken
        return day_meant(time, self._vantage, spoken), moment_meant(time, self._vantage, spoken)

    def _belongs(self, passage: Passage, time: NamedTime, cue: Cue, party: str) -> bool:
        """Tell whether a time is that of a cue of saying."""
        if passage.quote[time.last - 1] != passage.quote[cue.first]:
            return False
        if not time.is_day and passage.text_at(time.first)[0].isdecimal():
            return False  # "14:05 The ministry said": a header's hour; in a sentence it would be "at 14:05"
        ahead = [one for one in passage.of("future", "plan") if 0 <= cue.first - one.last <= 2]
        if any(passage.same_clause(one.first, cue.first) for one in ahead):
            return False
        if cue.first < time.first < cue.last < time.last:
            time = time._replace(first=cue.last)  # "claim of" takes a word of "of 1 December"
        if time.first < cue.last and cue.first < time.last:
            return cue.kind == "colon"
        after = time.last + (1 if passage.text_at(time.last) == "s" else 0)
        if time.possessive or passage.text_at(time.first - 1) in self._articles:
            # "Monday's claim", "the 1 December statement": it tells of what follows.
            near = range(after, min(after + 2, len(passage.words)))
            if cue.kind in _NOUNS:
                return cue.first in (*near, after + 2) and not self._has_barrier(passage, range(after, cue.first))
            if not any(self._words.is_occasion(passage.text_at(at)) for at in near):
                return False
        elif cue.kind in _NOUNS and time.last <= cue.first:
            return False
        if time.first >= cue.last:
            return self._follows(passage, time, cue, party)
        return self._leads(passage, time, cue)

    def _follows(self, passage: Passage, time: NamedTime, cue: Cue, party: str) -> bool:
        """Tell whether a time after a cue is that of the cue: "said on Monday", "said the ministry on Monday"."""
        between = range(cue.last, time.first)
        clause = passage.clause[cue.last - 1]
        alone = _is_alone(passage, time) and passage.clause[time.first] == clause + 1
        if len(between) > _REACH_AFTER or not (passage.clause[time.first] == clause or alone):
            return False
        if any(passage.clause[at] != clause for at in between) or self._has_barrier(passage, between):
            return False
        if cue.kind in ("according", "according_it", "colon"):
            # "According to X on Monday the town fell": the day may be that of the fall.
            rest = (
                at for at in range(time.last, len(passage.words)) if passage.clause[at] == passage.clause[time.last - 1]
            )
            if self._has_barrier(passage, rest):
                return False
        if cue.kind in _NOUNS:
            return len(between) <= _REACH_NOUN
        at = self._after_speaker(passage, cue, party, time.first)
        told = range(at, time.first)
        if not told or passage.text_at(at) in self._words.at_occasion:
            return True
        return any(self._words.is_occasion(passage.text_at(one)) for one in told[-3:])

    def _after_speaker(self, passage: Passage, cue: Cue, party: str, stop: int) -> int:
        """Return where what follows a verb goes on after its speaker ("said Jane Doe") or who was told ("told Y")."""
        before = [at for at in range(cue.first) if passage.same_clause(at, cue.first)]
        here = [one for one in passage.parties() if one.key == party and passage.same_clause(one.first, cue.first)]
        agent = bool(here) and here[0].first >= cue.last
        led = not agent and any(passage.cue_at(at, "pronoun", "role") or _party_at(passage, at) for at in before)
        telling = passage.text_at(cue.last - 1) in self._words.telling
        at = cue.last
        while at < stop:
            met = _party_at(passage, at)
            oblique = met is not None and not met.subject
            free = not led or telling or oblique
            name = passage.capital[at] or met is not None or passage.cue_at(at, "role", "by", "prep_genitive")
            article = passage.text_at(at) in self._articles
            if not free or not (name or article or (not led and passage.cue_at(at, "pronoun"))):
                break
            at += 1
        return at

    def _leads(self, passage: Passage, time: NamedTime, cue: Cue) -> bool:
        """Tell whether a time before a verb is that of the verb: "On Monday, X said", "X on Monday said"."""
        clause = passage.clause[time.last - 1]
        opening = passage.clause.index(clause)
        alone = _is_alone(passage, time) and clause + 1 == passage.clause[cue.first]
        if not alone and clause != passage.clause[cue.first]:
            return False
        between = range(time.last, cue.first)
        if len(between) > _REACH_BEFORE or self._has_barrier(passage, [*range(opening, time.first), *between]):
            return False
        opens = all(passage.cue_at(at, "and", "contrast", "contrast_bare", "comp") for at in range(opening, time.first))
        if alone or opens:
            return True
        return len(between) <= _REACH_NOUN and not any(passage.cue_at(at, "and") for at in between)

    def _has_barrier(self, passage: Passage, between: Iterable[int]) -> bool:
        for at in between:
            cue = passage.cue_at(at, *_BARRIERS)
            # "in a statement", "in a statement issued": where it was said, not another saying.
            occasion = any(self._words.is_occasion(passage.text_at(one)) for one in (at - 1, at))
            if cue is not None and not (occasion and cue.kind in ("say", *_NOUNS)):
                return True
            named = {one.kind for one in passage.named if one.first <= at < one.last}
            if "place" in named or (not named.isdisjoint(KEYWORDS) and "party" not in named):
                return True
        return False

    def _header_over(self, offset: int) -> _Header | None:
        """Return the header under which a place of the folded text stands, if there is one."""
        if self._headers is None:
            self._headers = self._find_headers()
        at = bisect_right(self._headers, offset, key=lambda header: header.start) - 1
        return self._headers[at] if at >= 0 and offset < self._headers[at].end else None

    def _find_headers(self) -> list[_Header]:
        found: list[tuple[int, NamedTime]] = []
        lines = itertools.islice(_HEADED_LINE.finditer(self._script.folded.text), _MOST_HEADERS)
        searched = 0
        for line in lines:
            searched = line.end()
            named = self._at_head(line.start(), line.end())
            if named is not None:
                found.append((line.start(), named))
        end = len(self._script.folded.text) if next(lines, None) is None else searched
        moments = self._meant_by_headers([named for _, named in found])
        headers = []
        for number, ((start, _), (day, moment)) in enumerate(zip(found, moments, strict=True)):
            stop = found[number + 1][0] if number + 1 < len(found) else end
            if len(found) == 1 and self._paragraph(start) >= _HEAD_PARAGRAPHS:
                # A time at the head of one paragraph among many is that paragraph's.
                stop = self._script.folded.text.find("\n", start) % (len(self._script.folded.text) + 1)
            if day is not None:
                headers.append(_Header(start, stop, day, moment))
        return headers

    def _meant_by_headers(self, headers: Sequence[NamedTime]) -> list[tuple[date | None, datetime | None]]:
        """Return what headers mean. A bare hour is of the day of the header above it, else of publication.

        Where a day's hours run neither up nor down the page, midnight lies somewhere between them: they mean nothing.
        """
        meant: list[tuple[date | None, datetime | None]] = []
        for is_day, group in itertools.groupby(headers, key=lambda named: named.is_day):
            run = list(group)
            clocks = [named.clock or (0, 0) for named in run]
            if not is_day and clocks != sorted(clocks) and clocks != sorted(clocks, reverse=True):
                meant += [(None, None)] * len(run)
                continue
            spoken = meant[-1][0] if meant else self._day_of_title()
            lost = not is_day and bool(meant) and spoken is None
            for named in run:
                day = None if lost else day_meant(named, self._vantage, spoken)
                meant.append((day, moment_meant(named, self._vantage, spoken) if day is not None else None))
        return meant

    def _day_of_title(self) -> date | None:
        """Return the day that a text's first line dates it to: "Live: the events of Wednesday 31 December"."""
        named = [time for time in self._named(self._script.passage(0)) if time.day is not None and not time.barred]
        return day_meant(named[0], self._vantage, None) if len(named) == 1 else None

    def _at_head(self, start: int, end: int) -> NamedTime | None:
        """Return the time a line is headed by, if one is."""
        line = cut_line(self._script.folded.text, self._script.original, start, end)
        named = next(iter(self._words.find(line.words, line.capital, line.gaps)), None)
        if named is None:
            return None
        behind = self._script.folded.text[line.ends[named.last - 1] : end]
        if named.first == 0:
            if _PARTED.match(behind) and not named.barred:
                return named
            # "14:05 The ministry ...", but not "14:05 was the hour".
            apart = named.full_clock and not named.is_day and behind[:1] == " "
            return named if apart and named.last < len(line.words) and line.capital[named.last] else None
        if self._paragraph(start) >= _HEAD_PARAGRAPHS:
            return None
        if self._is_as_of(line.words, named):
            return named
        dateline = named.is_day and line.capital[0] and named.first <= 4 and "," in line.gaps[named.first]
        return named if dateline and not named.barred and _DATELINE_END.match(behind) else None

    def _is_as_of(self, words: Sequence[str], named: NamedTime) -> bool:
        texts = tuple(words[: named.last])
        return any(
            texts[at : at + len(phrase)] == phrase and named.first <= at + len(phrase) < named.last
            for phrase in self._words.as_of
            for at in range(named.last)
        )

    def _paragraph(self, offset: int) -> int:
        return self._script.stretches[index_at(self._script.stretches, offset)].paragraph


def _is_alone(passage: Passage, time: NamedTime) -> bool:
    """Tell whether a time has its clause to itself: "On Monday, ..."."""
    around = (time.first - 1, time.last)
    return all(
        not 0 <= at < len(passage.words) or passage.clause[at] != passage.clause[edge]
        for at, edge in zip(around, (time.first, time.last - 1), strict=True)
    )


def _party_at(passage: Passage, at: int) -> Named | None:
    return next((one for one in passage.parties() if one.first <= at < one.last), None)
