"""Every error under /api/ is a problem document, whichever part of the program it comes from."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404, UnreadablePostError
from django.test import Client, RequestFactory
from rest_framework import exceptions

from claims.api import problems
from claims.api.problems import KINDS
from tests.api_world import RIVER, TOWN, bearer, get, is_problem, issue_key, make_world


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1/nothing/", "/api/v2/claims/", "/api/v1/claims/a b/", "/api/v1/articles/x/", "/api/v1/%00/"],
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_address_that_does_not_exist(path: str, method: str) -> None:
    is_problem(getattr(Client(enforce_csrf_checks=True), method)(path), 404, "not-found")


def test_missing_slash_leads_to_the_address_with_it() -> None:
    response = Client(enforce_csrf_checks=True).post("/api/v1/articles?x=1", "{}", content_type="application/json")
    assert (response.status_code, response["Location"]) == (308, "/api/v1/articles/?x=1")
    is_problem(Client().get("/api/v1/nothing"), 404, "not-found")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize(
    "path", ["claims/", f"claims/{RIVER}/", f"claims/{RIVER}/status/", f"claims/{RIVER}/timeline/"]
)
def test_method_that_an_address_does_not_take(path: str, method: str) -> None:
    refused = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1/{path}")
    is_problem(refused, 405, "method-not-allowed")
    assert refused["Allow"] == "GET, HEAD, OPTIONS"


def test_options_says_what_an_address_takes() -> None:
    response = Client().options("/api/v1/claims/")
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.django_db
@pytest.mark.parametrize("tail", ["", "status/", "timeline/", "positions/", "statements/"])
def test_only_json_is_to_be_had(tail: str) -> None:
    make_world()
    is_problem(get(f"claims/{TOWN}/{tail}", Accept="application/xml"), 406, "not-acceptable")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not-found"),
        (exceptions.NotFound(), 404, "not-found"),
        (PermissionDenied("no"), 403, "insufficient-scope"),
        (exceptions.PermissionDenied(), 403, "insufficient-scope"),
        (exceptions.ParseError(), 400, "malformed-body"),
        (exceptions.ValidationError("no"), 400, "bad-request"),
        (exceptions.Throttled(wait=2.2), 429, "too-many-requests"),
        (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported-media-type"),
        (RequestDataTooBig(), 413, "too-large"),
        (TooManyFieldsSent(), 400, "bad-request"),
        (UnreadablePostError(), 400, "bad-request"),
        (OperationalError("connection refused"), 503, "unavailable"),
        (RuntimeError("secret"), 500, "internal-error"),
    ],
)
def test_error_of_any_part_has_its_problem(error: Exception, status: int, code: str) -> None:
    response = problems.answer(error, RequestFactory().get("/api/v1/claims/"))
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert f"/api/problems/{code}/".encode() in response.content
    assert b"secret" not in response.content
    assert (response.get("Retry-After") is not None) == (status in (429, 503))


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"claims/{RIVER}/status/", "claims/"])
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(OperationalError("gone"), 503, "unavailable"), (RuntimeError("secret"), 500, "internal-error")],
)
def test_fault_of_the_server_is_told_and_logged(
    monkeypatch: pytest.MonkeyPatch, path: str, error: Exception, status: int, code: str
) -> None:
    logged: list[dict[str, Any]] = []
    monkeypatch.setattr(problems.log, "error", lambda event, **facts: logged.append({"event": event, **facts}))

    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
    problem = is_problem(get(path), status, code)
    assert "secret" not in str(problem)
    assert [(entry["event"], entry["exc_info"]) for entry in logged] == [("api_failed", error)]


def test_every_kind_of_problem_is_explained() -> None:
    for code, kind in KINDS.items():
        explained = Client().get(f"/api/problems/{code}/").json()
        assert explained == {
            "type": f"/api/problems/{code}/", "title": kind.title, "status": kind.status, "cure": kind.cure,
        }  # fmt: skip
    is_problem(Client().get("/api/problems/none/"), 404, "not-found")


@pytest.mark.django_db
def test_request_id_of_a_proxy_is_kept() -> None:
    problem = is_problem(get("claims/nothing/", X_Request_ID="proxy-7"), 404, "not-found")
    assert problem["request_id"] == "proxy-7"


@pytest.mark.django_db
def test_problems_are_not_kept_by_caches_and_speak_english() -> None:
    refused = get("claims/", {"colour": "red"}, Accept_Language="fr", **bearer(issue_key("read")))
    assert (refused["Cache-Control"], refused["Content-Language"]) == ("no-store", "en")
