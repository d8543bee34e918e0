"""One field of what was sent: its text, its moment, and how it is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime


class Refused(ValueError):
    """Something that arrived cannot be taken; says which field, why, and what would be taken instead."""

    def __init__(self, field: str, message: str, cure: str) -> None:
        super().__init__(f"{field}: {message}; {cure}" if field else f"it {message}; {cure}")
        self.field = field
        self.message = message
        self.cure = cure


def name_kind(value: object) -> str:
    """What a JSON value is, as its sender would call it: "a number", "null"."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return kinds.get(type(value), "null")


def parse_moment(value: object, field: str, notes: list[str]) -> datetime:
    """A moment from ISO 8601, in UTC; one without a zone is taken as UTC and a note says so. Raises Refused."""
    cure = "write it in ISO 8601, as in 2025-12-01T21:48:00+01:00"
    if not isinstance(value, str):
        raise Refused(field, f"is {_shown(value)}, not a text", cure)
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            notes.append(f"{field} {value.strip()} has no time zone and was taken as UTC")
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(field, f"{_shown(value)} is not a moment", cure) from None
    if moment.year < 1000:
        raise Refused(field, f"{_shown(value)} is too long ago", cure)
    return moment


def read_text(record: Mapping[str, object], field: str, limit: int) -> str:
    """A field's text, checked to be storable; empty where it is missing."""
    value = record.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(field, f"is {name_kind(value)}, not a text", "send it as a JSON string")
    if "\x00" in value:
        raise Refused(
            field, "holds NUL bytes", "send plain text; a file full of them is often UTF-16: save it as UTF-8"
        )
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise Refused(field, "holds half a surrogate pair", "send valid Unicode text") from None
    if size > limit:
        raise Refused(field, f"is {size:,} bytes long", f"at most {limit:,} bytes are taken")
    return value if field in ("text", "title", "quote") else value.strip()


def _shown(value: object) -> str:
    """What was sent, short and printable, for a refusal."""
    shown = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
