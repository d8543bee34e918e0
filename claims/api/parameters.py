"""Query parameters: declared once, so that what is checked and what is documented are the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from claims.api.problems import Problem
from claims.models import Party

MAX_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: how its text is read (ValueError says what is wrong), and how it is documented."""

    name: str
    read: Callable[[str], Any]
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    many: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as asked for, in UTC; `assumed` if the zone was not given and taken as UTC."""

    at: datetime
    assumed: bool


def read_query(query: QueryDict, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """The values of the parameters that were given, by name.

    Raises Problem, with one entry for each parameter that is unknown, repeated or cannot be read.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    errors = []
    for name, texts in query.lists():
        try:
            if name not in known:
                raise ValueError(f"is not a parameter here; there {_name_them(known)}")
            if len(texts) > 1:
                raise ValueError("is given more than once")
            if len(texts[0]) > MAX_LENGTH:
                raise ValueError(f"is longer than {MAX_LENGTH} characters")
            if "\x00" in texts[0]:
                raise ValueError("holds a NUL byte")
            values[name] = known[name].read(texts[0])
        except ValueError as error:
            errors.append({"parameter": name[:100], "detail": str(error)})
    if errors:
        first = errors[0]
        raise Problem("invalid-parameter", f"{first['parameter']} {first['detail']}.", errors=errors)
    return values


def document_query(parameters: Iterable[Parameter]) -> list[OpenApiParameter]:
    """The same parameters for the OpenAPI schema."""
    return [
        OpenApiParameter(
            p.name,
            p.schema,
            OpenApiParameter.QUERY,
            description=p.description,
            explode=False if p.many else None,
            style="form" if p.many else None,
        )
        for p in parameters
    ]


def _name_them(known: dict[str, Parameter]) -> str:
    if not known:
        return "are none"
    return f"{'are' if len(known) > 1 else 'is'} {', '.join(sorted(known))}"


def read_text(text: str) -> str:
    """Words to look for."""
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


def read_words(words: type[StrEnum]) -> Callable[[str], list[str]]:
    """A reader of one or more words of the field, with commas between them."""
    possible = [word.value for word in words]

    def read(text: str) -> list[str]:
        given = [word.strip() for word in text.split(",")]
        for word in given:
            if word not in possible:
                raise ValueError(f"has {word!r}; it is one of {', '.join(possible)}")
        return given

    return read


def words(name: str, enumeration: type[StrEnum], description: str) -> Parameter:
    """A parameter that takes one or more words of the field, with commas between them."""
    schema = {"type": "array", "items": {"type": "string", "enum": [word.value for word in enumeration]}}
    return Parameter(name, read_words(enumeration), description, schema, many=True)


def read_party(text: str) -> Party:
    """The party of this slug."""
    party = Party.objects.only("slug").filter(slug=text).first()
    if party is None:
        raise ValueError(f"{text[:80]!r} is the slug of no party")
    return party


def read_page_size(text: str) -> int:
    """How many to a page."""
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MAX_PAGE:
        return int(text)
    raise ValueError(f"is {text[:40]!r}; it is a whole number from 1 to {MAX_PAGE}")


def read_moment(text: str) -> Moment:
    """A moment in ISO 8601: with a zone, or taken as UTC; a date alone is its midnight in UTC."""
    cure = "it is a moment in ISO 8601, such as 2025-12-01T18:00:00Z"
    if " " in text.strip():
        cure += " (a + before a zone is written %2B in an address)"
    try:
        moment = datetime.fromisoformat(text.strip())
        assumed = moment.tzinfo is None
        return Moment((moment.replace(tzinfo=UTC) if assumed else moment).astimezone(UTC), assumed)
    except (ValueError, OverflowError):
        raise ValueError(f"is {text[:60]!r}; {cure}") from None


MAX_PAGE, DEFAULT_PAGE = 200, 50
_MOMENT = {"type": "string", "examples": ["2025-12-01T18:00:00Z", "2025-12-01"]}
_ZONE = (
    "ISO 8601; without a zone it is taken as UTC (the header `X-Assumed-UTC` says so), a date alone as its midnight."
)

AS_OF = Parameter("as_of", read_moment, f"The moment the world is asked about. {_ZONE} Default: now.", _MOMENT)
KNOWN_AT = Parameter("known_at", read_moment, f"By what was known at this moment. {_ZONE} Default: now.", _MOMENT)
UPDATED_SINCE = Parameter("updated_since", read_moment, f"Only what changed at or after this moment. {_ZONE}", _MOMENT)
PARTY = Parameter("party", read_party, "The slug of a party.", {"type": "string", "examples": ["deepstate"]})
PAGE_SIZE = Parameter(
    "page_size",
    read_page_size,
    "How many to a page.",
    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": DEFAULT_PAGE},
)
CURSOR = Parameter("cursor", read_text, "Where to go on: taken from `next` or `previous`, never made up.")
PAGING = (PAGE_SIZE, CURSOR)


def say_assumed(asked: dict[str, Any]) -> dict[str, str]:
    """The header that says which moments came without a zone and were taken as UTC; none if all had one."""
    names = [name for name, value in asked.items() if isinstance(value, Moment) and value.assumed]
    return {"X-Assumed-UTC": ", ".join(sorted(names))} if names else {}
