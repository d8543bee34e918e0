"""The API's description of itself is valid, complete, and what the API really does."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from claims.models import ApiKey, Job
from tests.api_world import RIVER, TOWN, at, bearer, issue_key, make_world, publish, say

FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_utc(value: object) -> bool:
    return not isinstance(value, str) or (value.endswith("Z") and bool(datetime.fromisoformat(value)))


@FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"https?://", value) is not None


@pytest.fixture
def schema() -> dict[str, Any]:
    """The OpenAPI document, as it is served."""
    response = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    document: dict[str, Any] = json.loads(response.content)
    return document


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """A claim with records, an article, a pending reading and a history; one with a place; the bell silenced."""
    make_world()
    say(RIVER, "laboratory", "affirms", at(1))
    say(RIVER, "ministry", "affirms", at(2))
    publish("https://valley-post.example/1", at(3))
    say(TOWN, "north", "affirms", at(1))
    say(TOWN, "south", "denies", at(2))
    monkeypatch.setattr("claims.tasks.ring_readings", lambda ids: True)


def strict(document: Any) -> Any:
    """A schema in which an object may have no property that is not documented."""
    if isinstance(document, list):
        return [strict(part) for part in document]
    if not isinstance(document, dict):
        return document
    closed = {name: strict(part) for name, part in document.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def check(value: Any, shape: dict[str, Any], schema: dict[str, Any]) -> None:
    """Hold a value against a shape of the document (OpenAPI 3.1 shapes are JSON Schema 2020-12)."""
    whole = {**strict(shape), "components": strict(schema["components"])}
    jsonschema.Draft202012Validator(whole, format_checker=FORMATS).validate(value)


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each documented path and method, with what is said of it."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_schema_is_valid_and_without_warnings(tmp_path: Any) -> None:
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    assert file.read_text(encoding="utf-8").startswith("openapi: 3.1")


def test_every_address_of_the_api_is_documented(schema: dict[str, Any]) -> None:
    def routes(patterns: Any, prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            route = f"{prefix}{pattern.pattern}"
            if hasattr(pattern, "url_patterns"):
                yield from routes(pattern.url_patterns, route)
            elif route.startswith("api/") and pattern.name not in ("schema", "docs", "unknown"):
                yield "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route).replace("{pk}", "{id}")

    assert set(routes(get_resolver().url_patterns)) == set(schema["paths"])


def test_every_operation_answers_as_documented(schema: dict[str, Any], world: None) -> None:
    key = issue_key("push:articles", "read")
    job = Job.objects.create(key=ApiKey.objects.get(), received_at=timezone.now())
    article = publish("https://valley-post.example/2", timezone.now())
    named = {"{slug}": RIVER, "{id}": str(article), "{code}": "refused", "{job}": str(job.pk)}
    seldom = ("Link", "X-Assumed-UTC", "Idempotent-Replayed")
    answered = 0
    for path, method, operation in operations(schema):
        address = re.sub(r"\{\w+\}", lambda found: named[found[0]], path)
        sent = [
            (media_type, body["schema"], example["value"])
            for media_type, body in operation.get("requestBody", {}).get("content", {}).items()
            for example in body["examples"].values()
        ]
        for media_type, shape, example in sent or [(None, None, None)]:
            if shape is not None:
                check(example, shape, schema)
            response = getattr(Client(), method)(
                address,
                *([json.dumps(example)] if shape is not None else []),
                **({"content_type": media_type} if media_type is not None else {}),
                headers=bearer(key),
            )
            good = next(code for code in operation["responses"] if code.startswith("2"))
            assert response.status_code == int(good), (path, response.content)
            documented = operation["responses"][good]
            check(response.json(), documented["content"]["application/json"]["schema"], schema)
            for name in documented.get("headers", {}):
                assert response.has_header(name) or name in seldom, (path, name)
        answered += 1
    assert answered == sum(1 for _ in operations(schema)) == 11


def test_answers_of_every_sort_of_claim_fit_their_shape(schema: dict[str, Any], world: None) -> None:
    for slug in (RIVER, TOWN):
        for tail, query in (
            ("", {}), ("status/", {}), ("status/", {"as_of": "2025-12-01"}), ("timeline/", {"page_size": 1}),
            ("positions/", {"page_size": 1}), ("statements/", {"page_size": 1}),
        ):  # fmt: skip
            shape = schema["paths"][f"/api/v1/claims/{{slug}}/{tail}"]["get"]["responses"]["200"]["content"]
            answer = Client().get(f"/api/v1/claims/{slug}/{tail}", query).json()
            check(answer, shape["application/json"]["schema"], schema)


def test_examples_fit_their_shapes(schema: dict[str, Any]) -> None:
    seen = 0
    for _, _, operation in operations(schema):
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    check(example["value"], content["schema"], schema)
                    seen += 1
    assert seen >= 10


@pytest.mark.parametrize(
    ("ask", "path", "status"),
    [
        (lambda c: c.get("/api/v1/claims/", {"colour": "red"}), "/api/v1/claims/", 400),
        (lambda c: c.get("/api/v1/claims/none/"), "/api/v1/claims/{slug}/", 404),
        (lambda c: c.get("/api/v1/claims/", headers={"Accept": "text/csv"}), "/api/v1/claims/", 406),
        (lambda c: c.post("/api/v1/articles/", "{}", content_type="application/json"), "/api/v1/articles/", 401),
    ],
)
@pytest.mark.django_db
def test_problems_fit_their_shape(schema: dict[str, Any], ask: Callable[[Client], Any], path: str, status: int) -> None:
    response = ask(Client())
    assert response.status_code == status
    operation = next(iter(schema["paths"][path].values()))
    shape = operation["responses"][str(status)]["content"]["application/problem+json"]["schema"]
    check(response.json(), shape, schema)


def test_shape_check_finds_what_is_not_documented(schema: dict[str, Any]) -> None:
    shape = {"$ref": "#/components/schemas/ProblemKind"}
    good = {"type": "/api/problems/refused/", "title": "t", "status": 422, "cure": "c"}
    check(good, shape, schema)
    for wrong in ({**good, "more": 1}, {**good, "status": "422"}, {"title": "t"}):
        with pytest.raises(jsonschema.ValidationError):
            check(wrong, shape, schema)


@pytest.mark.django_db
def test_docs_need_nothing_from_elsewhere_and_no_script_in_the_page() -> None:
    response = Client().get("/api/docs/")
    page = response.content.decode()
    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert not re.search(r"<script>|<style>|\son\w+=", page)
    assert "default-src 'self'" in policy and "unsafe" not in policy
    nonce = re.search(r'<style nonce="([^"]+)"', page)
    assert nonce and f"'nonce-{nonce[1]}'" in policy
    script = Client().get("/api/docs/?script=")
    assert (script.status_code, script["Content-Type"]) == (200, "application/javascript")
    assert b"/api/schema/" in script.content
