"""The one writer of status: puts what was assessed into the ledger, closes what it replaces, announces the change.

Every account of a claim is kept on two time axes. A new account closes the recorded time of each line that no
longer holds and adds the lines that now do; nothing is removed. All of it happens in the caller's transaction,
under the claim's row lock, at one recorded instant that is later than any before on that claim.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from claims.assessment import Period, Stake, word_reason
from claims.models import Change, Claim, StatusPeriod
from claims.models.writing import Sql, insertions_of, run, updates_of

# The lock under which change entries get their numbers, so that they are committed in the order of their numbers.
CHANGES_LOCK = 0x6368_616E_6765_73
# What is kept on the claim of its newest line, and of its settling.
CACHED = ("status", "rule", "status_since", "document", "stakes", "version", "settled_at", "ring_at")
CLOSE = """
UPDATE claims_statusperiod SET recorded = tstzrange(lower(recorded), %(instant)s) WHERE id = ANY(%(lines)s)
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A new account of one claim: its periods, from the moment on at which `standing` begins.

    `standing` are the ledger's lines that stand now, from that moment on, in order (none for a new claim);
    `document` is the claim's public document as JSON text, `stakes` say which readings an editor's word on would turn
    the status; `titles` name the parties for the reason.
    """

    claim: Claim
    periods: tuple[Period, ...]
    standing: tuple[StatusPeriod, ...]
    document: str
    stakes: tuple[Stake, ...]
    titles: Mapping[str, str]
    policy_version: int


def write(accounts: Iterable[Account], instant: datetime, *, after: Sequence[Sql] = ()) -> None:
    """Enter new accounts at a recorded instant; the caller holds the claims' row locks.

    A line that is the same as before stays open. Where the account differs, an entry goes to the change feed. What the
    accounts rest on and is not written yet goes `after` which they are entered: all of it in one trip.
    """
    closing: list[int] = []
    adding: list[StatusPeriod] = []
    changes: list[Change] = []
    claims: list[Claim] = []
    for account in accounts:
        lines = _lay_out(account)
        before = {_identity(line): line for line in account.standing}
        standing = set(lines)
        closing += [line.pk for key, line in before.items() if key not in standing]
        adding += [_line(account, key, instant) for key in lines if key not in before]
        change = _announce(account, instant)
        if change is not None:
            changes.append(change)
        latest = account.periods[-1]
        claim = account.claim
        claim.status, claim.rule = latest.assessment.status, latest.assessment.rule
        claim.status_since, claim.document = latest.since, account.document
        claim.stakes = [[s.party, s.stance, s.verdict, s.status] for s in account.stakes]
        claim.version += 1
        claim.settled_at, claim.ring_at = instant, None
        claims.append(claim)

    statements = [*after]
    if closing:
        statements.append(Sql(CLOSE, {"instant": instant, "lines": closing}))
    statements += insertions_of(adding)
    statements += updates_of(claims, CACHED)
    if changes:
        statements.append(Sql("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": CHANGES_LOCK}))
        statements += insertions_of(changes)
    run(*statements)


# What makes two lines the same account of the same time: all but the wording of the reason. The period, the moment at
# which it ends (None: until further notice), and the version of the policy.
_Identity: TypeAlias = tuple[Period, datetime | None, int]


def _lay_out(account: Account) -> list[_Identity]:
    """The lines of the ledger for an account, in order."""
    ends = [period.begins for period in account.periods[1:]]
    return [(period, end, account.policy_version) for period, end in zip(account.periods, [*ends, None], strict=True)]


def _identity(line: StatusPeriod) -> _Identity:
    return line.period, line.valid.upper, line.policy_version


def _line(account: Account, identity: _Identity, instant: datetime) -> StatusPeriod:
    """A line of the ledger, unsaved."""
    period, end, policy_version = identity
    return StatusPeriod(
        claim=account.claim,
        status=period.assessment.status,
        rule=period.assessment.rule,
        reason=word_reason(period.assessment, account.titles),
        because=[[v.party, v.stance] for v in period.assessment.because],
        dissent=[[v.party, v.stance] for v in period.assessment.dissent],
        policy_version=policy_version,
        since=period.since,
        valid=DateTimeTZRange(period.begins, end),
        recorded=DateTimeTZRange(instant, None),
    )


def _announce(account: Account, instant: datetime) -> Change | None:
    """The entry for the change feed, if the account differs from the one that stood; none for a claim's first."""
    before = [line.period for line in account.standing]
    difference = _first_difference(before, account.periods)
    if not before or difference is None:
        return None
    was, is_now = before[-1].assessment, account.periods[-1].assessment
    if was.status is not is_now.status:
        kind = Change.Kind.STATUS
    elif was != is_now:
        kind = Change.Kind.GROUNDS
    else:
        kind = Change.Kind.HISTORY
    return Change(
        claim=account.claim,
        kind=kind,
        from_status=was.status,
        to_status=is_now.status,
        rule=is_now.rule,
        reason=word_reason(is_now, account.titles),
        because=[[v.party, v.stance] for v in is_now.because],
        valid_from=difference.moment,
        recorded_at=instant,
    )


@dataclass(frozen=True, slots=True)
class _Difference:
    """Two accounts differ from this valid moment on (None: from the beginning of time)."""

    moment: datetime | None


def _first_difference(before: Sequence[Period], after: Sequence[Period]) -> _Difference | None:
    """Where two accounts that begin together first say different things; None where they never do."""
    for old, new in zip(before, after, strict=False):
        if old.begins != new.begins:
            return _Difference(min(m for m in (old.begins, new.begins) if m is not None))
        if old.assessment != new.assessment:
            return _Difference(new.begins)
    longer = before if len(before) > len(after) else after
    if len(before) != len(after):
        return _Difference(longer[min(len(before), len(after))].begins)
    return None
