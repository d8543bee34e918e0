"""A source's page: how its feeds do, what it published of late, and how much of that others had published first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString

from claims.admin.feeds import describe_next, show_feed_state, tell_a_day, with_brought
from claims.models import Article, Feed, Revision, Source, Statement
from claims.pipeline import load_carriers

# How many feeds and articles are shown; how many of the newest articles the share of copies is counted over.
FEEDS_SHOWN, ARTICLES_SHOWN, COPIES_COUNTED = 50, 10, 100
# How many of those whom it copies are named.
ORIGINS_NAMED = 3


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed as its source's page shows it; all but the row is ready to show."""

    feed: Feed
    state: SafeString
    a_day: str
    next_poll: str


@dataclass(frozen=True, slots=True)
class Copies:
    """How many of a source's newest articles carry a text that another source published first, and whose.

    `looked` counts the articles that were compared with all others by now.
    """

    looked: int
    copied: int
    origins: tuple[tuple[str, int], ...]

    @property
    def share(self) -> int:
        """The share of copies in percent, rounded."""
        return round(100 * self.copied / self.looked) if self.looked else 0


def lay_out_source(source: Source, now: datetime) -> dict[str, Any]:
    """What a source's page shows besides its columns."""
    feeds = with_brought(Feed.objects.filter(source=source).select_related("host"), now).order_by("url")[:FEEDS_SHOWN]
    return {
        "feeds": [
            FeedHealth(feed, show_feed_state(feed), tell_a_day(feed, now), describe_next(feed, now)) for feed in feeds
        ],
        "latest": list(_with_contents(Article.objects.filter(source=source))[:ARTICLES_SHOWN]),
        "copies": count_copies(source),
    }


def count_copies(source: Source) -> Copies:
    """How many of a source's newest articles another source published first; two queries, however many there are."""
    newest = Article.objects.filter(source=source).order_by("-published_at").values("pk")[:COPIES_COUNTED]
    first = Revision.objects.filter(article__in=newest, number=1, compared_at__isnull=False, story__isnull=False)
    stories: Sequence[tuple[int, int]] = list(first.order_by().values_list("article", "story"))
    carriers = load_carriers({story for _article, story in stories}, most=1)
    origins: Counter[str] = Counter()
    for article, story in stories:
        named = carriers[story].named if story in carriers else ()
        if named and named[0].article_id != article and named[0].source_slug != source.slug:
            origins[named[0].source_name] += 1
    ranked = sorted(origins.items(), key=lambda one: (-one[1], one[0]))
    return Copies(len(stories), origins.total(), tuple(ranked[:ORIGINS_NAMED]))


def _with_contents(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Articles, newest first, with their newest title and language, and how many statements each carries."""
    newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
    carried = Statement.objects.carried().filter(article=OuterRef("pk")).order_by().values("article")
    return articles.order_by("-published_at").annotate(
        newest_title=Subquery(newest.values("title")[:1]),
        newest_lang=Subquery(newest.values("lang")[:1]),
        statement_count=Subquery(carried.annotate(n=Count("pk")).values("n")),
    )
