"""Lists of claims, parties' positions and articles: what changed lately, what is contested, what a search finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from claims.models import Article, Change, Claim, Party, Position, Revision, Source, Statement, StatusPeriod
from claims.showing.demonstration import is_demonstration
from claims.showing.statements import Credit, credit_source, named_parties
from claims.showing.wording import Named, name_claim, name_party, say_reason
from claims.words import Stance, Status

CHANGES_SHOWN = 20
# How many entries of the feed are looked through for them: a claim that moves often has many, and is shown once.
CHANGES_SOUGHT = 200
CONTESTED_SHOWN = 20
PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """A claim in a list: its status, since when (None: from the beginning)."""

    claim: Named
    status: Status
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A claim whose status changed, as the ledger has it now, and when the change became known to us.

    `was` is the status before `since` (None: there was none, it is so from the beginning), `became` the one that
    holds, `reason` why it holds.
    """

    claim: Named
    was: Status | None
    became: Status
    reason: str
    since: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The home page: changes newest first, what is contested now, and how many claims have which status."""

    changes: tuple[ListedChange, ...]
    contested: tuple[ListedClaim, ...]
    counts: tuple[tuple[Status, int], ...]


@dataclass(frozen=True, slots=True)
class ListedPosition:
    """What a party holds on a claim."""

    claim: Named
    status: Status
    stance: Stance
    firm: bool
    since: datetime | None
    last_spoke: datetime | None
    stories: int


@dataclass(frozen=True, slots=True)
class ShownParty:
    """A party and whom it sides with; `names` are what articles call it, by language."""

    party: Named
    kind: str
    reliability: str
    aligned_with: Named | None
    note: str
    names: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A publisher, and the party for which it speaks if it is one's own channel."""

    source: Named
    kind: str
    language: str
    homepage: str
    credit: Credit | None
    demonstration: bool
    reliability: str
    speaks_as: Named | None


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article of a source: its newest headline, and how many statements it carries."""

    id: int
    headline: str
    lang: str
    published_at: datetime
    withdrawn: bool
    statements: int


def show_overview() -> Overview:
    """What a reader sees first; six queries."""
    counts = dict(Claim.objects.order_by().values_list("status").annotate(Count("pk")))
    return Overview(
        changes=_show_changes(),
        contested=_listed(list_claims(Status.CONTESTED)[:CONTESTED_SHOWN]),
        counts=tuple((status, counts.get(status.value, 0)) for status in Status),
    )


def _show_changes() -> tuple[ListedChange, ...]:
    """The claims whose status changed last, each once, the one whose change we learned of last on top; four queries.

    The feed says which claims and when we learned of it. What changed is asked of the ledger, since an entry of the
    feed stays as it was written: articles read in another order than published move a change, or undo a step of it.
    """
    learned: dict[int, datetime] = {}
    feed = Change.objects.filter(kind=Change.Kind.STATUS).order_by("-pk").values_list("claim", "recorded_at")
    for claim, recorded_at in feed[:CHANGES_SOUGHT]:
        if len(learned) < CHANGES_SHOWN:
            learned.setdefault(claim, recorded_at)
    standing = StatusPeriod.objects.filter(claim=OuterRef("pk")).known_at(None).in_order().order_by("-begins")
    claims = (
        Claim.objects.filter(pk__in=learned)
        .select_related("holder")
        .defer("document", "keywords")
        .annotate(
            last_line=Subquery(standing.values("pk")[:1]),
            line_before=Subquery(standing.filter(begins__lt=OuterRef("status_since")).values("pk")[:1]),
        )
    )
    rows = {c.pk: c for c in claims}
    lines = StatusPeriod.objects.in_bulk([pk for c in rows.values() for pk in (c.last_line, c.line_before) if pk])
    names = named_parties(party for line in lines.values() for party, _ in line.because)
    return tuple(
        ListedChange(
            claim=name_claim(c),
            was=Status(lines[c.line_before].status) if c.line_before else None,
            became=Status(c.status),
            reason=say_reason(lines[c.last_line].assessment, names),
            since=c.status_since,
            recorded_at=recorded_at,
        )
        for c, recorded_at in ((rows[pk], recorded_at) for pk, recorded_at in learned.items())
    )


def list_claims(status: Status) -> QuerySet[Claim]:
    """Claims of one status that changed last on top."""
    claims = Claim.objects.select_related("holder").defer("document", "keywords").filter(status=status)
    return claims.order_by(F("status_since").desc(nulls_last=True), "pk")


def show_party(party: Party) -> ShownParty:
    """A party as its page shows it; the row comes with `aligned_with`."""
    return ShownParty(
        party=name_party(party),
        kind=party.kind,
        reliability=str(party.get_reliability_display()),
        aligned_with=name_party(party.aligned_with) if party.aligned_with else None,
        note=party.note,
        names=tuple((lang, tuple(map(str, names))) for lang, names in sorted(party.names.items()) if names),
    )


def list_positions(party: Party) -> QuerySet[Position]:
    """What a party holds now, on every claim on which it holds something, what it took up last on top."""
    return (
        Position.objects.filter(party=party, until__isnull=True)
        .exclude(stance="")
        .select_related("claim__holder")
        .defer("claim__document", "claim__keywords")
        .order_by("-since", "pk")
    )


def show_position(row: Position) -> ListedPosition:
    """A row of `list_positions` as a page shows it."""
    return ListedPosition(
        claim=name_claim(row.claim),
        status=Status(row.claim.status),
        stance=Stance(row.stance),
        firm=row.firm,
        since=row.since,
        last_spoke=row.last_spoke,
        stories=row.stories,
    )


def show_source(source: Source, homepage: str) -> ShownSource:
    """A source as its page shows it; the row comes with `speaks_as`, `homepage` is safe to link to or empty."""
    return ShownSource(
        source=Named(source.slug, source.name),
        kind=str(source.get_kind_display()),
        language=source.language,
        homepage=homepage,
        credit=credit_source(source),
        demonstration=is_demonstration(source.homepage),
        reliability=str(source.get_reliability_display()),
        speaks_as=name_party(source.speaks_as) if source.speaks_as else None,
    )


def list_articles(source: Source) -> QuerySet[Article]:
    """The articles of a source, newest first."""
    return Article.objects.filter(source=source).order_by("-published_at", "-pk")


def show_articles(articles: Iterable[Article]) -> tuple[ListedArticle, ...]:
    """Articles as a list shows them; two queries, whatever their number."""
    rows = list(articles)
    newest: dict[int, Any] = {
        r.article_id: r
        for r in Revision.objects.filter(article__in=rows)
        .order_by("article_id", "-number")
        .distinct("article_id")
        .only("article", "title", "lang")
    }
    counts = dict(
        Statement.objects.carried().filter(article__in=rows).order_by().values_list("article").annotate(Count("pk"))
    )
    return tuple(
        ListedArticle(
            id=a.pk,
            headline=newest[a.pk].title if a.pk in newest else "",
            lang=newest[a.pk].lang if a.pk in newest else "",
            published_at=a.published_at,
            withdrawn=a.withdrawn,
            statements=counts.get(a.pk, 0),
        )
        for a in rows
    )


def _listed(claims: Iterable[Claim]) -> tuple[ListedClaim, ...]:
    return tuple(ListedClaim(name_claim(c), Status(c.status), c.status_since) for c in claims)
