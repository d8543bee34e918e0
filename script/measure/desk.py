"""How fast the desk's pages are with a million statements, beside the same pages on the demonstration."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any
from unittest import mock

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from claims import tasks
from claims.management.commands import load_seeds
from claims.models import Article, Candidate, Claim, Statement
from measure import filling
from measure.figures import Figure, ratios

REPEATED = 3  # openings of a page in a round; the quickest counts
LISTS = (
    "claim", "candidate", "statement", "review", "decision", "article", "page", "story", "source", "feed", "party",
    "statusperiod", "change",
)  # fmt: skip
# Lists as editors narrow them, each by a filter of its own.
NARROWED = (
    ("statement", "review=none&origin__exact=reading&carried=yes"),
    ("statement", "lang=uk"),
    ("claim", "status__exact=contested"),
    ("article", "reading=due"),
    ("article", "reading=failed"),
    ("article", "edited=silent"),
    ("review", "word=last&lang=uk"),
)


def count_steps(rounds: int) -> int:
    """How many steps of progress measuring will be."""
    return 1 + filling.STEPS + rounds + 1


def measure_desk(rounds: int, step: Callable[[], None]) -> list[Figure]:
    """Open each page on the demonstration and on the filled database, in turn; returns the figures.

    The demonstration is topped up so that each list has one full page.
    """
    _load_demonstration()
    editor = User.objects.create_superuser("measured")
    client = Client(SERVER_NAME="localhost")
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    with _copied_database() as small, override_settings(STORAGES=_PLAIN_FILES):
        with small():
            filling.fill(filling.PAGEFUL, lambda: None)
            few = _rows()
        step()
        filling.fill(filling.LARGE, step)
        many = _rows()
        pages = {name: (few[name], many[name]) for name in few if name in many}
        taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in pages}
        for number in range(rounds + 1):
            for name, (here, there) in pages.items():
                with small():
                    demonstration = _open(client, here)
                filled = _open(client, there)
                if number:  # the first round fills the caches
                    taken[name][0].append(demonstration)
                    taken[name][1].append(filled)
            step()
    figures = []
    for name, (demonstration, filled) in taken.items():
        figures.append(Figure(f"{name}, demonstration", "ms", tuple(demonstration)))
        figures.append(Figure(f"{name}, {filling.LARGE.statements:,} statements", "ms", tuple(filled)))
        figures.append(Figure(f"{name}: filled / demonstration", "", ratios(filled, demonstration), at_most=1.5))
    return figures


_PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def _rows() -> dict[str, str]:
    """The desk's pages by name: its first page, its lists, narrowed ones, and a row's own page of each busy kind."""
    pages = {"first page": reverse("admin:index")}
    for name in ("queue",):
        try:
            pages[name] = reverse(f"admin:{name}")
        except NoReverseMatch:
            continue
    pages |= {f"list of {model}": _list(model) for model in LISTS}
    pages |= {f"list of {model}, {query}": f"{_list(model)}?{query}" for model, query in NARROWED}
    busiest: dict[str, Any] = {
        "claim": Claim.objects.filter(statements__isnull=False).order_by("-pk").first(),
        "statement": Statement.objects.filter(origin="reading").order_by("-pk").first(),
        "article": Article.objects.filter(statements__isnull=False).order_by("-pk").first(),
        "candidate": Candidate.objects.filter(state="open").order_by("-pk").first(),
    }
    return pages | {
        f"page of a {model}": reverse(f"admin:claims_{model}_change", args=[row.pk])
        for model, row in busiest.items()
        if row is not None
    }


def _list(model: str) -> str:
    return reverse(f"admin:claims_{model}_changelist")


def _open(client: Client, address: str) -> float:
    """The fewest milliseconds of some openings of a page."""
    spent = []
    for _ in range(REPEATED):
        began = time.perf_counter()
        answer = client.get(address)
        spent.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
    return min(spent) * 1000


def _load_demonstration() -> None:
    """Load the demonstration, its articles read here and now."""

    def read_all(revisions: Sequence[int], withdrawals: Sequence[int], *_: object) -> bool:
        for revision in list(revisions):
            tasks.read_revision(revision)
        for withdrawal in list(withdrawals):
            tasks.record_withdrawal(withdrawal)
        return True

    with mock.patch.object(load_seeds, "wait_until_done", read_all):
        call_command("load_seeds", stdout=StringIO(), stderr=StringIO())


@contextmanager
def _copied_database() -> Iterator[Callable[[], Any]]:
    """Copy the database as it is; gives what has pages opened on the copy. The copy goes at the end."""
    ours = connections["default"]
    name = f"{ours.settings_dict['NAME']}_small"
    ours.close()
    beside = ours.copy()
    beside.settings_dict = {**ours.settings_dict, "NAME": "postgres"}
    with beside.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{ours.settings_dict["NAME"]}"')
    copy = ours.copy()
    copy.settings_dict = {**ours.settings_dict, "NAME": name}

    @contextmanager
    def use() -> Iterator[None]:
        connections["default"] = copy
        try:
            yield
        finally:
            connections["default"] = ours

    try:
        with copy.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield use
    finally:
        copy.close()
        with beside.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        beside.close()
        connection.ensure_connection()
