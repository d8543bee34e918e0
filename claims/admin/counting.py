"""Counts that stay cheap however many rows there are: counted up to a limit, many in one trip to the database."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value


def count_each(asked: Mapping[str, QuerySet[Any]], most: int) -> dict[str, int]:
    """How many rows each query has, counted up to one more than `most`, all in one trip.

    A count of `most` + 1 stands for "more than that": counting on would cost and tell nothing.
    """
    names, parts, given = [], [], []
    counted = dict.fromkeys(asked, 0)
    for name, rows in asked.items():
        try:
            sql, values = rows.order_by().values_list(Value(1))[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - SQL that Django made
        given += values
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", given)
            counted |= dict(zip(names, cursor.fetchone(), strict=True))
    return counted
