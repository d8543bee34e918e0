"""The walls of the house: what may not be loaded where, and which names may not appear."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

HOME = Path(settings.BASE_DIR)
OURS = [path for folder in ("claims", "factcheck") for path in sorted((HOME / folder).rglob("*.py"))]
FRAMEWORKS = (
    "django",
    "rest_framework",
    "celery",
    "kombu",
    "redis",
    "psycopg",
    "requests",
    "httpx",
    "urllib3",
    "aiohttp",
)
DRAWERS = {"utils", "helpers", "services", "manager", "managers", "common", "signals", "misc"}


def load(package: str) -> set[str]:
    """The modules that a bare process has after it imported the package."""
    look = f"import sys, {package}; print(*sorted(sys.modules))"
    bare = subprocess.run([sys.executable, "-c", look], cwd=HOME, capture_output=True, text=True, check=True)
    return set(bare.stdout.split())


@pytest.mark.parametrize(
    ("package", "besides"),
    [
        ("claims.words", set()),
        ("claims.reading", set()),
        ("claims.assessment", set()),
        ("claims.drawing.charts", set()),
        ("claims.drawing.timeline", set()),
        ("claims.reading.outside", set()),
        ("claims.reading.feed", set()),
        # trafilatura imports its downloader, and that urllib3, with its own package: no part of it comes without.
        # That neither is ever used is held by test_outside_mutations: its processes may open no connection.
        ("claims.reading.page", {"urllib3"}),
    ],
)
def test_pure_package_loads_no_framework(package: str, besides: set[str]) -> None:
    """Import linting sees neither what a library loads nor what `claims/__init__.py` does; a bare process does."""
    loaded = {name.partition(".")[0] for name in load(package)}
    assert "claims" in loaded
    assert loaded.isdisjoint(set(FRAMEWORKS) - besides)


def test_reader_is_not_made_heavier_by_what_reads_pages() -> None:
    loaded = load("claims.reading")
    assert loaded.isdisjoint({"claims.reading.page", "claims.reading.feed", "trafilatura", "feedparser", "lxml"})


def test_no_module_is_a_drawer_without_a_subject() -> None:
    named = {part for path in OURS for part in path.relative_to(HOME).with_suffix("").parts}
    assert named.isdisjoint(DRAWERS)


def test_no_model_hides_work_in_save_or_delete() -> None:
    hidden = [
        f"{path.relative_to(HOME)}: {node.name}.{verb.name}"
        for path in sorted((HOME / "claims" / "models").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for verb in node.body
        if isinstance(verb, ast.FunctionDef) and verb.name in ("save", "delete")
    ]
    assert hidden == []


def test_nothing_is_wired_by_django_signals() -> None:
    wired = [
        str(path.relative_to(HOME))
        for path in OURS
        if "django.db.models.signals" in path.read_text(encoding="utf-8")
        or "from django.dispatch" in path.read_text(encoding="utf-8")
    ]
    assert wired == []


def test_clock_is_not_read_on_the_pure_side() -> None:
    """Time is handed in: a reading or an assessment made twice must be the same one."""
    asked = []
    for package in ("reading", "assessment", "drawing"):
        for path in sorted((HOME / "claims" / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    called = ast.unparse(node.func)
                    if called.endswith(("datetime.now", "datetime.utcnow", "date.today", "time.time")):
                        asked.append(f"{path.relative_to(HOME)}:{node.lineno} {called}")
    assert asked == []


def test_every_page_and_file_of_the_browser_is_our_own() -> None:
    """No script, style, font or picture comes from somebody else's server."""
    foreign = [
        f"{path.relative_to(HOME)}:{number}"
        for path in sorted((HOME / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for marker in ('src="http', 'src="//', "url(http", "@import")
        if marker in line
    ]
    assert foreign == []
