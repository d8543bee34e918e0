"""The terms under which words are looked for, so that forms of one word, and a name in two scripts, meet.

A word is folded, freed of its ending by its language's stemmer, written in Latin letters and brought to how it sounds:
"Pokrovsk", "Покровска" and "Покровську" all give "pokrovsk". How, is data per language (`terms.toml`). A word whose
language is not known, such as one typed into a search, has a term for each language that is written in its letters.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import snowballstemmer

from claims.reading.folding import fold

# A term is no longer than this, so that no text makes the index unwieldy.
LONGEST_TERM = 40
# From how many letters on a word may differ from what was sought by one slip, and by two.
ONE_SLIP, TWO_SLIPS = 5, 8
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# What stands before or after an apostrophe in so few letters is a word of its own (l'armée, Ukraine's).
_ELIDED = 2
_DOUBLED = re.compile(r"([a-z])\1+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, in code points, and its terms."""

    start: int
    end: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A run of a text, and whether it is one of the words that were sought."""

    text: str
    found: bool


class _Language:
    """A language's table, made ready."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.letters = str.maketrans(table.get("letters", {}))
        self.spelled: list[list[str]] = table.get("spelled", [])
        self.bare = frozenset(fold(word).text for word in table["bare"])
        self.endings = sorted(table.get("endings", ()), key=lambda ending: (-len(ending), ending))
        self.least: int = table.get("least", 0)
        self.stem = lru_cache(maxsize=50_000)(self._stem)
        self._algorithm = table.get("stemmer", "")

    def _stem(self, word: str) -> str:
        if self._algorithm:
            # One for each word that is new: a stemmer keeps the word it works on, and threads share this table.
            return str(snowballstemmer.stemmer(self._algorithm).stemWord(word))
        for ending in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= self.least:
                return word[: -len(ending)]
        return word

    def writes(self, word: str) -> bool:
        """Tell whether a folded word is written in the letters of this language, as far as these are told."""
        if not self.letters:
            return word.isascii()
        return any(ord(letter) in self.letters for letter in word if letter.isalpha())


@cache
def _tables() -> tuple[dict[str, _Language], list[list[str]], str, int]:
    told = tomllib.loads(files("claims.reading").joinpath("terms.toml").read_text(encoding="utf-8"))
    languages = {lang: _Language(table) for lang, table in told["languages"].items()}
    return languages, told["sounds"]["alike"], told["sounds"]["open"], told["sounds"]["least"]


def find_words(text: str, lang: str = "") -> Iterator[Word]:
    """Yield the words of a text that can be looked for, left to right; words that say nothing are left out.

    `lang` is the text's language, or "" where it is not known. Takes any text.
    """
    folded = fold(text)
    for match in _WORD.finditer(folded.text):
        for start, end in _part(match[0], match.start()):
            terms = _terms(folded.text[start:end], lang)
            if terms:
                yield Word(folded.at(start), folded.end(end), terms)


def find_terms(text: str, lang: str = "") -> tuple[str, ...]:
    """Return the terms of all words of a text, each once, in the order of the alphabet."""
    return tuple(sorted({term for word in find_words(text, lang) for term in word.terms}))


def mark_words(text: str, lang: str, sought: Collection[str]) -> tuple[Marked, ...]:
    """Return a text in runs, with the words that have one of the sought terms marked."""
    runs: list[Marked] = []
    done = 0
    for word in find_words(text, lang):
        if not any(term in sought for term in word.terms):
            continue
        runs.append(Marked(text[done : word.start], False))
        runs.append(Marked(text[word.start : word.end], True))
        done = word.end
    runs.append(Marked(text[done:], False))
    return _joined(run for run in runs if run.text)


def excerpt_words(text: str, lang: str, sought: Collection[str], length: int) -> tuple[Marked, ...]:
    """Return some `length` characters of a text around the first sought word, marked; ellipses say what is left out."""
    first = next((w for w in find_words(text, lang) if any(term in sought for term in w.terms)), None)
    begin = max(0, first.start - length // 3) if first is not None else 0
    end = min(len(text), begin + length)
    if begin:
        blank = text.find(" ", begin, first.start if first is not None else end)
        begin = blank + 1 if blank >= 0 else begin
    if end < len(text):
        blank = text.rfind(" ", first.end if first is not None else begin, end)
        end = blank if blank > begin else end
    runs = mark_words(text[begin:end], lang, sought)
    head = (Marked("… ", False),) if begin else ()
    tail = (Marked(" …", False),) if end < len(text) else ()
    return _joined((*head, *runs, *tail))


def is_near(one: str, other: str) -> bool:
    """Tell whether two terms differ by no more slips than a word of that length may have.

    A slip is a letter too many, too few, another one, or two that changed places (optimal string alignment).
    """
    allowed = 0 if len(one) < ONE_SLIP else 1 if len(one) < TWO_SLIPS else 2
    if abs(len(one) - len(other)) > allowed:
        return False
    return count_slips(one, other) <= allowed


def count_slips(one: str, other: str) -> int:
    """Return by how many slips two terms differ."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]


def _part(word: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where the words in a run with apostrophes begin and end: elided ones stand for themselves."""
    start = 0
    for match in re.finditer("'", word):
        before, after = match.start() - start, len(word) - match.end()
        if not word.isascii() and any(language.letters.get(ord("'")) == "" for language in _fitting(word, "")):
            continue
        if before <= _ELIDED or after <= _ELIDED:
            yield at + start, at + match.start()
            start = match.end()
    yield at + start, at + len(word)


@lru_cache(maxsize=200_000)
def _terms(word: str, lang: str) -> tuple[str, ...]:
    """Return a folded word's terms, none for one that says nothing."""
    plain = word.replace("'", "")
    if len(plain) < 2 or plain.isdigit():
        return (plain,) if plain.isdigit() and len(plain) <= LONGEST_TERM else ()
    fitting = _fitting(plain, lang)
    if not fitting:
        return (plain[:LONGEST_TERM],)
    if any(plain in language.bare for language in fitting):
        return ()
    return tuple(sorted({_sound(plain, language) for language in fitting}))


def _fitting(word: str, lang: str) -> list[_Language]:
    """Return the languages a word may be of: the text's own if it is written in its letters, else all that are."""
    languages = _tables()[0]
    own = languages.get(lang)
    if own is not None and own.writes(word):
        return [own]
    return [language for language in languages.values() if language.writes(word)]


def _sound(word: str, language: _Language) -> str:
    """Return the term of a word in a language."""
    term = language.stem(word).translate(language.letters)
    _, alike, vowels, least = _tables()
    for written, sounded in (*language.spelled, *alike):
        term = term.replace(written, sounded)
    term = _DOUBLED.sub(r"\1", term)
    bare = term.rstrip(vowels)
    return (bare if len(bare) >= least else term)[:LONGEST_TERM]


def _joined(runs: Iterable[Marked]) -> tuple[Marked, ...]:
    """Return runs with neighbours of a kind as one."""
    return tuple(
        Marked("".join(run.text for run in alike), found) for found, alike in groupby(runs, lambda run: run.found)
    )
