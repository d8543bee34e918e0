"""Places a sentence names that no claim of the catalogue is about: looked up in the gazetteer, told apart by context.

They keep what is said of them from being read of a listed town nearby, and are what new claims may be about. Only where
a word of taking or holding is near is a name looked up, for a text has many that are no places'.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from claims.reading.control import ACTS
from claims.reading.gazetteer import Gazetteer
from claims.reading.homonyms import Surroundings
from claims.reading.lexicon import Lexicon
from claims.reading.passage import Named, Passage
from claims.reading.values import GazetteerPlace

MARK = "@"
_DOING = (*ACTS, "hold_out", "fight", "present", "absent")
# Names of places that stand so far from a word of doing, or are longer, are not looked up.
_REACH, _LONGEST = 9, 5
_SHORTEST = 3
# It bounds the work on a text that a machine wrote.
_MOST_NAMES = 16


@dataclass(slots=True)
class Strangers:
    """The unlisted places of one text. Asked sentence by sentence; remembers what was found under which key."""

    gazetteer: Gazetteer
    surroundings: Surroundings
    lexicon: Lexicon
    original: str
    """The text's own letters, character for character as in the folded one."""
    listed: Mapping[int, str]
    """The catalogue's places by GeoNames id: a listed town, called by a name the catalogue lacks, is no stranger."""
    met: dict[str, GazetteerPlace] = field(default_factory=dict)
    """What was met, by the key its mentions have: `@` and its GeoNames id."""
    _names: dict[str, str] = field(default_factory=dict)

    def mark(self, passage: Passage) -> None:
        """Add a sentence's unlisted places to what is marked in it."""
        doing = passage.of(*_DOING)
        if not doing:
            return
        found = []
        for first, last in _runs(passage, self.original):
            near = any(
                passage.segment[cue.first] == passage.segment[first]
                and first - cue.last < _REACH
                and cue.first - last < _REACH
                for cue in doing
            )
            if near and _stands_as_place(passage, first, last):
                last -= passage.text_at(last) in self.lexicon.regions  # "Селидове Донецької області", "Donetsk region"
                in_region = any(passage.text_at(at) in self.lexicon.regions for at in range(first - 2, first))
                key = self._key(passage, first, last) if last > first and not in_region else ""
                if key:
                    found.append(Named("place", key, first, last))
        if found:
            passage.rename(sorted([*passage.named, *found], key=lambda n: (n.first, n.last, n.kind, n.key)))

    def _key(self, passage: Passage, first: int, last: int) -> str:
        """Return the key of the place a name means: a listed one's number, a stranger's, or "" where it means none."""
        name = " ".join(self.original[passage.starts[first] : passage.ends[last - 1]].split())
        known = self._names.get(name)
        if known is None:
            known = ""
            if len(self._names) < _MOST_NAMES:
                place = self.surroundings.pick(self.gazetteer.find(name, self.lexicon.lang))
                if place is not None:
                    known = self.listed.get(place.geonameid) or f"{MARK}{place.geonameid}"
                    if known.startswith(MARK):
                        self.met[known] = place
                self._names[name] = known
        return known


def _runs(passage: Passage, original: str) -> Iterator[tuple[int, int]]:
    """Yield the runs of capitalised words that nothing else is known of, as (first, last) word numbers."""
    taken = {at for one in passage.named if one.kind != "keyword" for at in range(one.first, one.last)}
    names = {one.last for one in passage.named if one.kind in ("party", "place")}
    first = 0
    while first < len(passage.words):
        if not passage.capital[first] or first in taken or not _is_name(passage, first, original):
            first += 1
            continue
        last = first + 1
        while last < len(passage.words) and last not in taken and _goes_on(passage, last, original):
            last += 1
        # A name right behind another is the rest of it: "Ada Morvin", "Kyiv Security Forum".
        alone = first not in names or passage.gaps[first].strip(" ")
        if alone and last - first <= _LONGEST and (last - first > 1 or len(passage.text_at(first)) >= _SHORTEST):
            yield first, last
        first = last


def _is_name(passage: Passage, index: int, original: str) -> bool:
    if not passage.capital[index] or passage.cue_at(index, "role"):
        return False
    if _opens(passage, index) and any(cue.first <= index < cue.last for cues in passage.cues.values() for cue in cues):
        return False
    return not (len(passage.words[index]) < 6 and original[passage.starts[index] : passage.ends[index]].isupper())


def _goes_on(passage: Passage, index: int, original: str) -> bool:
    gap = passage.gaps[index]
    if gap == "-":
        return True
    if gap in ("'", "’"):
        return not passage.capital[index]
    return gap == " " and _is_name(passage, index, original)


def _stands_as_place(passage: Passage, first: int, last: int) -> bool:
    """Tell whether a name stands where a town's does: behind a preposition, a verb of taking; before one of falling."""
    before = first - 1
    if passage.cue_at(before, "prep", "near", "town", "prep_genitive", *_DOING) or passage.cue_at(last, "town"):
        return True
    if any(one.last == before and passage.cue_at(before, "and") for one in passage.places()):
        return True
    # A sentence's first word is written large whatever it is.
    reach = 2 if _opens(passage, first) else 4
    return any(0 <= cue.first - last <= reach and passage.same_clause(cue.first, first) for cue in passage.of(*_DOING))


def _opens(passage: Passage, index: int) -> bool:
    return index == 0 or passage.quote[index] != passage.quote[index - 1]
