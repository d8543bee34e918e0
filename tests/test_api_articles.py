"""Articles sent to the API: taken once, followed until read; whatever else arrives is told what is wrong with it."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerDown

from claims import intake
from claims.models import Article, Revision, Withdrawal
from claims.pipeline import note_failure, record_withdrawal
from tests.api_world import RIVER, bearer, get, is_problem, issue_key, make_world, publish

ARTICLE = {
    "url": "https://valley-post.example/river?utm_source=feed",
    "source": "Valley Post",
    "lang": "en",
    "published_at": "2025-12-01T21:48:00+01:00",
    "title": "Works denies that the spill reached the river",
    "text": "The works said on Monday that nothing had reached the river. Річка чиста.",
}


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """What the API rang for, in order, in place of messages to the queue."""
    heard: list[tuple[str, int]] = []
    for bell in ("ring_readings", "ring_withdrawals"):
        monkeypatch.setattr(
            f"claims.tasks.{bell}", lambda ids, bell=bell: heard.extend((bell, pk) for pk in ids) or True
        )
    yield heard


@pytest.fixture
def key(db: None, rung: list[tuple[str, int]]) -> str:
    """A key that may send articles."""
    return issue_key("push:articles")


def push(key: str | None, body: Any, content_type: str = "application/json", **headers: str) -> Any:
    """Send a body as it stands (bytes) or as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        named |= bearer(key)
    return Client(enforce_csrf_checks=True).post("/api/v1/articles/", data, content_type=content_type, headers=named)


def test_article_is_taken_and_waits_to_be_read(key: str, rung: list[tuple[str, int]]) -> None:
    response = push(key, ARTICLE)
    assert response.status_code == 202, response.content
    receipt = response.json()
    revision = Revision.objects.get()
    assert receipt == {
        "article": revision.article_id,
        "revision": revision.pk,
        "outcome": "created",
        "notes": ["source 'Valley Post' was new; it was made with the slug 'valley-post' and grade F"],
        "links": {"article": receipt["links"]["article"], "job": response["Location"]},
    }
    assert receipt["links"]["article"].endswith(f"/api/v1/articles/{revision.article_id}/")
    assert revision.article.url == "https://valley-post.example/river"
    assert revision.text == ARTICLE["text"]
    assert rung == [("ring_readings", revision.pk)]
    followed = Client().get(receipt["links"]["article"], headers=bearer(key)).json()
    assert followed["editions"][0] | {"recorded_at": "", "revision": 0} == {
        "revision": 0,
        "number": 1,
        "lang": "en",
        "title": ARTICLE["title"],
        "published_at": "2025-12-01T20:48:00Z",
        "recorded_at": "",
        "modified_at": None,
        "words_added": None,
        "words_removed": None,
        "title_changed": False,
        "statements_gone": 0,
        "quotes_gone": 0,
        "correction_note": "",
        "silent": False,
        "had": "whole",
        "state": "due",
        "read_at": None,
        "attempts": 0,
        "error": "",
    }


def test_same_again_changes_nothing_and_other_words_are_an_edition(key: str, rung: list[tuple[str, int]]) -> None:
    assert push(key, ARTICLE).json()["outcome"] == "created"
    again = push(key, ARTICLE)
    assert (again.status_code, again.json()["outcome"], again.json()["revision"]) == (202, "repeated", None)
    revised = push(key, {**ARTICLE, "text": "The works said otherwise on Tuesday."})
    assert revised.json()["outcome"] == "revised"
    assert [number for _, number in rung] == list(Revision.objects.order_by("number").values_list("pk", flat=True))
    states = Client().get(revised.json()["links"]["article"]).json()["editions"]
    assert [edition["number"] for edition in states] == [2, 1]


def test_canceled_article_is_withdrawn(key: str, rung: list[tuple[str, int]]) -> None:
    push(key, ARTICLE)
    response = push(key, {"url": ARTICLE["url"], "pubstatus": "canceled"})
    assert (response.status_code, response.json()["outcome"]) == (202, "withdrawn")
    withdrawal = Withdrawal.objects.get()
    assert rung[-1] == ("ring_withdrawals", withdrawal.pk)
    record_withdrawal(withdrawal.pk, timezone.now())
    assert Client().get(response.json()["links"]["article"]).json()["withdrawn"] is True
    nowhere = push(key, {"url": "https://valley-post.example/none", "pubstatus": "canceled"})
    problem = is_problem(nowhere, 422, "refused")
    assert problem["errors"][0]["pointer"] == "#/url"
    assert problem["detail"] == (
        "url: there is no article at https://valley-post.example/none; only an article that was sent can be withdrawn."
    )


def test_article_tells_what_was_read_in_it(key: str) -> None:
    make_world()
    article = get(f"articles/{publish('https://valley-post.example/1', timezone.now())}/").json()
    assert article["editions"][0]["state"] == "read"
    assert article["editions"][0]["read_at"]
    assert [(s["claim"], s["party"], s["stance"]) for s in article["statements"]] == [(RIVER, "works", "denies")]
    is_problem(get("articles/999999999999999999999/"), 404, "not-found")


def test_errors_are_told_to_callers_with_a_key_alone(key: str, settings: Any) -> None:
    location = push(key, ARTICLE).json()["links"]["article"]
    revision = Revision.objects.get()
    Revision.objects.update(attempts=5)
    note_failure(revision.pk, "ValueError: no sentence")
    with_key = Client().get(location, headers=bearer(key)).json()["editions"][0]
    without = Client().get(location).json()["editions"][0]
    assert (with_key["state"], with_key["error"]) == ("failed", "ValueError: no sentence")
    assert (without["state"], without["error"]) == ("failed", None)
    settings.API_ANONYMOUS_READS = False
    assert Client().get(location, headers=bearer(key)).status_code == 200
    is_problem(Client().get(location), 401, "not-authenticated")
    is_problem(Client().get(location, headers=bearer(issue_key("webhooks"))), 403, "insufficient-scope")


def test_sending_takes_a_key_with_the_scope(key: str) -> None:
    refused = push(None, ARTICLE)
    is_problem(refused, 401, "not-authenticated")
    assert refused["WWW-Authenticate"].startswith("Bearer")
    reader = push(issue_key("read", "webhooks"), ARTICLE)
    assert "push:articles" in is_problem(reader, 403, "insufficient-scope")["detail"]
    assert 'scope="push:articles"' in reader["WWW-Authenticate"]
    is_problem(push("fck_made-up", ARTICLE), 401, "not-authenticated")
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed-body"),
        (b"{}", "malformed-body"),
        (b"{", "malformed-body"),
        (b"[]", "malformed-body"),
        (b"null", "malformed-body"),
        (b'"text"', "malformed-body"),
        (b"7", "malformed-body"),
        (b'{"text": NaN}', "malformed-body"),
        (b'{"text": "a", "text": "b"}', "malformed-body"),
        (b'{"text": "a"} {}', "malformed-body"),
        (b'{"n": ' + b"9" * 5000 + b"}", "malformed-body"),
        (b"[" * 100_000, "malformed-body"),
        ('{"text": "Річка"}'.encode("cp1251"), "malformed-body"),
        ('{"text": "Річка"}'.encode("utf-16"), "malformed-body"),
    ],
)
def test_body_that_cannot_be_read_is_400(key: str, body: bytes, code: str) -> None:
    is_problem(push(key, body), 400, code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "a\x00b"}, "text"),
        ({"title": "half a pair: \ud83d"}, "title"),
        ({"text": 7}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "", "title": " "}, "text"),
        ({"source": None}, "source"),
        ({"source": {"slug": "x"}}, "source"),
        ({"published_at": "yesterday"}, "published_at"),
        ({"published_at": 1764622080}, "published_at"),
        ({"published_at": None}, "published_at"),
        ({"published_at": "9999-99-99"}, "published_at"),
        ({"modified_at": []}, "modified_at"),
        ({"lang": "<b>"}, "lang"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://user:secret@valley-post.example/"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"pubstatus": "embargoed"}, "pubstatus"),
        ({"colour": "red"}, "colour"),
        ({"a/b~c": "red"}, "a~1b~0c"),
        ({"title": "x" * 3000}, "title"),
        ({"half a pair: \ud83d": 1}, "half a pair: ?"),
    ],
)
def test_field_that_is_refused_is_pointed_at_with_its_cure(key: str, change: dict[str, Any], field: str) -> None:
    problem = is_problem(push(key, {**ARTICLE, **change}), 422, "refused")
    assert problem["errors"][0]["pointer"] == f"#/{field}"
    assert problem["errors"][0]["cure"]
    assert not Article.objects.exists()


def test_utf8_with_a_mark_at_its_start_is_read(key: str) -> None:
    assert push(key, b"\xef\xbb\xbf" + json.dumps(ARTICLE).encode()).status_code == 202


def test_article_of_five_megabytes_is_taken_and_a_larger_one_is_not(key: str) -> None:
    text = "річка " * (intake.MAX_TEXT // len("річка ".encode()))
    text += "x" * (intake.MAX_TEXT - len(text.encode()))
    assert len(text.encode()) == intake.MAX_TEXT
    # Escaped, as many libraries send it, each letter takes six bytes.
    assert push(key, {**ARTICLE, "text": text}).status_code == 202
    assert Revision.objects.get().text == text
    problem = is_problem(push(key, {**ARTICLE, "text": f"{text}x"}), 413, "too-large")
    assert problem["errors"][0]["pointer"] == "#/text"


def test_body_larger_than_the_server_takes_is_413(key: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    is_problem(push(key, {**ARTICLE, "text": "x" * 2000}), 413, "too-large")
    assert push(key, ARTICLE).status_code == 202


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_anything_but_json_is_415(key: str, content_type: str) -> None:
    is_problem(push(key, b"url=x", content_type), 415, "unsupported-media-type")


def test_json_with_parameters_is_json(key: str) -> None:
    assert push(key, ARTICLE, "Application/JSON; charset=utf-8").status_code == 202


def test_listing_articles_is_not_to_be_had_yet(key: str) -> None:
    refused = get("articles/", **bearer(key))
    is_problem(refused, 405, "method-not-allowed")
    assert refused["Allow"] == "POST, OPTIONS"
    is_problem(push(key, ARTICLE, Accept="text/csv"), 406, "not-acceptable")


@pytest.mark.django_db
def test_bell_is_rung_once_for_an_article_and_may_be_broken(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = issue_key("push:articles")
    assert push(key, ARTICLE).status_code == 202
    queues = [name for name in redis_client.keys("*") if redis_client.type(name) == b"list"]
    assert [redis_client.llen(name) for name in queues] == [1]
    assert str(Revision.objects.get().pk).encode() in b64decode(json.loads(redis_client.lindex(queues[0], 0))["body"])

    def fail(*args: object, **kwargs: object) -> None:
        raise BrokerDown("no answer")

    monkeypatch.setattr("claims.tasks.read_revision.apply_async", fail)
    response = push(key, {**ARTICLE, "url": "https://valley-post.example/other"})
    assert response.status_code == 202
    assert Revision.objects.get(pk=response.json()["revision"]).ring_at is not None


@pytest.mark.django_db(transaction=True)
def test_same_article_twenty_times_at_once_is_one_article(key: str, rung: list[tuple[str, int]]) -> None:
    answers: list[Any] = []
    start = threading.Barrier(20)

    def send() -> None:
        try:
            start.wait(30)
            answers.append(push(key, ARTICLE))
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert [response.status_code for response in answers] == [202] * 20
    assert sorted(response.json()["outcome"] for response in answers) == ["created"] + ["repeated"] * 19
    assert len({response.json()["article"] for response in answers}) == 1
    assert (Article.objects.count(), Revision.objects.count(), len(rung)) == (1, 1, 1)
