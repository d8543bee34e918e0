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
    fold,
    ruling_at,
    weigh,
)
from claims.models import Claim, Position, StatusPeriod
from claims.models.writing import insert_rows, update_rows
from claims.pipeline.facts import (
    Catalogued,
    draw_terms,
    load_evidence,
    load_rulings,
    load_terms,
    read_holding,
    read_tally,
    write_position,
    write_terms,
)
from claims.serializers import status_document

TICK = timedelta(microseconds=1)

# What settling asks is asked for every article: written out, so that it need not be put together each time.
# The claims' documents are left out, which are about to be written anew.
LOCK = """
SELECT id, slug, kind, holder_id, opposed_id, place, proposition, keywords, recorded_at, changed_at, status, rule,
       status_since, version, settled_at, ring_at
  FROM claims_claim WHERE id = ANY(%(ids)s::bigint[]) OR slug = ANY(%(slugs)s) ORDER BY id FOR NO KEY UPDATE
"""
POSITIONS = """
SELECT o.*, p.slug AS speaker
  FROM claims_position o JOIN claims_party p ON p.id = o.party_id WHERE o.claim_id = ANY(%(claims)s)
"""
LATEST = f"{POSITIONS} AND o.until IS NULL"
LAST = """
SELECT * FROM claims_statusperiod
 WHERE claim_id = ANY(%(claims)s) AND upper_inf(recorded) AND upper_inf(valid)
"""

# Held together by all who settle claims, alone by who changes what all of them look up: which stories are one, how
# parties stand. Taken before any claim's lock.
SETTLING_LOCK = 0x7365_7474_6C65


def settle_alone() -> None:
    """Keep everybody else from settling claims until the transaction ends; to be called before locking any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETTLING_LOCK])


def lock_claims(ids: Iterable[int], now: datetime, *, slugs: Collection[str] = ()) -> tuple[list[Claim], datetime]:
    """Lock claims for writing, by id or by slug, in order of id so that no two workers wait for each other.

    Returns them with the recorded instant for everything written under these locks: `now`, or just after the
    newest recorded moment of any of them where the clock lags behind.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [SETTLING_LOCK])
    claims = list(Claim.objects.raw(LOCK, {"ids": sorted(set(ids)), "slugs": sorted(set(slugs))}))
    return claims, max([now, *(c.settled_at + TICK for c in claims if c.settled_at is not None)])


@dataclass(slots=True)
class _Case:
    """One claim being settled: what stood before, and what it comes to."""

    claim: Claim
    terms: Terms
    rulings: Sequence[Ruling]
    tallies: dict[str, Tally] = field(default_factory=dict)
    rows: dict[str, Position] = field(default_factory=dict)
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


def settle(
    claims: Sequence[Claim],
    instant: datetime,
    *,
    fresh: Collection[int] = (),
    touched: Mapping[int, Collection[str]] | None = None,
    anew: bool = False,
) -> None:
    """Bring claims up to date after new statements, reviews, withdrawals, decisions or new terms.

    The caller holds the claims' locks and has written what is new at `instant`. `fresh` are the ids of statements
    just added; `touched` the parties, per claim id, of which an older statement changed its weight. With `anew`
    every party is folded anew and the whole account drawn. The number of queries does not depend on how many
    claims or statements there are.
    """
    touched = touched or {}
    cases, today = _open_cases(claims, instant, fresh, touched, anew)
    hopeful = [c for c in cases if not c.redraw and not c.refold]
    updated, added = _take_in(hopeful, today.parties) if hopeful else ([], [])
    slow = [c for c in cases if c.redraw or c.refold]
    if slow:
        added += _fold_anew(slow, today.parties)
    # Ending a party's latest row comes before adding the next one: the database allows one latest at a time.
    update_rows(updated, ["until", "heard", "last_spoke", "stories", "sums", "offered"])
    insert_rows(added)
    ledger.write([_account(case, today.titles) for case in cases], instant)


def _open_cases(
    claims: Sequence[Claim],
    instant: datetime,
    fresh: Collection[int],
    touched: Mapping[int, Collection[str]],
    anew: bool,
) -> tuple[list[_Case], Catalogued]:
    """Read what stood before, and tell which claims must be folded or drawn anew in any case."""
    ids = [claim.pk for claim in claims]
    evidence = load_evidence("s.id = ANY(%(fresh)s)", {"fresh": list(fresh)}) if fresh else {}
    latest: dict[int, list[tuple[str, Position]]] = {}
    for row in Position.objects.raw(LATEST, {"claims": ids}):
        latest.setdefault(row.claim_id, []).append((row.speaker, row))
    speakers = {
        pk: {slug for slug, _ in latest.get(pk, ())}
        | {e.party for e in evidence.get(pk, ())}
        | set(touched.get(pk, ()))
        for pk in ids
    }
    before = load_terms(ids)
    today = draw_terms(claims, speakers)
    rulings = load_rulings(ids)
    last = {line.claim_id: line for line in StatusPeriod.objects.raw(LAST, {"claims": ids})}
    insert_rows(
        [
            write_terms(claim, today.terms[claim.pk], instant)
            for claim in claims
            if before.get(claim.pk) != today.terms[claim.pk]
        ]
    )
    cases = []
    for claim in claims:
        pk = claim.pk
        rows = dict(latest.get(pk, ()))
        case = _Case(
            claim,
            today.terms[pk],
            rulings.get(pk, ()),
            tallies={slug: read_tally(row, slug) for slug, row in rows.items()},
            rows=rows,
            last=last.get(pk),
            fresh=evidence.get(pk, []),
            refold=set(touched.get(pk, ())),
        )
        if anew or case.last is None:
            case.refold |= speakers[pk]
        case.redraw = anew or case.last is None or not fresh or _differ(before.get(pk), case.terms)
        if case.redraw or case.refold:
            case.refold |= {e.party for e in case.fresh}
        cases.append(case)
    return cases, today


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


def _take_in(cases: Sequence[_Case], parties: Mapping[str, int]) -> tuple[list[Position], list[Position]]:
    """Settle claims by their last line and their parties' latest positions alone, where that can be.

    Returns position rows to update and to add. Where it cannot be, the parties that spoke are to be folded anew.
    """
    counted = _load_counted(cases)
    updated: list[Position] = []
    added: list[Position] = []
    for case in cases:
        last = case.last
        tracks = _hear(case, counted) if last is not None else None
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
            row = case.rows.get(party)
            if row is not None:
                _carry_on(case.claim, row, track)
                updated.append(row)
            added += _rows_of(case.claim, parties[party], track)
    return updated, added


def _hear(case: _Case, counted: Mapping[tuple[int, str], list[Counted]]) -> dict[str, Track] | None:
    """What the parties that spoke come to, by party; None where that takes more than their latest positions.

    It does where something said late could change what a party held, and where a party took another stance before
    the latest moment at which anything changed on the claim.
    """
    horizon = _horizon(case)
    tracks: dict[str, Track] = {}
    for party, statements in _by_party(case.fresh).items():
        tally = case.tallies.get(party)
        told = list(counted.get((case.claim.pk, party), ()))
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


def _fold_anew(cases: Sequence[_Case], parties: Mapping[str, int]) -> list[Position]:
    """Settle claims whose past may be another now; replaces the positions of the parties to fold, returns new rows."""
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
    added: list[Position] = []
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
                added += _rows_of(case.claim, parties[party], track)
        case.standing = tuple(lines.get(pk, ()))
        case.periods = draw(holdings, case.rulings, case.terms, case.policy)
    Position.objects.filter(pk__in=stale).delete()
    return added


def _by_party(statements: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    by_party: dict[str, list[Evidence]] = {}
    for evidence in statements:
        by_party.setdefault(evidence.party, []).append(evidence)
    return by_party


def _load_counted(cases: Sequence[_Case]) -> dict[tuple[int, str], list[Counted]]:
    """The stories already added up for a party, of those its fresh statements stand in, by claim id and party."""
    stories = {e.story for case in cases for e in case.fresh if e.story.startswith("story:")}
    if not stories:
        return {}
    fresh = {e.id for case in cases for e in case.fresh}
    # As an array, so that statements are always found by their revision, never by going through all of the claim's.
    scope = """s.revision_id = ANY(ARRAY(SELECT r2.id FROM claims_revision r2 WHERE r2.story_id IN (
        WITH RECURSIVE one(id) AS (
            SELECT unnest(%(stories)s::bigint[])
            UNION SELECT m.id FROM claims_story m JOIN one ON m.merged_into_id = one.id
        ) SELECT id FROM one))) AND s.claim_id = ANY(%(claims)s)"""
    params = {
        "stories": [int(story.removeprefix("story:")) for story in stories],
        "claims": [case.claim.pk for case in cases],
    }
    evidence = load_evidence(scope, params)
    counted: dict[tuple[int, str], list[Counted]] = {}
    for case in cases:
        best: dict[tuple[str, str, str], Counted] = {}
        for e in sorted(evidence.get(case.claim.pk, ()), key=attrgetter("said_at")):
            known = best.get((e.party, e.stance, e.story))
            weight = weigh(e, case.policy)
            if e.id not in fresh and (known is None or weight > known.weight):
                best[e.party, e.stance, e.story] = Counted(e.stance, e.story, weight, e.said_at)
        for (party, _, _), told in best.items():
            counted.setdefault((case.claim.pk, party), []).append(told)
    return counted


def _carry_on(claim: Claim, row: Position, track: Track) -> None:
    """Bring a party's latest row up to date: it goes on with the new count, or ends where the next one begins."""
    if track.holdings:
        row.until, row.last_spoke, row.stories, row.sums, row.offered = track.holdings[0].begins, None, 0, [], []
        return
    latest = write_position(claim, row.party_id, track.tally.holding, track.tally, None)
    row.heard, row.last_spoke, row.stories = latest.heard, latest.last_spoke, latest.stories
    row.sums, row.offered = latest.sums, latest.offered


def _rows_of(claim: Claim, party: int, track: Track) -> list[Position]:
    """The position rows for a party's new holdings, unsaved; the last one is the latest."""
    ends = [h.begins for h in track.holdings[1:]]
    return (
        [
            write_position(claim, party, holding, track.tally, end)
            for holding, end in zip(track.holdings, [*ends, None], strict=True)
        ]
        if track.holdings
        else []
    )


def _account(case: _Case, titles: Mapping[str, str]) -> ledger.Account:
    """What the ledger is given for a settled claim."""
    latest = case.periods[-1]
    tallies = list(case.tallies.values())
    pending = find_pending(tallies, ruling_at(END_OF_TIME, case.rulings), case.terms, case.policy)
    document = status_document(case.claim.slug, latest.assessment, latest.since, pending, tallies)
    return ledger.Account(
        claim=case.claim,
        periods=case.periods,
        standing=case.standing,
        document=json.dumps(document, ensure_ascii=False),
        titles=titles,
        policy_version=case.policy.version,
    )
