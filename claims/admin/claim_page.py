"""What a claim's page shows: why its status is what it is, who says what, what would change it, what was believed.

The cost is bounded by the parties of the claim, not by its history: positions and the ledger's lines are rows, and of
everything that may be without end the newest are shown. What is not asked through the models goes in two trips.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from claims.admin.marking import SAYS
from claims.admin.quotes import MOST_NAMED, QuoteView, stories_of, view_quotes, with_excerpt, with_verdict
from claims.assessment import POLICIES, Holding, Sides, Tally, Terms, assess, word_reason
from claims.drawing.timeline import MOST_LANES, draw_timeline
from claims.models import Claim, Party, Statement
from claims.models.writing import Row, Sql, run
from claims.pipeline import View, view_claim
from claims.pipeline.carriers import ask_carriers, read_carriers
from claims.pipeline.picturing import ask_course, read_course
from claims.showing.chart import word_timeline
from claims.words import Rule, Stance, Status

PARTIES_SHOWN = 30
SUPPOSED_SHOWN = 20

# Of each party the newest statements that count: of each stance among the last ones, and of the stance it holds.
QUOTED = """
SELECT told.id FROM unnest(%s::bigint[], %s::text[]) AS lane (party_id, stance) CROSS JOIN LATERAL (
    (SELECT DISTINCT ON (newest.stance) newest.id FROM (
        SELECT s.id, s.stance, s.said_at, s.article_id FROM claims_statement s
         WHERE s.claim_id = %s AND s.party_id = lane.party_id AND s.dropped_at IS NULL
         ORDER BY s.said_at DESC, s.id DESC LIMIT 50) newest
      WHERE {counts} ORDER BY newest.stance, newest.said_at DESC, newest.id DESC)
    UNION
    (SELECT newest.id FROM claims_statement newest
      WHERE newest.claim_id = %s AND newest.party_id = lane.party_id AND newest.stance = lane.stance
        AND newest.dropped_at IS NULL AND {counts}
      ORDER BY newest.said_at DESC, newest.id DESC LIMIT 1)) told
"""
COUNTS = """
coalesce((SELECT v.verdict FROM claims_review v WHERE v.statement_id = newest.id
           ORDER BY v.recorded_at DESC, v.id DESC LIMIT 1), '') NOT IN ('rejected', 'corrected')
AND NOT EXISTS (SELECT 1 FROM claims_article a WHERE a.id = newest.article_id AND a.withdrawn)
"""
LINE = "status, rule, reason, lower(valid), upper(valid), lower(recorded), upper(recorded)"
LINES = f"""
SELECT {LINE} FROM claims_statusperiod WHERE claim_id = %(claim)s AND upper_inf(recorded)
 ORDER BY coalesce(lower(valid), '-infinity'::timestamptz) DESC LIMIT 40
"""  # noqa: S608
EARLIER = f"""
SELECT {LINE} FROM claims_statusperiod WHERE claim_id = %(claim)s AND NOT upper_inf(recorded)
 ORDER BY upper(recorded) DESC, id DESC LIMIT 40
"""  # noqa: S608
DECISIONS = """
SELECT d.id, d.status, d.rationale, coalesce(a.username, ''), d.effective_from, d.recorded_at,
       d.lifted_at, coalesce(l.username, ''), d.lift_rationale
  FROM claims_decision d LEFT JOIN auth_user a ON a.id = d.author_id LEFT JOIN auth_user l ON l.id = d.lifted_by_id
 WHERE d.claim_id = %(claim)s ORDER BY d.recorded_at DESC, d.id DESC LIMIT 40
"""
NOTES = """
SELECT n.text, coalesce(a.username, ''), n.recorded_at FROM claims_note n LEFT JOIN auth_user a ON a.id = n.author_id
 WHERE n.claim_id = %(claim)s ORDER BY n.recorded_at DESC, n.id DESC LIMIT 40
"""
NEWEST_ARTICLE = "SELECT max(published_at) FROM claims_article"


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party's position on the claim, where it stands by it, and its latest words per stance."""

    party: Party
    tally: Tally
    part: str
    ally: str
    quotes: Sequence[QuoteView]

    @property
    def holding(self) -> Holding:
        """What it holds."""
        return self.tally.holding

    @property
    def settled_otherwise(self) -> bool:
        """Whether what it last held firmly is another stance than it holds now."""
        return self.holding.settled is not None and self.holding.settled is not self.holding.stance


@dataclass(frozen=True, slots=True)
class Supposition:
    """A party, what it would say, and the status that would follow."""

    party: str
    says: str | Promise
    status: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger: the status, why, over what time it was so, and over what time we believed it."""

    status: str
    rule: str
    reason: str
    begins: datetime | None
    ends: datetime | None
    believed_from: datetime
    believed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision with who made it, why, and what became of it."""

    pk: int
    status: str
    rationale: str
    author: str
    effective_from: datetime
    recorded_at: datetime
    lifted_at: datetime | None
    lifted_by: str
    lift_rationale: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A note on the claim, and whose it is."""

    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Undecided:
    """What the policy says without the decision that is in force."""

    status: Status
    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim's page, ready to show. The parties that are not shown are counted as `left_out`."""

    line: Line | None
    since: datetime | None
    timeline: SafeString
    parties: Sequence[PartyView]
    left_out: int
    pending: Sequence[Supposition]
    shifts: Sequence[Supposition]
    lines: Sequence[Line]
    earlier: Sequence[Line]
    decisions: Sequence[Ruled]
    undecided: Undecided | None
    notes: Sequence[Noted]
    newest_article: datetime | None

    @property
    def in_force(self) -> int | None:
        """The decision that the status rests on, if it does: of those in force the one made last."""
        standing = [d.pk for d in self.decisions if d.lifted_at is None]
        return max(standing) if standing and self.undecided is not None else None


def view(claim: Claim, now: datetime) -> ClaimView:
    """Everything a claim's page shows as of now, in five queries, whatever was said."""
    seen = view_claim(claim)
    tallies = _choose(seen) if seen is not None else []
    pending = seen.pending[:SUPPOSED_SHOWN] if seen is not None else ()
    shifts = seen.shifts[:SUPPOSED_SHOWN] if seen is not None else ()
    bare = _assess_undecided(seen) if seen is not None and seen.period.assessment.rule is Rule.DECISION else None
    named = {tally.holding.party for tally in tallies}
    named |= {p.party for p in pending} | {s.party for s in shifts}
    named |= {voice.party for voice in bare.because} if bare is not None else set()
    parties = _load_parties(named, seen.terms if seen is not None else Terms())
    titles = {slug: party.title for slug, party in parties.items()}
    said = _load_quoted(claim, [(parties[t.holding.party].pk, t.holding.stance or "") for t in tallies])
    lanes = _lanes(tallies)
    course, carried, answers = _ask(claim, said, [parties[slug].pk for slug in lanes], now)
    lines, earlier, decisions, notes, newest = answers
    quotes = _by_party(view_quotes(said, read_carriers(carried)), {t.holding.party: t.holding.stance for t in tallies})
    statements = f"{reverse('admin:claims_statement_changelist')}?claim__id__exact={claim.pk}&party__id__exact="
    drawn = read_course(course, now)
    left_out = (len(seen.tallies) if seen is not None else 0) - len(tallies)
    picture = drawn and drawn.lay_out(
        [(parties[slug].pk, titles[slug], f"{statements}{parties[slug].pk}") for slug in lanes],
        left_out + len(tallies) - len(lanes),
    )
    return ClaimView(
        line=Line(*lines[0]) if lines else None,
        since=seen.period.since if seen is not None else None,
        timeline=mark_safe(draw_timeline("timeline", picture, word_timeline()) if picture else ""),  # noqa: S308
        parties=[_view_party(t, parties, seen.terms, quotes) for t in tallies] if seen is not None else [],
        left_out=left_out,
        pending=[Supposition(titles.get(p.party, p.party), SAYS[p.stance], p.status, p.needs) for p in pending],
        shifts=[Supposition(titles.get(s.party, s.party), SAYS[s.stance], s.status) for s in shifts],
        lines=[Line(*row) for row in lines],
        earlier=[Line(*row) for row in earlier],
        decisions=[Ruled(*row) for row in decisions],
        undecided=Undecided(bare.status, bare.rule, word_reason(bare, titles)) if bare is not None else None,
        notes=[Noted(*row) for row in notes],
        newest_article=newest[0][0],
    )


def _choose(seen: View) -> list[Tally]:
    """The parties to show: those that the status rests on or overrode or hangs on, then who spoke last."""
    assessment = seen.period.assessment
    named = {voice.party for voice in (*assessment.because, *assessment.dissent)} | {p.party for p in seen.pending}

    def rank(tally: Tally) -> tuple[Any, ...]:
        spoke = tally.last_spoke or tally.heard
        return tally.holding.stance is None, tally.holding.party not in named, -spoke.timestamp(), tally.holding.party

    return sorted(seen.tallies, key=rank)[:PARTIES_SHOWN]


def _lanes(tallies: Sequence[Tally]) -> list[str]:
    """The parties that have a lane: sides together, and within a side who holds its stance longest on top."""
    order = [*Stance, None]

    def rank(tally: Tally) -> tuple[Any, ...]:
        held = tally.holding
        return order.index(held.stance), (held.since or held.begins).timestamp(), held.party

    return [tally.holding.party for tally in sorted(tallies[:MOST_LANES], key=rank)]


def _assess_undecided(seen: View) -> Any:
    """What the policy concludes today if no decision were in force."""
    policy = POLICIES[seen.terms.policy_version]
    return assess((tally.holding for tally in seen.tallies), None, Sides.of(seen.terms, policy), policy)


def _load_parties(named: Collection[str], terms: Terms) -> Mapping[str, Party]:
    """Parties by slug, with those that they are aligned with."""
    allies = {s.aligned_with for s in terms.standings if s.party in named and s.aligned_with}
    return {party.slug: party for party in Party.objects.filter(slug__in={*named, *allies})}


def _load_quoted(claim: Claim, lanes: Sequence[tuple[int, str]]) -> list[Statement]:
    """The statements to quote, of each party by id and the stance it holds."""
    if not lanes:
        return []
    given = [[party for party, _ in lanes], [str(stance) for _, stance in lanes], claim.pk, claim.pk]
    ids = RawSQL(QUOTED.format(counts=COUNTS), given)  # noqa: S611 - the values go beside the text
    rows = with_excerpt(with_verdict(Statement.objects.filter(claim=claim, pk__in=ids)))
    return list(rows.order_by("-said_at", "-pk"))


def _ask(
    claim: Claim, said: Iterable[Statement], lanes: Sequence[int], now: datetime
) -> tuple[list[list[Row]], list[Row], list[list[Row]]]:
    """The drawing, the carriers of what is quoted, and everything else that the page lists, in one trip."""
    given = {"claim": claim.pk}
    drawing = ask_course(claim.pk, lanes, ends=now)
    listed = [Sql(text, given) for text in (LINES, EARLIER, DECISIONS, NOTES)]
    answers = run(*drawing, ask_carriers(stories_of(said), MOST_NAMED), *listed, Sql(NEWEST_ARTICLE))
    return answers[: len(drawing)], answers[len(drawing)], answers[len(drawing) + 1 :]


def _by_party(quotes: Iterable[QuoteView], held: Mapping[str, Stance | None]) -> Mapping[str, Sequence[QuoteView]]:
    """Quotes by party; of the stance held now first, then the newest."""
    by_party: dict[str, list[QuoteView]] = {}
    for quote in quotes:
        by_party.setdefault(quote.statement.party.slug, []).append(quote)
    for party, said in by_party.items():
        said.sort(key=lambda quote: quote.statement.stance != held[party])
    return by_party


def _view_party(
    tally: Tally, parties: Mapping[str, Party], terms: Terms, quotes: Mapping[str, Sequence[QuoteView]]
) -> PartyView:
    part, ally, slug = "independent", "", tally.holding.party
    allies = {s.party: s.aligned_with for s in terms.standings}
    if slug in terms.gains:
        part = "gains"
    elif slug in terms.loses:
        part = "loses"
    elif allies.get(slug) in terms.gains | terms.loses:
        part, ally = "aligned", parties[allies[slug]].title
    return PartyView(parties[slug], tally, part, ally, quotes.get(slug, ()))


def load_sides(claim: Claim) -> None:
    """Load whom a claim serves and whom it harms, in one query, so that nothing that shows them asks again."""
    parties = Party.objects.filter(Q(gains_by=claim) | Q(loses_by=claim)).distinct()
    gains, loses = (
        Exists(side.objects.filter(claim=claim.pk, party=OuterRef("pk")))
        for side in (Claim.gains.through, Claim.loses.through)
    )
    rows = list(parties.annotate(that_gains=gains, that_loses=loses).order_by("slug"))
    kept = {"gains": [p for p in rows if p.that_gains], "loses": [p for p in rows if p.that_loses]}
    for name, side in kept.items():
        answered = getattr(claim, name).all()
        answered._result_cache, answered._prefetch_done = side, True
        claim.__dict__.setdefault("_prefetched_objects_cache", {})[name] = answered
