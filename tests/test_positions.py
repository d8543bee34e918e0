"""Positions against the design's own words: a party's history counted out by hand, instant by instant."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import hypothesis.strategies as st
import pytest
from hypothesis import given

from claims.assessment import CURRENT, Counted, Evidence, Track, absorb, advance, fold, weigh
from claims.words import Origin, Stance, Strength, Verdict

A, D, U = Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED
START = datetime(2031, 3, 1, tzinfo=UTC)

SAID = st.lists(
    st.builds(
        lambda day, stance, story, origin, strength, verdict, own: Evidence(
            day, "x", stance, START + timedelta(days=day), f"story-{story}", origin, strength, 1.0, own, verdict
        ),
        st.integers(0, 5),
        st.sampled_from(list(Stance)),
        st.integers(0, 3),
        st.sampled_from([Origin.READING, Origin.READING, Origin.READING, Origin.RECORD]),
        st.sampled_from([Strength.PLAIN, Strength.HEDGED]),
        st.sampled_from([None, None, None, *Verdict]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=10,
)

Held = tuple[Stance | None, bool, Stance | None, datetime | None]


def count_out(said: list[Evidence]) -> tuple[list[tuple[datetime, Held]], dict[Stance, float]]:
    """What the party holds from when on, and the sums at the end, by the text of the policy.

    Weights add up per stance over distinct stories, each once at its best weight; a statement of weight 1 or more
    clears the other stances; a stance is held from 1, firmly from 2; two at one instant are unsettled.
    """
    best: dict[tuple[Stance, str], float] = {}
    forgotten: dict[tuple[Stance, str], float] = {}
    undecided = 0.0
    held: Held = (None, False, None, None)
    account: list[tuple[datetime, Held]] = []

    def add_up(stance: Stance) -> float:
        told = sum(weight - forgotten.get(key, 0.0) for key, weight in best.items() if key[0] is stance)
        return told + (undecided if stance is U else 0.0)

    for at, group in groupby(sorted(said, key=lambda e: e.said_at), key=lambda e: e.said_at):
        together = [e for e in group if weigh(e, CURRENT) > 0]
        new = [e for e in together if weigh(e, CURRENT) > best.get((e.stance, e.story), 0.0)]
        clears = {e.stance for e in new if weigh(e, CURRENT) >= 1}
        for stance in Stance:
            if clears - {stance}:
                forgotten |= {key: weight for key, weight in best.items() if key[0] is stance}
                undecided = 0.0 if stance is U else undecided
        for e in new:
            best[e.stance, e.story] = max(best.get((e.stance, e.story), 0.0), weigh(e, CURRENT))
        reached = {e.stance: add_up(e.stance) for e in new if add_up(e.stance) >= 1}
        if len(reached) > 1:
            second = sorted(reached.values())[-2]
            forgotten, undecided = dict(best), second
            reached = {U: second}
        for stance, weight in reached.items():
            firm = weight >= 2 or (held[0] is stance and held[1])
            now = (stance, firm, stance if firm else held[2], held[3] if held[0] is stance else at)
            if now[:3] != held[:3]:
                held = now
                account.append((at, held))
    return account, {stance: add_up(stance) for stance in Stance if add_up(stance)}


def account_of(track: Track | None) -> tuple[list[tuple[datetime, Held]], dict[Stance, float]]:
    if track is None:
        return [], {}
    account = [(h.begins, (h.stance, h.firm, h.settled, h.since)) for h in track.holdings if h.stance is not None]
    return account, {s.stance: s.weight for s in track.tally.sums if s.weight}


@given(SAID)
def test_a_history_counted_out_by_hand(said: list[Evidence]) -> None:
    assert account_of(fold(said, CURRENT)) == count_out(said)


def counted_of(said: list[Evidence]) -> list[Counted]:
    """The stories that were added up, each at its best weight and since it first had it."""
    best: dict[tuple[Stance, str], Counted] = {}
    for e in sorted(said, key=lambda e: e.said_at):
        known = best.get((e.stance, e.story))
        if known is None or weigh(e, CURRENT) > known.weight:
            best[e.stance, e.story] = Counted(e.stance, e.story, weigh(e, CURRENT), e.said_at)
    return list(best.values())


@given(SAID, st.data())
def test_what_is_absorbed_late_comes_to_the_same_as_counting_anew(said: list[Evidence], data: st.DataObject) -> None:
    """A late statement that is taken in without its history gives the tally and the holdings that folding gives."""
    late = [e for e in said if data.draw(st.booleans())]
    before = [e for e in said if e not in late]
    first = fold(before, CURRENT)
    if first is None or any(e.said_at > first.tally.heard for e in late):
        return
    absorbed = absorb(first.tally, late, counted_of(before), CURRENT)
    if absorbed is None:
        return
    whole = fold(before + late, CURRENT)
    assert whole is not None
    assert (whole.tally, whole.holdings) == (absorbed, first.holdings)


@given(SAID, st.integers(0, 5))
def test_going_on_from_a_count_is_the_same_as_counting_anew(said: list[Evidence], day: int) -> None:
    before = [e for e in said if e.said_at < START + timedelta(days=day)]
    after = [e for e in said if e.said_at >= START + timedelta(days=day)]
    first = fold(before, CURRENT)
    second = advance(first.tally if first else None, after, counted_of(before), CURRENT)
    whole = fold(said, CURRENT)
    assert (second.tally if second else None) == (whole.tally if whole else None)
    if whole is not None:
        assert (first.holdings if first else ()) + (second.holdings if second else ()) == whole.holdings


def said(stance: Stance, day: float, story: str, **more: object) -> Evidence:
    at = START + timedelta(days=day)
    return Evidence(0, "x", stance, at, story, **{"origin": Origin.READING, **more})  # type: ignore[arg-type]


HEDGED = {"strength": Strength.HEDGED}
RECORD = {"origin": Origin.RECORD}
LATE = [
    ("one more story for what was firmly held by then", said(A, 3, "new"), True),
    ("a copy of a story counted before", said(A, 3, "s"), True),
    ("a story for what was not held yet by then", said(A, 1, "new"), False),
    ("another stance", said(D, 3, "new"), False),
    ("an earlier copy of a story, which then was told earlier", said(A, 3, "late"), False),
]


@pytest.mark.parametrize(("_", "late", "absorbed"), LATE, ids=[case[0] for case in LATE])
def test_late_statements_that_need_no_history(_: str, late: Evidence, absorbed: bool) -> None:
    before = [said(A, 2, "s", **RECORD), said(A, 5, "late")]
    track = fold(before, CURRENT)
    assert track is not None
    found = absorb(track.tally, [late], counted_of(before), CURRENT)
    assert (found is not None) is absorbed


CASES = [
    ("a story told better takes the place of its worse telling", A, False, 1.5, 2,
     [said(A, 1, "s", **HEDGED), said(A, 2, "s"), said(A, 3, "t", **HEDGED)]),
    ("a worse telling does not make a story new again", A, False, 1.5, 2,
     [said(A, 1, "s"), said(A, 2, "s", **HEDGED), said(A, 3, "s"), said(A, 4, "t", **HEDGED)]),
    ("of two stances in one instant the weaker says how firmly it is unsettled", U, False, 1.0, 2,
     [said(A, 1, "s", origin=Origin.RECORD), said(D, 1, "t")]),
    ("a story that comes back better told, after a change of mind, is one story", A, False, 1.0, 1,
     [said(A, 1, "s"), said(D, 2, "t"), said(A, 3, "s", verdict=Verdict.CONFIRMED)]),
]  # fmt: skip


@pytest.mark.parametrize(("_", "stance", "firm", "weight", "stories", "told"), CASES, ids=[case[0] for case in CASES])
def test_position(_: str, stance: Stance, firm: bool, weight: float, stories: int, told: list[Evidence]) -> None:
    track = fold(told, CURRENT)
    assert track is not None
    held = track.tally.holding
    assert (held.stance, held.firm, track.tally.sum_of(stance).weight, track.tally.stories) == (
        stance, firm, weight, stories,
    )  # fmt: skip


def test_what_is_not_later_than_the_last_instant_heard_needs_the_whole_history() -> None:
    track = fold([said(A, 1, "s")], CURRENT)
    assert track is not None
    with pytest.raises(ValueError, match="needs the whole history"):
        advance(track.tally, [said(D, 1, "t")], (), CURRENT)
