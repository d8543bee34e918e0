"""A claim as of a moment: now from what is kept, and at any other from what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from claims.assessment import (
    POLICIES,
    Pending,
    Period,
    Shift,
    Tally,
    Terms,
    draw,
    find_pending,
    find_shifts,
    follow,
)
from claims.models import Claim
from claims.models.writing import Sql, run
from claims.pipeline.before import LAST, LATEST, read_last, read_latest
from claims.pipeline.facts import ask_terms, load_claim_evidence, load_rulings, load_terms, read_terms
from claims.words import Rule


@dataclass(frozen=True, slots=True)
class View:
    """A claim as of a moment: the period that holds, where every party's count stands, and what would change it.

    `terms` are those on which it was assessed.
    """

    claim: str
    terms: Terms
    period: Period
    tallies: tuple[Tally, ...]
    pending: tuple[Pending, ...]
    shifts: tuple[Shift, ...]


def view_claim(claim: Claim, as_of: datetime | None = None, known_at: datetime | None = None) -> View | None:
    """A claim as it was at a valid moment by what was known at a recorded one (None: now); None if it was not known.

    For now it reads the ledger's last line and the latest position of each party, and costs the same on a claim of ten
    statements and of a million; for any other moment it folds all that was said and known by then.
    """
    if as_of is None and known_at is None:
        return _view_now(claim)
    terms = load_terms([claim.pk], known_at).get(claim.pk)
    if terms is None:
        return None
    policy = POLICIES[terms.policy_version]
    rulings = load_rulings([claim.pk], known_at).get(claim.pk, [])
    if as_of is not None:
        rulings = [r for r in rulings if r.effective_from <= as_of]
    said = [e for e in load_claim_evidence(claim, known_at) if as_of is None or e.said_at <= as_of]
    tracks = follow(said, policy)
    holdings = [holding for track in tracks for holding in track.holdings]
    periods = draw(holdings, rulings, terms, policy)
    # A decision may have been lifted after the moment asked for.
    period = [p for p in periods if as_of is None or p.begins is None or p.begins <= as_of][-1]
    return _look(claim, terms, period, [track.tally for track in tracks])


def _view_now(claim: Claim) -> View | None:
    given = {"claims": [claim.pk]}
    told, lines, positions = run(ask_terms([claim.pk]), Sql(LAST, given), Sql(LATEST, given))
    terms = read_terms(told).get(claim.pk)
    if terms is None or not lines:
        return None
    latest = read_latest(positions).get(claim.pk, {})
    return _look(claim, terms, read_last(lines[0]).period, [latest[party].tally for party in sorted(latest)])


def _look(claim: Claim, terms: Terms, period: Period, tallies: Sequence[Tally]) -> View:
    """Complete a view by what is pending and what would change it."""
    policy = POLICIES[terms.policy_version]
    ruling = period.assessment.status if period.assessment.rule is Rule.DECISION else None
    return View(
        claim=claim.slug,
        terms=terms,
        period=period,
        tallies=tuple(tallies),
        pending=find_pending(tallies, ruling, terms, policy),
        shifts=find_shifts((t.holding for t in tallies), ruling, terms, policy),
    )
