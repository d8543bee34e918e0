"""Which articles carry a story: the same text or parts of it, however many stories were found to be one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# A story that merged counts with what it merged into, else with what it was found to be taken from, if anything: so it
# goes up to the one that all of them count as, and down from there to all of them.
CARRIERS = """
WITH RECURSIVE up(asked, id, step) AS (
    SELECT s.id, s.id, 0 FROM claims_story s WHERE s.id = ANY(%(stories)s)
    UNION ALL
    SELECT up.asked, next.id, up.step + 1
      FROM up JOIN claims_story s ON s.id = up.id
      LEFT JOIN LATERAL (SELECT p.of_id FROM claims_reprint p WHERE p.story_id = s.id AND p.recorded_at <= %(known_at)s
                          ORDER BY p.recorded_at DESC, p.id DESC LIMIT 1) latest ON true
     CROSS JOIN LATERAL (
        SELECT CASE WHEN s.merged_at <= %(known_at)s THEN s.merged_into_id ELSE latest.of_id END
     ) next(id)
     WHERE next.id IS NOT NULL
), root(asked, root) AS (
    SELECT DISTINCT ON (asked) asked, id FROM up ORDER BY asked, step DESC
), down(root, id) AS (
    SELECT root, root FROM root
    UNION
    SELECT down.root, next.id FROM down CROSS JOIN LATERAL (
        SELECT s.id FROM claims_story s WHERE s.merged_into_id = down.id AND s.merged_at <= %(known_at)s
        UNION ALL
        SELECT p.story_id FROM claims_reprint p JOIN claims_story s ON s.id = p.story_id
         WHERE p.of_id = down.id AND p.recorded_at <= %(known_at)s
           AND (s.merged_at IS NULL OR s.merged_at > %(known_at)s)
           AND NOT EXISTS (SELECT 1 FROM claims_reprint later
                            WHERE later.story_id = p.story_id AND later.recorded_at <= %(known_at)s
                              AND (later.recorded_at, later.id) > (p.recorded_at, p.id))
    ) next(id)
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
    """An article that carries a story, and the source that published it."""

    article_id: int
    source_slug: str
    source_name: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Carriers:
    """How many articles carry a story, and the first of them in order of publication."""

    articles: int
    named: tuple[Carrier, ...]

    def besides(self, article_id: int | None) -> tuple[Carrier, ...]:
        """The named articles other than this one."""
        return tuple(carrier for carrier in self.named if carrier.article_id != article_id)


def load_carriers(stories: Collection[int], most: int, known_at: datetime | None = None) -> dict[int, Carriers]:
    """Who carried each of these stories, by the id asked for, as known at a moment (None: now); in one query.

    So many articles of each are named at most.
    """
    if not stories:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CARRIERS, {"stories": list(stories), "known_at": known_at or "infinity", "most": most})
        rows = cursor.fetchall()
    counts: dict[int, int] = {}
    named: dict[int, list[Carrier]] = {}
    for asked, articles, article_id, slug, name, published_at in rows:
        counts[asked] = articles
        named.setdefault(asked, []).append(Carrier(article_id, slug, name, published_at))
    return {asked: Carriers(counts[asked], tuple(carriers)) for asked, carriers in named.items()}
