"""Tables that monitors publish: which columns they have, whose word each is, what its cells mean, whom to credit.

All of it is data, in a TOML file that an editor can write; no place, party or table is known to the code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from claims.intake.fields import Refused
from claims.models import Party, Source

# How the place column may name a place.
PLACES = ("geonameid", "name")
SOURCE_FIELDS = ("slug", "name", "attribution", "licence", "licence_url", "language", "reliability")
FIELDS = ("url", "zone", "place", "place_is", "date", "date_format")
# The day is known and the hour is not: the latest moment it allows, as the reader takes a day in a text.
LAST_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: its `value`, by which a change is told, and who holds the place by it ("": not settled)."""

    value: str | float
    holder: str


@dataclass(frozen=True, slots=True)
class Share:
    """How a share is read: from `at_least` on `holder` holds the place, up to `at_most` `otherwise` does."""

    holder: str
    at_least: float
    otherwise: str
    at_most: float


@dataclass(frozen=True, slots=True)
class Observer:
    """A column that is a party's word: its cells are words that each stand for a holder, or shares."""

    column: str
    party: str
    words: Mapping[str, str]
    share: Share | None = None

    def read(self, text: str) -> Cell | None:
        """What a cell says; None where it is empty. Raises Refused for one that means nothing here."""
        text = text.strip()
        if not text:
            return None
        if self.share is None:
            if text not in self.words:
                raise Refused(self.column, f"is {text[:40]!r}", f"it is one of {', '.join(self.words)}, or empty")
            return Cell(text, self.words[text])
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise Refused(self.column, f"is {text[:40]!r}", "it is a share from 0 to 1, or empty")
        if value >= self.share.at_least:
            return Cell(value, self.share.holder)
        return Cell(value, self.share.otherwise if value <= self.share.at_most else "")

    @property
    def holders(self) -> frozenset[str]:
        """Everyone who can hold a place by its cells."""
        named = (self.share.holder, self.share.otherwise) if self.share else self.words.values()
        return frozenset(named) - {""}


@dataclass(frozen=True)
class Dataset:
    """A published table: its columns, its observers, the zone of its days, and the source it is shown under."""

    format: str
    source: Mapping[str, str]
    url: str
    zone: ZoneInfo
    place: str
    place_is: str
    date: str
    date_format: str
    observers: tuple[Observer, ...]

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns by which the table is told."""
        return frozenset({self.place, self.date, *(o.column for o in self.observers)})

    def said_at(self, day: date) -> datetime:
        """The moment for which a row of a day counts: the end of that day in the table's zone, in UTC."""
        return datetime.combine(day, LAST_OF_DAY, self.zone).astimezone(UTC)


def parse_datasets(text: str) -> dict[str, Dataset]:
    """The tables that a file describes, by the name of their format. Raises Refused."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("observers", f"is not TOML: {error}", "see seeds/observations.toml for one that is") from None
    if not tables:
        raise Refused("observers", "describes no table", "see seeds/observations.toml for one that does")
    return {name: _parse_dataset(name, table) for name, table in tables.items()}


def choose_dataset(datasets: Mapping[str, Dataset], heading: frozenset[str], wanted: str = "") -> Dataset:
    """The table that a heading is of, or the one `wanted` if the heading has its columns. Raises Refused."""
    if wanted and wanted not in datasets:
        raise Refused("format", f"{wanted!r} is not described", f"the observers file has {', '.join(datasets)}")
    asked = [datasets[wanted]] if wanted else list(datasets.values())
    fitting = [dataset for dataset in asked if dataset.columns <= heading]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        named = ", ".join(dataset.format for dataset in fitting)
        raise Refused("heading", f"fits {named}", "say with --format which it is")
    needed = "; or ".join(f"{d.format}: {', '.join(sorted(d.columns))}" for d in asked)
    raise Refused("heading", "is of no table that the observers file describes", f"a table needs the columns {needed}")


def put_source(dataset: Dataset) -> Source:
    """The source under which a table's rows are shown, made or brought up to date. Raises Refused."""
    named = {o.party for o in dataset.observers} | {slug for o in dataset.observers for slug in o.holders}
    missing = sorted(named - set(Party.objects.filter(slug__in=named).values_list("slug", flat=True)))
    if missing:
        raise Refused("observers", f"there is no party {', '.join(missing)}", "import the party, or correct the slug")
    values = {**dataset.source, "homepage": dataset.url, "attribution_url": dataset.url}
    with transaction.atomic():
        there = Source.objects.select_for_update().filter(slug=dataset.source["slug"]).first()
        namesake = Source.objects.filter(name=values["name"]).exclude(slug=values["slug"]).first()
        if namesake is not None:
            raise Refused("name", f"is taken by the source {namesake.slug!r}", "give the table another name")
        # What an editor graded stays graded.
        if there is not None:
            values["reliability"] = there.reliability
        source = there or Source(kind=Source.Kind.DATASET)
        if there is None or any(getattr(there, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(source, name, value)
            try:
                source.clean_fields()
            except ValidationError as error:
                field, messages = next(iter(error.message_dict.items()))
                raise Refused(field, messages[0].rstrip("."), f"correct it in the table {dataset.format}") from error
            source.save()
    return source


def _parse_dataset(name: str, table: Any) -> Dataset:
    if not isinstance(table, dict):
        raise Refused(name, "is not a table", f"begin it with [{name}]")
    texts = {}
    for key in (*SOURCE_FIELDS, *FIELDS):
        texts[key] = table.get(key, "")
        if not isinstance(texts[key], str):
            raise Refused(f"{name}.{key}", f"is {texts[key]!r}", "it is a text")
    for key in ("slug", "name", "attribution", *FIELDS):
        if not texts[key]:
            raise Refused(f"{name}.{key}", "is missing", "every table says it, so that its rows are read and credited")
    if texts["place_is"] not in PLACES:
        raise Refused(f"{name}.place_is", f"is {texts['place_is']!r}", f"it is one of {', '.join(PLACES)}")
    try:
        zone = ZoneInfo(texts["zone"])
    except (ValueError, OSError, LookupError):
        raise Refused(f"{name}.zone", f"{texts['zone']!r} is no time zone", 'name one as in "Europe/Paris"') from None
    format_of_day = texts["date_format"]
    try:
        back = datetime.strptime(date(2026, 11, 23).strftime(format_of_day), format_of_day).date()
    except ValueError:
        back = None
    if back != date(2026, 11, 23):
        raise Refused(f"{name}.date_format", f"{format_of_day!r} does not tell a day", 'write it as in "%Y-%m-%d"')
    observers = table.get("observers")
    if not isinstance(observers, list) or not observers:
        raise Refused(f"{name}.observers", "are missing", f"name each in [[{name}.observers]]: column, party, words")
    source = {key: texts[key] for key in SOURCE_FIELDS}
    source["reliability"] = source["reliability"] or "F"
    read = tuple(_parse_observer(f"{name}.observers", observer) for observer in observers)
    if len({(o.column, o.party) for o in read}) < len(read):
        raise Refused(f"{name}.observers", "name a column twice for one party", "name it once")
    return Dataset(
        name, source, texts["url"], zone, texts["place"].lower(), texts["place_is"], texts["date"].lower(),
        format_of_day, read,
    )  # fmt: skip


def _parse_observer(where: str, table: Any) -> Observer:
    if not isinstance(table, dict) or not all(
        isinstance(table.get(key), str) and table[key] for key in ("column", "party")
    ):
        raise Refused(where, "an observer names no column or no party", "give both as texts")
    column = table["column"].lower()
    words, share = table.get("words", {}), table.get("share")
    if not isinstance(words, dict) or not all(isinstance(slug, str) for slug in words.values()):
        raise Refused(f"{where} {column}.words", "are no texts", 'write them as in { RU = "russia", CONTESTED = "" }')
    if bool(words) == (share is not None):
        raise Refused(f"{where} {column}", "needs either words or share", "say what its cells mean in one of the two")
    return Observer(column, table["party"], dict(words), _parse_share(f"{where} {column}.share", share))


def _parse_share(where: str, share: Any) -> Share | None:
    if share is None:
        return None
    try:
        read = Share(share["holder"], float(share["at_least"]), share["otherwise"], float(share["at_most"]))
    except (KeyError, TypeError, ValueError):
        read = None
    if read is None or not all(isinstance(slug, str) and slug for slug in (read.holder, read.otherwise)):
        raise Refused(where, "is incomplete", "it has holder, at_least, otherwise and at_most")
    if not 0 <= read.at_most < read.at_least <= 1:
        raise Refused(where, "at_most must lie below at_least, both from 0 to 1", "correct the two")
    return read
