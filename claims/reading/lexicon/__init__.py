"""Cue words per language, as data a linguist can edit, and the matcher that finds them in a sentence.

A pattern is a run of words: `*` ends a word whose ending does not matter, `~` a verb to be conjugated, `|`
separates alternatives, `…` stands for up to three words of any kind. Patterns are folded like the texts (no accents,
yo as ye), so they may be written with their accents.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from claims.reading.folding import fold_word

_FILES = (file.name for file in files(__name__).iterdir())
LANGUAGES = tuple(sorted(name.removesuffix(".toml") for name in _FILES if name.endswith(".toml")))
"""The languages the reader reads: those there is a lexicon for."""
_GAP = 3
_CACHED_WORDS = 50_000
_CACHED_CUES = 20_000
# Words that only bind others together do so inside a longer pattern, too ("is contested by").
_NEVER_SILENCED = ("by", "det", "anaphor", "where")
# What is denied keeps its name inside the words of the denial ("slammed the Veltian claims").
_DENIED = ("say_noun", "deny_noun")

# An apostrophe is part of a Cyrillic word and of an English n't; elsewhere it parts two words (l'armée, Veltia's).
WORD = re.compile(r"[a-z]+n't\b|[^\W\d_]+(?:'[а-яіїєґ]+)*|\d+(?:[.,]\d+)*|%")


class Cue(NamedTuple):
    """A cue of some class, over the words from `first` up to `last` (exclusive) of a sentence."""

    kind: str
    first: int
    last: int


_IN_ORDER = itemgetter(1, 2, 0)


@lru_cache(maxsize=_CACHED_CUES)
def _cue_alone(kind: str, index: int) -> Cue:
    """Return the cue of one word; most are such, of few classes and places, and none need be made twice."""
    return Cue(kind, index, index + 1)


@dataclass(frozen=True, slots=True)
class _Term:
    exact: frozenset[str]
    prefixes: tuple[str, ...]

    def fits(self, word: str) -> bool:
        return word in self.exact or (bool(self.prefixes) and word.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    terms: tuple[_Term | None, ...]
    """One term a word; None is a gap."""
    loose: bool
    """Some word is written with an asterisk."""


_Starts = tuple[tuple[str, ...], tuple[_Pattern, ...], tuple[_Pattern, ...]]
"""What may begin with a word: the kinds of its one-word patterns, the longer patterns, those that go on with a gap."""


class Cues:
    """Patterns of words by class, compiled; finds them in a sentence's words."""

    def __init__(self, classes: Mapping[str, Iterable[str]], conjugation: "_Conjugation | None" = None) -> None:
        self._exact: dict[str, list[_Pattern]] = {}
        self._prefixed: dict[str, list[_Pattern]] = {}
        self._starts: dict[str, _Starts] = {}
        self._pairs: dict[tuple[str, str], tuple[_Pattern, ...]] = {}
        for kind, patterns in classes.items():
            for written in patterns:
                self._add(_compile(kind, written, conjugation or _Conjugation(())))

    def _add(self, pattern: _Pattern) -> None:
        first = pattern.terms[0]
        if first is None:
            raise ValueError(f"{pattern.kind}: a pattern must begin with a word")
        for word in first.exact:
            self._exact.setdefault(word, []).append(pattern)
        for prefix in first.prefixes:
            self._prefixed.setdefault(prefix, []).append(pattern)

    def _starting(self, word: str) -> "_Starts":
        known = self._starts.get(word)
        if known is None:
            found = list(self._exact.get(word, ()))
            for length in range(1, len(word) + 1):
                found += self._prefixed.get(word[:length], ())
            written = any(len(pattern.terms) == 1 and not pattern.loose for pattern in found)
            single = (p.kind for p in found if len(p.terms) == 1 and not (p.loose and written))
            longer = [pattern for pattern in found if len(pattern.terms) > 1]
            known = (
                tuple(sorted(set(single))),
                tuple(pattern for pattern in longer if pattern.terms[1] is not None),
                tuple(pattern for pattern in longer if pattern.terms[1] is None),
            )
            if len(self._starts) < _CACHED_WORDS:
                self._starts[word] = known
        return known

    def _going_on(self, word: str, following: str, patterns: Iterable[_Pattern]) -> tuple[_Pattern, ...]:
        """Return those of the patterns, all beginning with one word, that the word after it does not rule out."""
        known = self._pairs.get((word, following))
        if known is None:
            known = tuple(p for p in patterns if (second := p.terms[1]) is None or second.fits(following))
            if len(self._pairs) < _CACHED_WORDS:
                self._pairs[word, following] = known
        return known

    def kinds_beginning(self, word: str, least: int = 1) -> frozenset[str]:
        """Return the classes of cues that may begin with a word; of longer cues only if it has so many letters."""
        single, joined, gapped = self._starting(word)
        longer = (*joined, *gapped) if len(word) >= least else ()
        return frozenset(single).union(pattern.kind for pattern in longer)

    def find(self, words: Sequence[str]) -> list[Cue]:
        """Return the cues in a sentence, left to right."""
        return sorted(chain.from_iterable(self.mark(words).values()), key=_IN_ORDER)

    def mark(self, words: Sequence[str]) -> dict[str, list[Cue]]:
        """Return the cues in a sentence by their classes, left to right.

        A longer pattern silences shorter ones inside its own words, and one written out in full a loose one over
        the same words, so that exceptions can be listed.
        """
        runs: list[tuple[int, _Pattern, int, int]] = []
        covered = undenied = 0
        present = frozenset(words)
        starts = self._starts
        known = [starts.get(word) or self._starting(word) for word in words]
        before_last = len(words) - 1
        for index, (_, joined, parted) in enumerate(known):
            able: Sequence[_Pattern] = ()
            if joined and index < before_last:
                able = self._going_on(words[index], words[index + 1], joined)
            if parted:
                able = (*[pattern for pattern in parted if _may_end(pattern, present)], *able)
            for pattern in able:
                # Of those with two words the second fits, or they would not be among these.
                pair = len(pattern.terms) == 2
                last, taken = (index + 2, 3 << index) if pair else _match(pattern.terms, words, index)
                if last:
                    runs.append((taken, pattern, index, last))
                    covered |= taken
                    if pattern.kind != "deny":
                        undenied |= taken
        cues: dict[str, list[Cue]] = {}
        for index, (kinds, _, _) in enumerate(known):
            for kind in kinds:
                silent = covered and (undenied if kind in _DENIED else covered) >> index & 1
                if silent and kind not in _NEVER_SILENCED:
                    continue
                cue = _cue_alone(kind, index)
                if kind in cues:
                    cues[kind].append(cue)
                else:
                    cues[kind] = [cue]
        joined_up = dict.fromkeys(_unsilenced(runs) if runs else ())
        for cue in joined_up:
            cues.setdefault(cue.kind, []).append(cue)
        for kind in dict.fromkeys([cue.kind for cue in joined_up]):
            cues[kind].sort(key=_IN_ORDER)
        return cues


def _unsilenced(runs: Sequence[tuple[int, _Pattern, int, int]]) -> Iterator[Cue]:
    """Yield the cues of those runs of words that lie in no longer one."""
    for taken, pattern, first, last in runs:
        for other, rival, _, _ in runs:
            if taken & other == taken and (taken != other or (pattern.loose and not rival.loose)):
                break
        else:
            yield Cue(pattern.kind, first, last)


class Lexicon(Cues):
    """The words of one language, compiled: its cues, its endings, how its names are declined."""

    def __init__(self, lang: str, data: Mapping[str, Any]) -> None:
        conjugation = _Conjugation(data.get("conjugation", ()))
        super().__init__(data["cues"], conjugation)
        self.lang = lang
        self.letters = frozenset(data.get("letters", ""))
        """Its alphabet, small letters with their accents."""
        changed = dict.fromkeys(fold_word(data.get("shifting", ""))) | data.get("changing", {})
        self.frame: Mapping[int, str | None] = str.maketrans(changed)
        """Reduces a word (by `translate`) to what declining leaves as it is."""
        self.regions = frozenset(fold_word(word) for word in data.get("regions", ()))
        """Words for the region a place lies in, which stand behind its adjective."""
        self.abbreviations = frozenset(fold_word(word) for word in data["abbreviations"])
        self.endings = tuple(sorted((fold_word(ending) for ending in data["endings"]), key=lambda e: (-len(e), e)))
        self.declension: Mapping[str, Any] = data.get("declension", {})
        self.demonyms: Sequence[Mapping[str, Any]] = data.get("demonym", ())
        self.dictionary: str = self.declension.get("dictionary", "")
        """The morphological dictionary that declines names before the rules do, or ""."""
        self._declining = re.compile(f"[{self.declension['letters']}]") if self.declension else None
        self.adjective_after: bool = data.get("adjective_after", False)
        """The adjective stands behind its noun ("ministère veltien")."""
        self.elision: bool = data.get("elision", False)
        """An apostrophe parts two words ("l'eau")."""
        self.name_head: str = data.get("name_head", "")
        """Which word of a body's name stands for it: the "first", the "last", or "" for either of the first two."""
        self.capital_demonyms: frozenset[str] = frozenset(data.get("capital_demonyms", ()))
        """What is written with a capital: the "people" (les Veltiens), the "quality" (Veltian)."""
        self.fleeting: Mapping[str, str] = data.get("fleeting", {})
        """Vowels that come and go within a word: which, before which letter, and after which letters never."""
        self.shifts: Mapping[str, str] = data.get("shifts", {})
        """By the vowel of a closed last syllable: those it turns into where an ending opens the syllable."""
        forms: Mapping[str, Sequence[str]] = data.get("keyword_forms", {})
        self.noun_endings = tuple(forms.get("noun", ()))
        """What a noun takes that ends in a consonant."""
        self.verb_ends = tuple(forms.get("infinitive", ()))
        """What falls away from a verb as a dictionary gives it, before the endings of its past."""
        self.past_endings = tuple(forms.get("past", ()))
        self.negative_prefixes = tuple(forms.get("negative", ()))
        """What turns a word into its contrary ("unsafe")."""
        self.contraries = tuple((tuple(pair["one"]), tuple(pair["other"])) for pair in data.get("contraries", ()))
        """Words and those that say the contrary of them: (won, ...) against (lost, ...)."""
        self.doubled: str = data.get("doubled", "")
        """The last letters that a short verb doubles before its endings ("rig", "rigged")."""
        self.doubled_after: str = data.get("doubled_after", "")
        """The vowels, one of which stands before such a letter."""
        self.kin: Mapping[str, tuple[str, ...]] = {
            word: family for family in (tuple(map(fold_word, row)) for row in data.get("kin", ())) for word in family
        }
        """By a word: those of its family whose likeness no ending shows ("broke", "broken"; "evade", "evasion")."""
        self.synonyms: dict[str, tuple[str, ...]] = {}
        """By the stem of a word: the words that say the same of what a claim is about ("spill", "leak", "dump")."""
        self.articles = tuple(fold_word(article) for article in data.get("articles", ()))
        self.determiners = frozenset(fold_word(word) for word in data.get("determiners", ()))
        self.granted = frozenset(fold_word(word) for word in data.get("granted", ()))
        """Words that tell of a condition that it was so or is reported: it is granted, not supposed."""
        self.binders = frozenset(fold_word(word) for word in data.get("binders", ()))
        self.people_nominative = tuple(data.get("people_nominative", ()))
        """How a people's name ends as a subject, in a language with cases; empty in one without."""
        self.subject_after: bool = data.get("subject_after", False)
        """A subject may stand behind its verb without more ("anunció el ministerio")."""
        self.subject_dropped: bool = data.get("subject_dropped", False)
        """A verb may stand without a subject, which is then whoever was spoken of ("Añadió que ...")."""
        self.infinitives = tuple(fold_word(ending) for ending in data.get("infinitives", ()))
        """How verbs end in the form in which a keyword gives them, the longest first."""
        self.times: Mapping[str, Any] = data.get("times", {})
        """The words for times, as claims.reading.times compiles them."""
        self.subjectless = tuple(fold_word(ending) for ending in data.get("subjectless", ()))
        """How a verb ends in the form that has no subject, where that tells it from all its other forms."""
        self.impersonal = tuple(fold_word(ending) for ending in data.get("impersonal", ()))
        """How a verb ends that without a subject is anybody's: "говорят" is people say, "говорит" is he says."""
        self.town = re.compile(_any_of(data["cues"].get("town", ())))
        """Finds the words for a town or other place in a folded text."""
        self.we: Mapping[str, str] = {fold_word(word): fold_word(end) for word, end in data.get("we", {}).items()}
        """Pronouns that may be subject or object alike, with the ending of the verb whose subject they are."""
        self.least_root: int = data.get("least_root", 3)
        """How many letters of a word must be left of it where an ending of two or more is taken off."""
        self.quality_endings = tuple(fold_word(ending) for ending in data.get("quality_endings", ()))
        """How adjectives of countries end, in a language that puts them behind their noun."""
        self.corrections = Cues(data.get("corrections", {}), conjugation)
        """Finds how an article says that it was corrected: "labels" that open a sentence, "phrases" within one."""
        self.offices: Mapping[str, _Term] = {
            kind: _term(words, conjugation) for kind, words in data.get("offices", {}).items()
        }
        disputes = data.get("disputes", {})
        self._accusing = _term(disputes.get("accusing", ()), conjugation)
        self.charges = frozenset(fold_word(word) for word in disputes.get("charges", ()))
        """The words before what somebody is accused of: accused OF, обвинили В."""
        self.abouts = frozenset(fold_word(word) for word in disputes.get("abouts", ()))
        """The words before what a report is about: reports ABOUT, сообщения О."""
        self.bare_verbs = tuple(fold_word(ending) for ending in disputes.get("bare_verbs", ()))
        """How a verb ends that follows a denial without a "that": denied poisonING it."""
        self.tensed = frozenset(fold_word(word) for word in disputes.get("tensed", ()))
        """Verbs that tell a clause without a "that" from a mere object: denied it HAD, not denied it."""
        self.auxiliaries = frozenset(fold_word(word) for word in disputes.get("auxiliaries", ()))
        """Words of four letters and more that say nothing of what a clause is about."""
        self._openers = frozenset(fold_word(word) for word in disputes.get("openers", ()))
        self._stems: dict[str, str] = {}
        for row in (tuple(map(fold_word, words)) for words in data.get("synonyms", ())):
            for word in row:
                stem = self.stem(word)
                self.synonyms[stem] = tuple(dict.fromkeys((*self.synonyms.get(stem, ()), *row)))

    def accuses(self, word: str) -> bool:
        """Tell whether a folded word is a verb of accusing."""
        return self._accusing.fits(word)

    def opens_clause(self, word: str) -> bool:
        """Tell whether a folded word opens the clause of what is said: "that", whatever longer cue it is part of."""
        return word in self._openers

    def declines(self, word: str) -> bool:
        """Tell whether a folded word is one this language declines: written in its letters, where it has cases."""
        return self._declining is not None and self._declining.search(word) is not None

    def office_kinds(self, word: str) -> frozenset[str]:
        """Return the kinds of party whose office or body this word names."""
        return frozenset(kind for kind, term in self.offices.items() if term.fits(word))

    def stem(self, word: str) -> str:
        """Return a folded word without its longest known ending, so that forms of one word agree."""
        known = self._stems.get(word)
        if known is None:
            known = next(
                (
                    word[: -len(end)]
                    for end in self.endings
                    if len(word) - len(end) >= (self.least_root if len(end) > 1 else 3) and word.endswith(end)
                ),
                word,
            )
            if len(self._stems) < _CACHED_WORDS:
                self._stems[word] = known
        return known


class _Conjugation:
    """The forms of verbs by the endings of the form a dictionary gives."""

    def __init__(self, rules: Iterable[Mapping[str, Any]]) -> None:
        self._rules = sorted(
            ((fold_word(rule["ending"]), tuple(map(fold_word, rule["forms"]))) for rule in rules),
            key=lambda rule: (-len(rule[0]), rule[0]),
        )

    def forms(self, verb: str) -> tuple[str, ...]:
        """Return all forms of a folded verb by the rule of its longest ending; itself alone where none fits."""
        for ending, forms in self._rules:
            if verb.endswith(ending):
                root = verb.removesuffix(ending)
                return tuple(root + form for form in forms)
        return (verb,)


# The words of a pattern, cut as WORD cuts a text's, each with its alternatives, asterisks and tildes.
_PART = re.compile(r"…|%|(?:[a-z]+n't|[^\W_]+(?:'[а-яіїєґ]+)*)[*~]?(?:\|(?:[a-z]+n't|[^\W_]+(?:'[а-яіїєґ]+)*)[*~]?)*")


def _compile(kind: str, written: str, conjugation: _Conjugation) -> _Pattern:
    terms: list[_Term | None] = []
    for part in _PART.findall(fold_word(written)):
        if part == "…":
            terms.append(None)
            continue
        terms.append(_term(part.split("|"), conjugation))
    if not terms or terms[0] is None:
        raise ValueError(f"{kind}: a pattern must begin with a word: {written!r}")
    return _Pattern(kind, tuple(terms), any(term is not None and term.prefixes for term in terms))


def _term(alternatives: Iterable[str], conjugation: _Conjugation) -> _Term:
    exact: set[str] = set()
    prefixes = []
    for word in map(fold_word, alternatives):
        if word.endswith("*"):
            prefixes.append(word[:-1])
        elif word.endswith("~"):
            exact.update(conjugation.forms(word[:-1]))
        else:
            exact.add(word)
    return _Term(frozenset(exact), tuple(prefixes))


def _any_of(patterns: Iterable[str]) -> str:
    """Return an expression for any of the single words of some patterns."""
    words = [part for written in patterns if " " not in written for part in fold_word(written).split("|")]
    ends = [re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in words]
    return r"\b(?:" + "|".join(ends) + r")\b"


def _may_end(pattern: _Pattern, present: frozenset[str]) -> bool:
    """Tell whether a pattern's last word may stand among these; a quick look that spares most comparisons."""
    term = pattern.terms[-1]
    return term is None or bool(term.prefixes) or not term.exact.isdisjoint(present)


def _match(terms: Sequence[_Term | None], words: Sequence[str], index: int) -> tuple[int, int]:
    """Return where a pattern ends that begins at `index` and which words it takes (as bits), or (0, 0)."""
    taken = 1 << index
    position = index + 1
    gap = False
    size = len(words)
    for term in terms[1:]:
        if term is None:
            gap = True
            continue
        stop = min(position + _GAP + 1 if gap else position + 1, size)
        while position < stop and not term.fits(words[position]):
            position += 1
        if position >= stop:
            return 0, 0
        taken |= 1 << position
        position += 1
        gap = False
    return position, taken


@cache
def load_lexicon(lang: str) -> Lexicon:
    """Return the lexicon of a language; it is read once per process. Raises KeyError for one that has none."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    text = (files(__name__) / f"{lang}.toml").read_text(encoding="utf-8")
    return Lexicon(lang, tomllib.loads(text))
