"""What an event about a place means for a claim ("HOLDER controls PLACE"), said by this or that party.

"We", "our" and "the enemy" depend on the speaker, and so does what a retreat without a subject says.
"""

from collections.abc import Callable
from dataclasses import dataclass

from claims.words import Stance

OURS, ENEMY, SPEAKER = "our side", "enemy", "speaker"


@dataclass(frozen=True, slots=True)
class Event:
    """One predicate about a place. `actor` is a party's slug, OURS, ENEMY, SPEAKER or "" for nobody named."""

    kind: str
    place: str
    first: int
    last: int
    place_words: tuple[int, int] | None
    actor: str
    negated: bool = False
    partial: bool = False
    feature: bool = False
    """It is about a bridge, a station, a suburb of the place."""
    hedged: bool = False
    past: bool = False
    freeing: bool = False
    """The taking is told in a word that only the takers and their friends use ("liberated")."""
    rule: str = ""


Side = Callable[[str], str]
"""Maps a party's slug to "holder", "opposed" or "other" for one claim."""


def stance_of(event: Event, speaker: str | None, side: Side, *, granted: bool = False) -> Stance | None:
    """Return what an event, said by this speaker, says of the claim: true, false, not settled; None if nothing.

    `granted` tells that the speaker only takes up what another says of it: admits it or denies it.
    """
    if event.kind in ("fight", "open") or event.partial:
        return Stance.UNSETTLED
    speaks_for = side(speaker) if speaker else "other"
    if event.kind == "present":
        # That somebody's men are there shows at most that the other side does not hold all of it.
        return Stance.DENIES if _resolve(event.actor, speaks_for, side) == "opposed" else None
    who = _resolve(event.actor, speaks_for, side)
    if event.kind == "hold_out":
        # Who holds out against nobody named is the speaker's side, or those whom the claim's holder is taking it from.
        own = speaks_for if speaks_for != "other" else "opposed"
        truth = (who or own) == "holder"
    elif event.kind == "take":
        own = "holder"
        if granted and speaks_for != "other":
            # What one admits or denies without naming who did it was done by the other side; what one admits not
            # to have been done one has not done oneself.
            own = "holder" if (speaks_for == "opposed") != event.negated else "opposed"
        elif event.freeing and speaks_for != "other":
            own = speaks_for
        truth = (who or own) == "holder"
    elif event.kind == "hold":
        if not who:
            who = speaks_for if speaks_for != "other" else ""
        if not who:
            return None
        truth = who == "holder"
    elif event.kind == "absent":
        if not who or who == "other":
            return None
        return Stance.DENIES if who == "holder" else Stance.AFFIRMS
    else:
        # Whoever speaks of a loss or a retreat and names nobody speaks of his own; a fall is the defenders'.
        his = event.kind == "lose" or granted
        own = speaks_for if his and speaks_for != "other" else "opposed"
        truth = (who or own) != "holder"
    if event.feature and truth != event.negated:
        return None
    return Stance.AFFIRMS if truth != event.negated else Stance.DENIES


def _resolve(actor: str, speaks_for: str, side: Side) -> str:
    if actor in (OURS, SPEAKER):
        return speaks_for if speaks_for != "other" else ""
    if actor == ENEMY:
        return {"holder": "opposed", "opposed": "holder"}.get(speaks_for, "holder")
    return side(actor) if actor else ""
