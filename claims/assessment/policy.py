"""The policy: how much a statement weighs, and what status follows from the positions parties hold.

The rules are those of the design's "The policy"; the numbers live in `Policy`, with a version. A change of
any number or rule is a new version, and the ledger says which version made each of its lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from claims.assessment.values import Assessment, Evidence, Holding, Terms, Voice
from claims.words import Origin, Rule, Stance, Status, Strength, Verdict


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of one version of the policy."""

    version: int
    vouched: float = 2.0  # a record, or what an editor confirmed
    plain: float = 1.0  # a plain machine reading
    hedged: float = 0.5  # a hedged reading, or one of low confidence
    low_confidence: float = 0.5  # confidence under this is low
    hold: float = 1.0  # a party holds a stance when its sum reaches this
    firm: float = 2.0  # ... firmly when it reaches this
    quorum: int = 2  # how many trusted independent parties make a consensus
    trusted: str = "ABC"  # grades that count for and against a consensus


POLICIES: Mapping[int, Policy] = {1: Policy(version=1)}
CURRENT = POLICIES[1]


def weigh(evidence: Evidence, policy: Policy) -> float:
    """How much one statement counts: 0 for a rejected or no longer carried one, up to 2 for a vouched one."""
    if not evidence.carried or evidence.verdict in (Verdict.REJECTED, Verdict.CORRECTED):
        return 0.0
    if evidence.verdict is Verdict.CONFIRMED or evidence.origin is not Origin.READING:
        return policy.vouched
    if evidence.own_voice:
        return 0.0
    if evidence.strength is Strength.HEDGED or evidence.confidence < policy.low_confidence:
        return policy.hedged
    return policy.plain


@dataclass(frozen=True, slots=True)
class Sides:
    """Who stands where on one claim, drawn from its terms."""

    gains: frozenset[str]
    loses: frozenset[str]
    interested: frozenset[str]  # gain, lose, or aligned with one who does
    trusted: frozenset[str]

    @classmethod
    def of(cls, terms: Terms, policy: Policy) -> "Sides":
        """Draw the sides: a party aligned with one that gains or loses is not independent."""
        stakes = terms.gains | terms.loses
        aligned = frozenset(s.party for s in terms.standings if s.aligned_with and s.aligned_with in stakes)
        trusted = frozenset(s.party for s in terms.standings if s.reliability and s.reliability in policy.trusted)
        return cls(terms.gains, terms.loses, stakes | aligned, trusted)

    def place_of(self, party: str) -> tuple[bool, ...]:
        """All that the rules look at in a party besides what it holds: two that stand alike count alike."""
        return tuple(party in group for group in (self.gains, self.loses, self.interested, self.trusted))


def assess(holdings: Iterable[Holding], ruling: Status | None, sides: Sides, policy: Policy) -> Assessment:
    """What status follows at one moment, by the first rule that applies.

    Takes what every party holds at that moment (one holding a party) and the status of the decision in
    force, if any. Rules 2 and 3 look at what a party last held firmly, rule 4 at what it holds now.
    """
    held = [h for h in holdings if h.stance is not None]
    now: dict[str, Stance] = {h.party: h.stance for h in held if h.stance is not None}
    if ruling is not None:
        return Assessment(ruling, Rule.DECISION, (), _dissent(ruling, now, frozenset()))

    firm: dict[str, Stance] = {h.party: h.settled for h in held if h.settled is not None}
    conceded = _against_interest(firm, sides.loses, Stance.AFFIRMS)
    disowned = _against_interest(firm, sides.gains, Stance.DENIES)
    if conceded and not disowned:
        return _settle(Status.CONFIRMED, Rule.ADMISSION, conceded, firm, now)
    if disowned and not conceded:
        return _settle(Status.REFUTED, Rule.ADMISSION, disowned, firm, now)

    if not conceded and not disowned:
        voices = {p: s for p, s in firm.items() if p in sides.trusted and p not in sides.interested}
        stances = set(voices.values())
        if len(voices) >= policy.quorum and stances == {Stance.AFFIRMS}:
            return _settle(Status.CONFIRMED, Rule.CONSENSUS, frozenset(voices), firm, now)
        if len(voices) >= policy.quorum and stances == {Stance.DENIES}:
            return _settle(Status.REFUTED, Rule.CONSENSUS, frozenset(voices), firm, now)

    holders = _voices(now, now)
    if len(set(now.values())) > 1:
        return Assessment(Status.CONTESTED, Rule.CONTESTED, holders)
    return Assessment(Status.UNVERIFIED, Rule.UNVERIFIED, holders)


def _against_interest(firm: Mapping[str, Stance], side: frozenset[str], stance: Stance) -> frozenset[str]:
    """The parties of one side who firmly say what harms them, where none of that side says otherwise."""
    said = {party: firm[party] for party in side if party in firm}
    return frozenset(said) if said and set(said.values()) == {stance} else frozenset()


def _settle(
    status: Status, rule: Rule, because: frozenset[str], firm: Mapping[str, Stance], now: Mapping[str, Stance]
) -> Assessment:
    return Assessment(status, rule, _voices(because, firm), _dissent(status, now, because))


def _dissent(status: Status, now: Mapping[str, Stance], because: frozenset[str]) -> tuple[Voice, ...]:
    """Who holds another view than the status says, and was overridden (a status of no view overrides nobody)."""
    agreed = {Status.CONFIRMED: Stance.AFFIRMS, Status.REFUTED: Stance.DENIES}.get(status)
    if agreed is None:
        return ()
    return _voices((p for p, stance in now.items() if stance is not agreed and p not in because), now)


def _voices(parties: Iterable[str], stances: Mapping[str, Stance]) -> tuple[Voice, ...]:
    return tuple(Voice(party, stances[party]) for party in sorted(parties))
