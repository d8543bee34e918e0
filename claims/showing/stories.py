"""Who else carried the same text: the articles of a story, with their outlets as the pages name them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from claims import pipeline
from claims.showing.wording import Named

# How many articles of a story are named; the rest is counted.
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries a story."""

    article_id: int
    source: Named
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Outlet:
    """A source that carries a story: in how many articles, and the first of them."""

    source: Named
    articles: int
    first: Carrier


@dataclass(frozen=True, slots=True)
class Carriers:
    """How many articles carry a story, and the first of them in order of publication; how many more were withdrawn."""

    articles: int
    withdrawn: int
    named: tuple[Carrier, ...]

    def besides(self, article_id: int | None) -> tuple[Carrier, ...]:
        """The named articles other than this one."""
        return tuple(carrier for carrier in self.named if carrier.article_id != article_id)

    def by_outlet(self, article_id: int | None) -> tuple[Outlet, ...]:
        """The named articles other than this one, by the source that published them, in order of its first one."""
        found: dict[str, list[Carrier]] = {}
        for carrier in self.besides(article_id):
            found.setdefault(carrier.source.slug, []).append(carrier)
        return tuple(Outlet(carriers[0].source, len(carriers), carriers[0]) for carriers in found.values())


def load_carriers(
    stories: Collection[int], known_at: datetime | None = None, most: int = MOST_NAMED
) -> dict[int, Carriers]:
    """Who carried each of these stories, by the id asked for, as known at a moment (None: now); in one query."""
    return {
        story: Carriers(
            carriers.articles,
            carriers.withdrawn,
            tuple(Carrier(c.article_id, Named(c.source_slug, c.source_name), c.published_at) for c in carriers.named),
        )
        for story, carriers in pipeline.load_carriers(stories, most, known_at).items()
    }
