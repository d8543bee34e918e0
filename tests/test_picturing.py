"""The drawing of a timeline shows what the ledger holds, at any moment, and costs the same however much was said."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import pipeline
from claims.drawing.picture import Dot, Mark, Period
from claims.models import Claim, Party, Statement
from claims.pipeline.picturing import LOOKED_AT, Course, load_course
from claims.words import Origin, Stance, Status, Verdict
from tests.worlds import Said, arrive, at, learned, make_claim, make_parties

pytestmark = pytest.mark.django_db

A, D, U = Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED
NOW = learned(600)


@pytest.fixture
def parties() -> dict[str, int]:
    return {slug: party.pk for slug, party in make_parties().items()}


@pytest.fixture
def claim(parties: dict[str, int]) -> Claim:
    return make_claim()


def course(claim: Claim, parties: dict[str, int], **given: object) -> Course:
    found = load_course(claim, list(parties.values()), now=NOW, **given)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_nothing_said_is_no_course(claim: Claim, parties: dict[str, int]) -> None:
    assert load_course(claim, list(parties.values()), now=NOW) is None


def test_lanes_bands_and_dots_are_those_of_the_ledger(claim: Claim, parties: dict[str, int]) -> None:
    arrive(claim, [Said("reds", A, 1), Said("blues", D, 2), Said("blues", D, 3), Said("lab", U, 9)], learned(1))
    arrive(claim, [Said("blues", U, 40)], learned(2))
    found = course(claim, parties)
    assert found.periods == (Period(None, at(2), Status.UNVERIFIED), Period(at(2), None, Status.CONTESTED))
    blues = found.stretches[parties["blues"]]
    assert [(s.begins, s.ends, s.stance, s.firm) for s in blues] == [
        (at(2), at(3), D, False),
        (at(3), at(40), D, True),
        (at(40), None, U, False),
    ]
    assert found.dots[parties["reds"]] == (Dot(at(1), A),)
    assert found.begins < at(1)
    assert (found.quiet_since, found.ends > at(40)) == (at(40), True)


def test_a_long_silence_is_told_and_not_drawn(claim: Claim, parties: dict[str, int]) -> None:
    arrive(claim, [Said("reds", A, 1), Said("blues", D, 9)], learned(1))
    quiet = load_course(claim, list(parties.values()), now=at(300))
    assert quiet is not None
    assert (quiet.quiet_since, quiet.ends < at(12)) == (at(9), True)
    assert quiet.stretches[parties["blues"]][0].ends is None
    # As of a day soon after the last word there is no silence, nor where somebody spoke again.
    assert course(claim, parties, as_of=at(12)).quiet_since is None
    arrive(claim, [Said("reds", A, 290)], learned(2))
    again = load_course(claim, list(parties.values()), now=at(300))
    assert again is not None
    assert (again.quiet_since, again.ends > at(300)) == (None, True)


def test_decisions_are_marked_where_they_hold_and_where_they_were_lifted(claim: Claim, parties: dict[str, int]) -> None:
    arrive(claim, [Said("reds", A, 1)], learned(1))
    boss = User.objects.create_user("boss")
    decided = pipeline.decide_claim(
        claim.pk, Status.REFUTED, "Seen.", author=boss, now=learned(5), effective_from=at(3)
    )
    pipeline.lift_decision(decided.pk, "Not so.", author=boss, now=learned(9))
    assert course(claim, parties).marks == (Mark(at(3), Status.REFUTED), Mark(learned(9), Status.REFUTED, lifted=True))
    # As known before it was lifted, and as of a day before it held.
    assert course(claim, parties, known_at=learned(7)).marks == (Mark(at(3), Status.REFUTED),)
    assert course(claim, parties, as_of=at(2)).marks == ()


def test_what_counts_no_more_is_told_apart(claim: Claim, parties: dict[str, int]) -> None:
    first, second, third = arrive(claim, [Said("reds", A, day) for day in (1, 20, 40)], learned(1))
    boss = User.objects.create_user("boss")
    pipeline.review_statement(first, Verdict.REJECTED, editor=boss, now=learned(3))
    article = Statement.objects.get(pk=second).article_id
    asked = pipeline.ask_withdrawal(article, withdrawn=True, why="Wrong.", now=learned(4))
    assert asked is not None
    pipeline.record_withdrawal(asked.pk, learned(5))
    assert third
    assert [dot.gone for dot in course(claim, parties).dots[parties["reds"]]] == [True, True, False]
    then = course(claim, parties, known_at=learned(2))
    assert [dot.gone for dot in then.dots[parties["reds"]]] == [False, False, False]


def test_the_past_is_drawn_as_it_was_known(claim: Claim, parties: dict[str, int]) -> None:
    arrive(claim, [Said("reds", A, 5)], learned(1))
    arrive(claim, [Said("reds", D, 1), Said("blues", D, 2)], learned(3))
    then, now = course(claim, parties, known_at=learned(2)), course(claim, parties)
    assert parties["blues"] not in then.dots
    assert parties["blues"] in now.dots
    assert [s.stance for s in then.stretches[parties["reds"]]] == [A]
    assert [s.stance for s in now.stretches[parties["reds"]]] == [D, A]
    assert [period.status for period in then.periods] == [Status.UNVERIFIED]
    assert course(claim, parties, as_of=at(3)).ends < at(4)


def test_many_statements_of_a_moment_are_one_dot_and_all_cost_one_trip(claim: Claim, parties: dict[str, int]) -> None:
    arrive(claim, [Said("reds", A, day) for day in (1, 30)], learned(1))
    with CaptureQueriesContext(connection) as few:
        course(claim, parties)
    hurry = [Said("reds", (A, D)[n % 7 == 0], 1 + n / 5000, origin=Origin.RECORD) for n in range(1, 300)]
    arrive(claim, hurry, learned(2))
    with CaptureQueriesContext(connection) as many:
        found = course(claim, parties)
    assert (len(few), len(many)) == (1, 1)
    dots = found.dots[parties["reds"]]
    assert sum(dot.count for dot in dots if dot.at < at(2)) <= 2 * LOOKED_AT
    assert any(dot.more for dot in dots)
    assert len(found.stretches[parties["reds"]]) <= 6


def test_a_party_that_is_no_lane_is_not_asked_for(claim: Claim, parties: dict[str, int]) -> None:
    arrive(claim, [Said("reds", A, 1), Said("blues", D, 2)], learned(1))
    found = load_course(claim, [parties["reds"]], now=NOW)
    assert found is not None
    assert set(found.dots) == set(found.stretches) == {parties["reds"]}
    picture = found.lay_out([(parties["reds"], "The Reds", "/reds"), (0, "Nobody", "")], left_out=4)
    assert [(lane.name, len(lane.dots), lane.href) for lane in picture.lanes] == [
        ("The Reds", 1, "/reds"),
        ("Nobody", 0, ""),
    ]
    assert Party.objects.count() > 1
    assert picture.begins < at(1) < at(2) < picture.ends
