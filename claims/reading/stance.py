"""Put voices and propositions together: which party takes which stance, how surely, in which words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from claims.reading.discourse import Voice
from claims.reading.lexicon import Cue
from claims.reading.passage import Passage
from claims.reading.propositions import Proposition, taken_up
from claims.reading.scope import governing, is_joined_over
from claims.words import OWN_VOICE, Stance

_OPPOSITE = {Stance.AFFIRMS: Stance.DENIES, Stance.DENIES: Stance.AFFIRMS}

# Below this an admission is too unsure a reading to outweigh what its party says elsewhere.
_SURE_ADMISSION = 0.65

# Below this a claim is only half met in a sentence: not enough to take it for the outlet's own word.
_SURE_MENTION = 0.65


@dataclass(frozen=True, slots=True)
class Draft:
    """A row in the making: words of one passage, not yet weighed against the article's other rows."""

    claim: str
    party: str
    stance: Stance
    passage: int
    first: int
    last: int
    cue: Cue | None
    hedged: bool
    sure: float
    rule: str
    past: bool = False
    title: bool = False


class Frame(NamedTuple):
    """Who speaks where a sentence names nobody: by what went before, by the text's own voice."""

    carried: str | None
    """The party whose words go on from the sentence before (or are claimed by the one after), if any."""
    carried_sure: float
    own: str
    """The party the text as a whole speaks for, or `outlet`."""
    own_asserts: bool
    """The outlet vouches here in its own voice."""
    title: bool


def judge(passage: Passage, proposition: Proposition, voices: Sequence[Voice], frame: Frame) -> list[Draft]:
    """Return the rows one proposition gives: the claimant's, and those of whoever denies it in the same breath."""
    index = proposition.first
    own_words = range(proposition.first, proposition.last)
    chain = [
        v
        for v in governing(passage, voices, index)
        if (not _is_inside(v, own_words) or v.kind == "deny" or v.cue.kind in ("open", "theirs"))
        and not _denies_its_own(passage, v, index)
    ]
    drafts: list[Draft] = []

    def add(party: str | None, stance: Stance | None, voice: Voice | None, rule: str, sure: float) -> None:
        if not party or stance is None or any(d.party == party for d in drafts):
            return
        first = min(proposition.first, voice.first) if voice else proposition.first
        last = max(proposition.last, voice.last) if voice else proposition.last
        drafts.append(
            Draft(
                claim=proposition.claim,
                party=party,
                stance=stance,
                passage=passage.number,
                first=first,
                last=last,
                cue=voice.cue if voice else None,
                hedged=proposition.hedged,
                sure=round(min(sure, proposition.sure), 3),
                rule=f"{rule} + {proposition.rule}",
                # "... after it had called untrue X's announcement": it is not the announcement that is past.
                past=proposition.past and not (voice and voice.kind == "say_noun"),
                title=frame.title,
            )
        )

    nouns = [v for v in chain if v.kind == "say_noun" and _holds_complement(passage, v, index)]
    speakers = [v for v in chain if v.kind in ("say", "admit", "according")]
    deniers = [v for v in chain if v.kind == "deny"]
    false = _false_cues(passage, voices, index)
    noun = nouns[0] if nouns else None
    if noun is not None and noun.party is None and _is_overtaken(passage, voices, noun, index):
        noun = None
    if noun is not None and is_joined_over(passage, voices, noun.cue.last, index):
        noun = None
    if noun is not None and deniers and (_swallows(deniers[0], noun) or _breaks_off(passage, noun, index)):
        noun = None
    if noun is not None:
        # A noun carries somebody's claim; the sentence around it is somebody else's.
        owner = noun.party
        if noun.cue.kind == "deny_noun":
            proposition = _opposite_of(proposition)
        add(owner, proposition.says(owner), noun, "somebody's announcement", 0.8)
        outer = next((v for v in (*deniers, *speakers) if v.party != owner), None)
        if outer is not None and outer.kind == "deny":
            # What has an owner is denied as he meant it.
            meant = proposition.says(owner) if owner else taken_up(proposition, outer.party)
            add(outer.party, flipped(meant), outer, "verb of denying", surety(outer))
        elif false:
            party = outer.party if outer else (frame.carried or frame.own)
            if party == OWN_VOICE and (frame.title or not frame.own_asserts):
                party = None
            add(party, flipped(proposition.says(party)), outer, "called untrue", 0.75)
        elif outer is not None and owner is None:
            add(outer.party, proposition.says(outer.party), outer, _rule_of(outer), surety(outer) - 0.1)
        elif outer is None and owner is None and frame.own_asserts:
            _judge_unattributed(passage, proposition, frame, false, add)
        return drafts
    first = next((v for v in chain if v.kind != "say_noun"), None)
    if first is not None and first.kind == "silence":
        return drafts
    if first is None:
        _judge_unattributed(passage, proposition, frame, false, add)
        return drafts
    if first.kind == "deny" and any(":" in passage.gaps[at] for at in range(first.cue.last, index + 1)):
        # "X dismissed the finding: there is no leak": past the colon stand X's own words, not what X denies.
        stance = proposition.says(first.party)
        if proposition.sure < _SURE_MENTION and stance == Stance.AFFIRMS:
            # Only half of the claim is met there: what X puts against it hardly bears it out.
            stance = Stance.DENIES
        add(first.party, stance, first, _rule_of(first), surety(first))
        return drafts
    if first.kind == "deny" and _denies_here(passage, first, index):
        meant = _answered(proposition, first, speakers, frame, index)
        add(first.party, flipped(meant), first, "verb of denying", surety(first))
        for voice in speakers:
            if voice.party != first.party and voice.party:
                add(voice.party, proposition.says(voice.party), voice, _rule_of(voice), surety(voice) - 0.15)
                break
        return drafts
    speaker = next((v for v in chain if v.kind in ("say", "admit", "according")), None)
    if speaker is not None:
        stance = (taken_up if speaker.kind == "admit" or false else _said)(proposition, speaker.party)
        if false and not _is_own_cue(false, proposition):
            stance = flipped(stance)
        add(speaker.party, stance, speaker, _rule_of(speaker), surety(speaker))
    for denier in deniers:
        other = speaker is None or (denier.party != speaker.party and denier.cue.first > index)
        if other and _denies_here(passage, denier, index):
            meant = _answered(proposition, denier, speakers, frame, index)
            add(denier.party, flipped(meant), denier, "verb of denying", surety(denier))
            break
    return drafts


def _answered(
    proposition: Proposition, denier: Voice, speakers: Sequence[Voice], frame: Frame, index: int
) -> Stance | None:
    """Return what a party denies: "X said that its troops took the town, which Y denies" is of X's troops, not of Y's.

    Only what was said before the denial, of whoever said it, is meant as he meant it.
    """
    if not proposition.own or denier.cue.first < index:
        return taken_up(proposition, denier.party)
    speaker = next((voice for voice in speakers if voice.party != denier.party), None)
    if speaker is None:
        return proposition.says(frame.carried)
    return (taken_up if speaker.kind == "admit" else _said)(proposition, speaker.party)


def _said(proposition: Proposition, party: str | None) -> Stance | None:
    return proposition.says(party)


def _opposite_of(proposition: Proposition) -> Proposition:
    """Return what is said by a noun that denies: "the denial that ..."."""
    granted = proposition.granted or proposition.says
    return replace(
        proposition,
        says=lambda party: flipped(proposition.says(party)),
        granted=lambda party: flipped(granted(party)),
    )


def _judge_unattributed(
    passage: Passage, proposition: Proposition, frame: Frame, false: list[Cue], add: Callable[..., None]
) -> None:
    party = frame.carried
    if party:
        stance = proposition.says(party)
        add(party, flipped(stance) if false else stance, None, "speaker goes on", frame.carried_sure)
        return
    stance = proposition.says(frame.own)
    if false:
        stance = flipped(stance)
    if frame.own != OWN_VOICE:
        add(frame.own, stance, None, "the party's own channel", 0.8)
    elif frame.own_asserts and not frame.title and proposition.sure >= _SURE_MENTION:
        add(frame.own, stance, None, "the outlet's own voice", 0.55)


def _is_inside(voice: Voice, words: range) -> bool:
    return voice.cue.first in words and voice.cue.last - 1 in words


def _swallows(denial: Voice, noun: Voice) -> bool:
    """Tell whether a noun is part of the words of a denial, and nobody's: "called the report a lie"."""
    within = denial.cue.first <= noun.cue.first and noun.cue.last <= denial.cue.last
    return within and noun.party is None


def _denies_its_own(passage: Passage, voice: Voice, index: int) -> bool:
    """Tell whether a denial joined on has an object of its own: "... and called the announcement untrue"."""
    if voice.kind != "deny" or voice.cue.first < index or voice.how == "after":
        return False
    joined = any(index < cue.first < voice.cue.first <= cue.last + 1 for cue in passage.of("and"))
    nouns = (cue.first for cue in passage.of("say_noun", "deny_noun"))
    return joined and any(voice.cue.first <= noun <= voice.cue.last + 3 for noun in nouns)


def _is_overtaken(passage: Passage, voices: Sequence[Voice], noun: Voice, index: int) -> bool:
    """Tell whether somebody begins to speak between a noun and a proposition: "after months of denials X admitted"."""
    return any(
        noun.cue.last <= voice.cue.first < index
        and voice.kind in ("say", "admit", "deny")
        and voice.subject is not None
        and voice.subject.first >= noun.cue.last
        for voice in voices
    )


def _breaks_off(passage: Passage, noun: Voice, index: int) -> bool:
    """Tell whether a colon ends what is denied: "X disputes that finding: there is no leak"."""
    return noun.party is None and any(":" in passage.gaps[at] for at in range(noun.cue.last, index + 1))


def _holds_complement(passage: Passage, noun: Voice, index: int) -> bool:
    """Tell whether a proposition is what the noun announces: right after it, or in the clause it leads to."""
    if index < noun.cue.first:
        return False
    steps = passage.clause[index] - passage.clause[noun.cue.first]
    if noun.party and any(":" in passage.gaps[at] for at in range(noun.last, min(noun.last + 3, index + 1))):
        return True
    return (index - noun.last <= 9 and steps <= 1) or (steps <= 2 and index - noun.last <= 4)


def _denies_here(passage: Passage, voice: Voice, index: int) -> bool:
    """Tell whether a denial reaches a proposition: it stands before it in its clause or the next, or answers it."""
    return abs(passage.clause[index] - passage.clause[voice.cue.first]) <= 3


def _false_cues(passage: Passage, voices: Sequence[Voice], index: int) -> list[Cue]:
    """Return the words that call a proposition untrue. "X lied" does so only for what X lied about."""
    calls = [
        cue
        for cue in passage.of("false")
        if passage.segment[cue.first] == passage.segment[index]
        and abs(passage.clause[cue.first] - passage.clause[index]) <= 3
        and (cue.last > index or not (_is_set_right(passage, cue, index) or _is_retort(passage, cue, index)))
        and not _is_of_another(passage, cue, index)
        and not _is_of_denial(passage, voices, cue, index)
    ]
    calls += [
        cue
        for cue in passage.of("lie")
        if cue.first < index and any(cue.last <= comp.first <= index for comp in passage.of("comp"))
    ]
    return calls


def _is_of_another(passage: Passage, cue: Cue, index: int) -> bool:
    """Tell whether it is somebody's claim that is called untrue: "... and dismissed the claim as false"."""
    joined = [c.first for c in passage.of("and") if index < c.first < cue.first]
    nouns = passage.of("say_noun", "deny_noun")
    return bool(joined) and any(joined[-1] < noun.first < cue.first for noun in nouns)


def _is_of_denial(passage: Passage, voices: Sequence[Voice], cue: Cue, index: int) -> bool:
    """Tell whether it says what is denied, not what is said next: "X rejected as untrue ..., saying its men hold"."""
    denied = any(v.kind == "deny" and v.cue.first < cue.first <= v.cue.last + 3 for v in voices)
    return denied and any(v.kind == "say" and cue.last <= v.cue.first < index for v in voices)


def _is_set_right(passage: Passage, cue: Cue, index: int) -> bool:
    """Tell whether a colon after "that was wrong" opens what is right instead."""
    return any(":" in passage.gaps[at] for at in range(cue.last, index + 1))


def _is_retort(passage: Passage, cue: Cue, index: int) -> bool:
    """Tell whether "Nonsense, ..." answers somebody else, what follows being the speaker's own."""
    alone = sum(number == passage.clause[cue.first] for number in passage.clause) <= cue.last - cue.first + 1
    led_on = any(cue.last <= comp.first <= index for comp in passage.of("comp"))
    if led_on or cue.last > index:
        return False
    # "A lie, said X, according to whom ...": what X holds instead.
    anew = any(cue.last <= other.first < index for other in passage.of("according", "according_it"))
    return anew or (alone and passage.quote[cue.first] == passage.quote[index])


def _is_own_cue(false: Sequence[Cue], proposition: Proposition) -> bool:
    return all(proposition.first <= cue.first < proposition.last for cue in false)


def flipped(stance: Stance | None) -> Stance | None:
    return _OPPOSITE.get(stance) if stance else None


def _rule_of(voice: Voice) -> str:
    return {
        "say": "verb of claiming",
        "admit": "verb of admitting",
        "according": "according to",
        "deny": "verb of denying",
        "say_noun": "somebody's announcement",
    }[voice.kind]


def surety(voice: Voice) -> float:
    return {"before": 0.9, "after": 0.9, "agent": 0.9, "pronoun": 0.7, "office": 0.7}.get(voice.how, 0.6)


def choose(drafts: Sequence[Draft]) -> list[Draft]:
    """Return one row per claim and party: the latest and plainest.

    An admission outweighs all; what is told as past or stands in the title gives way to the rest; a flat yes or no
    outweighs "not settled"; then the surer, then the later.
    """
    best: dict[tuple[str, str], tuple[tuple[object, ...], Draft]] = {}
    for order, draft in enumerate(drafts):
        rank = (
            not draft.past,
            not draft.title,
            "admitting" in draft.rule and draft.sure >= _SURE_ADMISSION,
            draft.sure >= 0.5,
            draft.stance != Stance.UNSETTLED,
            draft.sure,
            order,
        )
        key = (draft.claim, draft.party)
        if key not in best or rank > best[key][0]:
            best[key] = (rank, draft)
    return [draft for _, draft in best.values()]
