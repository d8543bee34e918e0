"""Many at once: each article for itself; ninjs as it comes; the same request once; a job that tells every step."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import intake, pipeline, tasks
from claims.api import pushes
from claims.models import ApiKey, Article, Job, KeptAnswer, Revision, Source, Withdrawal
from tests.api_world import RIVER, at, bearer, is_problem, issue_key, make_world, say
from tests.workers import Worker

URN = "urn:newsml:wire.example:2025:1"


def article(number: int = 1, **changes: Any) -> dict[str, Any]:
    """An article in our own form (None: without the field)."""
    record = {
        "url": f"https://valley-post.example/{number}", "source": "Valley Post", "lang": "en",
        "published_at": "2025-12-01T21:48:00+01:00", "title": f"Day {number}", "text": "Nothing of note happened.",
        **changes,
    }  # fmt: skip
    return {name: value for name, value in record.items() if value is not None}


def item(**changes: Any) -> dict[str, Any]:
    """A ninjs item."""
    return {
        "uri": URN, "versionCreated": "2025-12-01T20:48:00Z", "language": "en", "copyrightHolder": "The Wire",
        "headlines": [{"value": "Nothing of note"}], "bodies": [{"value": "<p>Nothing of note happened.</p>"}],
        "infoSources": [{"name": "River Agency"}], **changes,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[list[tuple[str, int]]]:
    """What was rung for, in order, in place of messages to the queue; but where the test has a worker."""
    heard: list[tuple[str, int]] = []
    if "worker" not in request.fixturenames:
        for bell in ("ring_readings", "ring_withdrawals"):
            monkeypatch.setattr(tasks, bell, lambda ids, bell=bell: heard.extend((bell, pk) for pk in ids) or True)
    yield heard


@pytest.fixture
def key(db: None) -> str:
    """A key that may send articles."""
    return issue_key("push:articles")


def push(key: str, body: Any, *, name: str | None = None, content_type: str = "application/json") -> Any:
    """Send a body, under a name where it is given one."""
    headers = bearer(key) | ({} if name is None else {"Idempotency-Key": name})
    return Client().post("/api/v1/articles/", json.dumps(body), content_type=content_type, headers=headers)


def follow(key: str, response: Any) -> dict[str, Any]:
    """The job of an answer."""
    told = Client().get(response["Location"], headers=bearer(key))
    assert told.status_code == 200, told.content
    return told.json()  # type: ignore[no-any-return]


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Do something in so many threads at the same time; returns what each came to."""
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            barrier.wait(30)
            results[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


# --- Many at once ---


def test_each_of_many_has_its_own_result_and_a_bad_one_loses_no_other(key: str, rung: list[tuple[str, int]]) -> None:
    push(key, article(4))
    push(key, article(5))
    rung.clear()
    sent = [
        article(1), article(2, text="a\x00b"), item(), article(4), article(5, text="Other words."), "x",
        article(9, pubstatus="canceled"), article(4, pubstatus="canceled"), {}, article(3, colour="red"),
        item(embargoedUntil="2999-01-01T00:00:00Z"),
    ]  # fmt: skip
    response = push(key, {"articles": sent})
    assert response.status_code == 202, response.content
    receipt = response.json()
    assert receipt["counts"] == {"created": 2, "refused": 6, "repeated": 1, "revised": 1, "withdrawn": 1}
    assert receipt["links"]["job"] == response["Location"]
    assert [result["index"] for result in receipt["results"]] == list(range(len(sent)))
    pointers = {result["index"]: result["errors"][0]["pointer"] for result in receipt["results"] if result["errors"]}
    assert pointers == {
        1: "#/articles/1/text", 5: "#/articles/5", 6: "#/articles/6/url", 8: "#/articles/8/text",
        9: "#/articles/9/colour", 10: "#/articles/10/embargoedUntil",
    }  # fmt: skip
    assert all(e["cure"] and e["detail"] for result in receipt["results"] for e in result["errors"])
    assert Article.objects.count() == 4
    due = [("ring_readings", r["revision"]) for r in receipt["results"] if r["revision"]]
    assert rung == [*due, ("ring_withdrawals", Withdrawal.objects.get().pk)]
    assert len(due) == 3


def test_a_new_source_is_made_once_and_told_with_its_first_article(key: str) -> None:
    sent = [article(1, source="New", published_at="soon"), article(2, source="New"), article(3, source="New")]
    notes = [result["notes"] for result in push(key, {"articles": sent}).json()["results"]]
    assert [len(note) for note in notes] == [0, 1, 0]
    assert Source.objects.get().name == "New"
    push(key, {"articles": [article(4, source="Newer", text="", title="")]})
    assert Source.objects.count() == 1


def test_editions_and_withdrawals_among_many_keep_their_order(key: str) -> None:
    sent = [
        article(1),
        article(1, text="Other words."),
        article(1, pubstatus="canceled"),
        item(),
        item(bodies=["Two."]),
    ]
    outcomes = [result["outcome"] for result in push(key, {"articles": sent}).json()["results"]]
    assert outcomes == ["created", "revised", "withdrawn", "created", "revised"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"articles": []}, "holds 0 articles"),
        ({"articles": [{}] * 101}, "holds 101 articles"),
        ({"articles": {"a": 1}}, "is an object, not a list"),
        ({"articles": None}, "is null"),
        ({"articles": [{}], "source": "x"}, "is not a field beside articles"),
    ],
)
def test_a_body_of_many_that_cannot_be_one_is_refused_with_the_cure(key: str, body: Any, detail: str) -> None:
    problem = is_problem(push(key, body), 422, "refused")
    assert detail in problem["errors"][0]["detail"]
    assert "send 1 to 100 articles at once" in problem["errors"][0]["cure"]
    assert not Job.objects.exists()


def test_a_hundred_are_stored_in_one_transaction_that_asks_little(key: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = push(key, {"articles": [article(n) for n in range(100)]})
    assert response.json()["counts"] == {"created": 100}
    said = [query["sql"] for query in asked.captured_queries]
    stored = [sql for sql in said if "claims_article" in sql or "claims_revision" in sql]
    assert len(stored) <= 400
    assert sum("claims_source" in sql for sql in said) <= 6


@pytest.mark.django_db(transaction=True)
def test_the_same_batches_at_once_make_each_article_once() -> None:
    key = issue_key("push:articles")
    numbers = list(range(30))

    def send(sender: int) -> Any:
        order = numbers[sender * 3 :] + numbers[: sender * 3]
        if sender % 2:
            order.reverse()
        return push(key, {"articles": [article(n, source=f"Source {n % 7}") for n in order]})

    answers = at_once(8, send)
    assert [response.status_code for response in answers] == [202] * 8
    outcomes = [result["outcome"] for response in answers for result in response.json()["results"]]
    assert (outcomes.count("created"), outcomes.count("repeated")) == (30, 210)
    assert (Article.objects.count(), Revision.objects.count(), Source.objects.count()) == (30, 30, 7)


@pytest.mark.django_db(transaction=True)
def test_articles_sent_alone_and_in_batches_at_once_make_each_article_once() -> None:
    key = issue_key("push:articles")

    def send(sender: int) -> list[int]:
        numbers = [(n * 7 + sender) % 20 for n in range(20)]
        sent = [article(n, source=f"Source {n % 5}") for n in numbers]
        if sender % 2:
            return [push(key, {"articles": sent}).status_code]
        return [push(key, one).status_code for one in sent]

    assert {status for statuses in at_once(6, send) for status in statuses} == {202}
    assert (Article.objects.count(), Revision.objects.count(), Source.objects.count()) == (20, 20, 5)


def test_a_withdrawn_article_that_is_sent_again_stays_withdrawn_and_says_so(key: str) -> None:
    push(key, article())
    push(key, article(pubstatus="canceled"))
    pipeline.record_withdrawal(Withdrawal.objects.get().pk, timezone.now())
    again = push(key, article()).json()
    assert again["outcome"] == "repeated"
    assert again["notes"] == ["the article was withdrawn, and stays so until an editor puts it back"]
    assert Article.objects.get().withdrawn


# --- ninjs ---


@pytest.mark.parametrize("content_type", ["application/json", f"{intake.NINJS}; charset=utf-8"])
def test_a_ninjs_item_is_taken_as_it_is(key: str, content_type: str) -> None:
    response = push(key, item(), content_type=content_type)
    assert response.json()["outcome"] == "created", response.content
    revision = Revision.objects.select_related("article__source").get()
    assert (revision.article.url, revision.article.uri, revision.credit) == (URN, URN, "River Agency")
    assert (revision.article.source.name, revision.title, revision.text) == (
        "The Wire", "Nothing of note", "Nothing of note happened.",
    )  # fmt: skip
    assert push(key, item(), content_type=content_type).json()["outcome"] == "repeated"


def test_a_body_said_to_be_ninjs_is_read_as_ninjs_alone(key: str) -> None:
    problem = is_problem(push(key, article(), content_type=intake.NINJS), 422, "refused")
    assert problem["errors"][0]["pointer"] == "#/uri"
    many = push(key, {"articles": [item(), article()]}, content_type=intake.NINJS).json()
    assert many["counts"] == {"created": 1, "refused": 1}


def test_an_item_is_found_by_its_uri_wherever_its_page_is(key: str) -> None:
    page = "https://wire.example/1"
    push(key, article(1, url=page, source="The Wire"))
    known = push(key, item(url=page, bodies=["More happened."])).json()
    assert (known["outcome"], Article.objects.get().uri) == ("revised", URN)
    moved = push(
        key, item(url="https://wire.example/moved", bodies=["More still."], versionCreated="2025-12-02T00:00:00Z")
    )
    assert (moved.json()["outcome"], Article.objects.get().url) == ("revised", page)
    canceled = push(key, {"uri": URN, "pubStatus": "canceled"}).json()
    assert (canceled["outcome"], canceled["article"]) == ("withdrawn", known["article"])
    unknown = push(key, {"uri": "urn:newsml:wire.example:none", "pubStatus": "canceled"})
    assert is_problem(unknown, 422, "refused")["errors"][0]["pointer"] == "#/uri"


def test_the_credit_of_an_edition_is_never_changed(key: str) -> None:
    push(key, item())
    with pytest.raises(Exception, match="refused: what the ledger rests on"), transaction.atomic():
        Revision.objects.update(credit="Another")


@pytest.mark.django_db(transaction=True)
def test_one_item_under_two_pages_at_once_is_one_article() -> None:
    key = issue_key("push:articles")
    answers = at_once(8, lambda n: push(key, item(url=f"https://wire.example/{n % 2}")))
    assert [response.status_code for response in answers] == [202] * 8
    assert (Article.objects.count(), Revision.objects.count()) == (1, 1)


# --- The same request once ---


def test_the_first_answer_is_given_again(key: str, rung: list[tuple[str, int]]) -> None:
    first = push(key, article(), name='"one"')
    again = push(key, article(), name='"one"')
    bare = push(key, article(), name="one")
    assert first.json()["outcome"] == "created"
    for repeated in (again, bare):
        assert (repeated.status_code, repeated.content) == (202, first.content)
        assert repeated["Location"] == first["Location"]
        assert repeated["Content-Type"] == "application/json"
        assert repeated["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")
    assert (Job.objects.count(), len(rung)) == (1, 1)


def test_a_refusal_is_an_answer_too(key: str) -> None:
    canceled = {"url": "https://valley-post.example/1", "pubstatus": "canceled"}
    first = push(key, canceled, name="one")
    push(key, article())
    again = push(key, canceled, name="one")
    assert (again.status_code, again.content) == (422, first.content)
    assert (again["Content-Type"], again["Idempotent-Replayed"]) == ("application/problem+json", "true")
    assert push(key, canceled, name="two").json()["outcome"] == "withdrawn"


def test_another_body_under_the_same_name_is_refused(key: str) -> None:
    push(key, article(1), name="one")
    is_problem(push(key, article(2), name="one"), 422, "idempotency-key-reused")
    is_problem(push(key, article(1), name="one", content_type=intake.NINJS), 422, "idempotency-key-reused")
    assert Article.objects.count() == 1
    assert push(issue_key("push:articles"), article(2), name="one").json()["outcome"] == "created"


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        '""',
        '"a',
        'a"',
        '"a","b"',
        "a, b",
        "a b",
        '"a\\b"',
        '"a";p=1',
        "é",
        '"é"',
        "x" * 256,
        '"' + "x" * 256 + '"',
    ],
)
def test_a_name_that_is_none_is_400(key: str, name: str) -> None:
    is_problem(push(key, article(), name=name), 400, "idempotency-key-malformed")
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "name", ['"a b, c"', '"a \\" \\\\ b"', "x" * 255, "41d011f5-67df-4137-abc3-4052d43b6827", "a:b/c=="]
)
def test_a_name_is_a_quoted_string_or_bare(key: str, name: str) -> None:
    push(key, article(), name=name)
    assert push(key, article(), name=name)["Idempotent-Replayed"] == "true"


def test_while_it_is_being_worked_on_its_twin_waits_and_a_dead_one_blocks_nobody(key: str) -> None:
    push(key, article(), name="one")
    held = timezone.now() + timedelta(seconds=30)
    KeptAnswer.objects.update(status=None, body="", leased_until=held)
    refused = push(key, article(), name="one")
    is_problem(refused, 409, "idempotency-key-busy")
    assert int(refused["Retry-After"]) >= 1
    is_problem(push(key, article(2), name="one"), 422, "idempotency-key-reused")
    KeptAnswer.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert push(key, article(), name="one").json()["outcome"] == "repeated"
    assert push(key, article(), name="one")["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("error", "status"), [(OperationalError("gone"), 503), (RuntimeError("fault"), 500)])
def test_after_a_fault_of_ours_it_may_be_sent_again(
    key: str, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(pushes, "answer", fail)
        patched.setattr("claims.api.problems.log", _Silent())
        failed = push(key, article(), name="one")
    is_problem(failed, status, "unavailable" if status == 503 else "internal-error")
    assert (failed.get("Retry-After") is not None) == (status == 503)
    assert not (Article.objects.exists() or Job.objects.exists() or KeptAnswer.objects.exists())
    assert push(key, article(), name="one").json()["outcome"] == "created"


class _Silent:
    def error(self, *args: object, **facts: object) -> None:
        """Say nothing."""


def test_whoever_lost_its_turn_stores_nothing(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take = intake.take_articles

    def lose(*args: Any) -> Any:
        KeptAnswer.objects.update(leased_until=timezone.now() + timedelta(seconds=90))
        return take(*args)

    monkeypatch.setattr(intake, "take_articles", lose)
    is_problem(push(key, article(), name="one"), 409, "idempotency-key-busy")
    assert not (Article.objects.exists() or Job.objects.exists())


@pytest.mark.django_db(transaction=True)
def test_twins_at_once_are_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    key = issue_key("push:articles")
    parse = intake.parse_items
    started, go_on = threading.Event(), threading.Event()

    def parse_slowly(*args: Any, **options: Any) -> Any:
        started.set()
        go_on.wait(30)
        return parse(*args, **options)

    monkeypatch.setattr(intake, "parse_items", parse_slowly)
    body = {"articles": [article(n) for n in range(10)]}

    def send(number: int) -> Any:
        if number == 0:
            return push(key, body, name="twins")
        started.wait(30)
        answered = push(key, body, name="twins")
        if number == 7:
            go_on.set()
        return answered

    answers = at_once(8, send)
    assert answers[0].status_code == 202
    # Until the seventh was told to wait, nobody could have an answer.
    is_problem(answers[7], 409, "idempotency-key-busy")
    for twin in answers[1:]:
        assert twin.status_code == 409 or (twin.content == answers[0].content and twin["Idempotent-Replayed"] == "true")
    assert push(key, body, name="twins").content == answers[0].content
    assert (Article.objects.count(), Job.objects.count(), KeptAnswer.objects.count()) == (10, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_twins_without_a_wait_between_never_both_store() -> None:
    key = issue_key("push:articles")
    for attempt in range(5):
        answers = at_once(6, lambda _, n=attempt: push(key, article(n), name=f"n-{n}"))
        assert {response.status_code for response in answers} <= {202, 409}
        bodies = {response.content for response in answers if response.status_code == 202}
        assert len(bodies) == 1
    assert Job.objects.count() == 5


def test_what_was_kept_long_enough_is_cleared_away(key: str) -> None:
    push(key, article(1), name="one")
    push(key, article(2), name="two")
    now = timezone.now()
    old, older = now - timedelta(hours=25), now - timedelta(days=31)
    KeptAnswer.objects.filter(name="one").update(received_at=old)
    Job.objects.filter(items__0__article=Article.objects.get(url__endswith="/1").pk).update(received_at=older)
    tasks.sweep()
    assert [answer.name for answer in KeptAnswer.objects.all()] == ["two"]
    assert Job.objects.count() == 1


# --- What became of it ---


def test_a_job_is_seen_by_the_key_that_made_it_and_by_its_users_staff_keys(key: str) -> None:
    made = push(key, article())
    owner = ApiKey.objects.get().user
    _, second = ApiKey.objects.issue(user=owner, name="second", scopes=["read"])
    for stranger in (second, issue_key("push:articles", "read")):
        is_problem(Client().get(made["Location"], headers=bearer(stranger)), 404, "not-found")
    is_problem(Client().get(made["Location"]), 401, "not-authenticated")
    is_problem(Client().get(made["Location"], headers=bearer(issue_key("webhooks"))), 403, "insufficient-scope")
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    assert follow(second, made)["id"] == str(Job.objects.get().pk)
    is_problem(Client().get(f"/api/v1/jobs/{uuid.uuid4()}/", headers=bearer(key)), 404, "not-found")
    is_problem(Client().get("/api/v1/jobs/1/", headers=bearer(key)), 404, "not-found")


def test_a_job_tells_what_waits_what_is_done_and_what_went_wrong(key: str) -> None:
    made = push(key, {"articles": [article(1), article(2), article(3, text=7), article(1)]})
    job = follow(key, made)
    assert (job["done"], job["counts"]) == (False, {"created": 2, "refused": 1, "repeated": 1})
    assert [one["state"] for one in job["items"]] == ["due", "due", "refused", "done"]
    assert [[step["step"] for step in one["steps"]] for one in job["items"]] == [
        ["received", "stored"], ["received", "stored"], ["received", "refused"], ["received", "repeated"],
    ]  # fmt: skip
    assert job["items"][2]["errors"][0]["pointer"] == "#/articles/2/text"
    first, second = (one["revision"] for one in job["items"][:2])
    tasks.read_revision(first)
    Revision.objects.filter(pk=second).update(attempts=pipeline.MAX_ATTEMPTS)
    pipeline.note_failure(second, "ValueError: no sentence")
    job = follow(key, made)
    read, failed = job["items"][:2]
    assert (job["done"], read["state"], failed["state"], failed["error"]) == (
        True, "done", "failed", "ValueError: no sentence",
    )  # fmt: skip
    assert [step["step"] for step in read["steps"]] == ["received", "stored", "read", "assessed"]
    assert read["steps"][2]["told"] == Revision.objects.get(pk=first).read_by
    assert failed["steps"][-1]["told"] == "ValueError: no sentence"


def test_a_job_of_a_hundred_asks_as_little_as_one_of_two(key: str) -> None:
    def count(articles: int) -> int:
        made = push(key, {"articles": [article(1000 * articles + n) for n in range(articles)]})
        for revision in Revision.objects.filter(read_at=None)[:5]:
            tasks.read_revision(revision.pk)
        with CaptureQueriesContext(connection) as asked:
            follow(key, made)
        return len(asked)

    assert count(100) == count(2) <= 12


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_is_followed_from_the_push_to_the_claims_it_changed(worker: Worker) -> None:
    make_world()
    say(RIVER, "laboratory", "affirms", at(1))
    key = issue_key("push:articles")
    denial = "The works denied on Monday that the spill had reached the river."
    said = article(1, text=denial, title="")
    made = push(key, {"articles": [said, article(2), article(3, published_at=None)]}, name="road")
    job = wait_for(key, made)
    one = job["items"][0]
    assert [step["step"] for step in one["steps"]] == ["received", "stored", "read", "assessed"]
    assert [step["at"] for step in one["steps"]] == sorted(step["at"] for step in one["steps"])
    assert [(s["claim"], s["party"], s["stance"]) for s in one["statements"]] == [(RIVER, "works", "denies")]
    assert [(c["claim"], c["from_status"], c["to_status"]) for c in one["changes"]] == [
        (RIVER, "unverified", "contested")
    ]
    assert (job["items"][1]["statements"], job["items"][1]["changes"]) == ([], [])
    assert [one["state"] for one in job["items"]] == ["done", "done", "refused"]
    # The next edition says it no more: what it dropped is its change, and the first one's account stays.
    revised = wait_for(key, push(key, article(1, text="Nothing of note happened.", title="")))["items"][0]
    assert (revised["edition"], revised["statements"]) == (2, [])
    assert [(c["from_status"], c["to_status"]) for c in revised["changes"]] == [("contested", "unverified")]
    assert wait_for(key, made)["items"][0] == one
    # It is published again as it was, and then withdrawn.
    again = wait_for(key, push(key, said | {"modified_at": timezone.now().isoformat()}))["items"][0]
    assert (again["edition"], len(again["statements"])) == (3, 1)
    gone = wait_for(key, push(key, {"url": said["url"], "pubstatus": "canceled"}))["items"][0]
    assert [step["step"] for step in gone["steps"]] == ["received", "stored", "withdrawn"]
    assert [(c["from_status"], c["to_status"]) for c in gone["changes"]] == [("contested", "unverified")]


def wait_for(key: str, response: Any, seconds: float = 60) -> dict[str, Any]:
    """The job of an answer, once it is done."""
    deadline = timezone.now() + timedelta(seconds=seconds)
    pause = threading.Event()
    while not (job := follow(key, response))["done"]:
        assert timezone.now() < deadline, job
        pause.wait(0.2)
    return job
