"""Who else carried the same text: the articles of a story, however many stories were found to be one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from claims.web.wording import Named

# How many articles of a story are named; the rest is counted.
MOST_NAMED = 8

# Stories merge into older ones (the database sees to it), so the root of a story is the smallest id on its way up.
CARRIERS = """
WITH RECURSIVE up(asked, id) AS (
    SELECT s.id, s.id FROM claims_story s WHERE s.id = ANY(%(stories)s)
    UNION ALL
    SELECT up.asked, s.merged_into_id FROM up JOIN claims_story s ON s.id = up.id WHERE s.merged_at <= %(known_at)s
), root(asked, root) AS (
    SELECT asked, min(id) FROM up GROUP BY asked
), down(root, id) AS (
    SELECT root, root FROM root
    UNION
    SELECT down.root, s.id FROM down JOIN claims_story s ON s.merged_into_id = down.id
     WHERE s.merged_at <= %(known_at)s
), members AS (
    SELECT DISTINCT down.root, r.article_id FROM down
      JOIN claims_revision r ON r.story_id = down.id AND r.recorded_at <= %(known_at)s
), ranked AS (
    SELECT m.root, m.article_id, a.published_at, src.slug, src.name, count(*) OVER (PARTITION BY m.root) AS articles,
           row_number() OVER (PARTITION BY m.root ORDER BY a.published_at, a.id) AS place
      FROM members m
      JOIN claims_article a ON a.id = m.article_id
      JOIN claims_source src ON src.id = a.source_id
)
SELECT root.asked, ranked.articles, ranked.article_id, ranked.slug, ranked.name, ranked.published_at
  FROM root JOIN ranked ON ranked.root = root.root
 WHERE ranked.place <= %(most)s
 ORDER BY root.asked, ranked.place
"""


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries a story."""

    article_id: int
    source: Named
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Carriers:
    """How many articles carry a story, and the first of them in order of publication."""

    articles: int
    named: tuple[Carrier, ...]

    def besides(self, article_id: int | None) -> tuple[Carrier, ...]:
        """The named articles other than this one."""
        return tuple(carrier for carrier in self.named if carrier.article_id != article_id)


def load_carriers(
    stories: Collection[int], known_at: datetime | None = None, most: int = MOST_NAMED
) -> dict[int, Carriers]:
    """Who carried each of these stories, by the id asked for, as known at a moment (None: now); in one query."""
    if not stories:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CARRIERS, {"stories": list(stories), "known_at": known_at or "infinity", "most": most})
        rows = cursor.fetchall()
    counts: dict[int, int] = {}
    named: dict[int, list[Carrier]] = {}
    for asked, articles, article_id, slug, name, published_at in rows:
        counts[asked] = articles
        named.setdefault(asked, []).append(Carrier(article_id, Named(slug, name), published_at))
    return {asked: Carriers(counts[asked], tuple(carriers)) for asked, carriers in named.items()}
