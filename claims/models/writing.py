"""Questions and rows that go to the database together: several SQL statements in one trip, many rows in one statement.

On the way of an article into the ledger more time went into trips, into putting statements together and into planning
them than the database took to answer them. The framework sends one statement at a time, and always as text to be
planned anew; its `bulk_update` writes out a CASE for every row and column, and its `bulk_create` resolves an
expression for each value.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import psycopg
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Field, Model
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader

Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sql:
    """One SQL statement with what it is given by name."""

    text: str
    given: Mapping[str, object] = field(default_factory=dict)


class _JsonLoader(Loader):
    """Reads JSON at once as the UTF-8 it is; the driver's own reader looks each time for another encoding."""

    def load(self, data: Buffer) -> object:
        return json.loads(bytes(data).decode())


_ADAPTERS = AdaptersMap(psycopg.adapters)
_ADAPTERS.register_loader("json", _JsonLoader)
_ADAPTERS.register_loader("jsonb", _JsonLoader)


class _Cursor(psycopg.Cursor[Row]):
    """Binds on the server, so that a statement sent often is planned once, and reads values as the driver does.

    The framework's own readers are slow with times and leave JSON as text.
    """

    @property
    def adapters(self) -> AdaptersMap:
        return _ADAPTERS


def run(*statements: Sql, apart: bool = False) -> list[list[Row]]:
    """Send statements in one trip; returns the rows of each (none of one that gives none), JSON read into values.

    They are carried out in order, each seeing what those before it did and, like any statement, what others had
    committed when it began: so one may take a lock, and the next ask for what the lock keeps still. Outside a
    transaction they are one; or `apart`, each committed before the next begins. Where one fails, those after it are not
    carried out.
    """
    if not statements:
        return []
    connection.ensure_connection()
    began = time.monotonic()
    cursors = []
    with connection.wrap_database_errors, connection.connection.pipeline() as trip:
        for statement in statements:
            cursors.append(_Cursor(connection.connection).execute(statement.text, statement.given))
            if apart:
                trip.sync()
    if connection.queries_logged:
        sent = {"sql": ";".join(s.text for s in statements), "time": f"{time.monotonic() - began:.3f}"}
        connection.queries_log.append(sent)
    return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert new rows of one table, whose keys the database gives; afterwards each row knows its own."""
    if not rows:
        return
    insertion = insertion_of(rows)
    (keys,) = run(Sql(f"{insertion.text} RETURNING id", insertion.given))
    for row, (pk,) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the named fields of rows of one table, found by their keys."""
    run(*updates_of(rows, names))


def insertion_of(rows: Sequence[Model], beside: str = "", **taken: str) -> Sql:
    """The statement that inserts new rows of one table, one at least; it may be continued with what it is to return.

    A column named in `taken` is not taken from the rows but from what stands there in SQL, of the table `beside`.
    """
    table = type(rows[0])
    names = [(field.column, field.attname) for field in _inserted(table)]
    insertion = _insertion(table, beside, tuple(taken.items()))
    return Sql(insertion, {"rows": _as_json({c: getattr(row, name) for c, name in names} for row in rows)})


def insertions_of(rows: Sequence[Model]) -> list[Sql]:
    """The statement that inserts new rows of one table; none where there are no rows."""
    return [insertion_of(rows)] if rows else []


def updates_of(rows: Sequence[Model], names: Sequence[str]) -> list[Sql]:
    """The statement that writes the named fields of rows of one table, found by their keys; none without rows."""
    if not rows:
        return []
    table = type(rows[0])
    fields = [table._meta.get_field(name) for name in names]
    given = [{"id": row.pk, **{field.column: getattr(row, field.attname) for field in fields}} for row in rows]
    return changes_of(table, given)


def changes_of(table: type[Model], rows: Sequence[Mapping[str, object]]) -> list[Sql]:
    """The statement that writes columns of rows given by name, `id` among them; none where none are given.

    All of them name the same columns.
    """
    return [Sql(_change(table, tuple(rows[0])), {"rows": _as_json(rows)})] if rows else []


def _inserted(table: type[Model]) -> "list[Field]":
    return [field for field in table._meta.concrete_fields if not field.primary_key]


@cache
def _insertion(table: type[Model], beside: str, taken: tuple[tuple[str, str], ...]) -> str:
    fields = _inserted(table)
    columns = ", ".join(_quote(field.column) for field in fields)
    elsewhere = dict(taken)
    values = ", ".join(elsewhere.get(field.column, f"sent.{_quote(field.column)}") for field in fields)
    rows = f"{_sent(fields)}, {beside}" if beside else _sent(fields)
    return f"INSERT INTO {_quote(table._meta.db_table)} ({columns}) SELECT {values} FROM {rows}"  # noqa: S608


@cache
def _change(table: type[Model], columns: tuple[str, ...]) -> str:
    by_column = {field.column: field for field in table._meta.concrete_fields}
    assigned = ", ".join(f"{_quote(column)} = sent.{_quote(column)}" for column in columns if column != "id")
    sent = _sent([by_column[column] for column in columns])
    return f"UPDATE {_quote(table._meta.db_table)} AS old SET {assigned} FROM {sent} WHERE old.id = sent.id"  # noqa: S608


def _sent(fields: "Sequence[Field]") -> str:
    """The rows as they travel: as one JSON text, which is written far quicker than an array for each column."""
    columns = ", ".join(f"{_quote(field.column)} {field.cast_db_type(connection)}" for field in fields)
    return f"json_to_recordset(%(rows)s::json) AS sent ({columns})"


def _as_json(rows: Iterable[Mapping[str, object]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    """What JSON has no form for, as the database reads it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, DateTimeTZRange):
        lower, upper = (bound.isoformat() if bound else "" for bound in (value.lower, value.upper))
        return f"{value.bounds[0]}{lower},{upper}{value.bounds[1]}"
    raise TypeError(f"a {type(value).__name__} cannot be sent to the database so")


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
