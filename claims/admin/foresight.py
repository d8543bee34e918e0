"""What an editor's word would change, before it is given: the policy asked with the word supposed.

Nothing is written. The cost grows with what the parties concerned have said on the claims concerned.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from claims.assessment import END_OF_TIME, POLICIES, Evidence, Holding, Sides, assess, fold, ruling_at
from claims.models import Claim, Position, Statement
from claims.pipeline.facts import load_evidence, load_rulings, load_terms, read_holding
from claims.words import Status, Verdict

SCOPE = "(s.claim_id, s.party_id) IN (SELECT * FROM unnest(%(claims)s::bigint[], %(parties)s::bigint[]))"


@dataclass(frozen=True, slots=True)
class Turn:
    """A claim's status now, and what it would be."""

    claim: Claim
    now: Status
    then: Status

    @property
    def differs(self) -> bool:
        """Whether the status would be another."""
        return self.now is not self.then


def foresee(statements: Collection[Statement], verdicts: Iterable[Verdict]) -> Mapping[Verdict, tuple[Turn, ...]]:
    """For each verdict, what the claims' statuses would be if all these statements were given it, claim by claim.

    The statements must come with their claim and party. The number of queries does not depend on how many they are.
    """
    claims = {s.claim_id: s.claim for s in statements}
    pairs = sorted({(s.claim_id, s.party_id) for s in statements})
    evidence = load_evidence(SCOPE, {"claims": [c for c, _ in pairs], "parties": [p for _, p in pairs]})
    held: dict[int, dict[str, Holding]] = {pk: {} for pk in claims}
    for row in Position.objects.filter(claim__in=claims, until__isnull=True).select_related("party"):
        held[row.claim_id][row.party.slug] = read_holding(row, row.party.slug)
    terms, rulings = load_terms(claims), load_rulings(claims)
    chosen = {s.pk for s in statements}

    def turn(pk: int, claim: Claim, verdict: Verdict) -> Turn:
        policy = POLICIES[terms[pk].policy_version]
        sides, ruling = Sides.of(terms[pk], policy), ruling_at(END_OF_TIME, rulings.get(pk, ()))
        supposed = dict(held[pk])
        said: dict[str, list[Evidence]] = {}
        for e in evidence.get(pk, ()):
            said.setdefault(e.party, []).append(replace(e, verdict=verdict) if e.id in chosen else e)
        for party, heard in said.items():
            supposed.pop(party, None)
            track = fold(heard, policy)
            if track is not None:
                supposed[party] = track.tally.holding
        now = assess(held[pk].values(), ruling, sides, policy).status
        return Turn(claim, now, assess(supposed.values(), ruling, sides, policy).status)

    return {
        verdict: tuple(turn(pk, claim, verdict) for pk, claim in claims.items() if pk in terms) for verdict in verdicts
    }
