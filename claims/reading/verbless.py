"""Who says where no verb does: "according to X", "X's announcement", "X: ...", who is named behind a quotation."""

import re
from collections.abc import Sequence

from claims.reading.discourse import Discourse, Voice, is_oblique
from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage
from claims.reading.references import Bearers, referred
from claims.words import OWN_VOICE

# A quotation closes, be it short, and a dash leads on to who speaks.
_CLOSES = re.compile('[»”"][,.!?…]*\\s*[—–]')
# What parts a headline from whose word it is.
_SIGNED = re.compile(r"[—–(|]|\s-\s")
_LEAST_SAID = 3
_REACH_BEHIND = 4
_REACH_TO_VERB = 2


def noun_voice(passage: Passage, cue: Cue, discourse: Discourse) -> Voice:
    holders = [named for named in passage.named if named.kind in ("party", "people", "quality")]
    for named in holders:
        if 0 <= named.first - cue.last <= 2 and passage.same_clause(named.first, cue.first):
            if named.kind == "quality" and (
                named.first > cue.last
                or passage.cue_at(named.last, "take", "hold", "lose", "fall")
                or passage.cue_at(cue.last - 1, "prep", "prep_genitive")
                or passage.text_at(cue.last - 1) in passage.binders
            ):
                continue
            if _is_subject_of_relative(passage, cue, named):
                continue
            if not any(passage.cue_at(at, "comp", "deny", "admit") for at in range(cue.last, named.first)):
                return Voice("say_noun", named.key, cue, named, "after")
    for named in reversed(holders):
        steps = cue.first - named.last
        near = steps == 0 or (steps == 1 and _links(passage, named))
        if near and passage.same_clause(named.first, cue.first) and not _is_subject_of_denial(passage, cue, named):
            return Voice("say_noun", named.key, cue, named, "before")
    if passage.cue_at(cue.first - 1, "possessive") or passage.cue_at(cue.first - 2, "possessive"):
        # "X stands by its conclusion that ..."
        owners = [one for one in passage.parties() if one.last < cue.first and not is_oblique(passage, one)]
        if owners:
            return Voice("say_noun", owners[-1].key, cue, owners[-1], "before")
        if passage.cue_at(cue.first - 1, "possessive"):
            return Voice("say_noun", discourse.last_party(passage.number), cue, None, "pronoun")
    return Voice("say_noun", None, cue, None, "nobody")


def _is_subject_of_relative(passage: Passage, cue: Cue, named: Named) -> bool:
    """Tell whether a name behind a noun opens a relative clause with no word of its own: "a claim X has denied"."""
    if passage.subject_after or not all(passage.is_determiner(at) for at in range(cue.last, named.first)):
        return False
    verbs = range(named.last, min(named.last + _REACH_TO_VERB, len(passage.words)))
    return any(passage.cue_at(at, "deny") and passage.same_clause(at, named.first) for at in verbs)


def _is_subject_of_denial(passage: Passage, cue: Cue, named: Named) -> bool:
    """Tell whether a name before a noun denies it, its verb standing last: "X the report about the loss denies".

    Where cases free the order of words, an owner in the nominative never stands before what he owns.
    """
    if not passage.subject_after or not named.subject or named.kind == "quality":
        return False
    return any(deny.first >= cue.last and passage.same_clause(deny.first, cue.first) for deny in passage.of("deny"))


def _links(passage: Passage, named: Named) -> bool:
    """Tell whether a possessive or adjective ties a name to the noun after the next word: "X's latest claim"."""
    return passage.cue_at(named.last, "genitive_mark") is not None or named.kind == "quality"


def according_voice(
    passage: Passage, cue: Cue, discourse: Discourse, found: Sequence[Voice], bearers: Bearers
) -> Voice:
    if cue.kind == "according_it":
        spoken = next((voice for voice in reversed(found) if voice.party and voice.cue.first < cue.first), None)
        if spoken:
            return Voice("according", spoken.party, cue, spoken.subject, "pronoun")
        near = [named for named in passage.parties() if named.last <= cue.first and not is_oblique(passage, named)]
        if (
            near
            and passage.clause[near[-1].first] < passage.clause[cue.first]
            and not passage.cue_at(near[-1].last, "relative")
            and not (_is_topic_alone(passage, near[-1]) and discourse.spoke_lately(passage.number))
        ):
            return Voice("according", near[-1].key, cue, near[-1], "pronoun")
        return Voice("according", discourse.last_party(passage.number), cue, None, "pronoun")
    if passage.cue_at(cue.last, "relative"):
        # "the agency, according to which ...": the party spoken of just before.
        near = [named for named in passage.parties() if named.last <= cue.first]
        if near:
            return Voice("according", near[-1].key, cue, near[-1], "pronoun")
    if passage.cue_at(cue.last, "possessive"):
        # "according to its report": of whoever was spoken of.
        return Voice("according", discourse.last_party(passage.number), cue, None, "pronoun")
    for named in passage.named:
        able = named.kind in ("party", "people", "quality") and 0 <= named.first - cue.last <= 6
        if able and passage.same_clause(named.first, cue.last - 1):
            return Voice("according", named.key, cue, named, "after")
    for kind, how in (("pronoun", "pronoun"), ("role", "office")):
        for other in passage.of(kind):
            if 0 <= other.first - cue.last <= 3 and passage.same_clause(other.first, cue.last - 1):
                if how == "pronoun":
                    near = [named for named in passage.parties() if named.last <= cue.first]
                    if near:
                        return Voice("according", near[-1].key, cue, near[-1], how)
                if passage.cue_at(other.first - 1, "former"):
                    return Voice("according", None, cue, None, "nobody")
                word = passage.text_at(other.first)
                return Voice("according", referred(passage, cue, discourse, how, word, bearers), cue, None, how)
    return Voice("according", None, cue, None, "nobody")


def _is_topic_alone(passage: Passage, named: Named) -> bool:
    """Tell whether a name is all there is before a comma: in "the troops, he says, fight on" it is not who says."""
    clause = passage.clause[named.first]
    return named.first == 0 and passage.clause.count(clause) == named.last - named.first


def for_whom(passage: Passage, cue: Cue) -> Voice | None:
    """The voice of "For the agency, there is no doubt: ...": a party alone between the sentence's start and a comma."""
    if cue.first > 1 and "," not in passage.gaps[cue.first]:
        return None
    for named in passage.parties():
        alone = named.last >= len(passage.words) or not passage.same_clause(named.last, cue.first)
        if 0 <= named.first - cue.last <= 2 and alone and named.last < len(passage.words):
            return Voice("according", named.key, cue, named, "after")
    return None


def colon_voice(passage: Passage, found: Sequence[Voice], discourse: Discourse, bearers: Bearers) -> Voice | None:
    """The voice of "X: ..." or "The analysts are careful: ...": who is named before a colon with no verb of saying."""
    if discourse.own != OWN_VOICE:
        return None
    for index in range(1, len(passage.words)):
        if ":" not in passage.gaps[index] or passage.gaps[index] == ":":
            continue
        if any(voice.cue.first < index for voice in found) or index > 16:
            return None
        cue = Cue("colon", index - 1, index)
        subject = next(
            (named for named in passage.parties() if named.last <= index and not is_oblique(passage, named)), None
        )
        if subject:
            return Voice("say", subject.key, cue, subject, "before")
        role = next((role for role in passage.of("role") if role.last <= index), None)
        if role is not None:
            party = discourse.office(passage.number, bearers(passage.text_at(role.first)))
            return Voice("say", party, cue, None, "office") if party else None
        return None
    return None


def signed_voice(passage: Passage, found: Sequence[Voice]) -> Voice | None:
    """The voice of a headline's "The town is taken - X" or "The town is taken (X)": a party alone closes the line."""
    last = len(passage.words)
    named = next((one for one in passage.parties() if one.last == last), None)
    if named is None or passage.question or passage.quote[named.first]:
        return None
    opening = passage.clause.index(passage.clause[named.first])
    if opening < _LEAST_SAID or not all(passage.is_determiner(at) for at in range(opening, named.first)):
        return None
    if not _SIGNED.search(passage.gaps[opening]) or any(voice.kind != "say_noun" for voice in found):
        return None
    return Voice("say", named.key, Cue("signed", named.first, named.last), named, "after")


def clause_voices(passage: Passage, found: Sequence[Voice]) -> list[Voice]:
    """Return the voices of "X groused that ...": a party before an unknown word that a "that" follows at once.

    Only a verb of speech or thought leads on so; those that are known are in the lexicon.
    """
    voices = []
    for that in passage.of("that"):
        verb = that.first - 1
        if verb < 1 or passage.quote[verb] or passage.capital[verb] or _is_known(passage, verb):
            continue
        if any(voice.cue.first <= verb and passage.same_clause(voice.cue.first, verb) for voice in found):
            continue
        for named in reversed(passage.parties()):
            near = 0 <= verb - named.last <= _REACH_TO_VERB and passage.same_clause(named.first, verb)
            if near and not is_oblique(passage, named):
                voices.append(Voice("say", named.key, Cue("that", verb, that.last), named, "unknown verb"))
                break
    return voices


def _is_known(passage: Passage, index: int) -> bool:
    """Tell whether a word is any cue at all, so that it is no unknown verb; a "the" before it makes it a noun."""
    return passage.cue_at(index - 1, "det") is not None or any(
        cue.first <= index < cue.last for cues in passage.cues.values() for cue in cues
    )


def quotation_voice(passage: Passage, found: Sequence[Voice]) -> Voice | None:
    """The voice of "«The town is ours», X grinned": who is named right behind a quotation, whatever he does."""
    for index in range(1, len(passage.words)):
        gap = passage.gaps[index]
        ends = passage.quote[index - 1] > 0 and passage.quote[index] == 0
        if not ends and (gap == " " or not _CLOSES.search(gap)):
            continue
        clause = passage.clause[index]
        if any(passage.clause[voice.cue.first] == clause for voice in found):
            return None
        for named in passage.parties():
            near = 0 <= named.first - index <= _REACH_BEHIND and passage.clause[named.first] == clause
            if near and not is_oblique(passage, named):
                return Voice("say", named.key, Cue("quoted", index, index + 1), named, "after")
        return None
    return None
