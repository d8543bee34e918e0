"""What a claim's page shows: why its status is what it is, who says what, what would change it, what was believed.

The cost is bounded by the parties of the claim, not by its history: positions and the ledger's lines are rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.functional import Promise

from claims.admin.marking import SAYS
from claims.admin.quotes import QuoteView, view_quotes, with_excerpt, with_verdict
from claims.assessment import Terms
from claims.models import Claim, Decision, Party, Position, Statement, StatusPeriod
from claims.pipeline import view_claim
from claims.words import Rule, Stance, Verdict

LINES_SHOWN = 60
EARLIER_SHOWN = 40


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party's position on the claim, where it stands by it, and its latest words per stance."""

    party: Party
    position: Position
    part: str
    ally: str
    quotes: Sequence[QuoteView]

    @property
    def settled_otherwise(self) -> bool:
        """Whether what it last held firmly is another stance than it holds now."""
        return bool(self.position.settled) and self.position.settled != self.position.stance


@dataclass(frozen=True, slots=True)
class Supposition:
    """A party, what it would say, and the status that would follow."""

    party: str
    says: str | Promise
    status: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim's page, ready to show."""

    line: StatusPeriod | None
    parties: Sequence[PartyView]
    pending: Sequence[Supposition]
    shifts: Sequence[Supposition]
    lines: Sequence[StatusPeriod]
    earlier: Sequence[StatusPeriod]
    decisions: Sequence[Decision]
    decided: bool
    last_read: datetime | None


def view(claim: Claim) -> ClaimView:
    """Everything a claim's page shows, in a number of queries that does not depend on what was said."""
    rows = list(_positions(claim))
    quotes = _quotes(rows)
    now = view_claim(claim)
    terms, pending, shifts = (now.terms, now.pending, now.shifts) if now is not None else (None, (), ())
    titles = _titles(rows, [*(p.party for p in pending), *(s.party for s in shifts)])
    lines = StatusPeriod.objects.filter(claim=claim)
    standing = list(lines.known_at(None).in_order().reverse()[:LINES_SHOWN])
    return ClaimView(
        line=standing[0] if standing else None,
        parties=[_view_party(row, terms, quotes.get(row.party_id, ()), titles) for row in rows],
        pending=[Supposition(titles.get(p.party, p.party), SAYS[p.stance], p.status, p.needs) for p in pending],
        shifts=[Supposition(titles.get(s.party, s.party), SAYS[s.stance], s.status) for s in shifts],
        lines=standing,
        earlier=list(lines.filter(recorded__upper_inf=False).order_by("-recorded", "-pk")[:EARLIER_SHOWN]),
        decisions=list(Decision.objects.filter(claim=claim).select_related("author", "lifted_by")),
        decided=now is not None and now.period.assessment.rule is Rule.DECISION,
        last_read=max((row.heard for row in rows), default=None),
    )


def _positions(claim: Claim) -> Iterable[Position]:
    """The latest position of each party, with the id of its latest statement that counts, per stance."""
    said = with_verdict(Statement.objects.carried().filter(claim=OuterRef("claim"), party=OuterRef("party")))
    counting = said.filter(Q(verdict__isnull=True) | Q(verdict=Verdict.CONFIRMED)).exclude(article__withdrawn=True)
    latest = {
        f"latest_{stance}": Subquery(counting.filter(stance=stance).order_by("-said_at", "-pk").values("pk")[:1])
        for stance in Stance
    }
    rows = Position.objects.filter(claim=claim, until__isnull=True).select_related("party")
    return rows.annotate(**latest).order_by(F("last_spoke").desc(nulls_last=True), "party__slug")


def _quotes(rows: Sequence[Position]) -> dict[int, list[QuoteView]]:
    """The latest words per stance, by party; of the stance held now first, then the newest."""
    ids = [pk for row in rows for stance in Stance if (pk := getattr(row, f"latest_{stance}")) is not None]
    held = {row.party_id: row.stance for row in rows}
    by_party: dict[int, list[QuoteView]] = {}
    statements = with_excerpt(with_verdict(Statement.objects.filter(pk__in=ids))).order_by("-said_at", "-pk")
    for quote in view_quotes(statements):
        by_party.setdefault(quote.statement.party_id, []).append(quote)
    for party, said in by_party.items():
        said.sort(key=lambda quote: quote.statement.stance != held[party])
    return by_party


def _view_party(row: Position, terms: Terms | None, quotes: Sequence[QuoteView], titles: dict[str, str]) -> PartyView:
    part, ally, slug = "independent", "", row.party.slug
    if terms is not None:
        allies = {s.party: s.aligned_with for s in terms.standings}
        stakes = terms.gains | terms.loses
        if slug in terms.gains:
            part = "gains"
        elif slug in terms.loses:
            part = "loses"
        elif allies.get(slug) in stakes:
            part, ally = "aligned", titles.get(allies[slug], allies[slug])
    return PartyView(row.party, row, part, ally, quotes)


def _titles(rows: Sequence[Position], slugs: Iterable[str]) -> dict[str, str]:
    """Names of parties by slug: of those with a position, their allies, and those named besides."""
    titles = {row.party.slug: row.party.title for row in rows}
    allied = {row.party.aligned_with_id for row in rows if row.party.aligned_with_id is not None}
    missing = set(slugs) - titles.keys()
    if missing or allied:
        titles |= {p.slug: p.title for p in Party.objects.filter(Q(slug__in=missing) | Q(pk__in=allied))}
    return titles
