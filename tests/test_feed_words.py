"""What a feed carries of an article is kept, and is the article where its page is not to be had: nothing is lost."""

import pytest

from claims import intake
from claims.intake.fetching import TRIES
from claims.models import Article, Page, Revision, Withdrawal
from tests.news_site import PAYWALL, write_entry, write_page, write_text
from tests.watched import DAY, HOUR, NOW, Watched, watched

__all__ = ["watched"]  # a fixture

pytestmark = pytest.mark.django_db

WORDS = "The lock at the bend holds, the clerks said."


def list_words(watched: Watched, words: str = WORDS, title: str = "Report 1") -> None:
    """Have the feed carry less than the whole of an article."""
    watched.site.put_feed("/feed", [write_entry(title, f"{watched.address}/a/1", NOW - HOUR, teaser=words)])


def told(watched: Watched) -> tuple[str, list[str]]:
    """The state of the article's page, and its editions' texts."""
    page = watched.page(1)
    return page.state, [r.text for r in page.article.revisions.order_by("number")] if page.article else []


@pytest.mark.parametrize("status", [403, 410, 451])
def test_what_a_feed_carries_is_the_article_where_its_page_is_not_to_be_had(watched: Watched, status: int) -> None:
    list_words(watched)
    watched.site.fail("/a/1", status)
    watched.add_feed()
    watched.run()
    assert told(watched) == ("told", [WORDS])
    page, article = watched.page(1), Article.objects.get()
    assert page.note == "the page was not had: only what its feed carries of the article was"
    assert f"status {status}" in page.last_error
    assert (article.url, article.published_at) == (f"{watched.address}/a/1", NOW - HOUR)
    for after in (HOUR, 6 * HOUR, DAY):  # it never was there, so that its being gone withdraws nothing
        watched.now = NOW + after
        watched.fetch(page)
    assert told(watched) == ("told", [WORDS]) and not Withdrawal.objects.exists()
    watched.site.put("/a/1", write_page("Report 1", write_text(1), NOW - HOUR))
    watched.now = NOW + 7 * DAY
    watched.fetch(page)
    assert told(watched) == ("article", [WORDS, write_text(1)])
    assert (page.told_text, page.note, page.last_error) == ("", "", "")
    assert article.newest.published_at == NOW - HOUR  # the page's words are of the date of what they replace
    assert [r.had for r in article.revisions.order_by("number")] == ["told", "whole"]
    watched.site.fail("/a/1", 410)
    assert len(watched.fetch(page).withdrawals) == 1  # and now it is gone


def test_a_page_that_is_not_found_is_looked_for_once_more_before_its_feeds_words_are_taken(watched: Watched) -> None:
    list_words(watched)
    watched.site.fail("/a/1", 404)
    watched.add_feed()
    watched.run()
    page = watched.page(1)
    assert told(watched) == ("", []) and "once more before what its feed carries is taken" in page.last_error
    assert page.next_fetch_at == NOW + HOUR
    watched.now += HOUR
    watched.fetch(page)
    assert told(watched) == ("told", [WORDS])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html><body><nav>Front page</nav></body></html>", "no article on it"),
        (write_page("Report 1", "Log in.", NOW - HOUR, head=PAYWALL), "only the beginning is public"),
    ],
)
def test_a_page_that_shows_less_than_its_feed_carries(watched: Watched, body: str, said: str) -> None:
    list_words(watched)
    watched.site.put("/a/1", body)
    watched.add_feed()
    watched.run()
    assert told(watched) == ("told", [WORDS]) and said in watched.page(1).note
    watched.site.put("/a/1", body + " ")
    watched.now += HOUR
    watched.fetch(watched.page(1))
    assert told(watched) == ("told", [WORDS])
    beginning = f"{WORDS} {write_text(1)}"
    watched.site.put("/a/1", write_page("Report 1", beginning, NOW - HOUR, head=PAYWALL))
    watched.fetch(watched.page(1))
    assert told(watched) == ("stub", [WORDS, beginning])
    watched.site.put("/a/1", write_page("Report 1", f"{beginning} And on it goes.", NOW - HOUR))
    watched.fetch(watched.page(1))
    editions = Revision.objects.order_by("number")
    assert [(r.had, r.published_at) for r in editions] == [(h, NOW - HOUR) for h in ("told", "beginning", "whole")]


def test_blanks_alone_in_a_feeds_words_do_not_part_them_from_their_edition(watched: Watched) -> None:
    list_words(watched)
    watched.site.fail("/a/1", 403)
    feed = watched.add_feed()
    watched.run()
    for words, title in ((WORDS.replace(", ", ",  "), "Report 1 "), ("The lock broke.", "Report 1, corrected")):
        list_words(watched, words, title)
        watched.now += HOUR
        watched.poll(feed)
    assert told(watched) == ("told", [WORDS, "The lock broke."])


def test_a_page_that_fails_for_good_leaves_its_feeds_words_when_it_is_given_up(watched: Watched) -> None:
    list_words(watched)
    watched.site.fail("/a/1", 500)
    watched.add_feed()
    watched.run()
    page = watched.page(1)
    for _ in range(TRIES):
        watched.fetch(page)
    assert told(watched) == ("", [])  # it may pass
    watched.now += 8 * DAY
    watched.fetch(page)
    assert told(watched) == ("told", [WORDS]) and page.last_error.startswith("given up")


def test_a_feed_that_changes_the_words_it_alone_has_makes_an_edition(watched: Watched) -> None:
    list_words(watched)
    watched.site.fail("/a/1", 403)
    feed = watched.add_feed()
    watched.run()
    list_words(watched, "The lock broke.", "Report 1, corrected")
    watched.now += HOUR
    assert len(watched.poll(feed).revisions) == 1
    assert told(watched) == ("told", [WORDS, "The lock broke."])
    # What came by another road meanwhile is not replaced by them.
    address = f"{watched.address}/a/1"
    arrived = {"url": address, "source": "post", "published_at": NOW.isoformat(), "title": "1", "text": write_text(1)}
    intake.take_article(intake.parse_article(arrived, watched.now), watched.now)
    list_words(watched, "The lock held.", "Report 1, corrected again")
    watched.now += HOUR
    assert watched.poll(feed).revisions == ()
    assert told(watched) == ("told", [WORDS, "The lock broke.", write_text(1)])


def test_a_feeds_words_do_not_replace_an_article_that_was_pushed(watched: Watched) -> None:
    list_words(watched)
    watched.site.fail("/a/1", 403)
    address = f"{watched.address}/a/1"
    arrived = {"url": address, "source": "post", "published_at": NOW.isoformat(), "title": "1", "text": write_text(1)}
    intake.take_article(intake.parse_article(arrived, NOW), NOW)
    watched.add_feed()
    watched.run()
    assert Article.objects.get().newest.text == write_text(1) and Revision.objects.count() == 1
    assert watched.page(1).note == "the page was not had; the article is here by another road"


# --- Entries without an address ---


def list_homeless(watched: Watched, *entries: tuple[str, str, str]) -> None:
    """Have the feed list entries without an address: id, title, text."""
    written = "".join(
        f"<entry><id>{name}</id><title>{title}</title><summary>{text}</summary><updated>2026-03-01T10:00:00Z</updated>"
        "</entry>"
        for name, title, text in entries
    )
    watched.site.put("/feed", f'<feed xmlns="http://www.w3.org/2005/Atom">{written}</feed>', "application/atom+xml")


def test_an_entry_without_an_address_is_an_article_by_its_id(watched: Watched) -> None:
    list_homeless(
        watched, ("tag:1", "Report 1", "The lock holds."), ("tag:2", "Report 2", ""), ("", "Report 3", "Dry.")
    )
    feed = watched.add_feed()
    brought = watched.poll(feed)
    article = Article.objects.get()  # one without words, and one without an id, cannot be known again
    assert brought.revisions == (article.newest.pk,) and article.url.startswith("urn:sha256:")
    assert (article.source, article.newest.text, Page.objects.count()) == (watched.source, "The lock holds.", 0)
    assert article.published_at == NOW - 2 * HOUR
    assert "2 of 3 entries could not be taken" in feed.note and "nor both an id and a text" in feed.note
    assert watched.poll(feed).revisions == ()
    list_homeless(watched, ("tag:1", "Report 1", "The lock broke."))
    watched.now += HOUR
    assert len(watched.poll(feed).revisions) == 1
    assert [r.text for r in article.revisions.order_by("number")] == ["The lock holds.", "The lock broke."]
    list_homeless(watched, ("tag:1", "Report 1", "The lock holds."))  # as another feed of the source still has it
    assert watched.poll(feed).revisions == ()
    deleted = '<at:deleted-entry ref="tag:1" when="2026-03-01T12:00:00Z"/>'
    atom = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">{}</feed>'
    watched.site.put("/feed", atom.format(deleted), "application/atom+xml")
    assert len(watched.poll(feed).withdrawals) == 1 and Withdrawal.objects.get().article == article
