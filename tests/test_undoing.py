"""A word taken back: as if there had been none, with everything on record; what is at stake is kept with the claim."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from claims import pipeline
from claims.models import Claim, Review, Statement
from claims.pipeline import RefusedEdit
from claims.words import Stance, Status, Verdict
from tests.desk_world import boss, make_claim, say, silent_bells

__all__ = ["boss", "silent_bells"]  # fixtures

pytestmark = pytest.mark.django_db


def status_of(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.status


def words_on(statement: Statement) -> list[str]:
    return list(statement.reviews.order_by("recorded_at", "pk").values_list("verdict", flat=True))


@pytest.mark.parametrize("verdict", [Verdict.CONFIRMED, Verdict.REJECTED])
def test_a_word_taken_back_counts_no_more_and_stays_on_record(boss: User, verdict: Verdict) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    statement = say(claim, "blues", Stance.AFFIRMS if verdict is Verdict.CONFIRMED else Stance.DENIES)
    before = status_of(claim)
    pipeline.review_statement(statement.pk, verdict, editor=boss, reason="Heard.", now=timezone.now())
    known = timezone.now()
    assert status_of(claim) != before
    statement.refresh_from_db()
    assert statement.reviewed_at == statement.reviews.get().recorded_at
    pipeline.undo_review(statement.pk, editor=boss, reason="Misheard.", now=known + timedelta(seconds=1))
    assert status_of(claim) == before
    statement.refresh_from_db()
    assert statement.reviewed_at is None
    assert words_on(statement) == [verdict, Verdict.UNDONE]
    assert not list(pipeline.find_differences(claim))
    assert not list(pipeline.find_differences(claim, known))  # what we believed in between stands


def test_nothing_is_undone_twice_nor_where_no_word_stands(boss: User) -> None:
    statement = say(make_claim(), "reds", Stance.AFFIRMS)
    with pytest.raises(RefusedEdit, match="nothing to undo"):
        pipeline.undo_review(statement.pk, editor=boss, now=timezone.now())
    pipeline.review_statement(statement.pk, Verdict.REJECTED, editor=boss, now=timezone.now())
    pipeline.undo_review(statement.pk, editor=boss, now=timezone.now())
    with pytest.raises(RefusedEdit, match="nothing to undo"):
        pipeline.undo_review(statement.pk, editor=boss, now=timezone.now())
    assert Review.objects.count() == 2


def test_a_correction_undone_takes_its_replacement_away_and_can_be_made_again(boss: User) -> None:
    claim = make_claim()
    wrong = say(claim, "reds", Stance.AFFIRMS)
    before = status_of(claim)
    right = pipeline.correct_statement(wrong.pk, editor=boss, stance=Stance.DENIES, now=timezone.now())
    assert status_of(claim) == Status.REFUTED  # the reds gain by it and deny it
    pipeline.undo_review(wrong.pk, editor=boss, now=timezone.now())
    assert status_of(claim) == before
    assert words_on(right) == [Verdict.REJECTED]
    again = pipeline.correct_statement(wrong.pk, editor=boss, stance=Stance.UNSETTLED, now=timezone.now())
    assert status_of(claim) == Status.UNVERIFIED and again.pk != right.pk
    assert not list(pipeline.find_differences(claim))


def test_a_correction_whose_replacement_has_a_word_of_its_own_is_not_undone(boss: User) -> None:
    claim = make_claim()
    wrong = say(claim, "reds", Stance.AFFIRMS)
    right = pipeline.correct_statement(wrong.pk, editor=boss, stance=Stance.DENIES, now=timezone.now())
    with pytest.raises(RefusedEdit, match="nothing to undo"):
        pipeline.undo_review(right.pk, editor=boss, now=timezone.now())
    pipeline.review_statement(right.pk, Verdict.CONFIRMED, editor=boss, now=timezone.now())
    with pytest.raises(RefusedEdit, match="undo that first"):
        pipeline.undo_review(wrong.pk, editor=boss, now=timezone.now())
    with pytest.raises(RefusedEdit, match="reject it"):
        pipeline.undo_review(right.pk, editor=boss, now=timezone.now())
    assert words_on(wrong) == [Verdict.CORRECTED]


def test_what_is_at_stake_is_kept_with_the_claim(boss: User) -> None:
    claim = make_claim()
    reds = say(claim, "reds", Stance.AFFIRMS)
    say(claim, "blues", Stance.DENIES)
    claim.refresh_from_db()
    assert ["blues", "denies", "rejected", "unverified"] in claim.stakes
    assert ["reds", "affirms", "rejected", "unverified"] in claim.stakes
    pipeline.review_statement(reds.pk, Verdict.CONFIRMED, editor=boss, now=timezone.now())
    claim.refresh_from_db()
    assert ["blues", "denies", "rejected", "unverified"] in claim.stakes
    assert not list(pipeline.find_differences(claim))
    Claim.objects.update(stakes=[])
    claim.refresh_from_db()
    assert [line for line in pipeline.find_differences(claim) if "stakes" in line]
