"""What speaks for a row: for each party beside each claim, sentence by sentence, the signs that it takes a stance.

The rules say what a sentence most plainly means. Much is said less plainly; what then tells an editor that somebody
takes a stance are signs that add up: who speaks, which words of claiming, denying or doubting stand how near, whose
men the verb is about. A `Bearing` lists these signs by name, as numbers that `weighing` has learned to weigh. No sign
is a word of any language: words become signs only through the lexicon's classes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from claims.reading.actors import actors_of
from claims.reading.discourse import Voice, is_oblique
from claims.reading.general import Topic
from claims.reading.lexicon import Cue
from claims.reading.names import KEYWORDS
from claims.reading.passage import Named, Passage
from claims.reading.propositions import Proposition
from claims.reading.scope import governing
from claims.reading.sides import ENEMY, OURS, Side
from claims.reading.stance import Draft, Frame
from claims.reading.values import ClaimEntry
from claims.words import OWN_VOICE

# Classes of words that mean much together with the side of whoever speaks or acts.
_SIDED = frozenset(
    {"take", "hold", "lose", "fall", "fight", "hold_out", "deny", "false", "open", "neg", "partial", "admit", "absent"}
    | {"say", "present", "under", "plan"}
)
_TOPICAL = frozenset(
    {"deny", "false", "open", "neg", "admit", "absent", "say", "plan", "future", "cond", "lie", "double", "disbelieve"}
)
# Bounds the work on a text that a machine wrote; no article that anybody wrote comes near.
_MOST_BEARINGS = 1_200
_MOST_PARTIES = 8
_MOST_CLAIMS = 12
# From here on a rule counts as sure.
_SURE = 0.8


@dataclass(slots=True)
class Scene:
    """One sentence as the rules read it: who speaks, what is said of which claim, which rows that gave."""

    passage: Passage
    voices: Sequence[Voice]
    propositions: Sequence[Proposition]
    drafts: Sequence[Draft]
    frame: Frame
    meant: str
    """The place that the sentence is about if it names none, or ""."""
    speaker: str
    """Who spoke in one of the two sentences before, or ""."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """How one sentence bears on what one party holds of one claim: its signs, and the words they stand in.

    The signs come in parts with no sign in common; a part that bearings share (all of a sentence's, all of a party's)
    is one object, so that it is weighed once.
    """

    claim: str
    party: str
    passage: int
    """The number of the sentence in its text."""
    parts: tuple[Mapping[str, float], ...]
    heard: bool
    """The party speaks in the sentence, or its words go on in it; it is not only named."""
    first: int
    last: int
    cue: Cue | None

    @property
    def signs(self) -> dict[str, float]:
        """All signs by name, with how much there is of each."""
        return {sign: value for part in self.parts for sign, value in part.items()}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a text's sentences are held against: the claims by place and by topic, the sides, the rules' rows."""

    claims: Mapping[str, ClaimEntry]
    claims_at: Callable[[str], Sequence[ClaimEntry]]
    """The claims on the place of a key."""
    topics: Sequence[Topic]
    """The general claims all of whose keywords are met somewhere in the text."""
    side_of: Callable[[ClaimEntry], Side]
    rows: Mapping[tuple[str, str], Draft]
    """The row that the rules chose for each claim and party."""


class _Marks:
    """What is told by a sentence alone, gathered once: the classes of its words, where they stand, who governs what."""

    def __init__(self, scene: Scene) -> None:
        passage = self._passage = scene.passage
        self._voices = scene.voices
        self.kinds = sorted(passage.cues)
        self.whole = {f"sentence:{kind}": 1.0 for kind in self.kinds}
        self.whole["length"] = min(3.0, len(passage.words) / 20)
        if scene.frame.title:
            self.whole["title"] = 1.0
        if passage.question:
            self.whole["question"] = 1.0
        if any(passage.quote):
            self.whole["quotation"] = 1.0
        self._near: dict[tuple[int, int], dict[str, float]] = {}
        self._governors: dict[int, Voice | None] = {}
        self._sided: dict[str, dict[str, float]] = {}

    def near(self, anchor: int) -> dict[str, float]:
        """Return the signs of the classes met in the segment and in the clause of a word."""
        passage = self._passage
        segment, clause = passage.segment[anchor], passage.clause[anchor]
        known = self._near.get((segment, clause))
        if known is None:
            known = self._near[segment, clause] = {}
            segments, clauses = passage.segment, passage.clause
            for kind in self.kinds:
                for _, first, _ in passage.cues[kind]:
                    if segments[first] == segment:
                        known[f"segment:{kind}"] = 1.0
                        if clauses[first] == clause:
                            known[f"clause:{kind}"] = 1.0
                            break
        return known

    def governor(self, proposition: Proposition) -> Voice | None:
        """Return the voice nearest to a proposition of those that may govern it."""
        if proposition.first not in self._governors:
            chain = governing(self._passage, self._voices, proposition.first)
            self._governors[proposition.first] = chain[0] if chain else None
        return self._governors[proposition.first]

    def is_of_nobody(self, proposition: Proposition) -> bool:
        """Tell whether somebody the catalogue does not list says a proposition."""
        voice = self.governor(proposition)
        return voice is not None and voice.party is None

    def sided(self, side: str) -> dict[str, float]:
        """Return the signs of classes that mean much together with the side of whoever is looked at."""
        known = self._sided.get(side)
        if known is None:
            known = {f"{side}&{kind}": 1.0 for kind in self.kinds if kind in _SIDED}
            known[f"side:{side}"] = 1.0
            self._sided[side] = known
        return known

    @cached_property
    def topical(self) -> dict[str, float]:
        """The signs of classes that mean much where a general claim is looked at."""
        told = {f"topic&{kind}": 1.0 for kind in self.kinds if kind in _TOPICAL}
        negations = len(self._passage.of("neg"))
        return told | {"negations": min(3, negations) / 3} if negations else told

    @cached_property
    def acting(self) -> list[str]:
        """The parties, and "our side" or "the enemy", that may be acting in the sentence."""
        return list(dict.fromkeys(who for _, _, who in actors_of(self._passage)))


class _Presence(NamedTuple):
    """A party in a sentence: its voices and names there, the word it is looked at from, and the signs of all that."""

    party: str
    voices: Sequence[Voice]
    named: Sequence[Named]
    anchor: int
    signs: Mapping[str, float]
    heard: bool

    @property
    def speaks(self) -> bool:
        """It is heard, and is not the outlet itself: it may take a stance where nothing is said plainly."""
        return self.heard and self.party != OWN_VOICE


def gather(scenes: Sequence[Scene], setting: Setting) -> list[Bearing]:
    """Return the bearings of a text's sentences on its claims, in the order of the sentences.

    A pair of claim and party is looked at in every sentence that is about the claim and has the party in it: as a
    voice, by name, or as whoever's words go on.
    """
    counts = Counter(place.key for scene in scenes for place in scene.passage.places())
    keywords = [{one.key for one in scene.passage.named if one.kind in KEYWORDS} for scene in scenes]
    found: list[Bearing] = []
    for number, scene in enumerate(scenes):
        if not scene.passage.words or len(found) >= _MOST_BEARINGS:
            continue
        matters = _matters(scene, setting)
        if not matters:
            continue
        present = _present(scene)
        if not present:
            continue
        marks = _Marks(scene)
        around = keywords[max(0, number - 2) : number + 2]
        near = set().union(*around[-3:]) if around else set()
        met = (keywords[number], near, near.union(*around))
        for claim, place, topic in matters:
            said = [proposition for proposition in scene.propositions if proposition.claim == claim.slug]
            able = present if said else [one for one in present if one.speaks]
            if not able:
                continue
            common = _of_control(scene, place, counts) if topic is None else _of_topic(topic, met, len(setting.topics))
            about = _about(scene.passage, said, place, topic)
            for presence in able:
                if not presence.heard and any(marks.is_of_nobody(proposition) for proposition in said):
                    continue
                signs = dict.fromkeys(_of_rules(scene, claim.slug, presence, said, setting.rows, marks), 1.0)
                if topic is None:
                    side = setting.side_of(claim)
                    own = side(presence.party)
                    signs |= dict.fromkeys(_of_acting(marks, side, own), 1.0)
                    signs |= dict.fromkeys(_of_place(scene.passage, place, presence.anchor), 1.0)
                    sided = marks.sided(own)
                else:
                    sided = marks.topical
                parts = (marks.whole, marks.near(presence.anchor), common, presence.signs, sided, signs)
                first, last = _extent(scene.passage, presence, about)
                cue = presence.voices[0].cue if presence.voices else None
                passage = scene.passage.number
                found.append(Bearing(claim.slug, presence.party, passage, parts, presence.heard, first, last, cue))
    return found


def _matters(scene: Scene, setting: Setting) -> list[tuple[ClaimEntry, str, Topic | None]]:
    """Return the claims that a sentence may be about, each with the place or the topic that makes it so."""
    keys = dict.fromkeys([place.key for place in scene.passage.places()])
    if scene.meant and not keys:
        keys[scene.meant] = None
    found: list[tuple[ClaimEntry, str, Topic | None]] = []
    found += [(claim, key, None) for key in keys for claim in setting.claims_at(key)]
    found += [(setting.claims[topic.claim], "", topic) for topic in setting.topics]
    return found[:_MOST_CLAIMS]


def _present(scene: Scene) -> list[_Presence]:
    """Return the parties that may take a stance in a sentence, each with its voices there."""
    passage = scene.passage
    found: dict[str, list[Voice]] = {}
    for voice in scene.voices:
        if voice.party:
            found.setdefault(voice.party, []).append(voice)
    for one in passage.named:
        if one.kind in ("party", "people"):
            found.setdefault(one.key, [])
    around = scene.frame
    goes_on = "" if any(found.values()) else scene.speaker
    others = scene.voices or around.carried
    own = "" if around.own == OWN_VOICE and others and not around.own_asserts else around.own
    for other in (around.carried, goes_on, own):
        if other:
            found.setdefault(other, [])
    present = []
    for party, voices in islice(found.items(), _MOST_PARTIES):
        heard = bool(voices) or party in (around.carried, around.own)
        if not scene.propositions and (not heard or party == OWN_VOICE):
            continue
        named = [one for one in passage.named if one.key == party and one.kind in ("party", "people", "quality")]
        anchor = voices[0].cue.first if voices else named[0].first if named else 0
        signs = dict.fromkeys(_of_presence(scene, party, voices, named), 1.0)
        present.append(_Presence(party, voices, named, anchor, signs, heard))
    return present


def _of_control(scene: Scene, place: str, counts: Mapping[str, int]) -> dict[str, float]:
    here = {named.key for named in scene.passage.places()}
    signs = {"control": 1.0, "places": min(3, len(here)) / 3}
    if place in here:
        signs["place here"] = 1.0
    if counts.get(place, 0) >= max(counts.values(), default=0):
        signs["main place"] = 1.0
    return signs


def _of_topic(topic: Topic, met: tuple[set[str], set[str], set[str]], topics: int) -> dict[str, float]:
    inside, near, around = met
    size = len(topic.groups)
    shares = [sum(bool(group & keys) for group in topic.groups) / size for keys in (inside, near, around)]
    signs = {"topic": 1.0, "keywords here": shares[0], "keywords near": shares[1], "keywords around": shares[2]}
    signs |= {"topics": min(3, topics) / 3, "all keywords here": float(shares[0] == 1)}
    signs |= {"all keywords near": float(shares[1] == 1), "last keyword here": float(bool(topic.groups[-1] & inside))}
    signs["claim worded negatively"] = float(topic.negated)
    return signs


def _of_presence(scene: Scene, party: str, voices: Sequence[Voice], named: Sequence[Named]) -> Iterable[str]:
    passage, around = scene.passage, scene.frame
    for voice in voices:
        yield f"voice:{voice.kind}"
    if voices:
        yield f"found:{voices[0].how}"
    if named:
        yield "named"
        yield f"named as {named[0].kind}"
        if all(is_oblique(passage, one) for one in named):
            yield "no subject"
    if around.carried == party:
        yield "words go on"
    if around.own == party:
        yield "own channel" if party != OWN_VOICE else "own voice"
        if party == OWN_VOICE and around.own_asserts:
            yield "own findings"
    if scene.speaker == party:
        yield "spoke before"
    others = {voice.party for voice in scene.voices if voice.party != party}
    if others - {None}:
        yield "another voice"
    if None in others:
        yield "voice of nobody listed"
    if not voices:
        yield "no voice beside another's" if others else "no voice"


def _of_rules(
    scene: Scene,
    claim: str,
    presence: _Presence,
    said: Sequence[Proposition],
    rows: Mapping[tuple[str, str], Draft],
    marks: _Marks,
) -> Iterable[str]:
    party = presence.party
    for draft in scene.drafts:
        if draft.claim == claim and draft.party == party:
            yield f"rule here:{draft.stance}"
            yield f"{draft.rule}:{draft.stance}"
            if draft.sure >= _SURE:
                yield f"sure rule here:{draft.stance}"
    chosen = rows.get((claim, party))
    if chosen is not None:
        yield f"rule:{chosen.stance}"
    for (other_claim, other), draft in rows.items():
        if other_claim == claim and other != party:
            yield f"rule for another:{draft.stance}"
    kinds = dict.fromkeys(voice.kind for voice in presence.voices) or ("no voice",)
    for proposition in said:
        yield _governed(marks.governor(proposition), party)
        stance = proposition.says(party)
        if stance is not None:
            yield f"says:{stance}"
            yield f"says by {proposition.rule}:{stance}"
            for kind in kinds:
                yield f"{kind} beside {stance}"
    if not said:
        yield "said of another claim" if scene.propositions else "nothing said plainly"


def _governed(voice: Voice | None, party: str) -> str:
    if voice is None:
        return "said by no voice"
    if voice.party is None:
        return "said by nobody listed"
    return "said by it" if voice.party == party else "said by another"


def _of_acting(marks: _Marks, side: Side, own: str) -> Iterable[str]:
    other = {"holder": "opposed", "opposed": "holder"}
    for who in marks.acting:
        if who == OURS:
            yield f"acting:{own if own != 'other' else 'ours'}"
        elif who == ENEMY:
            yield f"acting:{other.get(own, 'enemy')}"
        else:
            yield f"acting:{side(who)}"


def _of_place(passage: Passage, place: str, anchor: int) -> Iterable[str]:
    for named in passage.places():
        if named.key == place:
            if passage.segment[named.first] == passage.segment[anchor]:
                yield "place in segment"
            if passage.clause[named.first] == passage.clause[anchor]:
                yield "place in clause"


def _about(passage: Passage, said: Sequence[Proposition], place: str, topic: Topic | None) -> list[tuple[int, int]]:
    """Return the runs of words that say something of a claim, or else that name its place or its keywords."""
    if said:
        return [(one.first, one.last) for one in said]
    keys = frozenset([place]) if topic is None else frozenset().union(*topic.groups)
    kinds = ("place",) if topic is None else KEYWORDS
    return [(one.first, one.last) for one in passage.named if one.kind in kinds and one.key in keys]


def _extent(passage: Passage, presence: _Presence, about: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the words that show who takes the stance and what it is: the voice with what it speaks of."""
    voices, anchor = presence.voices, presence.anchor
    runs = [(voices[0].first, voices[0].last)] if voices else [(one.first, one.last) for one in presence.named[:1]]
    if about:
        runs.append(min(about, key=lambda run: abs(run[0] - anchor)))
    if not about or not runs:
        segment = [at for at, number in enumerate(passage.segment) if number == passage.segment[anchor]]
        runs.append((segment[0], segment[-1] + 1))
    return min(first for first, _ in runs), max(last for _, last in runs)
