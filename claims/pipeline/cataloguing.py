"""Putting parties and claims into the catalogue: by slug, once, with everything that follows from a change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from claims.models import Claim, Party
from claims.pipeline.assessing import lock_claims, settle, settle_alone
from claims.reading.catalogue import CatalogueError, parse_claim, parse_party


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party as imported; without a grade it cannot be judged (F)."""

    slug: str
    kind: str
    names: dict[str, list[str]]
    reliability: str
    aligned_with: str
    note: str


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A claim as imported."""

    slug: str
    kind: str
    holder: str
    opposed: str
    place: dict[str, Any] | None
    proposition: dict[str, str]
    keywords: dict[str, list[list[str]]]
    gains: tuple[str, ...]
    loses: tuple[str, ...]


@dataclass(slots=True)
class Put:
    """What became of a batch put into the catalogue: slugs by outcome. `reworded` ones must be looked for anew."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)


def parse_party_record(record: Mapping[str, Any]) -> PartyRecord:
    """Check one party of `parties.json`. Raises CatalogueError."""
    entry = parse_party(record)
    return PartyRecord(
        entry.slug,
        entry.kind,
        {lang: list(names) for lang, names in entry.names.items()},
        record.get("reliability") or "F",
        entry.aligned_with,
        str(record.get("note") or ""),
    )


def parse_claim_record(record: Mapping[str, Any]) -> ClaimRecord:
    """Check one claim of `claims.json`. Raises CatalogueError."""
    entry = parse_claim(record)
    return ClaimRecord(
        entry.slug,
        entry.kind,
        entry.holder,
        entry.opposed,
        dict(record["place"]) if entry.place else None,
        dict(entry.proposition),
        {lang: [list(group) for group in groups] for lang, groups in entry.keywords.items()},
        tuple(record.get("gains", ())),
        tuple(record.get("loses", ())),
    )


def put_parties(records: Sequence[PartyRecord], now: datetime) -> Put:
    """Add parties, or bring those there up to date; claims on which a changed one has spoken are assessed anew.

    All or nothing. Raises CatalogueError for an alignment with a party that neither the file nor the database has.
    """
    put = Put()
    with transaction.atomic():
        settle_alone()  # so that nobody concludes on the old grades after we looked which claims rest on them
        there = {p.slug: p for p in Party.objects.filter(slug__in=[r.slug for r in records])}
        for record in records:
            party = there.get(record.slug)
            if party is None:
                there[record.slug] = Party.objects.create(
                    slug=record.slug, kind=record.kind, names=record.names, reliability=record.reliability,
                    note=record.note,
                )  # fmt: skip
                put.created.append(record.slug)
                put.reworded.append(record.slug)
        regraded: set[int] = set()
        for record in records:
            party = there[record.slug]
            ally = _find_party(record.aligned_with, "aligned_with", record.slug) if record.aligned_with else None
            before = (party.kind, party.names, party.reliability, party.aligned_with_id, party.note)
            after = (record.kind, record.names, record.reliability, ally.pk if ally else None, record.note)
            if before == after:
                if record.slug not in put.created:
                    put.repeated.append(record.slug)
                continue
            if before[2:4] != after[2:4]:
                regraded.add(party.pk)
            if before[1] != after[1]:
                put.reworded.append(record.slug)
            party.kind, party.names, party.reliability, party.note = after[0], after[1], after[2], after[4]
            party.aligned_with = ally
            party.save()
            if record.slug not in put.created:
                put.changed.append(record.slug)
        _assess(claims_concerning(regraded), now)
    return put


def put_claims(records: Sequence[ClaimRecord], now: datetime) -> Put:
    """Add claims, or bring those there up to date, and assess them on their terms.

    All or nothing. Raises CatalogueError for a party that there is not.
    """
    put = Put()
    with transaction.atomic():
        concerned: list[int] = []
        known = Claim.objects.filter(slug__in=[r.slug for r in records])
        locked, _ = lock_claims(known.values_list("pk", flat=True), now)
        there = {claim.slug: claim for claim in locked}
        for record in records:
            values = {
                "kind": record.kind,
                "holder": _find_party(record.holder, "holder", record.slug) if record.holder else None,
                "opposed": _find_party(record.opposed, "opposed", record.slug) if record.opposed else None,
                "place": record.place,
                "proposition": record.proposition,
                "keywords": record.keywords,
            }
            sides = {
                side: {_find_party(slug, side, record.slug).pk for slug in slugs}
                for side, slugs in (("gains", record.gains), ("loses", record.loses))
            }
            claim = there.get(record.slug)
            if claim is None:
                claim = Claim.objects.create(slug=record.slug, recorded_at=now, **values)
                outcome = put.created
                put.reworded.append(record.slug)
            else:
                before = {name: getattr(claim, name) for name in values}
                sides_before = {side: set(getattr(claim, side).values_list("pk", flat=True)) for side in sides}
                if before == values and sides_before == sides:
                    put.repeated.append(record.slug)
                    continue
                outcome = put.changed
                if before != values:
                    put.reworded.append(record.slug)
                for name, value in values.items():
                    setattr(claim, name, value)
                claim.save(update_fields=[*values, "changed_at"])
            for side, parties in sides.items():
                getattr(claim, side).set(parties)
            outcome.append(record.slug)
            concerned.append(claim.pk)
        _assess(concerned, now)
    return put


def claims_concerning(parties: set[int]) -> list[int]:
    """The claims whose assessment takes in how these parties stand: they spoke on it, or gain or lose by it."""
    if not parties:
        return []
    concerned = Q(positions__party__in=parties) | Q(holder__in=parties) | Q(opposed__in=parties)
    concerned |= Q(gains__in=parties) | Q(loses__in=parties)
    return sorted(set(Claim.objects.filter(concerned).values_list("pk", flat=True)))


def _assess(ids: Sequence[int], now: datetime) -> None:
    if ids:
        claims, instant = lock_claims(ids, now)
        settle(claims, instant)


def _find_party(slug: str, name: str, of: str) -> Party:
    party = Party.objects.filter(slug=slug).first()
    if party is None:
        raise CatalogueError(f'"{of}": {name} names no party: "{slug}"; import that party first, or correct the slug')
    return party
