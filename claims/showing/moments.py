"""The two moments a page may be asked for: as it was then, and as we knew it then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from claims.intake import Refused, parse_moment

# A plus sign that was not escaped in an address arrives as a space: 2025-12-01T21:48:00 01:00.
LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Moments:
    """`as_of` is the valid moment asked for, `known_at` the recorded one, both in UTC; None stands for now."""

    as_of: datetime | None = None
    known_at: datetime | None = None

    @property
    def past(self) -> bool:
        """Whether the page is asked for as it was or was known, not as it is."""
        return self.as_of is not None or self.known_at is not None

    def seen_from(self, now: datetime) -> datetime:
        """The moment from which ages are counted: the earlier of those asked for, else now."""
        return min(m for m in (self.as_of, self.known_at, now) if m is not None)


def read_moments(query: Mapping[str, str], now: datetime) -> Moments:
    """The moments of a query string: `as_of` and `known_at` in ISO 8601, without a zone taken as UTC.

    Raises claims.intake.Refused for a value that is no moment, or that lies in the future.
    """
    return Moments(_read(query, "as_of", now), _read(query, "known_at", now))


def _read(query: Mapping[str, str], field: str, now: datetime) -> datetime | None:
    given = query.get(field, "").strip()
    if not given:
        return None
    moment = parse_moment(LOST_PLUS.sub(r"\1+\2", given), field, [])
    if moment > now:
        raise Refused(field, f"{given!r} lies in the future", "choose a moment up to now, or leave it empty")
    return moment
