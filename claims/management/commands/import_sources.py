"""Put publishers into the catalogue from a file."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from claims import intake
from claims.management.lines import explain, put_entries
from claims.models import Party, Source
from claims.reading.catalogue import CatalogueError

FIELDS = (
    "name", "kind", "language", "reliability", "homepage", "attribution", "attribution_url", "licence", "licence_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A publisher as imported."""

    slug: str
    values: Mapping[str, str]
    speaks_as: str
    feeds: tuple[str, ...] = ()


def parse_source_record(record: Mapping[str, Any]) -> SourceRecord:
    """Check one source: `slug, name, kind?, language?, reliability?, homepage?, speaks_as?, feeds?`, and its credit.

    Raises CatalogueError.
    """
    if not isinstance(record, Mapping) or not isinstance(record.get("slug"), str):
        raise CatalogueError("must be an object with a slug")
    for key in (*FIELDS, "speaks_as"):
        if not isinstance(record.get(key, ""), str):
            raise CatalogueError(f"{key} must be text, got {record[key]!r}")
    values = {key: record[key] for key in FIELDS if record.get(key)}
    try:
        Source(slug=record["slug"], **values).clean_fields()
    except ValidationError as error:
        key, messages = next(iter(error.message_dict.items()))
        raise CatalogueError(f"{key}: {messages[0]}") from error
    feeds = record.get("feeds", [])
    if not isinstance(feeds, list) or not all(isinstance(url, str) for url in feeds):
        raise CatalogueError(f"feeds must be a list of addresses, got {feeds!r}")
    for url in feeds:
        _check_address(url)
    return SourceRecord(record["slug"], values, record.get("speaks_as", ""), tuple(feeds))


def _check_address(url: str) -> None:
    try:
        found = intake.check_address(url)
    except intake.Refused as refusal:
        raise CatalogueError(f"feeds: {refusal}") from refusal
    if not found:
        raise CatalogueError("feeds: an address is empty")


class Command(BaseCommand):
    help = (
        "Import sources: a JSON list of {slug, name, kind outlet|agency|channel|dataset, language, reliability A-F, "
        "homepage, attribution, attribution_url, licence, licence_url, "
        "speaks_as?: the party whose own channel it is, feeds?: [addresses to poll]}. A feed that is no longer in the "
        "file is polled all the same: pause it on the desk. Repeating a file changes nothing. All or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_sources seeds/sources.json")
        parser.add_argument("file", type=Path, metavar="FILE", help="the JSON file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        counts = put_entries(path, parse_source_record, _put_all)
        self.stdout.write(f"{path.name}: {', '.join(f'{n} {outcome}' for outcome, n in counts.items())}")


def _put_all(records: Sequence[SourceRecord]) -> dict[str, int]:
    counts = {"created": 0, "changed": 0, "repeated": 0}
    with transaction.atomic():
        for record in records:
            outcome = _put(record)
            added = _add_feeds(record)
            counts["changed" if added and outcome == "repeated" else outcome] += 1
    return counts


def _add_feeds(record: SourceRecord) -> bool:
    """Have a source's feeds polled; whether there was a new one among them."""
    source = Source.objects.get(slug__iexact=record.slug) if record.feeds else None
    added = False
    for url in record.feeds:
        try:
            _, made = intake.add_feed(url, source, timezone.now())
        except intake.Refused as refusal:
            raise CatalogueError(f'"{record.slug}": feeds: {refusal}') from refusal
        added = added or made
    return added


def _put(record: SourceRecord) -> str:
    party = None
    if record.speaks_as:
        party = Party.objects.filter(slug=record.speaks_as).first()
        if party is None:
            raise CatalogueError(f'"{record.slug}": speaks_as names no party: "{record.speaks_as}"; import it first')
    namesake = (
        Source.objects.filter(name__iexact=record.values.get("name", "")).exclude(slug__iexact=record.slug).first()
    )
    if namesake is not None:
        raise CatalogueError(f'"{record.slug}": the name is taken by "{namesake.slug}"; give it another')
    source = Source.objects.select_for_update().filter(slug__iexact=record.slug).first()
    if source is None:
        Source.objects.create(slug=record.slug, speaks_as=party, **record.values)
        return "created"
    after = {**record.values, "speaks_as": party}
    if all(getattr(source, key) == value for key, value in after.items()):
        return "repeated"
    for key, value in after.items():
        setattr(source, key, value)
    source.save()
    return "changed"
