"""Feeds and pages on the desk: their health at a glance, and what an editor may do to them."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from claims import intake
from claims.intake import polling
from claims.models import Feed
from tests.desk_world import boss, enter, silent_bells, watch
from tests.test_admin_acts import act, history
from tests.watched import DAY, HOUR, Watched, watched

__all__ = ["boss", "silent_bells", "watched"]  # fixtures

pytestmark = pytest.mark.django_db


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
