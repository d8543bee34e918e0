"""Find known names in a text: parties, places of control claims, keywords of general claims.

One automaton over all generated forms; its size follows the catalogue, its speed hardly does. A form is entered
by what its inflections share, and the whole word is compared when that beginning is met at a word's start.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import ahocorasick

from claims.reading.folding import fold, fold_word
from claims.reading.forms import demonym_stems, name_forms
from claims.reading.keywords import Stems, contraries, cut_keyword, wordings
from claims.reading.lexicon import LANGUAGES, WORD, Cue, Lexicon, load_lexicon
from claims.reading.values import Catalogue, ClaimEntry, Names, PartyEntry
from claims.words import OWN_VOICE, ClaimKind

_LONGEST_ENDING = 7
_LONGEST_WORD = 40
_WORD_ON = re.compile(r"(?:[^\W_]|'(?=[а-ї]))*")
# What a publisher's name may have beside a party's: "Press office of X (English service)".
_CHANNEL = ("channel", "role", "bulletin", "document", "det", "prep", "prep_genitive")

KEYWORDS = ("keyword", "contrary")
"""The kinds of mention of a keyword: by itself, or by a word that says its contrary."""


class Mention(NamedTuple):
    """A known name in the folded text.

    `kind` is "party", "people" (a people's name), "quality" (an adjective of a party's name), "place", "keyword" or
    "contrary" (a word that says the contrary of a keyword);
    `key` the party's slug, or the number of the place or keyword in the finder's lists.
    """

    start: int
    end: int
    kind: str
    key: str
    subject: bool = True
    """It stands in a form that a subject can have."""


_Entry = tuple[str, str, str]


@dataclass(slots=True)
class _Bucket:
    """What may begin with one key of the automaton."""

    forms: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    """Whole forms, to (kind, key, how it must be written: "upper", "Capital" or "")."""
    lengths: tuple[int, ...] = ()
    stems: list[_Entry] = field(default_factory=list)
    """The key as the stem of a word of any ending."""
    keywords: list[tuple[int, int]] = field(default_factory=list)
    """Keywords that begin so: (number of the keyword, which of its wordings)."""


@dataclass(slots=True)
class _Keyword:
    lang: str
    wordings: list[Stems]
    contrary_from: int
    """From which of the wordings on they say the contrary."""


class Finder:
    """The names of one catalogue, compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.places: list[list[ClaimEntry]] = []
        self.place_ids: list[int | None] = []
        """Their GeoNames ids, where the catalogue gives one."""
        self.shared = False
        """Some place has a party's name."""
        self.keywords: list[_Keyword] = []
        self._buckets: dict[str, _Bucket] = {}
        self._keyword_numbers: dict[tuple[str, str], int] = {}
        for party in catalogue.parties:
            if party.slug != OWN_VOICE:
                self._add_names(party.names, "party", party.slug)
                self._add_demonyms(party.names, party.slug)
        self._add_places(catalogue.claims)
        self.offices: dict[tuple[str, str], frozenset[str]] = {}
        """By language and stem: the parties in whose names the word stands ("ministry", "institute")."""
        self._add_offices(catalogue.parties)

    def compile(self) -> None:
        """Close the list of names; only then can a text be searched."""
        self._automaton = ahocorasick.Automaton()
        for key, bucket in self._buckets.items():
            bucket.lengths = tuple(sorted({len(form) for form in bucket.forms}, reverse=True))
            for entries in bucket.forms.values():
                kinds = {kind.removesuffix(", oblique") for kind, _, _ in entries}
                self.shared = self.shared or kinds >= {"party", "place"}
            self._automaton.add_word(key, (len(key), bucket))
        if self._buckets:
            self._automaton.make_automaton()

    def _add_places(self, claims: Iterable[ClaimEntry]) -> None:
        """Enter the places of control claims: one GeoNames id is one place; without one, the same names are."""
        numbers: dict[object, int] = {}
        entered: set[tuple[object, int]] = set()
        for claim in claims:
            if claim.kind != ClaimKind.CONTROL or claim.place is None:
                continue
            names = {lang: tuple(given) for lang, given in claim.place.names.items()}
            names["en"] = tuple(dict.fromkeys((*names.get("en", ()), claim.place.name)))
            geonameid = claim.place.geonameid
            called = tuple(sorted(names.items()))
            number = numbers.get(geonameid) if geonameid is not None else numbers.get(called)
            if number is None and called in numbers and self.place_ids[numbers[called]] is None:
                number = numbers[called]
            if number is None:
                number = len(self.places)
                self.places.append([])
                self.place_ids.append(None)
            if geonameid is not None:
                self.place_ids[number] = geonameid
                numbers[geonameid] = number
            if (called, number) not in entered:
                entered.add((called, number))
                self._add_names(names, "place", str(number))
            numbers.setdefault(called, number)
            self.places[number].append(claim)

    def _add_names(self, names: Names, kind: str, key: str) -> None:
        for lang, given in names.items():
            for name in given:
                forms = name_forms(name, lang)
                if not forms:
                    continue
                style = find_style(name, forms)
                self._add_forms(forms[:1], (kind, key, style))
                self._add_forms(forms[1:], (kind + ", oblique", key, style))

    def _add_demonyms(self, names: Names, slug: str) -> None:
        for lang, given in names.items():
            if lang not in LANGUAGES:
                continue
            for name in given:
                for stem, people in demonym_stems(name, lang):
                    what = "people" if people else "quality"
                    entry = (what, slug, "Capital" if what in load_lexicon(lang).capital_demonyms else "")
                    bucket = self._bucket(stem)
                    if entry not in bucket.stems:
                        bucket.stems.append(entry)

    def _add_offices(self, parties: Iterable[PartyEntry]) -> None:
        """Enter the offices in parties' names, and what sets a party's offices apart.

        In "Veltian forces", "Veltian ministry" that is "Veltian"; beside any office it then means the party. A word
        that several parties share is the one's who has it most often.
        """
        offices: dict[tuple[str, str], set[str]] = defaultdict(set)
        marks: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        worded: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for party in parties:
            for lang, given in party.names.items():
                if lang not in LANGUAGES:
                    continue
                lexicon = load_lexicon(lang)
                for name in given:
                    words = [match for match in WORD.findall(fold_word(name)) if match not in lexicon.articles]
                    for word in _heads(words, lexicon):
                        offices[lang, lexicon.stem(word)].add(party.slug)
                    roles = lexicon.find(words)
                    held = {at for cue in roles if cue.kind in ("role", "prep") for at in range(cue.first, cue.last)}
                    if len(words) < 2 or not any(cue.kind == "role" for cue in roles):
                        continue
                    for cue in roles:
                        if cue.kind == "role":
                            offices[lang, lexicon.stem(words[cue.first])].add(party.slug)
                    rest = [word for at, word in enumerate(words) if at not in held]
                    if len(rest) == 1 and len(rest[0]) > 3 and not _is_dependent(name, rest[0], words, roles, lexicon):
                        stem = lexicon.stem(rest[0])
                        # A side's own party has its adjective before those who only take its side.
                        marks[lang, stem][party.slug] += 1 if party.aligned_with else 3
                        worded[lang, stem][rest[0]] = None
        self.offices = {key: frozenset(slugs) for key, slugs in offices.items()}
        for (lang, root), counts in marks.items():
            slug = max(sorted(counts), key=lambda one: counts[one])
            for word in worded[lang, root]:
                self._add_forms(name_forms(word, lang), ("quality", slug, ""))
            if len(root) >= 5:
                self._bucket(root).stems.append(("quality", slug, ""))

    def _add_forms(self, forms: Iterable[str], entry: _Entry) -> None:
        groups: dict[str, list[str]] = defaultdict(list)
        for form in forms:
            groups[form[:3]].append(form)
        for group in groups.values():
            key = _common_beginning(group)
            bucket = self._bucket(key)
            for form in group:
                if entry not in bucket.forms[form]:
                    bucket.forms[form].append(entry)

    def _bucket(self, key: str) -> _Bucket:
        if key not in self._buckets:
            self._buckets[key] = _Bucket()
        return self._buckets[key]

    def add_keyword(self, word: str, lang: str) -> int | None:
        """Enter a keyword of a general claim and return its number, or None if it has no letters."""
        lexicon = load_lexicon(lang)
        words = cut_keyword(word, lexicon)
        if not words:
            return None
        known = self._keyword_numbers.get((lang, " ".join(words)))
        if known is not None:
            return known
        number = self._keyword_numbers[(lang, " ".join(words))] = len(self.keywords)
        said, against = wordings(words, lexicon), contraries(words, lexicon)
        self.keywords.append(_Keyword(lang, [*said, *against], len(said)))
        for index, stems in enumerate(self.keywords[number].wordings):
            self._bucket(stems[0]).keywords.append((number, index))
        return number

    def find(self, text: str, original: str, lexicon: Lexicon) -> list[Mention]:
        """Return the mentions in a folded text, left to right.

        `original` holds the same characters before folding, so that names keep their capitals.
        """
        if not self._buckets:
            return []
        found: list[Mention] = []
        for last, (length, bucket) in self._automaton.iter(text):
            start = last + 1 - length
            if start and (text[start - 1].isalnum()):
                continue
            self._find_at(text, original, start, last + 1, bucket, lexicon, found)
        return _without_nested(found)

    def keywords_of(self, names: Iterable[str], lexicon: Lexicon) -> frozenset[str]:
        """Return the numbers of the keywords that stand in a party's names: who names the party has named them."""
        found: list[Mention] = []
        for name in names:
            text = fold_word(name)
            for last, (length, bucket) in self._automaton.iter(text):
                start = last + 1 - length
                if not (start and text[start - 1].isalnum()):
                    self._find_at(text, text, start, last + 1, bucket, lexicon, found)
        return frozenset(mention.key for mention in found if mention.kind == "keyword")

    def bearers(self, lexicon: Lexicon, word: str) -> frozenset[str]:
        """Return the parties in whose names the word of an office stands ("ministry", "institute")."""
        return self.offices.get((lexicon.lang, lexicon.stem(word)), frozenset())

    def claims_beside(self, claim: ClaimEntry) -> list[ClaimEntry]:
        """Return the control claims on the place that a claim is about, that claim among them."""
        return next((claims for claims in self.places if claim in claims), [])

    def whole_name(self, source: str, lexicon: Lexicon) -> str:
        """Return the party whose name is the whole of a publisher's name, or ""."""
        folded = fold(source)
        if not source or folded.back is not None:
            return ""
        for mention in self.find(folded.text, source, lexicon):
            if mention.kind != "party":
                continue
            rest = WORD.findall(folded.text[: mention.start] + " " + folded.text[mention.end :])
            held = {at for cue in lexicon.find(rest) if cue.kind in _CHANNEL for at in range(cue.first, cue.last)}
            if mention.end - mention.start >= len(source.strip()) - 4 or len(held) == len(rest):
                return mention.key
        return ""

    def _find_at(
        self, text: str, original: str, start: int, end: int, bucket: _Bucket, lexicon: Lexicon, found: list[Mention]
    ) -> None:
        for length in bucket.lengths:
            entries = bucket.forms.get(text[start : start + length])
            if entries is None or not _ends_word(text, start + length):
                continue
            for kind, key, style in entries:
                if _is_styled(original, start, start + length, style):
                    plain = kind.removesuffix(", oblique")
                    found.append(Mention(start, start + length, plain, key, plain == kind))
            break
        if not bucket.stems and not bucket.keywords:
            return
        stop = _word_end(text, end)
        if stop - end <= _LONGEST_ENDING:
            for kind, key, style in bucket.stems:
                if _is_styled(original, start, stop, style):
                    endings = lexicon.people_nominative
                    found.append(Mention(start, stop, kind, key, not endings or text[start:stop].endswith(endings)))
        for number, index in bucket.keywords:
            keyword = self.keywords[number]
            if keyword.lang == lexicon.lang:
                at = _match_stems(text, start, stop, keyword.wordings[index], lexicon)
                if at:
                    kind = "keyword" if index < keyword.contrary_from else "contrary"
                    found.append(Mention(start, at, kind, str(number)))


def find_style(name: str, forms: Sequence[str]) -> str:
    """Return how a name must be written to be taken for one: "upper", "Capital" (its first letter), or "" (anyhow)."""
    bare = name.strip()
    letters = [c for c in bare if c.isalpha()]
    if letters and all(c.isupper() for c in letters) and len(letters) < 6:
        return "upper"
    # Any of several words may be written small (ministère); of a single one its first letter tells.
    last = bare.replace("’", "'").rsplit("'", 1)[-1].rsplit(" ", 1)[-1]
    return "Capital" if " " not in forms[0] and last[:1].isupper() else ""


def _is_dependent(name: str, word: str, words: list[str], roles: Iterable[Cue], lexicon: Lexicon) -> bool:
    """Tell whether a word only says what an office is for ("forces of defence"): small, and behind the office."""
    offices = [cue.first for cue in roles if cue.kind == "role"]
    behind = words.index(word) > min(offices) and not lexicon.adjective_after
    small = not any(part.strip("«»\"'(),").istitle() for part in name.split() if fold_word(part).startswith(word))
    return behind and small


def _heads(words: list[str], lexicon: Lexicon) -> list[str]:
    """Return the words of a name by which it may be called for short: "the board" for "Electoral Board"."""
    prepositions = {cue.first for cue in lexicon.find(words) if cue.kind == "prep"}
    front = words[: min(prepositions, default=len(words))]
    if len(words) < 2 or not front:
        return []
    heads = {"last": front[-1:], "first": front[:1]}.get(lexicon.name_head, front[:2])
    return [word for word in heads if len(word) > 3]


def _match_stems(text: str, start: int, stop: int, stems: tuple[str, ...], lexicon: Lexicon) -> int:
    """Return where a keyword's run of words ends if it stands here, else 0."""
    for number, stem in enumerate(stems):
        if number:
            while stop < len(text) and text[stop] in " -'":
                stop += 1
            start, stop = stop, _word_end(text, stop)
        word = text[start:stop]
        if not word or not (
            lexicon.stem(word) == stem or (len(stem) >= 5 and word.startswith(stem) and len(word) - len(stem) <= 6)
        ):
            return 0
    return stop


def _word_end(text: str, at: int) -> int:
    word = _WORD_ON.match(text, at, at + _LONGEST_WORD)
    return word.end() if word else at


def _ends_word(text: str, at: int) -> bool:
    if at >= len(text):
        return True
    if text[at] == "'":
        return not (at + 1 < len(text) and "а" <= text[at + 1] <= "ї")
    return not text[at].isalnum()


def _is_styled(original: str, start: int, end: int, style: str) -> bool:
    if not style:
        return True
    if style == "upper":
        return original[start:end].isupper()
    return original[start].isupper()


def _common_beginning(forms: list[str]) -> str:
    first, last = min(forms), max(forms)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]


def _without_nested(found: list[Mention]) -> list[Mention]:
    """Drop a party's or place's name that lies inside a longer one; keywords may lie anywhere."""
    names = sorted({m for m in found if m.kind not in KEYWORDS}, key=lambda m: (m.start, -m.end, m.kind, m.key))
    kept: list[Mention] = []
    reach: dict[str, tuple[int, int]] = {}
    for mention in names:
        group = "place" if mention.kind == "place" else "party"
        start, end = reach.get(group, (-1, -1))
        span = (mention.start, mention.end)
        if mention.end <= end and (mention.start, mention.end) != (start, end):
            continue
        if kept and (kept[-1].start, kept[-1].end, kept[-1].kind, kept[-1].key) == (*span, mention.kind, mention.key):
            # One form of two cases (a nominative that is also an accusative): it can be a subject.
            kept[-1] = max(kept[-1], mention)
            continue
        if mention.kind != "party" and (mention.start, mention.end) == (start, end) and group == "party":
            continue
        reach[group] = (mention.start, mention.end)
        kept.append(mention)
    parties = {(m.start, m.end, m.key) for m in names if m.kind == "party"}
    long = [m for m in kept if m.kind == "party"]
    starts = [m.start for m in long]
    keywords = {m for m in found if m.kind in KEYWORDS and not _is_part(m, long, starts, parties)}
    return sorted([*kept, *keywords])


def _is_part(keyword: Mention, long: list[Mention], starts: list[int], parties: set[tuple[int, int, str]]) -> bool:
    """Tell whether a keyword is only a piece of a party's longer name, which it does not name by itself."""
    at = bisect_right(starts, keyword.start) - 1
    if at < 0 or keyword.end > long[at].end or (keyword.start, keyword.end) == (long[at].start, long[at].end):
        return False
    return (keyword.start, keyword.end, long[at].key) not in parties
