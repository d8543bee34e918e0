"""A statement added by hand, a quote moved: they count at once, and what must not be is refused in one clear line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from claims import pipeline
from claims.models import Article, Claim, Party, Revision, Statement
from claims.pipeline import RefusedEdit
from claims.reading.values import Found, Reading, Span
from claims.words import Origin, Stance, Status, Strength, Verdict
from tests.desk_world import QUOTE, boss, make_claim, publish, say, silent_bells

__all__ = ["boss", "silent_bells"]  # fixtures

pytestmark = pytest.mark.django_db

# A character outside the basic plane stands before the words: offsets count code points.
BODY = "\U0001f3ed The miller's guild \U0001d54f wrote: the reds took our mill. \n\nThe blues said nothing."
WORDS = "the reds took our mill"


def add(revision: Revision, claim: Claim, party: str, stance: Stance, words: str = WORDS, **given: Any) -> Statement:
    start = revision.words.index(words)
    who = Party.objects.get(slug=party)
    given = {"editor": None, "now": timezone.now(), **given}
    return pipeline.add_statement(
        revision.pk, start, start + len(words), claim=claim, party=who, stance=stance, **given
    )


def issue(body: str = BODY, title: str = "News") -> Revision:
    now = timezone.now()
    return publish(body, title, now, now - timedelta(hours=3))


def test_an_added_statement_counts_as_vouched_for_and_says_who_added_it(boss: User) -> None:
    claim, revision = make_claim(), issue()
    start = revision.words.index(WORDS)
    blues = Party.objects.get(slug="blues")
    statement = pipeline.add_statement(
        revision.pk, start - 1, start + len(WORDS) + 1, claim=claim, party=blues, stance=Stance.AFFIRMS, editor=boss,
        reason="The reader knows no millers.", now=timezone.now(),
    )  # fmt: skip
    assert statement.quote == f"{WORDS}." and revision.words[statement.start : statement.end] == statement.quote
    assert (statement.origin, statement.rule, statement.said_at) == (Origin.EDITOR, "editor", revision.published_at)
    review = statement.reviews.get()
    assert (review.verdict, review.editor, review.reason) == (Verdict.CONFIRMED, boss, "The reader knows no millers.")
    claim.refresh_from_db()
    assert claim.status == Status.CONFIRMED  # the blues lose by it and affirm it, firmly: an admission
    assert not list(pipeline.find_differences(claim))


def test_the_machine_is_not_asked_again_what_an_editor_added() -> None:
    claim, revision = make_claim(), issue()
    statement = add(revision, claim, "reds", Stance.AFFIRMS)
    start = revision.words.index(WORDS)
    found = Found(
        claim=claim.slug, party="reds", stance=Stance.DENIES, quote=WORDS, span=Span(start, start + len(WORDS)),
        cue=None, strength=Strength.PLAIN, confidence=0.9, rule="said-that",
    )  # fmt: skip
    pipeline.ask_to_read_again([revision.pk], timezone.now())
    pipeline.record_reading(pipeline.ReadRevision(revision.pk, Reading("en", (found,))), timezone.now())
    assert list(Statement.objects.carried()) == [statement]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (5, 5, "do not stand in the text"), (-1, 5, "do not stand in the text"), (9, 3, "do not stand in the text"),
        (0, 9999, "do not stand in the text"), (5, 6, "There is no word"), (6, 7, "There is no word"),
    ],
)  # fmt: skip
def test_only_words_that_stand_in_the_edition_are_taken(start: int, end: int, said: str) -> None:
    claim, revision = make_claim(), issue()
    assert revision.words[5:7] == "\n\U0001f3ed"
    reds = Party.objects.get(slug="reds")
    with pytest.raises(RefusedEdit, match=said):
        pipeline.add_statement(
            revision.pk, start, end, claim=claim, party=reds, stance=Stance.DENIES, editor=None, now=timezone.now()
        )
    assert not Statement.objects.exists()


def test_a_second_statement_of_a_party_on_a_claim_is_refused_while_the_first_stands(boss: User) -> None:
    claim = make_claim()
    first = say(claim, "reds", Stance.AFFIRMS)
    revision = first.revision
    with pytest.raises(RefusedEdit, match=f"carries this already, as statement {first.pk}"):
        add(revision, claim, "reds", Stance.AFFIRMS, "spokesman")
    with pytest.raises(RefusedEdit, match=f"here it affirms, by statement {first.pk}"):
        add(revision, claim, "reds", Stance.DENIES, "spokesman")
    pipeline.review_statement(first.pk, Verdict.REJECTED, editor=boss, reason="No.", now=timezone.now())
    second = add(revision, claim, "reds", Stance.DENIES, "spokesman")
    with pytest.raises(RefusedEdit, match=f"as statement {second.pk}"):
        add(revision, claim, "reds", Stance.DENIES, "Last")
    assert add(revision, claim, "blues", Stance.DENIES, "Last").pk


def test_what_no_longer_stands_gets_no_statement() -> None:
    claim, revision = make_claim(), issue()
    with pytest.raises(RefusedEdit, match="in the future"):
        add(revision, claim, "reds", Stance.AFFIRMS, said_at=timezone.now() + timedelta(days=1))
    Revision.objects.create(
        article=revision.article, number=2, text="Other words.", digest="x", published_at=timezone.now(),
        recorded_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(RefusedEdit, match=r"newer edition \(2\)"):
        add(revision, claim, "reds", Stance.AFFIRMS)
    other = issue(title="More")
    Article.objects.filter(pk=other.article_id).update(withdrawn=True)
    with pytest.raises(RefusedEdit, match="withdrawn"):
        add(other, claim, "reds", Stance.AFFIRMS)


def test_a_moved_quote_is_the_same_statement_in_other_words(boss: User) -> None:
    claim = make_claim()
    wrong = say(claim, "blues", Stance.DENIES)
    words = wrong.revision.words
    start = words.index("Last paragraph")
    with pytest.raises(RefusedEdit, match="rests on already"):
        pipeline.move_quote(wrong.pk, wrong.start - 1, wrong.end + 1, editor=boss, now=timezone.now())
    right = pipeline.move_quote(
        wrong.pk, start, start + len("Last paragraph"), editor=boss, reason="It is said there.", now=timezone.now()
    )
    assert (right.quote, right.corrects, right.origin) == ("Last paragraph", wrong, Origin.EDITOR)
    same = ("claim_id", "party_id", "stance", "said_at", "revision_id", "cue_start", "cue_end")
    assert [getattr(right, name) for name in same] == [getattr(wrong, name) for name in same]
    wrong.refresh_from_db()
    assert (wrong.quote, wrong.reviews.get().verdict) == (QUOTE, Verdict.CORRECTED)
    with pytest.raises(RefusedEdit, match="corrected already"):
        pipeline.move_quote(wrong.pk, 0, 4, editor=boss, now=timezone.now())
    claim.refresh_from_db()
    assert not list(pipeline.find_differences(claim))


def test_a_quote_is_not_moved_to_words_that_the_newest_edition_lost(boss: User) -> None:
    wrong = say(make_claim(), "blues", Stance.DENIES)
    Revision.objects.create(
        article=wrong.article, number=2, text=f"First. And {QUOTE} again.", digest="x", published_at=timezone.now(),
        recorded_at=timezone.now(),
    )  # fmt: skip
    start = wrong.revision.words.index("Last paragraph")
    with pytest.raises(RefusedEdit, match=r"newest edition \(2\) does not carry"):
        pipeline.move_quote(wrong.pk, start, start + 14, editor=boss, now=timezone.now())
    assert pipeline.move_quote(wrong.pk, wrong.start + 4, wrong.end, editor=boss, now=timezone.now()).quote == QUOTE[4:]


@pytest.mark.django_db(transaction=True)
def test_of_editors_who_add_the_same_at_once_one_does_and_the_others_are_told(boss: User) -> None:
    claim, revision = make_claim(), issue()

    def add_once(number: int) -> str:
        try:
            # Half of them would have it otherwise.
            stance = Stance.AFFIRMS if number % 2 else Stance.DENIES
            return f"added {add(revision, claim, 'reds', stance, editor=boss).pk}"
        except RefusedEdit as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as editors:
        told = list(editors.map(add_once, range(12)))
    statement = Statement.objects.get()
    assert told.count(f"added {statement.pk}") == 1
    assert all(f"statement {statement.pk}" in one for one in told if not one.startswith("added"))
    claim.refresh_from_db()
    assert not list(pipeline.find_differences(claim))
