"""What is pending and what would change a status, against a plain trial of every change there could be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from claims.assessment import (
    CURRENT,
    Evidence,
    Holding,
    Pending,
    Shift,
    Sides,
    Standing,
    Tally,
    Terms,
    assess,
    find_pending,
    find_shifts,
    find_stakes,
    follow,
)
from claims.words import Origin, Stance, Status, Strength, Verdict

START = datetime(2031, 3, 1, tzinfo=UTC)
GRADES = {"reds": "C", "blues": "C", "greens": "C", "lab": "B", "survey": "A", "bloggers": "B", "gossip": "E"}
TERMS = Terms(
    frozenset({"reds"}),
    frozenset({"blues", "greens"}),
    tuple(Standing(party, grade, "reds" if party == "bloggers" else "") for party, grade in GRADES.items()),
)
SIDES = Sides.of(TERMS, CURRENT)

SAID = st.lists(
    st.builds(
        lambda n, party, stance, origin, strength, own: Evidence(
            n, party, stance, START + timedelta(days=n), f"story-{n}", origin, strength, own_voice=own
        ),
        st.integers(0, 9),
        st.sampled_from(sorted(GRADES)),
        st.sampled_from(list(Stance)),
        st.sampled_from([Origin.READING, Origin.READING, Origin.RECORD]),
        st.sampled_from(list(Strength)),
        st.booleans(),
    ),
    max_size=12,
)
RULING = st.none() | st.sampled_from(list(Status))


def try_out(holdings: list[Holding], ruling: Status | None, instead: Holding) -> Status:
    """The status that follows once one party holds something else."""
    others = [h for h in holdings if h.party != instead.party]
    return assess([*others, instead], ruling, SIDES, CURRENT).status


def firmly(holding: Holding, stance: Stance) -> Holding:
    return replace(holding, stance=stance, firm=True, settled=stance)


def borne_out(tally: Tally, stance: Stance, weight: float) -> Holding:
    """What the party would hold if its sum for a stance were this."""
    held = tally.holding
    if weight >= CURRENT.firm:
        return firmly(held, stance)
    return held if held.stance is stance else replace(held, stance=stance, firm=False)


@given(SAID, RULING)
def test_pending_is_what_a_second_story_or_an_editor_would_change(said: list[Evidence], ruling: Status | None) -> None:
    tallies = [track.tally for track in follow(said, CURRENT)]
    holdings = [t.holding for t in tallies]
    now = assess(holdings, ruling, SIDES, CURRENT).status
    expected = []
    for tally in tallies:
        for stance in Stance:
            weight = tally.sum_of(stance).weight
            if weight >= CURRENT.firm or (weight == 0 and stance not in tally.offered):
                continue
            twice = weight + min(weight, CURRENT.plain)
            second = try_out(holdings, ruling, borne_out(tally, stance, twice)) if twice >= CURRENT.hold else now
            editor = try_out(holdings, ruling, firmly(tally.holding, stance))
            if weight and second is not now:
                expected.append(Pending(tally.holding.party, stance, second, "story"))
            elif editor is not now:
                expected.append(Pending(tally.holding.party, stance, editor, "editor"))
    assert list(find_pending(tallies, ruling, TERMS, CURRENT)) == expected


@given(SAID, RULING)
def test_shifts_are_the_changes_of_mind_that_change_the_status(said: list[Evidence], ruling: Status | None) -> None:
    holdings = [track.tally.holding for track in follow(said, CURRENT)]
    now = assess(holdings, ruling, SIDES, CURRENT).status
    held = {h.party: h for h in holdings}
    asked = sorted(held.keys() | TERMS.gains | TERMS.loses)
    expected = [
        Shift(party, stance, status)
        for party in asked
        for stance in Stance
        if (status := try_out(holdings, ruling, firmly(held.get(party, Holding(party, START)), stance))) is not now
    ]
    assert list(find_shifts(holdings, ruling, TERMS, CURRENT)) == expected


def say(party: str, stance: Stance, day: int, strength: Strength = Strength.PLAIN) -> Evidence:
    return Evidence(day, party, stance, START + timedelta(days=day), f"{party}-{day}", Origin.READING, strength)


def pending(*said: Evidence) -> list[tuple[str, Stance, Status, str]]:
    tallies = [track.tally for track in follow(said, CURRENT)]
    return [(p.party, p.stance, p.status, p.needs) for p in find_pending(tallies, None, TERMS, CURRENT)]


def test_two_who_say_the_same_are_told_apart_by_where_they_stand() -> None:
    said = [say("blues", Stance.AFFIRMS, 1), say("lab", Stance.AFFIRMS, 2)]
    assert pending(*said) == [("blues", Stance.AFFIRMS, Status.CONFIRMED, "story")]


def test_two_who_would_say_the_same_are_told_apart_by_what_they_say_now() -> None:
    hedged = [say(party, Stance.DENIES, 2, Strength.HEDGED) for party in ("bloggers", "reds-friends")]
    terms = replace(TERMS, standings=(*TERMS.standings, Standing("reds-friends", "B", "reds")))
    tallies = [track.tally for track in follow([say("bloggers", Stance.AFFIRMS, 1), *hedged], CURRENT)]
    found = find_pending(tallies, None, terms, CURRENT)
    assert found == (Pending("reds-friends", Stance.DENIES, Status.CONTESTED, "story"),)


def give(said: list[Evidence], one: Evidence, verdict: Verdict) -> Status:
    """The status once an editor has given one statement this verdict, everything folded anew."""
    worded = [replace(e, verdict=verdict) if e is one else e for e in said]
    return assess([track.tally.holding for track in follow(worded, CURRENT)], None, SIDES, CURRENT).status


def stakes_of(said: list[Evidence], ruling: Status | None = None) -> dict[tuple[str, Stance, Verdict], Status]:
    tallies = [track.tally for track in follow(said, CURRENT)]
    return {(s.party, s.stance, s.verdict): s.status for s in find_stakes(tallies, ruling, TERMS, CURRENT)}


@given(SAID, st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_no_word_turns_a_status_that_is_not_at_stake(said: list[Evidence], stories: list[int]) -> None:
    """Whatever was said before or after, in copies or not: a reading on which a word turns the status has a stake."""
    said = [replace(e, id=n, story=f"{e.party}-{stories[n]}") for n, e in enumerate(said)]
    now = assess([track.tally.holding for track in follow(said, CURRENT)], None, SIDES, CURRENT).status
    stakes = stakes_of(said)
    for one in [e for e in said if e.origin is Origin.READING]:
        for verdict in (Verdict.CONFIRMED, Verdict.REJECTED):
            if give(said, one, verdict) is not now:
                assert (one.party, one.stance, verdict) in stakes


@given(SAID, st.sampled_from(list(Status)))
def test_nothing_is_at_stake_under_a_decision(said: list[Evidence], ruling: Status) -> None:
    assert stakes_of(said, ruling) == {}


OWN = replace(say("lab", Stance.AFFIRMS, 4), own_voice=True)
RECORD = replace(say("survey", Stance.AFFIRMS, 3), origin=Origin.RECORD)
A, D = Stance.AFFIRMS, Stance.DENIES
CONFIRMED, REJECTED = Verdict.CONFIRMED, Verdict.REJECTED


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # A loser's word would be an admission.
        ([say("blues", A, 1)], {("blues", A, CONFIRMED): Status.CONFIRMED}),
        # Two readings against each other: to reject either leaves one side only.
        (
            [say("reds", A, 1), say("blues", D, 2)],
            {("blues", D, REJECTED): Status.UNVERIFIED, ("reds", A, REJECTED): Status.UNVERIFIED},
        ),
        # A consensus of two, one of them by two plain stories: to reject one of these leaves it less than firm.
        ([say("lab", A, 1), say("lab", A, 2), RECORD], {("lab", A, REJECTED): Status.UNVERIFIED}),
        # An outlet's own voice weighs nothing yet: confirmed, it makes the consensus.
        ([OWN, RECORD], {("lab", A, CONFIRMED): Status.CONFIRMED}),
    ],
)
def test_what_is_at_stake(said: list[Evidence], expected: dict[tuple[str, Stance, Verdict], Status]) -> None:
    assert expected.items() <= stakes_of(said).items()


@pytest.mark.parametrize(
    "said",
    [
        [],
        # Two that are borne out by many each: no single word shakes either.
        [say(party, A, day) for party in ("lab", "survey") for day in (1, 2, 4, 5)],
        # Somebody of a grade that is not trusted and has no part in it.
        [say("gossip", A, 1)],
    ],
)
def test_what_no_word_can_shake_is_not_at_stake(said: list[Evidence]) -> None:
    assert stakes_of(said) == {}
