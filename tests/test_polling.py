"""Polling feeds: what is new is found once, what goes wrong stands on the row in words, a host is asked politely."""

import threading
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.db import connection

from claims import intake
from claims.intake.asking import BEGUN, LEASE, Visit
from claims.intake.polling import MOVES_BELIEVED
from claims.intake.schedule import SHORTEST, back_off
from claims.models import Article, Feed, Host, Page, Revision, Withdrawal
from tests import loopback
from tests.loopback import serving
from tests.news_site import Shelf, Site, write_entry, write_text
from tests.watched import DAY, HOUR, MINUTE, NOW, Watched, watched

__all__ = ["watched"]  # a fixture

pytestmark = pytest.mark.django_db
TENTH = 0.11


def test_a_feed_brings_its_articles_once(watched: Watched) -> None:
    watched.publish(1, 2, 3)
    feed = watched.add_feed()
    assert watched.run() == 4
    assert Article.objects.count() == 3
    feed.refresh_from_db()
    assert (feed.last_error, feed.failures, feed.polls, feed.last_success_at) == ("", 0, 1, NOW)
    page = Page.objects.get(url=f"{watched.address}/a/2")
    assert (page.state, page.last_status, page.feed, page.last_error) == ("article", 200, feed, "")
    article = page.article
    assert article is not None and article.published_at == NOW - HOUR and article.source == watched.source
    assert article.newest.title == "Report 2" and article.newest.text == write_text(2)
    watched.now += HOUR - MINUTE
    watched.run()
    assert Article.objects.count() == 3
    assert watched.site.count("/feed", 304) >= 1
    assert watched.site.count("/a/2") == 1
    assert watched.site.count("/robots.txt") == 1


def near(wait: timedelta) -> Any:
    """About so long: waits are spread by a tenth."""
    return pytest.approx(wait.total_seconds(), rel=TENTH)


def until(feed: Feed) -> float:
    """In how many seconds a feed is polled next."""
    assert feed.next_poll_at is not None
    return (feed.next_poll_at - NOW).total_seconds()


def test_a_poll_that_brings_something_is_followed_sooner_than_one_that_does_not(watched: Watched) -> None:
    watched.publish(1)
    feed = watched.add_feed()
    watched.poll(feed)
    first = feed.interval
    assert until(feed) == near(first)
    watched.poll(feed)
    assert feed.interval == first * 3 / 2 and watched.site.asked[-1] == ("/feed", 304)
    watched.publish(1, 2, 3)
    watched.poll(feed)
    assert feed.interval == first * 3 / 4
    watched.publish(7, 8, 9)
    watched.poll(feed)
    assert feed.interval == first * 3 / 16
    assert "may have dropped entries" in feed.note


def test_what_is_not_due_is_left_alone_whoever_rings(watched: Watched) -> None:
    watched.publish(1)
    feed = watched.add_feed()
    watched.run()
    asked = len(watched.site.asked)
    assert intake.poll_feed(feed.pk, NOW) == intake.Brought()
    assert intake.fetch_page(watched.page(1).pk, NOW) == intake.Brought()
    assert intake.poll_feed(999_999, NOW) == intake.Brought()
    assert len(watched.site.asked) == asked


@pytest.mark.parametrize(
    ("status", "headers", "wait", "said"),
    [
        (500, {}, back_off(1), "status 500"),
        (404, {}, back_off(1), "status 404"),
        (403, {}, back_off(1), "status 403"),
        (429, {"Retry-After": "3600"}, HOUR, "status 429"),
        (503, {"Retry-After": "86400"}, DAY, "status 503"),
        (503, {}, back_off(1), "status 503"),
    ],
)
def test_an_error_stands_on_the_row_and_is_tried_later(
    watched: Watched, status: int, headers: dict[str, str], wait: timedelta, said: str
) -> None:
    watched.site.shelves["/feed"] = Shelf(status=status, headers=headers)
    feed = watched.add_feed()
    watched.run()
    feed.refresh_from_db()
    assert feed.last_error.startswith(said)
    assert (feed.failures, feed.last_success_at, feed.last_polled_at) == (1, None, NOW)
    assert until(feed) == near(wait)
    watched.publish(1)
    watched.now += wait * 1.2
    assert watched.run() == 2
    feed.refresh_from_db()
    assert (feed.failures, feed.last_error) == (0, "")


def test_failures_in_a_row_are_tried_ever_more_rarely(watched: Watched) -> None:
    watched.site.fail("/feed", 500)
    feed = watched.add_feed()
    waits = []
    for _ in range(12):
        watched.poll(feed)
        waits.append(until(feed))
    assert waits == [near(back_off(n)) for n in range(1, 13)]
    assert waits[-1] == near(DAY)


def test_a_host_that_asks_to_be_left_alone_is_left_alone_for_all_its_rows(watched: Watched) -> None:
    watched.publish(1)
    feed = watched.add_feed()
    watched.poll(feed)
    watched.site.fail("/a/1", 429, Retry_After="1800")
    watched.run()
    page = watched.page(1)
    assert "429" in page.last_error and page.next_fetch_at >= NOW + 30 * MINUTE
    asked = len(watched.site.asked)
    watched.now += 29 * MINUTE
    watched.poll(feed)
    assert intake.take_due(watched.now, 10) == intake.Due()
    assert len(watched.site.asked) == asked
    watched.now += 2 * MINUTE
    watched.publish(1)
    watched.run()
    assert watched.page(1).state == "article"


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b"<rss><channel><item><title>torn", "application/rss+xml", ""),
        (b"<html><body>Log in</body></html>", "text/html", "page"),
        (b"", "application/rss+xml", "empty"),
        (b"\x00\xff\xfe" * 50, "application/rss+xml", ""),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}', "application/feed+json", ""),
    ],
)
def test_a_feed_that_is_none_says_so_on_its_row(watched: Watched, body: bytes, content_type: str, said: str) -> None:
    watched.site.shelves["/feed"] = Shelf(body, content_type)
    feed = watched.add_feed()
    watched.run()
    feed.refresh_from_db()
    assert (feed.last_error or feed.note) and said in feed.last_error + feed.note
    assert "\n" not in feed.last_error
    assert feed.next_poll_at is not None and feed.next_poll_at > NOW


def test_an_answer_that_does_not_come_in_time(watched: Watched, settings: Any) -> None:
    settings.FETCH_SECONDS = 0.3
    with serving(loopback.answer(b"", 404), loopback.say_nothing(1)) as slow:
        settings.FETCH_ALSO |= {("127.0.0.1", int(slow.address.rpartition(":")[2]))}
        feed, _ = intake.add_feed(f"{slow.address}/feed", watched.source, NOW)
        watched.run()
    feed.refresh_from_db()
    assert "within 0.3 seconds" in feed.last_error and feed.failures == 1


def test_a_feed_that_is_gone_ends(watched: Watched) -> None:
    watched.site.fail("/feed", 410)
    feed = watched.add_feed()
    watched.run()
    feed.refresh_from_db()
    assert (feed.next_poll_at, feed.ended_at) == (None, NOW)
    assert "410" in feed.ended_why
    watched.now += 30 * DAY
    assert watched.run() == 0


def test_a_move_for_good_is_believed_after_it_was_seen_a_few_times(watched: Watched) -> None:
    watched.publish(1)
    watched.site.shelves["/new"] = watched.site.shelves["/feed"]
    watched.site.fail("/feed", 301, Location="/new")
    feed = watched.add_feed()
    for seen in range(1, MOVES_BELIEVED):
        watched.poll(feed)
        assert (feed.moved_to, feed.moved_seen) == (f"{watched.address}/new", seen)
        assert feed.url.endswith("/feed")
    watched.poll(feed)
    assert (feed.url, feed.moved_to, feed.moved_seen) == (f"{watched.address}/new", "", 0)
    before = watched.site.count("/feed")
    watched.poll(feed)
    assert (watched.site.count("/feed"), watched.site.asked[-1]) == (before, ("/new", 304))
    assert Page.objects.count() == 1


def test_a_move_that_is_taken_back_is_forgotten(watched: Watched) -> None:
    watched.publish(1)
    watched.site.shelves["/new"] = listed = watched.site.shelves["/feed"]
    feed = watched.add_feed()
    watched.site.fail("/feed", 308, Location="/new")
    watched.poll(feed)
    watched.site.shelves["/feed"] = listed
    watched.poll(feed)
    assert (feed.moved_to, feed.moved_seen) == ("", 0)
    watched.site.fail("/feed", 302, Location="/new")
    watched.poll(feed)
    assert (feed.moved_to, feed.last_error) == ("", "")


def test_a_feed_that_moves_to_one_that_is_polled_already_ends(watched: Watched) -> None:
    watched.publish(1)
    watched.site.shelves["/new"] = watched.site.shelves["/feed"]
    watched.add_feed("/new")
    feed = watched.add_feed()
    watched.site.fail("/feed", 301, Location="/new")
    for _ in range(MOVES_BELIEVED):
        watched.poll(feed)
    assert feed.ended_at == NOW and "polled already" in feed.ended_why and feed.next_poll_at is None


# --- One thing at a time, and politely ---


def test_a_host_is_asked_one_thing_at_a_time(watched: Watched) -> None:
    watched.publish(1)
    feed = watched.add_feed()
    with Visit(NOW) as visit:
        assert visit.begin(Feed, feed.pk) is not None
        Feed.objects.filter(pk=feed.pk).update(next_poll_at=NOW)
        assert intake.poll_feed(feed.pk, NOW) == intake.Brought()
        assert intake.take_due(NOW, 10) == intake.Due()
    assert watched.site.asked == []
    watched.poll(feed)
    assert watched.site.count("/feed") == 1


def test_a_worker_that_died_holds_nobody_up_for_long(watched: Watched) -> None:
    watched.publish(1)
    feed = watched.add_feed()
    assert Visit(NOW).begin(Feed, feed.pk) is not None  # and never ended
    feed.refresh_from_db()
    assert (feed.last_error, feed.failures) == (BEGUN, 1)
    watched.now += LEASE - timedelta(seconds=1)
    assert watched.run() == 0
    watched.now += timedelta(seconds=1)
    assert watched.run() == 2
    feed.refresh_from_db()
    assert (feed.last_error, feed.failures) == ("", 0)


def test_robots_are_obeyed_and_asked_for_once_a_day(watched: Watched) -> None:
    watched.publish(1, 2)
    watched.site.put("/robots.txt", "User-agent: *\nDisallow: /a/1\n", "text/plain")
    watched.add_feed()
    watched.run()
    assert (watched.site.count("/a/1"), watched.site.count("/a/2")) == (0, 1)
    page = watched.page(1)
    assert "robots.txt" in page.last_error and page.state == "told" and page.next_fetch_at == NOW + HOUR
    watched.now += DAY - MINUTE
    watched.run()
    assert watched.site.count("/robots.txt") == 1
    watched.site.put("/robots.txt", "User-agent: factcheck\nAllow: /\n", "text/plain")
    watched.now += 2 * MINUTE
    watched.run()
    watched.fetch(page)
    assert watched.site.count("/robots.txt") == 2
    assert page.state == "article"


def test_robots_that_are_not_to_be_had_are_waited_for(watched: Watched) -> None:
    watched.publish(1)
    watched.site.fail("/robots.txt", 503)
    feed = watched.add_feed()
    watched.run()
    feed.refresh_from_db()
    assert "robots.txt is not to be had" in feed.last_error and watched.site.count("/feed") == 0
    watched.site.fail("/robots.txt", 404)
    watched.poll(feed)
    assert feed.last_error == ""
    # Those we have go on holding where new ones are not to be had.
    watched.now += 2 * DAY
    watched.site.fail("/robots.txt", 500)
    watched.poll(feed)
    assert feed.last_error == ""


def test_a_pause_that_robots_ask_for_is_kept(watched: Watched) -> None:
    watched.publish(1, 2)
    watched.site.put("/robots.txt", "User-agent: *\nCrawl-delay: 20\n", "text/plain")
    watched.add_feed()
    assert watched.run() == 1
    watched.now += timedelta(seconds=19)
    assert watched.run() == 0
    watched.now += timedelta(seconds=1)
    assert watched.run() == 1
    assert Article.objects.count() == 1


def test_who_asks_says_so_with_a_contact(watched: Watched, settings: Any) -> None:
    settings.FETCH_AGENT = "ourdesk/1.0 (+https://desk.example.org)"
    with serving(loopback.answer(b"User-agent: ourdesk\nDisallow: /\n")) as site:
        settings.FETCH_ALSO |= {("127.0.0.1", int(site.address.rpartition(":")[2]))}
        feed, _ = intake.add_feed(f"{site.address}/feed", watched.source, NOW)
        watched.run()
    assert [(asked.path, asked.headers["User-Agent"]) for asked in site.asked] == [
        ("/robots.txt", settings.FETCH_AGENT)
    ]
    feed.refresh_from_db()
    assert "robots.txt" in feed.last_error


def test_a_redirect_to_a_host_that_is_busy_is_followed_later(watched: Watched, settings: Any) -> None:
    other = Site()
    with serving(other.act) as elsewhere:
        settings.FETCH_ALSO |= {("127.0.0.1", int(elsewhere.address.rpartition(":")[2]))}
        other.put_feed("/feed", [write_entry("Elsewhere", f"{elsewhere.address}/a/1", NOW)])
        watched.site.fail("/feed", 302, Location=f"{elsewhere.address}/feed")
        feed = watched.add_feed()
        host = Host.objects.create(name=elsewhere.address.removeprefix("http://"), busy_until=NOW + MINUTE)
        watched.run()
        feed.refresh_from_db()
        assert other.asked == []
        assert (feed.failures, feed.last_error) == (0, "") and until(feed) == near(SHORTEST)
        Host.objects.filter(pk=host.pk).update(busy_until=None)
        watched.poll(feed)
        assert Page.objects.get().url == f"{elsewhere.address}/a/1"
    assert not Host.objects.filter(busy_until__isnull=False).exists()


def test_of_each_host_one_row_is_rung_for_at_a_time_feeds_first(watched: Watched) -> None:
    watched.publish(1, 2)
    feed = watched.add_feed()
    watched.poll(feed)
    Feed.objects.update(next_poll_at=NOW)
    assert intake.take_due(NOW, 10) == intake.Due(feeds=(feed.pk,))
    assert intake.take_due(NOW, 10) == intake.Due()  # rung for already
    assert intake.take_due(NOW + MINUTE, 10) == intake.Due(feeds=(feed.pk,))  # the bell was lost


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_poll_each_feed_once(watched: Watched) -> None:
    watched.publish(1)
    feeds = [watched.add_feed()]
    for number in range(6):
        host = Host.objects.create(name=f"{number}.example")
        url = f"http://{number}.example/feed"
        feeds.append(Feed.objects.create(source=watched.source, host=host, url=url, next_poll_at=NOW))
    told: list[int] = []
    together = threading.Barrier(4)

    def beat() -> None:
        try:
            together.wait(20)
            told.extend(intake.take_due(NOW, 100).feeds)
            together.wait(20)
            intake.poll_feed(feeds[0].pk, NOW)
        finally:
            connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join(60)
    assert sorted(told) == sorted(feed.pk for feed in feeds)
    assert watched.site.count("/feed") == 1


# --- What a feed says ---


def test_an_edit_that_the_feed_tells_of_is_fetched_at_once(watched: Watched) -> None:
    watched.publish(1, 2)
    feed = watched.add_feed()
    watched.run()
    watched.publish(1, 2, edition=2)
    entries = [write_entry("Report 1, corrected", f"{watched.address}/a/1", NOW - HOUR)]
    entries.append(write_entry("Report 2", f"{watched.address}/a/2", NOW - HOUR, teaser="7 comments"))
    watched.site.put_feed("/feed", entries)
    watched.now += 30 * MINUTE
    watched.poll(feed)
    watched.run()
    editions = {number: watched.page(number).article.revisions.count() for number in (1, 2)}
    assert editions == {1: 2, 2: 1}  # a teaser that changes tells of nothing
    assert feed.next_poll_at is not None


def test_a_feed_that_carries_the_whole_text_spares_the_page(watched: Watched) -> None:
    def list_whole(edition: int) -> None:
        lines = write_text(1, edition).split("\n") + write_text(2, edition).split("\n")
        carried = escape("".join(f"<p>{line}</p>" for line in lines))
        more = f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">{carried}</c:encoded>'
        watched.site.put_feed("/feed", [write_entry("Report 1", f"{watched.address}/a/1", NOW - HOUR, more=more)])

    list_whole(1)
    watched.site.put("/a/1", "<html><body>Log in to read on</body></html>")
    feed = watched.add_feed()
    brought = watched.poll(feed)
    assert len(brought.revisions) == 1 and Article.objects.get().newest.text.count("edition 1") == 2
    assert watched.site.count("/a/1") == 0
    watched.now += 2 * HOUR
    list_whole(2)
    assert len(watched.poll(feed).revisions) == 1
    watched.run()
    article = Article.objects.get()
    assert article.revisions.count() == 2  # the page was looked at for being there, its text not taken
    assert watched.site.count("/a/1") == 1
    watched.site.fail("/a/1", 410)
    watched.now = NOW + 7 * HOUR
    watched.run()
    assert Withdrawal.objects.get().article == article


def test_a_whole_text_that_cannot_be_taken_has_the_page_fetched(watched: Watched) -> None:
    watched.publish(1)
    carried = escape("".join(f"<p>{line}</p>" for n in (1, 2, 3) for line in write_text(n).split("\n")))
    more = f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">{carried}</c:encoded>'
    watched.site.put_feed("/feed", [write_entry("Report 1", f"{watched.address}/a/1", NOW - HOUR, more=more)])
    feed = watched.add_feed()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("claims.intake.articles.MAX_TEXT", 1000)
        watched.poll(feed)
    page = watched.page(1)
    assert "cannot be taken" in page.last_error and page.next_fetch_at == NOW
    watched.run()
    assert watched.page(1).state == "article"
    assert watched.poll(feed) == intake.Brought()


def test_what_a_feed_says_was_deleted_is_withdrawn_and_looked_at_no_more(watched: Watched) -> None:
    address = f"{watched.address}/a/1"
    entry = f'<entry><id>tag:1</id><title>Report 1</title><link href="{address}"/></entry>'
    atom = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">{}</feed>'
    watched.publish(1)
    watched.site.put("/feed", atom.format(entry), "application/atom+xml")
    feed = watched.add_feed()
    watched.run()
    gone = '<at:deleted-entry ref="tag:1" when="2026-03-01T12:00:00Z"/>'
    watched.site.put("/feed", atom.format(gone), "application/atom+xml")
    brought = watched.poll(feed)
    withdrawal = Withdrawal.objects.get()
    assert brought.withdrawals == (withdrawal.pk,) and "deleted" in withdrawal.why
    assert watched.page(1).next_fetch_at is None
    assert watched.poll(feed).withdrawals == ()


def test_entries_that_cannot_be_taken_are_told_and_lose_no_good_one(watched: Watched) -> None:
    watched.publish(1)
    entries = [
        write_entry("Good", f"{watched.address}/a/1", NOW),
        write_entry("Bad", "javascript:alert(1)", NOW),
        write_entry("Worse", "http://user:word@post.example/", NOW),
        "<item><title>Nowhere</title><description>No address at all.</description></item>",
    ]
    watched.site.put_feed("/feed", entries)
    feed = watched.add_feed()
    watched.run()
    feed.refresh_from_db()
    # What cannot be an address is none: such an entry is kept by the id its feed gives it, if it carries words.
    assert sorted(Revision.objects.values_list("title", flat=True)) == ["Bad", "Report 1"]
    assert "2 of 4 entries could not be taken, such as: " in feed.note


def test_a_page_that_two_feeds_list_is_fetched_once(watched: Watched) -> None:
    watched.publish(1, 2)
    feed = watched.add_feed()
    entries = [write_entry("Another title", f"{watched.address}/a/1?utm_source=rss", NOW - HOUR)]
    watched.site.put_feed("/other", entries)
    other = watched.add_feed("/other")
    watched.run()
    for _ in range(3):
        watched.now += 10 * MINUTE
        watched.poll(other)
        watched.site.put_feed("/other", entries, title=f"The Post at {watched.now}")
        watched.poll(feed)
        watched.run()
    assert watched.site.count("/a/1") == 1
    assert Article.objects.count() == 2
