"""Stories: which articles carry the same text, however it was cut, retitled or lightly edited.

Which two texts are related is for `claims.reading.copies` to say, from the two alone. Equally long texts that are one
are one story, and so is what is linked by any chain of them. A story that shares a part with longer or shorter ones
counts with one of those that were published before, the one of which it has most: half a report with the report, a
round-up with the longest report in it, but never two reports with each other. So what counts as one story follows from
the set of texts, not from the order in which they arrived: where an earlier text turns up late, it is told anew.

No lock is held while texts are compared. Each revision first leaves its passages for others to see and then looks for
theirs, so of two copies that arrive at once at least one sees the other; and who sees another gives both a story.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from claims.models import Excerpt, Reprint, Revision, Statement, Story
from claims.models.writing import Row, Sql, run
from claims.pipeline.assessing import lock_claims, settle, settle_alone
from claims.pipeline.comparing import UNHURRIED, Compared, Relative, compare_revision
from claims.pipeline.facts import follow_merges, name_stories
from claims.pipeline.sightings import recount_candidates

# Gives a revision a new story, and notes that it was compared, unless it was given one by now.
BEGIN = f"""
WITH own AS (
    SELECT id FROM claims_revision WHERE id = %(revision)s AND story_id IS NULL FOR NO KEY UPDATE
), story AS (
    INSERT INTO claims_story (recorded_at) SELECT %(now)s FROM own RETURNING id
)
UPDATE claims_revision r SET story_id = story.id, compared_at = %(now)s FROM story, {UNHURRIED}
 WHERE r.id = %(revision)s RETURNING r.story_id
"""  # noqa: S608
# Whether another text was found to be a part of this one, or the other way round.
SEEN = "SELECT 1 FROM claims_excerpt WHERE revision_id = %(revision)s OR within_id = %(revision)s LIMIT 1"
# Stories that merged into these ones, step by step, and these; with what became of them.
MERGED = """
WITH RECURSIVE merged (root, id) AS (
    SELECT story, story FROM unnest(%(roots)s::bigint[]) AS story
    UNION SELECT merged.root, t.id FROM merged JOIN claims_story t ON t.merged_into_id = merged.id
)
"""
# The revisions of some stories, each with those of which it is a part or that are a part of it, story by story.
KIN = f"""{MERGED}, own (root, revision) AS (
    SELECT merged.root, r.id FROM merged JOIN claims_revision r ON r.story_id = merged.id
), near (root, revision, share) AS (
    SELECT own.root, e.within_id, e.share FROM own JOIN claims_excerpt e ON e.revision_id = own.revision
    UNION ALL SELECT own.root, e.revision_id, e.share FROM own JOIN claims_excerpt e ON e.within_id = own.revision
), up (story, id, step) AS (
    SELECT DISTINCT r.story_id, r.story_id, 0 FROM near JOIN claims_revision r ON r.id = near.revision
     WHERE r.story_id IS NOT NULL
    UNION ALL SELECT up.story, t.merged_into_id, up.step + 1
      FROM up JOIN claims_story t ON t.id = up.id WHERE t.merged_into_id IS NOT NULL
), other (story, root) AS (
    SELECT DISTINCT ON (story) story, id FROM up ORDER BY story, step DESC
)
SELECT near.root, other.root, max(near.share)
  FROM near JOIN claims_revision r ON r.id = near.revision JOIN other ON other.story = r.story_id
 WHERE other.root <> near.root GROUP BY near.root, other.root
"""  # noqa: S608
ORDER = f"""{MERGED}
SELECT merged.root, min(r.published_at), -max(length(r.text)), min(r.digest)
  FROM merged JOIN claims_revision r ON r.story_id = merged.id GROUP BY merged.root
"""  # noqa: S608
# Stories that ever counted with these ones, and these.
BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT unnest(%(stories)s::bigint[])
    UNION SELECT next.id FROM below CROSS JOIN LATERAL (
        SELECT t.id FROM claims_story t WHERE t.merged_into_id = below.id
        UNION ALL SELECT p.story_id FROM claims_reprint p WHERE p.of_id = below.id
    ) next (id)
)
SELECT id FROM below
"""


# What puts stories in an order: the earlier first, of one moment the longer, of one length any, but always the same.
_Order: TypeAlias = tuple[datetime, int, str]


def assign_story(revision_id: int, now: datetime) -> None:
    """Find the story a revision belongs to, or begin one; where it shows several to be one, make them one.

    Not to be called within a transaction. Repeating it changes nothing.
    """
    revision = Revision.objects.get(pk=revision_id)
    if revision.compared_at is not None:
        return
    compared = compare_revision(revision)
    same = [relative for relative in compared.relatives if not relative.kinship.part]
    if not compared.relatives:
        given = {"revision": revision_id, "now": now}
        begun, seen = run(Sql(BEGIN, given), Sql(SEEN, given), apart=True)
        for (story,) in begun:
            # A text that is being compared at this moment may have seen this one before it had a story.
            if seen and len(_add_kin([story])) > 1:
                _bring_together([story], now)
            return
    known = follow_merges(relative.story for relative in same if relative.story is not None)
    story = _give_story(revision_id, min(known.values(), default=None), now)
    # A copy that is being read at this moment may not have seen this one.
    unassigned = [relative.revision for relative in same if relative.story is None]
    stories = {story, *known.values(), *(_give_story(pk, story, now) for pk in unassigned)}
    if _keep_excerpts(revision_id, compared) or len(stories) > 1 or _choose_origins(stories):
        _bring_together(stories, now)
    Revision.objects.filter(pk=revision_id).update(compared_at=now)


def merge_stories(stories: Collection[int], now: datetime) -> None:
    """Make several stories one, the oldest, and assess anew every claim that rested on more than one of them."""
    if len(set(follow_merges(stories).values())) > 1:
        _bring_together(stories, now)


def members_of(stories: Iterable[int]) -> set[int]:
    """All stories that count with the same story as one of these does now, and these."""
    names = set(name_stories(stories).values())
    below = (story for (story,) in _ask(BELOW, stories=list(names)))
    return {story for story, name in name_stories(below).items() if name in names}


def _give_story(revision_id: int, story: int | None, now: datetime) -> int:
    """Give a revision this story (None: a new one) unless it has one; returns what its story has merged into."""
    with transaction.atomic():
        revision = Revision.objects.select_for_update(no_key=True).only("story").get(pk=revision_id)
        if revision.story_id is None:
            revision.story_id = story or Story.objects.create(recorded_at=now).pk
            revision.save(update_fields=["story"])
            return revision.story_id
    return follow_merges([revision.story_id])[revision.story_id]


def _keep_excerpts(revision_id: int, compared: Compared) -> bool:
    """Keep of which texts a revision is a part, and which are parts of it; whether there are any."""

    def keep(relative: Relative) -> Excerpt:
        ends = (revision_id, relative.revision)
        shorter, longer = ends if compared.length < relative.length else ends[::-1]
        return Excerpt(revision_id=shorter, within_id=longer, share=relative.kinship.share)

    found = [keep(relative) for relative in compared.relatives if relative.kinship.part]
    # In one order, so that no two workers wait for each other.
    Excerpt.objects.bulk_create(sorted(found, key=lambda e: (e.revision_id, e.within_id)), ignore_conflicts=True)
    return bool(found)


def _bring_together(stories: Collection[int], now: datetime) -> None:
    """Merge stories that carry one text, and tell anew what they and their kin are reprints of."""
    with transaction.atomic():
        settle_alone()
        roots = sorted(set(follow_merges(stories).values()))
        oldest, others = roots[0], roots[1:]
        # Whatever may count otherwise afterwards counts now with one of these.
        members = members_of(_add_kin(_add_kin(roots)))
        touched: dict[int, set[str]] = {}
        statements = Statement.objects.filter(revision__story__in=members)
        for claim_id, party in statements.values_list("claim", "party__slug").distinct():
            touched.setdefault(claim_id, set()).add(party)
        claims, instant = lock_claims(touched, now)
        Story.objects.filter(pk__in=others).update(merged_into=oldest, merged_at=instant)
        Reprint.objects.bulk_create(
            Reprint(story_id=story, of_id=origin, recorded_at=instant)
            for story, origin in sorted(_choose_origins([oldest]).items())
        )
        if claims:
            settle(claims, instant, touched=touched)
        recount_candidates({"revision__story__in": members})


def _choose_origins(stories: Collection[int]) -> dict[int, int | None]:
    """Which of these stories and their kin are now to count with another one than before, and with which.

    A story is taken from the earlier one with which it shares most. None of them has merged into another.
    """
    asked = _add_kin(stories)
    shares = _load_kin(asked) if len(asked) > len(stories) else {}
    orders = _load_orders({*shares, *(other for kin in shares.values() for other in kin)}) if shares else {}
    latest = Reprint.objects.filter(story__in=asked).order_by("story", "-recorded_at", "-pk").distinct("story")
    before = dict(latest.values_list("story", "of"))
    # What a story was taken from may have become one with it.
    merged = follow_merges(of for of in before.values() if of is not None)
    chosen: dict[int, int | None] = {}
    for story in asked:
        kin = shares.get(story, {})
        earlier = [(-share, orders[other], other) for other, share in kin.items() if orders[other] < orders[story]]
        origin = min(earlier)[2] if earlier else None
        was = before.get(story)
        if origin != (merged[was] if was is not None else None):
            chosen[story] = origin
    return chosen


def _add_kin(stories: Collection[int]) -> set[int]:
    return {*stories, *(other for kin in _load_kin(stories).values() for other in kin)}


def _load_kin(stories: Collection[int]) -> dict[int, dict[int, float]]:
    """The stories that are in part the same text as these, by story, with the share of the longer text they have."""
    shares: dict[int, dict[int, float]] = {}
    for story, other, share in _ask(KIN, roots=list(stories)):
        shares.setdefault(story, {})[other] = share
    return shares


def _load_orders(stories: Collection[int]) -> dict[int, _Order]:
    return {story: tuple(order) for story, *order in _ask(ORDER, roots=list(stories))}


def _ask(question: str, **given: object) -> list[Row]:
    (rows,) = run(Sql(question, given))
    return rows
