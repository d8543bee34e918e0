"""Which candidates for new claims an article carries, kept up to date with its readings, and counted over all articles.

What a candidate counts is a function of the sightings that stand, as a status is one of statements: the order of
arrival, a redelivery or a copy cannot change it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from claims.models import Article, Candidate, Party, Revision, Sighting
from claims.reading import values
from claims.words import OWN_VOICE, ClaimKind

KEY_LENGTH = Candidate._meta.get_field("key").max_length or 0
# What a later reading of an article may change in its sighting of a candidate.
SAID = ("revision_id", "quote", "start", "end", "parties", "opposed", "proposition", "keywords", "confidence", "rule")

# Counts candidates anew from their sightings that stand. A story goes by the one it counts with.
COUNT = """
WITH RECURSIVE standing AS (
    SELECT s.id, s.candidate_id, s.article_id, s.parties, s.confidence, r.story_id, a.published_at, a.url
      FROM claims_sighting s
      JOIN claims_article a ON a.id = s.article_id
      JOIN claims_revision r ON r.id = s.revision_id
     WHERE s.candidate_id = ANY(%(candidates)s) AND s.dropped_at IS NULL AND NOT a.withdrawn
), becoming (story, became, step) AS (
    SELECT DISTINCT story_id, story_id, 0 FROM standing WHERE story_id IS NOT NULL
    UNION ALL
    SELECT b.story, next.id, b.step + 1
      FROM becoming b
      JOIN claims_story t ON t.id = b.became
      LEFT JOIN LATERAL (SELECT p.of_id FROM claims_reprint p WHERE p.story_id = t.id
                          ORDER BY p.recorded_at DESC, p.id DESC LIMIT 1) latest ON true
     CROSS JOIN LATERAL (SELECT coalesce(t.merged_into_id, latest.of_id)) next(id)
     WHERE next.id IS NOT NULL
), named AS (
    SELECT DISTINCT ON (story) story, became AS name FROM becoming ORDER BY story, step DESC
), counted AS (
    SELECT candidate_id, count(DISTINCT coalesce(name, -article_id)) AS stories, count(*) AS articles,
           max(confidence) AS confidence, max(published_at) AS seen_at,
           (array_agg(standing.id ORDER BY confidence DESC, published_at, url))[1] AS lead
      FROM standing LEFT JOIN named ON named.story = standing.story_id
     GROUP BY candidate_id
), heard AS (
    SELECT candidate_id, count(DISTINCT party) AS parties, jsonb_agg(DISTINCT party) AS slugs
      FROM standing CROSS JOIN jsonb_array_elements_text(parties) AS party
     WHERE party <> %(own_voice)s
     GROUP BY candidate_id
)
UPDATE claims_candidate c
   SET stories = coalesce(counted.stories, 0), articles = coalesce(counted.articles, 0),
       confidence = coalesce(counted.confidence, 0), seen_at = counted.seen_at, lead_id = counted.lead,
       parties = coalesce(heard.slugs, '[]'), rank = coalesce(least(counted.stories, coalesce(heard.parties, 0)), 0)
  FROM unnest(%(candidates)s) AS asked (id)
  LEFT JOIN counted ON counted.candidate_id = asked.id
  LEFT JOIN heard ON heard.candidate_id = asked.id
 WHERE c.id = asked.id
"""


def record_sightings(article: Article, revision: Revision, found: Sequence[values.Candidate], now: datetime) -> None:
    """Keep which candidates an article carries, now that this edition of it was read, and count those concerned.

    The caller holds the article's row lock and has locked the claims concerned. What the edition no longer carries is
    dropped, save from a candidate that became a claim: there it shows what the claim was made of.
    """
    proposed = merge_proposals(found)
    candidates = _find_candidates(proposed, now)
    kept = {s.candidate_id: s for s in Sighting.objects.filter(article=article)}
    wanted = {
        candidate_id: _sight(candidate_id, article, revision, proposed[key], now)
        for key, candidate_id in candidates.items()
    }
    changed = {pk: s for pk, s in wanted.items() if pk not in kept or _differ(kept[pk], s)}
    silent = {pk for pk, s in kept.items() if s.dropped_at is None and pk not in wanted}
    if not changed and not silent:
        return
    accepted = {c.pk for c in _lock(changed.keys() | silent) if c.state == Candidate.State.ACCEPTED}
    Sighting.objects.filter(article=article, candidate__in=silent - accepted).update(dropped_at=now)
    Sighting.objects.bulk_create(
        [changed[pk] for pk in sorted(changed)],
        update_conflicts=True,
        unique_fields=["article", "candidate"],
        update_fields=[*(name.removesuffix("_id") for name in SAID), "dropped_at"],
    )
    _count(changed.keys() | silent)


def recount_candidates(sightings: Mapping[str, Any]) -> None:
    """Count anew the candidates of some sightings (conditions on them), after what decides their weight has changed.

    The caller has taken the lock under which claims are settled, or holds the row lock of the article concerned.
    """
    concerned = set(Sighting.objects.filter(**sightings).values_list("candidate", flat=True))
    if concerned:
        _lock(concerned)
        _count(concerned)


def merge_proposals(found: Iterable[values.Candidate]) -> dict[str, values.Candidate]:
    """What a reading proposes, by key: of several mentions of one the surest, with the parties of all."""
    merged: dict[str, values.Candidate] = {}
    for candidate in sorted(found, key=lambda c: (-c.confidence, c.span.start, c.span.end)):
        key = shorten_key(candidate.key)
        first = merged.get(key, candidate)
        merged[key] = replace(first, parties=tuple(sorted({*first.parties, *candidate.parties})))
    return merged


def shorten_key(key: str) -> str:
    """A key as it is stored: one that is too long by its beginning and its digest."""
    if len(key) <= KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_LENGTH - len(digest) - 1]}#{digest}"


def _find_candidates(proposed: Mapping[str, values.Candidate], now: datetime) -> dict[str, int]:
    """The ids of candidates by key; those met for the first time are added.

    One whose holder has left the catalogue since it was read is left out: nobody could make a claim of it.
    """
    there = dict(Candidate.objects.filter(key__in=proposed).values_list("key", "pk"))
    new = [key for key in proposed if key not in there]
    if not new:
        return there
    holders = dict(Party.objects.filter(slug__in={proposed[key].holder for key in new}).values_list("slug", "pk"))
    adding = [
        Candidate(
            key=key,
            kind=proposed[key].kind,
            holder_id=holders.get(proposed[key].holder),
            place=_place(proposed[key].place),
            recorded_at=now,
        )
        for key in sorted(new)  # in one order, so that no two workers wait for each other
        if proposed[key].holder in holders or not proposed[key].holder
    ]
    # Another worker may be adding the same one: whoever comes second takes the first one's.
    Candidate.objects.bulk_create(adding, ignore_conflicts=True)
    return dict(Candidate.objects.filter(key__in=proposed).values_list("key", "pk"))


def _place(place: values.GazetteerPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "name": place.name,
        "geonameid": place.geonameid,
        "names": {lang: list(names) for lang, names in place.names.items()},
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _sight(candidate_id: int, article: Article, revision: Revision, found: values.Candidate, now: datetime) -> Sighting:
    """The sighting row for what was found, unsaved."""
    return Sighting(
        candidate_id=candidate_id,
        article=article,
        revision=revision,
        quote=found.quote,
        start=found.span.start,
        end=found.span.end,
        parties=list(found.parties),
        opposed=found.opposed,
        proposition=found.proposition if found.kind == ClaimKind.GENERAL else "",
        keywords=[list(group) for group in found.keywords],
        confidence=found.confidence,
        rule=found.rule,
        recorded_at=now,
    )


def _differ(kept: Sighting, found: Sighting) -> bool:
    return kept.dropped_at is not None or any(getattr(kept, name) != getattr(found, name) for name in SAID)


def _lock(candidates: Collection[int]) -> list[Candidate]:
    """Lock candidates for counting, in order of id so that no two workers wait for each other."""
    locked = Candidate.objects.select_for_update(of=("self",), no_key=True)
    return list(locked.filter(pk__in=candidates).order_by("pk"))


def _count(candidates: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"candidates": list(candidates), "own_voice": OWN_VOICE})
