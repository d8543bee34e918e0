"""What the assessment of a claim rests on, read from the rows as known at a moment and handed on as values."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from claims.assessment import CURRENT, Evidence, Holding, Ruling, Standing, Sum, Tally, Terms
from claims.models import Claim, Party, Position, Story, TermsLine
from claims.models.writing import Row, Sql, run
from claims.words import Origin, Stance, Status, Strength, Verdict

FOREVER = "infinity"
# Statements with all that decides their weight, as known at a moment. A statement's story is its revision's; a
# record is a story of its own.
EVIDENCE = """
SELECT s.id, s.claim_id, p.slug, s.stance, s.said_at, r.story_id, s.origin, s.strength, s.confidence, s.own_voice,
       (SELECT v.verdict FROM claims_review v
         WHERE v.statement_id = s.id AND v.recorded_at <= %(known_at)s
         ORDER BY v.recorded_at DESC, v.id DESC LIMIT 1),
       (s.dropped_at IS NULL OR s.dropped_at > %(known_at)s)
       AND NOT coalesce((SELECT w.withdrawn FROM claims_withdrawal w
                          WHERE w.article_id = s.article_id AND w.recorded_at <= %(known_at)s
                          ORDER BY w.recorded_at DESC, w.id DESC LIMIT 1), false),
       t.merged_at <= %(known_at)s
  FROM {statements} s
  JOIN claims_party p ON p.id = s.party_id
  LEFT JOIN claims_revision r ON r.id = s.revision_id
  LEFT JOIN claims_story t ON t.id = r.story_id
 WHERE s.recorded_at <= %(known_at)s AND {scope}
"""
# The last terms line of each claim, as known at a moment.
TERMS = """
SELECT line.claim_id, line.gains, line.loses, line.standings, line.policy_version
  FROM unnest(%(claims)s::bigint[]) AS asked (id)
 CROSS JOIN LATERAL (SELECT * FROM claims_termsline t
                      WHERE t.claim_id = asked.id AND t.recorded_at <= %(known_at)s
                      ORDER BY t.recorded_at DESC LIMIT 1) AS line
"""
RULINGS = """
SELECT d.claim_id, d.id, d.status, d.effective_from,
       CASE WHEN d.lift_recorded_at <= %(known_at)s THEN d.lifted_at END
  FROM claims_decision d
 WHERE d.claim_id = ANY(%(claims)s) AND d.recorded_at <= %(known_at)s
 ORDER BY d.id
"""
# Who gains and who loses by claims, and, under no claim, who has spoken on them and further parties that are asked for.
STAKES = """
WITH stake (claim_id, party_id, gains) AS (
    SELECT g.claim_id, g.party_id, true FROM claims_claim_gains g WHERE g.claim_id = ANY(%(claims)s)
    UNION SELECT l.claim_id, l.party_id, false FROM claims_claim_loses l WHERE l.claim_id = ANY(%(claims)s)
    UNION SELECT c.id, c.holder_id, true FROM claims_claim c WHERE c.id = ANY(%(claims)s)
    UNION SELECT c.id, c.opposed_id, false FROM claims_claim c WHERE c.id = ANY(%(claims)s)
    UNION SELECT NULL, o.party_id, NULL FROM claims_position o WHERE o.claim_id = ANY(%(claims)s) AND o.until IS NULL
    UNION SELECT NULL, s.party_id, NULL FROM claims_statement s WHERE s.id = ANY(%(statements)s)
    UNION SELECT NULL, p.id, NULL FROM claims_party p WHERE p.slug = ANY(%(slugs)s) OR p.id = ANY(%(parties)s)
)
SELECT stake.claim_id, stake.gains, p.id, p.slug, p.names, p.reliability, coalesce(a.slug, '')
  FROM stake JOIN claims_party p ON p.id = stake.party_id LEFT JOIN claims_party a ON a.id = p.aligned_with_id
"""
# The latest position of each party on some claims.
LATEST = """
SELECT o.id, o.claim_id, p.slug, o.begins, o.stance, o.since, o.firm, o.settled, o.heard, o.last_spoke,
       o.sums, o.offered
  FROM claims_position o JOIN claims_party p ON p.id = o.party_id
 WHERE o.claim_id = ANY(%(claims)s) AND o.until IS NULL
"""


def ask_evidence(
    scope: str, given: Mapping[str, object], known_at: datetime | None = None, *, statements: str = "claims_statement"
) -> Sql:
    """The question for the statements of a scope (a condition on `s`, the statement), as known at a moment.

    They are looked for in all there are, or in what `statements` names.
    """
    text = EVIDENCE.format(scope=scope, statements=statements)
    return Sql(text, {**given, "known_at": known_at or FOREVER})


def read_evidence(rows: Sequence[Row], known_at: datetime | None = None) -> dict[int, list[Evidence]]:
    """What was answered to the question for statements, by claim id."""
    names = name_stories({row[5] for row in rows if row[12]}, known_at)
    by_claim: dict[int, list[Evidence]] = {}
    for row in rows:
        by_claim.setdefault(row[1], []).append(
            Evidence(
                id=row[0],
                party=row[2],
                stance=Stance(row[3]),
                said_at=row[4],
                story=f"story:{names.get(row[5], row[5])}" if row[5] is not None else f"statement:{row[0]}",
                origin=Origin(row[6]),
                strength=Strength(row[7]),
                confidence=row[8],
                own_voice=row[9],
                verdict=Verdict(row[10]) if row[10] else None,
                carried=row[11],
            )
        )
    return by_claim


def load_evidence(
    scope: str, given: Mapping[str, object], known_at: datetime | None = None
) -> dict[int, list[Evidence]]:
    """The statements of a scope (a condition on `s`, the statement), by claim id, as known at a moment (None: now)."""
    (rows,) = run(ask_evidence(scope, given, known_at))
    return read_evidence(rows, known_at)


def load_claim_evidence(claim: Claim, known_at: datetime | None = None) -> list[Evidence]:
    """All statements on one claim, as known at a moment (None: now)."""
    return load_evidence("s.claim_id = %(claim)s", {"claim": claim.pk}, known_at).get(claim.pk, [])


def name_stories(stories: Iterable[int], known_at: datetime | None = None) -> dict[int, int]:
    """For each story, the one it had become part of by a moment (None: now): itself, or where its merges lead."""
    wanted = set(stories)
    into: dict[int, int] = {}
    ask = wanted
    while ask:
        # Merges are rare and chains short: nearly always one query that finds nothing.
        step = dict(
            Story.objects.filter(pk__in=ask, merged_into__isnull=False)
            .filter(Q() if known_at is None else Q(merged_at__lte=known_at))
            .values_list("pk", "merged_into")
        )
        into |= step
        ask = set(step.values()) - into.keys()
    names = {}
    for story in wanted:
        name = story
        while name in into:
            name = into[name]
        names[story] = name
    return names


def ask_rulings(claims: Iterable[int], known_at: datetime | None = None) -> Sql:
    """The question for the editors' decisions on claims, as known at a moment (None: now)."""
    return Sql(RULINGS, {"claims": list(claims), "known_at": known_at or FOREVER})


def read_rulings(rows: Iterable[Row]) -> dict[int, list[Ruling]]:
    """What was answered to the question for decisions, by claim id."""
    by_claim: dict[int, list[Ruling]] = {}
    for claim, pk, status, effective_from, lifted_at in rows:
        by_claim.setdefault(claim, []).append(Ruling(pk, Status(status), effective_from, lifted_at))
    return by_claim


def load_rulings(claims: Iterable[int], known_at: datetime | None = None) -> dict[int, list[Ruling]]:
    """The editors' decisions on claims, by claim id, as known at a moment (None: now)."""
    (rows,) = run(ask_rulings(claims, known_at))
    return read_rulings(rows)


def ask_terms(claims: Iterable[int], known_at: datetime | None = None) -> Sql:
    """The question for the terms on which claims were last assessed, as known at a moment (None: now)."""
    return Sql(TERMS, {"claims": list(claims), "known_at": known_at or FOREVER})


def read_terms(rows: Iterable[Row]) -> dict[int, Terms]:
    """What was answered to the question for terms, by claim id."""
    return {
        claim: Terms(
            gains=frozenset(json.loads(gains)),
            loses=frozenset(json.loads(loses)),
            standings=tuple(Standing(*standing) for standing in json.loads(standings)),
            policy_version=version,
        )
        for claim, gains, loses, standings, version in rows
    }


def load_terms(claims: Iterable[int], known_at: datetime | None = None) -> dict[int, Terms]:
    """The terms on which claims were last assessed, by claim id, as known at a moment (None: now)."""
    (rows,) = run(ask_terms(claims, known_at))
    return read_terms(rows)


def write_terms(claim: Claim, terms: Terms, instant: datetime) -> TermsLine:
    """The terms line for a value, unsaved."""
    return TermsLine(
        claim=claim,
        recorded_at=instant,
        policy_version=terms.policy_version,
        gains=sorted(terms.gains),
        loses=sorted(terms.loses),
        standings=[[s.party, s.reliability, s.aligned_with] for s in terms.standings],
    )


@dataclass(frozen=True, slots=True)
class Catalogued:
    """Today's terms of some claims by claim id; the titles and the row ids of the parties in them by slug."""

    terms: dict[int, Terms]
    titles: dict[str, str]
    parties: dict[str, int]


def draw_terms(rows: Iterable[Row], speakers: Mapping[int, Iterable[str]]) -> Catalogued:
    """What the catalogue says today of who gains, who loses and how each party stands, per claim.

    `rows` were answered to STAKES; `speakers` are the slugs of the parties that have spoken on each claim.
    """
    stakes: dict[int, tuple[set[str], set[str]]] = {claim: (set(), set()) for claim in speakers}
    standings: dict[str, Standing] = {}
    titles: dict[str, str] = {}
    parties: dict[str, int] = {}
    for claim, gains, party, slug, names, reliability, aligned_with in rows:
        if claim is not None:
            stakes[claim][0 if gains else 1].add(slug)
        if slug not in parties:
            parties[slug] = party
            standings[slug] = Standing(slug, reliability, aligned_with)
            titles[slug] = Party(slug=slug, names=json.loads(names)).title
    terms = {}
    for claim, spoke in speakers.items():
        gains, loses = stakes[claim]
        terms[claim] = Terms(
            gains=frozenset(gains),
            loses=frozenset(loses),
            standings=tuple(standings[slug] for slug in sorted({*gains, *loses, *spoke})),
            policy_version=CURRENT.version,
        )
    return Catalogued(terms, titles, parties)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest position of a party on a claim: its row's id, and the tally it was written from."""

    row: int
    tally: Tally


def read_latest(rows: Iterable[Row]) -> dict[int, dict[str, Latest]]:
    """What was answered to LATEST, by claim id and party."""
    by_claim: dict[int, dict[str, Latest]] = {}
    for pk, claim, party, begins, stance, since, firm, settled, heard, last_spoke, sums, offered in rows:
        holding = Holding(
            party, begins, Stance(stance) if stance else None, since, firm, Stance(settled) if settled else None
        )
        tally = Tally(holding, heard, _read_sums(json.loads(sums)), last_spoke, _read_offered(json.loads(offered)))
        by_claim.setdefault(claim, {})[party] = Latest(pk, tally)
    return by_claim


def read_holding(row: Position, slug: str) -> Holding:
    """A position row as the holding it was written from."""
    return Holding(
        party=slug,
        begins=row.begins,
        stance=Stance(row.stance) if row.stance else None,
        since=row.since,
        firm=row.firm,
        settled=Stance(row.settled) if row.settled else None,
    )


def read_tally(row: Position, slug: str) -> Tally:
    """The latest position row of a party as the tally it was written from."""
    return Tally(
        holding=read_holding(row, slug),
        heard=row.heard,
        sums=_read_sums(row.sums),
        last_spoke=row.last_spoke,
        offered=_read_offered(row.offered),
    )


def _read_sums(kept: Iterable[Sequence[Any]]) -> tuple[Sum, ...]:
    return tuple(Sum(Stance(stance), weight, stories) for stance, weight, stories in kept)


def _read_offered(kept: Iterable[str]) -> frozenset[Stance]:
    return frozenset(map(Stance, kept))


def write_tally(tally: Tally) -> dict[str, object]:
    """What the latest position row of a party keeps of its tally, by column."""
    return {
        "heard": tally.heard,
        "last_spoke": tally.last_spoke,
        "stories": tally.stories,
        "sums": [[s.stance, s.weight, s.stories] for s in tally.sums],
        "offered": sorted(tally.offered),
    }


def write_position(claim: int, party: int, holding: Holding, tally: Tally, until: datetime | None) -> Position:
    """The position row for a holding, unsaved; the tally is kept with the latest one (the one without `until`)."""
    return Position(
        claim_id=claim,
        party_id=party,
        begins=holding.begins,
        until=until,
        stance=holding.stance or "",
        since=holding.since,
        firm=holding.firm,
        settled=holding.settled or "",
        **(write_tally(tally) if until is None else {"heard": tally.heard}),
    )
