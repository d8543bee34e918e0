"""What a sentence says of a general claim: its keywords, and whether they are asserted, negated or left open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from claims.reading.discourse import Voice, is_oblique
from claims.reading.lexicon import Cue
from claims.reading.names import KEYWORDS
from claims.reading.passage import Named, Passage
from claims.reading.polarity import is_doubted, negations
from claims.words import Stance


@dataclass(frozen=True, slots=True)
class Topic:
    """A general claim in one language: per group the numbers of its keywords, and how its own sentence is worded."""

    claim: str
    groups: tuple[frozenset[str], ...]
    negated: bool = False
    """Its own sentence is a negative one."""
    wishes: bool = False
    """Its own sentence speaks of a wish or plan, so that one in a text is no reason to pass it over."""
    spare: int = 0
    """How many of its groups a text need not have; some, where they are drafted from its own sentence."""
    opposed: frozenset[str] = frozenset()
    """Its keywords that say the contrary of its own sentence ("honest" where that has "rigged")."""
    agent: str = ""
    """The party that its own sentence says has done it, if that is its subject."""
    names: frozenset[str] = frozenset()
    """Its keywords that are names, where its own sentence has one of them, and the listed places it names.

    A text that has none of these is not about it.
    """

    def is_named(self, keys: Collection[str]) -> bool:
        """Tell whether a text with these keywords names what the claim names, if it names anything."""
        return not self.names or not self.names.isdisjoint(keys)


@dataclass(frozen=True, slots=True)
class Treated:
    """A topic that a text treats as a whole, and the group of keywords it names least: what it says of the rest."""

    topic: Topic
    telling: frozenset[str]
    weight: int = 0
    """How many of its keywords the text has."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A claim's keywords met in a sentence: from word `first` to `last`, and what is said of them."""

    claim: str
    first: int
    last: int
    stance: Stance
    whole: bool
    """All groups stand in this very sentence."""
    hedged: bool = False
    unreal: bool = False
    rule: str = ""


def find_matter(
    passage: Passage,
    topic: Topic,
    around: Mapping[int, frozenset[str]],
    voices: Sequence[Voice] = (),
    treated: Treated | None = None,
) -> Matter | None:
    """Return what a sentence says of a claim, or None if it is not about it.

    `around` gives the keywords of the sentences before and after (by their distance). At least half of the groups
    must be in the sentence itself. The rest may stand further off in a text that treats the topic as a whole, where
    the sentence has what the text says of it. `voices` are the sentence's own.
    """
    own = _keywords(passage, topic)
    found = {named.key for named in own}
    inside = [group for group in topic.groups if group & found]
    telling = treated is not None and bool(treated.telling & found)
    if not inside or len(inside) * 2 < len(topic.groups) - topic.spare:
        return None
    if len(inside) < len(topic.groups) and _names_alone(passage, own, inside):
        return None
    nearby = frozenset().union(*around.values()) if around else frozenset()
    missing = [group for group in topic.groups if not group & found and not group & nearby]
    far = len(missing) > topic.spare
    if far and not telling:
        return None
    span = _tightest(passage, own, inside)
    speaker = _speaking_of_himself(passage, span, voices)
    if speaker is not None:
        subject = speaker.subject
        behind = subject is not None and subject.first < speaker.cue.first
        met = range(subject.first, subject.last) if subject else range(0)
        span = [named for named in span if named.first not in met]
        if behind and not _goes_on_about(passage, speaker, span, topic):
            return None
    first, last = min(n.first for n in span), max(n.last for n in span)
    stance, rule = _polarity(passage, span, topic)
    if stance != Stance.UNSETTLED and _is_done_by_another(passage, span, topic, voices):
        stance = Stance.DENIES if stance == Stance.AFFIRMS else Stance.AFFIRMS
        rule = "keywords, another did it"
    return Matter(
        claim=topic.claim,
        first=first,
        last=last,
        stance=stance,
        whole=len(inside) >= len(topic.groups) - topic.spare,
        hedged=any(first - 4 <= hedge.first < last for hedge in passage.of("hedge")),
        unreal=_is_unreal(passage, span, topic, stance),
        rule=rule,
    )


def _keywords(passage: Passage, topic: Topic) -> list[Named]:
    """Return where the keywords of a topic stand, or words that say their contrary and are no keywords themselves."""
    known = frozenset().union(*topic.groups)
    own = [named for named in passage.named if named.kind in KEYWORDS and named.key in known]
    plain = {named.first for named in own if named.kind == "keyword"}
    return [named for named in own if named.kind == "keyword" or named.first not in plain]


def _names_alone(passage: Passage, own: Sequence[Named], groups: Sequence[frozenset[str]]) -> bool:
    """Tell whether all that is met of a topic is a party's own name, of which much may be said."""
    met = [named for named in own if any(named.key in group for group in groups)]
    parties = passage.parties()
    return all(any(one.first <= named.first < one.last for one in parties) for named in met)


def _tightest(passage: Passage, own: Sequence[Named], groups: Sequence[frozenset[str]]) -> list[Named]:
    """Return one keyword per group, as near together as they come."""
    best: list[Named] = []
    width = 10_000
    for anchor in own:
        chosen = []
        for group in groups:
            options = [named for named in own if named.key in group]
            chosen.append(min(options, key=lambda n: (abs(n.first - anchor.first), n.first)))
        spread = max(n.last for n in chosen) - min(n.first for n in chosen)
        spread += 40 * (len({passage.segment[n.first] for n in chosen}) - 1)
        if spread < width:
            best, width = chosen, spread
    return best


def _speaking_of_himself(passage: Passage, span: Sequence[Named], voices: Sequence[Voice]) -> Voice | None:
    """Return the voice whose subject is itself one of the keywords, the rest being said: "X said he wants to ..."."""
    of_self = passage.of("first_person", "sides")
    for voice in voices:
        subject = voice.subject
        if subject is None or voice.kind not in ("say", "admit"):
            continue
        if subject.first >= voice.cue.first:
            # "Victory is ours", wrote X.
            ahead = [named for named in span if named.last <= voice.cue.first]
            met = [named for named in span if subject.first <= named.first < subject.last]
            ours = any(cue.first < voice.cue.first for cue in of_self)
            if ours and met and ahead and len(met) + len(ahead) == len(span):
                return voice
            continue
        behind = [named for named in span if named.first >= voice.cue.last]
        met = [named for named in span if subject.first <= named.first < subject.last]
        if met and behind and len(met) + len(behind) == len(span):
            return voice
    return None


def _goes_on_about(passage: Passage, speaker: Voice, span: Sequence[Named], topic: Topic) -> bool:
    """Tell whether what is said has the speaker for its subject, and is a wish where the claim is about one."""
    first = min(named.first for named in span)
    wishes = [cue for cue in passage.of("plan") if speaker.cue.last <= cue.first <= first]
    if topic.wishes and not wishes:
        return False
    verb = wishes[-1].first if wishes else first
    others = (one for one in passage.parties() if one.key != speaker.party and passage.same_clause(one.first, verb))
    return not any(speaker.cue.last <= one.first < verb and not is_oblique(passage, one) for one in others)


def _is_done_by_another(passage: Passage, span: Sequence[Named], topic: Topic, voices: Sequence[Voice]) -> bool:
    """Tell whether the sentence has another doing it than the claim: "it was the rebels who bombed the hospital".

    Only in a language with cases does a name's form tell that it is the subject, wherever it stands.
    """
    if not topic.agent or not passage.subject_after:
        return False
    clauses = {passage.clause[named.first] for named in span}
    speaking = {(voice.subject.first, voice.subject.key) for voice in voices if voice.subject}
    here = [
        one
        for one in passage.named
        if one.kind in ("party", "people", "quality") and (one.first, one.key) not in speaking
    ]
    if any(one.key == topic.agent for one in here):
        return False
    met = {at for named in _keywords(passage, topic) for at in range(named.first, named.last)}
    speaking_clauses = {passage.clause[voice.cue.first] for voice in voices if voice.kind != "say_noun"}
    return any(
        one.kind != "quality"
        and passage.clause[one.first] in clauses - speaking_clauses
        and one.subject
        and not is_oblique(passage, one)
        and not met.intersection(range(one.first, one.last))
        for one in here
    )


def _polarity(passage: Passage, span: Sequence[Named], topic: Topic) -> tuple[Stance, str]:
    first, last = min(n.first for n in span), max(n.last for n in span)
    clauses = {passage.clause[n.first] for n in span}
    for cue in passage.of("open"):
        if passage.cue_at(cue.first, "double"):
            continue  # "cannot but confirm"
        if passage.clause[cue.first] in clauses or is_doubted(passage, Cue("keyword", first, last), [cue]):
            return Stance.UNSETTLED, "left open"
    count = len({n.first for n in span if (n.kind == "contrary") != (n.key in topic.opposed)})
    for clause in sorted(clauses):
        here = [n for n in span if passage.clause[n.first] == clause]
        count += max(
            negations(passage, Cue("keyword", n.first, n.last), before=9, after=3, kinds=("neg", "absent"))
            for n in here
        )
    for disbelief in passage.of("disbelieve"):
        # "about the raid, he did not think it had taken place"
        if disbelief.first >= last and passage.clause[disbelief.first] - passage.clause[last - 1] <= 1:
            count += not any(passage.same_clause(neg.first, disbelief.first) for neg in passage.of("neg"))
    negated = (count % 2 == 1) != topic.negated
    return (Stance.DENIES, "keywords, negated") if negated else (Stance.AFFIRMS, "keywords")


def _is_unreal(passage: Passage, span: Sequence[Named], topic: Topic, stance: Stance) -> bool:
    clauses = {passage.clause[n.first] for n in span}
    last = max(n.last for n in span)
    kinds = ["future"] if topic.wishes else ["future", "plan"]
    if stance != Stance.UNSETTLED:
        # "Whether it did cannot be established": what is left open is put as a condition.
        kinds.append("cond")
    # "X insists it leaked and wants an inquiry": a wish further on is another matter.
    return any(passage.clause[cue.first] in clauses and cue.first <= last for cue in passage.of(*kinds))
