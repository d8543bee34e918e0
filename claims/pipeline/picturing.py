"""What the drawing of a claim's timeline shows, asked for in buckets, however much was said.

Each party's lane is cut into columns of equal time. Of each column the last ledger line, the last position and the
newest few statements are asked for, found by their indexes; nothing is counted through.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from claims.assessment import POLICIES, Holding, Terms, follow
from claims.drawing.picture import Dot, Lane, Mark, Period, Picture, Stretch, span_between
from claims.models import Claim, Party
from claims.models.writing import Row, Sql, run
from claims.pipeline.facts import FOREVER, load_claim_evidence, load_terms
from claims.words import Stance, Status

# So many statements of a column are looked at: a dot says "4 or more".
LOOKED_AT = 4
# Columns over all lanes together, and the least and the most of one lane.
COLUMNS, LEAST, MOST = 480, 40, 96

# From the first thing said or decided on to the moment asked for; where all has been quiet for longer than it went on,
# to a while after the last. The last column begins where the span ends.
SPAN = """
WITH told AS (
    SELECT least((SELECT min(s.said_at) FROM claims_statement s
                   WHERE s.claim_id = %(claim)s AND s.recorded_at <= %(known_at)s),
                 (SELECT min(d.effective_from) FROM claims_decision d
                   WHERE d.claim_id = %(claim)s AND d.recorded_at <= %(known_at)s)) AS first,
           greatest((SELECT max(s.said_at) FROM claims_statement s
                      WHERE s.claim_id = %(claim)s AND s.said_at <= %(ends)s::timestamptz
                        AND s.recorded_at <= %(known_at)s),
                    (SELECT max(greatest(d.effective_from,
                                         CASE WHEN d.lift_recorded_at <= %(known_at)s THEN d.lifted_at END))
                       FROM claims_decision d
                      WHERE d.claim_id = %(claim)s AND d.recorded_at <= %(known_at)s
                        AND d.effective_from <= %(ends)s::timestamptz)) AS newest
), span AS (
    SELECT first, newest, last, greatest(last - first, interval '2 hours') / %(columns)s AS step
      FROM told CROSS JOIN LATERAL (
        SELECT CASE WHEN %(ends)s::timestamptz - newest > greatest(newest - first, interval '2 days')
                    THEN newest + greatest((newest - first) / 4, interval '1 day')
                    ELSE %(ends)s::timestamptz END) until (last)
     WHERE first <= %(ends)s::timestamptz
), col AS (
    SELECT n, first + step * n AS begins, least(first + step * (n + 1), last + interval '1 microsecond') AS ends
      FROM span CROSS JOIN generate_series(0, %(columns)s::int) n
)
"""
FIRST = "SELECT first, newest, last FROM span"
# The line from the beginning of time, and the last line that begins in each column.
PERIODS = """
SELECT status, lower(valid) FROM (
    SELECT p.status, p.valid FROM claims_statusperiod p
     WHERE p.claim_id = %(claim)s AND {known} AND coalesce(lower(p.valid), '-infinity'::timestamptz) = '-infinity'
    UNION ALL
    SELECT line.* FROM col CROSS JOIN LATERAL (
        SELECT p.status, p.valid FROM claims_statusperiod p
         WHERE p.claim_id = %(claim)s AND {known}
           AND coalesce(lower(p.valid), '-infinity'::timestamptz) >= col.begins
           AND coalesce(lower(p.valid), '-infinity'::timestamptz) < col.ends
         ORDER BY coalesce(lower(p.valid), '-infinity'::timestamptz) DESC LIMIT 1) line
) lines
 ORDER BY lower(valid) NULLS FIRST
"""
POSITIONS = """
SELECT lane.party_id, held.begins, held.stance, held.firm
  FROM unnest(%(parties)s::bigint[]) lane (party_id) CROSS JOIN col CROSS JOIN LATERAL (
    SELECT o.begins, o.stance, o.firm FROM claims_position o
     WHERE o.claim_id = %(claim)s AND o.party_id = lane.party_id AND o.begins >= col.begins AND o.begins < col.ends
     ORDER BY o.begins DESC LIMIT 1) held
 ORDER BY lane.party_id, held.begins
"""
STATEMENTS = """
SELECT lane.party_id, col.n, said.stance, said.gone, count(*), max(said.said_at),
       sum(count(*)) OVER (PARTITION BY lane.party_id, col.n)
  FROM unnest(%(parties)s::bigint[]) lane (party_id) CROSS JOIN col CROSS JOIN LATERAL (
    SELECT s.stance, s.said_at,
           coalesce(s.dropped_at <= %(known_at)s, false)
           OR coalesce((SELECT w.withdrawn FROM claims_withdrawal w
                         WHERE w.article_id = s.article_id AND w.recorded_at <= %(known_at)s
                         ORDER BY w.recorded_at DESC, w.id DESC LIMIT 1), false)
           OR coalesce((SELECT v.verdict IN ('rejected', 'corrected') FROM claims_review v
                         WHERE v.statement_id = s.id AND v.recorded_at <= %(known_at)s
                         ORDER BY v.recorded_at DESC, v.id DESC LIMIT 1), false) AS gone
      FROM claims_statement s
     WHERE s.claim_id = %(claim)s AND s.party_id = lane.party_id AND s.recorded_at <= %(known_at)s
       AND s.said_at >= col.begins AND s.said_at < col.ends
     ORDER BY s.said_at DESC, s.id DESC LIMIT %(looked_at)s) said
 GROUP BY lane.party_id, col.n, said.stance, said.gone
 ORDER BY lane.party_id, max(said.said_at), said.stance, said.gone
"""
DECISIONS = """
SELECT d.status, d.effective_from, CASE WHEN d.lift_recorded_at <= %(known_at)s THEN d.lifted_at END
  FROM claims_decision d WHERE d.claim_id = %(claim)s AND d.recorded_at <= %(known_at)s ORDER BY d.id DESC LIMIT 40
"""
# Which lines of the ledger: those that stand now, or that stood at a recorded moment.
STANDS, STOOD = "upper_inf(p.recorded)", "p.recorded @> %(known_at)s::timestamptz"


@dataclass(frozen=True, slots=True)
class Course:
    """How a claim went, as far as a drawing shows it: its periods and decisions, and by party what it held and said.

    `quiet_since` is set where the drawing ends before the moment asked for, because nothing was said or decided since.
    """

    begins: datetime
    ends: datetime
    periods: tuple[Period, ...]
    marks: tuple[Mark, ...]
    stretches: Mapping[int, tuple[Stretch, ...]]
    dots: Mapping[int, tuple[Dot, ...]]
    quiet_since: datetime | None = None

    def lay_out(self, lanes: Iterable[tuple[int, str, str]], left_out: int = 0) -> Picture:
        """The picture with a lane for each party: its id, its name, and the address its name leads to, if any."""
        return Picture(
            begins=self.begins,
            ends=self.ends,
            periods=self.periods,
            lanes=tuple(
                Lane(name, self.stretches.get(party, ()), self.dots.get(party, ()), href) for party, name, href in lanes
            ),
            marks=self.marks,
            left_out=left_out,
            quiet_since=self.quiet_since,
        )


def load_course(
    claim: Claim,
    parties: Sequence[int],
    *,
    now: datetime,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Course | None:
    """How a claim went up to a valid moment by what was known at a recorded one (None: now); None if nothing was said.

    `parties` are the ids of those that have a lane. For what was known in the past all that was known then is folded.
    """
    course = read_course(run(*ask_course(claim.pk, parties, ends=as_of or now, known_at=known_at)), as_of or now)
    if course is None or known_at is None:
        return course
    evidence = [e for e in load_claim_evidence(claim, known_at) if as_of is None or e.said_at <= as_of]
    ids = dict(Party.objects.filter(pk__in=parties).values_list("slug", "pk"))
    terms = load_terms([claim.pk], known_at).get(claim.pk, Terms())
    tracks = {track.tally.holding.party: track for track in follow(evidence, POLICIES[terms.policy_version])}
    held = {ids[party]: _hold(track.holdings) for party, track in tracks.items() if party in ids}
    return replace(course, stretches=held)


def ask_course(
    claim: int, parties: Sequence[int], *, ends: datetime, known_at: datetime | None = None
) -> tuple[Sql, Sql, Sql, Sql, Sql]:
    """The questions for how a claim went, to be sent in one trip; see `read_course`."""
    given = {
        "claim": claim,
        "parties": list(parties),
        "ends": ends,
        "columns": max(LEAST, min(MOST, COLUMNS // max(len(parties), 1))),
        "looked_at": LOOKED_AT,
        "known_at": known_at or FOREVER,
    }
    known = STANDS if known_at is None else STOOD
    return (
        Sql(SPAN + FIRST, given),
        Sql(SPAN + PERIODS.format(known=known), given),
        Sql(SPAN + POSITIONS, given),
        Sql(SPAN + STATEMENTS, given),
        Sql(DECISIONS, given),
    )


def read_course(answers: Sequence[Sequence[Row]], ends: datetime) -> Course | None:
    """What was answered to `ask_course`, up to the moment it was asked for; None where nothing was said or decided."""
    first, lines, positions, said, decisions = answers
    if not first:
        return None
    holdings: dict[int, list[Holding]] = {}
    for party, begins, stance, firm in positions:
        holdings.setdefault(party, []).append(Holding("", begins, Stance(stance) if stance else None, begins, firm))
    dots: dict[int, list[Dot]] = {}
    for party, _column, stance, gone, count, at, looked_at in said:
        dots.setdefault(party, []).append(Dot(at, Stance(stance), count, looked_at >= LOOKED_AT, gone))
    marks = [Mark(begins, Status(status)) for status, begins, _lifted in decisions]
    marks += [Mark(lifted, Status(status), lifted=True) for status, _begins, lifted in decisions if lifted is not None]
    ((began, newest, until),) = first
    begins, last = span_between(began, until)
    return Course(
        begins=begins,
        ends=last,
        periods=_join(lines),
        marks=tuple(sorted((m for m in marks if m.at <= ends), key=lambda m: (m.at, m.lifted))),
        stretches={party: _hold(held) for party, held in holdings.items()},
        dots={party: tuple(told) for party, told in dots.items()},
        quiet_since=newest if until < ends else None,
    )


def _join(lines: Sequence[Row]) -> tuple[Period, ...]:
    """The ledger's lines as periods; lines of one status that follow each other are one."""
    starts: list[tuple[datetime | None, str]] = []
    for status, begins in lines:
        if not starts or starts[-1][1] != status:
            starts.append((begins, status))
    if not starts:
        return ()
    ends = [begins for begins, _ in starts[1:]]
    return tuple(
        Period(begins, end, Status(status)) for (begins, status), end in zip(starts, [*ends, None], strict=True)
    )


def _hold(holdings: Sequence[Holding]) -> tuple[Stretch, ...]:
    """What a party held, from one holding to the next; those that differ in nothing that is drawn are one."""
    kept: list[Holding] = []
    for holding in holdings:
        if not kept or (kept[-1].stance, kept[-1].firm) != (holding.stance, holding.firm):
            kept.append(holding)
    if not kept:
        return ()
    ends = [later.begins for _, later in pairwise(kept)]
    return tuple(
        Stretch(held.begins, end, held.stance, held.firm)
        for held, end in zip(kept, [*ends, None], strict=True)
        if held.stance is not None
    )
