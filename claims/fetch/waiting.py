"""How long another machine asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime, parsedate_tz

# Whoever asks for longer is asked again after a day: many who ask for more did not mean it.
_LONGEST = 86_400.0
_LAST_YEAR = 9999


def asked_wait(retry_after: str) -> float | None:
    """How many seconds a Retry-After header asks for, in seconds or as a date (RFC 9110, section 10.2.3).

    At most a day, however much it asks for. None where it asks for nothing that can be kept to: no header, no number
    and no date, a moment past.
    """
    asked = retry_after.strip()
    if asked.isascii() and asked.isdecimal():
        wait = float(asked)
    else:
        try:
            until = parsedate_to_datetime(asked)
            wait = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            told = parsedate_tz(asked)  # a date may lie beyond the years that are reckoned with
            return _LONGEST if told is not None and told[0] > _LAST_YEAR else None
    return min(wait, _LONGEST) if wait >= 0 else None
