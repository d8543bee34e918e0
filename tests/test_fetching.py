"""Fetching pages: the article on a page once, its edits as editions, its withdrawal and its return."""

from datetime import timedelta
from typing import Any

import pytest

from claims import intake
from claims.intake.fetching import TRIES
from claims.intake.schedule import LOOKS, back_off
from claims.models import Article, Page, Revision, Source, Withdrawal
from tests.news_site import PAYWALL, Shelf, write_entry, write_page, write_text
from tests.watched import DAY, HOUR, MINUTE, NOW, Watched, watched

__all__ = ["watched"]  # a fixture

pytestmark = pytest.mark.django_db


def add(watched: Watched, number: int = 1, **options: Any) -> Page:
    """An article on the site, and its page, fetched once."""
    watched.publish(number, **options)
    page, _ = intake.add_page(f"{watched.address}/a/{number}", watched.now, watched.source)
    watched.run()
    page.refresh_from_db()
    return page


def test_a_page_is_looked_at_again_after_an_hour_six_a_day_and_a_week(watched: Watched) -> None:
    page = add(watched)
    for number, after in enumerate(LOOKS, 1):
        assert (page.next_fetch_at, page.looks) == (NOW + after, number - 1)
        watched.now = NOW + after
        watched.run()
        page.refresh_from_db()
    assert (page.next_fetch_at, page.looks, page.fetches) == (None, 4, 5)
    assert [status for path, status in watched.site.asked if path == "/a/1"] == [200, 304, 304, 304, 304]
    assert Revision.objects.count() == 1


def test_an_edited_page_is_a_new_edition_of_the_same_article(watched: Watched) -> None:
    page = add(watched)
    watched.publish(1, edition=2)
    watched.now = NOW + HOUR
    brought = watched.fetch(page)
    assert len(brought.revisions) == 1
    watched.publish(1, edition=1)  # the old text put back is an edit, too
    watched.now = NOW + 6 * HOUR
    watched.fetch(page)
    article = Article.objects.get()
    assert [r.text for r in article.revisions.all()] == [write_text(1, n) for n in (1, 2, 1)]
    assert [r.published_at for r in article.revisions.all()] == [NOW - HOUR, NOW + HOUR, NOW + 6 * HOUR]


def test_an_edit_is_dated_as_the_page_says_where_that_can_be(watched: Watched) -> None:
    page = add(watched)
    edited = NOW + 20 * MINUTE
    head = f'<meta property="article:modified_time" content="{edited.isoformat()}">'
    watched.publish(1, edition=2, head=head)
    watched.now = NOW + HOUR
    watched.fetch(page)
    watched.publish(1, edition=3, head=head)  # the date was not moved by the next edit
    watched.now = NOW + 6 * HOUR
    watched.fetch(page)
    assert [r.published_at for r in Revision.objects.order_by("number")] == [NOW - HOUR, edited, NOW + 6 * HOUR]


def test_one_404_may_be_an_accident_and_the_second_withdraws(watched: Watched) -> None:
    page = add(watched)
    watched.site.fail("/a/1", 404)
    watched.now = NOW + HOUR
    assert watched.fetch(page) == intake.Brought()
    assert "once more before" in page.last_error and page.next_fetch_at == NOW + 2 * HOUR
    watched.now = NOW + 2 * HOUR
    brought = watched.fetch(page)
    withdrawal = Withdrawal.objects.get()
    assert brought.withdrawals == (withdrawal.pk,) and withdrawal.withdrawn and "404" in withdrawal.why
    assert page.next_fetch_at == NOW + 6 * HOUR
    watched.now = NOW + 6 * HOUR
    assert watched.fetch(page) == intake.Brought()  # gone still, and withdrawn once
    watched.publish(1)
    watched.now = NOW + DAY
    brought = watched.fetch(page)
    restored = Withdrawal.objects.latest("pk")
    assert brought.withdrawals == (restored.pk,) and not restored.withdrawn
    assert (page.withdrawn, page.missing_since, page.last_error) == (False, None, "")


def test_a_second_look_that_comes_at_once_is_none(watched: Watched) -> None:
    """Two answers that it is not found count only if the time of a second look lies between them."""
    page = add(watched)
    watched.site.fail("/a/1", 404)
    watched.now = NOW + HOUR
    watched.fetch(page)
    for minutes in (0, 1, 59):
        watched.now = NOW + HOUR + minutes * MINUTE
        assert intake.add_page(page.url, watched.now) == (page, False)
        assert watched.fetch(page) == intake.Brought()
        assert "once more before" in page.last_error
        assert (page.missing_since, page.next_fetch_at) == (NOW + HOUR, NOW + 2 * HOUR)
    assert not Withdrawal.objects.exists()
    watched.now = NOW + 2 * HOUR
    assert len(watched.fetch(page).withdrawals) == 1


def test_a_404_that_was_an_accident_withdraws_nothing(watched: Watched) -> None:
    page = add(watched)
    kept = watched.site.shelves["/a/1"]
    for _ in range(2):
        watched.site.fail("/a/1", 404)
        watched.now += HOUR
        watched.fetch(page)
        watched.site.shelves["/a/1"] = kept
        watched.now += HOUR
        watched.fetch(page)
    assert not Withdrawal.objects.exists() and page.last_error == ""


def test_a_410_withdraws_at_once_and_what_an_editor_withdrew_stays_so(watched: Watched) -> None:
    page = add(watched)
    article = page.article
    assert article is not None
    article.ask_withdrawal(withdrawn=True, why="An editor knows better.", now=NOW)
    watched.now = NOW + HOUR
    watched.fetch(page)
    assert Withdrawal.objects.count() == 1
    other = add(watched, 2)
    watched.site.fail("/a/2", 410)
    watched.now += HOUR
    assert len(watched.fetch(other).withdrawals) == 1 and other.withdrawn


def test_a_page_that_comes_back_with_a_new_edition_is_not_said_to_stay_withdrawn(watched: Watched) -> None:
    page = add(watched)
    watched.site.fail("/a/1", 410)
    watched.now = NOW + HOUR
    watched.fetch(page)
    Article.objects.update(withdrawn=True)  # as the worker makes it hold
    watched.publish(1, edition=2)
    watched.now += HOUR
    brought = watched.fetch(page)
    assert (len(brought.revisions), len(brought.withdrawals), page.withdrawn) == (1, 1, False)
    assert "until an editor" not in page.note


def test_a_stub_is_kept_and_said_to_be_one_and_never_replaces_a_whole_article(watched: Watched) -> None:
    page = add(watched)
    whole = write_text(1)
    watched.site.put("/a/1", write_page("Report 1", whole.split("\n")[0], NOW, head=PAYWALL))
    watched.now = NOW + HOUR
    watched.fetch(page)
    assert Article.objects.get().newest.text == whole
    assert page.state == Page.State.ARTICLE and "the article is kept as it was" in page.note
    watched.site.put("/a/2", write_page("Report 2", write_text(2).split("\n")[0], NOW - HOUR, head=PAYWALL))
    stub, _ = intake.add_page(f"{watched.address}/a/2", watched.now, watched.source)
    watched.fetch(stub)
    assert stub.state == Page.State.STUB
    assert stub.article is not None and stub.article.newest.text == write_text(2).split("\n")[0]
    watched.publish(2)  # the wall came down
    watched.now += HOUR
    watched.fetch(stub)
    assert (stub.state, stub.article.newest.text) == (Page.State.ARTICLE, write_text(2))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"<html><body><nav>Front page</nav></body></html>", "text/html"), (b"%PDF-1.7 \x00\x01", "application/pdf")],
)
def test_a_page_with_no_article_on_it_says_so(watched: Watched, body: bytes, content_type: str) -> None:
    watched.site.shelves["/a/1"] = Shelf(body, content_type)
    page, _ = intake.add_page(f"{watched.address}/a/1", NOW, watched.source)
    watched.fetch(page)
    assert page.article is None and (page.state == Page.State.EMPTY or page.last_error)
    assert page.next_fetch_at == NOW + HOUR
    assert not Article.objects.exists()


def test_what_may_pass_is_tried_soon_and_then_with_the_looks(watched: Watched) -> None:
    watched.site.fail("/a/1", 500)
    page, _ = intake.add_page(f"{watched.address}/a/1", NOW, watched.source)
    for tried in range(1, TRIES):
        watched.fetch(page)
        wait = (page.next_fetch_at - NOW).total_seconds()
        assert wait == pytest.approx(back_off(tried).total_seconds(), rel=0.11)
    watched.fetch(page)
    assert page.next_fetch_at == NOW + HOUR
    watched.now = NOW + 8 * DAY
    watched.fetch(page)
    assert page.next_fetch_at is None and page.last_error.startswith("given up: status 500")
    intake.fetch_again(page, watched.now)
    watched.publish(1)
    watched.fetch(page)
    assert page.state == Page.State.ARTICLE and page.last_error == ""


def test_an_article_is_kept_under_the_address_it_calls_its_own(watched: Watched) -> None:
    page = add(watched, canonical=f"{watched.address}/news/report-1")
    assert Article.objects.get().url == f"{watched.address}/news/report-1"
    watched.publish(1, edition=2, canonical=f"{watched.address}/news/another")
    watched.now += HOUR
    watched.fetch(page)
    assert Article.objects.get().revisions.count() == 2  # the article we have stays where it is
    other = add(watched, 3, canonical="https://elsewhere.example/3")
    assert other.article is not None and other.article.url == other.url


def test_two_addresses_of_one_article_are_one_article_looked_at_once(watched: Watched) -> None:
    first = add(watched, canonical=f"{watched.address}/news/1")
    watched.site.shelves["/m/1"] = watched.site.shelves["/a/1"]
    watched.site.fail("/short", 301, Location="/a/1")
    for path in ("/m/1", "/short"):
        other, _ = intake.add_page(watched.address + path, NOW, watched.source)
        watched.fetch(other)
        assert other.article == first.article and other.next_fetch_at is None
        assert "another address of" in other.note
    assert Article.objects.count() == 1 and Revision.objects.count() == 1
    first.refresh_from_db()
    assert first.next_fetch_at == NOW + HOUR


def test_dates_and_titles_of_the_feed_stand_in_where_the_page_has_none(watched: Watched) -> None:
    bare = f"<html><body><article><p>{write_text(1)}</p></article></body></html>"
    watched.site.put("/a/1", bare)
    watched.site.put_feed("/feed", [write_entry("Told by the feed", f"{watched.address}/a/1", NOW - DAY)])
    watched.add_feed()
    watched.run()
    article = Article.objects.get()
    assert article.published_at == NOW - DAY and article.newest.title == "Told by the feed"
    watched.site.put("/a/2", bare)
    page, _ = intake.add_page(f"{watched.address}/a/2", NOW, watched.source)
    watched.fetch(page)
    assert page.article is not None and page.article.published_at == NOW
    assert "no date of publication" in page.note


def test_an_address_that_is_known_is_fetched_again(watched: Watched) -> None:
    page = add(watched)
    watched.now += timedelta(minutes=5)
    same, made = intake.add_page(f"{watched.address}/a/1?utm_source=x#top", watched.now)
    assert (same.pk, made, same.next_fetch_at) == (page.pk, False, watched.now)
    watched.run()
    assert Revision.objects.count() == 1


def test_whose_article_it_is_follows_from_its_host(watched: Watched) -> None:
    Source.objects.create(slug="far", name="Far", homepage="https://www.far.example/")
    page, _ = intake.add_page("https://far.example/1", NOW)
    assert page.source.slug == "far"
    page, _ = intake.add_page("https://unheard.example/1", NOW)
    assert (page.source.name, page.source.reliability) == ("unheard.example", "F")
    page, _ = intake.add_page("https://unheard.example/2", NOW)
    assert Source.objects.filter(name__contains="unheard").count() == 1
    for bad in ("", "ftp://far.example/1", "https://user:word@far.example/"):
        with pytest.raises(intake.Refused):
            intake.add_page(bad, NOW)


def test_a_page_that_names_only_the_day_is_dated_by_its_feed(watched: Watched) -> None:
    watched.publish(1)
    page = write_page("Report 1", write_text(1), NOW).replace(NOW.isoformat(), f"{NOW:%Y-%m-%d}")
    watched.site.put("/a/1", page)
    watched.add_feed()
    watched.run()
    assert Article.objects.get().published_at == NOW - HOUR


def test_what_was_assumed_of_an_article_is_noted_on_its_page(watched: Watched) -> None:
    watched.publish(1)
    watched.site.put("/a/1", watched.site.shelves["/a/1"].body.decode().replace('lang="en"', 'lang="de"'))
    page, _ = intake.add_page(f"{watched.address}/a/1", NOW, watched.source)
    watched.fetch(page)
    assert "lang 'de' has no reader yet" in page.note and page.article is not None
