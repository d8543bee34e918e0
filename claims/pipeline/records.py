"""Records: statements that arrive as data, with no article to read. They count as they stand."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from claims.assessment import Record
from claims.models import Claim, Party, Source, Statement
from claims.pipeline.assessing import lock_claims, settle
from claims.words import Origin


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many records of a batch were new, and how many had been there before."""

    created: int
    repeated: int


def key_of(record: Record) -> str:
    """What makes two records the same: who says what of which claim, when, published by whom and where."""
    said_at = record.said_at.timestamp()
    parts = (record.claim, record.party, record.stance, f"{said_at:.6f}", record.source, record.url)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def record_statements(records: Sequence[Record], now: datetime) -> Recorded:
    """Store a batch of records and bring their claims up to date; those stored before change nothing.

    Claims, parties and sources must exist (intake checks them): raises KeyError for one that does not.
    """
    with transaction.atomic():
        claims, instant = lock_claims(
            Claim.objects.filter(slug__in={r.claim for r in records}).values_list("pk", flat=True), now
        )
        by_slug = {c.slug: c for c in claims}
        parties = dict(Party.objects.filter(slug__in={r.party for r in records}).values_list("slug", "pk"))
        sources = dict(Source.objects.filter(slug__in={r.source for r in records}).values_list("slug", "pk"))
        by_key = {key_of(r): r for r in records}
        there = set(Statement.objects.filter(record_key__in=by_key).values_list("record_key", flat=True))
        adding = [
            Statement(
                claim=by_slug[r.claim],
                party_id=parties[r.party],
                stance=r.stance,
                said_at=r.said_at,
                origin=Origin.RECORD,
                source_id=sources[r.source] if r.source else None,
                url=r.url,
                quote=r.quote,
                rule="record",
                record_key=key,
                recorded_at=instant,
            )
            for key, r in by_key.items()
            if key not in there
        ]
        Statement.objects.bulk_create(adding)
        concerned = {s.claim_id for s in adding}
        if adding:
            settle([c for c in claims if c.pk in concerned], instant, fresh=[s.pk for s in adding])
        return Recorded(len(adding), len(records) - len(adding))
