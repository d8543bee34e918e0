"""Who speaks where a sentence names nobody: by what stands around it, by the text's own voice."""

from collections.abc import Callable, Sequence

from claims.reading.discourse import Discourse, Voice, is_oblique
from claims.reading.interviews import Interview, answering
from claims.reading.passage import Passage
from claims.reading.script import Script
from claims.reading.stance import Frame
from claims.words import OWN_VOICE

_SHORT_LINE = 120
_QUOTE_ENDS_WITHIN = 8

Hear = Callable[[Passage], Sequence[Voice]]
"""Finds the voices of a sentence as it would be read now."""


def own_voice(script: Script) -> str:
    """Return the party that a text's first line or its signature says it speaks for, or `outlet`."""
    first, last = script.stretches[0], script.stretches[-1]
    for stretch in (first, last):
        if stretch.end - stretch.start > _SHORT_LINE:
            continue
        passage = script.passage_at(stretch.start)
        parties = passage.parties()
        if stretch is first and passage.of("bulletin") and parties and not passage.of("say", "deny"):
            return parties[0].key
        if stretch is last and parties and parties[0].first == 0 and _is_signature(script, passage):
            return parties[0].key
    return OWN_VOICE


def _is_signature(script: Script, passage: Passage) -> bool:
    """Tell whether a text's last sentence is a name alone on its line, as under a communiqué."""
    if len(script) < 3 or len(passage.words) > 9 or passage.of("say", "deny", "take", "hold", "neg"):
        return False
    alone = script.stretches[-2].paragraph != passage.stretch.paragraph
    return alone and script.folded.text[: passage.stretch.end].rstrip()[-1:].isalnum()


def frame(
    script: Script,
    passage: Passage,
    discourse: Discourse,
    interview: Interview,
    vouched: int,
    title_end: int,
    hear: Hear,
) -> Frame:
    """Return who speaks in a sentence where it names nobody.

    `vouched` is the sentence in which the outlet last spoke of its own findings.
    """
    carried, sure = _carried(script, passage, discourse, interview, hear)
    return Frame(
        carried=carried,
        carried_sure=sure,
        own=discourse.own,
        own_asserts=passage.number - vouched <= 2,
        title=passage.stretch.end <= title_end + 1,
    )


def _carried(
    script: Script, passage: Passage, discourse: Discourse, interview: Interview, hear: Hear
) -> tuple[str | None, float]:
    back = _claimed_by_next(script, passage)
    if back:
        return back, 0.85
    quoted = bool(passage.quote) and passage.quote[0] > 0
    if quoted:
        behind = _quoted_by(script, passage, hear)
        if behind:
            return behind, 0.8
    guest = answering(script, passage, interview)
    if guest and interview.answers:
        return guest, 0.7
    if passage.stretch.paragraph in interview.questions:
        return None, 0.45
    same_paragraph = discourse.speaker_paragraph == passage.stretch.paragraph
    if same_paragraph and passage.number - discourse.speaker_at <= 2 and (quoted or _is_speech(script, passage)):
        return discourse.speaker, 0.7
    if guest:
        return guest, 0.6
    return None, 0.45


def _is_speech(script: Script, passage: Passage) -> bool:
    """Tell whether a sentence begins with the dash of direct speech."""
    return script.folded.text[passage.stretch.start : passage.stretch.start + 1] in ("—", "–")


def _claimed_by_next(script: Script, passage: Passage) -> str | None:
    """Return the party of a following "This was announced by X", if there is one."""
    following = script.follows(passage.number)
    if following is None:
        return None
    back = following.of("backref")
    labelled = any(cue.first == 0 and ":" in _gap_behind(following, cue.last) for cue in following.of("source_label"))
    if not labelled and (not back or back[0].first > 1):
        return None
    parties = following.parties()
    able = [named for named in parties if not is_oblique(following, named)] or parties
    return able[0].key if able else None


def _gap_behind(passage: Passage, index: int) -> str:
    return passage.gaps[index] if index < len(passage.words) else ""


def _quoted_by(script: Script, passage: Passage, hear: Hear) -> str | None:
    """Return the party named behind a quotation that runs on over this sentence: "... . ...», said X"."""
    quotation = passage.quote[0]
    if passage.quote[-1] != quotation:
        return None
    following = script.follows(passage.number)
    while following is not None and following.number - passage.number <= _QUOTE_ENDS_WITHIN:
        inside = [at for at, number in enumerate(following.quote) if number == quotation]
        if not inside or inside[0] != 0:
            return None
        if inside[-1] + 1 < len(following.words):
            behind = following.clause[inside[-1] + 1]
            voices = [v for v in hear(following) if v.kind in ("say", "admit", "deny")]
            return next((v.party for v in voices if following.clause[v.cue.first] == behind), None)
        following = script.follows(following.number)
    return None
