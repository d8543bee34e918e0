"""Statements as the pages show them: who said what, in which words, carried by which article, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When

from claims.models import Party, Review, Source, Statement, Withdrawal
from claims.showing.demonstration import is_demonstration
from claims.showing.moments import Moments
from claims.showing.stories import Carriers, load_carriers
from claims.showing.wording import Named, name_claim, name_party
from claims.words import GONE, Departure, Origin, Stance, Strength, Verdict


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom to credit wherever figures are shown, and on which terms they are given; addresses are safe or empty."""

    text: str
    link: str
    licence: str
    licence_link: str


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """One statement with its evidence. `verdict`, `dropped_at` and `withdrawn_at` are as known at the moment asked for.

    `dropped_in` is the number of the edition that no longer carries it, `dropped_how` why so, where that is known;
    `dropped_silently` says that this edition does not tell that it was corrected.

    `link` is the address of the article at its publisher, empty where there is none that can be followed;
    `carriers` say who published the same text; `demonstration` says that no real outlet published it.
    """

    id: int
    party: Named
    claim: Named
    stance: Stance
    said_at: datetime
    quote: str
    lang: str
    source: Named | None
    credit: Credit | None
    link: str
    demonstration: bool
    article_id: int | None
    headline: str
    edition: int | None
    start: int | None
    end: int | None
    hedged: bool
    own_voice: bool
    origin: Origin
    verdict: Verdict | None
    dropped_at: datetime | None
    dropped_why: str
    dropped_how: Departure | None
    dropped_in: int | None
    dropped_silently: bool
    withdrawn_at: datetime | None
    withdrawn_why: str
    carriers: Carriers | None

    @property
    def void(self) -> bool:
        """Whether it stands no more: an editor set it aside, its article no longer carries it or was withdrawn."""
        return (
            self.verdict in (Verdict.REJECTED, Verdict.CORRECTED)
            or self.dropped_at is not None
            or self.withdrawn_at is not None
        )

    @property
    def also_by(self) -> tuple[Named, ...]:
        """The other outlets that carried the same text, as far as they are named."""
        if self.carriers is None:
            return ()
        return tuple(carrier.source for carrier in self.carriers.besides(self.article_id))

    @property
    def copies(self) -> int:
        """How many other articles carried the same text and were not withdrawn."""
        return self.carriers.articles - (self.withdrawn_at is None) if self.carriers else 0

    @property
    def copies_withdrawn(self) -> int:
        """How many other articles carried the same text until they were withdrawn."""
        return self.carriers.withdrawn - (self.withdrawn_at is not None) if self.carriers else 0

    @property
    def unnamed(self) -> int:
        """How many of the copies are not among `also_by`."""
        return self.copies - len(self.also_by)


def known_statements(moments: Moments) -> QuerySet[Statement]:
    """All statements said and known by the moments asked for, with the last editor's word and withdrawal known then."""
    statements = Statement.objects.all()
    reviews = Review.objects.filter(statement=OuterRef("pk"))
    withdrawals = Withdrawal.objects.filter(article=OuterRef("article"), recorded_at__isnull=False)
    if moments.as_of is not None:
        statements = statements.filter(said_at__lte=moments.as_of)
    if moments.known_at is not None:
        statements = statements.filter(recorded_at__lte=moments.known_at)
        reviews = reviews.filter(recorded_at__lte=moments.known_at)
        withdrawals = withdrawals.filter(recorded_at__lte=moments.known_at)
    last_withdrawal = withdrawals.order_by("-recorded_at", "-pk")
    return statements.annotate(
        last_verdict=reviews.last_verdict(),
        taken_back=Subquery(last_withdrawal.values("withdrawn")[:1]),
        taken_back_at=Subquery(last_withdrawal.values("recorded_at")[:1]),
        taken_back_why=Subquery(last_withdrawal.values("why")[:1]),
    )


def latest_statements(
    claim_id: int, parties: Iterable[str], held: Mapping[str, Stance], moments: Moments
) -> tuple[dict[str, Named], dict[str, ShownStatement]]:
    """The names of parties, and the last statement that bears out the stance each one in `held` holds, by slug.

    Two queries and one for the stories, whatever the number of statements: the index is read from its end.
    """
    standing = known_statements(moments).filter(
        Q(dropped_at__isnull=True) | _later_than(moments.known_at),
        Q(last_verdict__isnull=True) | Q(last_verdict=Verdict.CONFIRMED),
        Q(taken_back__isnull=True) | Q(taken_back=False),
        Q(own_voice=False) | Q(last_verdict=Verdict.CONFIRMED),
        claim=claim_id,
        party=OuterRef("pk"),
        stance=OuterRef("held"),
    )
    cases = [When(slug=slug, then=Value(stance.value)) for slug, stance in held.items()]
    named = list(
        Party.objects.filter(slug__in={*parties, *held})
        .annotate(held=Case(*cases, default=Value(""), output_field=CharField()))
        .annotate(latest=Subquery(standing.order_by("-said_at", "-pk").values("pk")[:1]))
    )
    last = known_statements(moments).filter(pk__in=[p.latest for p in named if p.latest is not None])
    shown = show_statements(with_evidence(last), moments)
    return {p.slug: name_party(p) for p in named}, {s.party.slug: s for s in shown}


def with_evidence(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Statements chosen by `known_statements`, to be loaded in one query with all that is shown of them."""
    shown = ("party", "claim__holder", "source", "article__source", "revision", "dropped_by")
    return statements.select_related(*shown).defer(
        "claim__document", "claim__keywords", "revision__text", "dropped_by__text"
    )


def show_statements(statements: Iterable[Statement], moments: Moments) -> tuple[ShownStatement, ...]:
    """Statements loaded by `with_evidence`, as pages show them, in their order; one query more, for their stories."""
    rows = list(statements)
    stories = {row.revision.story_id for row in rows if row.revision is not None and row.revision.story_id is not None}
    carriers = load_carriers(stories, moments.known_at)
    return tuple(_show(row, moments, carriers) for row in rows)


def followable(address: str) -> str:
    """An address that a reader may be sent to: http or https, else nothing."""
    return address if address.lower().startswith(("http://", "https://")) else ""


def credit_source(source: Source) -> Credit | None:
    """Whom to credit for a source's figures; None if nobody asks for it."""
    if not source.attribution:
        return None
    return Credit(
        source.attribution, followable(source.attribution_url), source.licence, followable(source.licence_url)
    )


def named_parties(slugs: Iterable[str]) -> dict[str, Named]:
    """Parties' names in the page's language, by slug; one query."""
    return {p.slug: name_party(p) for p in Party.objects.filter(slug__in=set(slugs))}


def _later_than(known_at: datetime | None) -> Q:
    """What was dropped only after the moment asked for was not dropped then."""
    return Q(dropped_at__gt=known_at) if known_at is not None else Q(pk__in=())


def _show(row: Statement, moments: Moments, carriers: Mapping[int, Carriers]) -> ShownStatement:
    revision, article = row.revision, row.article
    source = article.source if article is not None else row.source
    dropped = row.dropped_at is not None and (moments.known_at is None or row.dropped_at <= moments.known_at)
    return ShownStatement(
        id=row.pk,
        party=name_party(row.party),
        claim=name_claim(row.claim),
        stance=Stance(row.stance),
        said_at=row.said_at,
        quote=row.quote,
        lang=(revision.lang if revision is not None else "") or (source.language if source is not None else ""),
        source=Named(source.slug, source.name) if source is not None else None,
        credit=credit_source(source) if source is not None else None,
        link=article.link if article is not None else followable(row.url),
        demonstration=is_demonstration(
            article.url if article is not None else row.url, source.homepage if source is not None else ""
        ),
        article_id=row.article_id,
        headline=revision.title if revision is not None else "",
        edition=revision.number if revision is not None else None,
        start=row.start,
        end=row.end,
        hedged=row.strength == Strength.HEDGED,
        own_voice=row.own_voice,
        origin=Origin(row.origin),
        verdict=Verdict(row.last_verdict) if row.last_verdict else None,
        dropped_at=row.dropped_at if dropped else None,
        dropped_why=row.dropped_why if dropped else "",
        dropped_how=Departure(row.dropped_how) if dropped and row.dropped_how else None,
        dropped_in=row.dropped_by.number if dropped and row.dropped_by is not None else None,
        dropped_silently=dropped and row.dropped_how in GONE and row.dropped_by is not None and row.dropped_by.silent,
        withdrawn_at=row.taken_back_at if row.taken_back else None,
        withdrawn_why=row.taken_back_why if row.taken_back else "",
        carriers=carriers.get(revision.story_id) if revision is not None and revision.story_id is not None else None,
    )
