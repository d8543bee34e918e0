"""Find the times a sentence names: "on Monday evening", "le 1er décembre 2025 à 14 h 30", "двумя днями ранее".

What a language's words mean is data, in `[times]` of its lexicon. What names no certain day ("last week", "in May",
03/04 in a language that may mean either) names no time here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, timezone, tzinfo
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from claims.reading.folding import fold_word
from claims.reading.lexicon import WORD, load_lexicon

_JOINED = re.compile(r"[ ,.()]{0,3}")
_RANGE = re.compile(r" ?[-–—/] ?")
_POINTED = re.compile(r"(\d{1,2})\.(\d\d)")
_MOST_JOINS = 2
_LOCAL = "local"

_Terms = tuple[frozenset[str] | None, ...]
"""Per word of a phrase the words that fit there; None stands for a number."""


class NamedTime(NamedTuple):
    """A time named in a sentence, over the words from `first` up to `last`, with what its words tell of it."""

    first: int
    last: int
    weekday: int | None = None
    past_weekday: bool = False
    """Not today, even where today is that day: "last Tuesday"."""
    day: int | None = None
    month: int | None = None
    year: int | None = None
    days: int | None = None
    """So many days from publication."""
    days_spoken: int | None = None
    """So many days from the day last spoken of; with `days`, too, from publication where none was."""
    hours: int | None = None
    """So many hours back from publication."""
    until: int | None = None
    """The hour at which the part of the day named ends."""
    clock: tuple[int, int] | None = None
    full_clock: bool = False
    """The clock has its minutes: "14:30", not "14 h", which may be a length of time."""
    zone: tzinfo | None = None
    local: bool = False
    """The clock is that of a place not named: "local time"."""
    possessive: bool = False
    """It belongs to what follows: "Monday's", "вчорашній"."""
    barred: bool = False
    """Something begins, ends or recurs then: "since Monday", "until 1 December"."""
    coming: bool = False
    """It lies ahead: "next Tuesday"."""

    @property
    def is_day(self) -> bool:
        """Its words tell of a day, not only of an hour or a part of any day."""
        return any(part is not None for part in (self.weekday, self.day, self.days, self.days_spoken, self.hours))

    @property
    def is_relative(self) -> bool:
        """Which day it means may depend on the day last spoken of: "two days earlier", "at 14:30"."""
        return self.days_spoken is not None or not self.is_day


class TimeWords:
    """The words for times in one language, compiled; where the lexicon has none, no time is ever found."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.zone = ZoneInfo(data["zone"]) if "zone" in data else None
        """The zone of clocks and days of most that is written in the language."""
        self.day_first: bool = data.get("day_first", False)
        self.month_first: bool = data.get("month_first", False)
        self.numbers = _by_word(data.get("numbers", {}))
        self.months = {
            fold_word(word): month for month, words in enumerate(data.get("months", ()), 1) for word in words
        }
        self.halves = _by_word(data.get("halves", {}))
        self.ordinals = _words(data, "ordinals")
        self.years = _words(data, "years")
        self.year_joins = _words(data, "year_joins")
        """Words between a month and its year: "12 de mayo de 2026"."""
        self.clocks = _words(data, "clocks")
        self.bars = _words(data, "bars")
        self.nexts = _words(data, "nexts")
        self.lasts = _words(data, "lasts")
        self.these = _words(data, "these")
        occasions = _words(data, "occasions")
        self._occasions = frozenset(word for word in occasions if not word.endswith("*"))
        self._occasion_stems = tuple(sorted(word[:-1] for word in occasions if word.endswith("*")))
        self.at_occasion = _words(data, "at_occasion")
        """Words that lead up to an occasion: "in", "lors"."""
        self.telling = _words(data, "telling")
        """Verbs after which stands who was told: "told", "briefed"."""
        self.as_of = tuple(tuple(WORD.findall(fold_word(phrase))) for phrase in data.get("as_of", ()))
        """How a bulletin says of when it is: "as of", "станом на"."""
        joins = {tuple(WORD.findall(fold_word(phrase))) for phrase in data.get("joins", ())}
        self.joins = sorted(joins, key=lambda words: (-len(words), words))
        self.join_words = frozenset(words[0] for words in joins if len(words) == 1)
        self.phrases: dict[str, list[tuple[_Terms, str, Any]]] = {}
        for kind in ("weekdays", "weekdays_of"):
            for number, words in enumerate(data.get(kind, ())):
                self._enter(words, kind, number)
        for kind in ("days", "days_of", "days_spoken", "days_either", "parts"):
            for number, phrases in data.get(kind, {}).items():
                self._enter(phrases, kind, int(number))
        for kind in ("days_ago", "days_earlier", "days_later", "hours_ago"):
            self._enter(data.get(kind, ()), kind, None)
        for zone, phrases in data.get("zones", {}).items():
            self._enter(phrases, "zones", _LOCAL if zone == _LOCAL else ZoneInfo(zone))
        for entries in self.phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._alone = self.months.keys() | self.these | self.lasts
        """Words with which a time may begin whatever follows."""
        self._second: dict[str, set[str]] = {}
        """What must follow the other words with which one may begin: "the" and "next", "two" and "days"."""
        for word, entries in self.phrases.items():
            begins = self.numbers if word == "#" else (word,)
            for terms, _, _ in entries:
                if len(terms) == 1 or terms[1] is None:
                    self._alone = self._alone.union(begins)
                else:
                    for one in begins:
                        self._second.setdefault(one, set()).update(terms[1])

    def _enter(self, phrases: Iterable[str], kind: str, value: object) -> None:
        for phrase in phrases:
            terms: list[frozenset[str] | None] = []
            for part in phrase.split():
                if part == "#":
                    terms.append(None)
                elif "|" in part:
                    terms.append(frozenset(fold_word(word) for word in part.split("|")))
                else:
                    terms += [frozenset([word]) for word in WORD.findall(fold_word(part))]
            for word in ["#"] if terms[0] is None else sorted(terms[0]):
                self.phrases.setdefault(word, []).append((tuple(terms), kind, value))

    def find(self, words: Sequence[str], capital: Sequence[bool], gaps: Sequence[str]) -> list[NamedTime]:
        """Return the times named in a sentence, left to right.

        By word `capital` tells whether it is written with one, `gaps` what stands before it.
        """
        sentence = _Sentence(self, words, capital, gaps)
        found: list[NamedTime] = []
        at = 0
        while at < len(sentence.words):
            word = sentence.words[at]
            begins = word in self._alone or word[0].isdecimal()
            if not begins and word in self._second:
                begins = at + 1 < len(sentence.words) and sentence.words[at + 1] in self._second[word]
            named = sentence.read(at) if begins else None
            if named is not None:
                found.append(sentence.surround(named, found[-1].last if found else 0))
            at = named.last if named is not None else at + 1
        return found

    def is_occasion(self, word: str) -> bool:
        """Tell whether a word names where or to whom things are said: a statement, a briefing, reporters."""
        return word in self._occasions or (bool(self._occasion_stems) and word.startswith(self._occasion_stems))

    def number(self, word: str) -> int | None:
        """Return the number that a word or up to three figures stand for."""
        if word.isdecimal():
            return int(word) if len(word) <= 3 else None
        return self.numbers.get(word)


@cache
def load_time_words(lang: str) -> TimeWords:
    """Return the words for times of a language; they are compiled once per process."""
    return TimeWords(load_lexicon(lang).times)


class _Sentence:
    """The words of one sentence, being searched for times."""

    def __init__(self, table: TimeWords, words: Sequence[str], capital: Sequence[bool], gaps: Sequence[str]) -> None:
        self._table = table
        self._gaps = gaps
        self._capital = capital
        self.words = words

    def read(self, at: int) -> NamedTime | None:
        """Read the time that begins with a word: its parts in any order, each once, with few words between."""
        named = NamedTime(at, at)
        while True:
            grown = self._grow(named, named.last)
            position = named.last
            for _ in range(_MOST_JOINS):
                if grown is not None or position == at or self._text(position) not in self._table.join_words:
                    break
                if not self._is_joined(position):
                    break
                position += 1
                grown = self._grow(named, position)
            if grown is None:
                break
            named = grown
        if named.is_day or (named.clock is not None and (named.full_clock or named.zone is not None)):
            return named
        return None

    def surround(self, named: NamedTime, start: int) -> NamedTime:
        """Take in the words that lead up to a time, and note those before or after it that make it another."""
        first = named.first
        while first > start and self._is_joined(first):
            before = next(
                (j for j in self._table.joins if tuple(self.words[max(start, first - len(j)) : first]) == j), ()
            )
            if not before:
                break
            first -= len(before)
        leading, after = self._text(first - 1), self._text(named.last)
        barred = leading in self._table.bars
        coming = leading in self._table.nexts or after in self._table.nexts
        for edge in (named.first, named.last):
            if 0 < edge < len(self.words) and _RANGE.fullmatch(self._gaps[edge]):
                barred = barred or (self.words[edge - 1][-1].isdecimal() and self.words[edge][0].isdecimal())
        possessive = named.possessive or (after == "s" and self._gaps[named.last] == "'")
        return named._replace(first=first, barred=barred, coming=coming, possessive=possessive)

    def _text(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def _is_joined(self, at: int) -> bool:
        return at < len(self.words) and _JOINED.fullmatch(self._gaps[at]) is not None

    def _grow(self, named: NamedTime, at: int) -> NamedTime | None:
        """Return the time with the part added that begins at a word, or None where none does that it lacks."""
        if at >= len(self.words) or (at > named.first and not self._is_joined(at)):
            return None
        word = self.words[at]
        if word in self._table.lasts:
            if named.weekday is not None:
                return None if named.past_weekday else named._replace(past_weekday=True, last=at + 1)
            grown = self._grow(named, at + 1)
            return grown._replace(past_weekday=True) if grown is not None and grown.weekday is not None else None
        if word in self._table.these and not named.is_day:
            grown = self._grow(named, at + 1)
            if grown is None or (grown.until is None and grown.weekday is None):
                return None
            return grown._replace(days=0) if grown.weekday is None else grown
        return self._date(named, at) or self._phrase(named, at) or self._clock(named, at)

    def _phrase(self, named: NamedTime, at: int) -> NamedTime | None:
        phrases = self._table.phrases
        counted = self._table.number(self.words[at]) is not None
        for terms, kind, value in (*phrases.get(self.words[at], ()), *(phrases.get("#", ()) if counted else ())):
            count = self._count(terms, at)
            grown = _with_meaning(named, kind, value, count) if count is not None else None
            if grown is not None:
                last = at + len(terms)
                return self._with_offset(grown._replace(last=last)) if kind == "zones" else grown._replace(last=last)
        return None

    def _count(self, terms: _Terms, at: int) -> int | None:
        """Return the number in a phrase that stands here, 0 if it has none; None if it does not stand here."""
        count = 0
        if at + len(terms) > len(self.words):
            return None
        for word, term in zip(self.words[at : at + len(terms)], terms, strict=True):
            number = self._table.number(word) if term is None else None
            if (term is None and number is None) or (term is not None and word not in term):
                return None
            count = number or count
        return count

    def _with_offset(self, named: NamedTime) -> NamedTime:
        """Take in the hours after "UTC" or "GMT": UTC+2."""
        mark = self._gaps[named.last] if named.last < len(self.words) else ""
        hours = _figure(self._text(named.last), 14)
        from_utc = named.zone is not None and named.zone.utcoffset(None) == timedelta(0)
        if mark not in ("+", "-", "−") or hours is None or not from_utc:
            return named
        offset = timedelta(hours=hours if mark == "+" else -hours)
        return named._replace(zone=timezone(offset), last=named.last + 1)

    def _date(self, named: NamedTime, at: int) -> NamedTime | None:
        """Read "1 December 2025", "December 1, 2025", 01.12.2025, 01/12/2025 or 2025-12-01."""
        if named.day is not None or named.days is not None:
            return None
        numeric = self._numeric_date(named, at)
        if numeric is not None:
            return numeric
        month_first = self._table.month_first and self.words[at] in self._table.months and self._capital[at]
        day_at = at + 1 if month_first else at
        day = _figure(self._text(day_at), 31)
        last = day_at + 1
        while last <= day_at + 2 and self._text(last) in self._table.ordinals:
            last += 1
        if not month_first:
            last += 1
        month = self._table.months.get(self.words[at] if month_first else self._text(last - 1))
        if not day or month is None or (month_first and not self._is_joined(day_at)):
            return None
        year = None
        if self._text(last) in self._table.year_joins and self._is_joined(last + 1):
            last += len(self._text(last + 1)) == 4 and self._text(last + 1).isdecimal()
        if self._is_joined(last) and len(self.words[last]) == 4 and self.words[last].isdecimal():
            year = int(self.words[last])
            last += 1
            if self._text(last) in self._table.years and self._gaps[last] in (" ", "-"):
                last += 1
        return named._replace(day=day, month=month, year=year, last=last)

    def _numeric_date(self, named: NamedTime, at: int) -> NamedTime | None:
        parts = self.words[at].split(".")
        last = at + 1
        if len(parts) == 1 and at + 2 < len(self.words) and self._gaps[at + 1] == self._gaps[at + 2] in ("/", "-"):
            parts, last = list(self.words[at : at + 3]), at + 3
        if len(parts) != 3 or not all(part.isdecimal() and len(part) in (1, 2, 4) for part in parts):
            return None
        first, second, third = (int(part) for part in parts)
        if len(parts[0]) == 4:
            year, month, day = first, second, third
        else:
            day, month, year = first, second, third if len(parts[2]) == 4 else 2000 + third
            if not self._table.day_first and day <= 12 and day != month:
                return None
        if not 1 <= day <= 31 or not 1 <= month <= 12:
            return None
        return named._replace(day=day, month=month, year=year, last=last)

    def _clock(self, named: NamedTime, at: int) -> NamedTime | None:
        """Read "14:30", "14h30", "2:30 p.m."; with a day also "14 h", "2 p.m.", "о 14 годині", "14.30"."""
        if named.clock is not None:
            return None
        pointed = _POINTED.fullmatch(self.words[at])
        hour, minute, full, sure = _figure(self.words[at], 23), 0, False, False
        last = at + 1
        if pointed is not None:
            # Without a day or half of it, 14.30 may be any number, or a date.
            hour, minute, full = _figure(pointed[1], 23), int(pointed[2]), named.is_day
        elif last < len(self.words) and self._gaps[last] == ":":
            minute, full = _figure(self.words[last], 59, width=2) or 0, len(self.words[last]) == 2
            last += 1
        elif self._text(last) in self._table.clocks:
            sure = True
            last += 1
            minutes = _figure(self._text(last), 59, width=2)
            if minutes is not None and self._gaps[last] in ("", " "):
                minute, full, last = minutes, True, last + 1
        for width in (2, 1):
            half = self._table.halves.get("".join(self.words[last : last + width]))
            if half is not None and hour is not None and 1 <= hour <= 12:
                hour, last, sure = hour % 12 + half, last + width, True
                break
        if hour is None or minute > 59 or not (full or sure):
            return None
        return named._replace(clock=(hour, minute), full_clock=full, last=last)


def _with_meaning(named: NamedTime, kind: str, value: Any, count: int) -> NamedTime | None:
    """Return the time with what a phrase of this kind tells of it; None where it tells of that already."""
    if kind == "parts":
        return named._replace(until=value) if named.until is None else None
    if kind == "zones":
        if named.zone is not None or named.local:
            return None
        return named._replace(local=True) if value == _LOCAL else named._replace(zone=value)
    if named.weekday is not None or any(n is not None for n in (named.days, named.days_spoken, named.hours)):
        return None
    if kind in ("weekdays", "weekdays_of"):
        return named._replace(weekday=value, possessive=kind == "weekdays_of")
    if named.day is not None:
        return None
    if kind in ("days", "days_of"):
        return named._replace(days=value, possessive=kind == "days_of")
    if kind == "days_either":
        return named._replace(days=value, days_spoken=value)
    if kind == "days_spoken":
        return named._replace(days_spoken=value)
    if kind == "days_ago":
        return named._replace(days=-count)
    if kind == "hours_ago":
        return named._replace(hours=count)
    return named._replace(days_spoken=count if kind == "days_later" else -count)


def _figure(word: str, most: int, width: int = 0) -> int | None:
    """Return the number that one or two figures write, up to `most`; exactly `width` figures where that is given."""
    if not word.isdecimal() or len(word) > 2 or (width and len(word) != width):
        return None
    return int(word) if int(word) <= most else None


def _words(data: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(fold_word(word) for word in data.get(key, ()))


def _by_word(table: Mapping[Any, Iterable[str]]) -> dict[str, int]:
    return {fold_word(word): int(number) for number, words in table.items() for word in words}
