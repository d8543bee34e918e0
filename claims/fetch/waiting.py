"""How long another machine asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Somebody who asks for more than a season did not mean it.
_LONGEST = 10_000_000.0


def asked_wait(retry_after: str) -> float | None:
    """How many seconds a Retry-After header asks for, in seconds or as a date (RFC 9110, section 10.2.3).

    None where it asks for nothing that can be kept to: no header, no number and no date, a moment past, or more than
    a season.
    """
    asked = retry_after.strip()
    if asked.isascii() and asked.isdecimal():
        wait = float(asked)
    else:
        try:
            until = parsedate_to_datetime(asked)
            wait = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            return None
    return wait if 0 <= wait < _LONGEST else None
