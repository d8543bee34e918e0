"""The change feed: what is announced, of which kind, and from which valid moment on the account is another."""

import pytest

from claims import pipeline
from claims.models import Change, Claim, Position, StatusPeriod, Story
from claims.words import Origin, Stance, Strength, Verdict
from tests.worlds import Said, arrive, at, check_replay, learned, make_claim, make_parties

pytestmark = pytest.mark.django_db

A, D, U = Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED


@pytest.fixture
def claim() -> Claim:
    """A claim that is contested: the reds affirm from day 5, the blues deny from day 6."""
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 5), Said("blues", D, 6)], learned(1))
    return claim


def news(claim: Claim, since: int) -> list[tuple[object, ...]]:
    """What was announced after the first so many entries: kind, from, to, from which moment on."""
    told = Change.objects.filter(claim=claim).order_by("pk")
    return list(told.values_list("kind", "from_status", "to_status", "valid_from"))[since:]


def test_the_first_account_of_a_claim_is_no_news() -> None:
    make_parties()
    assert news(make_claim(), 0) == []


def test_several_turns_at_once_are_one_change_from_the_first_of_them(claim: Claim) -> None:
    assert news(claim, 0) == [("status", "unverified", "contested", at(5))]


def test_another_status(claim: Claim) -> None:
    arrive(claim, [Said("blues", A, 8, origin=Origin.RECORD)], learned(2))
    assert news(claim, 1) == [("status", "contested", "confirmed", at(8))]


def test_the_same_status_on_other_grounds(claim: Claim) -> None:
    arrive(claim, [Said("lab", U, 7)], learned(2))
    assert news(claim, 1) == [("grounds", "contested", "contested", at(7))]
    assert Change.objects.latest("pk").because == [["blues", "denies"], ["lab", "unsettled"], ["reds", "affirms"]]


def test_another_past_with_the_same_end(claim: Claim) -> None:
    arrive(claim, [Said("blues", D, 2)], learned(2))
    assert news(claim, 1) == [("history", "contested", "contested", at(2))]
    arrive(claim, [Said("lab", D, 3, story=7)], learned(3))
    assert news(claim, 2) == [("grounds", "contested", "contested", at(3))]


def test_an_account_that_grows_shorter_differs_from_where_it_ends(claim: Claim) -> None:
    (statement, _) = arrive(claim, [Said("lab", U, 8), Said("survey", D, 9)], learned(2))
    pipeline.review_statement(statement, Verdict.REJECTED, editor=None, now=learned(3))
    assert news(claim, 2) == [("grounds", "contested", "contested", at(8))]


@pytest.mark.parametrize("day", [4, 9])
def test_a_copy_is_no_news_and_leaves_every_line_as_it_was(claim: Claim, day: int) -> None:
    stories: dict[int, Story] = {}
    arrive(claim, [Said("lab", U, 3, story=1)], learned(2), stories)
    lines = list(StatusPeriod.objects.values_list("pk", "recorded"))
    told = Change.objects.count()
    arrive(claim, [Said("lab", U, day, story=1)], learned(3), stories)
    assert Change.objects.count() == told
    assert list(StatusPeriod.objects.values_list("pk", "recorded")) == lines


def test_a_change_of_mind_between_two_copies_of_what_was_said_before_it(claim: Claim) -> None:
    stories: dict[int, Story] = {}
    arrive(claim, [Said("lab", U, 3, story=1)], learned(2), stories)
    arrive(claim, [Said("lab", U, 9, story=1)], learned(3), stories)
    arrive(claim, [Said("lab", D, 7)], learned(4), stories)
    assert news(claim, 2) == [("grounds", "contested", "contested", at(7))]
    check_replay(claim, learned(2), learned(3), learned(4))


def test_a_story_counts_at_its_best_weight_however_often_it_was_told(claim: Claim) -> None:
    """The best telling counts, not the last or the first one, when a later copy comes in by the last line alone."""
    stories: dict[int, Story] = {}
    hedged = Strength.HEDGED
    arrive(claim, [Said("lab", U, 7, story=1), Said("lab", U, 8, story=1, strength=hedged)], learned(2), stories)
    arrive(claim, [Said("lab", U, 9, story=1)], learned(3), stories)
    position = Position.objects.get(claim=claim, party__slug="lab", until=None)
    assert (position.firm, position.sums) == (False, [["unsettled", 1.0, 1]])
    check_replay(claim, learned(2), learned(3))
