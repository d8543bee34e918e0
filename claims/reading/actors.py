"""Who a sentence says takes, holds or loses a place: a party, "our men", "the enemy", the speaker's own troops."""

from collections.abc import Sequence

from claims.reading.discourse import Voice
from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage
from claims.reading.sides import ENEMY, OURS, SPEAKER


def actor_of(passage: Passage, cue: Cue, place: Named | None, voices: Sequence[Voice]) -> tuple[str, bool]:
    """Return who does it, and whether that is said behind the verb ("captured by X", "in the hands of X")."""
    actors = actors_of(passage)
    subjects = {(v.subject.first, v.subject.key) for v in voices if v.subject and v.kind != "say_noun"}
    adjectives = {(n.first, n.key) for n in passage.named if n.kind == "quality"}
    # "the Veltian town of X" says whose it was, not who did it.
    towns = {(t.last, 0) for t in passage.of("town")} | {(0, t.first) for t in passage.of("town")}
    actors = [a for a in actors if (a[0], a[2]) not in adjectives or not {(a[0], 0), (0, a[1])} & towns]
    for first, _, who in actors:
        if (
            cue.kind != "hold_out"
            and cue.first <= first < cue.last + 4
            and passage.same_clause(first, cue.first)
            and (first, who) not in subjects
        ):
            if who == ENEMY and cue.kind == "take" and _is_taken_from(passage, cue, first):
                continue  # "cleared of the enemy", "taken from the enemy"
            if not _starts_new(passage, cue.last, first):
                # "beyond our control": whose it was stands within the words of the loss.
                return who, first >= cue.last or cue.kind not in ("lose", "fall")
    for first, last, who in reversed(actors):
        if last <= cue.first and passage.segment[first] == passage.segment[cue.first] and cue.first - last <= 14:
            crossed = any(last <= v.cue.first < cue.first for v in voices if v.kind in ("say", "admit", "deny"))
            if (first, who) in subjects or crossed:
                break
            steps = passage.clause[cue.first] - passage.clause[first]
            if steps == 0 or (steps <= 2 and (first, who) not in adjectives):
                return who, False
    return (SPEAKER if _has_pronoun_subject(passage, cue) else ""), False


def _is_taken_from(passage: Passage, cue: Cue, enemy: int) -> bool:
    """Tell whether the enemy behind a verb of taking is who lost the place; he took it where he may be its subject."""
    if passage.cue_at(enemy - 1, "by"):
        return False
    freed = passage.cue_at(cue.first, "freed") is not None
    return not passage.subject_after or freed or passage.cue_at(enemy - 1, "prep") is not None


def _starts_new(passage: Passage, first: int, last: int) -> bool:
    return any(first <= other.first < last for other in passage.of("say", "deny", "admit", "comp", "according"))


def _has_pronoun_subject(passage: Passage, cue: Cue) -> bool:
    if passage.cue_at(cue.first, "passive"):
        return False  # "it is occupied": the pronoun means the town
    verbs = [
        verb.last for verb in passage.of("say", "deny", "admit") if verb.last <= cue.first and verb.first != cue.first
    ]
    spoken = max((last for last in verbs if passage.same_clause(last - 1, cue.first)), default=0)
    for pronoun in passage.of("pronoun"):
        steps = cue.first - pronoun.last
        if not (0 <= steps <= 3 and passage.same_clause(pronoun.first, cue.first)):
            continue
        # "he denies the capture", "dément lui aussi la prise": he is the subject of the denying.
        if not spoken or (pronoun.first >= spoken and steps <= 1):
            return True
    return False


def actors_of(passage: Passage) -> list[tuple[int, int, str]]:
    """Return who may be acting in a sentence, left to right: (first word, last word, who)."""
    if passage.actors is None:
        passage.actors = _find_actors(passage)
    return passage.actors


def _find_actors(passage: Passage) -> list[tuple[int, int, str]]:
    found = [(n.first, n.last, n.key) for n in passage.named if n.kind in ("party", "people", "quality")]
    found += [(cue.first, cue.last, OURS) for cue in passage.of("sides")]
    found += [(cue.first, cue.last, ENEMY) for cue in passage.of("enemy")]
    found += [(role.first, role.last, SPEAKER) for role in passage.of("role") if _is_speakers(passage, role)]
    return sorted(found)


def _is_speakers(passage: Passage, role: Cue) -> bool:
    """Tell whether a body is the speaker's own: "Veltia said that its troops ...", nobody being named between."""
    if not passage.cue_at(role.first - 1, "possessive"):
        return False
    before = [named for named in passage.parties() if named.last < role.first]
    return bool(before) and any(
        before[-1].last <= verb.first < role.first for verb in passage.of("say", "admit", "deny")
    )
