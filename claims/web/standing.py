"""How a claim stands: its status and why, who holds what, what is pending and what would change it.

The page of now reads the ledger's last line and the kept positions, so it costs the same on a claim of ten statements
and of a million; a past account is computed by the pipeline from all that was known then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from claims.assessment import (
    POLICIES,
    Sides,
    Terms,
)
from claims.models import Claim, Decision
from claims.pipeline import view_claim
from claims.showing.moments import Moments
from claims.showing.statements import ShownStatement, latest_statements
from claims.showing.wording import Named, name_claim, say_pending, say_reason, say_shifts, say_sides
from claims.words import Rule, Stance, Status


@dataclass(frozen=True, slots=True)
class ShownPosition:
    """What a party holds, and the last words that bear it out.

    `stake` says what the claim's truth means to it: "gains", "loses", "aligned" with a party that does, or nothing.
    """

    party: Named
    stance: Stance
    firm: bool
    since: datetime
    last_spoke: datetime | None
    stories: int
    stake: str
    latest: ShownStatement | None


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim as of a moment. `known` is False where nothing was known of it yet; then the rest says nothing.

    `since` is the moment at which the status began, None for from the beginning. `rationale` is the editor's, where
    a decision is in force.
    """

    claim: Named
    known: bool
    status: Status
    rule: Rule
    since: datetime | None
    reason: str
    dissent: str
    rationale: str
    positions: tuple[ShownPosition, ...]
    pending: tuple[str, ...]
    shifts: tuple[str, ...]
    policy_version: int


def show_claim(claim: Claim, decisions: Sequence[Decision], moments: Moments) -> ShownClaim:
    """A claim with all that its status rests on, as of the moments asked for; `decisions` are those known then."""
    view = view_claim(claim, moments.as_of, moments.known_at)
    if view is None:
        return ShownClaim(name_claim(claim), False, Status.UNVERIFIED, Rule.UNVERIFIED, None, "", "", "", (), (), (), 0)
    assessment, terms = view.period.assessment, view.terms
    holdings = [t.holding for t in view.tallies]
    held = {h.party: h.stance for h in holdings if h.stance is not None}
    spoken_of = {
        *(v.party for v in (*assessment.because, *assessment.dissent)),
        *(p.party for p in view.pending),
        *(s.party for s in view.shifts),
    }
    names, latest = latest_statements(claim.pk, spoken_of, held, moments)
    sides = Sides.of(terms, POLICIES[terms.policy_version])
    positions = [
        ShownPosition(
            party=names[t.holding.party],
            stance=t.holding.stance,
            firm=t.holding.firm,
            since=t.holding.since,
            last_spoke=t.last_spoke,
            stories=t.stories,
            stake=_stake(t.holding.party, terms, sides),
            latest=latest.get(t.holding.party),
        )
        for t in view.tallies
        if t.holding.stance is not None and t.holding.since is not None
    ]
    # Sides that face each other are read best together; within a side, who speaks of it longest comes first.
    positions.sort(key=lambda p: (list(Stance).index(p.stance), p.since, p.party.slug))
    return ShownClaim(
        claim=name_claim(claim),
        known=True,
        status=assessment.status,
        rule=assessment.rule,
        since=view.period.since,
        reason=say_reason(assessment, names),
        dissent=say_sides(assessment.dissent, names),
        rationale=_rationale(decisions, moments) if assessment.rule is Rule.DECISION else "",
        positions=tuple(positions),
        pending=tuple(say_pending(p, names) for p in view.pending),
        shifts=say_shifts(view.shifts, names),
        policy_version=terms.policy_version,
    )


def load_decisions(claim: Claim, known_at: datetime | None) -> tuple[Decision, ...]:
    """The editors' decisions on a claim as known at a moment (None: now), with lifts made known later left out."""
    decisions = Decision.objects.filter(claim=claim)
    if known_at is not None:
        decisions = decisions.filter(recorded_at__lte=known_at)
    found = tuple(decisions.order_by("pk"))
    for decision in found:
        if known_at is not None and decision.lift_recorded_at is not None and decision.lift_recorded_at > known_at:
            decision.lifted_at = decision.lift_recorded_at = None
            decision.lift_rationale = ""
    return found


def _stake(party: str, terms: Terms, sides: Sides) -> str:
    if party in terms.gains:
        return "gains"
    if party in terms.loses:
        return "loses"
    return "aligned" if party in sides.interested else ""


def _rationale(decisions: Sequence[Decision], moments: Moments) -> str:
    """The rationale of the decision in force: of several the one made last, as the policy has it."""
    moment = moments.as_of or datetime.max.replace(tzinfo=UTC)
    in_force = [d for d in decisions if d.effective_from <= moment and (d.lifted_at is None or moment < d.lifted_at)]
    return in_force[-1].rationale if in_force else ""
