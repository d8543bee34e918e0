"""Whatever is asked of the API or sent to it is answered, or is a problem of the caller: never a fault of ours."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.models import ApiKey
from tests.api_world import RIVER, TOWN, at, bearer, issue_key, make_world, say

pytestmark = pytest.mark.django_db

NAMES = ("status", "kind", "place", "party", "q", "updated_since", "page_size", "cursor", "as_of", "known_at", "stance")
WORDS = st.text(st.characters(exclude_categories=()), max_size=40)
VALUES = WORDS | st.sampled_from(["contested", "0", "-1", "9" * 40, "2025-12-01", "9999-12-31T23:59:59-14:00", "river"])
QUERIES = st.dictionaries(st.sampled_from(NAMES) | WORDS, VALUES, max_size=3)
PATHS = st.sampled_from(
    ["claims/", *(f"claims/{RIVER}/{tail}" for tail in ("", "status/", "timeline/", "positions/", "statements/"))]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("url", "source", "lang", "published_at", "title", "text", "modified_at", "pubstatus")
PLAUSIBLE = st.sampled_from(
    [
        "https://valley-post.example/1",
        "http://[",
        "http://a:b@c/",
        "2025-12-01T00:00:00Z",
        "0001-01-01",
        "en",
        "canceled",
    ]
)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch) -> None:
    make_world()
    say(RIVER, "laboratory", "affirms", at(1))
    say(TOWN, "north", "affirms", at(1))
    monkeypatch.setattr("claims.tasks.ring_readings", lambda ids: True)
    monkeypatch.setattr("claims.tasks.ring_withdrawals", lambda ids: True)


def _encode(query: dict[str, str]) -> dict[str, bytes]:
    """A query as bytes, half surrogate pairs and all."""
    return {
        name.encode("utf-8", "surrogatepass"): value.encode("utf-8", "surrogatepass") for name, value in query.items()
    }  # type: ignore[misc]


@many
@given(path=PATHS, query=QUERIES)
def test_no_query_is_a_fault_of_the_server(path: str, query: dict[str, str]) -> None:
    response = Client().get(f"/api/v1/{path}", _encode(query))
    assert response.status_code in (200, 400, 404)
    if response.status_code != 200:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["errors"]


@many
@given(article=st.dictionaries(st.sampled_from(FIELDS) | WORDS, PLAUSIBLE | JSON, max_size=8) | JSON)
def test_no_article_is_a_fault_of_the_server(article: Any) -> None:
    key = issue_key("push:articles")
    response = Client().post(
        "/api/v1/articles/", json.dumps(article), content_type="application/json", headers=bearer(key)
    )
    assert response.status_code in (202, 400, 422), response.content
    ApiKey.objects.all().delete()


@many
@given(
    body=st.binary(max_size=60), content_type=st.sampled_from(["application/json", "text/plain", "a/b;c=d", "é", ""])
)
def test_no_body_is_a_fault_of_the_server(body: bytes, content_type: str) -> None:
    headers = bearer(issue_key("push:articles"))
    response = Client().post("/api/v1/articles/", body, content_type=content_type, headers=headers)
    assert response.status_code in (400, 415, 422), response.content


NINJS = ("uri", "headlines", "bodies", "infoSources", "altIds", "versionCreated", "pubStatus", "embargoedUntil", "by")
PARTS = st.fixed_dictionaries({}, optional={"value": WORDS | JSON, "contentType": WORDS, "role": WORDS, "name": JSON})
ITEMS = st.dictionaries(
    st.sampled_from(NINJS) | st.sampled_from(("body_text", "body_xhtml", "headline", "infosource", "type")) | WORDS,
    PLAUSIBLE | st.lists(PARTS | JSON, max_size=3) | st.sampled_from(["urn:a:b", "tag:a.example,1:b"]) | JSON,
    max_size=8,
)


@many
@given(items=st.lists(ITEMS | JSON, max_size=4), ninjs=st.booleans())
def test_no_batch_is_a_fault_of_the_server(items: list[Any], ninjs: bool) -> None:
    key = issue_key("push:articles")
    response = Client().post(
        "/api/v1/articles/",
        json.dumps({"articles": items}),
        content_type="application/vnd.iptc.ninjs+json" if ninjs else "application/json",
        headers={**bearer(key), "Idempotency-Key": "one"},
    )
    assert response.status_code == (202 if items else 422), response.content
    if items:
        assert len(response.json()["results"]) == len(items)
        assert Client().get(response["Location"], headers=bearer(key)).status_code == 200
    ApiKey.objects.all().delete()


@many
@given(name=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=300))
def test_no_idempotency_key_is_a_fault_of_the_server(name: str) -> None:
    key = issue_key("push:articles")
    headers = {**bearer(key), "Idempotency-Key": name}
    response = Client().post("/api/v1/articles/", "{}", content_type="application/json", headers=headers)
    assert response.status_code == 400, response.content
    ApiKey.objects.all().delete()
