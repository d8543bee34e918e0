"""Which articles carry a story: the same text or parts of it, however many stories were found to be one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from claims.models.writing import Row, Sql, run
from claims.pipeline.facts import FOREVER

# A story that merged counts with what it merged into, else with what it was found to be taken from, if anything: so it
# goes up to the one that all of them count as, and down from there to all of them.
KIN = """
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
)
"""
MEMBERS = f"{KIN} SELECT DISTINCT id FROM down"  # noqa: S608
CARRIERS = f"""{KIN}, members AS (
    -- OFFSET 0: story by story through the index; guessing at the recursion, the planner reads all revisions instead.
    SELECT DISTINCT down.root, r.article_id FROM down
     CROSS JOIN LATERAL (SELECT article_id FROM claims_revision
                          WHERE story_id = down.id AND recorded_at <= %(known_at)s OFFSET 0) r
), told AS (
    SELECT m.root, m.article_id, coalesce(last.withdrawn, false) AS withdrawn
      FROM members m
      LEFT JOIN LATERAL (SELECT w.withdrawn FROM claims_withdrawal w
                          WHERE w.article_id = m.article_id AND w.recorded_at <= %(known_at)s
                          ORDER BY w.recorded_at DESC, w.id DESC LIMIT 1) last ON true
), counted AS (
    SELECT root, count(*) FILTER (WHERE NOT withdrawn) AS articles, count(*) FILTER (WHERE withdrawn) AS withdrawn
      FROM told GROUP BY root
), ranked AS (
    SELECT told.root, told.article_id, a.published_at, src.slug, src.name,
           row_number() OVER (PARTITION BY told.root ORDER BY a.published_at, a.id) AS place
      FROM told
      JOIN claims_article a ON a.id = told.article_id
      JOIN claims_source src ON src.id = a.source_id
     WHERE NOT told.withdrawn
)
SELECT root.asked, counted.articles, counted.withdrawn,
       ranked.article_id, ranked.slug, ranked.name, ranked.published_at
  FROM root JOIN counted ON counted.root = root.root
  LEFT JOIN ranked ON ranked.root = root.root AND ranked.place <= %(most)s
 ORDER BY root.asked, ranked.place
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries a story, and the source that published it."""

    article_id: int
    source_slug: str
    source_name: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Carriers:
    """How many articles carry a story, and the first of them in order of publication; how many more were withdrawn."""

    articles: int
    withdrawn: int
    named: tuple[Carrier, ...]

    def besides(self, article_id: int | None) -> tuple[Carrier, ...]:
        """The named articles other than this one."""
        return tuple(carrier for carrier in self.named if carrier.article_id != article_id)


def find_members(stories: Collection[int]) -> set[int]:
    """All stories that count now with the same story as one of these does, and these; in one query."""
    if not stories:
        return set()
    (rows,) = run(Sql(MEMBERS, {"stories": list(stories), "known_at": FOREVER}))
    return {story for (story,) in rows}


def load_carriers(stories: Collection[int], most: int, known_at: datetime | None = None) -> dict[int, Carriers]:
    """Who carried each of these stories, by the id asked for, as known at a moment (None: now); in one query.

    So many articles of each are named at most.
    """
    if not stories:
        return {}
    (rows,) = run(ask_carriers(stories, most, known_at))
    return read_carriers(rows)


def ask_carriers(stories: Collection[int], most: int, known_at: datetime | None = None) -> Sql:
    """The question for who carried stories; see `load_carriers`."""
    return Sql(CARRIERS, {"stories": list(stories), "known_at": known_at or FOREVER, "most": most})


def read_carriers(rows: Iterable[Row]) -> dict[int, Carriers]:
    """What was answered to the question for who carried stories, by the id asked for."""
    counts: dict[int, tuple[int, int]] = {}
    named: dict[int, list[Carrier]] = {}
    for asked, articles, withdrawn, *carrier in rows:
        counts[asked] = articles, withdrawn
        if articles:
            named.setdefault(asked, []).append(Carrier(*carrier))
    return {asked: Carriers(*count, tuple(named.get(asked, ()))) for asked, count in counts.items()}
