"""What all of the API's views share: JSON in and out, checked query parameters, one way to answer."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from claims.api import problems
from claims.api.keys import KeyAuthentication, MayRead
from claims.api.parameters import Parameter, read_query
from claims.api.problems import Problem

JSON = "application/json"


def accepts_json(request: HttpRequest) -> bool:
    """Whether the caller takes JSON for an answer."""
    given = request.META.get("HTTP_ACCEPT", "*/*")
    return given == "*/*" or not given.strip() or request.accepts(JSON)


def answer(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Data as JSON in UTF-8 (RFC 8259, so without a charset parameter); every letter as itself."""
    response = HttpResponse(json.dumps(data, ensure_ascii=False, allow_nan=False), content_type=JSON, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


class _JsonAlone(BaseContentNegotiation):
    """JSON is what is spoken here; asking for anything else is a 406."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        media = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if not accepts_json(request._request):
            raise NotAcceptable("Only application/json is to be had here.")
        return next(iter(renderers)), JSON


class JsonObjectParser(BaseParser):
    """Reads a body that is one JSON object in UTF-8; raises Problem for anything else, with where and why."""

    media_type = JSON

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object, as a dict."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem("too-large", f"The body is larger than {limit:,} bytes, which is all that is taken.")
        if parser_context is not None:
            told = f"{self.media_type}\n".encode()
            parser_context["request"].body_digest = hashlib.sha256(told + body).hexdigest()
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Problem(
                "malformed-body", f"The body is not UTF-8: byte {error.start} cannot be read. Save it as UTF-8."
            ) from None
        try:
            data = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_read_object)
        except json.JSONDecodeError as error:
            raise Problem(
                "malformed-body", f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
            ) from None
        except RecursionError:
            raise Problem("malformed-body", "The body is nested too deeply.") from None
        except ValueError as error:
            raise Problem("malformed-body", f"The body is not JSON that can be taken: {error}.") from None
        if not isinstance(data, dict):
            raise Problem("malformed-body", f"The body is a JSON {_JSON_NAMES[type(data)]}; send one object, {{...}}.")
        return data


_JSON_NAMES = {list: "array", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice[:100]!a} is given twice")
    return data


class ApiView(APIView):
    """A view of the API: its query parameters are declared, and one that is not is an error, not silence."""

    authentication_classes: Any = (KeyAuthentication,)
    permission_classes: Any = (MayRead,)
    parser_classes: Any = (JsonObjectParser,)
    content_negotiation_class = _JsonAlone
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    asked: dict[str, Any]

    def get_exception_handler(self) -> Any:
        """The one handler of the API."""
        return problems.handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who calls, then what is asked for; `self.asked` holds the values of the parameters given."""
        super().initial(request, *args, **kwargs)
        self.asked = read_query(request.query_params, self.parameters)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say which methods this address takes."""
        return HttpResponse(status=204)  # the framework adds `Allow` to every answer


@csrf_exempt
def answer_unknown(request: HttpRequest) -> HttpResponse:
    """Answer at an address that does not exist: to the same one with a slash at its end, if that one does."""
    if not request.path_info.endswith("/"):
        try:
            found = resolve(f"{request.path_info}/")
        except Resolver404:
            found = None
        if found is not None and found.func is not answer_unknown:
            query = request.META.get("QUERY_STRING", "")
            address = f"{request.path}/{'?' if query else ''}{query}"
            return HttpResponsePermanentRedirect(address, preserve_request=True)
    return problems.answer(Problem("not-found", f"There is nothing at {request.path[:200]}."), request)
