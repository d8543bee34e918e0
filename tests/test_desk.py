"""The desk's first page: its figures and charts are those of its rows, signs of life are told plainly, and cheaply."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
import redis
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import pipeline, tasks
from claims.admin.agreement import WEEKS, Agreement, draw_agreement, measure_agreement
from claims.admin.counting import count_each
from claims.admin.life import tell_life
from claims.admin.standing import draw_ages, list_by_age
from claims.models import Change, Claim, Feed, Revision, Statement
from claims.tasks import Pulses, longest_silence
from claims.words import Stance, Verdict
from tests.desk_world import boss, enter, make_claim, reader, say, silent_bells, watch, world

__all__ = ["boss", "reader", "silent_bells", "world"]  # fixtures

NOW = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)  # a Wednesday
LONG_AGO = NOW - timedelta(days=2)
JUST = NOW - timedelta(seconds=3)


@pytest.mark.parametrize(
    ("pulses", "alarm", "said"),
    [
        (Pulses(known=False), True, "Redis is not to be reached"),
        (Pulses(), True, "No worker has been seen since marks are kept"),
        (Pulses(LONG_AGO, LONG_AGO), True, "No worker has been seen since 2026-03-02 12:00 UTC"),
        (Pulses(LONG_AGO, JUST), True, "No sweep has been seen since 2026-03-02 12:00 UTC"),
        (Pulses(None, JUST), True, "No sweep has been seen since marks are kept"),
        (Pulses(JUST, JUST, JUST), False, "one ended a task 3 seconds ago"),
        (Pulses(*[NOW - longest_silence()] * 3), False, "The last sweep was"),
        (Pulses(JUST, JUST), True, "No worker of the queue asking has been seen since marks are kept"),
        (Pulses(JUST, JUST, LONG_AGO), True, "No worker of the queue asking has been seen since 2026-03-02 12:00 UTC"),
    ],
)
def test_signs_of_life_are_told_plainly(pulses: Pulses, alarm: bool, said: str) -> None:
    life = tell_life(pulses, NOW)
    assert life.alarm is alarm
    assert said in " ".join(life.sentences)


@pytest.mark.django_db
def test_a_sweep_and_any_task_leave_a_mark(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tasks.read_pulses() == Pulses()
    monkeypatch.setattr(tasks, "_last_marks", {})
    before = timezone.now()
    tasks.mark_worker(task=tasks.sweep)
    pulses = tasks.read_pulses()
    assert pulses.sweep is None and pulses.worker is not None and pulses.worker >= before
    tasks.sweep()
    pulses = tasks.read_pulses()
    assert pulses.sweep is not None and pulses.worker == pulses.sweep
    assert redis_client.dbsize() == 0  # marks stand beside the queue, not in it


def test_marks_are_left_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker ends thousands of tasks a minute: a trip to Redis for each would be work for nothing."""
    kept: list[str] = []
    monkeypatch.setattr(tasks, "_keep_pulse", lambda name, now: kept.append(name))
    monkeypatch.setattr(tasks, "_last_marks", {})
    for _ in range(1000):
        tasks.mark_worker(task=tasks.sweep)
    assert kept == [tasks.WORKER_PULSE]


@pytest.mark.django_db
def test_the_first_page_opens_without_redis(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(cache, "get_many", fail)
    page = enter(boss).get(reverse("admin:index"))
    assert page.status_code == 200
    assert "Redis is not to be reached" in page.content.decode()


@pytest.mark.django_db
def test_rows_are_counted_in_one_trip_and_no_further_than_asked(boss: User, django_assert_num_queries: object) -> None:
    claim = make_claim()
    for _ in range(3):
        say(claim, "reds", Stance.AFFIRMS)
    asked = {
        "all": Statement.objects.all(),
        "none": Statement.objects.filter(stance="denies"),
        "claims": Claim.objects.filter(slug__contains="%"),
    }
    firsts = {"claim": Claim.objects.values_list("slug"), "none": Claim.objects.filter(slug="x").values_list("pk")}
    with django_assert_num_queries(1):  # type: ignore[operator]
        counted, first = count_each(asked, 10, firsts)
    assert counted == {"all": 3, "none": 0, "claims": 0}
    assert first == {"claim": claim.slug, "none": None}
    assert count_each(asked, 1)[0]["all"] == 2
    assert count_each({}, 1) == ({}, {})


@contextmanager
def told_at(moment: datetime) -> Iterator[None]:
    """Have the world of the desk tell what it tells at another moment: what is recorded cannot be redated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.desk_world.timezone", SimpleNamespace(now=lambda: moment))
        yield


def links(html: str, chart: str) -> list[tuple[str, str]]:
    """What the links of a chart say, and where they lead."""
    drawing = re.search(rf'<svg[^>]*aria-labelledby="{chart}-title".*?</svg>', html, re.S)
    assert drawing, f"no chart {chart}"
    found = re.findall(r'<a href="([^"]*)"[^>]*><title>([^<]*)</title>', drawing[0])
    return [(unescape(said), unescape(address)) for address, said in found]


def rows_at(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return len(answer.context["cl"].result_list)


@pytest.mark.django_db
def test_each_bar_leads_to_as_many_rows_as_it_says(world: Claim, boss: User) -> None:
    client = enter(boss)
    for days, stance in ((300, Stance.AFFIRMS), (5, Stance.DENIES), (2, Stance.UNSETTLED)):
        with told_at(timezone.now() - timedelta(days=days)):
            say(make_claim(f"told-{days}-days-ago"), "blues", stance, confidence=0.5)
    say(world, "blues", Stance.AFFIRMS, confidence=0.5)
    html = client.get(reverse("admin:index")).content.decode()
    found = links(html, "fc-ages")
    assert [said for said, _ in found] == [
        "1 doubtful reading, today", "1 doubtful reading, 1-2 days", "1 doubtful reading, 3-6 days",
        "1 doubtful reading, older",
    ]  # fmt: skip
    assert [rows_at(client, address) for _, address in found] == [1, 1, 1, 1]
    week = links(html, "fc-week")
    changed = Change.objects.filter(kind="status", recorded_at__gte=timezone.now() - timedelta(days=6)).count()
    assert changed > 0
    assert sum(rows_at(client, address) for _, address in week) == changed
    assert [int(said.split()[0]) for said, _ in week] == [rows_at(client, address) for _, address in week]


@pytest.mark.django_db
def test_ages_follow_each_other_without_gap_or_overlap(boss: User) -> None:
    told = say(make_claim(), "reds", Stance.AFFIRMS, confidence=0.5).recorded_at
    for hours in (0, 23, 24, 25, 71, 72, 167, 169, 671, 673, 10_000):
        now = told + timedelta(hours=hours)
        counted, _ = count_each(dict(list_by_age(now)), 10)
        assert sum(counted.values()) == 1, hours
    assert "1 doubtful reading, older" in draw_ages(counted, now)


@pytest.mark.django_db
def test_agreement_counts_the_last_word_on_readings_by_week_and_language(boss: User) -> None:
    long_ago = timezone.now() - timedelta(weeks=WEEKS + 1)
    with told_at(long_ago):
        old = say(make_claim("old"), "reds", Stance.AFFIRMS)
    pipeline.review_statement(old.pk, Verdict.CONFIRMED, editor=boss, now=long_ago)
    claim = make_claim()
    verdicts = {"en": (Verdict.CONFIRMED, Verdict.REJECTED), "uk": (Verdict.REJECTED,)}
    for lang, given in verdicts.items():
        for verdict in given:
            statement = say(claim, "reds", Stance.AFFIRMS)
            Revision.objects.filter(pk=statement.revision_id).update(lang=lang)
            pipeline.review_statement(statement.pk, verdict, editor=boss, reason="Seen.", now=timezone.now())
    # The last one is taken at its second word.
    pipeline.review_statement(statement.pk, Verdict.CONFIRMED, editor=boss, reason="It was.", now=timezone.now())
    now = timezone.now()
    found = measure_agreement(now)
    assert [(row.lang, row.right, row.n) for row in found] == [("en", 1, 2), ("uk", 1, 1)]
    client = enter(boss)
    html = client.get(reverse("admin:index")).content.decode()
    assert "English: 50 % of 2" in html and "100 % of 1" in html
    for said, address in links(html, "fc-agreement"):
        n = re.search(r"of (\d+) reading", said)
        assert n and rows_at(client, address) == int(n[1])


def test_a_week_that_has_just_begun_is_the_last_one_drawn() -> None:
    monday = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    drawn = draw_agreement([Agreement("en", monday.date(), 1, 2)], monday)
    assert ">03-02</text>" in drawn and "week of 2026-03-02: 1 of 2 readings confirmed" in drawn
    assert draw_agreement([], monday) == ""


@pytest.mark.django_db
def test_feeds_in_trouble_are_named_with_what_is_wrong(boss: User) -> None:
    watch(said="status 503 from its host")
    Feed.objects.create(
        source=Feed.objects.get().source, host=Feed.objects.get().host, url="https://post.example/well.xml"
    )
    page = enter(boss).get(reverse("admin:index"))
    html = page.content.decode()
    assert "Feeds in trouble: 1" in html and "failing (2 times)" in html and "status 503 from its host" in html


@pytest.mark.django_db
def test_who_may_see_little_sees_little(world: Claim, boss: User) -> None:
    """The first page counts and lists only what its visitor may open."""
    plain = User.objects.create_user("plain", password="x", is_staff=True)
    html = enter(plain).get(reverse("admin:index")).content.decode()
    assert "fc-chart" not in html and world.title not in html and "The Post" not in html


@pytest.mark.django_db
def test_everybodys_last_acts_are_shown_newest_first(world: Claim, boss: User, reader: User) -> None:
    statement = say(world, "blues", Stance.DENIES)
    enter(boss).post(
        reverse("admin:claims_statement_confirm", args=[statement.pk]), {"reason": "Heard it with my own ears."}
    )
    html = enter(reader).get(reverse("admin:index")).content.decode()
    assert "Heard it with my own ears." in html and "boss," in html


def test_the_marks_outlive_a_long_silence() -> None:
    """A queue that broke on Friday must still be told of on Monday: Redis keeps the marks longer than that."""
    assert timedelta(days=7) < tasks.PULSES_KEPT
    assert project.CACHES["default"]["BACKEND"].endswith("RedisCache")
