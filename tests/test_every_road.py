"""The same articles by every road at once: feeds, addresses and pushes make each article once, and nobody breaks."""

import os
import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from claims import intake
from claims.models import Article, Feed, Page, Revision
from tests.api_world import bearer, issue_key
from tests.news_site import write_entry, write_page, write_text
from tests.watched import Watched, watched

__all__ = ["watched"]  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# `HYPOTHESIS_PROFILE=long` sends five hundred.
ARTICLES, BATCH = (500 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 100), 100
# How often each article arrives by each road: twenty times in all.
FEEDS, ADDRESSES, PUSHES = 5, 5, 10


def at_once(*works: Callable[[], None]) -> None:
    """Do several things at once; raises what any of them raised."""
    faults: list[BaseException] = []
    together = threading.Barrier(len(works))

    def do(work: Callable[[], None]) -> None:
        try:
            together.wait(60)
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not faults, faults


def test_the_same_articles_twenty_times_by_every_road_at_once(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.tasks.ring_readings", lambda ids: True)
    published = timezone.now() - timedelta(hours=1)
    urls = [f"{watched.address}/a/{number}" for number in range(ARTICLES)]
    for number in range(ARTICLES):
        page = write_page(f"Report {number}", write_text(number), published)
        watched.site.put(f"/a/{number}", page)
        for feed in range(FEEDS):  # each feed marks its links, as many do
            watched.site.put(f"/a/{number}?utm_source=feed-{feed}", page)
    for feed in range(FEEDS):
        entries = [write_entry(f"Report {n}", f"{url}?utm_source=feed-{feed}", published) for n, url in enumerate(urls)]
        watched.site.put_feed(f"/feed-{feed}", entries)
        intake.add_feed(f"{watched.address}/feed-{feed}", watched.source, timezone.now())
    key = issue_key("push:articles")
    statuses: list[int] = []
    outcomes: list[str] = []
    added: list[bool] = []

    def push(seed: int) -> None:
        for round_ in range(PUSHES // 2):
            order = random.Random(f"{seed} {round_}").sample(range(ARTICLES), ARTICLES)
            for first in range(0, ARTICLES, BATCH):
                batch = [
                    {
                        "url": f"{urls[n]}#push-{seed}", "source": "post", "published_at": published.isoformat(),
                        "title": f"Report {n}", "text": write_text(n),
                    }
                    for n in order[first : first + BATCH]
                ]  # fmt: skip
                client = Client(raise_request_exception=False)
                answer = client.post(
                    "/api/v1/articles/", {"articles": batch}, content_type="application/json", headers=bearer(key)
                )
                statuses.append(answer.status_code)
                if answer.status_code == 202:
                    outcomes.extend(result["outcome"] for result in answer.json()["results"])

    def add() -> None:
        for round_ in range(ADDRESSES):
            for n in random.Random(round_).sample(range(ARTICLES), ARTICLES):
                _, made = intake.add_page(f"{urls[n]}?utm_medium=mail-{round_}", timezone.now(), watched.source)
                added.append(made)

    def work() -> None:
        """What a worker does: rows that are due, by the bells of the beat."""
        while len(statuses) < PUSHES * ARTICLES // BATCH or len(added) < ADDRESSES * ARTICLES or waiting():
            due = intake.take_due(timezone.now(), 20)
            for pk in due.feeds:
                intake.poll_feed(pk, timezone.now())
            for pk in due.pages:
                intake.fetch_page(pk, timezone.now())
            threading.Event().wait(0.001)

    def waiting() -> bool:
        return (
            Feed.objects.filter(last_success_at__isnull=True).exists()
            or Page.objects.due(timezone.now()).exists()
            or Page.objects.filter(fetches=0).exists()
        )

    at_once(lambda: push(1), lambda: push(2), add, work, work)
    assert statuses == [202] * (PUSHES * ARTICLES // BATCH)
    assert set(outcomes) <= {"created", "repeated"} and len(outcomes) == PUSHES * ARTICLES
    assert Article.objects.count() == Revision.objects.count() == Page.objects.count() == ARTICLES
    assert set(Article.objects.values_list("url", flat=True)) == set(urls)
    assert not Page.objects.exclude(last_error="").exists() and not Feed.objects.exclude(last_error="").exists()
    assert Page.objects.filter(article__isnull=True).count() == 0
