"""Texts as no editor wrote them: our own articles damaged in every way that copying, markup and malice know."""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256

from claims.reading import Reader
from claims.reading.gazetteer import load_gazetteer
from claims.reading.values import Reading, Text
from tests.reading_articles import ARTICLES
from tests.reading_worlds import catalogue

COUNT = 8_000
SEED = 20251203

_CYRILLIC = "АВЕІКМНОРСТХУаеіорсху"
_LATIN = "ABEIKMHOPCTXYaeiopcxy"
TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)

# Every kind of character that is not seen, or not as it is stored; written by name so that it can be read here.
UNSEEN = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2069\ufeff\ufe0f"
)
COMBINING = "\u0300\u0301\u0302\u0306\u0308\u030b\u0323\u0327\u0338\u20dd"
CONTROLS = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160))))
EMOJI = "🟥🟦⬜️❗️☕️👨‍👩‍👧🇺🇦🏳️‍🌈"
BREAKS = "\n\r\t\u00a0\u2028\u2029\u3000"
MARKS = "«»„“”‘’\"'().,:;!?…—–-|•*%№/\\<>&#[]{}"
# fmt: off
TAGS = (
    "<p>", "</p>", "<br/>", '<a href="https://post.example/1?a=b&amp;c">', "</a>", "<b>", "<!--", "-->", "<script>",
    "</scr", "&nbsp;", "&quot;", "&#39;", "<", ">",
)
SCRIPTS = (
    "莫爾文被攻陷", "مورفين سقطت", "מורווין נפלה", "Μόρβιν έπεσε", "მორვინი", "ꙮѵѳ", "ﬁnally", "İstanbul", "ẞß",
    "𝕸𝖔𝖗𝖛𝖎𝖓",
)
# fmt: on

Chance = random.Random
Damage = Callable[[str, Chance], str]


def _put(text: str, chance: Chance, pieces: str | tuple[str, ...], most: int = 12) -> str:
    """Put pieces in at random places."""
    for _ in range(chance.randint(1, most)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(pieces) + text[at:]
    return text


def drop_characters(text: str, chance: Chance) -> str:
    """Lose characters."""
    share = chance.choice((0.01, 0.1, 0.4))
    return "".join(c for c in text if chance.random() >= share)


def double_characters(text: str, chance: Chance) -> str:
    """Write characters twice or more."""
    return "".join(c * (chance.randint(2, 5) if chance.random() < 0.05 else 1) for c in text)


def swap_characters(text: str, chance: Chance) -> str:
    """Change neighbours over."""
    letters = list(text)
    for at in range(len(letters) - 1):
        if chance.random() < 0.03:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def drop_words(text: str, chance: Chance) -> str:
    """Lose words."""
    return " ".join(word for word in text.split(" ") if chance.random() >= 0.2)


def double_words(text: str, chance: Chance) -> str:
    """Say words twice."""
    return " ".join(f"{word} {word}" if chance.random() < 0.15 else word for word in text.split(" "))


def shuffle_words(text: str, chance: Chance) -> str:
    """Bring words into another order."""
    words = text.split(" ")
    chance.shuffle(words)
    return " ".join(words)


def put_homoglyphs(text: str, chance: Chance) -> str:
    """Write letters of the other script that look the same."""
    share = chance.choice((0.05, 0.5, 1.0))
    table = chance.choice((TO_LATIN, TO_CYRILLIC))
    return "".join(c.translate(table) if chance.random() < share else c for c in text)


def mix_languages(text: str, chance: Chance) -> str:
    """Put sentences of other languages between."""
    other = chance.choice(ARTICLES)[2].split(". ")
    own = text.split(". ")
    return ". ".join(part for pair in zip(own, other, strict=False) for part in pair)


def put_on_one_line(text: str, chance: Chance) -> str:
    """Make it one line, with or without any end of a sentence."""
    line = text.replace("\n", " ")
    return (line.replace(".", "") if chance.random() < 0.5 else line) * chance.randint(1, 4)


def change_case(text: str, chance: Chance) -> str:
    """Shout, mumble or turn cases over."""
    return chance.choice((str.upper, str.lower, str.swapcase, str.title))(text)


def close_up(text: str, chance: Chance) -> str:
    """Lose blanks."""
    return "".join(c for c in text if c != " " or chance.random() < 0.5)


def _putting(pieces: str | tuple[str, ...]) -> Damage:
    return lambda text, chance: _put(text, chance, pieces)


DAMAGES: tuple[Damage, ...] = (
    drop_characters, double_characters, swap_characters, drop_words, double_words, shuffle_words, put_homoglyphs,
    mix_languages, put_on_one_line, change_case, close_up,
    *map(_putting, (UNSEEN, COMBINING, CONTROLS, EMOJI, BREAKS, MARKS, TAGS, SCRIPTS)),
)  # fmt: skip


def odd_text(number: int) -> Text:
    """The damaged text of a number: the same whenever and wherever it is asked for."""
    chance = random.Random(SEED + number)
    lang, title, body, _ = chance.choice(ARTICLES)
    parts = body.split("\n\n")
    first = chance.randrange(len(parts))
    body = "\n\n".join(parts[first : first + 2])
    for _ in range(chance.randint(1, 4)):
        body = chance.choice(DAMAGES)(body, chance)
    title = chance.choice(DAMAGES)(title, chance) if chance.random() < 0.3 else ""
    moment = datetime(2025, 12, 3, 18, tzinfo=UTC) if chance.random() < 0.7 else None
    return Text(body=body, title=title, lang=lang if chance.random() < 0.97 else "", published_at=moment)


def in_short(reading: Reading) -> str:
    """A reading, to be compared with another."""
    return sha256(repr(reading).encode()).hexdigest()[:16]


def tell_all() -> Iterator[str]:
    """What a reader makes of all of them, met in another order than that of their numbers."""
    reader = Reader(catalogue(), load_gazetteer())
    numbers = list(range(COUNT))
    random.Random(SEED - 1).shuffle(numbers)
    for number in numbers:
        yield f"{number} {in_short(reader.read(odd_text(number)))}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(tell_all()))
