"""Whether a predicate is asserted: negated, doubted, or governed by a plan, a wish or a condition."""

from collections.abc import Iterator, Sequence

from claims.reading.lexicon import Cue
from claims.reading.passage import Passage


def is_doubted(passage: Passage, cue: Cue, doubts: Sequence[Cue]) -> bool:
    """Tell whether words that leave it open govern the predicate: "cannot confirm that X took", "it is unclear"."""
    for doubt in doubts:
        steps = passage.clause[cue.first] - passage.clause[doubt.first]
        if steps == 0 or (0 < steps <= 2 and _has_comp(passage, doubt.last, cue.first)):
            return True
        # "would not say, with whom they are": words of doubt that end their clause lead to what is asked.
        ends = steps == 1 and doubt.last - doubt.first > 1 and not passage.same_clause(doubt.last - 1, doubt.last)
        if ends and passage.segment[cue.first] == passage.segment[doubt.first]:
            return True
        # Some words of doubt have the "that" or "whether" in them.
        if doubt.last <= cue.first and passage.same_clause(doubt.last - 1, cue.first):
            return True
        between = (say for say in passage.of("say", "deny", "comp") if cue.last <= say.first < doubt.first)
        together = passage.segment[cue.first] == passage.segment[doubt.first]
        if -2 <= steps < 0 and together and not any(between) and not _is_deniers(passage, cue, doubt):
            return True
    return False


def _is_deniers(passage: Passage, cue: Cue, doubt: Cue) -> bool:
    """Tell whether a doubt is what a denier goes on to say: "X denies that it leaked, and urges not to judge yet"."""
    denied = (deny for deny in passage.of("deny") if deny.last <= cue.first)
    led = any(_has_comp(passage, deny.last, cue.first) for deny in denied)
    return led and any(cue.last <= joint.first <= doubt.first for joint in passage.of("and"))


def _has_comp(passage: Passage, first: int, last: int) -> bool:
    return any(first <= comp.first < last for comp in passage.of("comp"))


def is_past(passage: Passage, cue: Cue) -> bool:
    """Tell whether a predicate is told as what was so or was said before: "days after announcing that X had fallen"."""
    for past in passage.of("past"):
        steps = passage.clause[cue.first] - passage.clause[past.first]
        if steps == 0 or (steps == 1 and _has_comp(passage, past.last, cue.first)):
            return True
    return False


def is_unreal(passage: Passage, cue: Cue) -> bool:
    """Tell whether a plan, wish, condition, prediction governs the predicate."""
    if any(plan.first <= cue.first and cue.last <= plan.last for plan in passage.of("plan")):
        return True
    if any(passage.same_clause(idiom.first, cue.first) for idiom in passage.of("idiom")):
        return True
    for other in passage.of("plan", "cond", "future"):
        if passage.same_clause(other.first, cue.first) and -1 <= cue.first - other.last <= 8:
            return True
    return any(
        passage.same_clause(first, cue.first) or _follows_from(passage, first, cue) for first in _inverted(passage)
    ) or any(
        _is_before(passage, premise, cue)
        or (_opens_premise(passage, premise) and _follows_from(passage, premise.first, cue))
        for premise in passage.of("premise")
    )


def _inverted(passage: Passage) -> Iterator[int]:
    """Yield the verbs that open a condition by standing before their subject: "Had X taken the town, ..."."""
    for verb in passage.of("inverted"):
        opens = verb.first == 0 or passage.quote[verb.first] != passage.quote[verb.first - 1]
        if opens and passage.capital[verb.first] and not passage.question:
            yield verb.first


def _opens_premise(passage: Passage, premise: Cue) -> bool:
    """Tell whether a condition opens its clause: "If X takes the town, ...", "X says that if the town falls, ..."."""
    at = premise.first
    opens = at == 0 or not passage.same_clause(at - 1, at)
    led = passage.cue_at(at - 1, "comp", "and", "contrast", "say") and not passage.cue_at(at - 1, "open", "asked")
    return opens or bool(led)


def _is_granted(passage: Passage, first: int) -> bool:
    """Tell whether a condition is told as what was or is so: "if X took the town", "if true"; "had X" opens none."""
    following = range(first + 1, len(passage.words))
    return any(passage.words[at] in passage.granted for at in following if passage.same_clause(at, first))


def _is_before(passage: Passage, premise: Cue, cue: Cue) -> bool:
    """Tell whether a predicate stands right before its condition: "the town is lost unless help comes"."""
    if not (0 <= premise.first - cue.last <= 3 and passage.same_clause(premise.first, cue.first)):
        return False
    between = passage.of("say", "and", "comp", "open", "say_noun")
    return not _is_granted(passage, premise.first) and not any(
        cue.last <= other.first and passage.same_clause(other.first, cue.first) for other in between
    )


def _follows_from(passage: Passage, first: int, cue: Cue) -> bool:
    """Tell whether a predicate is what would follow from the condition that begins at `first`.

    It stands in the clause after the condition, or after the voice that interrupts: "If X attacks, Y said, it falls".
    No condition is what somebody reports or what was so ("If X did take the town, ..."): that only grants it.
    """
    start, end = passage.clause[first], passage.clause[cue.first]
    if not 1 <= end - start <= 2 or passage.segment[first] != passage.segment[cue.first]:
        return False
    if bool(passage.quote[first]) != bool(passage.quote[cue.first]):
        return False
    granted = ("say", "admit", "deny", "say_noun")
    if any(passage.clause[other.first] == start and other.first >= first for other in passage.of(*granted)):
        return False
    if _is_granted(passage, first):
        return False
    # "If X is losing, Y still holds the town": a contrast, and so is what Y says there itself.
    if any(passage.clause[other.first] == end for other in passage.of("now", "go_on")):
        return False
    voices = passage.of("say", "admit", "deny")
    if any(passage.clause[other.first] == end and other.first <= cue.first for other in voices):
        return False
    return end - start == 1 or any(passage.clause[other.first] == start + 1 for other in voices)


def negations(passage: Passage, cue: Cue, before: int = 7, after: int = 2, kinds: tuple[str, ...] = ("neg",)) -> int:
    """Count the negations in a predicate's clause that bear on it."""
    count = 0
    reached = -1
    for neg in passage.of(*kinds):
        if neg.first < reached or not passage.same_clause(neg.first, cue.first):
            continue
        inside = cue.first <= neg.first < cue.last
        if inside:
            continue
        ahead = 0 <= cue.first - neg.last <= before
        behind = 0 <= neg.first - cue.last < after and not any(
            cue.last <= joint.first < neg.first for joint in passage.of("and")
        )
        if (ahead or behind) and not (_belongs_to_saying(passage, neg, cue) or _sets_apart(passage, neg, cue)):
            # French "ne ... pas", Slavic "ніхто не": one negation in two words.
            if not count or neg.first - reached > 4:
                count += 1
            reached = neg.last
    for disbelief in passage.of("disbelieve"):
        if passage.segment[disbelief.first] == passage.segment[cue.first] and disbelief.first < cue.first:
            count += 1
    for double in passage.of("double"):
        if passage.same_clause(double.first, cue.first):
            count = 0
    return count


def _sets_apart(passage: Passage, neg: Cue, cue: Cue) -> bool:
    """Tell whether a negation is of what is set against something else: "stolen not from her, but from the voters".

    What it is of begins with a preposition or names a party; right before the predicate it is the predicate's own.
    """
    if neg.last == cue.first or not passage.of("rather"):
        return False
    if not (passage.cue_at(neg.last, "prep") or any(one.first == neg.last for one in passage.parties())):
        return False
    ends = next((at for at in range(neg.last, len(passage.words)) if not passage.same_clause(at, neg.first)), -1)
    while ends >= 0 and not passage.cue_at(ends, "rather"):
        # "not fourteen, as they wrote, but forty"
        following = ends + 1
        while following < len(passage.words) and passage.same_clause(following, ends):
            following += 1
        ends = following if following < len(passage.words) and following - neg.last <= 9 else -1
    return ends >= 0


def _belongs_to_saying(passage: Passage, neg: Cue, cue: Cue) -> bool:
    return any(neg.last <= say.first < cue.first and say.first - neg.last <= 1 for say in passage.of("say", "admit"))
