"""Rows of sentences that only answer: a question, what was left open, what somebody said before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from claims.reading.discourse import Voice
from claims.reading.lexicon import Cue
from claims.reading.passage import Passage
from claims.reading.scope import governing
from claims.reading.stance import Draft, flipped, surety
from claims.words import OWN_VOICE, Stance


@dataclass(frozen=True, slots=True)
class Question:
    """A question put about a claim: "Has X fallen?", "Asked whether X had fallen". `yes` is what a yes says of it."""

    claim: str
    yes: Stance


def reply(passage: Passage, voices: Sequence[Voice], question: Question, guest: str = "") -> list[Draft]:
    """Return the row of an answer to a question about a claim: "Does X want Y? We do not know, says Z".

    `guest` is who answers in an interview where the sentence names nobody.
    """
    voice = next((v for v in voices if v.kind in ("say", "admit") and v.party), None)
    party = voice.party if voice else guest
    if not party:
        return []
    yes, no = question.yes, flipped(question.yes)
    for kind, stance in (("open", Stance.UNSETTLED), ("false", no), ("yes", yes), ("neg", no)):
        cues = passage.of(kind)
        flat = bool(cues) and cues[0].first == 0 and (len(passage.words) == 1 or not passage.same_clause(0, 1))
        if cues and stance is not None and (flat if kind in ("neg", "yes") else cues[0].first <= 8):
            first = min(voice.first, cues[0].first) if voice else cues[0].first
            last = max(voice.last, cues[0].last) if voice else cues[0].last
            return [
                Draft(
                    claim=question.claim,
                    party=party,
                    stance=stance,
                    passage=passage.number,
                    first=first,
                    last=last,
                    cue=voice.cue if voice else None,
                    hedged=False,
                    sure=min(0.65, surety(voice)) if voice else 0.6,
                    rule="answer to a question",
                )
            ]
    return []


def leave_open(passage: Passage, voices: Sequence[Voice], claim: str) -> list[Draft]:
    """Return the row of a sentence that only leaves open what the one before was about: "It is too early, X said"."""
    for cue in passage.of("open"):
        voice = next((v for v in governing(passage, voices, cue.first) if v.kind in ("say", "according")), None)
        opening = passage.clause.index(passage.clause[cue.first])
        behind = voice.cue.last if voice is not None and voice.cue.first < cue.first else 0
        if cue.last - cue.first == 1 and cue.first - max(opening, behind) > 3:
            continue  # "the outcome of the talks is uncertain": it is about something else
        if (
            voice is not None
            and voice.party
            and not any(passage.same_clause(c.first, cue.first) for c in passage.of("cond"))
        ):
            first, last = min(voice.first, cue.first), max(voice.last, cue.last)
            sure = min(0.6, surety(voice))
            return [
                Draft(
                    claim=claim,
                    party=voice.party,
                    stance=Stance.UNSETTLED,
                    passage=passage.number,
                    first=first,
                    last=last,
                    cue=voice.cue,
                    hedged=False,
                    sure=sure,
                    rule="left open after it was spoken of",
                )
            ]
    return []


def disclaim(
    passage: Passage, voices: Sequence[Voice], carried: str | None, claim: str, harmed: Sequence[str]
) -> list[Draft]:
    """Return the row of a flat no by somebody whom the claim would harm: "Nothing left our plant, said X".

    `harmed` are the slugs of those parties, `carried` who goes on speaking where the sentence names nobody.
    """
    if passage.question or passage.of("open", "cond", "future", "plan", "neutral", "admit"):
        return []
    for cue in passage.of("neg", "absent"):
        voice = next((v for v in governing(passage, voices, cue.first) if v.kind in ("say", "according")), None)
        party = voice.party if voice else carried
        if party not in harmed or (voice and not _is_said(passage, voice, cue)):
            continue
        first, last = (min(voice.first, cue.first), max(voice.last, cue.last)) if voice else (cue.first, cue.last)
        return [
            Draft(
                claim=claim,
                party=party or "",
                stance=Stance.DENIES,
                passage=passage.number,
                first=first,
                last=last,
                cue=voice.cue if voice else None,
                hedged=True,
                sure=0.45,
                rule="flat no by whom it would harm",
            )
        ]
    return []


def _is_said(passage: Passage, voice: Voice, cue: Cue) -> bool:
    """Tell whether words belong to what a voice says, not to how it speaks ("would not say", "did not mince words")."""
    apart = passage.clause[cue.first] != passage.clause[voice.cue.first]
    return apart or cue.first >= voice.last or passage.quote[cue.first] != passage.quote[voice.cue.first]


def contradicted(passage: Passage, voices: Sequence[Voice], drafts: Sequence[Draft]) -> list[Draft]:
    """Return the rows of whoever is contradicted in passing.

    "..., despite the Kremlin's announcement", "... and called the Kremlin's announcement untrue".
    """
    found: list[Draft] = []
    denials = [voice for voice in voices if voice.kind == "deny" and voice.party]
    for voice in voices:
        if not voice.party:
            continue
        against = any(passage.same_clause(voice.cue.first, cue.first) for cue in passage.of("despite"))
        refuted = voice.kind == "say_noun" and any(
            denial.cue.first <= voice.cue.first < denial.cue.last
            and any(draft.party == denial.party and draft.first < denial.cue.first for draft in drafts[:1])
            for denial in denials
        )
        if not against and not refuted:
            continue
        for draft in drafts[:1]:
            if draft.party != voice.party:
                stance = Stance.DENIES if draft.stance == Stance.AFFIRMS else Stance.AFFIRMS
                found.append(
                    replace(
                        draft,
                        party=voice.party,
                        stance=stance,
                        first=min(draft.first, voice.first),
                        last=max(draft.last, voice.last),
                        cue=voice.cue,
                        sure=0.7,
                        rule="announcement contradicted in passing",
                    )
                )
    return found


def _refers_back(passage: Passage, voice: Voice) -> bool:
    """Tell whether a verb has what was said before for its object: "X admitted it", "X ne la conteste pas".

    Behind the verb a word that is also an article begins the subject: "a reconnu la présidence".
    """
    return any(
        passage.cue_at(at, "anaphor")
        and not passage.cue_at(at, "comp")
        and not (at >= voice.cue.last and passage.is_determiner(at))
        for at in range(max(0, voice.cue.first - 1), min(voice.cue.last + 1, len(passage.words)))
    )


def answer(
    passage: Passage,
    voices: Sequence[Voice],
    active: Sequence[Draft],
    claim: str,
    usual: Callable[[str], Stance | None],
    spoken: frozenset[int],
) -> list[Draft]:
    """Return the row of a sentence that only denies: "The General Staff denied it", "False, replied X".

    `active` are the rows of the sentences just before, `claim` the one last spoken of. What is denied is what
    another listed party said of it last; where nobody listed did, `usual` tells what each party denies. `spoken` are
    the segments that have a proposition of their own to deny.
    """
    free = [v for v in voices if v.party and passage.segment[v.cue.first] not in spoken]
    replies = [v for v in free if v.kind == "deny" or (v.kind == "admit" and _refers_back(passage, v))]
    if not replies and any(passage.segment[cue.first] not in spoken for cue in passage.of("false")):
        replies = [v for v in free if v.kind == "say"]
    if not replies:
        return []
    voice = replies[0]
    party = voice.party or ""
    owners = {v.party for v in voices if v.kind == "say_noun" and v.party} - {party}
    said = next((d for d in reversed(active) if d.claim == claim and d.party not in (party, OWN_VOICE)), None)
    if owners and said and not any(d.claim == claim and d.party in owners for d in active):
        return []  # "X dismissed Y's statement", where it was Z who spoke of the claim
    stance = said.stance if said else flipped(usual(party))
    stance = stance if voice.kind == "admit" else flipped(stance)
    if stance is None:
        return []
    return [
        Draft(
            claim=claim,
            party=party,
            stance=stance,
            passage=passage.number,
            first=voice.first,
            last=max([voice.last, *(cue.last for cue in passage.of("false"))]),
            cue=voice.cue,
            hedged=False,
            sure=min(0.7, surety(voice)),
            rule="admission of what was said before" if voice.kind == "admit" else "denial of what was said before",
        )
    ]


def agree(
    passage: Passage, voices: Sequence[Voice], active: Sequence[Draft], claim: str, spoken: frozenset[int]
) -> list[Draft]:
    """Return the row of a sentence that only joins in: "The General Staff says the same".

    `active` are the rows of the sentences just before, `claim` the one last spoken of, `spoken` the segments that
    have a proposition of their own.
    """
    for cue in passage.of("same"):
        ends = cue.last >= len(passage.words) or not passage.same_clause(cue.last, cue.first)
        if passage.segment[cue.first] in spoken or not (ends or passage.cue_at(cue.last, "prep", "and")):
            continue
        voice = next((v for v in governing(passage, voices, cue.first) if v.kind in ("say", "admit")), None)
        if any(cue.last <= own.first for own in passage.of("possessive")):
            continue  # "says the same of its own"
        if voice is None or not voice.party or not passage.same_clause(voice.cue.first, cue.first):
            continue
        said = next((d for d in reversed(active) if d.claim == claim and d.party not in (voice.party, OWN_VOICE)), None)
        if said is None or said.past:
            continue
        return [
            Draft(
                claim=claim,
                party=voice.party,
                stance=said.stance,
                passage=passage.number,
                first=min(voice.first, cue.first),
                last=max(voice.last, cue.last),
                cue=voice.cue,
                hedged=False,
                sure=min(0.65, surety(voice)),
                rule="the same as was said before",
            )
        ]
    return []
