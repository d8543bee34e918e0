"""The timeline: what parties held over time, and editors' decisions, drawn into periods of one assessment each."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from claims.assessment.policy import Policy, Sides, assess
from claims.assessment.positions import Track, fold
from claims.assessment.values import Evidence, Holding, Period, Ruling, Terms
from claims.words import Status

# Stands for the latest valid moment: what is in force until further notice is in force then.
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def follow(statements: Iterable[Evidence], policy: Policy) -> tuple[Track, ...]:
    """Fold the statements on one claim, in any order, into the track of each party, by party."""
    by_party: dict[str, list[Evidence]] = {}
    for evidence in statements:
        by_party.setdefault(evidence.party, []).append(evidence)
    tracks = (fold(by_party[party], policy) for party in sorted(by_party))
    return tuple(track for track in tracks if track is not None)


def draw(
    holdings: Iterable[Holding],
    rulings: Sequence[Ruling],
    terms: Terms,
    policy: Policy,
    *,
    begins: datetime | None = None,
    since: datetime | None = None,
) -> tuple[Period, ...]:
    """Draw the periods of a claim from what its parties held, in any order, and the decisions on it.

    Without `begins` the whole of time is drawn, the first period being without a beginning. With it, only
    what follows: give every party's holding in force then and all later ones, and the moment `since` when
    the status of that first period began.
    """
    sides = Sides.of(terms, policy)
    ordered = sorted(holdings, key=lambda h: (h.begins, h.party))
    moments = {h.begins for h in ordered}
    for ruling in rulings:
        moments.add(ruling.effective_from)
        if ruling.lifted_at is not None:
            moments.add(ruling.lifted_at)
    later = sorted(m for m in moments if begins is None or m > begins)

    in_force: dict[str, Holding] = {}
    periods: list[Period] = []
    index = 0
    for moment in (begins, *later):
        while moment is not None and index < len(ordered) and ordered[index].begins <= moment:
            in_force[ordered[index].party] = ordered[index]
            index += 1
        assessment = assess(in_force.values(), ruling_at(moment, rulings), sides, policy)
        if periods and periods[-1].assessment == assessment:
            continue
        if not periods:
            periods.append(Period(moment, assessment, since))
        else:
            same = periods[-1].assessment.status is assessment.status
            periods.append(Period(moment, assessment, periods[-1].since if same else moment))
    return tuple(periods)


def ruling_at(moment: datetime | None, rulings: Sequence[Ruling]) -> Status | None:
    """The status of the decision in force at a valid moment; of several, the one made last.

    None stands for the beginning of time, when nothing had been decided.
    """
    if moment is None:
        return None
    in_force = [r for r in rulings if r.effective_from <= moment and (r.lifted_at is None or moment < r.lifted_at)]
    return max(in_force, key=lambda r: r.id).status if in_force else None
