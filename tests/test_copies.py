"""Which two texts are one, which is a part of the other, and which stand for themselves: told from the two alone."""

import json
import random
import string
import time
from itertools import combinations
from pathlib import Path

import hypothesis.strategies as st
import pytest
from django.conf import settings
from hypothesis import given

from claims.reading.copies import Kinship, Printed, Words, compare, find_passages, relate

HOME = Path(settings.BASE_DIR)

REPORT = (
    "The mill by the river changed hands during the night, people who live across the water said on Monday. A "
    "spokesman for the Reds said the mill was theirs and would stay so as long as the river ran past it. The "
    "Blues called it a fable: their men had breakfast in the mill, they said, and meant to have supper there. "
    "Nobody from outside has been let in since Friday, when the bridge was closed to everyone but the miller. His "
    "wife, who was met on the road with two sacks of flour, said that she had seen no soldiers at all, and that "
    "the wheel was turning as it always had."
)
ANOTHER = (
    "Shots were heard near the river late on Sunday, and by the morning there were two flags on one roof there. "
    "Asked who held the mill, the Reds said that they did; the Blues, asked the same an hour later, said so too. "
    "Both sides invited reporters to come and see for themselves, but neither would let them over the bridge. The "
    "wife of the miller came down the road with flour to sell, and laughed when she was asked whose it was: hers, "
    "she said, until it was paid for."
)
BULLETIN = "Brelsk, 12:40. The army has taken the railway station and both bridges, the mayor of Brelsk told reporters."
# A daily bulletin: its words are those of every day.
DAILY = (
    "Over the past day {} clashes were recorded along the whole front. The enemy launched {} missile strikes and "
    "{} air strikes, dropped {} guided bombs, fired {} times at settlements and positions, and used {} drones. In "
    "the northern sector the defenders repelled {} attacks, in the eastern sector {} and in the southern sector "
    "{}. The situation on the border remains tense, and units of the army go on carrying out their tasks as "
    "ordered by the general staff."
)
DAYS = [DAILY.format(*(random.Random(day).sample(range(10, 990), 9))) for day in range(2)]


def part_of(text: str, begins: float, ends: float) -> str:
    words = text.split()
    return " ".join(words[round(begins * len(words)) : round(ends * len(words))])


def change(text: str, share: float, seed: int = 1) -> str:
    """A text with so much of its words replaced by words that stand nowhere else."""
    chance = random.Random(seed)
    words = text.split()
    for index in chance.sample(range(len(words)), round(share * len(words))):
        words[index] = "".join(chance.choices(string.ascii_lowercase, k=9))
    return " ".join(words)


def kinship(one: str, other: str, **other_is: str) -> Kinship | None:
    return relate(Printed(Words(one)), Printed(Words(other), **other_is))


RELATED = [
    ("word for word", REPORT, REPORT, "whole"),
    ("in capitals and other blanks", REPORT, REPORT.upper().replace(" ", "\u00a0 "), "whole"),
    ("with other quotation marks and no dots", REPORT, REPORT.replace(".", " -").replace(",", ""), "whole"),
    ("with letters composed otherwise", "Ще й їжа, ґанок і Київ: " * 8, "Ще й їжа, ґанок і Київ: " * 8, "whole"),
    ("under an agency's line", REPORT, f"BRELSK, Dec 1 (Northwind) - {REPORT}", "whole"),
    ("with an own beginning", REPORT, f"{BULLETIN} {REPORT}", "whole"),
    ("a tenth shorter", REPORT, part_of(REPORT, 0.1, 1), "whole"),
    ("a word in twenty changed", REPORT, change(REPORT, 0.05), "whole"),
    ("three words in twenty changed", REPORT, change(REPORT, 0.15), "whole"),
    ("corrected in one word", REPORT, REPORT.replace("seen no soldiers", "seen many soldiers"), "whole"),
    ("its first half", REPORT, part_of(REPORT, 0, 0.5), "part"),
    ("its second half", REPORT, part_of(REPORT, 0.5, 1), "part"),
    ("its middle", REPORT, part_of(REPORT, 0.3, 0.7), "part"),
    ("its first half, a word in twenty changed", REPORT, change(part_of(REPORT, 0, 0.5), 0.05), "part"),
    ("within a round-up", REPORT, f"{ANOTHER} {REPORT} {BULLETIN}", "part"),
    ("one sentence of it", REPORT, part_of(REPORT, 0, 0.16), None),
    ("another text on the event", REPORT, ANOTHER, None),
    ("one sentence of it in another text", REPORT, f"{part_of(REPORT, 0, 0.16)} {ANOTHER}", None),
    ("half of it changed", REPORT, change(REPORT, 0.5), None),
    ("a bulletin", BULLETIN, BULLETIN.replace(",", ""), "whole"),
    ("a bulletin with the agency's name", BULLETIN, f"(Northwind) {BULLETIN}", "whole"),
    ("a bulletin of another town", BULLETIN, BULLETIN.replace("Brelsk", "Varnol"), None),
    ("a bulletin that says the opposite", BULLETIN, BULLETIN.replace("has taken", "has not taken"), None),
    ("a bulletin within a report", BULLETIN, f"{REPORT} {BULLETIN}", None),
    ("the bulletin of another day", DAYS[0], DAYS[1], None),
    ("the same bulletin, a word in twenty changed", DAYS[0], change(DAYS[0], 0.05), "whole"),
    ("a headline", "The mill falls", "THE MILL FALLS!", "whole"),
    ("another headline", "The mill falls", "The mill falls not", None),
    ("no words", "", "", None),
    ("no words but marks", "...", "!", None),
    ("no words and a text", "", REPORT, None),
]


@pytest.mark.parametrize(("_", "one", "other", "kind"), RELATED, ids=[name for name, *_ in RELATED])
def test_two_texts_are_one_or_a_part_or_neither_whichever_is_named_first(
    _: str, one: str, other: str, kind: str | None
) -> None:
    found = kinship(one, other)
    assert (found and ("part" if found.part else "whole")) == kind
    assert kinship(other, one) == found


def test_texts_in_two_languages_are_never_copies() -> None:
    one = Printed(Words(REPORT), lang="uk")
    assert relate(one, Printed(Words(REPORT), lang="ru")) is None
    assert relate(one, Printed(Words(REPORT), lang="uk")) is not None
    assert relate(one, Printed(Words(REPORT))) is not None  # not said in which it is


# How much is changed, and what both texts say of who supplied them.
CREDITS = [
    (0.17, "", "", True),
    (0.24, "", "", False),
    (0.24, "Northwind", "NORTHWIND agency", True),
    (0.17, "Northwind", "Southwind", False),
    (0.1, "Northwind", "Southwind", True),
]


@pytest.mark.parametrize(("changed", "one", "other", "copies"), CREDITS)
def test_one_agency_named_by_both_asks_for_less_and_two_ask_for_more(
    changed: float, one: str, other: str, copies: bool
) -> None:
    first, second = Printed(Words(REPORT), credit=one), Printed(Words(change(REPORT, changed)), credit=other)
    assert (relate(first, second) is not None) is copies


@given(taken=st.integers(0, 120), length=st.integers(60, 160), credit=st.sampled_from(["", "Northwind"]))
def test_no_text_is_the_same_as_two_that_have_nothing_in_common(taken: int, length: int, credit: str) -> None:
    """Else it would make them one: so a round-up is at most one of its reports, and has a part of the others."""
    one, other = ([f"{mark}{number}" for number in range(length)] for mark in "ab")
    round_up = one[:taken] + other[: 120 - taken]
    found = [
        relate(Printed(Words(" ".join(text)), credit=credit), Printed(Words(" ".join(round_up)), credit=credit))
        for text in (one, other)
    ]
    assert sum(kinship is not None and not kinship.part for kinship in found) <= 1


def test_the_share_is_that_of_the_longer_text() -> None:
    words = Words(REPORT)
    half = compare(words, Words(part_of(REPORT, 0, 0.5)))
    assert half.of_shorter == 1.0
    assert half.of_longer == pytest.approx(0.5, abs=0.02)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert kinship(one, other) == kinship(other, one)
    assert kinship(one, one) in (None, Kinship(part=False, share=1.0))
    assert find_passages(Words(one)) == find_passages(Words(one))


# --- Passages ---


def shared(one: str, other: str) -> int:
    return len(set(find_passages(Words(one))) & set(find_passages(Words(other))))


@pytest.mark.parametrize(
    ("_", "one", "other"), [row[:3] for row in RELATED if row[3]], ids=[row[0] for row in RELATED if row[3]]
)
def test_related_texts_share_more_passages_than_are_asked_for(_: str, one: str, other: str) -> None:
    passages = [len(find_passages(Words(text))) for text in (one, other)]
    assert shared(one, other) >= max(1, 0.05 * max(passages))


def test_a_part_has_the_passages_that_the_whole_has_there() -> None:
    half = find_passages(Words(part_of(REPORT, 0.25, 0.75)))
    assert len(half) >= 5
    assert set(half) - set(find_passages(Words(REPORT))) <= {half[0], half[-1]}


def test_different_texts_share_no_passage() -> None:
    assert shared(REPORT, ANOTHER) == 0


def test_passages_are_the_same_in_every_process_and_year() -> None:
    """They are kept in the database: other ones would make the whole index worthless (`rebuild_stories --all`)."""
    text = Words("Brelsk has fallen, said the mayor of the town, and nobody there contradicts him now.")
    assert find_passages(text) == (-8315682101191771243,)


def test_a_text_of_a_megabyte_is_compared_in_time() -> None:
    chance = random.Random(3)
    words = ["".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(150_000)]
    began = time.perf_counter()
    book, page = Words(" ".join(words)), Words(" ".join(words[70_000:71_000]))
    assert len(find_passages(book)) < len(words) / 4
    assert len(set(find_passages(book)) & set(find_passages(page))) >= 0.9 * len(find_passages(page))
    assert compare(page, book).of_shorter == 1.0
    assert relate(Printed(page), Printed(book)) is None
    assert kinship(" ".join(words), " ".join(words[1000:])) == Kinship(
        part=False, share=pytest.approx(0.993, abs=0.001)
    )
    assert time.perf_counter() - began < 30


@pytest.mark.parametrize("text", ["a " * 100_000, "a" * 1_000_000, "1 2 3 " * 50_000, "\n" * 500_000, "漢字" * 5_000])
def test_odd_texts_end_in_time(text: str) -> None:
    began = time.perf_counter()
    assert kinship(text, text) in (None, Kinship(part=False, share=1.0))
    assert kinship(text, REPORT) is None
    assert time.perf_counter() - began < 30


# --- Real ones ---


def load_texts(pattern: str) -> list[Printed]:
    texts = []
    for path in sorted(HOME.glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record.get("text"):  # else the article is withdrawn
                texts.append(Printed(Words(record["text"]), lang=record.get("lang", "")))
    return texts


def test_of_the_articles_labelled_for_reading_no_two_are_copies() -> None:
    """Many of them tell of one event in one language."""
    texts = load_texts("tests/labelled/*/*.jsonl")
    assert len(texts) > 300
    assert [pair for pair in combinations(texts, 2) if relate(*pair)] == []


def test_of_the_demonstration_just_the_wire_texts_are_copies() -> None:
    texts = load_texts("seeds/articles.jsonl")
    groups: list[set[int]] = []
    for (m, one), (n, other) in combinations(enumerate(texts), 2):
        if relate(one, other):
            joined = [group for group in groups if m in group or n in group]
            groups = [group for group in groups if group not in joined] + [{m, n}.union(*joined)]
    assert sorted(map(len, groups)) == [2, 3, 3, 3, 4]  # the pair is an article and its correction
