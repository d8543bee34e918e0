"""The public shape of each object, once: for the API, the commands, the pages' data and what is stored with a claim.

Takes values and rows, returns plain data ready for JSON. Times are ISO 8601 in UTC with a `Z`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from claims.assessment import Assessment, Pending, Tally, Voice

Data = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, UTC (2025-12-01T20:48:00Z); microseconds only where there are some."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def status_document(
    claim: str,
    assessment: Assessment,
    since: datetime | None,
    pending: Iterable[Pending],
    tallies: Iterable[Tally],
) -> Data:
    """A claim's status as of a moment: the shape of `manage.py status --json` and of the API's status."""
    held = [t for t in tallies if t.holding.stance is not None]
    held.sort(key=lambda t: t.holding.party)
    return {
        "claim": claim,
        "status": assessment.status.value,
        "rule": assessment.rule.value,
        "since": iso(since),
        "because": _parties(assessment.because),
        "dissent": _parties(assessment.dissent),
        "pending": [
            {"party": p.party, "stance": p.stance.value, "status": p.status.value, "needs": p.needs} for p in pending
        ],
        "positions": [
            {
                "party": t.holding.party,
                "stance": t.holding.stance.value,
                "firm": t.holding.firm,
                "since": iso(t.holding.since),
                "last_spoke": iso(t.last_spoke),
                "stories": t.stories,
            }
            for t in held
            if t.holding.stance is not None
        ],
    }


def _parties(voices: Iterable[Voice]) -> list[str]:
    return [voice.party for voice in voices]
