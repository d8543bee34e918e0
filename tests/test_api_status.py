"""The API's status of a claim: one row for now, any moment by any knowledge, and who may ask."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from claims.models import Claim, TermsLine
from claims.serializers import iso
from tests.api_world import RIVER, TOWN, at, bearer, get, is_problem, issue_key, make_world, publish, say

PATH = f"claims/{RIVER}/status/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    make_world()


def test_status_now_is_the_stored_document_in_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    with django_assert_num_queries(1) as asked:
        response = get(PATH)
    assert response.status_code == 200
    assert response.content.decode() == Claim.objects.get(slug=RIVER).document
    assert response["Content-Type"] == "application/json"
    assert response.json()["claim"] == RIVER
    assert "document" in asked.captured_queries[0]["sql"]


def test_status_with_a_key_is_one_statement_too(
    django_assert_num_queries: DjangoAssertNumQueries, settings: Any
) -> None:
    settings.API_ANONYMOUS_READS = False
    key = issue_key("read")
    with django_assert_num_queries(1):
        assert get(PATH, **bearer(key)).status_code == 200


def test_status_has_the_documented_shape() -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    say(RIVER, "ministry", "affirms", at(2))
    publish("https://valley-post.example/1", at(3, 9))
    status = get(PATH).json()
    assert status == {
        "claim": RIVER,
        "status": "confirmed",
        "rule": "consensus",
        "since": "2025-12-02T00:00:00Z",
        "because": ["laboratory", "ministry"],
        "dissent": ["works"],
        "pending": [],
        "positions": [
            _held("laboratory", "affirms", True, "2025-12-01T00:00:00Z"),
            _held("ministry", "affirms", True, "2025-12-02T00:00:00Z"),
            _held("works", "denies", False, "2025-12-03T09:00:00Z"),
        ],
    }


def _held(party: str, stance: str, firm: bool, since: str) -> dict[str, Any]:
    return {"party": party, "stance": stance, "firm": firm, "since": since, "last_spoke": since, "stories": 1}


def test_etag_answers_304_until_something_changes(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    etag = get(PATH)["ETag"]
    with django_assert_num_queries(1):
        same = get(PATH, If_None_Match=f'"other", {etag}')
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert same["Cache-Control"] == "no-cache"
    assert get(PATH, If_None_Match=f"W/{etag}").status_code == 304
    say(RIVER, "laboratory", "affirms", at(1))
    changed = get(PATH, If_None_Match=etag)
    assert changed.status_code == 200
    assert changed["ETag"] != etag
    is_problem(get(PATH, If_Match=etag), 412, "precondition-failed")


def test_head_says_the_same_without_a_body() -> None:
    response = Client().head(f"/api/v1/{PATH}")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == get(PATH)["ETag"]


def test_as_of_asks_for_the_valid_moment() -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    say(RIVER, "ministry", "denies", at(5))
    assert get(PATH).json()["status"] == "contested"
    then = get(PATH, {"as_of": "2025-12-05T00:59:59+01:00"})
    assert then.json()["status"] == "unverified"
    assert [p["party"] for p in then.json()["positions"]] == ["laboratory"]
    assert then["X-As-Of"] == "2025-12-04T23:59:59Z"
    assert get(PATH, {"as_of": "2025-12-05T00:00:00Z"}).json() == get(PATH).json()


def test_known_at_asks_for_what_was_known() -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    before = Claim.objects.get(slug=RIVER)
    say(RIVER, "ministry", "denies", at(1))
    known_at = iso(before.settled_at)
    assert get(PATH).json()["status"] == "contested"
    assert get(PATH, {"known_at": known_at}).content.decode() == before.document
    both = get(PATH, {"known_at": known_at, "as_of": "2025-11-30"})
    assert both.json()["positions"] == []
    assert both["X-Known-At"] == known_at
    assert both["X-Assumed-UTC"] == "as_of"


def test_moment_of_now_tells_the_same_as_no_moment() -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    publish("https://valley-post.example/1", at(3))
    now = iso(timezone.now() + timedelta(minutes=1))
    for query in ({"as_of": now}, {"known_at": now}, {"as_of": now, "known_at": now}):
        assert get(PATH, query).content == get(PATH).content


def test_date_alone_is_midnight_utc_and_a_missing_zone_is_said() -> None:
    assert get(PATH, {"as_of": "2025-12-01"})["X-As-Of"] == "2025-12-01T00:00:00Z"
    naive = get(PATH, {"as_of": "2025-12-01T10:00"})
    assert (naive["X-As-Of"], naive["X-Assumed-UTC"]) == ("2025-12-01T10:00:00Z", "as_of")
    assert not get(PATH, {"as_of": "2025-12-01T10:00+02:00"}).has_header("X-Assumed-UTC")


@pytest.mark.parametrize(
    "value",
    ["yesterday", "", "2025-13-01", "2025-12-01T25:00Z", "0001-01-01T00:00:00+14:00", "1", "2025-12-01T10:00 02:00"],
)
def test_moment_that_is_none_is_refused_by_name(value: str) -> None:
    problem = is_problem(get(PATH, {"known_at": value}), 400, "invalid-parameter")
    assert [error["parameter"] for error in problem["errors"]] == ["known_at"]
    assert "ISO 8601" in problem["errors"][0]["detail"]


def test_moment_before_the_claim_was_known_says_since_when_it_is() -> None:
    problem = is_problem(get(PATH, {"known_at": "2020-01-01T00:00:00Z"}), 404, "not-known-then")
    first = TermsLine.objects.filter(claim__slug=RIVER).order_by("recorded_at")[0].recorded_at
    assert iso(first) in problem["detail"]
    assert problem["errors"][0]["parameter"] == "known_at"


def test_claim_nobody_has_assessed_yet_is_unverified() -> None:
    Claim.objects.create(slug="brand-new", kind="general", proposition={"en": "New."}, recorded_at=timezone.now())
    status = get("claims/brand-new/status/").json()
    assert (status["claim"], status["status"], status["positions"]) == ("brand-new", "unverified", [])
    assert get("claims/brand-new/").json()["status"] == status


def test_claim_that_does_not_exist_is_404() -> None:
    is_problem(get("claims/nothing/status/"), 404, "not-found")
    is_problem(get("claims/nothing/status/", {"as_of": "2025-12-01"}), 404, "not-found")


def test_unknown_parameter_is_not_passed_over() -> None:
    problem = is_problem(get(PATH, {"asof": "2025-12-01"}), 400, "invalid-parameter")
    assert problem["errors"] == [
        {"parameter": "asof", "detail": "is not a parameter here; there are as_of, known_at"},
    ]
    is_problem(get(f"{PATH}?as_of=2025-12-01&as_of=2025-12-02"), 400, "invalid-parameter")


def test_reads_need_a_key_where_they_are_not_open(settings: Any) -> None:
    settings.API_ANONYMOUS_READS = False
    refused = get(PATH)
    is_problem(refused, 401, "not-authenticated")
    assert refused["WWW-Authenticate"].startswith("Bearer")
    is_problem(get(PATH, **bearer(issue_key("push:articles"))), 403, "insufficient-scope")
    assert get(PATH, **bearer(issue_key("read"))).status_code == 200
    is_problem(get(f"claims/{TOWN}/"), 401, "not-authenticated")


@pytest.mark.parametrize("reads_are_open", [True, False])
def test_key_that_is_not_in_force_is_refused(settings: Any, reads_are_open: bool) -> None:
    settings.API_ANONYMOUS_READS = reads_are_open
    past = timezone.now() - timedelta(seconds=1)
    keys = ["fck_made-up", "", issue_key("read", expires_at=past), issue_key("read", revoked_at=past)]
    locked = issue_key("read")
    User.objects.filter(api_keys__prefix=locked[:12]).update(is_active=False)
    for key in (*keys, locked):
        for path in (PATH, f"{PATH}?as_of=2025-12-01", "claims/"):
            is_problem(get(path, **bearer(key)), 401, "not-authenticated")


def test_key_may_be_sent_in_three_ways(settings: Any) -> None:
    settings.API_ANONYMOUS_READS = False
    key = issue_key("read", expires_at=timezone.now() + timedelta(days=1))
    for headers in ({"Authorization": f"Api-Key {key}"}, {"Api_Key": key}, {"Authorization": f"bearer {key}"}):
        for path in (PATH, "claims/"):
            assert get(path, **headers).status_code == 200
    is_problem(get(PATH, Authorization="Basic YTpi"), 401, "not-authenticated")


def test_only_json_and_only_reading() -> None:
    is_problem(get(PATH, Accept="text/html"), 406, "not-acceptable")
    assert get(PATH, Accept="text/html, application/*;q=0.8").status_code == 200
    refused = Client(enforce_csrf_checks=True).post(f"/api/v1/{PATH}", "{}", content_type="application/json")
    is_problem(refused, 405, "method-not-allowed")
    assert "GET" in refused["Allow"]


def test_status_is_one_statement_on_the_wire_too() -> None:
    connection.ensure_connection()
    connection.health_check_enabled, connection.health_check_done = True, False
    sent: list[str] = []
    real = psycopg.Cursor.execute

    def watch(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return real(cursor, query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", watch)
        assert get(PATH).status_code == 200
    assert len(sent) == 1, sent


@pytest.mark.django_db(transaction=True)
def test_lost_connection_is_made_anew() -> None:
    assert get(PATH).status_code == 200
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    assert get(PATH).status_code == 200
