"""The policy, rule by rule and clause by clause, as the design states it (version 1)."""

from datetime import UTC, datetime, timedelta

import pytest

from claims.assessment import (
    CURRENT,
    Assessment,
    Evidence,
    Holding,
    Period,
    Ruling,
    Sides,
    Standing,
    Terms,
    Voice,
    assess,
    draw,
    find_pending,
    find_shifts,
    fold,
    follow,
    weigh,
)
from claims.words import Origin, Rule, Stance, Status, Strength, Verdict

A, D, U = Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED
START = datetime(2031, 3, 1, 12, tzinfo=UTC)

TERMS = Terms(
    gains=frozenset({"reds"}),
    loses=frozenset({"blues"}),
    standings=(
        Standing("blues", "C"),
        Standing("gossip", "D"),
        Standing("lab", "B"),
        Standing("observatory", "A"),
        Standing("reds", "C"),
        Standing("reds-bloggers", "B", "reds"),
        Standing("survey", "C"),
        Standing("unjudged", "F"),
    ),
)
SIDES = Sides.of(TERMS, CURRENT)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def said(party: str, stance: Stance, day: float = 0, story: str = "", **more: object) -> Evidence:
    said.count += 1  # type: ignore[attr-defined]
    number = said.count  # type: ignore[attr-defined]
    values = {"origin": Origin.READING, "story": story or f"story-{number}", **more}
    return Evidence(number, party, stance, at(day), **values)  # type: ignore[arg-type]


said.count = 0  # type: ignore[attr-defined]


def record(party: str, stance: Stance, day: float = 0, **more: object) -> Evidence:
    return said(party, stance, day, origin=Origin.RECORD, **more)


def hedged(party: str, stance: Stance, day: float = 0, story: str = "", **more: object) -> Evidence:
    return said(party, stance, day, story, strength=Strength.HEDGED, **more)


def conclude(*statements: Evidence, terms: Terms = TERMS, rulings: tuple[Ruling, ...] = ()) -> Assessment:
    return history(*statements, terms=terms, rulings=rulings)[-1].assessment


def history(*statements: Evidence, terms: Terms = TERMS, rulings: tuple[Ruling, ...] = ()) -> tuple[Period, ...]:
    holdings = [h for track in follow(statements, CURRENT) for h in track.holdings]
    return draw(holdings, rulings, terms, CURRENT)


def firmly(**stances: Stance) -> list[Holding]:
    return [Holding(party.replace("_", "-"), START, stance, START, True, stance) for party, stance in stances.items()]


# --- Weights ---

WEIGHTS = [
    ("a plain machine reading weighs 1", {}, 1.0),
    ("a record weighs 2", {"origin": Origin.RECORD}, 2.0),
    ("what an editor set weighs 2", {"origin": Origin.EDITOR}, 2.0),
    ("what an editor confirmed weighs 2", {"verdict": Verdict.CONFIRMED}, 2.0),
    ("a hedged reading an editor confirmed weighs 2", {"strength": Strength.HEDGED, "verdict": Verdict.CONFIRMED}, 2.0),
    ("a hedged reading weighs 1/2", {"strength": Strength.HEDGED}, 0.5),
    ("a reading of low confidence weighs 1/2", {"confidence": 0.49}, 0.5),
    ("a reading on the line of confidence weighs 1", {"confidence": 0.5}, 1.0),
    ("an outlet's own voice read by machine weighs 0", {"own_voice": True}, 0.0),
    ("an outlet's own voice an editor confirmed weighs 2", {"own_voice": True, "verdict": Verdict.CONFIRMED}, 2.0),
    ("a rejected reading weighs 0", {"verdict": Verdict.REJECTED}, 0.0),
    ("a corrected reading weighs 0", {"verdict": Verdict.CORRECTED}, 0.0),
    ("a rejected record weighs 0", {"origin": Origin.RECORD, "verdict": Verdict.REJECTED}, 0.0),
    ("what the newest revision no longer carries weighs 0", {"carried": False}, 0.0),
    ("not carried weighs 0 even if confirmed", {"carried": False, "verdict": Verdict.CONFIRMED}, 0.0),
]


@pytest.mark.parametrize(("_", "properties", "weight"), WEIGHTS, ids=[w[0] for w in WEIGHTS])
def test_weight(_: str, properties: dict[str, object], weight: float) -> None:
    assert weigh(said("reds", A, **properties), CURRENT) == weight


# --- Positions: (clause, statements, stance held, firm, since day, stories) ---

POSITIONS = [
    ("one plain reading holds weakly", [said("x", A, 1)], A, False, 1, 1),
    ("a hedged reading alone holds nothing", [hedged("x", A, 1)], None, False, None, 0),
    ("two hedged readings of two stories hold", [hedged("x", A, 1), hedged("x", A, 2)], A, False, 2, 2),
    ("two hedged readings of one story do not", [hedged("x", A, 1, "s"), hedged("x", A, 2, "s")], None, False, None, 0),
    ("two plain readings of two stories hold firmly", [said("x", A, 1), said("x", A, 2)], A, True, 1, 2),
    ("a hundred copies of one story hold weakly", [said("x", A, i / 100, "s") for i in range(100)], A, False, 0, 1),
    ("a record alone holds firmly", [record("x", D, 1)], D, True, 1, 1),
    (
        "a story counts at its best weight: hedged, then plain",
        [hedged("x", A, 1, "s"), said("x", A, 2, "s")],
        A,
        False,
        2,
        1,
    ),
    (
        "a confirmed copy makes its story firm",
        [said("x", A, 1, "s"), said("x", A, 2, "s", verdict=Verdict.CONFIRMED)],
        A,
        True,
        1,
        1,
    ),
    (
        "a party that changes its mind holds the new stance, weakly",
        [record("x", A, 1), said("x", D, 2)],
        D,
        False,
        2,
        1,
    ),
    (
        "a plain reading clears what had been added for other stances",
        [hedged("x", A, 1), said("x", D, 2), hedged("x", A, 3)],
        D,
        False,
        2,
        1,
    ),
    (
        "a hedged reading clears nothing",
        [said("x", A, 1), hedged("x", D, 2), said("x", A, 3)],
        A,
        True,
        1,
        2,
    ),
    (
        "one hedged reading of another stance changes nothing held",
        [said("x", A, 1), said("x", A, 2), hedged("x", D, 3)],
        A,
        True,
        1,
        2,
    ),
    (
        "firm until another is held: the old sum does not come back",
        [record("x", A, 1), said("x", D, 2), said("x", A, 3)],
        A,
        False,
        3,
        1,
    ),
    (
        "a late reprint of what a party said before it changed its mind changes nothing",
        [said("x", A, 1, "wire"), said("x", D, 2), said("x", A, 3, "wire")],
        D,
        False,
        2,
        1,
    ),
    ("two stances in one instant are unsettled", [said("x", A, 1), said("x", D, 1)], U, False, 1, 2),
    (
        "two records against each other in one instant are firmly unsettled",
        [record("x", A, 1), record("x", D, 1)],
        U,
        True,
        1,
        2,
    ),
    ("one stance twice in one instant adds up", [said("x", A, 1), said("x", A, 1)], A, True, 1, 2),
    (
        "in one instant a hedged other stance does not unsettle",
        [said("x", A, 1), hedged("x", D, 1)],
        A,
        False,
        1,
        1,
    ),
    (
        "rejected statements leave no trace",
        [said("x", D, 1), said("x", A, 2, verdict=Verdict.REJECTED)],
        D,
        False,
        1,
        1,
    ),
]


@pytest.mark.parametrize(
    ("_", "statements", "stance", "firm", "since", "stories"), POSITIONS, ids=[p[0] for p in POSITIONS]
)
def test_position(
    _: str, statements: list[Evidence], stance: Stance | None, firm: bool, since: float | None, stories: int
) -> None:
    for order in (statements, statements[::-1]):
        track = fold(order, CURRENT)
        assert track is not None
        held = track.tally.holding
        assert (held.stance, held.firm, track.tally.stories) == (stance, firm, stories)
        assert held.since == (at(since) if since is not None else None)


def test_last_spoke_is_not_moved_by_a_copy() -> None:
    track = fold([said("x", A, 1, "wire"), said("x", A, 5, "wire")], CURRENT)
    assert track is not None
    assert track.tally.last_spoke == at(1)


def test_silence_changes_nothing() -> None:
    periods = history(said("reds", A, 1), said("blues", D, 2))
    assert periods[-1].begins == at(2)
    assert periods[-1].assessment.status is Status.CONTESTED


# --- Rules: (clause, what is firmly held, status and rule, because) ---

RULES = [
    ("nobody has spoken", {}, "unverified by unverified", ""),
    ("one side only", {"reds": A}, "unverified by unverified", "reds"),
    (
        "several of one mind, none independent",
        {"reds": A, "reds_bloggers": A},
        "unverified by unverified",
        "reds reds-bloggers",
    ),
    ("one independent party is no consensus", {"lab": A, "reds": A}, "unverified by unverified", "lab reds"),
    ("two parties of different stances", {"reds": A, "blues": D}, "contested by contested", "blues reds"),
    ("unsettled differs from affirmed", {"reds": A, "lab": U}, "contested by contested", "lab reds"),
    ("who loses by it affirms", {"blues": A, "reds": A}, "confirmed by admission", "blues"),
    ("who loses by it affirms, against independent denial", {"blues": A, "lab": D}, "confirmed by admission", "blues"),
    ("who gains by it denies", {"reds": D, "blues": D}, "refuted by admission", "reds"),
    ("both against their interest: on to rule 4", {"reds": D, "blues": A}, "contested by contested", "blues reds"),
    (
        "both against their interest, consensus is passed over",
        {"reds": D, "blues": A, "lab": A, "survey": A},
        "contested by contested",
        "blues lab reds survey",
    ),
    (
        "who gains and affirms, who loses and denies, admit nothing",
        {"reds": A, "blues": D},
        "contested by contested",
        "blues reds",
    ),
    (
        "two independent parties affirm, all sides deny",
        {"lab": A, "survey": A, "reds": A, "blues": D},
        "confirmed by consensus",
        "lab survey",
    ),
    ("two independent parties deny", {"lab": D, "survey": D, "reds": A}, "refuted by consensus", "lab survey"),
    (
        "an independent denial breaks it",
        {"lab": A, "survey": A, "observatory": D},
        "contested by contested",
        "lab observatory survey",
    ),
    (
        "an independent unsettled breaks it",
        {"lab": A, "survey": A, "observatory": U},
        "contested by contested",
        "lab observatory survey",
    ),
    ("a party graded D neither makes it", {"lab": A, "gossip": A}, "unverified by unverified", "gossip lab"),
    ("nor breaks it", {"lab": A, "survey": A, "gossip": D}, "confirmed by consensus", "lab survey"),
    (
        "nor does one that cannot be judged",
        {"lab": A, "survey": A, "unjudged": D},
        "confirmed by consensus",
        "lab survey",
    ),
    (
        "an aligned party does not make it",
        {"lab": A, "reds_bloggers": A},
        "unverified by unverified",
        "lab reds-bloggers",
    ),
    (
        "an aligned party does not break it",
        {"lab": D, "survey": D, "reds_bloggers": A},
        "refuted by consensus",
        "lab survey",
    ),
    (
        "an aligned party admits nothing",
        {"reds_bloggers": D, "blues": D},
        "unverified by unverified",
        "blues reds-bloggers",
    ),
]


@pytest.mark.parametrize(("_", "stances", "status", "because"), RULES, ids=[r[0] for r in RULES])
def test_rule(_: str, stances: dict[str, Stance], status: str, because: str) -> None:
    found = assess(firmly(**stances), None, SIDES, CURRENT)
    assert f"{found.status} by {found.rule}" == status
    assert [voice.party for voice in found.because] == because.split()


def test_of_two_losers_one_may_break_the_others_admission() -> None:
    terms = Terms(
        frozenset({"reds"}), frozenset({"blues", "greens"}), (Standing("blues", "C"), Standing("greens", "C"))
    )
    sides = Sides.of(terms, CURRENT)
    assert assess(firmly(blues=A), None, sides, CURRENT).rule is Rule.ADMISSION
    assert assess(firmly(blues=A, greens=A), None, sides, CURRENT).rule is Rule.ADMISSION
    assert assess(firmly(blues=A, greens=U), None, sides, CURRENT).rule is Rule.CONTESTED


def test_a_weak_admission_settles_nothing() -> None:
    assert conclude(said("reds", A, 1), said("blues", A, 2)).status is Status.UNVERIFIED
    assert conclude(said("reds", A, 1), said("blues", A, 2), said("blues", A, 3)).status is Status.CONFIRMED


def test_what_was_firmly_held_settles_until_the_party_is_firm_again() -> None:
    firm = [said("blues", A, 1), said("blues", A, 2)]
    assert conclude(*firm, said("blues", D, 3)).rule is Rule.ADMISSION
    assert conclude(*firm, said("blues", D, 3), said("blues", D, 4)).status is Status.UNVERIFIED


def test_rule_four_looks_at_what_is_held_now() -> None:
    found = conclude(record("gossip", A, 1), record("reds", A, 1), said("gossip", D, 2))
    assert found == Assessment(Status.CONTESTED, Rule.CONTESTED, (Voice("gossip", D), Voice("reds", A)))


def test_dissent_is_who_was_overridden() -> None:
    found = assess(firmly(lab=D, survey=D, reds=A, reds_bloggers=U, blues=D), None, SIDES, CURRENT)
    assert found.dissent == (Voice("reds", A), Voice("reds-bloggers", U))


def test_a_decision_outranks_the_policy_from_its_date_until_it_is_lifted() -> None:
    statements = [record("reds", A, 0), record("blues", D, 1)]
    ruling = Ruling(1, Status.REFUTED, at(2), at(5))
    told = [(p.begins, p.assessment.status, p.assessment.rule) for p in history(*statements, rulings=(ruling,))]
    assert told == [
        (None, Status.UNVERIFIED, Rule.UNVERIFIED),
        (at(0), Status.UNVERIFIED, Rule.UNVERIFIED),
        (at(1), Status.CONTESTED, Rule.CONTESTED),
        (at(2), Status.REFUTED, Rule.DECISION),
        (at(5), Status.CONTESTED, Rule.CONTESTED),
    ]


def test_of_two_decisions_the_later_made_one_holds() -> None:
    rulings = (Ruling(1, Status.REFUTED, at(1)), Ruling(2, Status.CONFIRMED, at(3), at(4)))
    told = [(p.begins, p.assessment.status) for p in history(rulings=rulings)]
    assert told == [
        (None, Status.UNVERIFIED),
        (at(1), Status.REFUTED),
        (at(3), Status.CONFIRMED),
        (at(4), Status.REFUTED),
    ]


def test_since_runs_through_periods_of_one_status() -> None:
    periods = history(said("reds", A, 1), said("blues", D, 2), said("lab", U, 3))
    assert [(p.begins, p.since) for p in periods if p.assessment.status is Status.CONTESTED] == [
        (at(2), at(2)),
        (at(3), at(2)),
    ]


# --- What is pending, what would change it ---


def pending(*statements: Evidence) -> list[tuple[str, Stance, Status, str]]:
    tallies = [track.tally for track in follow(statements, CURRENT)]
    return [(p.party, p.stance, p.status, p.needs) for p in find_pending(tallies, None, TERMS, CURRENT)]


def test_a_weak_admission_is_pending_a_second_story() -> None:
    assert pending(record("reds", A, 1), record("lab", D, 1), said("blues", A, 2)) == [
        ("blues", A, Status.CONFIRMED, "story")
    ]


def test_a_hedged_denial_is_pending_a_second_story() -> None:
    assert ("blues", D, Status.CONTESTED, "story") in pending(record("reds", A, 1), hedged("blues", D, 2))


def test_an_own_voice_is_pending_an_editor() -> None:
    outlet = said("survey", D, 2, own_voice=True)
    assert pending(record("reds", A, 1), outlet) == [("survey", D, Status.CONTESTED, "editor")]


def test_nothing_is_pending_where_all_is_firm() -> None:
    assert pending(record("reds", A, 1), record("blues", D, 1)) == []


def test_shifts_name_each_change_of_mind_that_would_tell() -> None:
    shifts = find_shifts(firmly(reds=A, blues=D), None, TERMS, CURRENT)
    assert {(s.party, s.stance, s.status) for s in shifts} == {
        ("blues", A, Status.CONFIRMED),
        ("reds", D, Status.REFUTED),
    }


def test_shifts_ask_about_parties_that_have_said_nothing() -> None:
    shifts = find_shifts([], None, TERMS, CURRENT)
    assert {(s.party, s.stance, s.status) for s in shifts} == {
        ("blues", A, Status.CONFIRMED),
        ("reds", D, Status.REFUTED),
    }


def test_under_a_decision_no_change_of_mind_tells() -> None:
    assert find_shifts(firmly(reds=A, blues=D), Status.CONFIRMED, TERMS, CURRENT) == ()
