"""What a reader is told while PostgreSQL does not answer."""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = structlog.get_logger(__name__)

# A restart of PostgreSQL takes less; a reader waits no longer.
RETRY_SECONDS = 30


class OutageMiddleware:
    """Answers a page whose database failed it with one that says so and when to come back: status 503.

    Only pages: under the API's addresses each error is a problem document, made there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error of the connection or a statement that took too long; None for any other error."""
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        if request.resolver_match is not None and "api" in request.resolver_match.namespaces:
            return None
        log.error("page_failed", path=request.path, exc_info=error)
        # Without the request: its context would ask the database who is signed in.
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
        return response
