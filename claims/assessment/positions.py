"""Positions: a party's statements, in order of `said_at`, folded into what it holds and how firmly.

`fold` reads a party's whole history; `advance` takes in only what is later, so that a new statement costs
the same on a claim of ten statements and of a million. Both give the same answer by construction: `fold`
is an `advance` from nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from claims.assessment.policy import Policy, weigh
from claims.assessment.values import Counted, Evidence, Holding, Sum, Tally
from claims.words import Stance


@dataclass(frozen=True, slots=True)
class Track:
    """A party's way through time: each new thing it held, in order, and where its count stands at the end."""

    holdings: tuple[Holding, ...]
    tally: Tally


def fold(statements: Iterable[Evidence], policy: Policy) -> Track | None:
    """Fold all statements of one party on one claim, in any order, into its track; None if none can count.

    A statement that is rejected, withdrawn or no longer carried leaves no trace; an outlet's own voice that
    no editor confirmed is only noted as offered.
    """
    return advance(None, statements, (), policy)


def advance(
    tally: Tally | None, statements: Iterable[Evidence], counted: Iterable[Counted], policy: Policy
) -> Track | None:
    """Take in what one party said later than all it was heard to say before.

    `counted` are stories already added up for this party, of those the new statements stand in. Returns the new
    holdings and where the count stands now; None if there is neither an old count nor a statement that can count.
    Raises ValueError for a statement not after the last instant heard: then the whole history must be folded.
    """
    heard = [e for e in statements if weigh(e, policy) > 0 or is_offered(e, policy)]
    heard.sort(key=attrgetter("said_at"))
    if tally is not None and heard and heard[0].said_at <= tally.heard:
        raise ValueError("a statement that is not after the last one heard needs the whole history")
    known = {(c.stance, c.story): c.weight for c in counted}
    holdings: list[Holding] = []
    for at, group in groupby(heard, key=attrgetter("said_at")):
        together = tuple(group)
        before = tally.holding if tally else None
        tally = _hear(tally, at, together, known, policy)
        if tally.holding != before:
            holdings.append(tally.holding)
        for evidence in together:
            key = (evidence.stance, evidence.story)
            known[key] = max(known.get(key, 0.0), weigh(evidence, policy))
    return Track(tuple(holdings), tally) if tally else None


def absorb(tally: Tally, statements: Iterable[Evidence], counted: Iterable[Counted], policy: Policy) -> Tally | None:
    """Take in what a party said earlier than it was last heard, where that changes only its count, not what it holds.

    So it is with a copy of what was counted before, and with one more story for a stance that was held firmly by then
    and against which nothing stands added up. Returns the new tally, the same that folding the whole history would
    give; None where only folding can tell.
    """
    known = {(c.stance, c.story): c for c in counted}
    told = {c.story for c in known.values()}
    for evidence in sorted(statements, key=attrgetter("said_at")):
        weight = weigh(evidence, policy)
        if weight == 0:
            if is_offered(evidence, policy):
                if evidence.said_at < tally.holding.begins:
                    return None
                tally = replace(tally, offered=tally.offered | {evidence.stance})
            continue
        before = known.get((evidence.stance, evidence.story))
        if before is not None and before.weight >= weight and before.said_at <= evidence.said_at:
            continue
        held = tally.holding
        unopposed = all(s.stance is evidence.stance for s in tally.sums)
        if not (held.stance is evidence.stance and held.firm and held.begins < evidence.said_at and unopposed):
            return None
        if evidence.story in told:
            return None
        had = tally.sum_of(evidence.stance)
        spoke = max(evidence.said_at, tally.last_spoke or evidence.said_at)
        added = Sum(evidence.stance, had.weight + weight, had.stories + 1)
        tally = replace(tally, sums=(added,), last_spoke=spoke)
        known[evidence.stance, evidence.story] = Counted(evidence.stance, evidence.story, weight, evidence.said_at)
        told.add(evidence.story)
    return tally


def is_offered(evidence: Evidence, policy: Policy) -> bool:
    """Whether a statement weighs nothing yet, but would if an editor confirmed it."""
    return evidence.carried and evidence.verdict is None and evidence.own_voice and weigh(evidence, policy) == 0


def _hear(
    tally: Tally | None,
    at: datetime,
    statements: Sequence[Evidence],
    counted: Mapping[tuple[Stance, str], float],
    policy: Policy,
) -> Tally:
    party = statements[0].party
    tally = tally or Tally(Holding(party, at), at)
    offered = tally.offered | {e.stance for e in statements if is_offered(e, policy)}

    # Copies never add up: within the instant and against all before, each story counts once, at its best.
    best: dict[tuple[Stance, str], float] = {}
    for evidence in statements:
        key = (evidence.stance, evidence.story)
        best[key] = max(best.get(key, 0.0), weigh(evidence, policy))
    news = {key: weight for key, weight in best.items() if weight > counted.get(key, 0.0)}
    if not news:
        return replace(tally, heard=at, offered=offered)

    clearing = {stance for (stance, _), weight in news.items() if weight >= policy.plain}
    sums: dict[Stance, Sum] = {
        s.stance: s for s in tally.sums if not any(stance is not s.stance for stance in clearing)
    }
    for (stance, story), weight in sorted(news.items()):
        prior = counted.get((stance, story), 0.0)
        had = sums.get(stance, Sum(stance, 0.0, 0))
        sums[stance] = Sum(stance, had.weight + weight - prior, had.stories + (prior == 0.0 or had.stories == 0))

    reached = sorted({stance for stance, _ in news if sums[stance].weight >= policy.hold})
    if len(reached) > 1:
        # It would hold two stances at once: it holds `unsettled`, as firmly as the weaker of the sides is borne out.
        weight = sorted(sums[stance].weight for stance in reached)[-2]
        told = len({story for stance, story in news if stance in reached})
        sums = {Stance.UNSETTLED: Sum(Stance.UNSETTLED, weight, told)}
        reached = [Stance.UNSETTLED]
    held = tally.holding
    if reached:
        held = _take(held, reached[0], at, firmly=sums[reached[0]].weight >= policy.firm)
    return Tally(held, at, tuple(sums[stance] for stance in sorted(sums)), at, offered)


def _take(held: Holding, stance: Stance, at: datetime, firmly: bool) -> Holding:
    """What the party holds after it took this stance; the same holding if nothing about it changed."""
    firm = firmly or (held.stance is stance and held.firm)
    settled = stance if firm else held.settled
    since = held.since if held.stance is stance else at
    if (held.stance, held.firm, held.settled) == (stance, firm, settled):
        return held
    return Holding(held.party, at, stance, since, firm, settled)
