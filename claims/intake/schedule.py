"""When a feed is polled next and a page is looked at again. Pure: the moment and the mark of a row are handed in."""

import hashlib
from datetime import datetime, timedelta

SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(days=1)
# An edited or withdrawn article is found by looking again so long after it was first fetched.
LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
# A page that is not found is looked for once more before its article is taken as withdrawn.
SECOND_LOOK = timedelta(hours=1)
# Rows that come due together must not stay together: a tenth earlier or later.
JITTER = 0.1


def next_interval(interval: timedelta, *, brought: int, held: int, first: bool = False) -> timedelta:
    """The time between two polls of a feed after one that brought so many new entries of those it held.

    Halved by a poll that brought something and lengthened by half by one that did not, it settles where rather more
    than one poll in three brings something. A feed in which everything was new has probably dropped entries that
    nobody saw, so the next poll comes four times as soon; not so the first poll, to which everything is new.
    """
    if first:
        return interval
    if not brought:
        return min(interval * 3 / 2, LONGEST)
    return max(interval / (4 if brought == held else 2), SHORTEST)


def back_off(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: two minutes, doubled by each, at most a day."""
    return min(SHORTEST * 2 ** min(max(failures - 1, 0), 20), LONGEST)


def spread(wait: timedelta, mark: str, now: datetime) -> timedelta:
    """A wait made up to a tenth shorter or longer, by what the row is called and the moment, so that rows scatter."""
    digest = hashlib.sha256(f"{mark}\x1f{now.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return wait * (1 - JITTER + 2 * JITTER * share)


def next_look(first_fetched_at: datetime, now: datetime) -> tuple[datetime | None, int]:
    """When to look at a page again, and how many of its looks are over; None after the last one.

    Looks that nobody was there to take are not made up for.
    """
    for number, after in enumerate(LOOKS):
        if first_fetched_at + after > now:
            return first_fetched_at + after, number
    return None, len(LOOKS)
