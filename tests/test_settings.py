"""The environment: what each variable may be, and that a bad value is refused by its name."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from factcheck.celery import broker_address, check_limits

HOME = Path(settings.BASE_DIR)
SOURCE = HOME / "factcheck" / "settings.py"
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k" * 30 + "0123456789" * 3,
    "ALLOWED_HOSTS": "claims.example.org",
    "DATABASE_URL": "postgres://user:password@database:5433/claims",
    "REDIS_URL": "redis://redis:6379/0",
}
VARIABLES = sorted(set(re.findall(r'_(?:text|switch|number|list|chosen)\(\s*"([A-Z_]+)"', SOURCE.read_text())))


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the variables that the settings read."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def load(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> dict[str, Any]:
    """The settings under an environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(SOURCE))


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DEBUG", "perhaps", "it is 1 or 0"),
        ("PRODUCTION", "ja", "it is 1 or 0"),
        ("SECRET_KEY", "short", "50 characters"),
        ("ALLOWED_HOSTS", "https://claims.example.org/", "host names"),
        ("CSRF_TRUSTED_ORIGINS", "claims.example.org", "origins such as"),
        ("SITE_URL", "claims.example.org", "an address such as"),
        ("DATABASE_URL", "mysql://user@host/name", "postgres://"),
        ("DATABASE_URL", "postgres://host", "postgres://"),
        ("DATABASE_URL", "postgres://host:port/name", "postgres://"),
        ("REDIS_URL", "http://host", "redis://"),
        ("REDIS_URL", "redis://host/claims", "its database is a number"),
        ("REDIS_CACHE_DB", "16", "from 0 to 15"),
        ("REDIS_CACHE_DB", "0", "another database than the queue's"),
        ("DB_LOCK_TIMEOUT_MS", "5s", "a whole number"),
        ("DB_STATEMENT_TIMEOUT_MS", "-1", "a whole number"),
        ("SWEEP_SECONDS", "0", "from 1 to 3600"),
        ("MAX_UPLOAD_BYTES", "5MB", "a whole number"),
        ("HSTS_SECONDS", "1.5", "a whole number"),
        ("LOG_LEVEL", "LOUD", "it is one of DEBUG"),
        ("READER", "gpt", "it is one of rules, llm, both"),
        ("READER_URL", "models.example.org/v1", "an address such as"),
        ("READER_URL", "file:///etc/passwd", "an address such as"),
        ("READER_TIMEOUT", "0", "from 1 to 600"),
        ("READER_DAILY_BUDGET", "ten", "a whole number"),
        ("FETCH_AGENT", "nobody", "with a contact"),
        ("FETCH_AGENT", "настольний/1.0 (+https://desk.example.org)", "in ASCII"),
        ("FETCH_AGENT", "(+https://desk.example.org)", "begins with a name"),
        ("FETCH_ALSO", "localhost:8123", "addresses with ports"),
        ("FETCH_ALSO", "127.0.0.1", "addresses with ports"),
        ("FETCH_ALSO", "127.0.0.1:0", "addresses with ports"),
        ("FETCH_SECONDS", "31", "half of TASK_SOFT_TIME_LIMIT"),
        ("FETCH_MOST_BYTES", "5MB", "a whole number"),
    ],
)
def test_bad_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, {name: value})
    said = str(refusal.value)
    assert said.startswith(f"{name}=")
    assert allowed in said
    assert "\n" not in said


SECOND_READER = {"READER": "both", "READER_URL": "http://127.0.0.1:8080/v1/", "READER_MODEL": "small"}


def test_a_second_reader_needs_an_address_and_a_model_and_time_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, SECOND_READER)["READER_URL"] == "http://127.0.0.1:8080/v1"
    for name in ("READER_URL", "READER_MODEL"):
        with pytest.raises(ImproperlyConfigured, match=f"^{name}='' cannot be used: READER=both needs one"):
            load(monkeypatch, {**SECOND_READER, name: ""})
    with pytest.raises(ImproperlyConfigured, match=r"^READER_TIMEOUT='31' .* half of TASK_SOFT_TIME_LIMIT"):
        load(monkeypatch, {**SECOND_READER, "READER_TIMEOUT": "31"})
    assert load(monkeypatch, {"READER": "rules"})["READER_TIMEOUT"] == 31  # nobody waits for a reader not asked


def test_who_asks_for_pages_and_what_may_be_asked_besides_the_open_net(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch, {"SITE_URL": "https://desk.example.org", "TASK_TIME_LIMIT": "9"})
    assert loaded["FETCH_AGENT"] == "factcheck/1.0 (+https://desk.example.org)"
    assert (loaded["FETCH_ALSO"], loaded["FETCH_SECONDS"]) == (frozenset(), 2)
    loaded = load(monkeypatch, {"FETCH_ALSO": "127.0.0.1:8123, [::1]:80"})
    assert loaded["FETCH_ALSO"] == {("127.0.0.1", 8123), ("::1", 80)}


def test_refusal_never_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("SECRET_KEY", "hunter2"),
        ("DATABASE_URL", "postgres://user:hunter2@"),
        ("REDIS_URL", "amqp://:hunter2@h"),
        ("READER_URL", "https://user:hunter2@models.example.org/v1"),
        ("READER_KEY", "hunter2\nX-Header: 1"),
    ):
        with pytest.raises(ImproperlyConfigured) as refusal:
            load(monkeypatch, {name: value})
        assert "hunter2" not in str(refusal.value)
        monkeypatch.delenv(name)


def test_nothing_set_is_a_safe_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch, {})
    assert (loaded["DEBUG"], loaded["PRODUCTION"]) == (False, False)
    assert loaded["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert loaded["DATABASES"]["default"]["HOST"] == str(HOME / ".run" / "pg")
    assert len(loaded["SECRET_KEY"]) >= 50
    assert (HOME / ".run" / "secret_key").stat().st_mode & 0o077 == 0
    assert load(monkeypatch, {})["SECRET_KEY"] == loaded["SECRET_KEY"]


@pytest.mark.parametrize("left_out", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_production_guesses_nothing(monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{left_out}=.*PRODUCTION=1 needs"):
        load(monkeypatch, {name: value for name, value in PRODUCTION.items() if name != left_out})


def test_production_is_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch, PRODUCTION)
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert loaded[name] is True
    assert loaded["SECURE_HSTS_SECONDS"] > 0
    assert "SECURE_PROXY_SSL_HEADER" not in loaded
    with pytest.raises(ImproperlyConfigured, match=r"^DEBUG="):
        load(monkeypatch, {"DEBUG": "1"})


def test_database_url_keeps_its_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "postgres://user:p%40ss@database:5433/claims?sslmode=require&options=-c%20lock_timeout%3D7"
    database = load(monkeypatch, {"DATABASE_URL": asked})["DATABASES"]["default"]
    assert (database["USER"], database["PASSWORD"], database["PORT"]) == ("user", "p@ss", 5433)
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["options"].startswith("-c lock_timeout=5000 ")
    assert database["OPTIONS"]["options"].endswith("-c lock_timeout=7")
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (None, True)


@pytest.mark.parametrize(
    ("url", "cache", "broker"),
    [
        ("redis://:secret@host:6379/0", "redis://:secret@host:6379/1", "redis://:secret@host:6379/0"),
        ("rediss://host", "rediss://host/1", "rediss://host"),
        ("unix:///a%20b/redis.sock", "unix:///a%20b/redis.sock?db=1", "redis+socket:///a%20b/redis.sock"),
        ("unix:///r.sock?db=3", "unix:///r.sock?db=1", "redis+socket:///r.sock?virtual_host=3"),
    ],
)
def test_cache_and_queue_never_share_a_redis_database(
    monkeypatch: pytest.MonkeyPatch, url: str, cache: str, broker: str
) -> None:
    assert load(monkeypatch, {"REDIS_URL": url})["CACHES"]["default"]["LOCATION"] == cache
    assert broker_address(url) == broker


@pytest.mark.parametrize(("soft", "hard", "visibility"), [(60, 90, 90), (60, 90, 30), (90, 90, 600)])
def test_limits_that_would_run_a_task_twice_are_refused(soft: int, hard: int, visibility: int) -> None:
    check_limits(soft=60, hard=90, visibility=600)
    with pytest.raises(ImproperlyConfigured, match="VISIBILITY_TIMEOUT"):
        check_limits(soft=soft, hard=hard, visibility=visibility)


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=HOME,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_djangos_own_check() -> None:
    checked = manage(PRODUCTION, "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


def test_command_line_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    for environment, said in (
        ({"DEBUG": "perhaps"}, "DEBUG='perhaps' cannot be used: it is 1 or 0"),
        ({"VISIBILITY_TIMEOUT": "90"}, "VISIBILITY_TIMEOUT=90 cannot be used"),
        ({"DATABASE_URL": f"postgres://nobody@/none?host={tmp_path}"}, "PostgreSQL does not answer at DATABASE_URL"),
    ):
        done = manage(environment, "migrate")
        assert done.returncode == 1
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_every_variable_is_explained_and_no_other() -> None:
    page = (HOME / "factcheck" / "README.md").read_text(encoding="utf-8")
    first_cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)) == VARIABLES
