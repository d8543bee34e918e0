"""Why a status is what it is: what is pending, and which change of mind would change it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from claims.assessment.policy import Policy, Sides, assess
from claims.assessment.values import Assessment, Holding, Pending, Shift, Stake, Tally, Terms, Voice
from claims.words import Rule, Stance, Status, Verdict

# A supposed change of mind has no date, and the rules look at none.
SOME_MOMENT = datetime.min.replace(tzinfo=UTC)


def find_pending(tallies: Iterable[Tally], ruling: Status | None, terms: Terms, policy: Policy) -> tuple[Pending, ...]:
    """Readings that would change the status if a second story or an editor bore them out, by party and stance."""
    tallies = tuple(tallies)
    sides = Sides.of(terms, policy)
    held = {t.holding.party: t.holding for t in tallies}
    now = assess(held.values(), ruling, sides, policy).status
    # Of a hundred outlets that stand alike on a claim and say the same, the same follows: ask once.
    follows: dict[object, Status] = {}
    found: list[Pending] = []
    for tally in sorted(tallies, key=lambda t: t.holding.party):
        for stance in Stance:
            weight = tally.sum_of(stance).weight
            if weight >= policy.firm or not (weight > 0 or stance in tally.offered):
                continue
            options = [("story", weight + min(weight, policy.plain)), ("editor", policy.firm)]
            for needs, would_weigh in options if weight > 0 else options[1:]:
                if would_weigh < policy.hold:
                    continue
                would_hold = _if_held(tally.holding, stance, firm=would_weigh >= policy.firm)
                alike = (sides.place_of(would_hold.party), _stances(tally.holding), _stances(would_hold))
                if alike not in follows:
                    follows[alike] = assess([*_others(held, tally), would_hold], ruling, sides, policy).status
                status = follows[alike]
                if status is not now:
                    found.append(Pending(tally.holding.party, stance, status, needs))
                    break
    return tuple(found)


def find_stakes(tallies: Iterable[Tally], ruling: Status | None, terms: Terms, policy: Policy) -> tuple[Stake, ...]:
    """Which readings an editor's word on may turn the status, by party, stance and verdict; none under a decision.

    It goes by the count of each party, not by its statements, and misses none that a word does turn. What a word on one
    reading gives, only folding that party anew can tell; `status` is what follows in the likeliest case.
    """
    tallies = tuple(tallies)
    # Where every party is borne out by many, as in most of what is stored, there is nothing to ask.
    asked = [(t, words) for t in tallies if ruling is None and (words := _list_words(t, policy))]
    if not asked:
        return ()
    sides = Sides.of(terms, policy)
    held = {t.holding.party: t.holding for t in tallies}
    now = assess(held.values(), None, sides, policy).status
    follows: dict[object, Status] = {}
    found: list[Stake] = []
    for tally, words in sorted(asked, key=lambda one: one[0].holding.party):
        place, others = sides.place_of(tally.holding.party), _others(held, tally)

        def follow(would_hold: Holding, tally: Tally = tally, place: object = place, others: Any = others) -> Status:
            alike = (place, _stances(tally.holding), _stances(would_hold))
            if alike not in follows:
                follows[alike] = assess([*others, would_hold], None, sides, policy).status
            return follows[alike]

        # A word may bring back whatever the party held before, firmly or not.
        outcomes = (replace(tally.holding, stance=s, settled=f) for s in (None, *Stance) for f in (None, *Stance))
        if any(follow(would_hold) is not now for would_hold in outcomes):
            found += [Stake(tally.holding.party, s, v, follow(_likeliest(tally, s, v, policy))) for s, v in words]
    return tuple(found)


def _list_words(tally: Tally, policy: Policy) -> list[tuple[Stance, Verdict]]:
    """The words of an editor after which a party may hold something else.

    A stance that is firm even without the story that bears most on it is shaken only by a word on what stands against
    it.
    """
    held = tally.holding
    words = [(stance, verdict) for stance in Stance for verdict in (Verdict.CONFIRMED, Verdict.REJECTED)]
    if held.stance is None or not held.firm or tally.sum_of(held.stance).weight - policy.vouched < policy.firm:
        return words
    against = ({s.stance for s in tally.sums} | tally.offered) - {held.stance}
    return [(stance, verdict) for stance, verdict in words if stance in against]


def _likeliest(tally: Tally, stance: Stance, verdict: Verdict, policy: Policy) -> Holding:
    """What a party holds after a word on a reading of a stance, if it is the newest or bears most on it."""
    held, one = tally.holding, tally.sum_of(stance)
    if verdict is Verdict.CONFIRMED:
        return _if_held(held, stance, firm=True)
    if stance is not held.stance:
        return held
    left = one.weight - (policy.hedged if one.weight <= one.stories * policy.hedged else policy.plain)
    settled = None if held.settled is stance and left < policy.firm else held.settled
    if left < policy.hold:
        return replace(held, stance=None, since=None, firm=False, settled=settled)
    return replace(held, firm=held.firm and left >= policy.firm, settled=settled)


def find_shifts(holdings: Iterable[Holding], ruling: Status | None, terms: Terms, policy: Policy) -> tuple[Shift, ...]:
    """What would change the status: each single party's firm change of stance that would give another one.

    Parties that gain or lose are asked about even if they have said nothing yet. Under a decision nothing
    a party says changes the status, so the answer is empty.
    """
    sides = Sides.of(terms, policy)
    held = {h.party: h for h in holdings}
    now = assess(held.values(), ruling, sides, policy).status
    shifts: list[Shift] = []
    for party in sorted(held.keys() | terms.gains | terms.loses):
        others = [h for p, h in held.items() if p != party]
        for stance in Stance:
            before = held.get(party)
            if before is not None and before.stance is stance and before.firm:
                continue
            would = Holding(party, SOME_MOMENT, stance, SOME_MOMENT, True, stance)
            status = assess([*others, would], ruling, sides, policy).status
            if status is not now:
                shifts.append(Shift(party, stance, status))
    return tuple(shifts)


def word_reason(assessment: Assessment, titles: Mapping[str, str]) -> str:
    """Say in one English sentence why the status is what it is; `titles` gives each party's name by its slug."""
    if assessment.rule is Rule.DECISION:
        return "An editor decided it."
    if assessment.rule is Rule.ADMISSION:
        names, speakers = _list_names(assessment.because, titles), len(assessment.because)
        whose = "its" if speakers == 1 else "their"
        return f"{names} {_say(assessment.because[0].stance, speakers)}, against {whose} own interest."
    if assessment.rule is Rule.CONSENSUS:
        names = _list_names(assessment.because, titles)
        return f"{names}, independent of both sides, {_say(assessment.because[0].stance, len(assessment.because))}."
    if not assessment.because:
        return "Nobody has taken a position."
    sides = []
    for stance in Stance:
        voices = [v for v in assessment.because if v.stance is stance]
        if voices:
            sides.append(f"{_list_names(voices, titles)} {_say(stance, len(voices))}")
    return f"{'One side only: ' if len(sides) == 1 else ''}{'; '.join(sides)}."


def _say(stance: Stance, speakers: int) -> str:
    one, several = {
        Stance.AFFIRMS: ("affirms it", "affirm it"),
        Stance.DENIES: ("denies it", "deny it"),
        Stance.UNSETTLED: ("says it is not settled", "say it is not settled"),
    }[stance]
    return one if speakers == 1 else several


def _list_names(voices: Iterable[Voice], titles: Mapping[str, str]) -> str:
    names = [titles.get(v.party, v.party) for v in voices]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _if_held(holding: Holding, stance: Stance, firm: bool) -> Holding:
    firm = firm or (holding.stance is stance and holding.firm)
    return replace(holding, stance=stance, firm=firm, settled=stance if firm else holding.settled)


def _stances(holding: Holding) -> tuple[Stance | None, Stance | None]:
    return holding.stance, holding.settled


def _others(held: dict[str, Holding], tally: Tally) -> list[Holding]:
    return [h for party, h in held.items() if party != tally.holding.party]
