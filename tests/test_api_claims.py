"""The API's claims: lists that page without gaps, filters that mean what they say, the account, the words."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from claims.models import Article, Claim, Party, Revision, Statement
from claims.pipeline import record_withdrawal, review_statement
from claims.serializers import iso
from claims.words import Verdict
from tests.api_world import RIVER, TOWN, at, get, is_problem, make_world, publish, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> None:
    make_world()


def make_claims(*numbers: int) -> None:
    """Claims nobody has spoken on."""
    now = timezone.now()
    Claim.objects.bulk_create(
        Claim(slug=f"claim-{n}", kind="general", proposition={"en": f"Claim {n}."}, recorded_at=now, changed_at=now)
        for n in numbers
    )


def walk(path: str, query: dict[str, Any], rel: str = "next") -> Iterator[dict[str, Any]]:
    """The pages from an address on, as `Link` leads."""
    response = get(path, query)
    while True:
        assert response.status_code == 200, response.content
        page = response.json()
        yield page
        address = page["next" if rel == "next" else "previous"]
        if address is None:
            assert f'rel="{rel}"' not in response.get("Link", "")
            return
        assert f'<{address}>; rel="{rel}"' in response["Link"]
        assert address.startswith("http://testserver/api/v1/")
        response = Client().get(address)


def test_paging_misses_and_repeats_nothing_while_claims_are_made() -> None:
    make_claims(*range(20))
    there = set(Claim.objects.values_list("slug", flat=True))
    seen: list[str] = []
    for number, page in enumerate(walk("claims/", {"page_size": 3})):
        seen += [claim["slug"] for claim in page["results"]]
        if number < 10:
            make_claims(100 + number)
    assert len(seen) == len(set(seen))
    assert there <= set(seen)
    assert set(seen) == set(Claim.objects.values_list("slug", flat=True))


def test_paging_backwards_gives_the_same_pages() -> None:
    make_claims(*range(9))
    pages = list(walk("claims/", {"page_size": 4}))
    assert [len(page["results"]) for page in pages] == [4, 4, 3]
    assert pages[0]["previous"] is None
    last_address = pages[1]["next"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(last_address).query).items()}
    back = list(walk("claims/", query, rel="prev"))
    assert [page["results"] for page in reversed(back)] == [page["results"] for page in pages]


def test_page_of_claims_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_claims(*range(60))
    with django_assert_num_queries(1):
        page = get("claims/").json()
    assert len(page["results"]) == 50
    assert get("claims/", {"page_size": 200}).json()["next"] is None


@pytest.mark.parametrize("size", ["0", "201", "-1", "ten", "٣", "1" * 30, ""])
def test_page_size_has_bounds(size: str) -> None:
    problem = is_problem(get("claims/", {"page_size": size}), 400, "invalid-parameter")
    assert problem["errors"][0]["parameter"] == "page_size"


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "WzAsIngiLCJ4Il0", "WzAsIngiLFtdXQ", "%00", "a" * 499, "1" * 600])
def test_cursor_that_was_made_up_is_refused(cursor: str) -> None:
    problem = is_problem(get("claims/", {"cursor": cursor}), 400, "invalid-parameter")
    assert problem["errors"][0]["parameter"] == "cursor"


def test_cursor_of_another_query_is_refused() -> None:
    make_claims(*range(5))
    address = get("claims/", {"page_size": 2}).json()["next"]
    cursor = parse_qs(urlsplit(address).query)["cursor"][0]
    assert get("claims/", {"cursor": cursor, "page_size": 5}).status_code == 200
    is_problem(get("claims/", {"cursor": cursor, "kind": "general"}), 400, "invalid-parameter")


def slugs(**query: str) -> set[str]:
    """Which claims a filter lets through."""
    response = get("claims/", query)
    assert response.status_code == 200, response.content
    return {claim["slug"] for claim in response.json()["results"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "contested"}, {RIVER}),
        ({"status": "contested,unverified"}, {RIVER, TOWN}),
        ({"kind": "control"}, {TOWN}),
        ({"place": "mill town"}, {TOWN}),
        ({"place": "МЛИНСЬК"}, {TOWN}),
        ({"place": "4711"}, {TOWN}),
        ({"place": "Mill"}, set()),
        ({"party": "laboratory"}, {RIVER}),
        ({"party": "south"}, {TOWN}),
        ({"party": "works"}, {RIVER}),
        ({"q": "SPILL river"}, {RIVER}),
        ({"q": "річки"}, {RIVER}),
        ({"q": "млинськ north"}, {TOWN}),
        ({"q": "river town"}, set()),
        ({"q": "100%"}, set()),
        ({"q": "_"}, set()),
        ({"q": "\\"}, set()),
        ({"kind": "general", "status": "contested", "q": "spill"}, {RIVER}),
    ],
)
def test_filters(query: dict[str, str], found: set[str]) -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    say(RIVER, "ministry", "denies", at(2))
    assert slugs(**query) == found


def test_updated_since_follows_the_ledger_and_the_terms() -> None:
    moment = iso(timezone.now()) or ""
    assert slugs(updated_since=moment) == set()
    say(RIVER, "laboratory", "affirms", at(1))
    assert slugs(updated_since=moment) == {RIVER}
    Claim.objects.get(slug=TOWN).save()
    assert slugs(updated_since=moment) == {RIVER, TOWN}
    updated = max(claim["updated_at"] for claim in get("claims/").json()["results"])
    assert slugs(updated_since=updated) == {TOWN}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"status": "true"}, "status"),
        ({"status": "contested,"}, "status"),
        ({"kind": "none"}, "kind"),
        ({"party": "nobody"}, "party"),
        ({"q": "  "}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"place": "x" * 501}, "place"),
        ({"updated_since": "today"}, "updated_since"),
        ({"format": "xml"}, "format"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_filter_that_cannot_be_used_is_named(query: dict[str, str], parameter: str) -> None:
    problem = is_problem(get("claims/", query), 400, "invalid-parameter")
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_all_faults_of_a_query_are_told_at_once() -> None:
    problem = is_problem(
        get("claims/", {"colour": "red", "status": "true", "kind": "general"}), 400, "invalid-parameter"
    )
    assert {error["parameter"] for error in problem["errors"]} == {"colour", "status"}


def test_claim_in_full() -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    claim = get(f"claims/{RIVER}/").json()
    assert claim["proposition"]["uk"] == "Витік дійшов до річки."
    assert claim["loses"] == [{"slug": "works", "title": "the works"}]
    assert claim["status"] == get(f"claims/{RIVER}/status/").json()
    assert claim["links"]["page"] == f"http://testserver/claims/{RIVER}/"
    for name in ("self", "status", "timeline", "positions", "statements"):
        assert Client().get(claim["links"][name]).status_code == 200
    town = get(f"claims/{TOWN}/").json()
    assert (town["holder"]["slug"], town["opposed"]["slug"]) == ("north", "south")
    assert town["place"]["names"]["uk"] == ["Млинськ"]
    assert "Млинськ".encode() in get(f"claims/{TOWN}/").content
    is_problem(get("claims/nothing/"), 404, "not-found")


def test_timeline_tells_the_account_as_known() -> None:
    say(RIVER, "laboratory", "affirms", at(3))
    known_at = Claim.objects.get(slug=RIVER).settled_at
    say(RIVER, "ministry", "denies", at(1))
    now = get(f"claims/{RIVER}/timeline/").json()
    assert [(p["status"], p["valid_from"], p["valid_to"]) for p in now["results"]] == [
        ("unverified", None, "2025-12-01T00:00:00Z"),
        ("unverified", "2025-12-01T00:00:00Z", "2025-12-03T00:00:00Z"),
        ("contested", "2025-12-03T00:00:00Z", None),
    ]
    assert now["results"][-1]["because"] == [
        {"party": "laboratory", "stance": "affirms"},
        {"party": "ministry", "stance": "denies"},
    ]
    assert all(p["recorded_to"] is None for p in now["results"])
    then = get(f"claims/{RIVER}/timeline/", {"known_at": iso(known_at)}).json()
    assert [(p["status"], p["valid_from"]) for p in then["results"]] == [
        ("unverified", None),
        ("unverified", "2025-12-03T00:00:00Z"),
    ]
    assert then["known_at"] == iso(known_at)
    assert then["results"][-1]["recorded_to"] is not None
    is_problem(get(f"claims/{RIVER}/timeline/", {"known_at": "2020-01-01"}), 404, "not-known-then")


def test_pages_of_a_timeline_tell_one_account() -> None:
    for day in range(1, 8):
        say(RIVER, "laboratory", "affirms" if day % 2 else "denies", at(day))
        say(RIVER, "ministry", "affirms", at(day, 12))
    whole = get(f"claims/{RIVER}/timeline/", {"page_size": 200}).json()["results"]
    assert len(whole) > 6
    seen = []
    for page in walk(f"claims/{RIVER}/timeline/", {"page_size": 2}):
        seen += page["results"]
        say(RIVER, "south", "denies", at(1, len(seen)))
    assert [(p["valid_from"], p["reason"]) for p in seen] == [(p["valid_from"], p["reason"]) for p in whole]


def test_positions_over_time() -> None:
    say(RIVER, "laboratory", "affirms", at(1))
    say(RIVER, "laboratory", "denies", at(4))
    say(RIVER, "ministry", "affirms", at(2))
    lines = get(f"claims/{RIVER}/positions/").json()["results"]
    assert [(p["party"], p["stance"], p["valid_from"], p["valid_to"]) for p in lines] == [
        ("laboratory", "affirms", "2025-12-01T00:00:00Z", "2025-12-04T00:00:00Z"),
        ("ministry", "affirms", "2025-12-02T00:00:00Z", None),
        ("laboratory", "denies", "2025-12-04T00:00:00Z", None),
    ]
    assert [line["stories"] for line in lines] == [None, 1, 1]
    chosen = get(f"claims/{RIVER}/positions/", {"party": "laboratory", "stance": "denies"}).json()["results"]
    assert chosen == lines[2:]
    assert [p for page in walk(f"claims/{RIVER}/positions/", {"page_size": 1}) for p in page["results"]] == lines


def test_statements_newest_first_with_what_each_counts_for() -> None:
    article = publish("https://valley-post.example/1", at(2))
    say(RIVER, "laboratory", "affirms", at(1))
    say(RIVER, "ministry", "affirms", at(3))
    path = f"claims/{RIVER}/statements/"
    lines = get(path).json()["results"]
    assert [(s["party"], s["stance"], s["weight"]) for s in lines] == [
        ("ministry", "affirms", 2.0),
        ("works", "denies", 1.0),
        ("laboratory", "affirms", 2.0),
    ]
    read = lines[1]
    words = Revision.objects.get(article=article).words
    assert words[read["start"] : read["end"]] == read["quote"]
    assert (read["article"], read["edition"], read["source"]["name"]) == (article, 1, "Valley Post")
    assert read["url"] == "https://valley-post.example/1"
    assert [s for page in walk(path, {"page_size": 1}) for s in page["results"]] == lines
    assert get(path, {"party": "works"}).json()["results"] == [read]

    editor = User.objects.create_user("editor")
    review_statement(read["id"], Verdict.REJECTED, editor=editor, now=timezone.now())
    rejected = get(path, {"party": "works"}).json()["results"][0]
    assert (rejected["review"], rejected["weight"], rejected["carried"]) == ("rejected", 0.0, True)


def test_statement_of_a_withdrawn_article_is_carried_no_more() -> None:
    article = publish("https://valley-post.example/1", at(2))
    asked = Article.objects.get(pk=article).ask_withdrawal(withdrawn=True, why="wrong", now=timezone.now())
    assert asked is not None
    record_withdrawal(asked.pk, timezone.now())
    line = get(f"claims/{RIVER}/statements/").json()["results"][0]
    assert (line["carried"], line["weight"]) == (False, 0.0)


def test_statements_of_one_instant_page_without_loss() -> None:
    moment = at(5)
    for number in range(7):
        Party.objects.create(slug=f"witness-{number}", reliability="C")
        say(RIVER, f"witness-{number}", "affirms", moment)
    seen = [s["id"] for page in walk(f"claims/{RIVER}/statements/", {"page_size": 2}) for s in page["results"]]
    assert seen == sorted(Statement.objects.values_list("pk", flat=True), reverse=True)
