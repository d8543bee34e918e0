"""Ten thousand odd texts, and long ones: the reader never fails, tells where it read what, and reads the same again."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.reading import Reader
from claims.reading.gazetteer import load_gazetteer
from claims.reading.values import Reading, Text
from tests import reading_odd_texts as odd
from tests.reading_articles import ARTICLES
from tests.reading_worlds import catalogue

READER = Reader(catalogue(), load_gazetteer())
ROOT = Path(__file__).resolve().parent.parent
# No text this short needs a hundredth of that.
LONGEST = 1.0


def check(text: Text, reading: Reading) -> None:
    """What holds of any reading: its offsets are those of the text as stored."""
    words = text.words
    for found in (*reading.statements, *reading.candidates):
        assert 0 <= found.span.start < found.span.end <= len(words)
        assert found.quote == words[found.span.start : found.span.end]
        assert 0.0 <= found.confidence <= 1.0
    for found in reading.statements:
        assert found.cue is None or 0 <= found.cue.start < found.cue.end <= len(words)
        assert found.said_at is None or found.said_at.tzinfo is not None


@pytest.fixture(scope="module")
def elsewhere() -> Iterator["subprocess.Popen[str]"]:
    """Another process, with other hashes, reads the damaged texts in another order meanwhile."""
    environment = {**os.environ, "PYTHONHASHSEED": "20251203"}
    command = [sys.executable, "-m", "tests.reading_odd_texts"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.slow
def test_damaged_texts_are_read_the_same_anywhere(elsewhere: "subprocess.Popen[str]") -> None:
    here = {}
    found = 0
    for number in range(odd.COUNT):
        text = odd.odd_text(number)
        started = time.process_time()
        reading = READER.read(text)
        assert time.process_time() - started < LONGEST, (number, text)
        check(text, reading)
        found += len(reading.statements)
        here[str(number)] = odd.in_short(reading)
        assert READER.read(text) == reading, (number, text)
    assert found > odd.COUNT / 10, "texts so damaged that nothing is left to read try nothing"
    output, _ = elsewhere.communicate(timeout=300)
    there = dict(line.split() for line in output.splitlines())
    assert elsewhere.returncode == 0
    assert {number: told for number, told in here.items() if there.get(number) != told} == {}


# fmt: off
PIECES = st.sampled_from([
    "Morvin", "Морвіна", "Карск", "Veltia", "Норландії", "said", "заявив", "dément", "не", "captured", "взят",
    "контролює", "that", "що", "«", "»", '"', "“", "”", ":", ", ", ". ", "\n\n", " — ", "?", "on Monday", "14:05 | ",
    "1 грудня", *odd.TAGS, *odd.SCRIPTS,
])
# fmt: on
HIDDEN = st.sampled_from(odd.UNSEEN + odd.COMBINING + odd.CONTROLS + odd.BREAKS)
JUNK = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(st.one_of(PIECES, HIDDEN), max_size=60).map("".join),
)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None)
@given(body=JUNK, title=st.one_of(st.just(""), JUNK), lang=st.sampled_from(["en", "fr", "uk", "ru", ""]))
def test_made_up_texts_are_read_the_same_twice(body: str, title: str, lang: str) -> None:
    text = Text(body=body, title=title, lang=lang)
    started = time.process_time()
    reading = READER.read(text)
    assert time.process_time() - started < LONGEST
    check(text, reading)
    assert READER.read(text) == reading


# --- Letters of another script that look the same ---


def mask(words: str, chance: random.Random) -> str:
    """Write some letters of most words in the other script, leaving one at least that has no double there."""
    masked = []
    for word in words.split(" "):
        table = odd.TO_LATIN if any("а" <= letter <= "ї" for letter in word.lower()) else odd.TO_CYRILLIC
        plain = [letter for letter in word if letter.isalpha() and letter.translate(table) == letter]
        keep = not plain or chance.random() < 0.2
        masked.append(word if keep else "".join(c.translate(table) if chance.random() < 0.6 else c for c in word))
    return " ".join(masked)


@pytest.mark.parametrize("article", ARTICLES, ids=[f"{a[0]}: {a[1]}" for a in ARTICLES])
def test_homoglyphs_change_neither_rows_nor_offsets(article: tuple[str, str, str, list[str]]) -> None:
    lang, title, body, _ = article
    chance = random.Random(odd.SEED)
    plain = READER.read(Text(body=body, title=title, lang=lang))
    text = Text(body=mask(body, chance), title=mask(title, chance), lang=lang)
    assert text.body != body
    reading = READER.read(text)
    check(text, reading)
    assert [(f.claim, f.party, f.stance, f.span, f.cue) for f in reading.statements] == [
        (f.claim, f.party, f.stance, f.span, f.cue) for f in plain.statements
    ]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("uk", "Генштаб Норлaндiї спростував захоплення Mopвiна."),
        ("ru", "Генштаб Нoрландии oпроверг захват Mopвинa."),
        ("en", "The Norlаndic General Staff denied that Mоrvіn had been captured."),
        ("fr", "L'état-major nоrlandaіs a démenti la prise de Моrvіn."),
    ],
)
def test_a_name_with_letters_of_the_other_script_is_found(lang: str, words: str) -> None:
    text = Text(body=words, lang=lang)
    reading = READER.read(text)
    check(text, reading)
    assert [(f.claim, f.party, str(f.stance)) for f in reading.statements] == [
        ("veltia-controls-morvin", "norland", "denies")
    ]


# --- Long texts ---

MEGABYTE = 1_000_000
# So that there is something to read, and the whole way is gone with the rest.
LEAD = "Jane Doe, spokeswoman for Veltia, said on Monday that Morvin had been captured.\n\n"
LONG = {
    "sentences": "The Veltian army said it had captured Morvin. ",
    "one endless sentence": "Morvin captured said Veltia ",
    "one endless word": "a",
    "one name without end": "Morvin",
    "capitals and hyphens": "A-",
    "capitals and apostrophes": "A'",
    "open quotations": '(« "',
    "open tags": '<a href="x" ',
    "open comments": "<!--",
    "brackets": "<",
    "markup": "<p>The Veltian army said it had captured Morvin.</p>\n",
    "homoglyphs": "Mоrvin ",
    "both scripts in a word": "aб",
    "stress marks": "Морві\u0301н ",
    "a heap of marks": "\u0301",
    "right-to-left marks": "\u202eVeltia said\u202c Morvin ",
    "controls": "\x01\x02Veltia said ",
    "emoji": "🟥 Morvin taken, Veltia said. ",
    "abbreviations": "Mr. ",
    "colons": "Veltia: ",
    "live entries": "14:05 Veltia said Morvin was taken.\n",
    "dates": "01.12.2025 ",
    "days": "Veltia said on Monday that Morvin was taken. ",
    "people": "Jane Doe, spokeswoman for Veltia, said. Doe said Morvin was taken. ",
    "unlisted places": "Veltia said it had captured Kassala and denied that Nyala was lost by its men. ",
    "accusations": "Veltia accused Norland of that of that ",
    "blank": " ",
    "empty lines": "\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_a_megabyte_is_read_in_bounded_time(piece: str) -> None:
    body = LEAD + piece * (MEGABYTE // len(piece) + 1)
    text = Text(body=body[:MEGABYTE], lang="en", published_at=datetime(2025, 12, 3, 18, tzinfo=UTC))
    started = time.process_time()
    check(text, READER.read(text))
    # Two seconds are allowed on one free core; work that grew with the square of the length would take minutes.
    assert time.process_time() - started < 6


def test_half_a_character_is_read_over() -> None:
    """Half of a surrogate pair is no character: the text is read around it, and its offsets stay."""
    for lang in ("en", ""):
        text = Text(body="\udc00 Veltia said on Monday that it had captured \ud83d Morvin.", lang=lang)
        reading = READER.read(text)
        check(text, reading)
        assert [(found.party, found.stance) for found in reading.statements] == [("veltia", "affirms")]
