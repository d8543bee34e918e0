"""Records: statements that arrive as data, with no article to read. They count as they stand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from claims.assessment import Record
from claims.models import Party, Source
from claims.pipeline.assessing import lock_claims_and_ask, settle
from claims.words import Origin, Strength

# What is written of a record; the other columns are those of a statement that stands in an article.
COLUMNS = (
    "claim_id", "party_id", "stance", "said_at", "origin", "source_id", "url", "quote", "strength", "confidence",
    "rule", "own_voice", "record_key", "recorded_at", "dropped_why",
)  # fmt: skip


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
        claims, instant, _ = lock_claims_and_ask((), {r.claim for r in records}, now)
        there_are = {c.slug: c.pk for c in claims}
        parties = dict(Party.objects.filter(slug__in={r.party for r in records}).values_list("slug", "pk"))
        sources = dict(Source.objects.filter(slug__in={r.source for r in records}).values_list("slug", "pk"))
        by_key = {key_of(r): r for r in records}
        adding = _drop_known(by_key)
        rows = [
            (
                there_are[r.claim], parties[r.party], r.stance.value, r.said_at, Origin.RECORD.value,
                sources[r.source] if r.source else None, r.url, r.quote, Strength.PLAIN.value, 1.0, "record", False,
                key, instant, "",
            )
            for key, r in adding.items()
        ]  # fmt: skip
        if rows:
            fresh = _copy(rows)
            concerned = {r.claim for r in adding.values()}
            settle([c for c in claims if c.slug in concerned], instant, fresh=fresh)
        return Recorded(len(rows), len(records) - len(rows))


def _drop_known(by_key: Mapping[str, Record]) -> dict[str, Record]:
    """The records that are not stored yet, by key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_key FROM claims_statement WHERE record_key = ANY(%s)", [list(by_key)])
        known = {key for (key,) in cursor.fetchall()}
    return {key: record for key, record in by_key.items() if key not in known}


def _copy(rows: Sequence[tuple[object, ...]]) -> list[int]:
    """Write statement rows, in the order of `COLUMNS`; returns their ids.

    A table of a monitor brings them by the hundred thousand; as models and parameters, most of the time went into
    making and quoting them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('claims_statement', 'id')) FROM generate_series(1, %s)", [len(rows)]
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        with cursor.copy(f"COPY claims_statement (id, {', '.join(COLUMNS)}) FROM STDIN") as copy:
            for pk, row in zip(ids, rows, strict=True):
                copy.write_row((pk, *row))
    return ids
