"""Whose words these are: which of a sentence's voices govern a given word, the nearest first."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from claims.reading.discourse import Voice
from claims.reading.passage import Passage

_FIRST = attrgetter("first")


def governing(passage: Passage, voices: Sequence[Voice], index: int) -> list[Voice]:
    """Return the voices that may govern a word, the nearest first.

    Nearness counts clauses; a voice further on governs what stands before it unless one nearer does, and one whose
    complement ("that ...", a colon, an opening quotation) begins right after it governs all that follows.
    """
    ranked = []
    aside = {passage.clause[cue.first] for cue in passage.of("despite")}
    if passage.clause[index] in aside:
        # "Despite X's announcement that ...": that is X's alone.
        return [voice for voice in voices if voice.kind == "say_noun" and passage.same_clause(voice.cue.first, index)]
    for number, voice in enumerate(voices):
        outside = passage.quote[index] > 0 and passage.quote[voice.cue.first] == 0
        if passage.clause[voice.cue.first] in aside:
            continue
        far = passage.segment[voice.cue.first] != passage.segment[index] and not outside
        if far and not (
            _opens_sentence(passage, voice)
            or _reaches_by_colon(passage, voice, index)
            or _interrupts(passage, voice, index)
            or _takes_up(passage, voice, index)
            or _goes_on(passage, voice, voices, index)
        ):
            continue
        overtaken = voice.kind == "deny" and is_joined_over(passage, voices, voice.cue.last, index)
        ranked.append((_distance(passage, voice, index) + overtaken, number, voice))
    ranked.sort(key=lambda item: item[:2])
    return [voice for _, _, voice in ranked]


def is_joined_over(passage: Passage, voices: Sequence[Voice], first: int, index: int) -> bool:
    """Tell whether a verb of saying joined on leads to a word: "X denies the report and maintains that ...".

    What stands before the "and", from the word `first` on, does not reach over it.
    """
    joints = passage.of("and")
    for voice in voices:
        verb = voice.cue.first
        if voice.kind in ("say", "admit") and first < verb < index and passage.same_clause(first - 1, verb):
            at = bisect_left(joints, verb, key=_FIRST) - 1
            joined = at >= 0 and first <= joints[at].first and verb - joints[at].last <= 1
            if joined and _leads_on(passage, voice):
                return True
    return False


def _opens_sentence(passage: Passage, voice: Voice) -> bool:
    """Tell whether a voice stands over the whole sentence: "According to X, ... while ..."."""
    return voice.kind == "according"


def _reaches_by_colon(passage: Passage, voice: Voice, index: int) -> bool:
    """Tell whether a colon carries a voice over a contrast: "X agreed, but with a caveat: the town is ours"."""
    return any(":" in passage.gaps[at] for at in range(voice.cue.last, index + 1))


def _interrupts(passage: Passage, voice: Voice, index: int) -> bool:
    """Tell whether a voice stands between dashes within what it says: "«The town is ours, — says X. — We hold it»"."""
    opening = passage.clause.index(passage.clause[voice.cue.first])
    if index < voice.last or not _has_dash(passage.gaps[opening]):
        return False
    return any(_has_dash(passage.gaps[at]) for at in range(voice.last, index + 1))


def _takes_up(passage: Passage, voice: Voice, index: int) -> bool:
    """Tell whether a voice refers to the segment before its own: "The town is taken; so X says"."""
    opening = passage.clause.index(passage.clause[voice.cue.first])
    back = any(opening <= cue.first <= opening + 1 for cue in passage.of("backref"))
    return back and passage.segment[voice.cue.first] - passage.segment[index] == 1


def _has_dash(gap: str) -> bool:
    return "—" in gap or "–" in gap or " - " in gap


def _goes_on(passage: Passage, voice: Voice, voices: Sequence[Voice], index: int) -> bool:
    """Tell whether what a voice says goes on over a contrast without a voice of its own: "X says that ..., and ..."."""
    if voice.kind not in ("say", "admit") or index < voice.last or not _leads_on(passage, voice):
        return False
    here = passage.segment[index]
    return here - passage.segment[voice.cue.first] == 1 and not any(
        passage.segment[other.cue.first] == here for other in voices
    )


def _distance(passage: Passage, voice: Voice, index: int) -> float:
    clauses = passage.clause[index] - passage.clause[voice.cue.first]
    if clauses == 0:
        return abs(index - voice.cue.first) * 0.01
    if voice.kind == "according" and passage.segment[index] != passage.segment[voice.cue.first]:
        return 4.0
    if voice.kind == "say_noun":
        return 0.5 + abs(clauses) if clauses > 0 and _leads_on(passage, voice) else 3.0 + abs(clauses)
    if clauses > 0:
        return (0.3 if _leads_on(passage, voice) else 1.2) * clauses + 0.1
    if passage.quote[index] and _closes_quote(passage, voice):
        return 0.15
    if any(passage.cue_at(at, "comp") for at in range(voice.last, min(voice.last + 3, len(passage.words)))):
        # "…: X writes that …" leads on; what stands before it is not X's.
        return abs(clauses) + 5.0
    return abs(clauses) * 1.0


def _closes_quote(passage: Passage, voice: Voice) -> bool:
    """Tell whether a quotation ends right before the voice: "…», said X"."""
    return any(mark in passage.gaps[voice.first] for mark in '»”"')


def _leads_on(passage: Passage, voice: Voice) -> bool:
    """Tell whether the words right after the voice open its complement: "that ...", a colon, a quotation."""
    for index in range(voice.last, min(voice.last + 7, len(passage.words))):
        gap = passage.gaps[index]
        if passage.cue_at(index, "comp") or ":" in gap:
            return True
        if index <= voice.last + 1 and any(mark in gap for mark in '«“"'):
            return True
    return False
