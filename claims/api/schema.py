"""The API's description of itself: the OpenAPI document, its pages, and what each kind of problem means."""

from typing import Any

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

from claims.api import problems
from claims.api.problems import KINDS, Problem
from claims.api.shapes import ProblemKindShape, RootShape, document_answers
from claims.api.views import ApiView, answer


class KeyScheme(OpenApiAuthenticationExtension):
    """How a key is sent, for the schema."""

    target_class = "claims.api.keys.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "fck_...", "description": "An API key."}


class ShowSchema(SpectacularAPIView):
    """The OpenAPI document, as YAML or (by `Accept` or `?format=json`) as JSON."""

    authentication_classes = ()
    permission_classes = ()

    def get_exception_handler(self) -> Any:
        """The one handler of the API."""
        return problems.handle


@method_decorator(csp_update({"style-src": [SELF, NONCE]}), name="dispatch")
class ShowDocs(SpectacularSwaggerSplitView):
    """The pages to try the API in, all of whose parts this server has itself."""

    url_name = "api:schema"
    template_name = "api/docs.html"
    authentication_classes = ()
    permission_classes = ()

    def get_exception_handler(self) -> Any:
        """The one handler of the API."""
        return problems.handle


class ShowProblem(ApiView):
    """What a kind of problem means."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="problem",
        tags=["problems"],
        summary="What a kind of problem means",
        description="The `type` of every problem document leads here.",
        responses=document_answers(ProblemKindShape, 400, 404, 406),
        auth=[],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """The kind of problem."""
        kind = KINDS.get(code)
        if kind is None:
            raise Problem("not-found", f"There is no such kind of problem; there are: {', '.join(KINDS)}.")
        explained = {"type": problems.address(code), "title": kind.title, "status": kind.status, "cure": kind.cure}
        return answer(explained)


class ShowRoot(ApiView):
    """Where the API begins: the addresses that lead everywhere else."""

    @extend_schema(
        operation_id="root",
        tags=["claims"],
        summary="Where to begin",
        responses=document_answers(RootShape, 400, 406),
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """The lists there are, the schema, and the page that explains it."""
        names = ("claims", "articles", "schema", "docs")
        return answer({name: request.build_absolute_uri(reverse(f"api:{name}")) for name in names})
