"""Tasks: a message only rings; what is due stands on the rows, and nothing is lost with the bell."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import servers
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from claims import intake, pipeline, tasks
from claims.models import Claim, Revision, Statement, Withdrawal
from tests.worlds import make_claim, make_parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """The bells rung: task and row."""
    bells: list[tuple[str, int]] = []
    for task in (tasks.read_revision, tasks.record_withdrawal, tasks.assess_claim):
        name = task.name.rsplit(".", 1)[-1]
        monkeypatch.setattr(task, "apply_async", lambda args, name=name, **_: bells.append((name, args[0])))
    yield bells


def send(number: int = 1, now: datetime | None = None, **changes: object) -> int:
    """An article arrives; returns the id of its revision."""
    now = now or timezone.now()
    record = {
        "url": f"https://post.example/{number}", "source": "The Post", "lang": "en",
        "published_at": "2025-01-01T00:00:00Z", "text": f"Nothing of note happened on day {number}.",
    }  # fmt: skip
    taken = intake.take_article(intake.parse_article({**record, **changes}, now), now)
    assert taken.revision_id is not None
    return taken.revision_id


def fail_to_read(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def read(revision_id: int, now: datetime) -> None:
        Revision.objects.filter(pk=revision_id).update(attempts=Revision.objects.get(pk=revision_id).attempts + 1)
        raise error

    monkeypatch.setattr(pipeline, "read_revision", read)


def test_reading_once_is_enough() -> None:
    revision = send()
    tasks.read_revision(revision)
    first = Revision.objects.get(pk=revision)
    assert (first.ring_at, first.attempts, first.last_error) == (None, 1, "")
    assert first.read_at is not None
    tasks.read_revision(revision)
    again = Revision.objects.get(pk=revision)
    assert (again.read_at, again.attempts) == (first.read_at, 1)


def test_editions_are_read_in_order_whichever_bell_rings_first() -> None:
    first = send()
    second = send(text="Something of note happened.")
    tasks.read_revision(second)
    read = dict(Revision.objects.values_list("pk", "read_at"))
    assert read[first] and read[second] and read[first] < read[second]


@pytest.mark.parametrize("task", [tasks.read_revision, tasks.record_withdrawal, tasks.assess_claim])
def test_a_bell_for_a_row_that_is_not_there_is_passed_over(task: Callable[[int], None]) -> None:
    task(999_999)


def test_what_goes_wrong_with_a_text_stays_on_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = send()
    fail_to_read(monkeypatch, ValueError("a word\x00 too long"))
    for attempt in range(1, pipeline.MAX_ATTEMPTS + 1):
        row = Revision.objects.get(pk=revision)
        assert row.ring_at is not None and not row.failed
        tasks.read_revision(revision)
        row.refresh_from_db()
        assert (row.attempts, row.last_error) == (attempt, "ValueError: a word  too long")
    assert row.failed


def test_what_was_given_up_can_be_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = send()
    with monkeypatch.context() as patched:
        fail_to_read(patched, ValueError("no"))
        for _ in range(pipeline.MAX_ATTEMPTS):
            tasks.read_revision(revision)
    assert Revision.objects.get(pk=revision).failed
    tasks.read_revision(revision)
    assert Revision.objects.get(pk=revision).read_at is None
    assert pipeline.ask_to_read_again([revision], timezone.now()) == 1
    tasks.read_revision(revision)
    row = Revision.objects.get(pk=revision)
    assert row.read_at is not None
    assert row.last_error == ""


def test_a_failed_edition_holds_the_later_one_back_until_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = send(), send(text="Something of note happened.")
    whole = pipeline.read_revision

    def read(revision_id: int, now: datetime) -> Any:
        found = whole(revision_id, now)
        if revision_id == first and found is not None:
            raise ValueError("no")
        return found

    monkeypatch.setattr(pipeline, "read_revision", read)
    for _ in range(pipeline.MAX_ATTEMPTS):
        tasks.read_revision(second)
        assert Revision.objects.get(pk=second).read_at is None
    tasks.read_revision(second)
    assert Revision.objects.get(pk=first).failed
    assert Revision.objects.get(pk=second).read_at is not None


def test_a_database_that_is_down_is_no_fault_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = send()
    fail_to_read(monkeypatch, OperationalError("the connection was closed"))
    with pytest.raises(OperationalError):
        tasks.read_revision(revision)
    row = Revision.objects.get(pk=revision)
    assert row.last_error == ""
    assert row.ring_at is not None


# --- The sweep ---


def test_the_sweep_rings_for_rows_that_are_due_and_for_no_others(rung: list[tuple[str, int]]) -> None:
    now = timezone.now()
    long_ago = now - timedelta(hours=1)
    due, waiting, read = send(1, long_ago), send(2, now), send(3, long_ago)
    Revision.objects.filter(pk=read).update(read_at=now, ring_at=None)
    make_parties()
    claim, other = make_claim("one"), make_claim("two")
    Claim.objects.filter(pk=claim.pk).update(ring_at=long_ago)
    Claim.objects.filter(pk=other.pk).update(ring_at=now + timedelta(hours=1))
    articles = list(Revision.objects.order_by("pk").values_list("article", flat=True))
    asked = [
        pipeline.ask_withdrawal(article, withdrawn=True, why="", now=moment)
        for article, moment in zip(articles, (long_ago, now), strict=False)
    ]
    tasks.sweep()
    assert sorted(rung) == [
        ("assess_claim", claim.pk), ("read_revision", due), ("record_withdrawal", asked[0].pk),  # type: ignore[union-attr]
    ]  # fmt: skip
    rung.clear()
    tasks.sweep()
    assert [name for name, _ in rung] == ["record_withdrawal"]
    assert Revision.objects.get(pk=waiting).ring_at is not None


def test_bells_of_one_row_come_ever_more_rarely(rung: list[tuple[str, int]]) -> None:
    revision = send(1, timezone.now() - timedelta(hours=1))
    waits = []
    for attempts in range(pipeline.MAX_ATTEMPTS):
        Revision.objects.filter(pk=revision).update(attempts=attempts, ring_at=timezone.now())
        tasks.sweep()
        ring_at = Revision.objects.values_list("ring_at", flat=True).get(pk=revision)
        assert ring_at is not None
        waits.append((ring_at - timezone.now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(settings.RING_SECONDS, abs=5)
    assert len(rung) == pipeline.MAX_ATTEMPTS


def test_a_text_that_brings_the_worker_down_is_given_up(rung: list[tuple[str, int]]) -> None:
    revision = send(1, timezone.now() - timedelta(hours=1))
    Revision.objects.filter(pk=revision).update(attempts=pipeline.MAX_ATTEMPTS)
    tasks.sweep()
    row = Revision.objects.get(pk=revision)
    assert row.failed
    assert "worker died" in row.last_error
    assert rung == []


def test_with_the_broker_down_nothing_raises_and_the_rows_stay_due(redis_server: servers.Redis) -> None:
    revision = send(1, timezone.now() - timedelta(hours=1))
    redis_server.stop()
    try:
        assert not tasks.ring_readings([revision])
        assert not tasks.ring_withdrawals([1])
        assert not tasks.ring_assessments([1])
        tasks.sweep()
    finally:
        redis_server.start()
    assert Revision.objects.get(pk=revision).ring_at is not None
    assert tasks.ring_readings([revision])


def test_a_withdrawal_holds_once_its_bell_rang() -> None:
    revision = Revision.objects.get(pk=send())
    asked = pipeline.ask_withdrawal(revision.article_id, withdrawn=True, why="", now=timezone.now())
    assert asked is not None
    tasks.record_withdrawal(asked.pk)
    held = Withdrawal.objects.get(pk=asked.pk)
    assert held.recorded_at is not None and held.article.withdrawn
    tasks.record_withdrawal(asked.pk)
    assert Withdrawal.objects.get(pk=asked.pk).recorded_at == held.recorded_at


def test_an_assessment_that_was_rung_for_is_no_longer_due() -> None:
    make_parties()
    claim = make_claim()
    Claim.objects.filter(pk=claim.pk).update(ring_at=timezone.now())
    tasks.assess_claim(claim.pk)
    claim.refresh_from_db()
    assert claim.ring_at is None
    assert not Statement.objects.exists()
