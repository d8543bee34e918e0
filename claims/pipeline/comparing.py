"""Compare a revision with all other texts: passages, kept in the database for all workers, tell which to look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from claims.models import Passage, Revision
from claims.models.writing import Sql, run
from claims.pipeline.facts import follow_merges
from claims.reading.copies import Kinship, Printed, Words, find_passages, relate

# How many texts are looked up by one passage, and how many of those found are looked at, the likeliest first: what
# bounds the cost of an article where very many carry the same closing lines.
MOST_BY_PASSAGE = 20
# Relatives share at least a quarter of the longer text and so, however it was edited, more of its passages than this.
LEAST_SHARED = 0.05
MOST_CANDIDATES = 64

# How many rows are written by one statement, which has its time limit.
FORGOTTEN_AT_ONCE = 10_000

# What is found out of a text can be found out again: nobody waits until the disk has it. It is there before anything
# that rests on it, since what is committed later is written after it.
UNHURRIED = "(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried"
KEEP = f"""
INSERT INTO claims_passage (digest, revision_id)
SELECT digest, %(revision)s FROM unnest(%(digests)s::bigint[]) AS digest, {UNHURRIED} ON CONFLICT DO NOTHING
"""  # noqa: S608
SHARING = """
SELECT r.id, r.story_id
  FROM (SELECT p.revision_id, count(*) AS shared
          FROM unnest(%(digests)s::bigint[]) AS wanted(digest)
         CROSS JOIN LATERAL (SELECT revision_id FROM claims_passage c
                              WHERE c.digest = wanted.digest AND c.revision_id <> %(revision)s
                              ORDER BY c.revision_id LIMIT %(by_passage)s) p
         GROUP BY p.revision_id
        HAVING count(*) >= %(least)s
         ORDER BY shared DESC, p.revision_id
         LIMIT %(most)s) found
  JOIN claims_revision r ON r.id = found.revision_id
 ORDER BY found.shared DESC, r.id
"""


@dataclass(frozen=True, slots=True)
class Relative:
    """A revision whose text is related to the one in hand; `story` is the one it belonged to, None if it had none."""

    revision: int
    story: int | None
    length: int
    kinship: Kinship


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing a revision: how many words it has, and the revisions related to it.

    Of a story that carries the same text it may name one revision only.
    """

    length: int
    relatives: tuple[Relative, ...]


def compare_revision(revision: Revision) -> Compared:
    """Leave a revision's passages for others to find it by, and find the revisions related to it.

    Not to be called within a transaction: others must see the passages before theirs are looked for.
    """
    printed = _print(revision)
    passages = find_passages(printed.wording)
    keep = Sql(KEEP, {"revision": revision.pk, "digests": list(passages)})
    _, found = run(keep, _ask_sharing(revision.pk, passages), apart=True)
    return Compared(printed.wording.length, tuple(_find_relatives(printed, found)))


def find_uncompared(most: int) -> list[int]:
    """Revisions that have a story and were not compared with all other texts, the oldest first, so many at most.

    Where passages are lost, all that were ever compared are to be compared again.
    """
    due = (
        Revision.objects.filter(compared_at__isnull=True, story__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    found = list(due[:most])
    if not found and _has_lost_passages():
        _forget_comparisons()
        found = list(due[:most])
    return found


def forget_passages() -> None:
    """Drop all passages and have every revision compared anew; the stories found so far stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_passage")
    _forget_comparisons()


def _has_lost_passages() -> bool:
    """Whether the oldest text that was compared is found by its passages no more."""
    worded = Q(text__regex="[[:alnum:]]") | Q(title__regex="[[:alnum:]]")
    oldest = Revision.objects.filter(worded, compared_at__isnull=False).order_by("pk").first()
    if oldest is None:
        return False
    passages = find_passages(_print(oldest).wording)[:1]
    return not Passage.objects.filter(digest__in=passages, revision=oldest).exists()


def _forget_comparisons() -> None:
    """The oldest last: if this is broken off, it still shows that passages are lost."""
    compared = Revision.objects.filter(compared_at__isnull=False).order_by("-pk").values_list("pk", flat=True)
    while revisions := list(compared[:FORGOTTEN_AT_ONCE]):
        Revision.objects.filter(pk__in=revisions).update(compared_at=None)


def _print(revision: Revision) -> Printed:
    """A revision as it is compared; one without a text is known by its headline."""
    return Printed(Words(revision.text or revision.title), lang=revision.lang, credit=revision.credit)


def look_up(revision_id: int, passages: Sequence[int]) -> list[tuple[int, int | None]]:
    """The revisions worth comparing with one that has these passages, the likeliest first, each with its story."""
    (found,) = run(_ask_sharing(revision_id, passages))
    return found


def _ask_sharing(revision_id: int, passages: Sequence[int]) -> Sql:
    asked = {
        "revision": revision_id,
        "digests": list(passages),
        "by_passage": MOST_BY_PASSAGE,
        "least": LEAST_SHARED * len(passages),
        "most": MOST_CANDIDATES,
    }
    return Sql(SHARING, asked)


def relate_revisions(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Kinship]:
    """How the two revisions of each pair are related, the shorter one named first; without those that are not."""
    pairs = list(pairs)
    rows = Revision.objects.filter(pk__in={pk for pair in pairs for pk in pair})
    printed = {row.pk: _print(row) for row in rows.only("lang", "title", "text", "credit")}
    related = {}
    for pair in pairs:
        shorter, longer = sorted(pair, key=lambda pk: (printed[pk].wording.length, pk))
        kinship = relate(printed[shorter], printed[longer])
        if kinship is not None:
            related[shorter, longer] = kinship
    return related


def _find_relatives(printed: Printed, found: Sequence[tuple[int, int | None]]) -> list[Relative]:
    roots = follow_merges({story for _, story in found if story is not None})
    # The likeliest of each story first: where it is the same text, the others of its story need not be looked at.
    likeliest: dict[object, tuple[int, int | None]] = {}
    for pk, story in found:
        likeliest.setdefault(("story", roots[story]) if story is not None else pk, (pk, story))
    relatives = _compare(printed, likeliest.values())
    same = {roots[r.story] for r in relatives if r.story is not None and not r.kinship.part}
    looked_at = set(likeliest.values())
    left = [(pk, story) for pk, story in found if (pk, story) not in looked_at and roots.get(story or 0) not in same]
    return relatives + _compare(printed, left)


def _compare(printed: Printed, candidates: Iterable[tuple[int, int | None]]) -> list[Relative]:
    stories = dict(candidates)
    rows = Revision.objects.filter(pk__in=stories).order_by("pk").only("lang", "title", "text", "credit")
    others = rows if stories else ()
    relatives = []
    for other in others:
        there = _print(other)
        kinship = relate(printed, there)
        if kinship is not None:
            relatives.append(Relative(other.pk, stories[other.pk], there.wording.length, kinship))
    return relatives
