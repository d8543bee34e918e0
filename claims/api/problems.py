"""What went wrong, told in one shape everywhere under /api/: a problem document that a program and a person can read.

The shape is RFC 9457 (`application/problem+json`). A problem's `type` is the address of its explanation
(`/api/problems/<code>/`) and never changes its meaning; `errors` point at the parameters or fields at fault, fields as
JSON Pointers in fragment form (RFC 6901).
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.views import set_rollback

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status, its title, and what a caller should do about it."""

    status: int
    title: str
    cure: str


KINDS: Mapping[str, Kind] = {
    "invalid-parameter": Kind(
        400, "A query parameter cannot be used", "Correct or remove the parameters named in `errors`."
    ),
    "malformed-body": Kind(400, "The body cannot be read", "Send one JSON object, encoded as UTF-8."),
    "bad-request": Kind(400, "The request cannot be understood", "Correct the request; repeating it will not help."),
    "not-authenticated": Kind(
        401, "An API key is needed", "Send a key that is in force, as in `Authorization: Bearer fck_...`."
    ),
    "idempotency-key-malformed": Kind(
        400, "The Idempotency-Key cannot be used", "Send one quoted string of ASCII characters, such as a UUID."
    ),
    "insufficient-scope": Kind(403, "The key may not do this", "Use a key with the scope named in `detail`."),
    "not-found": Kind(404, "There is nothing at this address", "Check the address; the list of claims names them all."),
    "not-known-then": Kind(
        404,
        "The claim was not known at that moment",
        "Ask for a later `known_at`; `detail` says since when it is known.",
    ),
    "method-not-allowed": Kind(405, "This address does not take that method", "Use one of the methods in `Allow`."),
    "not-acceptable": Kind(406, "Only JSON is to be had here", "Accept application/json, or leave `Accept` out."),
    "idempotency-key-busy": Kind(
        409, "The same request is being worked on", "Send it again after the seconds that `Retry-After` says."
    ),
    "precondition-failed": Kind(412, "It changed in the meantime", "Read it again and decide anew."),
    "too-large": Kind(413, "The body is too large", "Send less; `detail` says how much is taken."),
    "unsupported-media-type": Kind(
        415,
        "Only JSON is taken here",
        "Send `Content-Type: application/json`; articles may be `application/vnd.iptc.ninjs+json` too.",
    ),
    "refused": Kind(422, "What was sent is refused", "Correct the fields named in `errors`, each with its cure."),
    "idempotency-key-reused": Kind(
        422,
        "The Idempotency-Key came with another body",
        "Give each request a key of its own; a retry has the same body.",
    ),
    "too-many-requests": Kind(429, "Too many requests", "Wait as long as `Retry-After` says, in seconds."),
    "internal-error": Kind(500, "Something went wrong here", "Try again later; quote `request_id` if it goes on."),
    "unavailable": Kind(503, "The database does not answer", "Try again after the seconds that `Retry-After` says."),
}
# The problem that stands for a status where nothing more precise is known.
_BY_STATUS = {
    kind.status: code
    for code, kind in reversed(list(KINDS.items()))
    if code not in ("invalid-parameter", "malformed-body", "not-known-then", "idempotency-key-malformed")
}


class Problem(exceptions.APIException):
    """A request cannot be answered as asked; says which kind of problem it is, what is wrong here, and where.

    `errors` are the places: {"parameter" | "pointer", "detail", "cure"?}.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = KINDS[code].status
        self.kind = code
        self.text = detail
        self.errors = tuple(errors)
        self.headers = headers or {}


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer whatever a view of the framework raised (its EXCEPTION_HANDLER)."""
    set_rollback()
    return answer(error, context["request"])


def answer(error: Exception, request: HttpRequest) -> HttpResponse:
    """Answer an error with its problem document; an error nobody foresaw is logged with its traceback."""
    problem = _name(error)
    if problem.status_code >= 500:
        log.error("api_failed", path=request.path, problem=problem.kind, exc_info=error)
    # What a caller sent may be quoted here, half a surrogate pair and all.
    body = json.dumps(document(problem, request), ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(body, content_type=CONTENT_TYPE, status=problem.status_code)
    for name, value in problem.headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = "en"
    return response


def document(problem: Problem, request: HttpRequest) -> dict[str, Any]:
    """The problem document of RFC 9457, with the request's id as an extension where it has one."""
    data: dict[str, Any] = {
        "type": address(problem.kind),
        "title": KINDS[problem.kind].title,
        "status": problem.status_code,
        "detail": problem.text,
        "instance": request.path,
    }
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        data["request_id"] = request_id
    if problem.errors:
        data["errors"] = [dict(error) for error in problem.errors]
    return data


def address(code: str) -> str:
    """Where a kind of problem is explained: its `type`, a full path as RFC 9457 (3.1.1) allows."""
    return reverse("api:problem", args=[code])


def _name(error: Exception) -> Problem:
    """The problem that an error is."""
    match error:
        case Problem():
            return error
        case Http404() | exceptions.NotFound():
            return Problem("not-found", "There is nothing at this address.")
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            challenge = {"WWW-Authenticate": getattr(error, "auth_header", "Bearer")}
            return Problem("not-authenticated", str(error.detail), headers=challenge)
        case PermissionDenied() | exceptions.PermissionDenied():
            return Problem("insufficient-scope", str(error) or "This is not allowed.")
        case exceptions.MethodNotAllowed():
            return Problem("method-not-allowed", str(error.detail))
        case exceptions.Throttled():
            wait = math.ceil(getattr(error, "wait", None) or 1)
            return Problem(
                "too-many-requests", f"Wait {wait} seconds before the next request.", headers={"Retry-After": str(wait)}
            )
        case exceptions.ParseError():
            return Problem("malformed-body", str(error.detail))
        case exceptions.APIException():
            return Problem(_BY_STATUS.get(error.status_code, "bad-request"), str(error.detail))
        case RequestDataTooBig():
            return Problem("too-large", "The body is larger than this server takes.")
        case SuspiciousOperation() | UnreadablePostError():
            return Problem("bad-request", "The request cannot be read.")
        case OperationalError() | InterfaceError():
            return Problem("unavailable", "The database does not answer.", headers={"Retry-After": "5"})
        case _:
            return Problem("internal-error", "This is a fault of the server, not of the request.")
