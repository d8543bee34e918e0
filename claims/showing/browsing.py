"""Lists of claims: those that a search finds and that meet what else is asked for, with the words that were found.

Every question is bounded: of quotes and articles that hold the words the newest are looked at, and a list is read page
by page after a key, so that the hundredth page costs what the first does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Value

from claims.intake import Refused
from claims.models import ArticleTerms, Claim, ClaimTerms, Party, QuoteTerms, Revision, Source, Statement
from claims.reading.terms import Marked, excerpt_words, mark_words
from claims.showing.searching import Sought, quote_term, seek_each
from claims.showing.wording import Named, name_claim, name_party
from claims.words import Stance, Status

PAGE = 50
# How many of the newest quotes, and of the newest articles, that hold the words are looked at; shown of articles.
QUOTES_SOUGHT, ARTICLES_SOUGHT, ARTICLES_SHOWN = 200, 100, 10
STATEMENTS_OF_ARTICLES = 400
# Claims are counted up to here.
COUNTED = 1_000
EXCERPT = 260


@dataclass(frozen=True, slots=True)
class Asked:
    """What claims are asked for; what is empty is not asked.

    `party`, `source`, `lang`, `since` and `until` (days in UTC, both included) are to hold of one statement together.
    """

    words: str = ""
    status: Status | None = None
    place: str = ""
    party: str = ""
    source: str = ""
    lang: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def of_statements(self) -> bool:
        """Whether anything is asked of a claim's statements."""
        return bool(self.party or self.source or self.lang or self.since or self.until)


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A statement in which the words were found, or whose article holds them."""

    id: int
    party: Named
    stance: Stance
    said_at: datetime
    runs: tuple[Marked, ...]
    lang: str
    source: Named | None
    article_id: int | None


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim in a list, its proposition with the words found, and the newest quote that holds them, if any does."""

    claim: Named
    runs: tuple[Marked, ...]
    status: Status
    since: datetime | None
    quote: FoundQuote | None


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that holds the words, with its headline and the place where they stand."""

    id: int
    headline: tuple[Marked, ...]
    runs: tuple[Marked, ...]
    lang: str
    published_at: datetime
    source: Named


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of claims; `after` leads to the next one, `count` goes no further than `COUNTED` (then `many`).

    `nothing_sought`: words were typed of which none can be looked for. `alike`: words spelt nearly alike are found too.
    """

    claims: tuple[FoundClaim, ...]
    articles: tuple[FoundArticle, ...]
    count: int
    many: bool
    after: str
    nothing_sought: bool
    alike: bool


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The claims asked for, in order, and what they were found by."""

    claims: QuerySet[Claim]
    sought: Sought | None = None
    quotes: dict[int, int] = field(default_factory=dict)
    articles: list[tuple[int, int]] = field(default_factory=list)
    nothing_sought: bool = False


def find_claims(asked: Asked, after: str = "") -> FoundPage:
    """The claims asked for, those first that hold the words themselves, then those that changed last.

    `after` is a former page's. Raises Refused for one that no page gave. Twelve queries at most.
    """
    chosen = _choose(asked)
    if chosen.nothing_sought:
        return FoundPage((), (), 0, False, "", nothing_sought=True, alike=False)
    claims, sought, quotes = chosen.claims, chosen.sought, chosen.quotes
    rows = list(_beyond(claims, after)[: PAGE + 1])
    page = rows[:PAGE]
    whole = not after and len(rows) <= PAGE
    count = len(rows) if whole else claims.order_by()[: COUNTED + 1].count()
    terms = sought.terms if sought is not None else frozenset()
    found = _show_quotes({c.pk: quotes[c.pk] for c in page if c.pk in quotes}, terms)
    return FoundPage(
        claims=tuple(_show_claim(c, terms, found.get(c.pk)) for c in page),
        articles=_show_articles(chosen.articles[:ARTICLES_SHOWN], terms) if not after else (),
        count=min(count, COUNTED),
        many=count > COUNTED,
        after=_key(page[-1]) if len(rows) > PAGE else "",
        nothing_sought=False,
        alike=sought is not None and sought.alike,
    )


def list_asked(asked: Asked) -> QuerySet[Claim]:
    """The claims asked for, in the order of `find_claims`."""
    return _choose(asked).claims


def _choose(asked: Asked) -> _Chosen:
    """Which claims are asked for; at most five queries, and none for the claims themselves."""
    sought, place = seek_each([asked.words, asked.place])
    if asked.words and sought is None:
        return _Chosen(Claim.objects.none(), nothing_sought=True)
    said = _said(asked)
    about = _about(place) if asked.place else None
    claims = _claims(asked, said, about).select_related("holder").defer("document", "keywords", "stakes")
    newest = (F("status_since").desc(nulls_last=True), "pk")
    if sought is None:
        return _Chosen(claims.annotate(own=Value(False, output_field=BooleanField())).order_by(*newest))
    quotes, articles = _find_evidence(asked, said, about, sought)
    own = ClaimTerms.objects.filter(terms__holds=sought.query)
    claims = claims.filter(Q(pk__in=own.values("claim")) | Q(pk__in=list(quotes)))
    claims = claims.annotate(own=Exists(own.filter(claim=OuterRef("pk")))).order_by("-own", *newest)
    return _Chosen(claims, sought, quotes, articles)


def _said(asked: Asked) -> QuerySet[QuoteTerms]:
    """The statements that stand and are as asked."""
    said = QuoteTerms.objects.filter(statement__dropped_at__isnull=True).exclude(statement__article__withdrawn=True)
    if asked.party:
        said = said.filter(party__in=Party.objects.filter(slug=asked.party))
    if asked.source:
        said = said.filter(source__in=Source.objects.filter(slug=asked.source))
    if asked.lang:
        said = said.filter(lang=asked.lang)
    if asked.since:
        said = said.filter(said_at__gte=datetime.combine(asked.since, time.min, UTC))
    if asked.until:
        said = said.filter(said_at__lt=datetime.combine(asked.until, time.min, UTC) + timedelta(days=1))
    return said


def _claims(asked: Asked, said: QuerySet[QuoteTerms], about: QuerySet[ClaimTerms] | None) -> QuerySet[Claim]:
    claims = Claim.objects.all()
    if asked.status is not None:
        claims = claims.filter(status=asked.status)
    if about is not None:
        claims = claims.filter(pk__in=about.values("claim"))
    if asked.of_statements:
        claims = claims.filter(Exists(said.filter(claim=OuterRef("pk"))))
    return claims


def _about(place: Sought | None) -> QuerySet[ClaimTerms]:
    """The claims about a place, under any of its names."""
    subjects = sorted(s for s in place.subjects if s.startswith("place:")) if place is not None else []
    if not subjects:
        return ClaimTerms.objects.none()
    return ClaimTerms.objects.filter(terms__holds=" | ".join(map(quote_term, subjects)))


def _find_evidence(
    asked: Asked, said: QuerySet[QuoteTerms], about: QuerySet[ClaimTerms] | None, sought: Sought
) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Per claim the newest statement that holds the words, or whose article does; and the articles that do.

    An article comes with the number of its edition.
    """
    if asked.status is not None:
        said = said.filter(claim__status=asked.status)
    if about is not None:
        said = said.filter(claim__in=about.values("claim"))
    order = ("-said_at", "-statement")
    quotes: dict[int, int] = {}
    for claim, statement in (
        said.filter(terms__holds=sought.query).order_by(*order).values_list("claim", "statement")[:QUOTES_SOUGHT]
    ):
        quotes.setdefault(claim, statement)
    texts = ArticleTerms.objects.filter(terms__holds=sought.query)
    if asked.source:
        texts = texts.filter(article__source__slug=asked.source)
    if asked.lang:
        texts = texts.filter(revision__lang=asked.lang)
    if asked.since:
        texts = texts.filter(published_at__gte=datetime.combine(asked.since, time.min, UTC))
    if asked.until:
        texts = texts.filter(published_at__lt=datetime.combine(asked.until, time.min, UTC) + timedelta(days=1))
    newest = ("-published_at", "-article")
    # The words alone choose the newest: joined to the articles, PostgreSQL would walk all of them for a rare word.
    texts = ArticleTerms.objects.filter(pk__in=texts.order_by(*newest).values("pk")[:ARTICLES_SOUGHT])
    standing = texts.filter(article__withdrawn=False).order_by(*newest)
    articles = list(standing.values_list("article", "revision"))
    if articles:
        carried = said.filter(statement__article__in=[article for article, _ in articles]).order_by(*order)
        for claim, statement in carried.values_list("claim", "statement")[:STATEMENTS_OF_ARTICLES]:
            quotes.setdefault(claim, statement)
    return quotes, articles


def _key(claim: Claim) -> str:
    """The place of a claim in the list, for an address."""
    since = claim.status_since.isoformat() if claim.status_since is not None else ""
    return f"{int(claim.own)}~{since}~{claim.pk}"  # type: ignore[attr-defined]


def _beyond(claims: QuerySet[Claim], after: str) -> QuerySet[Claim]:
    """The claims after a place in the list."""
    if not after:
        return claims
    try:
        own, told, number = after.split("~")
        since = datetime.fromisoformat(told) if told else None
        last = int(number)
        if own not in ("0", "1") or not 0 < last < 2**63 or (since is not None and since.tzinfo is None):
            raise ValueError
    except ValueError:
        raise Refused(
            "after", f"{after[:80]!r} is no place in the list", "leave it out to begin with the first page"
        ) from None
    further = Q(status_since__isnull=True, pk__gt=last)
    if since is not None:
        further = Q(status_since__lt=since) | Q(status_since=since, pk__gt=last) | Q(status_since__isnull=True)
    return claims.filter(Q(own=True) & further | Q(own=False) if own == "1" else Q(own=False) & further)


def _show_claim(claim: Claim, terms: frozenset[str], quote: FoundQuote | None) -> FoundClaim:
    named = name_claim(claim)
    runs = mark_words(named.name, "", terms)
    return FoundClaim(named, runs, Status(claim.status), claim.status_since, quote)


def _show_quotes(statements: dict[int, int], terms: frozenset[str]) -> dict[int, FoundQuote]:
    """The statements found, by their claims; one query."""
    if not statements:
        return {}
    rows = (
        Statement.objects.filter(pk__in=statements.values())
        .select_related("party", "source", "article__source", "revision")
        .only(
            "claim", "stance", "said_at", "quote", "article", "party__slug", "party__names", "source__slug",
            "source__name", "article__source__slug", "article__source__name", "revision__lang",
        )
    )  # fmt: skip
    found = {}
    for row in rows:
        source = row.article.source if row.article is not None else row.source
        lang = row.revision.lang if row.revision is not None else ""
        found[row.claim_id] = FoundQuote(
            id=row.pk,
            party=name_party(row.party),
            stance=Stance(row.stance),
            said_at=row.said_at,
            runs=excerpt_words(row.quote, lang, terms, EXCERPT),
            lang=lang,
            source=Named(source.slug, source.name) if source is not None else None,
            article_id=row.article_id,
        )
    return found


def _show_articles(articles: Sequence[tuple[int, int]], terms: frozenset[str]) -> tuple[FoundArticle, ...]:
    """The articles found, with where the words stand; one query."""
    if not articles:
        return ()
    rows = {
        row.pk: row
        for row in Revision.objects.filter(pk__in=[revision for _, revision in articles]).select_related(
            "article__source"
        )
    }
    return tuple(_show_article(rows[revision], terms) for _, revision in articles if revision in rows)


def _show_article(row: Revision, terms: Iterable[str]) -> FoundArticle:
    known = frozenset(terms)
    return FoundArticle(
        id=row.article_id,
        headline=mark_words(row.title, row.lang, known),
        runs=excerpt_words(row.text, row.lang, known, EXCERPT),
        lang=row.lang,
        published_at=row.article.published_at,
        source=Named(row.article.source.slug, row.article.source.name),
    )
