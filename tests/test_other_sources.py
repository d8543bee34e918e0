"""No word of one outlet edits or withdraws another's article, by whichever road it comes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from claims import intake
from claims.models import Article, Feed, Page, Revision, Source, Withdrawal
from tests.news_site import write_entry, write_page, write_text
from tests.watched import HOUR, NOW, Watched, watched

__all__ = ["watched"]  # a fixture

pytestmark = pytest.mark.django_db

WHOLE = " ".join(write_text(n) for n in range(7, 17))
ITEM = {"source": "post", "published_at": NOW.isoformat(), "title": "Other", "text": "Other words."}
WORDS = "The Reds hold the mill, the clerks said."


@pytest.fixture
def tribune() -> Source:
    return Source.objects.create(slug="tribune", name="The Tribune")


def push(watched: Watched, **changes: Any) -> intake.Taken:
    """An article of The Tribune at the first address of the site, but for some fields."""
    record = {
        "url": f"{watched.address}/a/1", "source": "tribune", "lang": "en", "published_at": NOW.isoformat(),
        "title": "The mill", "text": WORDS,
    }  # fmt: skip
    uri = changes.pop("uri", "")
    arrived = intake.parse_article({**record, **changes}, watched.now)
    return intake.take_article(replace(arrived, uri=uri), watched.now)


def put_item(name: str, **changes: Any) -> intake.Taken:
    """A ninjs item, but for some members."""
    item = {"uri": name, "versionCreated": NOW.isoformat(), "headline": "The mill", "body_text": WORDS, **changes}
    return intake.take_article(intake.parse_item(item, NOW, ninjs=True), NOW)


def assert_stands(watched: Watched) -> Article:
    """The Tribune's article is as it was pushed, and not withdrawn."""
    article = Article.objects.get(url=f"{watched.address}/a/1")
    assert article.source.slug == "tribune" and [r.text for r in article.revisions.all()] == [WORDS]
    assert not Withdrawal.objects.exists()
    return article


def list_whole(watched: Watched, text: str = WHOLE) -> Feed:
    """The Post's feed lists the first address with a whole text."""
    watched.site.put_feed("/feed", [write_entry("The mill", f"{watched.address}/a/1", NOW, teaser=text)])
    feed = watched.add_feed()
    watched.poll(feed)
    return feed


def test_a_feed_that_carries_another_sources_article_edits_nothing(watched: Watched, tribune: Source) -> None:
    push(watched)
    for _ in range(2):  # and says so each time
        feed = list_whole(watched)
        assert f"1 of 1 entries are of other sources and were not taken, such as {watched.address}/a/1" in feed.note
        assert "The Tribune" in feed.note and not Page.objects.exists()
        watched.now += HOUR
    assert_stands(watched)


def test_a_feed_that_carries_a_withdrawn_article_of_another_source_edits_nothing(
    watched: Watched, tribune: Source
) -> None:
    article = Article.objects.get(pk=push(watched).article_id)
    article.ask_withdrawal(withdrawn=True, why="canceled by its publisher", now=NOW)
    list_whole(watched)
    assert Revision.objects.count() == Withdrawal.objects.count() == 1


def test_a_feed_that_carries_another_sources_page_tells_nothing_of_it(watched: Watched, tribune: Source) -> None:
    watched.site.put("/a/1", write_page("The mill", WORDS, NOW - HOUR))
    page, _ = intake.add_page(f"{watched.address}/a/1", NOW, tribune)
    watched.fetch(page)
    feed = list_whole(watched)
    page.refresh_from_db()
    assert (page.feed, page.told_title, page.source) == (None, "", tribune) and "of The Tribune" in feed.note
    assert_stands(watched)


def test_a_page_is_added_under_the_source_that_its_article_has(watched: Watched, tribune: Source) -> None:
    push(watched)
    with pytest.raises(intake.Refused) as refused:
        intake.add_page(f"{watched.address}/a/1", NOW, watched.source)
    assert refused.value.field == "source" and "kept as one of The Tribune" in str(refused.value)
    page, made = intake.add_page(f"{watched.address}/a/1", NOW)
    assert made and page.source == tribune
    with pytest.raises(intake.Refused, match="kept as one of The Tribune"):
        intake.add_page(f"{watched.address}/a/1", NOW, watched.source)
    assert intake.add_page(f"{watched.address}/a/1", NOW, tribune) == (page, False)


@pytest.mark.parametrize("text", [WORDS, WHOLE])
def test_a_page_that_calls_itself_another_sources_article_is_none_of_its_editions(
    watched: Watched, tribune: Source, text: str
) -> None:
    push(watched)
    canonical = f'<link rel="canonical" href="{watched.address}/a/1">'
    watched.site.put("/a/2", write_page("The mill", text, NOW - HOUR, head=canonical))
    page, _ = intake.add_page(f"{watched.address}/a/2", NOW, watched.source)
    watched.fetch(page)
    assert page.article is None and page.next_fetch_at is None
    assert f"the article at {watched.address}/a/1 is kept as one of The Tribune" in page.last_error
    watched.site.fail("/a/2", 410)
    watched.now += HOUR
    watched.fetch(page)
    assert_stands(watched)


def test_a_page_that_was_tied_to_another_sources_article_does_not_withdraw_it(
    watched: Watched, tribune: Source
) -> None:
    """As rows may be that were written before this rule."""
    article = Article.objects.get(pk=push(watched).article_id)
    page, _ = intake.add_page(f"{watched.address}/a/2", NOW, watched.source)
    Page.objects.filter(pk=page.pk).update(article=article, state="article", first_fetched_at=NOW)
    watched.site.fail("/a/2", 410)
    assert watched.fetch(page).withdrawals == ()
    watched.site.put("/a/2", write_page("The mill", WHOLE, NOW - HOUR))
    watched.fetch(page)
    assert page.article is None
    assert_stands(watched)


@pytest.mark.parametrize("changes", [{"text": "Sold."}, {"title": "Sold"}, {"source": "A New One", "text": "Sold."}])
def test_other_words_pushed_under_another_source_are_refused(
    watched: Watched, tribune: Source, changes: dict[str, str]
) -> None:
    push(watched)
    with pytest.raises(intake.Refused) as refused:
        push(watched, **{"source": "post", **changes})
    assert (refused.value.field, refused.value.cure) == ("source", "send it under that source")
    assert refused.value.message == f"the article at {watched.address}/a/1 is kept as one of The Tribune"
    assert_stands(watched)
    assert not Source.objects.filter(name="A New One").exists()
    arrived = [intake.parse_article({**ITEM, "url": f"{watched.address}/a/{n}"}, NOW) for n in (1, 2)]
    first, second = intake.take_articles(arrived, intake.find_sources(arrived), NOW)
    assert isinstance(first, intake.Refused) and isinstance(second, intake.Taken)  # each on its own
    assert_stands(watched)


def test_the_same_words_pushed_under_another_source_are_known_again(watched: Watched, tribune: Source) -> None:
    first = push(watched)
    again = push(watched, source="post", text=f"\n{WORDS} ", uri="urn:post:1")
    assert (again.outcome, again.article_id, again.revision_id) == ("repeated", first.article_id, None)
    assert again.notes[-1] == "it is kept as an article of The Tribune, with the same words"
    assert assert_stands(watched).uri == ""  # nor does another source name it


def test_an_identifier_of_another_source_leads_to_no_edition(watched: Watched, tribune: Source) -> None:
    put_item("tag:tribune.example,2031:1", source="tribune")
    with pytest.raises(intake.Refused, match="kept as one of The Tribune"):
        put_item("tag:tribune.example,2031:1", source="post", body_text="Sold.")
    assert put_item("tag:tribune.example,2031:1", source="post").outcome == "repeated"
    with pytest.raises(intake.Refused, match="kept as one of The Tribune"):
        put_item("tag:tribune.example,2031:1", source="post", pubStatus="canceled")
    assert Revision.objects.count() == 1 and not Withdrawal.objects.exists()
    # Who withdraws need not say again who he is; a guess from the identifier is not held against him.
    assert put_item("tag:tribune.example,2031:1", pubStatus="canceled").outcome == "withdrawn"


@pytest.mark.parametrize("source", ["post", "nobody-knows"])
def test_another_source_withdraws_nothing(watched: Watched, tribune: Source, source: str) -> None:
    push(watched)
    with pytest.raises(intake.Refused) as refused:
        push(watched, source=source, pubstatus="canceled")
    assert refused.value.field == "source"
    assert_stands(watched)
    assert push(watched, source="The Tribune", pubstatus="canceled").outcome == "withdrawn"


def test_a_feed_that_says_another_sources_article_was_deleted_withdraws_nothing(
    watched: Watched, tribune: Source
) -> None:
    watched.site.put("/a/1", write_page("The mill", WORDS, NOW - HOUR))
    page, _ = intake.add_page(f"{watched.address}/a/1", NOW - timedelta(days=1), tribune)
    watched.fetch(page)
    deleted = f'<at:deleted-entry ref="{page.url}" when="2026-03-01T12:00:00Z"/>'
    atom = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">{}</feed>'
    watched.site.put("/feed", atom.format(deleted), "application/atom+xml")
    assert watched.poll(watched.add_feed()).withdrawals == ()
    assert_stands(watched)
