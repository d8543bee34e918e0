"""Articles in four languages on made-up events, several writers to each event, and what outlets make of one another's.

A small grammar (copies_grammar.toml) writes them; the same seed gives the same articles. Writers on one event share its
place, its figures and what was said, word for word, but nothing else. Who copied whom is known, so it can be counted
what was found and what was joined wrongly.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGINS = datetime(2031, 5, 1, 6, tzinfo=UTC)
EVENTS, WRITERS = 60, 4  # to each language
COPIES_OF_A_KIND, ROUND_UPS = 26, 26  # in each language

# Slots are filled with a word from the list of that name; {place}, {said} and {number} belong to the event.
GRAMMAR = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PLACES = (
    "Brelsk",
    "Dorvansk",
    "Kelminsk",
    "Ostrava Nova",
    "Tervin",
    "Varnol",
    "Zelinka",
    "Morwick",
    "Saltmere",
    "Ilvesk",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """An article; `kind` says what was done to the originals `of` which it is a copy (none: it is one itself)."""

    text: str
    title: str
    lang: str
    published_at: datetime
    kind: str = "original"
    of: tuple[int, ...] = ()


def write_pieces(seed: int = 1) -> list[Piece]:
    """Two thousand articles: originals, copies of several kinds, and round-ups of two reports on one event each."""
    chance = random.Random(seed)
    pieces: list[Piece] = []
    for lang in GRAMMAR:
        first = len(pieces)
        for _ in range(EVENTS):
            pieces += _report_event(lang, chance)
        originals = list(range(first, len(pieces)))
        chance.shuffle(originals)
        for kind, copy in COPIED.items():
            for _ in range(COPIES_OF_A_KIND):
                number = originals.pop()
                pieces.append(_publish(copy(pieces[number], chance), pieces[number], kind, (number,), chance))
        for event in chance.sample(range(EVENTS), ROUND_UPS):
            one, other = chance.sample(range(first + event * WRITERS, first + (event + 1) * WRITERS), 2)
            later = max(pieces[one], pieces[other], key=lambda piece: piece.published_at)
            intro = " ".join(
                _sentence(lang, {"place": chance.choice(PLACES)}, chance) for _ in range(chance.randint(1, 3))
            )
            text = "\n\n".join((intro, pieces[one].text, pieces[other].text))
            pieces.append(_publish(text, later, "round-up", (one, other), chance))
    return pieces


def _report_event(lang: str, chance: random.Random) -> Iterator[Piece]:
    """What several writers make of one event."""
    event = {"place": chance.choice(PLACES), "number": str(chance.randint(2, 900))}
    event["said"] = _fill(GRAMMAR[lang]["said"], lang, event, chance)
    when = BEGINS + timedelta(minutes=chance.randint(0, 20_000))
    for _ in range(WRITERS):
        paragraphs = [
            " ".join(_sentence(lang, event, chance) for _ in range(chance.randint(2, 4)))
            for _ in range(chance.randint(3, 7))
        ]
        paragraphs.insert(chance.randint(1, 3), event["said"])
        published_at = when + timedelta(minutes=chance.randint(0, 300))
        yield Piece("\n\n".join(paragraphs), _sentence(lang, event, chance), lang, published_at)


def _sentence(lang: str, event: dict[str, str], chance: random.Random) -> str:
    number = event.get("number") if chance.random() < 0.3 else None
    told = {**event, "number": number or str(chance.randint(2, 900))}
    return _fill(chance.choice(GRAMMAR[lang]["frames"]), lang, told, chance)


def _fill(frame: str, lang: str, told: dict[str, str], chance: random.Random) -> str:
    def choose(slot: re.Match[str]) -> str:
        words = GRAMMAR[lang]["words"].get(slot[1])
        return chance.choice(words.split()).replace("_", " ") if words else told[slot[1]]

    filled = re.sub(r"\{(\w+)\}", choose, frame)
    return filled[:1].upper() + filled[1:]


def _publish(text: str, original: Piece, kind: str, of: tuple[int, ...], chance: random.Random) -> Piece:
    keeps_title = kind != "retitled" and chance.random() < 0.5
    title = original.title if keeps_title else _sentence(original.lang, {"place": chance.choice(PLACES)}, chance)
    return Piece(
        text, title, original.lang, original.published_at + timedelta(minutes=chance.randint(0, 4000)), kind, of
    )


# --- What outlets make of a text ---


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.»”])\s+", text)


def _part(begins: float) -> Callable[[Piece, random.Random], str]:
    """Half of the sentences, from this share of them on."""

    def copy(piece: Piece, chance: random.Random) -> str:
        sentences = _sentences(piece.text)
        first = round(begins * len(sentences))
        return "\n".join(sentences[first : first + (len(sentences) + 1) // 2])

    return copy


def _change(share: float) -> Callable[[Piece, random.Random], str]:
    """So much of the words replaced by others."""

    def copy(piece: Piece, chance: random.Random) -> str:
        others = " ".join(GRAMMAR[piece.lang]["words"].values()).replace("_", " ").split()
        words = re.split(r"(\s+)", piece.text)
        for index in chance.sample(range(0, len(words), 2), round(share * (len(words) // 2))):
            words[index] = chance.choice(others)
        return "".join(words)

    return copy


def _cut(piece: Piece, chance: random.Random) -> str:
    sentences = _sentences(piece.text)
    left_out = set(chance.sample(range(len(sentences)), len(sentences) // 4))
    return "\n\n".join(sentence for n, sentence in enumerate(sentences) if n not in left_out)


COPIED: dict[str, Callable[[Piece, random.Random], str]] = {
    "full": lambda piece, chance: piece.text.replace("\n\n", "\n"),
    "retitled": lambda piece, chance: piece.text,
    "first half": _part(0),
    "middle half": _part(0.25),
    "second half": _part(0.5),
    "cut": _cut,
    "edited": _change(0.05),
    "changed": _change(0.15),
    "agency line": lambda piece, chance: (
        GRAMMAR[piece.lang]["agency_line"].format(place=chance.choice(PLACES)) + piece.text + "\n\nNorthwind"
    ),
}  # fmt: skip
