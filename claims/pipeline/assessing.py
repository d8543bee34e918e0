"""From statements to status: lock the claims, fold what is new, draw the account, hand it to the ledger.

A statement later than all before costs the same on a claim of ten statements and of a million: only the latest
position of each party and the ledger's last line are read; so does a late one that changes only a count. Anything else
(a late change of mind, a review, a withdrawal) folds the parties it touches anew from their whole history; what the
other parties held stands in their positions.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import connection

from claims import ledger
from claims.assessment import (
    END_OF_TIME,
    POLICIES,
    Counted,
    Evidence,
    Period,
    Policy,
    Ruling,
    Tally,
    Terms,
    Track,
    absorb,
    advance,
    draw,
    find_pending,
    find_stakes,
    fold,
    ruling_at,
    weigh,
)
from claims.models import Claim, Position, Statement, StatusPeriod, TermsLine
from claims.models.writing import Row, Sql, changes_of, insertions_of, run
from claims.pipeline.before import Before, Latest, ask_before
from claims.pipeline.facts import load_evidence, read_holding, write_position, write_tally, write_terms
from claims.serializers import status_document

TICK = timedelta(microseconds=1)

# The claims' documents are left out, which are about to be written anew.
LOCKED = (
    "id", "slug", "kind", "holder_id", "opposed_id", "place", "proposition", "keywords", "recorded_at", "changed_at",
    "status", "rule", "status_since", "version", "settled_at", "ring_at",
)  # fmt: skip
LOCK = f"""
SELECT {", ".join(LOCKED)}
  FROM claims_claim WHERE id = ANY(%(ids)s::bigint[]) OR slug = ANY(%(slugs)s) ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608
POSITIONS = """
SELECT o.*, p.slug AS speaker
  FROM claims_position o JOIN claims_party p ON p.id = o.party_id WHERE o.claim_id = ANY(%(claims)s)
"""
# Held together by all who settle claims, alone by who changes what all of them look up: which stories are one, how
# parties stand. Taken before any claim's lock.
SETTLING_LOCK = 0x7365_7474_6C65


def settle_alone() -> None:
    """Keep everybody else from settling claims until the transaction ends; to be called before locking any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETTLING_LOCK])


def lock_claims(ids: Iterable[int], now: datetime) -> tuple[list[Claim], datetime]:
    """Lock claims for writing, in order of id so that no two workers wait for each other.

    Returns them with the recorded instant for everything written under these locks: `now`, or where the clock lags
    behind, just after the newest recorded moment of any of them.
    """
    claims, instant, _ = lock_claims_and_ask(ids, (), now)
    return claims, instant


def lock_claims_and_ask(
    ids: Iterable[int], slugs: Iterable[str], now: datetime, *questions: Sql
) -> tuple[list[Claim], datetime, list[list[Row]]]:
    """Lock claims by id or by slug, as `lock_claims` does, and ask what may not be asked before they are locked."""
    wanted = {"ids": sorted(set(ids)), "slugs": sorted(set(slugs))}
    together = Sql("SELECT pg_advisory_xact_lock_shared(%(lock)s)", {"lock": SETTLING_LOCK})
    _, rows, *answers = run(together, Sql(LOCK, wanted), *questions)
    claims = [Claim.from_db(connection.alias, LOCKED, row) for row in rows]
    return claims, instant_after((c.settled_at for c in claims), now), answers


def instant_after(known: Iterable[datetime | None], now: datetime) -> datetime:
    """The recorded instant of what is written now: after all that is known, however far the clock lags behind."""
    return max([now, *(moment + TICK for moment in known if moment is not None)])


@dataclass(slots=True)
class _Case:
    """One claim being settled: what stood before, and what it comes to."""

    claim: Claim
    terms: Terms
    rulings: Sequence[Ruling]
    latest: Mapping[str, Latest]
    tallies: dict[str, Tally] = field(default_factory=dict)
    last: StatusPeriod | None = None
    fresh: list[Evidence] = field(default_factory=list)
    # Parties to fold anew from their history, and whether the whole account must be drawn anew.
    refold: set[str] = field(default_factory=set)
    redraw: bool = False
    periods: tuple[Period, ...] = ()
    standing: tuple[StatusPeriod, ...] = ()

    @property
    def policy(self) -> Policy:
        return POLICIES[self.terms.policy_version]


@dataclass(slots=True)
class _Written:
    """What settling writes of positions and terms, until it is all sent with what the ledger writes."""

    changes: list[dict[str, object]] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    terms: list[TermsLine] = field(default_factory=list)

    def statements(self) -> list[Sql]:
        # Ending a party's latest row comes before adding the next one: the database allows one latest at a time.
        return [*changes_of(Position, self.changes), *insertions_of(self.positions), *insertions_of(self.terms)]


def settle(
    claims: Sequence[Claim],
    instant: datetime,
    *,
    adding: Sequence[Statement] = (),
    fresh: Collection[int] = (),
    touched: Mapping[int, Collection[str]] | None = None,
    anew: bool = False,
    only_story: int | None = None,
) -> None:
    """Bring claims up to date with new statements, after reviews, withdrawals, decisions or with new terms.

    The caller holds the claims' locks; what it has written it has written at `instant`. `adding` are new statements,
    which are inserted; `fresh` the ids of new ones that the caller has inserted; `touched` the parties, per claim id,
    of which an older statement changed its weight. With `anew` every party is folded anew and the whole account
    drawn. `only_story` names the story of all that is being added, where nothing else that was ever said stands in it.
    The number of queries does not depend on how many claims or statements there are.
    """
    touched = touched or {}
    before = ask_before(claims, adding, list(fresh), touched, only_story)
    written = _Written()
    cases = _open_cases(claims, before, instant, touched, written, anew=anew or not (adding or fresh), refold=anew)
    hopeful = [c for c in cases if not c.redraw and not c.refold]
    _take_in(hopeful, before, written)
    slow = [c for c in cases if c.redraw or c.refold]
    if slow:
        _fold_anew(slow, before.today.parties, written)
    ledger.write([_account(case, before.today.titles) for case in cases], instant, after=written.statements())


def _open_cases(
    claims: Sequence[Claim],
    before: Before,
    instant: datetime,
    touched: Mapping[int, Collection[str]],
    written: _Written,
    *,
    anew: bool,
    refold: bool,
) -> list[_Case]:
    """Lay out each claim, and tell which must be folded (`refold`: all) or drawn anew (`anew`: all) in any case."""
    cases = []
    for claim in claims:
        pk = claim.pk
        terms = before.today.terms[pk]
        latest = before.latest.get(pk, {})
        if before.terms.get(pk) != terms:
            written.terms.append(write_terms(claim, terms, instant))
        case = _Case(
            claim,
            terms,
            before.rulings.get(pk, ()),
            latest,
            tallies={party: row.tally for party, row in latest.items()},
            last=before.last.get(pk),
            fresh=before.fresh.get(pk, []),
            refold=set(touched.get(pk, ())),
        )
        if refold or case.last is None:
            case.refold |= {*latest, *(e.party for e in case.fresh)}
        case.redraw = anew or case.last is None or _differ(before.terms.get(pk), terms)
        if case.redraw or case.refold:
            case.refold |= {e.party for e in case.fresh}
        cases.append(case)
    return cases


def _differ(before: Terms | None, now: Terms) -> bool:
    """Whether new terms could change what was concluded on the old ones (a party that joins cannot)."""
    if before is None:
        return True
    old = {s.party: s for s in before.standings}
    return (before.gains, before.loses, before.policy_version) != (now.gains, now.loses, now.policy_version) or any(
        s.party in old and old[s.party] != s for s in now.standings
    )


def _horizon(case: _Case) -> datetime | None:
    """The latest moment at which anything the status rests on changed."""
    moments = [t.holding.begins for t in case.tallies.values()]
    if case.last is not None and case.last.valid.lower is not None:
        moments.append(case.last.valid.lower)
    for ruling in case.rulings:
        moments += [m for m in (ruling.effective_from, ruling.lifted_at) if m is not None]
    return max(moments, default=None)


def _take_in(cases: Sequence[_Case], before: Before, written: _Written) -> None:
    """Settle claims by their last line and their parties' latest positions alone, where that can be.

    Where it cannot be, the parties that spoke are to be folded anew.
    """
    for case in cases:
        last = case.last
        tracks = _hear(case, _count(case, before.told.get(case.claim.pk, ()))) if last is not None else None
        if last is None or tracks is None:
            case.refold |= {e.party for e in case.fresh}
            continue
        case.standing, case.periods = (last,), (last.period,)
        new = [holding for track in tracks.values() for holding in track.holdings]
        if new:
            holdings = [t.holding for t in case.tallies.values()] + new
            began, since = last.valid.lower, last.since
            drawn = draw(holdings, case.rulings, case.terms, case.policy, begins=_horizon(case), since=since)
            case.periods = (replace(drawn[0], begins=began), *drawn[1:])
        for party, track in tracks.items():
            case.tallies[party] = track.tally
            if party in case.latest:
                written.changes.append(_carry_on(case.latest[party], track))
            written.positions += _rows_of(case.claim, before.today.parties[party], track)


def _hear(case: _Case, counted: Mapping[str, list[Counted]]) -> dict[str, Track] | None:
    """What the parties that spoke come to, by party; None where that takes more than their latest positions.

    It does where something said late could change what a party held, and where a party took another stance before
    the latest moment at which anything changed on the claim.
    """
    horizon = _horizon(case)
    tracks: dict[str, Track] = {}
    for party, statements in _by_party(case.fresh).items():
        tally = case.tallies.get(party)
        told = list(counted.get(party, ()))
        late = [e for e in statements if tally is not None and e.said_at <= tally.heard]
        if tally is not None and late:
            tally = absorb(tally, late, told, case.policy)
            if tally is None:
                return None
            told += [Counted(e.stance, e.story, weigh(e, case.policy), e.said_at) for e in late]
        track = advance(tally, [e for e in statements if e not in late], told, case.policy)
        if track is None:
            continue
        if horizon is not None and any(holding.begins <= horizon for holding in track.holdings):
            return None
        tracks[party] = track
    return tracks


def _fold_anew(cases: Sequence[_Case], parties: Mapping[str, int], written: _Written) -> None:
    """Settle claims whose past may be another now: the positions of the parties to fold are removed, and made anew."""
    pairs = [(case.claim.pk, party) for case in cases for party in sorted(case.refold)]
    scope = "(s.claim_id, p.slug) IN (SELECT * FROM unnest(%(claims)s::bigint[], %(parties)s::text[]))"
    params = {"claims": [claim for claim, _ in pairs], "parties": [party for _, party in pairs]}
    evidence = load_evidence(scope, params)
    rows: dict[int, list[Position]] = {}
    ids = [case.claim.pk for case in cases]
    for row in Position.objects.raw(POSITIONS, {"claims": ids}):
        rows.setdefault(row.claim_id, []).append(row)
    lines: dict[int, list[StatusPeriod]] = {}
    for line in StatusPeriod.objects.known_at(None).filter(claim__in=ids).in_order():
        lines.setdefault(line.claim_id, []).append(line)

    stale: list[int] = []
    for case in cases:
        pk = case.claim.pk
        stale += [row.pk for row in rows.get(pk, ()) if row.speaker in case.refold]
        holdings = [read_holding(row, row.speaker) for row in rows.get(pk, ()) if row.speaker not in case.refold]
        statements = _by_party(evidence.get(pk, ()))
        for party in sorted(case.refold):
            case.tallies.pop(party, None)
            track = fold(statements.get(party, ()), case.policy)
            if track is not None:
                case.tallies[party] = track.tally
                holdings += track.holdings
                written.positions += _rows_of(case.claim, parties[party], track)
        case.standing = tuple(lines.get(pk, ()))
        case.periods = draw(holdings, case.rulings, case.terms, case.policy)
    Position.objects.filter(pk__in=stale).delete()


def _by_party(statements: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    by_party: dict[str, list[Evidence]] = {}
    for evidence in statements:
        by_party.setdefault(evidence.party, []).append(evidence)
    return by_party


def _count(case: _Case, told: Iterable[Evidence]) -> dict[str, list[Counted]]:
    """The stories already added up for a party, of those its new statements stand in, by party."""
    best: dict[tuple[str, str, str], Counted] = {}
    for e in sorted(told, key=attrgetter("said_at")):
        known = best.get((e.party, e.stance, e.story))
        weight = weigh(e, case.policy)
        if known is None or weight > known.weight:
            best[e.party, e.stance, e.story] = Counted(e.stance, e.story, weight, e.said_at)
    counted: dict[str, list[Counted]] = {}
    for (party, _, _), story in best.items():
        counted.setdefault(party, []).append(story)
    return counted


def _carry_on(latest: Latest, track: Track) -> dict[str, object]:
    """How a party's latest row is brought up to date: with the new count, or it ends where the next one begins."""
    if not track.holdings:
        return {"id": latest.row, "until": None, **write_tally(track.tally)}
    ended = replace(latest.tally, last_spoke=None, sums=(), offered=frozenset())
    return {"id": latest.row, "until": track.holdings[0].begins, **write_tally(ended)}


def _rows_of(claim: Claim, party: int, track: Track) -> list[Position]:
    """The position rows for a party's new holdings, unsaved; the last one is the latest."""
    ends = [h.begins for h in track.holdings[1:]]
    return (
        [
            write_position(claim.pk, party, holding, track.tally, end)
            for holding, end in zip(track.holdings, [*ends, None], strict=True)
        ]
        if track.holdings
        else []
    )


def _account(case: _Case, titles: Mapping[str, str]) -> ledger.Account:
    """What the ledger is given for a settled claim."""
    latest = case.periods[-1]
    tallies = list(case.tallies.values())
    ruling = ruling_at(END_OF_TIME, case.rulings)
    pending = find_pending(tallies, ruling, case.terms, case.policy)
    stakes = find_stakes(tallies, ruling, case.terms, case.policy)
    document = status_document(case.claim.slug, latest.assessment, latest.since, pending, tallies)
    return ledger.Account(
        claim=case.claim,
        periods=case.periods,
        standing=case.standing,
        document=json.dumps(document, ensure_ascii=False),
        stakes=stakes,
        titles=titles,
        policy_version=case.policy.version,
    )
