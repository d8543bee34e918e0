"""Fill a database to the size of a large newsroom's: rows that PostgreSQL makes itself, in the shape of real ones.

Nothing is read or settled: what a claim's rows say of its status is made up beside them. For measuring what pages cost.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model

from claims.models import (
    Article,
    Candidate,
    Change,
    Claim,
    Decision,
    Feed,
    Host,
    Page,
    Party,
    Position,
    Review,
    Revision,
    Sighting,
    Source,
    Statement,
    StatusPeriod,
    Story,
    TermsLine,
)

REVIEWED = 5  # of so many statements one has a review
STATEMENTS_EACH = 4  # in an article


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows of each kind; `hot` is how many statements the claim has that has by far the most."""

    claims: int
    statements: int
    hot: int
    parties: int = 60
    sources: int = 400
    candidates: int = 10_000
    feeds: int = 500
    acts: int = 200_000

    @property
    def articles(self) -> int:
        """How many articles carry the statements."""
        return self.statements // STATEMENTS_EACH


LARGE = Size(claims=50_000, statements=1_000_000, hot=10_000)
# As many as fill a page of each list, and no more: a half-empty page is quicker to draw for no merit of its own.
PAGEFUL = Size(claims=300, statements=2_000, hot=200, parties=60, sources=60, candidates=100, feeds=100, acts=100)

AHEAD = 1_000_000_000  # ids of what is filled in begin here, far from those of what was there before
STEPS = 20

_AT = "now() - interval '1 year' * ({n}::float8 / {of})"  # spread over a year, the first the newest


def fill(size: Size, step: Callable[[], None]) -> None:
    """Add so many rows; the database must be migrated, and nobody else at work in it."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '256MB'; SET synchronous_commit = off")
    editor = User.objects.order_by("pk").first()
    for model, number, columns in _tables(editor, size):
        with _without_indexes(model):
            _insert(model, number, columns)
        step()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_candidate SET lead_id = s.id FROM claims_sighting s"
            " WHERE s.candidate_id = claims_candidate.id AND s.id >= %s",
            [AHEAD],
        )
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout; RESET maintenance_work_mem; RESET synchronous_commit")
    step()


def _tables(editor: Any, size: Size) -> Iterator[tuple[type[Model], int, Mapping[str, str]]]:
    """Each table, how many rows of it, and of its columns what is not the model's own default, in terms of `n`."""
    status = "(ARRAY['contested','confirmed','refuted','unverified','unverified','unverified'])[n % 6 + 1]"
    rule = "(ARRAY['contested','consensus','admission','unverified','unverified','unverified'])[n % 6 + 1]"
    stance = "(ARRAY['affirms','denies','unsettled'])[({n}) % 3 + 1]"
    first = stance.format(n="4 * n % 7")
    about = _AT.format(n="n", of=size.claims)
    yield Party, size.parties, {
        "slug": "'filled-party-' || n", "names": """jsonb_build_object('en', jsonb_build_array('Party ' || n))""",
        "reliability": "substr('ABCDEF', n % 6 + 1, 1)", "changed_at": "now()",
    }  # fmt: skip
    yield Source, size.sources, {
        "slug": "'filled-source-' || n", "name": "'Filled Source ' || n",
        "reliability": "substr('ABCDEF', n % 6 + 1, 1)", "language": "(ARRAY['en','fr','uk','ru'])[n % 4 + 1]",
    }  # fmt: skip
    yield Claim, size.claims, {
        "slug": "'filled-claim-' || n", "kind": "'control'", "holder": _key("n % 20"), "opposed": _key("n % 20 + 20"),
        "place": "jsonb_build_object('name', 'Place ' || n, 'geonameid', 50000000 + n)",
        "proposition": "jsonb_build_object('en', 'Party ' || (n % 20) || ' controls Place ' || n || '.')",
        "recorded_at": about, "changed_at": about, "status": status, "rule": rule, "status_since": about,
        "settled_at": about, "document": _literal(_document()),
        # Of one claim in two hundred: the party and the stance of its first statement.
        "stakes": f"CASE n % 200 WHEN 1 THEN jsonb_build_array(jsonb_build_array('filled-party-' "
                  f"|| 5 * n % {size.parties}, {first}, 'confirmed', 'confirmed')) ELSE '[]'::jsonb END",
    }  # fmt: skip
    yield Story, size.articles, {"recorded_at": _AT.format(n="n", of=size.articles)}
    published = _AT.format(n="n", of=size.articles)
    yield Article, size.articles, {
        "source": _key(f"n % {size.sources}"), "url": "'https://filled.example/' || n", "published_at": published,
        "recorded_at": published,
    }  # fmt: skip
    yield Revision, size.articles, {
        "article": _key("n"), "story": _key("n"), "number": "1", "lang": "(ARRAY['en','fr','uk','ru'])[n % 4 + 1]",
        "title": "'Report number ' || n",
        "text": "repeat('Fighting went on near Place ' || n || ', it was said. ', 12)",
        "digest": "md5(n::text)", "published_at": published, "recorded_at": published, "compared_at": published,
        "read_at": published, "ring_at": "NULL",
    }  # fmt: skip
    said = _AT.format(n="n", of=size.statements)
    claim = f"CASE WHEN n % {size.statements // size.hot} = 0 THEN 0 ELSE (n / 4) % {size.claims} END"
    yield Statement, size.statements, {
        "claim": _key(claim), "party": _key(f"(n + n / 4) % {size.parties}"), "stance": stance.format(n="n % 7"),
        "said_at": said, "origin": "'reading'", "article": _key("n / 4"), "revision": _key("n / 4"),
        "quote": "'Fighting went on near Place ' || n / 4", "start": "25", "end": "60", "cue_start": "NULL",
        "cue_end": "NULL", "confidence": "0.3 + (n % 8) * 0.1", "rule": "'said-that'", "recorded_at": said,
        "record_key": "NULL", "reviewed_at": f"CASE WHEN n % {REVIEWED} = 0 THEN {said} END",
    }  # fmt: skip
    yield Review, size.statements // REVIEWED, {
        "statement": _key(f"n * {REVIEWED}"), "editor": str(editor.pk),
        "verdict": "(ARRAY['confirmed','confirmed','confirmed','rejected'])[n % 4 + 1]",
        "recorded_at": _AT.format(n="n", of=size.statements // REVIEWED),
    }  # fmt: skip
    yield Position, size.claims * 2, {
        "claim": _key("n / 2"), "party": _key(f"n % {size.parties}"), "begins": "now() - interval '1 year'",
        "since": "now() - interval '1 year'", "stance": stance.format(n="n"), "last_spoke": about, "stories": "3",
        "heard": about,
    }  # fmt: skip
    yield TermsLine, size.claims, {"claim": _key("n"), "recorded_at": about, "policy_version": "1"}
    yield StatusPeriod, size.claims, {
        "claim": _key("n"), "status": status, "rule": rule, "reason": "'As it was said.'", "policy_version": "1",
        "since": about, "valid": "tstzrange(NULL, NULL)", "recorded": f"tstzrange({about}, NULL)",
    }  # fmt: skip
    yield Change, size.claims, {
        "claim": _key(f"{size.claims} - 1 - n"), "kind": "(ARRAY['status','grounds'])[n % 2 + 1]",
        "from_status": "'unverified'", "to_status": "'contested'", "rule": "'contested'", "reason": "'It was said.'",
        "recorded_at": _AT.format(n=f"({size.claims} - n)", of=size.claims),
    }  # fmt: skip
    yield Decision, max(size.claims // 50, 60), {
        "claim": _key("n"), "status": "'confirmed'", "rationale": "'Seen.'", "author": str(editor.pk),
        "effective_from": about, "recorded_at": about, "lifted_at": "now()", "lift_recorded_at": "now()",
    }  # fmt: skip
    yield Candidate, size.candidates, {
        "key": "'filled@' || n", "kind": "'control'", "holder": _key("n % 20"), "recorded_at": "now()",
        "place": "jsonb_build_object('name', 'Town ' || n, 'geonameid', 60000000 + n, 'country', 'XX', 'latitude', 50, "
                 "'longitude', 30, 'names', jsonb_build_object('en', jsonb_build_array('Town ' || n)))",
        "stories": "1 + n % 5", "articles": "1 + n % 5", "rank": "1 + n % 5", "confidence": "0.5 + (n % 5) * 0.1",
        "parties": "'[\"filled-party-1\"]'::jsonb", "seen_at": "now()",
    }  # fmt: skip
    yield Sighting, size.candidates, {
        "candidate": _key("n"), "article": _key("n"), "revision": _key("n"), "quote": "'near Place ' || n",
        "start": "40", "end": "55", "confidence": "0.5 + (n % 5) * 0.1", "recorded_at": "now()",
    }  # fmt: skip
    yield Host, size.feeds, {"name": "'host-' || n || '.example'"}
    yield Feed, size.feeds, {
        "source": _key(f"n % {size.sources}"), "host": _key("n"), "url": "'https://host-' || n || '.example/feed'",
        "next_poll_at": "now() + interval '1 hour'", "failures": "CASE WHEN n % 10 = 0 THEN n / 10 ELSE 0 END",
        "last_success_at": "now()", "interval": "interval '15 minutes'", "added_at": "now()",
    }  # fmt: skip
    yield Page, size.articles, {
        "source": _key(f"n % {size.sources}"), "host": _key(f"n % {size.feeds}"), "feed": _key(f"n % {size.feeds}"),
        "article": _key("n"), "url": "'https://filled.example/' || n", "found_at": published, "state": "'article'",
        "last_fetched_at": published, "fetches": "3",
    }  # fmt: skip
    kind = ContentType.objects.get_for_model(Statement).pk
    yield LogEntry, size.acts, {
        "user": str(editor.pk), "content_type": str(kind), "object_id": f"({AHEAD} + n)::text", "action_flag": "2",
        "object_repr": "'Statement ' || n", "change_message": "'Confirmed.'",
        "action_time": _AT.format(n=f"({size.acts} - n)", of=size.acts),
    }  # fmt: skip


def _document() -> str:
    """A claim's public document, as large as real ones are."""
    voice = {
        "party": "filled-party-1",
        "stance": "affirms",
        "firm": True,
        "since": "2026-01-01T00:00:00Z",
        "stories": 3,
    }
    return json.dumps({"status": "contested", "pending": [], "positions": [voice] * 6, "because": ["filled-party-1"]})


def _key(number: str) -> str:
    """The id of the row of this number of another filled table."""
    return f"{AHEAD} + ({number})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _insert(model: type[Model], number: int, columns: Mapping[str, str]) -> None:
    """Insert so many rows, numbered from 0: a column is what is said of it, else the model's default."""
    given: list[Any] = []
    expressions = []
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    for field in fields:
        if field.primary_key:
            expressions.append(f"{AHEAD} + n")
        elif field.name in columns:
            expressions.append(columns[field.name].replace("%", "%%"))
        else:
            expressions.append(f"%s::{field.db_type(connection)}")
            given.append(field.get_db_prep_save(field.get_default(), connection))
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(expressions)} '  # noqa: S608
            f"FROM generate_series(0, {number - 1}) AS n",
            given,
        )


@contextmanager
def _without_indexes(model: type[Model]) -> Iterator[None]:
    """Drop the indexes of a table that no constraint needs, and make them anew at the end: that is quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = %s::regclass
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
            """,
            [model._meta.db_table],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
