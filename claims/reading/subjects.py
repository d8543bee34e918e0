"""Where the party stands whose word a verb is, if not as its plain subject: its agent, its paper, before a relative."""

from collections.abc import Sequence

from claims.reading.discourse import Discourse, is_oblique
from claims.reading.lexicon import Cue
from claims.reading.offices import is_free
from claims.reading.passage import Named, Passage

# So few words stand between a verb and what opens its clause, or the paper that it is in.
_REACH = 3


def agent_of(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party after "by": "contested by the Veltians"."""
    for index in range(cue.last - 1, min(cue.last + 2, len(passage.words))):
        if passage.cue_at(index, "by"):
            return next((named for named in parties if 0 < named.first - index <= 3), None)
    return None


def told_of(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party that a relative clause speaks of: "it came from X, which said ...", whatever X is in its own clause."""
    opening = passage.clause.index(passage.clause[cue.first])
    if cue.first - opening > _REACH or not passage.cue_at(opening, "relative_subject"):
        return None
    between = range(opening + 1, cue.first)
    if any(passage.cue_at(at, "pronoun", "role", "unlisted") or passage.capital[at] for at in between):
        return None
    return next((named for named in parties if named.last == opening and "," in passage.gaps[opening]), None)


def in_document(passage: Passage, cue: Cue, parties: Sequence[Named]) -> Named | None:
    """The party whose paper says it: "ідеться у зведенні X", "indique un communiqué de X"."""
    for paper in passage.of("document"):
        if 0 <= paper.first - cue.last <= 3 and passage.same_clause(paper.first, cue.last - 1):
            for named in parties:
                if 0 <= named.first - paper.last <= 2 and passage.same_clause(named.first, paper.first):
                    return named
    return None


def paper_of(passage: Passage, cue: Cue, discourse: Discourse) -> str | None:
    """The party whose paper was spoken of: "the statement said", "its report concludes", "martèle le communiqué"."""
    for paper in passage.of("document"):
        behind = 0 <= paper.first - cue.last <= passage.is_determiner(cue.last)
        if (behind or 0 <= cue.first - paper.last <= _REACH) and passage.same_clause(paper.first, cue.first):
            owned = passage.cue_at(paper.first - 1, "possessive") or passage.cue_at(paper.first - 2, "possessive")
            if owned or (
                is_free(passage, paper.first, paper.last) and not passage.cue_at(paper.first - 2, "indefinite")
            ):
                return discourse.last_party(passage.number)
    return None


def shares_pronoun(passage: Passage, cue: Cue) -> bool:
    """Tell whether a verb's subject is the pronoun that opens the sentence: "He laid down the map and conceded ..."."""
    opening = joined_at(passage, cue)
    pronoun = next((one for one in passage.of("pronoun") if one.first <= 1 and one.last <= opening), None)
    if pronoun is None or cue.first - opening > _REACH or passage.segment[cue.first] != passage.segment[0]:
        return False
    joined = any(0 <= opening - joint.last <= 1 or joint.first == opening for joint in passage.of("and"))
    others = any(named.first < cue.first and not is_oblique(passage, named) for named in passage.parties())
    return joined and not others and not passage.quote[cue.first] and not passage.cue_at(pronoun.first, "first_person")


def joined_at(passage: Passage, cue: Cue) -> int:
    """Return where a verb's own part of its clause begins: behind the last "and" before it, or with the clause."""
    opening = passage.clause.index(passage.clause[cue.first])
    return max([opening, *(joint.last for joint in passage.of("and") if opening < joint.last <= cue.first)])
