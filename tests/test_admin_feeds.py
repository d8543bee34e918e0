"""Feeds and pages on the desk: their health at a glance, and what an editor may do to them."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from claims import intake
from claims.admin.feeds import describe_next, describe_page
from claims.intake import polling
from claims.models import Feed, Host, Page
from tests.desk_world import boss, enter, reader, silent_bells, watch
from tests.news_site import Shelf
from tests.test_admin_acts import act, history
from tests.watched import DAY, HOUR, NOW, Watched, watched

__all__ = ["boss", "reader", "silent_bells", "watched"]  # fixtures

pytestmark = pytest.mark.django_db

# A button that sends its own form: where to, and what it says.
BUTTON = re.compile(r'<form method="post" action="([^"]+)">.*?<button [^>]*>([^<]+)</button></form>', re.S)


def test_a_feed_is_polled_paused_and_resumed_from_the_desk(boss: User, silent_bells: dict[str, list[int]]) -> None:
    feed = watch().feed
    client = enter(boss)
    act(client, feed, "pause")
    feed.refresh_from_db()
    assert (feed.paused, feed.next_poll_at) == (True, None)
    act(client, feed, "pause")
    act(client, feed, "resume")
    feed.refresh_from_db()
    assert not feed.paused and feed.next_poll_at <= timezone.now()
    Feed.objects.update(next_poll_at=timezone.now() + DAY)
    act(client, feed, "poll-now")
    feed.refresh_from_db()
    assert feed.next_poll_at <= timezone.now()
    assert [said for _, said in history(feed)] == [
        "To be polled now.", "To be polled now.", "Paused: it is polled no more until it is resumed.",
    ]  # fmt: skip


def test_a_pause_made_during_a_poll_holds(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.publish(1)
    feed = watched.add_feed()
    real = polling.read_feed

    def pause_meanwhile(*args: Any, **options: Any) -> Any:
        intake.pause_feed(Feed.objects.get(pk=feed.pk))
        return real(*args, **options)

    monkeypatch.setattr("claims.intake.polling.read_feed", pause_meanwhile)
    watched.poll(feed)
    assert (feed.paused, feed.next_poll_at, feed.last_error) == (True, None, "")


def test_a_feed_is_added_on_the_desk_and_its_health_is_seen(boss: User, watched: Watched) -> None:
    client = enter(boss)
    address = reverse("admin:claims_feed_add")
    sent = {"source": watched.source.pk, "url": " HTTPS://Post.Example/feed#x "}
    assert client.post(address, sent).status_code == 302
    feed = Feed.objects.get()
    assert (feed.url, feed.source, feed.host.name) == ("https://post.example/feed", watched.source, "post.example")
    assert b"already exists" in client.post(address, sent).content
    assert b"not an http or https address" in client.post(address, {**sent, "url": "file:///etc/passwd"}).content
    feed.delete()
    watched.publish(1, 2)
    watched.now = timezone.now()
    watched.add_feed()
    watched.site.fail("/a/2", 500)
    watched.run()
    Feed.objects.update(added_at=timezone.now() - DAY)
    listed = client.get(reverse("admin:claims_feed_changelist")).content.decode()
    assert ">well<" in listed.replace("\n", "").replace(" ", "") and "2.0" in listed
    pages = client.get(f"{reverse('admin:claims_page_changelist')}?found=failed").content.decode()
    assert "Report 2" in pages and "Report 1" not in pages and "status 500" in pages
    source = client.get(reverse("admin:claims_source_change", args=[watched.source.pk])).content.decode()
    assert f"{watched.address}/feed" in source


def test_a_page_is_fetched_again_from_the_desk(boss: User, silent_bells: dict[str, list[int]]) -> None:
    page = watch()
    act(enter(boss), page, "fetch-again")
    page.refresh_from_db()
    assert page.next_fetch_at is not None and page.next_fetch_at <= timezone.now() + HOUR
    assert history(page) == [("boss", "To be fetched now.")]


@pytest.mark.parametrize(
    ("name", "state", "offered"),
    [
        ("feed", {}, ["Poll now", "Pause"]),
        ("feed", {"paused": True, "next_poll_at": None}, ["Resume"]),
        ("page", {}, ["Fetch again"]),
    ],
)
def test_the_buttons_stand_on_the_page_and_do_what_they_say(
    boss: User, silent_bells: dict[str, list[int]], name: str, state: dict[str, Any], offered: list[str]
) -> None:
    page = watch()
    row = page.feed if name == "feed" else page
    type(row).objects.filter(pk=row.pk).update(**state)
    client = enter(boss)
    shown = client.get(reverse(f"admin:claims_{name}_change", args=[row.pk])).content.decode()
    buttons = BUTTON.findall(shown)
    assert [label for _address, label in buttons] == offered
    for number, (address, _label) in enumerate(buttons, start=1):
        assert client.post(address).status_code == 302
        assert len(history(row)) == number


def test_who_may_only_look_is_offered_nothing(silent_bells: dict[str, list[int]], reader: User) -> None:
    page = watch()
    for row in (page, page.feed):
        answer = enter(reader).get(reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk]))
        assert answer.status_code == 200 and not BUTTON.findall(answer.content.decode())


@pytest.mark.parametrize(
    ("due", "rest", "busy", "told"),
    [
        (None, HOUR, HOUR, ""),
        (-DAY, None, None, "due now"),
        (-DAY, -HOUR, -HOUR, "due now"),
        (-DAY, 2 * HOUR, HOUR, "its host asked to be left alone until 14:00 UTC"),
        (HOUR, DAY, None, "its host asked to be left alone until 2026-03-02 12:00 UTC"),
        (-DAY, None, HOUR, "due: its host is asked for something just now"),
        (2 * HOUR, HOUR, HOUR, "14:00 UTC"),
        (DAY, None, None, "2026-03-02 12:00 UTC"),
    ],
)
def test_what_a_row_waits_for_is_said_instead_of_a_time_gone_by(
    due: timedelta | None, rest: timedelta | None, busy: timedelta | None, told: str
) -> None:
    def later(wait: timedelta | None) -> datetime | None:
        return None if wait is None else NOW + wait

    host = Host(wait_until=later(rest), busy_until=later(busy))
    assert describe_next(Page(host=host, next_fetch_at=later(due)), NOW) == told
    assert describe_next(Feed(host=host, next_poll_at=later(due)), NOW) == told


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (Page(), "not fetched yet"),
        (Page(fetches=1), "waiting"),
        (Page(fetches=1, failures=1, last_error="status 500"), "failed (1 time)"),
        (Page(fetches=2, failures=2, last_error="status 500"), "failed (2 times)"),
        (Page(fetches=1, last_error="status 404"), "failed"),
        (Page(fetches=1, state="article"), "article"),
        (Page(fetches=3, state="article", failures=2, last_error="status 500"), "article; failed (2 times)"),
        (Page(whole_in_feed=True), "article, whole in its feed"),
        (Page(state="article", withdrawn=True, last_error="status 410"), "gone; its article is withdrawn"),
    ],
)
def test_a_pages_state_is_told_in_words(page: Page, told: str) -> None:
    assert describe_page(page) == told


def test_the_lists_say_what_failed_what_rests_and_how_often_it_is_polled(
    boss: User, silent_bells: dict[str, list[int]]
) -> None:
    page = watch()
    Page.objects.update(failures=2, fetches=2, next_fetch_at=timezone.now() - HOUR)
    rest = timezone.now() + 2 * DAY
    Host.objects.update(wait_until=rest)
    client = enter(boss)
    said = f"its host asked to be left alone until {rest:%Y-%m-%d %H:%M} UTC"
    for name, state in (("page", "failed (2 times)"), ("feed", "failing (2 times)")):
        listed = client.get(reverse(f"admin:claims_{name}_changelist")).content.decode()
        assert state in listed and said in listed and "status 500" in listed
    assert "every 15\N{NO-BREAK SPACE}minutes" in listed
    # What stands in one cell is one element: on a small screen a cell lays its elements out side by side.
    assert re.search(r'<div class="fc-two">failing \(2 times\)<br>', listed)
    for row, state in ((page, "failed (2 times)"), (page.feed, "failing (2 times)")):
        shown = client.get(reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk])).content.decode()
        assert state in shown and said in shown and "The Post: " in shown and "Https:" not in shown


def test_what_cannot_be_changed_has_no_button_that_saves(boss: User, silent_bells: dict[str, list[int]]) -> None:
    page = watch()
    client = enter(boss)
    for row, saves in ((page, False), (page.feed, False), (page.host, False), (page.source, True)):
        shown = client.get(reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk])).content.decode()
        assert bool(re.findall(r'name="_(save|continue|addanother)"', shown)) == saves, row
    assert 'name="_save"' in client.get(reverse("admin:claims_feed_add")).content.decode()


def test_hosts_are_listed_with_until_when_and_why_they_rest(boss: User, watched: Watched) -> None:
    watched.now = timezone.now()
    watched.site.shelves["/feed"] = Shelf(status=429, headers={"Retry-After": "86400"})
    watched.add_feed()
    watched.run()
    Host.objects.create(name="aaa.example", wait_until=watched.now - HOUR, wait_why="long over")
    listed = enter(boss).get(reverse("admin:claims_host_changelist")).content.decode()
    host = Host.objects.get(name=watched.address.partition("//")[2])
    assert f"{host.wait_until:%Y-%m-%d %H:%M} UTC" in listed and "status 429" in listed
    assert "long over" not in listed and listed.index(host.name) < listed.index("aaa.example")
    shown = enter(boss).get(reverse("admin:claims_host_change", args=[host.pk])).content.decode()
    assert "status 429" in shown and "rests" in shown


def test_a_pause_between_two_requests_is_why_a_host_rests(watched: Watched) -> None:
    watched.publish(1)
    watched.site.put("/robots.txt", "User-agent: *\nCrawl-delay: 20\n", "text/plain")
    watched.add_feed()
    watched.run()
    host = Host.objects.get()
    assert (host.wait_until, host.wait_why) == (
        NOW + timedelta(seconds=20),
        "its robots.txt asks for 20 seconds between two requests",
    )
