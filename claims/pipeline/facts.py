"""What the assessment of a claim rests on, read from the rows as known at a moment and handed on as values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from claims.assessment import Evidence, Holding, Ruling, Standing, Sum, Tally, Terms
from claims.models import Claim, Position, Story, TermsLine
from claims.models.writing import Row, Sql, run
from claims.words import Origin, Stance, Status, Strength, Verdict

FOREVER = "infinity"
# Statements with all that decides their weight, as known at a moment. A statement's story is its revision's; a
# record is a story of its own.
EVIDENCE = """
SELECT s.id, s.claim_id, p.slug, s.stance, s.said_at, r.story_id, s.origin, s.strength, s.confidence, s.own_voice,
       nullif((SELECT v.verdict FROM claims_review v
                WHERE v.statement_id = s.id AND v.recorded_at <= %(known_at)s
                ORDER BY v.recorded_at DESC, v.id DESC LIMIT 1), 'undone'),
       (s.dropped_at IS NULL OR s.dropped_at > %(known_at)s)
       AND NOT coalesce((SELECT w.withdrawn FROM claims_withdrawal w
                          WHERE w.article_id = s.article_id AND w.recorded_at <= %(known_at)s
                          ORDER BY w.recorded_at DESC, w.id DESC LIMIT 1), false),
       t.merged_at <= %(known_at)s OR EXISTS (SELECT 1 FROM claims_reprint p WHERE p.story_id = t.id)
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
# What stories became part of by merging; of those that did not merge, what they are reprints of.
COUNTS_WITH = """
SELECT id, merged_into_id FROM claims_story WHERE id = ANY(%(stories)s) AND merged_at <= %(known_at)s
UNION ALL
SELECT * FROM (SELECT DISTINCT ON (p.story_id) p.story_id, p.of_id
                 FROM claims_reprint p JOIN claims_story s ON s.id = p.story_id
                WHERE p.story_id = ANY(%(stories)s) AND p.recorded_at <= %(known_at)s
                  AND (s.merged_at IS NULL OR s.merged_at > %(known_at)s)
                ORDER BY p.story_id, p.recorded_at DESC, p.id DESC) latest
 WHERE of_id IS NOT NULL
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
                story=story_key(names.get(row[5], row[5])) if row[5] is not None else f"statement:{row[0]}",
                origin=Origin(row[6]),
                strength=Strength(row[7]),
                confidence=row[8],
                own_voice=row[9],
                verdict=Verdict(row[10]) if row[10] else None,
                carried=row[11],
            )
        )
    return by_claim


def story_key(story: int) -> str:
    """What evidence is told apart by, story from story."""
    return f"story:{story}"


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
    """For each story, the one it counted with at a moment (None: now): itself, or where merges and reprints lead."""
    wanted = set(stories)
    into: dict[int, int] = {}
    ask = wanted
    while ask:
        # Copies that came to be known as such late are rare and chains short: nearly always one query, with no rows.
        (rows,) = run(Sql(COUNTS_WITH, {"stories": list(ask), "known_at": known_at or FOREVER}))
        step = dict(rows)
        into |= step
        ask = set(step.values()) - into.keys()
    names = {}
    for story in wanted:
        name = story
        while name in into:
            name = into[name]
        names[story] = name
    return names


def follow_merges(stories: Iterable[int]) -> dict[int, int]:
    """What each story has merged into by now; itself where it has not."""
    wanted = set(stories)
    into: dict[int, int] = {}
    ask = wanted
    while ask:
        step = dict(Story.objects.filter(pk__in=ask, merged_into__isnull=False).values_list("pk", "merged_into"))
        into |= step
        ask = set(step.values()) - into.keys()

    def end(story: int) -> int:
        return end(into[story]) if story in into else story

    return {story: end(story) for story in wanted}


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
            gains=frozenset(gains),
            loses=frozenset(loses),
            standings=tuple(Standing(*standing) for standing in standings),
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
        sums=read_sums(row.sums),
        last_spoke=row.last_spoke,
        offered=read_offered(row.offered),
    )


def read_sums(kept: Iterable[Sequence[Any]]) -> tuple[Sum, ...]:
    """What a position row keeps of a tally's sums, as values."""
    return tuple(Sum(Stance(stance), weight, stories) for stance, weight, stories in kept)


def read_offered(kept: Iterable[str]) -> frozenset[Stance]:
    """What a position row keeps of the stances offered, as values."""
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
