"""Stories: which articles carry the same text, however it was cut, retitled or lightly edited.

Which two texts are copies is for `claims.reading.copies` to say, from the two texts alone. A story is what is linked
through any chain of copies, and stories only ever merge, so the order of arrival cannot change which articles end up
in one. Passages, kept in the database for all workers, tell which few of all texts are worth comparing.

No lock is held while a story is found. Each revision first leaves its passages for others to see and then looks for
theirs, so of two copies that arrive at once at least one sees the other; and who sees another gives both a story.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from claims.models import Passage, Revision, Statement, Story
from claims.models.writing import Sql, run
from claims.pipeline.assessing import lock_claims, settle, settle_alone
from claims.pipeline.facts import name_stories
from claims.pipeline.sightings import recount_candidates
from claims.reading.copies import Printed, Wording, are_copies, find_passages

# How many texts are looked up by one passage, and how many of those found are looked at, the likeliest first: what
# bounds the cost of an article where many carry the same closing lines.
MOST_BY_PASSAGE = 20
MOST_CANDIDATES = 64

# What is found out of a text can be found out again: nobody waits until the disk has it. It is there before anything
# that rests on it, since what is committed later is written after it.
UNHURRIED = "(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried"
KEEP = f"""
INSERT INTO claims_passage (digest, revision_id)
SELECT digest, %(revision)s FROM unnest(%(digests)s::bigint[]) AS digest, {UNHURRIED} ON CONFLICT DO NOTHING
"""  # noqa: S608
# Gives a revision a new story, and notes that it was compared, unless it was given one by now.
BEGIN = f"""
WITH own AS (
    SELECT id FROM claims_revision WHERE id = %(revision)s AND story_id IS NULL FOR NO KEY UPDATE
), story AS (
    INSERT INTO claims_story (recorded_at) SELECT %(now)s FROM own RETURNING id
)
UPDATE claims_revision r SET story_id = story.id, compared_at = %(now)s FROM story, {UNHURRIED}
 WHERE r.id = %(revision)s RETURNING r.id
"""  # noqa: S608
SHARING = """
SELECT r.id, r.story_id
  FROM (SELECT p.revision_id, count(*) AS shared
          FROM unnest(%(digests)s::bigint[]) AS wanted(digest)
         CROSS JOIN LATERAL (SELECT revision_id FROM claims_passage c
                              WHERE c.digest = wanted.digest AND c.revision_id <> %(revision)s
                              ORDER BY c.revision_id LIMIT %(by_passage)s) p
         GROUP BY p.revision_id
         ORDER BY shared DESC, p.revision_id
         LIMIT %(most)s) found
  JOIN claims_revision r ON r.id = found.revision_id
 ORDER BY found.shared DESC, r.id
"""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A revision that shares passages; `story` is the one it belongs to by now, None while it has none."""

    revision: int
    story: int | None


def assign_story(revision_id: int, now: datetime) -> None:
    """Find the story a revision belongs to, or begin one; where it shows several to be one, merge them.

    Not to be called within a transaction: others must see the passages before theirs are looked for. Repeating it
    changes nothing.
    """
    revision = Revision.objects.get(pk=revision_id)
    if revision.compared_at is not None:
        return
    printed = _print(revision)
    passages = list(find_passages(printed.wording))
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"revision": revision_id, "digests": passages})
    copies = _find_copies(revision_id, printed, passages)
    if not copies and run(Sql(BEGIN, {"revision": revision_id, "now": now}))[0]:
        return
    known = [copy.story for copy in copies if copy.story is not None]
    story = _give_story(revision_id, min(known, default=None), now)
    # A copy that is being read at this moment may not have seen this one.
    stories = {story, *known, *(_give_story(copy.revision, story, now) for copy in copies if copy.story is None)}
    if len(stories) > 1:
        merge_stories(stories, now)
    Revision.objects.filter(pk=revision_id).update(compared_at=now)


def find_uncompared(most: int) -> list[int]:
    """Revisions that have a story and were not compared with all other texts, the oldest first, so many at most.

    Where all passages are lost, all that were ever compared are to be compared again.
    """
    if not Passage.objects.exists():
        worded = Q(text__regex="[[:alnum:]]") | Q(title__regex="[[:alnum:]]")
        if Revision.objects.filter(worded, compared_at__isnull=False).exists():
            Revision.objects.filter(compared_at__isnull=False).update(compared_at=None)
    due = Revision.objects.filter(compared_at__isnull=True, story__isnull=False)
    return list(due.order_by("pk").values_list("pk", flat=True)[:most])


def forget_passages() -> None:
    """Drop all passages and have every revision compared anew; the stories found so far stay as they are."""
    with transaction.atomic():
        Passage.objects.all().delete()
        Revision.objects.filter(compared_at__isnull=False).update(compared_at=None)


def merge_stories(stories: Collection[int], now: datetime) -> None:
    """Make several stories one, the oldest, and assess anew every claim that rested on more than one of them."""
    with transaction.atomic():
        settle_alone()
        roots = sorted(set(name_stories(stories).values()))
        oldest, others = roots[0], roots[1:]
        if not others:
            return
        members = _members(roots)
        touched: dict[int, set[str]] = {}
        statements = Statement.objects.filter(revision__story__in=members)
        for claim_id, party in statements.values_list("claim", "party__slug").distinct():
            touched.setdefault(claim_id, set()).add(party)
        claims, instant = lock_claims(touched, now)
        Story.objects.filter(pk__in=others).update(merged_into=oldest, merged_at=instant)
        if claims:
            settle(claims, instant, touched=touched)
        recount_candidates({"revision__story__in": members})


def _print(revision: Revision) -> Printed:
    """A revision as it is compared; one without a text is known by its headline."""
    return Printed(
        Wording(revision.text or revision.title),
        revision.published_at,
        lang=revision.lang,
        title=revision.title,
        credit=revision.credit,
    )


def _find_copies(revision_id: int, printed: Printed, passages: Sequence[int]) -> list[_Candidate]:
    """The revisions found to be copies of a text: of each story there is, one at least if any of it is a copy."""
    with connection.cursor() as cursor:
        asked = {
            "revision": revision_id,
            "digests": list(passages),
            "by_passage": MOST_BY_PASSAGE,
            "most": MOST_CANDIDATES,
        }
        cursor.execute(SHARING, asked)
        rows = cursor.fetchall()
    names = name_stories({story for _, story in rows if story is not None})
    candidates = [_Candidate(pk, names[story] if story is not None else None) for pk, story in rows]
    # The likeliest of each story first: mostly it settles the matter, and the others need not be looked at.
    likeliest: dict[object, _Candidate] = {}
    for candidate in candidates:
        likeliest.setdefault(candidate.story or candidate, candidate)
    copies = _compare(printed, likeliest.values())
    found = {copy.story for copy in copies}
    tried = set(likeliest.values())
    return copies + _compare(printed, (c for c in candidates if c not in tried and c.story not in found))


def _compare(printed: Printed, candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Those candidates whose text is a copy of this one."""
    by_id = {candidate.revision: candidate for candidate in candidates}
    others = Revision.objects.filter(pk__in=by_id).only("lang", "title", "text", "credit", "published_at")
    return [by_id[other.pk] for other in others if are_copies(printed, _print(other))] if by_id else []


def _give_story(revision_id: int, story: int | None, now: datetime) -> int:
    """Give a revision this story (None: a new one) unless it has one; returns the story it has then, as it stands."""
    with transaction.atomic():
        revision = Revision.objects.select_for_update(no_key=True).only("story").get(pk=revision_id)
        if revision.story_id is None:
            revision.story_id = story or Story.objects.create(recorded_at=now).pk
            revision.save(update_fields=["story"])
    return name_stories([revision.story_id])[revision.story_id]


def _members(roots: Collection[int]) -> set[int]:
    """All stories that were merged into these, and these."""
    members, ask = set(roots), set(roots)
    while ask:
        ask = set(Story.objects.filter(merged_into__in=ask).values_list("pk", flat=True)) - members
        members |= ask
    return members
