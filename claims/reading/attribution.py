"""Who says: find the voices in a sentence, and which of them a given word belongs to.

A voice is a cue (a verb of claiming, "according to", a denial, a noun such as "announcement") with its party.
Its party is looked for beside the cue: before it, after it, in an agent or genitive phrase; then by pronoun or office
in what went before. None stands for somebody the catalogue does not list.
"""

from collections.abc import Sequence
from dataclasses import replace

from claims.reading.discourse import Discourse, Voice, is_oblique
from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage
from claims.reading.references import (
    Bearers,
    ends_sentence,
    leaves_out_subject,
    reference_after,
    reference_before,
    referred,
    subject_before,
)
from claims.reading.subjects import agent_of, in_document, joined_at, paper_of, shares_pronoun, told_of
from claims.reading.verbless import (
    according_voice,
    clause_voices,
    colon_voice,
    for_whom,
    noun_voice,
    quotation_voice,
    signed_voice,
)

SAYING = ("say", "admit")

_REACH_AFTER = 6
# A subject stands right behind its verb where the two have changed places, but for a word of time.
_REACH_INVERTED = 3
# No sentence anybody writes has more; it bounds the work on one that a machine wrote.
_MOST_VOICES = 24


def find_voices(passage: Passage, discourse: Discourse, bearers: Bearers) -> list[Voice]:
    """Return the voices of a sentence, left to right.

    `bearers` maps the word of an office to the parties whose names have it.
    """
    muted = passage.of("neutral")
    found: list[Voice] = []
    for cue in passage.of("for_whom"):
        voice = for_whom(passage, cue)
        if voice:
            found.append(voice)
    for cue in passage.of(
        "say", "say_weak", "theirs", "open", "admit", "deny", "say_noun", "deny_noun", "according", "according_it"
    )[:_MOST_VOICES]:
        kind = "say" if cue.kind in ("say_weak", "theirs", "open") else cue.kind
        if any(mute.first <= cue.first < mute.last for mute in muted):
            continue
        if kind in SAYING and _is_noun_here(passage, cue):
            continue
        if kind in ("say_noun", "deny_noun"):
            found.append(noun_voice(passage, cue, discourse))
        elif kind in ("according", "according_it"):
            found.append(according_voice(passage, cue, discourse, found, bearers))
        else:
            voice = _verb_voice(passage, kind, cue, discourse, found, bearers)
            if voice.how == "after" and kind == "deny" and _closes_quotation(passage, cue):
                voice = replace(voice, kind="say")  # '"They are dreaming," scoffed X': what is quoted are X's own words
            if voice.how == "nobody" and kind in SAYING and _is_infinitive(passage, cue):
                subject = subject_before(passage, cue, passage.parties())
                if subject is None:
                    continue
                voice = Voice(kind, subject.key, cue, subject, "pronoun")
            if cue.kind in ("say_weak", "open"):
                # These are also said of things; only a party right before them makes them somebody's word.
                near = voice.subject and (
                    voice.subject.first <= 1 or passage.same_clause(voice.subject.first, cue.first)
                )
                if not (voice.how == "before" and near) and not (voice.how == "office" and voice.party):
                    continue
            found.append(voice)
    colon = colon_voice(passage, found, discourse, bearers)
    if colon:
        found.append(colon)
    signed = signed_voice(passage, found)
    if signed:
        found.append(signed)
    found += clause_voices(passage, found)
    quoted = quotation_voice(passage, found)
    if quoted:
        found.append(quoted)
    found.sort(key=lambda voice: (voice.cue.first, voice.cue.last, voice.kind))
    muted_clauses = {passage.clause[mute.first] for mute in muted}
    heard = [v for v in found if v.kind == "say_noun" or passage.clause[v.cue.first] not in muted_clauses]
    return _without_doubles([voice for voice in heard if not _carries(passage, voice, heard)])


def _carries(passage: Passage, voice: Voice, heard: Sequence[Voice]) -> bool:
    """Tell whether an unnamed speaker only carries what another is named for: "the paper writes, citing X"."""
    if voice.kind != "say" or voice.how not in ("nobody", "pronoun"):
        return False
    return any(
        source.kind == "according"
        and source.how == "after"
        and 0 <= source.cue.first - voice.cue.last <= 1
        and passage.same_clause(source.cue.first, voice.cue.first)
        for source in heard
    )


def _is_noun_here(passage: Passage, cue: Cue) -> bool:
    """Tell whether a word that may be verb or noun is a noun: "denied Veltian claims", "its report", "the boast"."""
    nouns = passage.of("say_noun", "deny_noun")
    if not any(noun.first == cue.first for noun in nouns):
        return False
    before = cue.first - 1
    if before < 0 or not passage.same_clause(before, cue.first):
        return False
    quality = any(named.kind == "quality" and named.last == cue.first for named in passage.named)
    return quality or passage.cue_at(before, "det") is not None


def _closes_quotation(passage: Passage, cue: Cue) -> bool:
    """Tell whether a quotation ends right before a verb, but for an auxiliary."""
    return any(
        mark in passage.gaps[at] for at in range(max(1, cue.first - 1), cue.first + 1) for mark in '»”"'
    ) and not any(passage.quote[at] for at in range(cue.first, cue.last))


def _is_infinitive(passage: Passage, cue: Cue) -> bool:
    """Tell whether a verb stands in the form that has no subject: "too early to say", "rien ne permet d'affirmer"."""
    return cue.last - cue.first == 1 and passage.text_at(cue.first).endswith(passage.subjectless)


def _are_rivals(one: Voice, other: Voice) -> bool:
    """Tell whether two cues share words, unless one denies what the other is somebody else's word for."""
    if one.cue.first >= other.cue.last or other.cue.first >= one.cue.last:
        return False
    return (
        {one.kind, other.kind} != {"deny", "say_noun"} or None in (one.party, other.party) or one.party == other.party
    )


def _without_doubles(voices: list[Voice]) -> list[Voice]:
    """Of two cues over the same words keep the denial, then the longer one."""
    kept: list[Voice] = []
    for voice in voices:
        rival = next((k for k in kept if _are_rivals(k, voice)), None)
        if rival is None:
            kept.append(voice)
        elif (voice.kind == "deny", voice.cue.last - voice.cue.first) > (
            rival.kind == "deny",
            rival.cue.last - rival.cue.first,
        ):
            kept[kept.index(rival)] = voice
    return kept


def _verb_voice(
    passage: Passage, kind: str, cue: Cue, discourse: Discourse, found: Sequence[Voice], bearers: Bearers
) -> Voice:
    owners = {voice.subject for voice in found if voice.kind == "say_noun"}
    parties = [named for named in passage.parties() if named not in owners]
    if _is_negated(passage, cue):
        return Voice("silence", None, cue, None, "nobody")
    agent = agent_of(passage, cue, parties)
    if agent:
        return Voice(kind, agent.key, cue, agent, "agent")
    if passage.cue_at(cue.first, "participle"):
        for voice in reversed(found):
            if voice.party and voice.cue.first < cue.first and voice.kind != "say_noun":
                return Voice(kind, voice.party, cue, voice.subject, voice.how)
    document = in_document(passage, cue, parties)
    if document:
        return Voice(kind, document.key, cue, document, "after")
    antecedent = told_of(passage, cue, parties)
    if antecedent:
        return Voice(kind, antecedent.key, cue, antecedent, "before")
    after = _after(passage, cue, parties)
    teller = _teller(passage, cue, found) if passage.subject_after and after and after.first > cue.last else None
    if teller:
        return Voice(kind, teller.party, cue, teller.subject, teller.how)
    if _is_inverted(passage, cue):
        if after and after.first - cue.last > _REACH_INVERTED:
            after = _before_apposition(passage, cue, parties) or after
        if after:
            return Voice(kind, after.key, cue, after, "after")
        how, word = reference_after(passage, cue)
        if not how and cue.last - cue.first > 2:
            how, word = reference_before(passage, cue, bearers)
        if how == "pronoun" and ends_sentence(passage, cue):
            spoken = next((v.subject for v in reversed(found) if v.subject and v.kind in ("say", "according")), None)
            own = spoken or subject_before(passage, cue, parties)
            if own:
                return Voice(kind, own.key, cue, own, how)
        if how:
            return Voice(kind, referred(passage, cue, discourse, how, word, bearers), cue, None, how)
        if _names_somebody(passage, cue) or _is_unlisted(passage, cue):
            beyond = _after_name(passage, cue, parties)
            if beyond:
                return Voice(kind, beyond.key, cue, beyond, "after")
            return Voice(kind, None, cue, None, "nobody")
        before = _before_apposition(passage, cue, parties)
        if before:
            return Voice(kind, before.key, cue, before, "before")
        shared = _shared_subject(passage, cue, found)
        if shared:
            return Voice(kind, shared.party, cue, shared.subject, shared.how)
    before = _before_in_clause(passage, cue, parties) or _in_genitive(passage, cue, parties)
    if before:
        return Voice(kind, before.key, cue, before, "before")
    if after and passage.subject_after:
        return Voice(kind, after.key, cue, after, "after")
    if _is_unlisted(passage, cue):
        return Voice(kind, None, cue, None, "nobody")
    how, word = reference_before(passage, cue, bearers)
    if not how:
        how, word = reference_after(passage, cue)
    if how:
        own = subject_before(passage, cue, parties) if how == "pronoun" else None
        party = own.key if own else referred(passage, cue, discourse, how, word, bearers)
        return Voice(kind, party, cue, own, how)
    paper = paper_of(passage, cue, discourse)
    if paper:
        return Voice(kind, paper, cue, None, "pronoun")
    before = _before_apposition(passage, cue, parties)
    if before:
        return Voice(kind, before.key, cue, before, "before")
    shared = _shared_subject(passage, cue, found)
    if shared:
        return Voice(kind, shared.party, cue, shared.subject, shared.how)
    if shares_pronoun(passage, cue):
        return Voice(kind, discourse.last_party(passage.number), cue, None, "pronoun")
    if leaves_out_subject(passage, cue):
        own = subject_before(passage, cue, parties)
        return Voice(kind, own.key if own else discourse.last_party(passage.number), cue, own, "pronoun")
    return Voice(kind, None, cue, None, "nobody")


def _is_negated(passage: Passage, cue: Cue) -> bool:
    """Tell whether somebody is said not to say it: "even in Veltia they do not speak of full control"."""
    if cue.kind not in SAYING:
        return False
    near = [neg for neg in passage.of("neg") if neg.last <= cue.first and cue.first - neg.last <= 1]
    return any(passage.same_clause(neg.first, cue.first) for neg in near)


def _shared_subject(passage: Passage, cue: Cue, found: Sequence[Voice]) -> Voice | None:
    """The voice before, whose subject this verb shares: "X denied it, but now admits", "X, who denied it, admits"."""
    opening = joined_at(passage, cue)
    if cue.first - opening > 3 or any(passage.capital[index] for index in range(opening + 1, cue.first)):
        return None
    return next((v for v in reversed(found) if v.party and v.kind in ("say", "admit", "deny")), None)


def _teller(passage: Passage, cue: Cue, found: Sequence[Voice]) -> Voice | None:
    """The voice whose "that" a verb stands right behind: "X said that it cannot but confirm the loss of Y's men"."""
    clause = passage.clause[cue.first]
    opening = passage.clause.index(clause)
    if not passage.cue_at(opening, "comp") or cue.first - opening > 1:
        return None
    return next((v for v in found if v.party and v.kind == "say" and passage.clause[v.cue.first] == clause - 1), None)


def _before_in_clause(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party nearest before the verb in its own clause."""
    clauses = {passage.clause[cue.first], _across_aside(passage, cue.first)}
    for named in reversed(parties):
        if named.last > cue.first or passage.clause[named.first] not in clauses:
            continue
        if passage.quote[named.first] == passage.quote[cue.first] and not is_oblique(passage, named):
            return named
    return None


def _across_aside(passage: Passage, index: int) -> int:
    """Return the clause that a word's own goes on after a lone "however" between commas, else its own."""
    clause = passage.clause[index]
    aside = [at for at, number in enumerate(passage.clause) if number == clause - 1]
    return clause - 2 if len(aside) == 1 and passage.cue_at(aside[0], "contrast", "hedge") else clause


def _in_genitive(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party whose man speaks: "An engineer for Orvex testified". It stands early in the verb's own clause."""
    here = [named for named in parties if named.last <= cue.first and passage.same_clause(named.first, cue.first)]
    if len(here) != 1 or _is_unlisted(passage, cue):
        return None
    named = here[0]
    opening = passage.clause.index(passage.clause[cue.first])
    linked = passage.cue_at(named.first - 1, "prep_genitive") or passage.is_determiner(named.first - 1)
    dependent = linked or (not named.subject and not passage.cue_at(named.first - 1, "prep"))
    early = opening < named.first <= opening + 4
    return named if early and dependent and passage.quote[named.first] == passage.quote[cue.first] else None


def _before_apposition(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The subject that stands clauses before its verb: "X, a group with links to Y, reported", "X, who ..., said"."""
    clause = passage.clause[cue.first]
    opening = passage.clause.index(clause)
    relative = passage.cue_at(opening, "relative") is not None
    if cue.first - joined_at(passage, cue) > 3 and not relative:
        return None
    verbs = [passage.clause[other.first] for other in passage.of(*SAYING, "deny") if other.first < cue.first]
    lowest = max([number for number in verbs if number < clause], default=-1)
    reachable = [
        named
        for named in parties
        if max(lowest, clause - 4) < passage.clause[named.first] < clause
        and passage.segment[named.first] == passage.segment[cue.first]
        and passage.quote[named.first] == passage.quote[cue.first]
        and cue.first - named.last <= 18
        and not is_oblique(passage, named)
    ]
    if relative:
        return reachable[-1] if reachable else None
    return reachable[0] if reachable else None


def _after(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    for named in parties:
        if named.first < cue.last:
            continue
        if named.first - cue.last > _REACH_AFTER or passage.clause[named.first] - passage.clause[cue.last - 1] > 0:
            return None
        between = range(cue.last, named.first)
        if any(passage.cue_at(index, "comp", "by", "take", "hold", "lose", "fight", "say_noun") for index in between):
            return None
        if is_oblique(passage, named) or _is_addressed(passage, cue, named):
            continue
        if passage.subject_after and passage.cue_at(cue.last, "pronoun"):
            return None  # "said he in Brussels": where it was said
        if passage.cue_at(named.first - 1, "neg"):
            return _instead(passage, named, parties)
        return named
    return None


def _instead(passage: Passage, denied: Named, parties: Sequence[Named]) -> Named | None:
    """The party named instead of one that is said not to speak: "said not X but Y"."""
    for named in parties:
        opening = passage.clause.index(passage.clause[named.first])
        steps = passage.clause[named.first] - passage.clause[denied.first]
        if 0 < steps <= 2 and passage.cue_at(opening, "contrast"):
            return named
    return None


def _is_addressed(passage: Passage, cue: Cue, named: Named) -> bool:
    """Tell whether a name after a verb is whom or what it is about: "juge prématuré d'imputer la fuite à l'usine".

    Where a subject may follow its verb without more, so may the house where it was said: "заявили в Генштабі".
    """
    if passage.subject_after:
        return False
    index = named.first - 1
    while passage.is_determiner(index):
        index -= 1
    if index < cue.last or not passage.cue_at(index, "prep_subject"):
        return False
    return not any(passage.cue_at(at, "pronoun") for at in range(cue.last, index))


def _is_inverted(passage: Passage, cue: Cue) -> bool:
    """Tell whether the verb opens its clause, as after a quotation: "…», a annoncé le ministère"."""
    clause = passage.clause[cue.first]
    opening = passage.clause.index(clause)
    if opening == 0 or cue.first - opening > 1:
        return False
    return cue.first == opening or not (passage.capital[opening] or passage.cue_at(opening, "pronoun", "role"))


def _after_name(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party in the apposition of a name that follows the verb: "said Jane Doe, spokeswoman for Veltia"."""
    clause = passage.clause[cue.last - 1]
    for named in parties:
        if passage.clause[named.first] == clause + 1 and passage.cue_at(named.first, "role"):
            return named
    return None


def _is_unlisted(passage: Passage, cue: Cue) -> bool:
    """Tell whether the verb's clause names speakers no catalogue lists: residents, newspapers, sources."""
    behind = passage.subject_after or _is_inverted(passage, cue)
    joined = joined_at(passage, cue)
    return any(
        passage.same_clause(other.first, cue.first) and (behind or other.first < cue.first) and other.first >= joined
        for other in passage.of("unlisted")
    )


def _names_somebody(passage: Passage, cue: Cue) -> bool:
    """Tell whether a name nobody listed follows the verb: "…, said Ms Doe"."""
    places = {index for place in passage.places() for index in range(place.first, place.last)}
    return any(
        passage.capital[index]
        and index not in places
        and passage.same_clause(index, cue.last - 1)
        and not any(passage.cue_at(at, "prep") for at in range(cue.last, index))
        for index in range(cue.last, min(cue.last + 3, len(passage.words)))
    )
