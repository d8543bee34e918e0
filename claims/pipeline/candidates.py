"""What editors do with a candidate for a new claim: accept it, dismiss it, reopen it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from claims.models import Candidate, Claim, Sighting
from claims.pipeline.assessing import settle_alone
from claims.pipeline.cataloguing import ClaimRecord, parse_claim_record, put_claims
from claims.pipeline.editing import RefusedEdit
from claims.pipeline.reading import ask_to_read_again
from claims.reading.catalogue import CatalogueError
from claims.words import ClaimKind

# A slug stands in addresses: longer ones are cut at a word.
SLUG_LENGTH = 70
# What a claim keeps of a candidate's place.
PLACE = ("name", "geonameid", "names")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The claim a candidate became, and the editions that are now due to be read again for it."""

    claim: Claim
    revisions: tuple[int, ...]


def accept_candidate(candidate_id: int, *, editor: Any, now: datetime, slug: str = "") -> Accepted:
    """Make a claim of a candidate; the articles that carry it are due to be read again, so that statements appear.

    `slug` is drafted where none is given. Raises RefusedEdit where the candidate is not open, a claim covers it, no
    article carries it any more, or the slug cannot be had.
    """
    with transaction.atomic():
        settle_alone()  # so that nobody else puts a claim of this slug, or one that covers this, meanwhile
        candidate = _lock_open(candidate_id)
        if covering := Candidate.objects.filter(pk=candidate_id).covering_slug():
            raise RefusedEdit(f'The claim "{covering}" says this already: nothing to accept.')
        if slug and Claim.objects.filter(slug=slug).exists():
            raise RefusedEdit(f'There is a claim "{slug}" already: choose another slug.')
        record = draft_claim(candidate, slug)
        try:
            put_claims([record], now)
        except CatalogueError as error:
            raise RefusedEdit(f"No claim can be made of it: {error}.") from error
        claim = Claim.objects.get(slug=record.slug)
        candidate.state, candidate.claim = Candidate.State.ACCEPTED, claim
        candidate.decided_by, candidate.decided_at = editor, now
        candidate.save(update_fields=["state", "claim", "decided_by", "decided_at"])
        revisions = _carrying(candidate)
        ask_to_read_again(revisions, now)
        return Accepted(claim, revisions)


def dismiss_candidate(candidate_id: int, why: str, *, editor: Any, now: datetime) -> Candidate:
    """Put a candidate aside: it is kept, with why, and never proposed again unless it is reopened.

    Raises RefusedEdit without a reason, or where it is not open.
    """
    if not why.strip():
        raise RefusedEdit("Say why it is no claim to follow: whoever meets it again will want to know.")
    with transaction.atomic():
        candidate = _lock_open(candidate_id)
        candidate.state, candidate.why = Candidate.State.DISMISSED, why
        candidate.decided_by, candidate.decided_at = editor, now
        candidate.save(update_fields=["state", "why", "decided_by", "decided_at"])
        return candidate


def reopen_candidate(candidate_id: int) -> Candidate:
    """Propose a dismissed candidate again. Raises RefusedEdit where it is not dismissed."""
    with transaction.atomic():
        candidate = _lock(candidate_id)
        if candidate.state != Candidate.State.DISMISSED:
            raise RefusedEdit("Only what was dismissed can be reopened.")
        candidate.state, candidate.why, candidate.decided_by, candidate.decided_at = (
            Candidate.State.OPEN,
            "",
            None,
            None,
        )
        candidate.save(update_fields=["state", "why", "decided_by", "decided_at"])
        return candidate


def draft_claim(candidate: Candidate, slug: str = "") -> ClaimRecord:
    """The claim a candidate would become: of each language the surest sighting words it, the most name who disputes.

    `slug` is drafted where none is given. Raises RefusedEdit where no article carries it, or no claim can be made.
    """
    standing = candidate.sightings.standing().surest_first().select_related("revision").defer("revision__text")
    sightings = list(standing)
    if not sightings:
        raise RefusedEdit("No article carries it any more: nothing to accept.")
    holder = candidate.holder.slug if candidate.holder else ""
    disputing = Counter(sorted(s.opposed for s in sightings if s.opposed not in ("", holder)))
    wordings: dict[str, Sighting] = {}
    for sighting in sightings:
        if sighting.proposition and sighting.revision.lang:
            wordings.setdefault(sighting.revision.lang, sighting)
    record = {
        "slug": slug or draft_slug(candidate),
        "kind": candidate.kind,
        "holder": holder,
        "opposed": disputing.most_common(1)[0][0] if disputing else "",
        "place": {name: candidate.place[name] for name in PLACE} if candidate.place else None,
        "proposition": {lang: s.proposition for lang, s in wordings.items()},
        "keywords": {lang: s.keywords for lang, s in wordings.items() if s.keywords},
    }
    try:
        return parse_claim_record(record)
    except CatalogueError as error:
        raise RefusedEdit(f"No claim can be made of it: {error}.") from error


def draft_slug(candidate: Candidate) -> str:
    """A slug for the claim a candidate would become, which no claim has now.

    It says holder and place, or the wording where Latin letters can say it; else the candidate's number.
    """
    if candidate.kind == ClaimKind.CONTROL and candidate.holder and candidate.place:
        place = slugify(candidate.place["name"]) or candidate.place["geonameid"]
        wording = f"{candidate.holder.slug} controls {place}"
    else:
        wording = candidate.lead.proposition if candidate.lead else ""
    slug = slugify(wording.replace("_", " "))
    if not slug or 2 * len(slug) < len(wording):  # most of it is in another script
        slug = f"new-claim-{candidate.pk}"
    if len(slug) > SLUG_LENGTH:
        slug = slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]
    taken = set(Claim.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(free for free in chain((slug,), numbered) if free not in taken)


def _lock(candidate_id: int) -> Candidate:
    locked = Candidate.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("holder", "lead").get(pk=candidate_id)


def _lock_open(candidate_id: int) -> Candidate:
    candidate = _lock(candidate_id)
    if candidate.state == Candidate.State.ACCEPTED:
        raise RefusedEdit("It was accepted already.")
    if candidate.state == Candidate.State.DISMISSED:
        raise RefusedEdit("It was dismissed: reopen it first.")
    return candidate


def _carrying(candidate: Candidate) -> tuple[int, ...]:
    """The editions that carry a candidate, or another one about the same place: what the claim may cover as well."""
    about = Q(candidate=candidate)
    if candidate.place:
        about |= Q(candidate__place__geonameid=candidate.place["geonameid"], candidate__state=Candidate.State.OPEN)
    revisions = Sighting.objects.standing().filter(about).values_list("revision", flat=True)
    return tuple(sorted(set(revisions)))
