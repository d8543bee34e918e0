"""Replay: any account of a claim computed anew from what it rests on, and compared with what the ledger says.

Nothing here reads a cache: only statements, reviews, withdrawals, decisions and terms, as known at a moment.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from claims.assessment import END_OF_TIME, POLICIES, Period, draw, find_pending, find_stakes, follow, ruling_at
from claims.models import Claim, Position, StatusPeriod
from claims.pipeline.facts import load_claim_evidence, load_rulings, load_terms, read_holding, read_tally
from claims.serializers import status_document


def replay_claim(claim: Claim, known_at: datetime | None = None) -> tuple[Period, ...]:
    """All periods of a claim as they follow from what was known at a moment (None: now); none if it was not known."""
    terms = load_terms([claim.pk], known_at).get(claim.pk)
    if terms is None:
        return ()
    policy = POLICIES[terms.policy_version]
    tracks = follow(load_claim_evidence(claim, known_at), policy)
    holdings = [holding for track in tracks for holding in track.holdings]
    return draw(holdings, load_rulings([claim.pk], known_at).get(claim.pk, ()), terms, policy)


def find_differences(claim: Claim, known_at: datetime | None = None) -> Iterator[str]:
    """Say where the ledger, or a cache drawn from it, differs from a replay; nothing where it is exact."""
    lines = list(StatusPeriod.objects.filter(claim=claim).known_at(known_at).in_order())
    stood = tuple(line.period for line in lines)
    replayed = replay_claim(claim, known_at)
    if stood != replayed:
        yield f"{claim.slug}: the ledger has {_show(stood)}, a replay gives {_show(replayed)}"
    if known_at is None and replayed:
        yield from _find_stale_caches(claim, replayed[-1])


def _find_stale_caches(claim: Claim, now: Period) -> Iterator[str]:
    """What is kept for speed must be what a replay gives: the claim's status, its document, every position."""
    if (claim.status, claim.rule, claim.status_since) != (now.assessment.status, now.assessment.rule, now.since):
        yield f"{claim.slug}: the claim says {claim.status} by {claim.rule}, a replay gives {_show((now,))}"
    terms = load_terms([claim.pk])[claim.pk]
    policy = POLICIES[terms.policy_version]
    tracks = {track.tally.holding.party: track for track in follow(load_claim_evidence(claim), policy)}
    tallies = [track.tally for track in tracks.values()]
    ruling = ruling_at(END_OF_TIME, load_rulings([claim.pk]).get(claim.pk, ()))
    pending = find_pending(tallies, ruling, terms, policy)
    if json.loads(claim.document) != status_document(claim.slug, now.assessment, now.since, pending, tallies):
        yield f"{claim.slug}: the document kept for it is not what a replay gives"
    stakes = find_stakes(tallies, ruling, terms, policy)
    # A claim that is due to be assessed gets its stakes then.
    if claim.ring_at is None and claim.stakes != [[s.party, s.stance, s.verdict, s.status] for s in stakes]:
        yield f"{claim.slug}: the stakes kept for it are not what a replay gives"
    rows: dict[str, list[Position]] = {}
    for row in Position.objects.filter(claim=claim).select_related("party").order_by("begins"):
        rows.setdefault(row.party.slug, []).append(row)
    for party in sorted(tracks.keys() | rows.keys()):
        track, kept = tracks.get(party), rows.get(party, [])
        holdings = tuple(read_holding(row, party) for row in kept)
        tally = read_tally(kept[-1], party) if kept else None
        if track is None or holdings != track.holdings or tally != track.tally:
            yield f"{claim.slug}: the position kept for {party} is not what its statements give"


def _show(periods: tuple[Period, ...]) -> str:
    if not periods:
        return "nothing"
    return ", ".join(
        f"{p.assessment.status} by {p.assessment.rule} from {p.begins.isoformat() if p.begins else 'the beginning'}"
        for p in periods
    )
