"""Stories: which articles carry the same text, found by the paragraphs they share.

Two texts are one story when the paragraphs they share make up at least half of the shorter one. Stories only ever
merge, and what belongs together is what is linked through any chain of such pairs, so the order of arrival cannot
change which articles end up in one story.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q, Sum

from claims.models import Passage, Revision, Statement, Story
from claims.pipeline.assessing import lock_claims, settle, settle_alone
from claims.pipeline.facts import name_stories
from claims.pipeline.sightings import recount_candidates

SHARE = 0.5
# Shorter paragraphs ("Read more.") say nothing about where a text comes from.
MIN_PASSAGE = 60

# Held alone while a revision's story is found, so that two copies arriving at once see each other.
FINDING_LOCK = 0x7374_6F72_7901


def find_passages(text: str) -> dict[int, int]:
    """The paragraphs of a text by fingerprint, with their lengths; the whole text where no paragraph is long enough.

    Case, punctuation, spacing and the way characters are composed make no difference.
    """
    paragraphs = [_fold(paragraph) for paragraph in text.splitlines()]
    long_enough = [p for p in paragraphs if len(p) >= MIN_PASSAGE] or [_fold(text)]
    return {_fingerprint(p): len(p) for p in long_enough if p}


def assign_story(revision_id: int, now: datetime) -> None:
    """Find the story a revision belongs to, or begin one; where it shows several to be one, merge them.

    Repeating it changes nothing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FINDING_LOCK])
        revision = Revision.objects.get(pk=revision_id)
        if revision.story_id is not None:
            return
        passages = find_passages(revision.text or revision.title)
        Passage.objects.bulk_create(
            Passage(revision=revision, digest=digest, length=length) for digest, length in passages.items()
        )
        length = sum(passages.values())
        stories = _stories_sharing(revision, list(passages), length)
        story = Story.objects.get(pk=min(stories)) if stories else Story.objects.create(recorded_at=now)
        Revision.objects.filter(pk=revision_id).update(story=story, passages_length=length)
        if len(stories) > 1:
            merge_stories(stories, now)


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


def _stories_sharing(revision: Revision, digests: list[int], length: int) -> set[int]:
    """The stories (as they stand) of earlier revisions that share half of the shorter text with this one."""
    shared = (
        Passage.objects.filter(digest__in=digests)
        .exclude(revision=revision)
        .filter(revision__story__isnull=False)
        .values("revision__story", "revision__passages_length", "revision")
        .annotate(common=Sum("length"))
    )
    enough = shared.filter(Q(common__gte=SHARE * length) | Q(common__gte=SHARE * F("revision__passages_length")))
    return set(name_stories(enough.values_list("revision__story", flat=True)).values())


def _members(roots: Collection[int]) -> set[int]:
    """All stories that were merged into these, and these."""
    members, ask = set(roots), set(roots)
    while ask:
        ask = set(Story.objects.filter(merged_into__in=ask).values_list("pk", flat=True)) - members
        members |= ask
    return members


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _fingerprint(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
