"""Stories: copies of one text are one, whatever was put around them and in whatever order they arrive."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import given

from claims import pipeline
from claims.models import Claim, Passage, Reprint, Revision, Story
from claims.pipeline.facts import name_stories
from claims.reading.copies import Printed, Words, relate
from claims.words import Stance
from tests.printing import Heard, ToldReader, article_of, publish, read
from tests.worlds import check_replay, learned, make_claim, make_parties, periods_of

pytestmark = pytest.mark.django_db

A, D = Stance.AFFIRMS, Stance.DENIES

WIRE = [
    "The mill by the river changed hands during the night, people who live across the water said on Monday.",
    "A spokesman for the Reds said the mill was theirs and would stay so as long as the river ran past it.",
    "The Blues called it a fable. Their men had breakfast in the mill, they said, and meant to have supper there.",
    "Nobody from outside has been let in since Friday, when the bridge was closed to everyone but the miller.",
]
OTHER = [
    "Shots were heard near the river late on Sunday, and by the morning there were two flags on one roof there.",
    "Asked who held the mill, the Reds said that they did; the Blues, asked the same an hour later, said so too.",
    "Both sides invited reporters to come and see for themselves, but neither would let them over the bridge.",
]

NEWS = [
    "A goat was seen on the bridge at noon, and nobody on either bank could say whose it was or where it was bound.",
    "The priest rang the bell at six although it was no feast day, and gave no reason to those who came to ask him.",
    "Flour has become so dear that the baker now sells his loaves by the slice, and weighs each of them twice over.",
    "By evening the first boats were back; their nets were empty, and the men spoke of lights a long way up the river.",
]


def story_of(revision: int) -> int:
    """The story a revision belongs to, as it stands now."""
    story = Revision.objects.values_list("story", flat=True).get(pk=revision)
    assert story is not None
    return name_stories([story])[story]


def tell_stories(texts: Iterable[str], published: Sequence[float] | None = None) -> list[int]:
    """Texts arrive as articles of their own, in order; returns the story of each.

    They were published as they arrived, or at these minutes.
    """
    revisions = []
    for n, text in enumerate(texts):
        at = learned(n if published is None else published[n])
        revisions.append(publish(text, learned(n), url=f"https://post.example/{n}", published_at=at))
    for revision in revisions:
        pipeline.assign_story(revision, learned(100))
    return [story_of(revision) for revision in revisions]


def join(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraphs)


COPIES = [
    ("word for word", join(WIRE)),
    ("with other spacing and letters", join(WIRE).upper().replace(" ", "  ")),
    ("with other quotation marks and dots", join(WIRE).replace(",", " -").replace(".", "...")),
    ("its paragraphs on lines of their own", "\n".join(WIRE)),
    ("with the line ends of another system", "\r\n\r\n".join(WIRE)),
    ("with a first and a last line", join(["THE RIVER, Monday.", *WIRE, "Read more: the miller's life."])),
    ("with an own paragraph on top", join([OTHER[0], *WIRE])),
    ("its first half", join(WIRE[:2])),
    ("half of it within a longer text of others", join([*WIRE, *OTHER])),
    ("in another order", join(WIRE[::-1])),
]


@pytest.mark.parametrize(("_", "copy"), COPIES, ids=[name for name, _ in COPIES])
def test_a_copy_is_the_same_story(_: str, copy: str) -> None:
    one, other = tell_stories([join(WIRE), copy])
    assert one == other


DIFFERENT = [
    ("another text on the same event", join(OTHER)),
    ("one paragraph of four", join([WIRE[0], *OTHER])),
    ("only the closing line in common", join([*OTHER, "Read more: the miller's life."])),
]


@pytest.mark.parametrize(("_", "text"), DIFFERENT, ids=[name for name, _ in DIFFERENT])
def test_another_text_is_another_story(_: str, text: str) -> None:
    one, other = tell_stories([join([*WIRE, "Read more: the miller's life."]), text])
    assert one != other


def test_a_short_text_is_known_by_all_of_it() -> None:
    stories = tell_stories(["The mill is theirs.", "The mill is  THEIRS!", "The mill is not theirs."])
    assert stories[0] == stories[1] != stories[2]


def test_a_title_alone_is_a_text() -> None:
    revisions = [publish("", learned(n), url=f"https://post.example/{n}", title="The mill falls") for n in (1, 2)]
    for revision in revisions:
        pipeline.assign_story(revision, learned(3))
    assert story_of(revisions[0]) == story_of(revisions[1])


def test_finding_a_story_again_changes_nothing() -> None:
    revision = publish(join(WIRE), learned(1))
    for _ in range(2):
        pipeline.assign_story(revision, learned(2))
    assert Story.objects.count() == 1
    assert Passage.objects.exists()


# --- Whatever the order ---

TEXTS = [
    join(WIRE),
    join(OTHER),
    join([*WIRE, *OTHER]),  # the bridge, where it was there before the other two: they are its two parts
    join(WIRE[:2]),
    join(["Something else entirely, of which nobody has written anything yet and nobody will again."]),
    "The mill is theirs.",
    join([*WIRE[2:], *OTHER[:1]]),
]
BEFORE_ALL = -100


class Rollback(Exception):
    """Ends an example without a trace."""


def in_sandbox(example: Callable[[], None]) -> None:
    with pytest.raises(Rollback), transaction.atomic():
        example()
        raise Rollback


@pytest.mark.parametrize(
    ("bridge_at", "stories"), [(BEFORE_ALL, [[0, 1, 2, 3, 6], [4], [5]]), (50, [[0, 2, 3], [1], [4], [5], [6]])]
)
@given(order=st.permutations(range(len(TEXTS))))
def test_the_order_of_arrival_makes_no_difference_to_which_texts_are_one_story(
    bridge_at: int, stories: list[list[int]], order: list[int]
) -> None:
    def example() -> None:
        revisions = {
            n: publish(
                TEXTS[n],
                learned(100),
                url=f"https://post.example/{n}",
                published_at=learned(bridge_at if n == 2 else n),
            )
            for n in order
        }
        for revision in revisions.values():
            pipeline.assign_story(revision, learned(110))
        together: dict[int, set[int]] = {}
        for number, revision in revisions.items():
            together.setdefault(story_of(revision), set()).add(number)
        assert sorted(map(sorted, together.values())) == stories

    in_sandbox(example)


# --- What a merger does ---


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ToldReader:
    told = ToldReader([Heard("reds", A, "the mill was theirs"), Heard("reds", A, "the Reds said that they did")])
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    return told


def test_a_bridge_makes_two_stories_one_and_the_claim_is_assessed_anew(reader: ToldReader) -> None:
    make_parties()
    claim = make_claim()
    moments: list[datetime] = []
    for number, text in enumerate([TEXTS[0], TEXTS[1], TEXTS[2]], 1):
        at = learned(BEFORE_ALL if number == 3 else number)
        read(publish(text, learned(number), url=f"https://post.example/{number}", published_at=at), learned(number))
        claim.refresh_from_db()
        assert claim.settled_at is not None
        moments.append(claim.settled_at)
    firm = [pipeline.view_claim(claim, known_at=moment).tallies[0].holding.firm for moment in moments]  # type: ignore[union-attr]
    assert firm == [False, True, False]
    assert pipeline.view_claim(claim).tallies[0].stories == 1  # type: ignore[union-attr]
    found = set(Reprint.objects.values_list("recorded_at", flat=True))
    assert found <= {moments[2], moments[2] - timedelta(microseconds=1)}
    check_replay(claim, *moments, *found)


# Three stages of a text, of which each is much like the next, and the last not like the first.
STAGES = [join([*WIRE, *OTHER]), join([*WIRE[2:], *OTHER, *NEWS[:2]]), join([*OTHER, *NEWS])]


def test_a_text_between_two_others_merges_their_stories_and_the_claim_is_assessed_anew(reader: ToldReader) -> None:
    reader.heard = [Heard("reds", A, "the Reds said that they did")]
    make_parties()
    claim = make_claim()
    moments: list[datetime] = []
    for number, stage in enumerate([STAGES[0], STAGES[2], STAGES[1]], 1):
        read(publish(stage, learned(number), url=f"https://post.example/{number}"), learned(number))
        claim.refresh_from_db()
        assert claim.settled_at is not None
        moments.append(claim.settled_at)
    firm = [pipeline.view_claim(claim, known_at=moment).tallies[0].holding.firm for moment in moments]  # type: ignore[union-attr]
    assert firm == [False, True, False]
    merged = Story.objects.get(merged_into__isnull=False)
    assert merged.merged_at == moments[2] or merged.merged_at == moments[2] - timedelta(microseconds=1)
    check_replay(claim, *moments, merged.merged_at)


def test_a_round_up_counts_with_one_of_its_reports_and_joins_none_of_them() -> None:
    """Whatever is printed after it: a late reprint of a report is not taken from the round-up that has it, too."""
    wire, other, round_up, late, late_other = tell_stories(
        [join(WIRE), join(OTHER), join([*WIRE, *OTHER]), join(WIRE).upper(), join(OTHER)], [0, 1, 20, 30, 40]
    )
    assert wire == round_up == late
    assert other == late_other != wire


def test_a_part_of_a_text_becomes_one_with_it_where_a_text_between_the_two_turns_up() -> None:
    """Two thirds of a text and all of it are a part and a whole, until five sixths of it are there, too."""
    words = join([*WIRE, *OTHER]).split()
    texts = [" ".join(words[: len(words) * sixths // 6]) for sixths in (6, 4, 5)]
    whole, part, between = tell_stories(texts)
    assert whole == part == between
    assert Story.objects.filter(merged_into__isnull=False).exists()


# A round-up of two reports; a reprint of each after it; half of one; and half of the other on its own page.
PRINTED = [
    (join(WIRE), 0),
    (join(OTHER), 1),
    (join([*WIRE, *OTHER]), 20),
    (join(WIRE).upper(), 30),
    (join(OTHER), 40),
    (join(WIRE[:2]), 50),
    (join(OTHER[1:]), 60),
]


@given(order=st.permutations(range(len(PRINTED))))
def test_what_a_text_counts_with_is_told_anew_where_an_earlier_one_turns_up_late(order: list[int]) -> None:
    def example() -> None:
        revisions = {}
        for n in order:
            text, at = PRINTED[n]
            revisions[n] = publish(text, learned(100), url=f"https://post.example/{n}", published_at=learned(at))
            pipeline.assign_story(revisions[n], learned(100))
        together: dict[int, set[int]] = {}
        for number, revision in revisions.items():
            together.setdefault(story_of(revision), set()).add(number)
        assert sorted(map(sorted, together.values())) == [[0, 2, 3, 5], [1, 4, 6]]

    in_sandbox(example)


# A round-up that is nearly one report, with another for its last lines; and one of which each report is the half.
LAST_LINES = "Nobody knows what the morrow will bring to the two banks, least of all those who have to live on them."
ROUND_UPS = [
    ("nearly one report", [*WIRE, *NEWS, LAST_LINES], OTHER, [*WIRE, *NEWS, *OTHER]),
    ("two halves", WIRE, OTHER, [*WIRE, *OTHER]),
]
# When the two reports, the round-up and a reprint of the round-up were published.
PUBLISHED = [
    ("after both", (0, 1, 20, 30)),
    ("between the reports", (0, 25, 20, 30)),
    ("between the other and the one", (25, 0, 20, 30)),
    ("after both, at one moment", (5, 5, 20, 20)),
]


@pytest.mark.parametrize("published", [at for _, at in PUBLISHED], ids=[name for name, _ in PUBLISHED])
@pytest.mark.parametrize("texts", [texts for _, *texts in ROUND_UPS], ids=[name for name, *_ in ROUND_UPS])
def test_two_reports_never_count_together_because_a_third_text_has_parts_of_both(
    texts: list[list[str]], published: tuple[int, ...]
) -> None:
    one, other, round_up = texts
    kinships = [relate(Printed(Words(join(report))), Printed(Words(join(round_up)))) for report in (one, other)]
    assert [kinship and kinship.part for kinship in kinships] == [one is WIRE, True]
    printed = [join(one), join(other), join(round_up), join(round_up).upper()]
    found: set[frozenset[int]] = set()

    def example(order: tuple[int, ...]) -> None:
        revisions = {}
        for n in order:
            at = learned(published[n])
            revisions[n] = publish(printed[n], learned(100), url=f"https://post.example/{n}", published_at=at)
            pipeline.assign_story(revisions[n], learned(100))
        stories = [story_of(revisions[n]) for n in range(len(printed))]
        assert stories[0] != stories[1]
        assert stories[2] == stories[3] and stories[2] in stories[:2]
        found.add(frozenset(n for n, story in enumerate(stories) if story == stories[2]))

    for order in permutations(range(len(printed))):
        in_sandbox(partial(example, order))
    assert len(found) == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_part_of_a_text_with_very_many_copies_is_compared_with_the_earliest_of_them(
    order: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a few copies are found by their passages, and it is not for these to say with what it counts."""
    monkeypatch.setattr(pipeline.comparing, "MOST_BY_PASSAGE", 1)
    texts = [join(WIRE), join(WIRE).upper(), join(WIRE).lower(), join(WIRE[:2])]
    revisions = {
        n: publish(texts[n], learned(100), url=f"https://post.example/{n}", published_at=learned(n)) for n in order
    }
    for revision in revisions.values():
        pipeline.assign_story(revision, learned(100))
    assert len({story_of(revision) for revision in revisions.values()}) == 1


def test_a_claim_follows_where_a_text_turns_out_not_to_be_taken_from_another(reader: ToldReader) -> None:
    """The round-up and the late reprint of a report in it were one story, until that report came; at every moment since
    the account is told as it was then."""
    make_parties()
    claim = make_claim()
    moments: list[datetime] = []
    stories: list[int] = []
    for minute, number in enumerate((2, 3, 4, 1, 0)):
        text, at = PRINTED[number]
        revision = publish(text, learned(minute), url=f"https://post.example/{number}", published_at=learned(-90 + at))
        read(revision, learned(minute))
        claim.refresh_from_db()
        assert claim.settled_at is not None
        moments.append(claim.settled_at)
        stories.append(pipeline.view_claim(claim).tallies[0].stories)  # type: ignore[union-attr]
    assert stories == [1, 1, 1, 1, 2]
    assert Reprint.objects.filter(of__isnull=True).exists()
    told = [pipeline.view_claim(claim, known_at=moment).tallies[0].stories for moment in moments]  # type: ignore[union-attr]
    assert told == stories
    check_replay(claim, *moments, *Reprint.objects.values_list("recorded_at", flat=True))


def test_a_merger_does_not_touch_claims_it_does_not_concern(reader: ToldReader) -> None:
    make_parties()
    concerned, other = make_claim(), make_claim("another-claim")
    for number, text in enumerate([TEXTS[0], TEXTS[1], TEXTS[2]], 1):
        at = learned(BEFORE_ALL if number == 3 else number)
        read(publish(text, learned(number), url=f"https://post.example/{number}", published_at=at), learned(number))
    versions = dict(Claim.objects.values_list("pk", "version"))
    assert versions[other.pk] == 1
    assert versions[concerned.pk] > 3


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_follows_does_not_depend_on_when_the_bridge_arrives(reader: ToldReader, order: tuple[int, ...]) -> None:
    make_parties()
    claim = make_claim()
    for minute, number in enumerate(order):
        revision = publish(
            TEXTS[number], learned(minute), url=f"https://post.example/{number}", published_at=learned(-90 - number)
        )
        read(revision, learned(minute))
    (_, weakly) = periods_of(claim)
    assert weakly[0] == learned(-92)
    (tally,) = pipeline.view_claim(claim).tallies  # type: ignore[union-attr]
    assert (tally.holding.firm, tally.stories, tally.last_spoke) == (False, 1, learned(-92))
    check_replay(claim)


def test_a_reading_that_waited_for_a_merger_is_recorded_after_it(reader: ToldReader) -> None:
    """Else an account of the moment between would count as two stories what was known to be one."""
    make_parties()
    claim = make_claim()
    first = publish(TEXTS[0], learned(1), url="https://post.example/1")
    second = publish(TEXTS[1], learned(1), url="https://post.example/2")
    readings = [pipeline.read_revision(revision, learned(2)) for revision in (first, second)]
    pipeline.merge_stories([story_of(first), story_of(second)], learned(5))
    for minute, reading in zip((4, 4.5), readings, strict=True):
        assert reading is not None
        pipeline.record_reading(reading, learned(minute))
    check_replay(claim, learned(4), learned(4.2), learned(4.7), learned(5), learned(6))


def test_merging_a_merged_story_follows_it_to_its_end() -> None:
    stories = [Story.objects.create(recorded_at=learned(n)).pk for n in range(4)]
    pipeline.merge_stories(stories[2:], learned(5))
    pipeline.merge_stories([stories[1], stories[3]], learned(6))
    pipeline.merge_stories([stories[3], stories[0]], learned(7))
    pipeline.merge_stories(stories, learned(8))
    assert set(name_stories(stories).values()) == {stories[0]}
    assert name_stories(stories, learned(6)) == {
        stories[0]: stories[0], stories[1]: stories[1], stories[2]: stories[1], stories[3]: stories[1],
    }  # fmt: skip
    assert not Story.objects.filter(merged_at=learned(8)).exists()


def tell_apart(text: str, round_: int) -> str:
    """A text with other words in each round, so that it has nothing to do with those before."""
    return " ".join(f"{word}{round_}" for word in text.split())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "texts",
    [[join(WIRE)] * 2, [join(WIRE)] * 4, [join([*WIRE, *OTHER]), join(WIRE[:3]), join(OTHER)]],
    ids=["two copies", "four copies", "a text and two parts of it"],
)
def test_copies_read_at_once_end_in_one_story(texts: list[str]) -> None:
    faults: list[BaseException] = []
    for round_ in range(8):
        revisions = [
            publish(tell_apart(text, round_), learned(n), url=f"https://{n}.example/{round_}")
            for n, text in enumerate(texts)
        ]
        barrier = threading.Barrier(len(revisions))

        def work(revision: int, barrier: threading.Barrier = barrier) -> None:
            try:
                barrier.wait(30)
                pipeline.assign_story(revision, learned(20))
            except BaseException as fault:
                faults.append(fault)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(revision,)) for revision in revisions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not faults, faults
        assert len({story_of(revision) for revision in revisions}) == 1


def test_an_edited_article_stays_its_story() -> None:
    first = publish(join(WIRE), learned(1))
    edited = publish(join([*WIRE, OTHER[0]]), learned(2), modified_at=learned(2))
    for revision in (first, edited):
        pipeline.assign_story(revision, learned(3))
    assert article_of(first) == article_of(edited)
    assert story_of(first) == story_of(edited)
