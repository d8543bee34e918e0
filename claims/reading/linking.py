"""Which listed place a name in a text means, where several have it, or a place elsewhere, or a party.

What a text says of its surroundings decides: the parties of a claim, a country, places nearby. Where nothing does, the
name is left alone: no row is better than one of the wrong town.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from claims.reading.homonyms import Atlas, Surroundings
from claims.reading.names import Finder, Mention
from claims.reading.passage import Passage
from claims.reading.script import Script

_NAME = re.compile(r"\b[A-ZÀ-ÞЀ-Я][\w'’-]{2,40}(?: [A-ZÀ-ÞЀ-Я][\w'’-]{2,40}){0,2}")
_MOST_NAMES = 60
_DOING = ("take", "hold", "lose", "expel")
_SAYING = ("say", "say_weak", "deny", "admit", "according")

_PARTIES = ("party", "people")
LEFT_OPEN = "homonym"
"""The kind of a mention of some listed place, nobody can tell which."""

_Span = tuple[int, int]


@dataclass(slots=True)
class Linker:
    """Tells the homonyms of one catalogue apart, with what the gazetteer knows of them if there is one."""

    finder: Finder
    atlas: Atlas | None

    def settle(self, mentions: list[Mention], text: str, original: str, lang: str) -> list[Mention]:
        """Return the mentions without those of places that a text does not mean. They are sorted; `text` is folded."""
        shared = self._shared(mentions)
        if shared:
            mentions = self._among_listed(mentions, shared, text, original, lang)
        return mentions if self.atlas is None else self._against_elsewhere(mentions, self.atlas, text, lang)

    def _shared(self, mentions: Sequence[Mention]) -> dict[_Span, frozenset[str]]:
        """Return the names that are several listed places', known to be different ones by their ids."""
        places = [mention for mention in mentions if mention.kind == "place"]
        spans: dict[_Span, set[str]] = defaultdict(set)
        for one, other in pairwise(places):
            if (one.start, one.end) == (other.start, other.end):
                spans[one.start, one.end] |= {one.key, other.key}
        return {span: frozenset(keys) for span, keys in spans.items() if self._differ(keys)}

    def _differ(self, keys: set[str]) -> bool:
        ids = {self.finder.place_ids[int(key)] for key in keys}
        return None not in ids and len(ids) > 1

    def _among_listed(
        self,
        mentions: list[Mention],
        shared: Mapping[_Span, frozenset[str]],
        text: str,
        original: str,
        lang: str,
    ) -> list[Mention]:
        sure = [m for m in mentions if m.kind != "place" or (m.start, m.end) not in shared]
        meant = {
            keys: self._meant(keys, sure, text, original, lang) for keys in sorted(set(shared.values()), key=sorted)
        }
        settled = []
        for m in mentions:
            keys = shared.get((m.start, m.end)) if m.kind == "place" else None
            if keys is None or m.key == meant[keys]:
                settled.append(m)
            elif not meant[keys]:
                settled.append(Mention(m.start, m.end, LEFT_OPEN, ""))
        return list(dict.fromkeys(settled))

    def _meant(self, keys: frozenset[str], sure: list[Mention], text: str, original: str, lang: str) -> str:
        """Return which of several listed places is meant, or "" where the text does not tell."""
        parties = {mention.key for mention in sure if mention.kind in ("party", "people", "quality")}
        sides = {key: self._sides(key) for key in keys}
        weights = {}
        around = self.atlas.surroundings(text, lang, sure) if self.atlas else None
        for key in sorted(keys):
            own = sides[key].difference(*(sides[other] for other in keys if other != key))
            weight = 1 if own & parties else 0
            weight += 4 if any(mention.kind == "place" and mention.key == key for mention in sure) else 0
            weights[key] = weight + (self._placed(key, keys, around, original) if around else 0)
        best = max(weights.values())
        winners = [key for key in sorted(keys) if weights[key] == best]
        return winners[0] if best and len(winners) == 1 else ""

    def _sides(self, key: str) -> frozenset[str]:
        claims = self.finder.places[int(key)]
        return frozenset(slug for claim in claims for slug in (claim.holder, claim.opposed) if slug)

    def _placed(self, key: str, keys: frozenset[str], around: Surroundings, original: str) -> int:
        """Weigh what the text says of where it is set: a country that only this place is in, places near it."""
        known = {k: around.place(self.finder.place_ids[int(k)]) for k in keys}
        place = known[key]
        if place is None:
            return 0
        others = {other.country for k, other in known.items() if k != key and other is not None}
        weight = 2 if place.country not in others and around.names(place.country) else 0
        named = (match[0] for match in islice(_NAME.finditer(original), _MOST_NAMES))
        return weight + (2 if around.is_near(place) or around.has_neighbour(place, named) else 0)

    def _against_elsewhere(self, mentions: list[Mention], atlas: Atlas, text: str, lang: str) -> list[Mention]:
        """Leave out a listed place whose name is a far bigger one's in another country, if the text names only that."""
        keys = sorted({mention.key for mention in mentions if mention.kind == "place"})
        bigger = {key: atlas.bigger_elsewhere(key, lang) for key in keys}
        if not any(bigger.values()):
            return mentions
        meant_elsewhere = set()
        for key in keys:
            place = atlas.place_at(key)
            others = [mention for mention in mentions if (mention.kind, mention.key) != ("place", key)]
            around = atlas.surroundings(text, lang, others)
            there = any(around.names(country) for country in bigger[key])
            if place and there and not around.speaks_of(place.country) and not around.is_near(place):
                meant_elsewhere.add(key)
        return [m for m in mentions if m.kind != "place" or m.key not in meant_elsewhere]


def part_names(script: Script) -> None:
    """Take each name that is a listed place's and a party's for one of them: as it stands in its sentence.

    One that speaks is the party; one behind a preposition or a verb of taking, or before one of falling, is the place;
    any other is not the place.
    """
    places = {(mention.start, mention.end) for mention in script.mentions if mention.kind == "place"}
    both = {(m.start, m.end) for m in script.mentions if m.kind in _PARTIES and (m.start, m.end) in places}
    wrong: dict[_Span, tuple[str, ...]] = {}
    for span in sorted(both):
        passage = script.passage_at(span[0])
        named = [one for one in passage.named if passage.starts[one.first] == span[0]]
        words = next(((one.first, one.last) for one in named if one.kind == "place"), None)
        if words:
            wrong[span] = ("place",) if _speaks(passage, *words) or not _lies(passage, *words) else _PARTIES
            passage.rename([one for one in passage.named if one not in named or one.kind not in wrong[span]])
    script.mentions = [m for m in script.mentions if m.kind not in wrong.get((m.start, m.end), ())]


def _speaks(passage: Passage, first: int, last: int) -> bool:
    behind = any(passage.cue_at(at, *_SAYING) for at in range(last, last + 2))
    ahead = passage.cue_at(first - 1, *_SAYING) is not None
    return (behind or ahead) and not passage.cue_at(first - 1, "prep", "town")


def _lies(passage: Passage, first: int, last: int) -> bool:
    if passage.cue_at(first - 1, "prep", "near", "town", *_DOING) or passage.cue_at(last, "town"):
        return True
    doing = (cue for cue in passage.of(*_DOING, "fall", "hold_out") if passage.same_clause(cue.first, first))
    return any(0 <= first - cue.last <= 2 or 0 <= cue.first - last <= 3 for cue in doing)
