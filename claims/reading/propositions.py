"""What a sentence says about a claim, before it is known who says it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.reading.general import Matter
from claims.reading.sides import ENEMY, OURS, SPEAKER, Event, Side, stance_of
from claims.reading.values import ClaimEntry
from claims.words import Stance

Says = Callable[[str | None], Stance | None]
"""What a proposition, said by this party, says of the claim."""


@dataclass(frozen=True, slots=True)
class Proposition:
    """Something a sentence says about a claim, before it is known who says it."""

    claim: str
    first: int
    last: int
    says: Says
    sure: float
    rule: str
    granted: Says | None = None
    """The same said by who only takes it up from another, to admit or deny it; None where it makes no difference."""
    hedged: bool = False
    past: bool = False
    """Told as what was so or was said before."""
    own: bool = False
    """Whose deed it tells depends on who said it first: "its troops", "we", "the enemy", the defence that holds."""


def taken_up(proposition: Proposition, party: str | None) -> Stance | None:
    """Return what a proposition says of the claim where a party takes it up from another, to admit or deny it."""
    return (proposition.granted or proposition.says)(party)


def from_event(event: Event, claim: ClaimEntry, side: Side) -> Proposition:
    """Return what an event says of a control claim."""

    def says(speaker: str | None) -> Stance | None:
        return stance_of(event, speaker, side)

    def granted(speaker: str | None) -> Stance | None:
        return stance_of(event, speaker, side, granted=True)

    return Proposition(
        claim=claim.slug,
        granted=granted,
        first=event.first,
        last=event.last,
        says=says,
        sure=0.85 if event.place_words else 0.65,
        rule=event.rule,
        hedged=event.hedged,
        past=event.past,
        own=event.actor in (OURS, ENEMY, SPEAKER) or (not event.actor and event.kind in ("hold", "hold_out")),
    )


def from_matter(matter: Matter, harmed: Sequence[str]) -> Proposition:
    """Return what the keywords met in a sentence say of a general claim.

    `harmed` are those whose interest its truth would harm: half of its words in their mouth do not affirm it, unless
    they admit it.
    """

    def says(party: str | None) -> Stance | None:
        against = party in harmed and matter.stance == Stance.AFFIRMS and not matter.whole
        return None if against else matter.stance

    def granted(_: str | None) -> Stance | None:
        return matter.stance

    return Proposition(
        claim=matter.claim,
        granted=granted,
        first=matter.first,
        last=matter.last,
        says=says,
        sure=0.8 if matter.whole else 0.6,
        rule=matter.rule,
        hedged=matter.hedged,
    )
