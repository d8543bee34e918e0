"""Statements that were sent as data: each is checked and becomes a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from claims.assessment import Record
from claims.intake.addresses import MAX_URL, canonical_url
from claims.intake.fields import Refused, parse_moment, read_text
from claims.intake.sources import find_or_make_source
from claims.models import Claim, Party
from claims.words import Stance


@dataclass(frozen=True, slots=True)
class Known:
    """The slugs of the claims and parties there are, to check a batch of records against."""

    claims: frozenset[str]
    parties: frozenset[str]


def load_known() -> Known:
    """The claims and parties there are now."""
    return Known(
        frozenset(Claim.objects.values_list("slug", flat=True)),
        frozenset(Party.objects.values_list("slug", flat=True)),
    )


def parse_record(
    record: Mapping[str, object], known: Known, now: datetime, line: int = 0
) -> tuple[Record, tuple[str, ...]]:
    """Check a statement sent as data: `claim, party, stance, said_at, source?, url?, quote?`; returns it with notes.

    Claim and party must be known; an unknown source is made. Raises Refused.
    """
    notes: list[str] = []
    slugs = {}
    for name, there_are in (("claim", known.claims), ("party", known.parties)):
        slug = read_text(record, name, 120)
        if not slug:
            raise Refused(name, "is missing", f"name the {name} by its slug")
        if slug not in there_are:
            raise Refused(name, f"there is no {name} {slug!r}", f"import the {name} first, or correct the slug")
        slugs[name] = slug
    stance = read_text(record, "stance", 20).lower()
    if stance not in list(Stance):
        raise Refused("stance", f"is {stance!r}", f"it is one of {', '.join(Stance)}")
    said = record.get("said_at")
    if said in (None, ""):
        raise Refused("said_at", "is missing", "give the time it was said, as in 2025-12-01T21:48:00+01:00")
    said_at = parse_moment(said, "said_at", notes)
    if said_at > now:
        raise Refused("said_at", f"{said_at.isoformat()} lies in the future", "a record is of something said already")
    source = read_text(record, "source", 200)
    url = canonical_url(read_text(record, "url", MAX_URL))
    quote = read_text(record, "quote", 20_000)
    if source:  # last, so that a record that is refused leaves no source behind
        source = find_or_make_source(source, notes).slug
    found = Record(slugs["claim"], slugs["party"], Stance(stance), said_at, source, url, quote, line)
    return found, tuple(notes)
