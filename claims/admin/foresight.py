"""What an editor's word would change, before it is given: the policy asked with the word supposed.

Nothing is written. The cost grows with what the parties concerned have said on the claims concerned; where many items
are foreseen at once, a party that has said more than so much on a claim is gone by its count (`Claim.stakes`) alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from claims.assessment import END_OF_TIME, POLICIES, Evidence, Holding, Policy, Sides, assess, fold, ruling_at
from claims.models import Claim, Statement
from claims.models.writing import Sql, run
from claims.pipeline.before import LATEST, read_latest
from claims.pipeline.facts import ask_evidence, ask_rulings, ask_terms, read_evidence, read_rulings, read_terms
from claims.words import Status, Verdict

# What parties said on claims, of each so much at most (none: all of it), the last things they said.
SAID = """
(SELECT t.* FROM unnest(%(claims)s::bigint[], %(parties)s::bigint[]) AS asked (claim, party)
  CROSS JOIN LATERAL (SELECT * FROM claims_statement t WHERE t.claim_id = asked.claim AND t.party_id = asked.party
                       ORDER BY t.said_at DESC, t.id DESC LIMIT %(most)s::bigint) t)
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A claim's status now, and what it would be; what the party that is spoken of holds now, and would hold."""

    claim: Claim
    now: Status
    then: Status
    held: Holding | None = None
    would_hold: Holding | None = None
    roughly: bool = False  # by the party's count alone: it has said too much to go through

    @property
    def differs(self) -> bool:
        """Whether the status would be another."""
        return self.now is not self.then

    @property
    def moves(self) -> bool:
        """Whether the party would hold something else, or hold it otherwise."""
        return _stand(self.held) != _stand(self.would_hold)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the status of one claim rests on now."""

    claim: Claim
    policy: Policy
    sides: Sides
    ruling: Status | None
    held: Mapping[str, Holding]
    said: Mapping[str, Collection[Evidence]]  # of the parties concerned, all they said

    def status(self, instead: Mapping[str, Holding | None]) -> Status:
        """What follows if some parties hold something else."""
        supposed = {**self.held, **instead}
        return assess([h for h in supposed.values() if h is not None], self.ruling, self.sides, self.policy).status

    def guess(self, party: str, statement: Statement, verdict: Verdict) -> Turn:
        """What a word on a party's reading of a stance gives, by its count as it was kept when it last spoke."""
        now, held = self.status({}), self.held.get(party)
        stakes = {(who, stance, word): status for who, stance, word, status in self.claim.stakes}
        then = Status(stakes.get((party, statement.stance, verdict), now))
        return Turn(self.claim, now, then, held, held, roughly=True)

    def refold(self, party: str, chosen: Collection[int], verdict: Verdict) -> Holding | None:
        """What a party would hold if the chosen statements were given this verdict."""
        said = [replace(e, verdict=verdict) if e.id in chosen else e for e in self.said.get(party, ())]
        track = fold(said, self.policy)
        return track.tally.holding if track is not None else None


def foresee(statements: Collection[Statement], verdicts: Iterable[Verdict]) -> Mapping[Verdict, tuple[Turn, ...]]:
    """For each verdict, what the claims' statuses would be if all these statements were given it, claim by claim.

    The statements must come with their claim and party. The number of queries does not depend on how many they are.
    """
    grounds = _survey(statements)
    chosen = {s.pk for s in statements}

    def turn(ground: _Ground, verdict: Verdict) -> Turn:
        instead = {party: ground.refold(party, chosen, verdict) for party in ground.said}
        return Turn(ground.claim, ground.status({}), ground.status(instead))

    return {verdict: tuple(turn(ground, verdict) for ground in grounds.values()) for verdict in verdicts}


def foresee_each(
    statements: Collection[Statement], verdicts: Collection[Verdict], *, most: int
) -> Mapping[int, Mapping[Verdict, Turn]]:
    """For each statement, what each verdict on it alone would give, by the statement's key; as many queries for many.

    The statements must come with their claim and party. One whose claim was never assessed is left out. A party that
    has said more than `most` on a claim is gone by its count alone.
    """
    grounds = _survey(statements, most + 1)
    foreseen: dict[int, dict[Verdict, Turn]] = {}
    for statement in statements:
        ground = grounds.get(statement.claim_id)
        if ground is None:
            continue
        party = statement.party.slug
        foreseen[statement.pk] = {}
        if len(ground.said.get(party, ())) > most:
            foreseen[statement.pk] |= {verdict: ground.guess(party, statement, verdict) for verdict in verdicts}
            continue
        for verdict in verdicts:
            would_hold = ground.refold(party, {statement.pk}, verdict)
            then = ground.status({party: would_hold})
            held = ground.held.get(party)
            foreseen[statement.pk][verdict] = Turn(ground.claim, ground.status({}), then, held, would_hold)
    return foreseen


def _survey(statements: Collection[Statement], most: int | None = None) -> dict[int, _Ground]:
    """What the claims of some statements rest on now, by claim id; asked for in one trip.

    Of what each party concerned said so much at most is looked at (None: all of it).
    """
    claims = {s.claim_id: s.claim for s in statements}
    pairs = sorted({(s.claim_id, s.party_id) for s in statements})
    given = {"claims": [claim for claim, _ in pairs], "parties": [party for _, party in pairs], "most": most}
    evidence, latest, terms, rulings = run(
        ask_evidence("true", given, statements=SAID),
        Sql(LATEST, {"claims": list(claims)}),
        ask_terms(claims),
        ask_rulings(claims),
    )
    said = read_evidence(evidence) if evidence else {}
    held = read_latest(latest)
    ruled = read_rulings(rulings)
    grounds = {}
    for pk, told in read_terms(terms).items():
        policy = POLICIES[told.policy_version]
        by_party: dict[str, list[Evidence]] = {}
        for one in said.get(pk, ()):
            by_party.setdefault(one.party, []).append(one)
        grounds[pk] = _Ground(
            claim=claims[pk],
            policy=policy,
            sides=Sides.of(told, policy),
            ruling=ruling_at(END_OF_TIME, ruled.get(pk, ())),
            held={party: row.tally.holding for party, row in held.get(pk, {}).items()},
            said=by_party,
        )
    return grounds


def _stand(holding: Holding | None) -> tuple[object, bool]:
    return (holding.stance, holding.firm) if holding is not None else (None, False)
