"""Stories: which articles carry the same text, however it was cut, retitled or lightly edited.

Which two texts are related is for `claims.reading.copies` to say, from the two alone. Equally long texts that are one
are one story, and so is what is linked by any chain of them. A story that shares a part with longer or shorter ones
counts with one of those that were published before, the one of which it has most: half a report with the report, a
round-up with the longest report in it. Two reports never count together because a third text has parts of both: what
counts with a story is kin to that one itself, not by way of others; and two stories are kin only if the earliest text
of the one has a part in common with the earliest and the shortest of the other. A round-up that is nearly one report is
the same text as that report, and what else it holds is not in that report's earliest text, or not in its shortest.
So what counts as one story follows from the set of texts, not from the order in which they arrived: where an earlier
text turns up late, it is told anew.

No lock is held while texts are compared. Each revision first leaves its passages for others to see and then looks for
theirs, so of two copies that arrive at once at least one sees the other; and who sees another gives both a story.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.db import transaction

from claims.models import Excerpt, Reprint, Revision, Statement, Story
from claims.models.writing import Row, Sql, run
from claims.pipeline.assessing import lock_claims, settle, settle_alone
from claims.pipeline.carriers import find_members
from claims.pipeline.comparing import UNHURRIED, Compared, Relative, compare_revision, relate_revisions
from claims.pipeline.facts import follow_merges
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
    SELECT * FROM unnest(%(roots)s::bigint[], %(stories)s::bigint[])
    UNION SELECT merged.root, t.id FROM merged JOIN claims_story t ON t.merged_into_id = merged.id
)
"""
# The stories of which any text is a part of one of these stories' texts, or has one of them as its part.
NEAR = f"""{MERGED}, own (root, revision) AS (
    SELECT merged.root, r.id FROM merged JOIN claims_revision r ON r.story_id = merged.id
), near (root, revision) AS (
    SELECT own.root, e.within_id FROM own JOIN claims_excerpt e ON e.revision_id = own.revision
    UNION SELECT own.root, e.revision_id FROM own JOIN claims_excerpt e ON e.within_id = own.revision
), up (story, id, step) AS (
    SELECT DISTINCT r.story_id, r.story_id, 0 FROM near JOIN claims_revision r ON r.id = near.revision
     WHERE r.story_id IS NOT NULL
    UNION ALL SELECT up.story, t.merged_into_id, up.step + 1
      FROM up JOIN claims_story t ON t.id = up.id WHERE t.merged_into_id IS NOT NULL
), other (story, root) AS (
    SELECT DISTINCT ON (story) story, id FROM up ORDER BY story, step DESC
)
SELECT DISTINCT near.root, other.root
  FROM near JOIN claims_revision r ON r.id = near.revision JOIN other ON other.story = r.story_id
 WHERE other.root <> near.root
"""  # noqa: S608
# The earliest text of each story, with what puts it in an order, and the shortest.
ENDS = f"""{MERGED}, member AS (
    SELECT merged.root, r.id, r.published_at, length(r.text) AS length, r.digest
      FROM merged JOIN claims_revision r ON r.story_id = merged.id
)
SELECT DISTINCT ON (root) root, published_at, -length, digest, id,
       first_value(id) OVER (PARTITION BY root ORDER BY length, digest, id)
  FROM member ORDER BY root, published_at, length DESC, digest, id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Ends:
    """The two texts by which a story is kin to others, its earliest and its shortest, by the ids of their revisions.

    `order` puts stories in an order: the earlier first, of one moment the longer, of one length any, but always the
    same.
    """

    order: tuple[datetime, int, str, int]
    earliest: int
    shortest: int


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
            if seen and _load_near({story: story}):
                _bring_together([story], now)
            return
    known = follow_merges(relative.story for relative in same if relative.story is not None)
    story = _give_story(revision_id, min(known.values(), default=None), now)
    # A copy that is being read at this moment may not have seen this one.
    unassigned = [relative.revision for relative in same if relative.story is None]
    stories = {story, *known.values(), *(_give_story(pk, story, now) for pk in unassigned)}
    related = _keep_excerpts(revision_id, compared)
    stories |= _compare_ends(stories)
    if related or len(stories) > 1 or _choose_origins(stories):
        _bring_together(stories, now)
    Revision.objects.filter(pk=revision_id).update(compared_at=now)


def merge_stories(stories: Collection[int], now: datetime) -> None:
    """Make several stories one, the oldest, and assess anew every claim that rested on more than one of them."""
    if len(set(follow_merges(stories).values())) > 1:
        _bring_together(stories, now)


def members_of(stories: Iterable[int]) -> set[int]:
    """All stories that count with the same story as one of these does now, and these."""
    return find_members(set(stories))


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


def _compare_ends(stories: Collection[int]) -> set[int]:
    """Compare the texts by which these stories, as one, are kin to those near them, wherever that was not done before.

    A text of which there are very many copies is compared with a few of them only, and a story may get another earliest
    text by one that turns up late. Returns the stories that prove to carry the same text.
    """
    one = min(stories)
    as_one = dict.fromkeys(stories, one)
    near = _load_near(as_one).get(one)
    if not near:
        return set()
    ends = _load_ends({story: story for story in near} | as_one)
    own = ends[one]
    wanted = {
        (mine, theirs): story
        for story in sorted(near)
        for mine, theirs in (
            (own.earliest, ends[story].earliest),
            (own.shortest, ends[story].earliest),
            (own.earliest, ends[story].shortest),
        )
    }
    shares = _load_shares({pk for pair in wanted for pk in pair})
    unmet = {pair: story for pair, story in wanted.items() if pair not in shares}
    found = relate_revisions(unmet)
    Excerpt.objects.bulk_create(
        (
            Excerpt(revision_id=shorter, within_id=longer, share=kinship.share)
            for (shorter, longer), kinship in sorted(found.items(), key=itemgetter(0))
            if kinship.part
        ),
        ignore_conflicts=True,
    )
    same = {frozenset(pair) for pair, kinship in found.items() if not kinship.part}
    return {story for pair, story in unmet.items() if frozenset(pair) in same}


def _bring_together(stories: Collection[int], now: datetime) -> None:
    """Merge stories that carry one text, and tell anew what they and those near them are reprints of."""
    with transaction.atomic():
        settle_alone()
        roots = sorted(set(follow_merges(stories).values()))
        oldest, others = roots[0], roots[1:]
        chosen = _choose_origins(roots)
        # Whatever is to count otherwise counts now, or will, with one of these.
        members = members_of({*roots, *chosen, *(origin for origin in chosen.values() if origin is not None)})
        touched: dict[int, set[str]] = {}
        statements = Statement.objects.filter(revision__story__in=members)
        for claim_id, party in statements.values_list("claim", "party__slug").distinct():
            touched.setdefault(claim_id, set()).add(party)
        claims, instant = lock_claims(touched, now)
        Story.objects.filter(pk__in=others).update(merged_into=oldest, merged_at=instant)
        Reprint.objects.bulk_create(
            Reprint(story_id=story, of_id=origin, recorded_at=instant) for story, origin in sorted(chosen.items())
        )
        if claims:
            settle(claims, instant, touched=touched)
        recount_candidates({"revision__story__in": members})


def _choose_origins(stories: Collection[int]) -> dict[int, int | None]:
    """Which stories are to count with another one than before, and with which, where these are one: the oldest of them.

    A story counts with the earlier one with which it shares most among those that stand for themselves: so all that
    counts with a story is kin to that one itself. Where a story comes to stand for itself, or ceases to, those after it
    are told anew.
    """
    one = min(stories)
    as_one = dict.fromkeys(stories, one)
    near = _load_near(as_one)
    ends: dict[int, _Ends] = {}
    before: dict[int, int] = {}
    shares: dict[tuple[int, int], float] = {}
    chosen: dict[int, int | None] = {}
    due: set[int] = set()
    fresh = {one, *near.get(one, ())}
    if len(fresh) == 1 and not _load_origins(stories):
        return chosen
    while fresh:
        near |= _load_near({story: story for story in fresh - {one}} | as_one)
        known = fresh.union(*(near.get(story, ()) for story in fresh))
        ends |= _load_ends({story: story for story in known} | as_one)
        shares |= _load_shares({pk for story in known for pk in (ends[story].earliest, ends[story].shortest)})
        before |= {story: as_one.get(origin, origin) for story, origin in _load_origins(known).items()}
        due |= fresh
        fresh = set()
        while due and not fresh:
            story = min(due, key=lambda story: ends[story].order)
            due.remove(story)
            own = ends[story]
            earlier = []
            for other in near.get(story, ()):
                first = ends[other].earliest
                share = shares.get((own.earliest, first))
                stands = chosen.get(other, before.get(other)) is None
                alike = own.shortest == own.earliest or (own.shortest, first) in shares
                if ends[other].order < own.order and stands and share is not None and alike:
                    earlier.append((-share, ends[other].order, other))
            origin = min(earlier)[2] if earlier else None
            was = before.get(story)
            if origin != was:
                chosen[story] = origin
            if (origin is None) != (was is None):
                fresh = {other for other in near.get(story, ()) if ends[other].order > own.order}
    return chosen


def _load_near(stories: Mapping[int, int]) -> dict[int, set[int]]:
    """The stories that share a part of any of their texts with these, by name; for those with any.

    Stories that are given one name are taken as one.
    """
    near: dict[int, set[int]] = {}
    for name, story in _ask(NEAR, roots=list(stories.values()), stories=list(stories)):
        other = stories.get(story, story)
        if other != name:
            near.setdefault(name, set()).add(other)
    return near


def _load_ends(stories: Mapping[int, int]) -> dict[int, _Ends]:
    """The texts by which stories are kin to others, by name; those that are given one name are taken as one story."""
    rows = _ask(ENDS, roots=list(stories.values()), stories=list(stories))
    return {
        story: _Ends((at, length, digest, earliest), earliest, shortest)
        for story, at, length, digest, earliest, shortest in rows
    }


def _load_shares(revisions: Collection[int]) -> dict[tuple[int, int], float]:
    """How much of the longer one any two of these revisions share in part, whichever is named first."""
    kept = Excerpt.objects.filter(revision__in=revisions, within__in=revisions)
    shares: dict[tuple[int, int], float] = {}
    for shorter, longer, share in kept.values_list("revision", "within", "share"):
        shares[shorter, longer] = shares[longer, shorter] = share
    return shares


def _load_origins(stories: Collection[int]) -> dict[int, int]:
    """What stories were last found to be reprints of, and what that merged into; for those that are any."""
    latest = Reprint.objects.filter(story__in=stories).order_by("story", "-recorded_at", "-pk").distinct("story")
    origins = {story: of for story, of in latest.values_list("story", "of") if of is not None}
    # What a story was taken from may have become one with it.
    merged = follow_merges(origins.values())
    return {story: merged[of] for story, of in origins.items()}


def _ask(question: str, **given: object) -> list[Row]:
    (rows,) = run(Sql(question, given))
    return rows
