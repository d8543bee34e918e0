"""Fold a text for comparing, without losing the way back to the words as they were written.

Folding lower-cases, drops accents on Latin letters, writes yo as ye, one apostrophe and one blank for all kinds,
and reads letters of another script that only look right (homoglyphs) as the letters they stand for. Combining accents
and soft hyphens vanish, as does an apostrophe that writes the soft sign in a name in Latin letters (Morvins'k), so
the folded text may be shorter: `Folded.at` gives the original offset of a folded one.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass

_APOSTROPHES = "'’ʼ‘`´ʹ′＇‛"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u0301\u0300"
# One of those, to stand where a sign is not read.
_UNSEEN = "\u2060"
# Cyrillic letters that are letters of their own, not a base with an accent.
_KEPT = "йїґў"
_HALVES = re.compile("[\ud800-\udfff]")
_TO_CYRILLIC = str.maketrans("abcehikmoptxy", "авсенікмортху")
_TO_LATIN = str.maketrans("авсеіјкмнорѕтху", "abceijkmhopstxy")


def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if character in _INVISIBLE:
        return ""
    if character.isspace() and character != "\n":
        return " "
    if character in "‐‑":
        return "-"
    lower = character.lower()
    if len(lower) != 1:
        lower = lower[0]
    if lower == "ё":
        return "е"
    if lower in _KEPT or lower.isascii():
        return lower
    if unicodedata.combining(lower):
        return ""
    base = unicodedata.normalize("NFD", lower)[0]
    return base if base.isalpha() and lower.isalpha() else lower


class _Table(dict[int, str]):
    """Filled as characters are met; a race between threads only computes the same value twice."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_FOLDED = _Table()
# Anchored at a word's first letter, so that an endless word is looked at once.
_MIXED = re.compile(r"(?<![^\W\d_])(?:[a-z]+[а-яіїєґј]|[а-яіїєґј]+[a-z])[^\W\d_]*")
# An apostrophe for the soft sign in a name in Latin letters (Morvins'k); none that elides or contracts stands so.
_SOFT_SIGN = re.compile(f"(?<=[dlnrstzDLNRSTZ])[{_APOSTROPHES}](?=[bcfgknpzBCFGKNPZ])")
_IN_NAME = re.compile(f"(?<![^\\W\\d_])[A-Z][A-Za-z]{{1,40}}(?:[{_APOSTROPHES}][A-Za-z]{{1,40}}){{1,4}}")
# A base and a combining mark that together are one Cyrillic letter (decomposed text).
_COMPOSED = {
    ("и", "\u0306"): "й",
    ("і", "\u0308"): "ї",
    ("е", "\u0308"): "е",
    ("у", "\u0306"): "ў",
    ("г", "\u0301"): "ґ",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters (and its end) the offset in the text it came from."""

    text: str
    back: "array[int] | None" = None

    def at(self, offset: int) -> int:
        """Return where the character at this folded offset stands in the original."""
        return offset if self.back is None else self.back[offset]

    def end(self, offset: int) -> int:
        """Return where a run ending at this folded offset ends in the original, with the marks on its last letter."""
        if self.back is None or offset == 0:
            return offset
        return self.back[offset]


def fold(words: str) -> Folded:
    """Return the folded form of a text, with the way back; works on text of any form (NFC or NFD) and length."""
    if _SOFT_SIGN.search(words):
        words = _IN_NAME.sub(lambda name: _SOFT_SIGN.sub(_UNSEEN, name[0]), words)
    return _fold_letters(words)


def fold_spelling(name: str) -> str:
    """Return a name folded letter by letter, an apostrophe for the soft sign included: the gazetteer's order."""
    return _fold_letters(name).text


def _fold_letters(words: str) -> Folded:
    straight = words.translate(_FOLDED)
    if len(straight) == len(words):
        return Folded(_unmask(straight))
    letters: list[str] = []
    back = array("q")
    for offset, character in enumerate(words):
        composed = _COMPOSED.get((letters[-1], character)) if letters else None
        if composed is not None:
            letters[-1] = composed
            continue
        folded = _FOLDED[ord(character)]
        if folded:
            letters.append(folded)
            back.append(offset)
    back.append(len(words))
    return Folded(_unmask("".join(letters)), back)


def replace_halves(words: str) -> str:
    """Return a text with each lone half of a surrogate pair, which is no character, replaced by U+FFFD."""
    return _HALVES.sub("\ufffd", words)


def fold_word(word: str) -> str:
    """Return a name, keyword or cue in the form in which folded texts hold it."""
    return fold(word).text


_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[а-яіїєґј]")
_SAMPLE = 20_000


def _unmask(folded: str) -> str:
    """Return a folded text with each word that mixes Latin and Cyrillic letters written in the one it can stand for."""
    if _LATIN.search(folded) is None or _CYRILLIC.search(folded) is None or _MIXED.search(folded) is None:
        return folded
    known: dict[str, str] = {}

    def one_script(match: re.Match[str]) -> str:
        word = match[0]
        if word not in known:
            known[word] = _in_one_script(word, cyrillic)
        return known[word]

    cyrillic = len(_LATIN.findall(folded, 0, _SAMPLE)) <= len(_CYRILLIC.findall(folded, 0, _SAMPLE))
    return _MIXED.sub(one_script, folded)


def _in_one_script(word: str, cyrillic: bool) -> str:
    """Return a word in the script it can stand for; where it can for both, in Cyrillic if the text is so written."""
    letters = set(word)
    in_cyrillic = all(ord(letter) in _TO_CYRILLIC for letter in letters if "a" <= letter <= "z")
    in_latin = all(ord(letter) in _TO_LATIN for letter in letters if "а" <= letter <= "ѵ" or letter in _KEPT)
    if in_cyrillic and (cyrillic or not in_latin):
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN) if in_latin else word
