"""What follows from an edit of a claim or a party: claims to assess anew, articles to read again.

The rows say what is due; the bells are rung once the edit is committed, and the sweep rings for any that was lost.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from functools import partial

from django.db import transaction

from claims import tasks
from claims.models import Claim
from claims.pipeline import ask_to_read_again, newest_revisions

# More bells than this at once would keep the editor waiting: the sweep rings for the rest, a batch at a time.
RUNG_AT_ONCE = 500


def assess_anew(claims: Collection[int], now: datetime) -> None:
    """Make claims due to be assessed on their new terms, and ring for them after the commit."""
    due = list(claims)
    Claim.objects.filter(pk__in=due).update(ring_at=now)
    transaction.on_commit(partial(tasks.ring_assessments, due[:RUNG_AT_ONCE]))


def read_anew(since: date, now: datetime) -> int:
    """Make articles published since a day (UTC) due to be read again with the new wording; returns how many."""
    revisions = newest_revisions(datetime.combine(since, time.min, tzinfo=UTC))
    due = ask_to_read_again(revisions, now)
    transaction.on_commit(partial(tasks.ring_readings, revisions[:RUNG_AT_ONCE]))
    return due
