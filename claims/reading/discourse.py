"""What is remembered from sentence to sentence: who spoke, who and which place was named last."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage
from claims.words import OWN_VOICE

_WORDS_BESIDE_NAME = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody's saying, admitting, denying; or a noun that carries somebody's claim."""

    kind: str
    party: str | None
    cue: Cue
    subject: Named | None
    how: str
    """Where the party was found: "before", "after", "agent", "pronoun", "office", "earlier", "nobody"."""

    @property
    def first(self) -> int:
        """The first word of cue and subject together."""
        return min(self.cue.first, self.subject.first) if self.subject else self.cue.first

    @property
    def last(self) -> int:
        """The end of cue and subject together."""
        return max(self.cue.last, self.subject.last) if self.subject else self.cue.last


@dataclass(slots=True)
class Discourse:
    """What a reader remembers from the sentences before: who spoke, who and what was last named."""

    speaker: str | None = None
    speaker_at: int = -9
    speaker_paragraph: int = -9
    topic: str | None = None
    topic_at: int = -9
    named: list[tuple[str, int]] = field(default_factory=list)
    places: tuple[str, ...] = ()
    place_at: int = -9
    place_paragraph: int = -9
    counts: dict[str, int] = field(default_factory=dict)
    own: str = OWN_VOICE
    """The party the text as a whole speaks for, or `outlet`."""
    answering: str = ""
    """Whoever's answer the sentence belongs to in an interview, else ""."""
    home: str = ""
    """The place that the text as a whole is about, if it is about one."""

    def note(self, passage: Passage, voices: Sequence[Voice]) -> None:
        """Remember a sentence's speakers and names."""
        asked = passage.question and not _names_alone(passage)
        if not asked:
            self.named += [(named.key, passage.number) for named in passage.parties()]
            del self.named[:-40]
            subject = next((named for named in passage.parties() if not is_oblique(passage, named)), None)
            if subject:
                self.topic, self.topic_at = subject.key, passage.number
        places = passage.places()
        if places:
            self.places = tuple(dict.fromkeys(place.key for place in reversed(places)))
            self.place_at, self.place_paragraph = passage.number, passage.stretch.paragraph
            for place in places:
                self.counts[place.key] = self.counts.get(place.key, 0) + 1
        spoken = [voice for voice in voices if voice.kind in ("say", "admit", "according", "deny")]
        if spoken:
            chosen = [voice for voice in spoken if voice.party] or spoken
            self.speaker = chosen[0].party
            self.speaker_at = passage.number
            self.speaker_paragraph = passage.stretch.paragraph

    def last_party(self, near: int) -> str | None:
        """Return the party that a pronoun or office in sentence `near` most likely means."""
        if self.topic and self.topic_at > self.speaker_at and near - self.topic_at <= 2:
            return self.topic
        if self.speaker and near - self.speaker_at <= 2:
            return self.speaker
        if self.named and near - self.named[-1][1] <= 2:
            return self.named[-1][0]
        return None

    def office(self, near: int, bearers: tuple[frozenset[str], frozenset[str]], *, telling: bool = False) -> str | None:
        """Return the party meant by an office ("the ministry"): the last named of those that can have it.

        `telling` says that the word is none that any body is called by ("the organisation"), so that it alone means
        the one party in whose names it stands.
        """
        for fitting in bearers:
            for party, _ in reversed(self.named):
                if party in fitting:
                    return party
        if telling and len(bearers[0]) == 1:
            # No other party of the catalogue has that word in its names.
            return next(iter(bearers[0]))
        return self.last_party(near)

    def place_last(self, passage: Passage) -> str:
        """Return the place named last, however long ago, or what the text is about; "" for a sentence set elsewhere."""
        if _is_elsewhere(passage) or _is_of_others(passage):
            return ""
        return self.places[0] if self.places else self.home

    def spoke_lately(self, near: int) -> str:
        """Return who spoke in one of the two sentences before, or ""."""
        return self.speaker if self.speaker and near - self.speaker_at <= 2 else ""

    def place_meant(self, passage: Passage) -> str:
        """Return the place that "the town" means in a sentence, or "" if none was named lately."""
        if not self.places or passage.number - self.place_at > 3:
            return self.home if passage.of("town", "here", "partial") and not _is_elsewhere(passage) else ""
        if len(self.places) > 1 and passage.stretch.paragraph != self.place_paragraph:
            # Two towns in the last paragraph: a new one returns to what the text is mostly about.
            return max(sorted(self.counts), key=lambda key: self.counts[key])
        return self.places[0]


def _names_alone(passage: Passage) -> bool:
    """Tell whether a sentence is little but a party's name: "And the ministry?" turns to it."""
    named = sum(one.last - one.first for one in passage.parties())
    return named > 0 and len(passage.words) - named <= _WORDS_BESIDE_NAME


def _is_elsewhere(passage: Passage) -> bool:
    """Tell whether a sentence says where it is, in a place that no claim is about: "in Delft the town hall ..."."""
    behind = {at for cue in passage.of("where") for at in range(cue.first + 1, cue.last + 1) if at < len(passage.words)}
    capital = [at for at in behind if passage.capital[at]]
    return any(not any(named.first <= at < named.last for named in passage.named) for at in capital)


def _is_of_others(passage: Passage) -> bool:
    """Tell whether a sentence is about other settlements and not "the town": "its units took two villages"."""
    others = passage.of("other_towns")
    towns = passage.of("town", "here") if others else ()
    return bool(others) and all(any(other.first <= town.first < other.last for other in others) for town in towns)


def is_oblique(passage: Passage, named: Named) -> bool:
    """Tell whether a preposition keeps this name from being a subject ("to Veltia", "envers Moscou")."""
    if any(0 <= named.first - example.last <= 3 for example in passage.of("example")):
        # "analysts, such as those of the X project, confirm": the example speaks for the whole.
        return False
    index = named.first - 1
    if not named.subject and not passage.cue_at(index, "prep_subject", "and"):
        return True
    while index >= 0 and passage.is_determiner(index):
        index -= 1
    if index < 0 or passage.clause[index] != passage.clause[named.first]:
        return False
    if passage.cue_at(index, "prep_subject"):
        return False
    if passage.cue_at(index, "and"):
        # "between A and B": the second goes with the first.
        pair = next((other for other in passage.parties() if 0 <= index - other.last <= 1), None)
        return pair is not None and pair.last <= index and is_oblique(passage, pair)
    phrase = passage.cue_at(index, "hold", "take")
    if phrase is not None and phrase.last - phrase.first > 1 and phrase.last == index + 1:
        # "under the control of X"
        return True
    return passage.cue_at(index, "prep") is not None
