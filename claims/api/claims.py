"""Claims as lists and one by one, with what the ledger says of them, who holds what, and who said what."""

import re
from datetime import UTC, datetime
from typing import Any

from django.db.models import BooleanField, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims.api.paging import by_id, by_moment, take_page
from claims.api.parameters import (
    KNOWN_AT,
    PAGING,
    PARTY,
    UPDATED_SINCE,
    Parameter,
    document_query,
    read_text,
    say_assumed,
    words,
)
from claims.api.shapes import (
    KEY_OR_NONE,
    ClaimPageShape,
    ClaimShape,
    PositionPageShape,
    StatementPageShape,
    TimelineShape,
    document_answers,
    document_headers,
)
from claims.api.status import refuse_moment, refuse_unknown, said_moments
from claims.api.views import ApiView, answer
from claims.models import Claim, Position, Review, Statement, StatusPeriod
from claims.serializers import claim_detail, claim_summary, iso, period_line, position_line, statement_line
from claims.words import ClaimKind, Stance, Status

# Every text of a JSON value, however deep: the names of a place, the wordings of a proposition.
_NAMED = """EXISTS (SELECT FROM jsonb_path_query(claims_claim.place, 'strict $.** ? (@.type() == "string")') name
             WHERE lower(name #>> '{}') = lower(%s))"""
_WORDED = """concat_ws(' ', replace(claims_claim.slug, '-', ' '), claims_claim.slug, (
    SELECT string_agg(words #>> '{}', ' ')
      FROM jsonb_path_query(
        jsonb_build_array(claims_claim.proposition, claims_claim.place,
                          (SELECT p.names FROM claims_party p WHERE p.id = claims_claim.holder_id),
                          (SELECT p.names FROM claims_party p WHERE p.id = claims_claim.opposed_id)),
        'strict $.** ? (@.type() == "string")') words)) ILIKE %s"""
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class ListClaims(ApiView):
    """The list of claims."""

    parameters = (
        words("status", Status, "Only claims of these statuses, with commas between them."),
        words("kind", ClaimKind, "Only claims of these kinds."),
        Parameter(
            "place",
            read_text,
            "Only claims about this place: one of its names in any language, or its number in GeoNames.",
            {"type": "string", "examples": ["Pokrovsk", "704422"]},
        ),
        Parameter(
            "party",
            PARTY.read,
            "Only claims that name this party (slug) or on which it holds a stance now.",
            PARTY.schema,
        ),
        Parameter("q", read_text, "Only claims with all these words, in any language, in wording, place or parties."),
        UPDATED_SINCE,
        *PAGING,
    )

    @extend_schema(
        operation_id="claims",
        tags=["claims"],
        auth=KEY_OR_NONE,
        summary="Claims",
        description="In the order in which they were made. Claims made while you page through turn up at the end.",
        parameters=[*document_query(parameters), *document_headers("Link", "X-Assumed-UTC")],
        responses=document_answers(ClaimPageShape, 400, 401, 403, 406),
    )
    def get(self, request: Request) -> HttpResponse:
        """A page of claims."""
        claims = _choose(Claim.objects.defer("document", "keywords").select_related("holder", "opposed"), self.asked)
        page = take_page(claims, (by_id(),), request, self.asked)
        here = request.build_absolute_uri(reverse("api:claims"))
        results = [
            {**claim_summary(claim), "links": {"self": f"{here}{claim.slug}/", "status": f"{here}{claim.slug}/status/"}}
            for claim in page.rows
        ]
        return answer(page.document(results), headers={**page.links, **say_assumed(self.asked)})


def _choose(claims: QuerySet[Claim], asked: dict[str, Any]) -> QuerySet[Claim]:
    """The claims that the filters let through."""
    if "status" in asked:
        claims = claims.filter(status__in=asked["status"])
    if "kind" in asked:
        claims = claims.filter(kind__in=asked["kind"])
    if "place" in asked:
        place = asked["place"]
        named = Q(_holds(_NAMED, place))
        if place.isascii() and place.isdigit():
            named |= Q(place__geonameid=int(place))
        claims = claims.filter(named)
    if "party" in asked:
        pk = asked["party"].pk
        held = Position.objects.filter(party=pk, until__isnull=True).exclude(stance="").values("claim")
        named_by = [
            table.objects.filter(party=pk).values("claim") for table in (Claim.gains.through, Claim.loses.through)
        ]
        claims = claims.filter(
            Q(holder=pk) | Q(opposed=pk) | Q(pk__in=held) | Q(pk__in=named_by[0]) | Q(pk__in=named_by[1])
        )
    for word in asked.get("q", "").split():
        literal = re.sub(r"([\\%_])", r"\\\1", word)
        claims = claims.filter(_holds(_WORDED, f"%{literal}%"))
    if "updated_since" in asked:
        moment = asked["updated_since"].at
        claims = claims.filter(Q(changed_at__gte=moment) | Q(settled_at__gte=moment))
    return claims


def _holds(condition: str, value: str) -> RawSQL:
    """A condition in SQL on `claims_claim`, of ours, about a value from outside."""
    return RawSQL(condition, [value], output_field=BooleanField())  # noqa: S611


def _find(slug: str) -> Claim:
    """The claim of this slug. Raises Problem."""
    claim = Claim.objects.select_related("holder", "opposed").filter(slug=slug).first()
    if claim is None:
        raise refuse_unknown(slug)
    return claim


class ShowClaim(ApiView):
    """One claim."""

    @extend_schema(
        operation_id="claim",
        tags=["claims"],
        auth=KEY_OR_NONE,
        summary="A claim",
        description="With its wording in all languages, its parties, and its status document.",
        responses=document_answers(ClaimShape, 400, 401, 403, 404, 406),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The claim."""
        claim = _find(slug)
        here = request.build_absolute_uri(reverse("api:claim", args=[slug]))
        links = {"self": here, **{name: f"{here}{name}/" for name in ("status", "timeline", "positions", "statements")}}
        links["page"] = request.build_absolute_uri(claim.get_absolute_url())
        return answer({**claim_detail(claim), "links": links})


class ShowTimeline(ApiView):
    """The account of one claim."""

    parameters = (KNOWN_AT, *PAGING)

    @extend_schema(
        operation_id="claim_timeline",
        tags=["claims"],
        auth=KEY_OR_NONE,
        summary="The account of a claim over time",
        description=(
            "The ledger's lines in order of valid time, by what was `known_at` a moment. All pages of one reading tell "
            "the same account, even if the ledger is written to meanwhile."
        ),
        parameters=[*document_query(parameters), *document_headers("Link", "X-Assumed-UTC")],
        responses=document_answers(TimelineShape, 400, 401, 403, 404, 406),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """A page of the account."""
        claim = _find(slug)
        asked = self.asked.get("known_at")
        # The newest recorded moment of the claim: what was known then is what stands now.
        known_at = asked.at if asked else claim.settled_at
        lines = StatusPeriod.objects.filter(claim=claim).annotate(
            begins=Coalesce(F("valid__startswith"), Value(_BEGINNING))
        )
        lines = lines.known_at(known_at)
        if asked and not lines.exists():
            raise refuse_moment(claim)
        pinned = {"known_at": iso(known_at) or ""} if known_at else {}
        page = take_page(lines, (by_moment("begins"), by_id()), request, self.asked, **pinned)
        results = [period_line(line) for line in page.rows]
        return answer(
            page.document(results, claim=slug, known_at=iso(known_at)),
            headers={**page.links, **said_moments(self.asked)},
        )


class ListPositions(ApiView):
    """The positions on one claim."""

    parameters = (PARTY, words("stance", Stance, "Only these stances."), *PAGING)

    @extend_schema(
        operation_id="claim_positions",
        tags=["claims"],
        auth=KEY_OR_NONE,
        summary="Who held which stance on a claim, from when to when",
        description="In order of valid time; while a party holds no stance it has no line.",
        parameters=[*document_query(parameters), *document_headers("Link")],
        responses=document_answers(PositionPageShape, 400, 401, 403, 404, 406),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """A page of positions."""
        rows = Position.objects.filter(claim=_find(slug)).exclude(stance="").select_related("party")
        rows = _narrow(rows, self.asked)
        page = take_page(rows, (by_moment("begins"), by_id()), request, self.asked)
        return answer(page.document([position_line(row) for row in page.rows], claim=slug), headers=page.links)


class ListStatements(ApiView):
    """The statements on one claim."""

    parameters = (PARTY, words("stance", Stance, "Only these stances."), *PAGING)

    @extend_schema(
        operation_id="claim_statements",
        tags=["claims"],
        auth=KEY_OR_NONE,
        summary="Who said what of a claim, in which words",
        description=(
            "Newest first, with misreadings and with what an article no longer carries: `weight` says what each "
            "counts for, 0 being nothing."
        ),
        parameters=[*document_query(parameters), *document_headers("Link")],
        responses=document_answers(StatementPageShape, 400, 401, 403, 404, 406),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """A page of statements."""
        rows = _narrow(with_verdicts(Statement.objects.filter(claim=_find(slug))), self.asked)
        page = take_page(rows, (by_moment("said_at", descending=True), by_id(descending=True)), request, self.asked)
        results = [statement_line(row, slug, row.verdict) for row in page.rows]
        return answer(page.document(results, claim=slug), headers=page.links)


def with_verdicts(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Statements with what they are shown by, and the last review's word on each as `verdict`."""
    return (
        statements.annotate(verdict=Review.objects.filter(statement=OuterRef("pk")).last_verdict())
        .select_related("party", "source", "article__source", "revision")
        .defer("revision__text")
    )


def _narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """The rows of one party, or of some stances."""
    if "party" in asked:
        rows = rows.filter(party=asked["party"])
    if "stance" in asked:
        rows = rows.filter(stance__in=asked["stance"])
    return rows
