"""Many rows written at once, by a statement that is as long for a thousand rows as for one.

The framework's own `bulk_update` writes out a CASE for every row and column, and its `bulk_create` resolves an
expression for each value: on the way of an article into the ledger that took more time than the database did.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Field, Model


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert new rows of one table, whose keys the database gives; afterwards each row knows its own."""
    if not rows:
        return
    table = rows[0]._meta
    fields = [field for field in table.concrete_fields if not field.primary_key]
    names = ", ".join(_quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_quote(table.db_table)} ({names}) SELECT * FROM unnest({_arrays(fields)}) RETURNING id",  # noqa: S608
            _columns(rows, fields),
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the named fields of rows of one table, found by their keys."""
    if not rows:
        return
    table = rows[0]._meta
    fields = [table.get_field(name) for name in names]
    assigned = ", ".join(f"{_quote(field.column)} = given.{_quote(field.column)}" for field in fields)
    given = ", ".join(_quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_quote(table.db_table)} AS old SET {assigned} "  # noqa: S608
            f"FROM unnest(%s::bigint[], {_arrays(fields)}) AS given (id, {given}) WHERE old.id = given.id",
            [[row.pk for row in rows], *_columns(rows, fields)],
        )


def _arrays(fields: "Sequence[Field]") -> str:
    return ", ".join(f"%s::{field.cast_db_type(connection)}[]" for field in fields)


def _columns(rows: Sequence[Model], fields: "Sequence[Field]") -> "list[list[object]]":
    return [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields
    ]  # fmt: skip


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
