"""Whom a pronoun or an office means as the subject of a verb of saying: "he said", "the ministry denied"."""

from collections.abc import Callable, Sequence

from claims.reading.discourse import Discourse, is_oblique
from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage

# "Dijo ayer por la tarde que ...".
_COMPLEMENT_WITHIN = 5

Bearers = Callable[[str], tuple[frozenset[str], frozenset[str]]]
"""For the word of an office: the parties in whose names it stands, and those of the kind that have such offices."""


def ends_sentence(passage: Passage, cue: Cue) -> bool:
    """Tell whether the verb's clause closes what was said, so that it is no mere aside ("X, says he, lied").

    It does where the sentence ends with it, or goes on only by way of contrast or in a dependent clause.
    """
    clause = passage.clause[cue.first]
    beyond = next((at for at in range(cue.last, len(passage.words)) if passage.clause[at] > clause), None)
    return beyond is None or passage.cue_at(beyond, "contrast", "contrast_bare", "relative", "participle") is not None


def subject_before(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party earlier in the sentence that a pronoun most likely means: the first that can be a subject."""
    for named in parties:
        alike = passage.quote[named.first] == passage.quote[cue.first]
        if named.last > cue.first or not alike or is_oblique(passage, named):
            continue
        opens = named.first < 4 or not passage.same_clause(named.first - 4, named.first)
        if opens or passage.same_clause(named.last, named.first):
            return named
    return None


def reference_before(passage: Passage, cue: Cue, bearers: Bearers) -> tuple[str, str]:
    """Return ("pronoun" or "office", its word) if one of these is the verb's subject, before it; else ("", "")."""
    for kind, how in (("pronoun", "pronoun"), ("role", "office")):
        for other in passage.of(kind):
            if passage.we and passage.text_at(other.first) in passage.we and not _is_ours(passage, other, cue):
                continue
            within = cue.first < other.first < cue.last  # "fait-elle valoir"
            if passage.same_clause(other.first, cue.first) and (within or 0 <= cue.first - other.last <= 4):
                return how, passage.text_at(other.first)
    for index in range(max(0, cue.first - 4), cue.first):
        word = passage.words[index]
        named = any(one.first <= index < one.last for one in passage.named)
        plain = passage.same_clause(index, cue.first) and not passage.capital[index] and not named
        # A small word may have the stem of an office ("esta" and "estado").
        if plain and len(word) > 3 and not passage.cue_at(index, "det") and bearers(word)[0]:
            return "office", word
    return "", ""


def _is_ours(passage: Passage, pronoun: Cue, cue: Cue) -> bool:
    """Tell whether a "we" is the subject of the verb, not its object ("ceux qui nous écrivent")."""
    ending = passage.we[passage.text_at(pronoun.first)]
    return any(passage.text_at(at).endswith(ending) for at in range(pronoun.last, cue.last))


def reference_after(passage: Passage, cue: Cue) -> tuple[str, str]:
    """Return ("pronoun" or "office", its word) if one of these follows the verb as its subject; else ("", "")."""
    for kind, how, reach in (("pronoun", "pronoun", 1), ("role", "office", 4)):
        for other in passage.of(kind):
            if passage.same_clause(other.first, cue.last - 1) and 0 <= other.first - cue.last <= reach:
                ends = other.last >= len(passage.words) or not passage.same_clause(other.last, other.first)
                if how == "office" or passage.subject_after or ends:
                    return how, passage.text_at(other.first)
    return "", ""


def leaves_out_subject(passage: Passage, cue: Cue) -> bool:
    """Tell whether a verb has no subject for its ending tells enough: "Añadió que ...", "«...», dijo ayer", "Lo negó".

    Nothing but small words may stand before it in its clause; it has a complement, or closes a quotation.
    """
    opening = passage.clause.index(passage.clause[cue.first])
    before = range(opening, cue.first)
    if not passage.subject_dropped or passage.text_at(cue.last - 1).endswith(passage.subjectless + passage.impersonal):
        return False
    if passage.impersonal and _is_aside(passage, cue):
        return True  # "Морвин, говорит, взят"
    if any(len(passage.text_at(at)) > 3 and not passage.cue_at(at, "and", "contrast_bare") for at in before):
        return False
    if any(passage.cue_at(at, "det", "comp", "prep", "participle") for at in range(opening, cue.first + 1)):
        return False
    if any(passage.cue_at(at, "anaphor") for at in before) or any(mark in passage.gaps[opening] for mark in '»”"'):
        return True
    if any(passage.text_at(at).endswith(passage.subjectless) for at in (cue.last, cue.last + 1)):
        return True
    behind = range(cue.last, min(cue.last + _COMPLEMENT_WITHIN, len(passage.words)))
    return any(passage.cue_at(at, "comp") or ":" in passage.gaps[at] for at in behind)


def _is_aside(passage: Passage, cue: Cue) -> bool:
    """Tell whether a verb stands alone between commas within what is said."""
    alone = passage.clause.count(passage.clause[cue.first]) == cue.last - cue.first
    return alone and cue.first > 0 and cue.last < len(passage.words) and passage.gaps[cue.first].strip() == ","


def referred(passage: Passage, cue: Cue, discourse: Discourse, how: str, word: str, bearers: Bearers) -> str | None:
    """Return the party that a pronoun or office beside a verb means, or None."""
    if how == "office":
        if passage.cue_at(_at(passage, word, cue) + 1, "former"):
            return None  # "a retired colonel", where "retired" follows
        if passage.cue_at(_at(passage, word, cue) - 1, "its", "possessive"):
            # "its director": of whoever was spoken of, whatever directors are usually of.
            before = [one for one in passage.parties() if one.last < _at(passage, word, cue)]
            if before and before[-1].last <= cue.first and not passage.same_clause(before[-1].first, cue.first):
                return before[-1].key
            return discourse.last_party(passage.number)
        fitting = bearers(word)
        for able in fitting:
            for named in reversed(passage.parties()):
                if named.last <= cue.first and named.key in able:
                    return named.key
        if any(discourse.own in able for able in fitting):
            return discourse.own  # a body that writes of itself: "The mission assesses that ..."
        telling = not passage.cue_at(_at(passage, word, cue), "generic")
        spoken = [one for one in passage.parties() if _has_spoken(passage, one, cue)]
        if not telling and spoken:
            return spoken[-1].key
        return discourse.office(passage.number, fitting, telling=telling)
    if passage.quote[cue.first] == 0 and passage.cue_at(_at(passage, word, cue), "first_person"):
        return discourse.answering or discourse.own
    return discourse.last_party(passage.number)


def _has_spoken(passage: Passage, named: Named, cue: Cue) -> bool:
    """Tell whether a party speaks earlier in the sentence: "X sees it otherwise: the organisation found ..."."""
    verbs = [verb for verb in passage.of("say") if named.last <= verb.first < cue.first]
    return any(passage.same_clause(verb.first, named.first) for verb in verbs) and not is_oblique(passage, named)


def _at(passage: Passage, word: str, cue: Cue) -> int:
    """Return where a word stands that was found near a cue."""
    near = range(max(0, cue.first - 5), min(cue.last + 5, len(passage.words)))
    return next((index for index in near if passage.words[index] == word), cue.first)
