"""Counts that stay cheap however many rows there are: counted up to a limit, many in one trip to the database."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery, Value
from django.utils.functional import cached_property

# A list is counted and leafed through so far; who wants a row beyond narrows it.
LISTED = 1_000


class AtLeast(int):
    """A number beyond which nobody counted: written with a plus."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class BoundedPaginator(Paginator):
    """Pages of a list of any length, counted up to a limit: counting a million rows takes longer than showing fifty."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or the limit where there are more."""
        found = self.object_list.order_by()[: LISTED + 1].count()
        return AtLeast(LISTED) if found > LISTED else int(found)


def count_each(
    asked: Mapping[str, QuerySet[Any]], most: int, firsts: Mapping[str, QuerySet[Any]] | None = None
) -> tuple[dict[str, int], dict[str, Any]]:
    """How many rows each query has, counted up to one more than `most`, and the first value of others; all in one trip.

    A count of `most` + 1 stands for "more than that": counting on would cost and tell nothing. What is asked for its
    first value selects one column; the value is None where there is no row.
    """
    parts, given = [], []
    for rows in asked.values():
        sql, values = rows.order_by().values_list(Value(1))[: most + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - SQL that Django made
        given += values
    for rows in (firsts or {}).values():
        sql, values = rows[:1].query.sql_with_params()
        parts.append(f"({sql})")
        given += values
    if not parts:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", given)
        found = cursor.fetchone()
    return dict(zip(asked, found, strict=False)), dict(zip(firsts or {}, found[len(asked) :], strict=True))


class CountUpTo(Subquery):
    """How many rows a query of each row has, counted no further than the query is sliced."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
