"""Replay: any account of a claim computed anew from what it rests on, and compared with what the ledger says.

Nothing here reads a cache: only statements, reviews, withdrawals, decisions and terms, as known at a moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from claims import ledger
from claims.assessment import (
    END_OF_TIME,
    POLICIES,
    Evidence,
    Pending,
    Period,
    Shift,
    Tally,
    Terms,
    draw,
    find_pending,
    find_shifts,
    follow,
    ruling_at,
)
from claims.models import Claim, Position, StatusPeriod
from claims.pipeline.facts import load_evidence, load_rulings, load_terms, read_holding, read_tally


@dataclass(frozen=True, slots=True)
class View:
    """A claim as of a moment: the period that holds, where every party's count stands, and what would change it."""

    claim: str
    period: Period
    tallies: tuple[Tally, ...]
    pending: tuple[Pending, ...]
    shifts: tuple[Shift, ...]


def replay_claim(claim: Claim, known_at: datetime | None = None) -> tuple[Period, ...]:
    """All periods of a claim as they follow from what was known at a moment (None: now); none if it was not known."""
    terms = load_terms([claim.pk], known_at).get(claim.pk)
    if terms is None:
        return ()
    policy = POLICIES[terms.policy_version]
    tracks = follow(_evidence(claim, known_at), policy)
    holdings = [holding for track in tracks for holding in track.holdings]
    return draw(holdings, load_rulings([claim.pk], known_at).get(claim.pk, ()), terms, policy)


def view_claim(claim: Claim, as_of: datetime | None = None, known_at: datetime | None = None) -> View | None:
    """A claim as it was at a valid moment by what was known at a recorded one (None: now); None if it was not known."""
    terms = load_terms([claim.pk], known_at).get(claim.pk)
    if terms is None:
        return None
    policy = POLICIES[terms.policy_version]
    rulings = load_rulings([claim.pk], known_at).get(claim.pk, [])
    if as_of is not None:
        rulings = [r for r in rulings if r.effective_from <= as_of]
    said = [e for e in _evidence(claim, known_at) if as_of is None or e.said_at <= as_of]
    tracks = follow(said, policy)
    holdings = [holding for track in tracks for holding in track.holdings]
    periods = [p for p in draw(holdings, rulings, terms, policy) if as_of is None or _began(p, as_of)]
    tallies = tuple(track.tally for track in tracks)
    ruling = ruling_at(as_of or END_OF_TIME, rulings)
    return View(
        claim=claim.slug,
        period=periods[-1],
        tallies=tallies,
        pending=find_pending(tallies, ruling, terms, policy),
        shifts=find_shifts((t.holding for t in tallies), ruling, terms, policy),
    )


def find_differences(claim: Claim, known_at: datetime | None = None) -> Iterator[str]:
    """Say where the ledger, or a cache drawn from it, differs from a replay; nothing where it is exact."""
    lines = list(StatusPeriod.objects.filter(claim=claim).known_at(known_at).in_order())
    stood = tuple(ledger.read_period(line) for line in lines)
    replayed = replay_claim(claim, known_at)
    if stood != replayed:
        yield f"{claim.slug}: the ledger has {_show(stood)}, a replay gives {_show(replayed)}"
    if known_at is not None or not replayed:
        return
    now = replayed[-1]
    if (claim.status, claim.rule, claim.status_since) != (now.assessment.status, now.assessment.rule, now.since):
        yield f"{claim.slug}: the claim says {claim.status} by {claim.rule}, a replay gives {_show((now,))}"
    yield from _find_stale_positions(claim, load_terms([claim.pk])[claim.pk])


def _find_stale_positions(claim: Claim, terms: Terms) -> Iterator[str]:
    tracks = {
        track.tally.holding.party: track for track in follow(_evidence(claim, None), POLICIES[terms.policy_version])
    }
    rows: dict[str, list[Position]] = {}
    for row in Position.objects.filter(claim=claim).select_related("party").order_by("begins"):
        rows.setdefault(row.party.slug, []).append(row)
    for party in sorted(tracks.keys() | rows.keys()):
        track, kept = tracks.get(party), rows.get(party, [])
        holdings = tuple(read_holding(row, party) for row in kept)
        tally = read_tally(kept[-1], party) if kept else None
        if track is None or holdings != track.holdings or tally != track.tally:
            yield f"{claim.slug}: the position kept for {party} is not what its statements give"


def _evidence(claim: Claim, known_at: datetime | None) -> list[Evidence]:
    return load_evidence("s.claim_id = %(claim)s", {"claim": claim.pk}, known_at).get(claim.pk, [])


def _began(period: Period, moment: datetime) -> bool:
    return period.begins is None or period.begins <= moment


def _show(periods: tuple[Period, ...]) -> str:
    if not periods:
        return "nothing"
    return ", ".join(
        f"{p.assessment.status} by {p.assessment.rule} from {p.begins.isoformat() if p.begins else 'the beginning'}"
        for p in periods
    )
