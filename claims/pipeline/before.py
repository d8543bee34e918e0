"""What settling begins with: what stood before on the claims, and what is new, asked for in one trip."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from claims.assessment import CURRENT, Evidence, Holding, Ruling, Standing, Tally, Terms
from claims.models import Claim, Party, Statement, StatusPeriod
from claims.models.writing import Row, Sql, insertion_of, run
from claims.pipeline.facts import (
    ask_evidence,
    ask_rulings,
    ask_terms,
    read_evidence,
    read_offered,
    read_rulings,
    read_sums,
    read_terms,
    story_key,
)
from claims.words import Origin, Stance, Strength

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
# The line of each claim that says what is so now, until further notice.
LAST = """
SELECT id, claim_id, status, rule, because, dissent, policy_version, since, lower(valid), lower(recorded)
  FROM claims_statusperiod
 WHERE claim_id = ANY(%(claims)s) AND upper_inf(recorded) AND upper_inf(valid)
"""
# The statements that stand in the stories of some revisions and statements, whatever these stories count with: found
# by their revisions, as arrays, and never by going through all of a claim's or all revisions.
IN_STORIES = """
s.claim_id = ANY(%(claims)s) AND NOT s.id = ANY(%(statements)s)
AND s.revision_id = ANY(ARRAY(SELECT told.id FROM claims_revision told WHERE told.story_id = ANY(ARRAY(
    WITH RECURSIVE up (id) AS (
        SELECT r.story_id FROM claims_revision r
         WHERE r.id = ANY(%(revisions)s::bigint[] || ARRAY(SELECT n.revision_id FROM claims_statement n
                                                            WHERE n.id = ANY(%(statements)s)))
        UNION SELECT next.id FROM up CROSS JOIN LATERAL (
            SELECT t.merged_into_id FROM claims_story t WHERE t.id = up.id
            UNION ALL SELECT p.of_id FROM claims_reprint p WHERE p.story_id = up.id
        ) next (id)
    ), one (id) AS (
        SELECT id FROM up WHERE id IS NOT NULL
        UNION SELECT next.id FROM one CROSS JOIN LATERAL (
            SELECT t.id FROM claims_story t WHERE t.merged_into_id = one.id
            UNION ALL SELECT p.story_id FROM claims_reprint p WHERE p.of_id = one.id
        ) next (id)
    ) SELECT id FROM one))))
"""


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
            titles[slug] = Party(slug=slug, names=names).title
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
        tally = Tally(holding, heard, read_sums(sums), last_spoke, read_offered(offered))
        by_claim.setdefault(claim, {})[party] = Latest(pk, tally)
    return by_claim


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before on some claims, by claim id, and what is new: all that settling begins with."""

    latest: Mapping[int, Mapping[str, Latest]]
    terms: Mapping[int, Terms]
    rulings: Mapping[int, Sequence[Ruling]]
    last: Mapping[int, StatusPeriod]
    # New statements, and those told before in the same stories.
    fresh: Mapping[int, list[Evidence]]
    told: Mapping[int, list[Evidence]]
    today: Catalogued


def ask_before(
    claims: Sequence[Claim],
    adding: Sequence[Statement],
    fresh: list[int],
    touched: Mapping[int, Collection[str]],
    only_story: int | None,
) -> Before:
    """Insert new statements and ask for what settling begins with, in one trip.

    Of an article that nobody else copies the evidence is its statements as they are written; else it is asked for,
    with what was told before in the same stories.
    """
    ids = [claim.pk for claim in claims]
    given = {
        "claims": ids,
        "statements": fresh,
        "revisions": sorted({s.revision_id for s in adding if s.revision_id is not None}),
        "parties": sorted({s.party_id for s in adding}),
        "slugs": sorted({slug for slugs in touched.values() for slug in slugs}),
    }
    if only_story is None:
        told_and_new = [ask_evidence(IN_STORIES, given), _ask_new(adding, given)]
    else:
        insertion = insertion_of(adding)
        told_and_new = [Sql(f"{insertion.text} RETURNING id", insertion.given)]
    latest, terms, rulings, last, stakes, *answers = run(
        Sql(LATEST, given), ask_terms(ids), ask_rulings(ids), Sql(LAST, given), Sql(STAKES, given), *told_and_new
    )
    standing = read_latest(latest)
    if only_story is None:
        told, evidence = map(read_evidence, answers)
    else:
        slugs = {party: slug for _, _, party, slug, *_ in stakes}
        told, evidence = {}, _read_written(adding, answers[0], slugs, only_story)
    speakers = {
        pk: {*standing.get(pk, ()), *(e.party for e in evidence.get(pk, ())), *touched.get(pk, ())} for pk in ids
    }
    return Before(
        latest=standing,
        terms=read_terms(terms),
        rulings=read_rulings(rulings),
        last={row[1]: read_last(row) for row in last},
        fresh=evidence,
        told=told,
        today=draw_terms(stakes, speakers),
    )


def _ask_new(adding: Sequence[Statement], given: Mapping[str, object]) -> Sql:
    """Inserts new statements and asks for them, or asks for those that were inserted before."""
    if not adding:
        return ask_evidence("s.id = ANY(%(statements)s)", given)
    insertion, added = insertion_of(adding), ask_evidence("true", {}, statements="added")
    return Sql(f"WITH added AS ({insertion.text} RETURNING *) {added.text}", {**insertion.given, **added.given})


def _read_written(
    adding: Sequence[Statement], keys: Iterable[Row], slugs: Mapping[int, str], story: int
) -> dict[int, list[Evidence]]:
    """New statements as the evidence they are, by claim id: nobody has reviewed, dropped or withdrawn them yet."""
    by_claim: dict[int, list[Evidence]] = {}
    for statement, (pk,) in zip(adding, keys, strict=True):
        by_claim.setdefault(statement.claim_id, []).append(
            Evidence(
                id=pk,
                party=slugs[statement.party_id],
                stance=Stance(statement.stance),
                said_at=statement.said_at,
                story=story_key(story),
                origin=Origin(statement.origin),
                strength=Strength(statement.strength),
                confidence=statement.confidence,
                own_voice=statement.own_voice,
                verdict=None,
                carried=True,
            )
        )
    return by_claim


def read_last(row: Row) -> StatusPeriod:
    """A ledger line that was answered to LAST; its wording is left out."""
    pk, claim, status, rule, because, dissent, policy_version, since, begins, recorded = row
    return StatusPeriod(
        pk=pk,
        claim_id=claim,
        status=status,
        rule=rule,
        because=because,
        dissent=dissent,
        policy_version=policy_version,
        since=since,
        valid=DateTimeTZRange(begins, None),
        recorded=DateTimeTZRange(recorded, None),
    )
