"""Assessment: statements, decisions and policy in; positions, status periods and reasons out.

Pure: no Django, no Celery, no database, no network, no clock. A status is a function of the set of
statements, so neither the order of arrival nor a repetition can change it.
"""

from claims.assessment.explain import find_pending, find_shifts, find_stakes, word_reason
from claims.assessment.policy import CURRENT, POLICIES, Policy, Sides, assess, weigh
from claims.assessment.positions import Track, absorb, advance, fold
from claims.assessment.timeline import END_OF_TIME, draw, follow, ruling_at
from claims.assessment.values import (
    Assessment,
    Counted,
    Evidence,
    Holding,
    Pending,
    Period,
    Record,
    Ruling,
    Shift,
    Stake,
    Standing,
    Sum,
    Tally,
    Terms,
    Voice,
)

__all__ = [
    "CURRENT", "END_OF_TIME", "POLICIES", "Assessment", "Counted", "Evidence", "Holding", "Pending", "Period",
    "Policy", "Record", "Ruling", "Shift", "Sides", "Stake", "Standing", "Sum", "Tally", "Terms", "Track", "Voice",
    "absorb", "advance", "assess", "draw", "find_pending", "find_shifts", "find_stakes", "fold", "follow", "ruling_at",
    "weigh", "word_reason",
]  # fmt: skip
