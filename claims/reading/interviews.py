"""Interviews: who is asked, and which paragraphs are his answers."""

from dataclasses import dataclass

from claims.reading.discourse import is_oblique
from claims.reading.lexicon import Cue
from claims.reading.passage import Passage
from claims.reading.script import Script

DASHES = "—–-"

_HEAD = 4
_LEAST_TURNS = 4
_PAIR = 2
_LEAST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Interview:
    """Whoever is interviewed in a text: a party's slug, or "" where none is.

    `answers` are the paragraphs of his answers where question and answer take turns behind dashes, `questions` the
    others; both are empty where a text marks them in another way.
    """

    guest: str = ""
    answers: frozenset[int] = frozenset()
    questions: frozenset[int] = frozenset()


def find_interview(script: Script) -> Interview:
    """Return who is interviewed in a text, by what its head says of it or by paragraphs that take turns."""
    dashed = _turns(script)
    turns = dashed or _pairs(script)
    head = turns[0][1] if turns else _HEAD
    parties: list[str] = []
    told = bool(turns)
    for number in range(min(_HEAD, head, len(script))):
        passage = script.passage(number)
        told = told or bool(passage.of("interview"))
        # Without the dashes the guest is named as such: "she follows the war in X" is nobody of X.
        parties += [one.key for one in passage.parties() if dashed or not turns or not is_oblique(passage, one)]
    told = told or _is_labelled(script)
    if not told or not parties:
        return Interview()
    paragraphs = [paragraph for paragraph, _ in turns]
    return Interview(parties[0], frozenset(paragraphs[1::2]), frozenset(paragraphs[::2]))


def _turns(script: Script) -> list[tuple[int, int]]:
    """Return the paragraphs that begin with a dash, each with its first sentence, if there are enough to take turns."""
    found: list[tuple[int, int]] = []
    asked = 0
    seen = -1
    for number, stretch in enumerate(script.stretches):
        if stretch.paragraph == seen:
            continue
        seen = stretch.paragraph
        mark, after = script.folded.text[stretch.start], script.folded.text[stretch.start + 1 : stretch.start + 2]
        # Many print no blank behind a long dash; a shorter one without a blank belongs to a number or a word.
        if mark in DASHES and (after == " " or (mark == "—" and after not in ("", "\n"))):
            found.append((stretch.paragraph, number))
    asked = sum("?" in script.paragraph_text(paragraph) for paragraph, _ in found[::2])
    return found if len(found) >= _LEAST_TURNS and asked else []


def _pairs(script: Script) -> list[tuple[int, int]]:
    """Return the paragraphs of blocks of two lines, each with its first sentence: a question, and under it the answer.

    Blank lines part the blocks. There are some in a row, and a third of their first lines at least are questions.
    """
    text = script.folded.text
    lines: list[tuple[int, int]] = []
    blocks: list[list[tuple[int, int]]] = []
    for number, stretch in enumerate(script.stretches):
        if lines and lines[-1][0] == stretch.paragraph:
            continue
        lines.append((stretch.paragraph, number))
        apart = number == 0 or text.count("\n", script.stretches[number - 1].end - 1, stretch.start + 1) > 1
        if apart:
            blocks.append([])
        blocks[-1].append(lines[-1])
    pairs = [block for block in blocks if len(block) == _PAIR]
    asked = sum("?" in script.paragraph_text(block[0][0]) for block in pairs)
    first = blocks.index(pairs[0]) if pairs else 0
    together = all(len(block) <= _PAIR for block in blocks[first:])
    if len(pairs) < _LEAST_PAIRS or asked * 3 < len(pairs) or not together:
        return []
    return [line for block in pairs for line in block]


def _is_labelled(script: Script) -> bool:
    """Tell whether lines of a text are labelled as answers: "A: ..."."""
    seen = 0
    paragraph = -1
    for stretch in script.stretches:
        if stretch.paragraph != paragraph:
            paragraph = stretch.paragraph
            seen += _answers(script, stretch.start)
    return seen >= _LEAST_PAIRS


def _answers(script: Script, start: int) -> bool:
    """Tell whether the line that begins at an offset has the label of an answer."""
    head = script.folded.text[start : start + 12]
    word = head.split(":", 1)[0].strip() if ":" in head else ""
    return bool(word and Cue("answer_label", 0, 1) in script.lexicon.find([word]))


def answering(script: Script, passage: Passage, interview: Interview) -> str:
    """Return who answers in a sentence of an interview, or "": by turns, or after "A:" or a dash, and no question."""
    if not interview.guest or passage.question:
        return ""
    if interview.answers:
        return interview.guest if passage.stretch.paragraph in interview.answers else ""
    line = script.line_start(passage.stretch.start)
    head = script.folded.text[line : line + 12].lstrip()
    return interview.guest if (head[:1] in DASHES and head) or _answers(script, line) else ""
