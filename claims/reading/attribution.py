"""Who says: find the voices in a sentence, and which of them a given word belongs to.

A voice is a cue (a verb of claiming, "according to", a denial, a noun such as "announcement") with the party whose it is.
Its party is looked for beside the cue: before it, after it, in an agent or genitive phrase; then by pronoun or office
in what went before. None stands for somebody the catalogue does not list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage

SAYING = ("say", "admit")
_REACH_BEFORE = 14
_REACH_AFTER = 6


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
    speaker_listed: bool = False
    named: list[tuple[str, int]] = field(default_factory=list)
    place: str = ""
    place_at: int = -9

    def note(self, passage: Passage, voices: Sequence[Voice]) -> None:
        """Remember a sentence's speakers and names."""
        for named in passage.parties():
            self.named.append((named.key, passage.number))
        del self.named[:-20]
        places = passage.places()
        if places:
            self.place, self.place_at = places[-1].key, passage.number
        spoken = [voice for voice in voices if voice.kind in ("say", "admit", "according", "deny")]
        if spoken:
            chosen = [voice for voice in spoken if voice.party] or spoken
            self.speaker = chosen[-1].party
            self.speaker_at = passage.number
            self.speaker_paragraph = passage.stretch.paragraph

    def last_party(self, near: int) -> str | None:
        """Return the party that a pronoun or office in sentence `near` most likely means."""
        if self.speaker and near - self.speaker_at <= 3:
            return self.speaker
        if self.named and near - self.named[-1][1] <= 3:
            return self.named[-1][0]
        return None


def find_voices(passage: Passage, discourse: Discourse, free_order: bool) -> list[Voice]:
    """Return the voices of a sentence, left to right.

    `free_order`: the language puts subjects after verbs freely, and names a body by its seat ("у Києві заявили").
    """
    muted = passage.of("neutral")
    found: list[Voice] = []
    for kind in ("say", "admit", "deny", "say_noun", "according"):
        for cue in passage.of(kind):
            if any(mute.first <= cue.first < mute.last for mute in muted):
                continue
            if kind == "say_noun":
                found.append(_noun_voice(passage, cue, discourse))
            elif kind == "according":
                found.append(_according_voice(passage, cue, discourse))
            else:
                found.append(_verb_voice(passage, kind, cue, discourse, free_order))
    found.sort(key=lambda voice: (voice.cue.first, voice.cue.last, voice.kind))
    return _without_doubles(found)


def _without_doubles(voices: list[Voice]) -> list[Voice]:
    """Of two cues over the same words keep the denial, then the longer one."""
    kept: list[Voice] = []
    for voice in voices:
        rival = next((k for k in kept if k.cue.first < voice.cue.last and voice.cue.first < k.cue.last), None)
        if rival is None:
            kept.append(voice)
        elif (voice.kind == "deny", voice.cue.last - voice.cue.first) > (
            rival.kind == "deny",
            rival.cue.last - rival.cue.first,
        ):
            kept[kept.index(rival)] = voice
    return kept


def _verb_voice(passage: Passage, kind: str, cue: Cue, discourse: Discourse, free_order: bool) -> Voice:
    parties = passage.parties()
    agent = _agent(passage, cue, parties)
    if agent:
        return Voice(kind, agent.key, cue, agent, "agent")
    before = _before(passage, cue, parties, free_order)
    after = _after(passage, cue, parties)
    inverted = _is_inverted(passage, cue)
    if after and (inverted or before is None or not passage.same_clause(before.first, cue.first)):
        return Voice(kind, after.key, cue, after, "after")
    if before and not (_own_subject(passage, cue, before)):
        return Voice(kind, before.key, cue, before, "before")
    if after:
        return Voice(kind, after.key, cue, after, "after")
    how = _by_reference(passage, cue)
    if how:
        own = _earlier_in_sentence(passage, cue, parties)
        party = own.key if own else discourse.last_party(passage.number)
        return Voice(kind, party, cue, None, how)
    return Voice(kind, None, cue, None, "nobody")


def _agent(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party after "by": "contested by the Veltians"."""
    for index in range(cue.last - 1, min(cue.last + 2, len(passage.words))):
        if passage.cue_at(index, "by"):
            return next((named for named in parties if 0 < named.first - index <= 3), None)
    return None


def _before(passage: Passage, cue: Cue, parties: Sequence[Named], free_order: bool) -> Named | None:
    for named in reversed(parties):
        if named.last > cue.first:
            continue
        if cue.first - named.last > _REACH_BEFORE or passage.segment[named.first] != passage.segment[cue.first]:
            return None
        if passage.quote[named.first] != passage.quote[cue.first]:
            continue
        if passage.clause[cue.first] - passage.clause[named.first] > 3:
            return None
        if _is_oblique(passage, named, free_order):
            continue
        if any(
            passage.clause[rival.first] != passage.clause[cue.first]
            for rival in passage.of(*SAYING, "deny")
            if named.last <= rival.first < cue.first
        ) and _has_comp(passage, named.last, cue.first):
            # The nearer verb of saying has taken it: "Veltia said that residents claim".
            return named if passage.of("pronoun") and _pronoun_near(passage, cue) else None
        return named
    return None


def _has_comp(passage: Passage, first: int, last: int) -> bool:
    return any(first <= cue.first < last for cue in passage.of("comp"))


def _is_oblique(passage: Passage, named: Named, free_order: bool) -> bool:
    """Tell whether a preposition keeps this name from being a subject ("to Veltia", "envers Moscou")."""
    index = named.first - 1
    while index >= 0 and passage.text_at(index) in ("the", "la", "l", "le", "les", "a", "an"):
        index -= 1
    if index < 0 or passage.clause[index] != passage.clause[named.first]:
        return False
    if passage.cue_at(index, "prep_subject"):
        return False
    if any(0 <= named.first - example.last <= 3 for example in passage.of("example")):
        # "analysts, such as those of the X project, confirm": the example speaks for the whole.
        return False
    return passage.cue_at(index, "prep") is not None


def _after(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    for named in parties:
        if named.first < cue.last:
            continue
        if named.first - cue.last > _REACH_AFTER or passage.clause[named.first] - passage.clause[cue.last - 1] > 0:
            return None
        between = range(cue.last, named.first)
        if any(passage.cue_at(index, "comp", "by", "take", "hold", "lose", "fight", "say_noun") for index in between):
            return None
        if _is_oblique(passage, named, False):
            continue
        return named
    return None


def _is_inverted(passage: Passage, cue: Cue) -> bool:
    """Tell whether the verb opens its clause, as after a quotation: "…», a annoncé le ministère"."""
    clause = passage.clause[cue.first]
    opening = next(index for index, number in enumerate(passage.clause) if number == clause)
    return cue.first - opening <= 1 and opening > 0


def _own_subject(passage: Passage, cue: Cue, before: Named) -> bool:
    """Tell whether the verb has a subject of its own nearer than the party found before it."""
    if passage.same_clause(before.first, cue.first):
        return False
    return _by_reference(passage, cue) == "pronoun" and False


def _pronoun_near(passage: Passage, cue: Cue) -> bool:
    return any(-3 <= pronoun.first - cue.last <= 1 or 0 <= cue.first - pronoun.last <= 2 for pronoun in passage.of("pronoun"))


def _by_reference(passage: Passage, cue: Cue) -> str:
    """Return "pronoun" or "office" if one of these is the verb's subject."""
    clause = passage.clause[cue.first]
    for kind, how in (("pronoun", "pronoun"), ("role", "office")):
        for other in passage.of(kind):
            if passage.clause[other.first] != clause or other.first >= cue.last and other.first - cue.last > 3:
                continue
            if cue.first - other.last <= 4 and other.first < cue.last + 4:
                return how
    return ""


def _earlier_in_sentence(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    earlier = [named for named in parties if named.last <= cue.first]
    return earlier[0] if earlier else None


def _noun_voice(passage: Passage, cue: Cue, discourse: Discourse) -> Voice:
    holders = [named for named in passage.named if named.kind in ("party", "people", "quality")]
    for named in holders:
        if 0 <= named.first - cue.last <= 2 and passage.same_clause(named.first, cue.first):
            if not passage.cue_at(named.first - 1, "comp"):
                return Voice("say_noun", named.key, cue, named, "after")
    for named in reversed(holders):
        if 0 <= cue.first - named.last <= 2 and passage.same_clause(named.first, cue.first):
            return Voice("say_noun", named.key, cue, named, "before")
    return Voice("say_noun", None, cue, None, "nobody")


def _according_voice(passage: Passage, cue: Cue, discourse: Discourse) -> Voice:
    for named in passage.named:
        if named.kind in ("party", "people", "quality") and 0 <= named.first - cue.last <= 6:
            if passage.clause[named.first] == passage.clause[cue.last - 1]:
                return Voice("according", named.key, cue, named, "after")
    for kind, how in (("pronoun", "pronoun"), ("role", "office")):
        for other in passage.of(kind):
            if 0 <= other.first - cue.last <= 3:
                return Voice("according", discourse.last_party(passage.number), cue, None, how)
    return Voice("according", None, cue, None, "nobody")


def governing(passage: Passage, voices: Sequence[Voice], index: int) -> list[Voice]:
    """Return the voices that may govern a word, the nearest first.

    Nearness counts clauses; a voice further on governs what stands before it unless one nearer does, and one whose
    complement ("that ...", a colon, an opening quotation) begins right after it governs all that follows.
    """
    ranked = []
    for number, voice in enumerate(voices):
        if passage.segment[voice.cue.first] != passage.segment[index] and not _opens_sentence(passage, voice):
            continue
        ranked.append((_distance(passage, voice, index), number, voice))
    ranked.sort(key=lambda item: item[:2])
    return [voice for _, _, voice in ranked]


def _opens_sentence(passage: Passage, voice: Voice) -> bool:
    """Tell whether a voice stands over the whole sentence: "According to X, ... while ..."."""
    return voice.kind == "according" and voice.cue.first <= 1


def _distance(passage: Passage, voice: Voice, index: int) -> float:
    clauses = passage.clause[index] - passage.clause[voice.cue.first]
    if clauses == 0:
        return abs(index - voice.cue.first) * 0.01
    if voice.kind == "say_noun":
        return 0.5 + abs(clauses) if clauses > 0 and _leads_on(passage, voice) else 3.0 + abs(clauses)
    if clauses > 0:
        return (0.3 if _leads_on(passage, voice) else 1.2) * clauses + 0.1
    return abs(clauses) * 1.0


def _leads_on(passage: Passage, voice: Voice) -> bool:
    """Tell whether the words right after the voice open its complement."""
    for index in range(voice.last, min(voice.last + 6, len(passage.words))):
        if passage.cue_at(index, "comp"):
            return True
        if any(mark in passage.gaps[index] for mark in ":«“\""):
            return True
    return False
