"""Whether the program is alive and ready is told truly, soon, and without a word on where its parts run."""

import time
from datetime import timedelta

import pytest
import redis
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from claims.tasks import ASKING_PULSE, SWEEP_PULSE
from claims.web import health, pages


def test_livez_answers_without_database_and_redis(client: Client, settings: LazySettings) -> None:
    """No database mark: touching it would fail this test."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_readyz_says_ready_and_that_no_sweep_was_seen(client: Client, redis_client: redis.Redis) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    unseen = {"worker": "unknown", "asking": "unknown"}
    assert response.json() == {"ready": True, "database": "ready", "redis": "ready", **unseen}


@pytest.mark.django_db
def test_readyz_follows_the_pulse_of_the_sweep(client: Client, redis_client: redis.Redis) -> None:
    cache.set(SWEEP_PULSE, timezone.now().isoformat())
    assert client.get("/readyz").json()["worker"] == "ready"
    cache.set(SWEEP_PULSE, (timezone.now() - timedelta(hours=2)).isoformat())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert "the last sweep was 72" in response.json()["worker"]


@pytest.mark.django_db
def test_readyz_follows_the_pulse_of_those_who_ask_the_network(client: Client, redis_client: redis.Redis) -> None:
    cache.set(ASKING_PULSE, timezone.now().isoformat())
    assert client.get("/readyz").json()["asking"] == "ready"
    cache.set(ASKING_PULSE, (timezone.now() - timedelta(hours=2)).isoformat())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "no worker has served the queue asking for 72" in response.json()["asking"]


@pytest.mark.django_db
def test_readyz_names_a_redis_that_is_down(client: Client, settings: LazySettings, redis_client: redis.Redis) -> None:
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["redis"] == "not to be reached: ConnectionError"
    assert response.json()["database"] == "ready"
    assert b"hidden" not in response.content
    assert b"127.0.0.1" not in response.content


@pytest.mark.django_db
def test_readyz_names_a_database_that_is_down(
    client: Client, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "not to be reached: OperationalError"
    assert response.json()["redis"] == "ready"
    assert b"nowhere" not in response.content


@pytest.mark.django_db
def test_readyz_does_not_wait_for_a_database_that_does_not_answer(
    client: Client, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener that takes the connection and stays silent, as a hung server does."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", str(silent.getsockname()[1]))
        begun = time.monotonic()
        assert client.get("/readyz").status_code == 503
        assert time.monotonic() - begun < health.DEADLINE_SECONDS * 2 + 1


@pytest.mark.django_db
def test_readyz_names_migrations_that_are_missing(
    client: Client, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        health, "last_migrations", lambda: frozenset({("claims", "0999_to_come"), ("claims", "0001_tables")})
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "migrations are missing: claims.0999_to_come"


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_page_says_that_the_database_is_down_without_asking_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    """No database mark: touching it would fail this test. A reader who is signed in is answered as anybody is."""

    def fail() -> None:
        raise fault("connection to server at 10.0.0.1 failed")

    monkeypatch.setattr(pages, "show_overview", fail)
    client.cookies[settings.SESSION_COOKIE_NAME] = "of-an-editor"
    response = client.get("/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "no-store" in response.headers["Cache-Control"]
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    text = response.content.decode()
    assert "The database does not answer just now; nothing is lost. Try again in a minute." in text
    assert "10.0.0.1" not in text
    assert response.cookies == {}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/claims/", "/claims/any/", "/articles/1/", "/sources/any/", "/admin/"])
def test_every_page_says_that_the_database_is_down(client: Client, address: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "of-an-editor"

    def refuse(*given: object) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        response = client.get(address)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")


def test_fault_of_a_page_is_not_blamed_on_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ProgrammingError("there is no such column")

    monkeypatch.setattr(pages, "show_overview", fail)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Retry-After" not in response.headers


def test_last_migrations_are_those_of_the_files() -> None:
    assert {app for app, _ in health.last_migrations()} >= {"claims", "auth", "sessions"}
