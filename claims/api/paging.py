"""Pages by key: a cursor says after which row to go on, so rows added meanwhile shift nothing.

The order ends in the primary key, which makes every row's place unique. A cursor is opaque and belongs to the query
it came with: used with other filters it is refused, since it would skip rows in silence.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from claims.api.parameters import DEFAULT_PAGE
from claims.api.problems import Problem

_PAGED = ("cursor", "page_size")


@dataclass(frozen=True, slots=True)
class Key:
    """A column of an order: its lookup in the database, its value on a row, and how a cursor's text is read back."""

    lookup: str
    value: Callable[[Any], Any]
    read: Callable[[Any], Any]
    descending: bool = False


def by_id(*, descending: bool = False) -> Key:
    """The key every order ends in."""
    return Key("pk", lambda row: row.pk, _read_integer, descending)


def by_moment(lookup: str, *, descending: bool = False) -> Key:
    """A key that is a moment, by the name of the row's attribute."""
    return Key(lookup, lambda row: getattr(row, lookup).isoformat(), datetime.fromisoformat, descending)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page and the addresses of its neighbours."""

    rows: list[Any]
    next: str | None
    previous: str | None

    @property
    def links(self) -> dict[str, str]:
        """The same addresses as a `Link` header (RFC 8288)."""
        named = {"next": self.next, "prev": self.previous}
        link = ", ".join(f'<{address}>; rel="{name}"' for name, address in named.items() if address)
        return {"Link": link} if link else {}

    def document(self, results: list[Any], **more: Any) -> dict[str, Any]:
        """The page's shape: what it is about, its neighbours, its results."""
        return {**more, "next": self.next, "previous": self.previous, "results": results}


def take_page(
    rows: QuerySet[Any], order: Sequence[Key], request: Request, asked: dict[str, Any], **pinned: str
) -> Page:
    """One page of rows in an order, in one query.

    `pinned` parameters are set in the neighbours' addresses, so that all pages tell of one moment. Raises Problem for a
    cursor that is not one of this query.
    """
    query = _query_of(request, pinned)
    size = asked.get("page_size", DEFAULT_PAGE)
    text = asked.get("cursor")
    back, place = _read_cursor(text, order, query) if text else (False, None)
    if place is not None:
        rows = rows.filter(_beyond(order, place, back))
    signs = ["-" if key.descending != back else "" for key in order]
    found = list(rows.order_by(*(f"{sign}{key.lookup}" for sign, key in zip(signs, order, strict=True)))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    has_next = bool(found) and (more or back)
    has_previous = bool(found) and (place is not None and (more or not back))
    return Page(
        found,
        _address(request, query, order, found[-1], back=False) if has_next else None,
        _address(request, query, order, found[0], back=True) if has_previous else None,
    )


def _beyond(order: Sequence[Key], place: Sequence[Any], back: bool) -> Q:
    """The rows after a place in an order (before it, if `back`)."""
    beyond = Q()
    for key, value in reversed(list(zip(order, place, strict=True))):
        side = "lt" if key.descending != back else "gt"
        further = Q(**{f"{key.lookup}__{side}": value})
        # The part before the & is implied by the other; it lets the database walk its index from there.
        beyond = Q(**{f"{key.lookup}__{side}e": value}) & (further | beyond) if beyond else further
    return beyond


def _query_of(request: Request, pinned: dict[str, str]) -> dict[str, str]:
    """What is asked for besides the place in it."""
    given = {name: str(value) for name, value in request.query_params.items() if name not in _PAGED}
    return {**given, **pinned}


def _fingerprint(query: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(query.items())).encode()).hexdigest()[:12]


def _address(request: Request, query: dict[str, str], order: Sequence[Key], row: Any, *, back: bool) -> str:
    """The address of the page after a row (before it, if `back`)."""
    place = json.dumps([int(back), _fingerprint(query), *(key.value(row) for key in order)], separators=(",", ":"))
    cursor = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    parameters = request.query_params.copy()
    for name, value in {**query, "cursor": cursor}.items():
        parameters[name] = value
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _read_cursor(text: str, order: Sequence[Key], query: dict[str, str]) -> tuple[bool, list[Any]]:
    """Which way to go, and from which place. Raises Problem."""
    try:
        back, fingerprint, *place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        read = [key.read(value) for key, value in zip(order, place, strict=True)]
        if back not in (0, 1) or any(isinstance(v, datetime) and v.tzinfo is None for v in read):
            raise ValueError
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise _refuse_cursor("is not a cursor that was given out here; start again without it") from None
    if fingerprint != _fingerprint(query):
        raise _refuse_cursor("belongs to a query with other filters; start again without it")
    return bool(back), read


def _read_integer(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _refuse_cursor(detail: str) -> Problem:
    return Problem(
        "invalid-parameter", f"The cursor {detail}.", errors=[{"parameter": "cursor", "detail": f"it {detail}"}]
    )
