"""Why a status is what it is: what is pending, and which change of mind would change it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

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
    """Which readings an editor's word on would turn the status, by party, stance and verdict; none under a decision.

    It goes by the count of each party, not by its statements: to confirm is asked of the newest reading of a stance, to
    reject of the one that bears most on the stance now held, what the party held before it being taken as nothing.
    So it tells where to look; what a word on one reading gives, only folding that party anew can tell to the letter.
    """
    tallies = tuple(tallies)
    # Where every party is borne out by many, as in most of what is stored, there is nothing to ask.
    given = {t.holding.party: (t, words) for t in tallies if ruling is None and (words := _what_words_give(t, policy))}
    if not given:
        return ()
    sides = Sides.of(terms, policy)
    held = {t.holding.party: t.holding for t in tallies}
    now = assess(held.values(), None, sides, policy).status
    follows: dict[object, Status] = {}
    found: list[Stake] = []
    for party, (tally, words) in sorted(given.items()):
        place = sides.place_of(party)
        for stance, verdict, would_hold in words:
            alike = (place, _stances(tally.holding), _stances(would_hold))
            if alike not in follows:
                follows[alike] = assess([*_others(held, tally), would_hold], None, sides, policy).status
            if follows[alike] is not now:
                found.append(Stake(tally.holding.party, stance, verdict, follows[alike]))
    return tuple(found)


def _what_words_give(tally: Tally, policy: Policy) -> list[tuple[Stance, Verdict, Holding]]:
    """What a party would hold after a word on one of its readings, where that is another stance or firmness."""
    held = tally.holding
    given: list[tuple[Stance, Verdict, Holding]] = []
    for stance in sorted({s.stance for s in tally.sums} | tally.offered):
        one = tally.sum_of(stance)
        if one.weight < policy.firm and (one.weight > 0 or stance in tally.offered):
            given.append((stance, Verdict.CONFIRMED, _if_held(held, stance, firm=True)))
        if stance is not held.stance or one.weight == 0 or (one.stories == 1 and one.weight >= policy.vouched):
            continue  # no reading bears on what is held, or a vouched statement alone
        heaviest = policy.hedged if one.weight <= one.stories * policy.hedged else policy.plain
        left = one.weight - heaviest
        if left < policy.hold:
            settled = None if held.settled is stance else held.settled
            nothing = replace(held, stance=None, since=None, firm=False, settled=settled)
            given.append((stance, Verdict.REJECTED, nothing))
        elif left < policy.firm <= one.weight:
            settled = None if held.settled is stance else held.settled
            given.append((stance, Verdict.REJECTED, replace(held, firm=False, settled=settled)))
    return given


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
