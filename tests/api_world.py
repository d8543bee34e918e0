"""A small world for the tests of the API: a spill, three parties that speak of it, a town two sides want, keys."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from claims.assessment import Record
from claims.intake import parse_article, take_article
from claims.models import ApiKey, Claim, Party
from claims.pipeline import ReadRevision, assess_claim, record_reading, record_statements
from claims.reading.values import Found, Reading, Span
from claims.words import Stance, Strength

RIVER, TOWN = "spill-reached-the-river", "north-holds-mill-town"
STORY = "The works said that nothing of what was spilled had reached the river."


def at(day: int, hour: int = 0) -> datetime:
    """A moment of the spill's month."""
    return datetime(2025, 12, day, hour, tzinfo=UTC)


def make_world() -> None:
    """The parties and the two claims, assessed; nobody has spoken yet."""
    now = timezone.now()
    for slug, name, grade in (
        ("works", "the works", "C"),
        ("ministry", "the ministry", "B"),
        ("laboratory", "the laboratory", "B"),
        ("north", "North", "C"),
        ("south", "South", "C"),
    ):
        Party.objects.create(slug=slug, names={"en": [name]}, reliability=grade)
    river = Claim.objects.create(
        slug=RIVER,
        kind="general",
        proposition={"en": "The spill reached the river.", "uk": "Витік дійшов до річки."},
        keywords={"en": [["spill"], ["river"]]},
        recorded_at=now,
    )
    river.loses.add(Party.objects.get(slug="works"))
    town = Claim.objects.create(
        slug=TOWN,
        kind="control",
        holder=Party.objects.get(slug="north"),
        opposed=Party.objects.get(slug="south"),
        place={"name": "Mill Town", "geonameid": 4711, "names": {"en": ["Mill Town"], "uk": ["Млинськ"]}},
        recorded_at=now,
    )
    for claim in (river, town):
        assess_claim(claim.pk, now)


def say(claim: str, party: str, stance: str, moment: datetime) -> None:
    """A record: a party takes a stance on a claim at a moment."""
    record_statements([Record(claim, party, Stance(stance), moment)], timezone.now())


def publish(url: str, moment: datetime, text: str = STORY) -> int:
    """An article in which the works deny, read; returns the article's number."""
    now = timezone.now()
    sent = {"url": url, "source": "Valley Post", "lang": "en", "published_at": moment.isoformat(), "text": text}
    taken = take_article(parse_article(sent, now), now)
    assert taken.revision_id is not None and taken.article_id is not None
    quote = Found(
        RIVER, "works", Stance.DENIES, text, Span(0, len(text)), Span(4, 14), Strength.PLAIN, 0.9, "test", None
    )
    record_reading(ReadRevision(taken.revision_id, Reading("en", (quote,))), timezone.now())
    return taken.article_id


def issue_key(*scopes: str, **changes: Any) -> str:
    """A key with these scopes, of a user of its own."""
    user = User.objects.create_user(f"caller-{User.objects.count()}")
    row, plaintext = ApiKey.objects.issue(user=user, name="test", scopes=scopes)
    ApiKey.objects.filter(pk=row.pk).update(**changes)
    return plaintext


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


def get(path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
    """Ask the API; header names with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().get(f"/api/v1/{path}", query, headers=named)


def is_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be one, of this status and kind."""
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["type"] == f"/api/problems/{code}/"
    assert document["status"] == status
    assert document["title"] and document["detail"] and document["instance"].startswith("/api/")
    assert document["request_id"] == response["X-Request-ID"]
    return document
