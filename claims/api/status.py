"""The status of a claim: now, as of any moment, and by what was known at any moment.

The answer for now is one row: the ledger keeps the public document with the claim, and it goes out as it stands, past
the framework. Whatever is out of the ordinary (a moment asked for, no such claim, a key that is not in force) is left
to `ShowStatus`, which knows all the cases.
"""

from collections.abc import Mapping
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from claims.api import problems
from claims.api.examples import STATUS_EXAMPLE
from claims.api.keys import READ, presented_key, reads_are_open
from claims.api.parameters import AS_OF, KNOWN_AT, document_query, say_assumed
from claims.api.problems import Problem
from claims.api.shapes import KEY_OR_NONE, StatusShape, document_answers, document_headers
from claims.api.views import JSON, ApiView, accepts_json, answer
from claims.models import Claim, TermsLine
from claims.models.delivery import digest_key
from claims.pipeline import view_claim
from claims.serializers import iso, status_document, unassessed_document

# The stored document and, in the same statement, the scopes of the key that asks (as in ApiKey.objects.find).
STORED = """
SELECT c.id, c.version, c.document, k.scopes
  FROM claims_claim c
  LEFT JOIN (claims_apikey k JOIN auth_user u ON u.id = k.user_id AND u.is_active)
    ON k.digest = %s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %s)
 WHERE c.slug = %s AND c.version > 0
"""


@csrf_exempt
def show_status(request: HttpRequest, slug: str) -> HttpResponse:
    """A claim's status now, in one SQL statement; anything else that may be asked here goes to `ShowStatus`."""
    try:
        if request.method in ("GET", "HEAD") and not request.META.get("QUERY_STRING") and accepts_json(request):
            response = _show_stored(request, slug)
            if response is not None:
                return response
        return _show(request, slug=slug)
    except Exception as error:
        return problems.answer(error, request)


def _show_stored(request: HttpRequest, slug: str) -> HttpResponse | None:
    """The stored document, unparsed; None where it may not be shown, or is not to be had this way."""
    key = presented_key(request.META)
    # Asking first whether the kept connection still stands would be a second statement, and cost as much as the answer.
    connection.health_check_done = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(STORED, [digest_key(key) if key is not None else None, timezone.now(), slug])
            row = cursor.fetchone()
    except (OperationalError, InterfaceError):
        # The connection may have been lost since the last request: the full view asks first, and takes a new one.
        connection.health_check_done = False
        return None
    if row is None:
        return None
    claim_id, version, document, scopes = row
    if (key is not None and scopes is None) or not (reads_are_open() or READ in (scopes or ())):
        return None
    return _revalidate(request, HttpResponse(document, content_type=JSON), f'"{claim_id}-{version}"')


def _revalidate(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    """The answer, or 304 where the caller has it already (RFC 9110); it may be kept, and is to be asked for anew."""
    response["ETag"] = etag
    found = get_conditional_response(request, etag, None, response) or response
    if found.status_code == 412:
        raise Problem("precondition-failed", "The status is no longer the one named in If-Match.")
    found["Cache-Control"] = "no-cache"
    return found


class ShowStatus(ApiView):
    """A claim's status as of a moment, by what was known at a moment."""

    parameters = (AS_OF, KNOWN_AT)

    @extend_schema(
        operation_id="claim_status",
        tags=["claims"],
        auth=KEY_OR_NONE,
        summary="The status of a claim",
        description=(
            "Now, or `as_of` a moment, by what was `known_at` a moment. The answer for now has an `ETag`: "
            "send it back in `If-None-Match` and get 304 until something changes."
        ),
        parameters=[
            *document_query(parameters),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag you have."),
            *document_headers("ETag", "X-Assumed-UTC"),
        ],
        responses=document_answers(StatusShape, 304, 400, 401, 403, 404, 406, 412, example=STATUS_EXAMPLE),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The status document."""
        claim = Claim.objects.filter(slug=slug).first()
        if claim is None:
            raise refuse_unknown(slug)
        as_of, known_at = self.asked.get("as_of"), self.asked.get("known_at")
        view = view_claim(claim, as_of.at if as_of else None, known_at.at if known_at else None)
        if view is not None:
            period = view.period
            document = status_document(claim.slug, period.assessment, period.since, view.pending, view.tallies)
        elif known_at is None:
            document = unassessed_document(claim.slug)
        else:
            raise refuse_moment(claim)
        return answer(document, headers={"Cache-Control": "no-cache", **said_moments(self.asked)})


def said_moments(asked: Mapping[str, Any]) -> dict[str, str]:
    """Headers that say how the moments asked for were understood."""
    names = {"X-As-Of": "as_of", "X-Known-At": "known_at"}
    said = {header: iso(asked[name].at) or "" for header, name in names.items() if name in asked}
    return {**said, **say_assumed(dict(asked))}


def refuse_unknown(slug: str) -> Problem:
    """The problem of a claim that does not exist."""
    return Problem("not-found", f"There is no claim with the slug {slug[:120]!r}.")


def refuse_moment(claim: Claim) -> Problem:
    """The problem of asking what was known of a claim before it was known."""
    first = TermsLine.objects.filter(claim=claim).order_by("recorded_at").values_list("recorded_at", flat=True).first()
    since = f"it is known since {iso(first)}" if first else "it has not been assessed yet"
    detail = f"The claim {claim.slug} was not known at that moment: {since}."
    return Problem("not-known-then", detail, errors=[{"parameter": "known_at", "detail": since}])


_show = ShowStatus.as_view()
# The schema and Django's own checks see the view that answers in full behind the plain function.
show_status.cls = ShowStatus
show_status.initkwargs = {}
