"""The index of passages: made anew from the articles when it is lost, for old rows, and by hand."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from claims import pipeline, tasks
from claims.models import Passage, Reprint, Revision, Story
from tests.printing import publish
from tests.test_stories import OTHER, WIRE, join, story_of
from tests.worlds import learned

pytestmark = pytest.mark.django_db

TEXTS = [
    join(WIRE),
    join(OTHER),
    join(WIRE).upper(),
    join([*WIRE, *OTHER]),
    join(WIRE[:2]),
    "The mill is theirs.",
    "...",
]


@pytest.fixture
def revisions() -> list[int]:
    """Articles of which some are copies or parts of others, a short one and one without words, all compared."""
    made = [publish(text, learned(n), url=f"https://post.example/{n}") for n, text in enumerate(TEXTS)]
    for revision in made:
        pipeline.assign_story(revision, learned(50))
    return made


def compare_what_is_due(most: int = 2) -> int:
    """Compare whatever the sweep would ring for, until nothing is due; returns how many there were."""
    compared = 0
    while due := pipeline.find_uncompared(most):
        for revision in due:
            pipeline.assign_story(revision, learned(60))
        compared += len(due)
        assert compared < 100
    return compared


def passages() -> set[tuple[int, int]]:
    return set(Passage.objects.values_list("digest", "revision"))


def test_nothing_is_due_once_all_is_compared(revisions: list[int]) -> None:
    assert pipeline.find_uncompared(10) == []


def test_texts_without_words_are_no_lost_index() -> None:
    for number, text in enumerate(("...", "!", "- -")):
        pipeline.assign_story(publish(text, learned(number), url=f"https://post.example/{number}"), learned(5))
    assert not Passage.objects.exists()
    assert pipeline.find_uncompared(10) == []


def test_a_lost_index_is_made_anew_and_no_story_changes(revisions: list[int]) -> None:
    stories, kept = [story_of(revision) for revision in revisions], passages()
    counts = Story.objects.count(), Reprint.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_passage")
    assert compare_what_is_due() == len(revisions)
    assert passages() == kept
    assert [story_of(revision) for revision in revisions] == stories
    assert (Story.objects.count(), Reprint.objects.count()) == counts


def test_what_arrived_while_the_index_was_lost_finds_its_copies_afterwards(revisions: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_passage")
    copy = publish(join(OTHER), learned(9), url="https://courier.example/1", published_at=learned(9))
    pipeline.assign_story(copy, learned(51))
    assert story_of(copy) != story_of(revisions[1])
    compare_what_is_due()
    assert story_of(copy) == story_of(revisions[1])


def test_forgetting_that_was_broken_off_is_finished(revisions: list[int]) -> None:
    """The oldest is forgotten last: while it stands as compared, it shows that passages are lost."""
    kept = passages()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_passage")
    Revision.objects.filter(pk__in=revisions[4:]).update(compared_at=None)  # so far it came
    compare_what_is_due()
    assert passages() == kept


def test_articles_from_before_the_index_are_compared_by_the_sweep(
    revisions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration leaves them with their stories and nothing to be found by; those never read wait for that."""
    Revision.objects.update(compared_at=None)
    unread = publish(join(WIRE), learned(8), url="https://courier.example/2")
    rung: list[int] = []
    monkeypatch.setattr(tasks, "_ring", lambda task, ids: rung.extend(ids) if task is tasks.compare_revision else None)
    tasks.sweep()
    assert rung == revisions
    assert unread not in rung
    for revision in rung:
        tasks.compare_revision(revision)
    assert pipeline.find_uncompared(10) == []
    tasks.compare_revision(10**9)  # the bell of another database


def test_rebuilding_by_hand_compares_what_is_due_or_all(revisions: list[int]) -> None:
    stories, kept = [story_of(revision) for revision in revisions], passages()
    for arguments, told in (((), "0 editions compared"), (("--all",), f"{len(revisions)} editions compared")):
        out = StringIO()
        call_command("rebuild_stories", *arguments, stdout=out, stderr=StringIO())
        assert out.getvalue().strip() == told
    assert passages() == kept
    assert [story_of(revision) for revision in revisions] == stories
