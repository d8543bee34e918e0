"""What the tests of the editors' desk stand on: a small contested world, and people who may more or less."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import pipeline
from claims.intake import Due
from claims.models import (
    ApiKey,
    Article,
    Candidate,
    Claim,
    Feed,
    Host,
    Page,
    Party,
    ReaderDay,
    Revision,
    Source,
    Statement,
    Story,
)
from claims.models.rights import READ_ONLY, keep_groups
from claims.pipeline.sightings import record_sightings
from claims.reading import values
from claims.words import ClaimKind, Origin, Stance, Status, Verdict

CUE = "said on Monday"
QUOTE = "the mill is ours"


@pytest.fixture(autouse=True)
def silent_bells(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """What was rung for, instead of the ringing."""
    rung: dict[str, list[int]] = {"readings": [], "withdrawals": [], "assessments": []}
    for name, heard in rung.items():
        monkeypatch.setattr(f"claims.tasks.ring_{name}", heard.extend)
    rung |= {"feeds": [], "pages": []}

    def ring_due(due: Due) -> None:
        rung["feeds"] += due.feeds
        rung["pages"] += due.pages

    monkeypatch.setattr("claims.tasks.ring_due", ring_due)
    return rung


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss", password="x")


@pytest.fixture
def reader() -> User:
    """Somebody who may look at everything that is no secret, and do nothing."""
    return make_member(READ_ONLY, "reader")


def make_member(group: str, name: str = "") -> User:
    """Somebody of one of the desk's groups. A test that empties the tables has emptied those of the groups, too."""
    keep_groups()
    user = User.objects.create_user(name or group.lower().replace(" ", "-"), password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def count_queries(client: Client, address: str) -> int:
    """How often a page asks the database, once what is looked up once per process was."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def make_claim(slug: str = "reds-hold-the-mill", wording: str = "The reds hold the mill.") -> Claim:
    reds, _ = Party.objects.get_or_create(slug="reds", defaults={"names": {"en": ["The Reds"]}, "reliability": "C"})
    blues, _ = Party.objects.get_or_create(slug="blues", defaults={"names": {"en": ["The Blues"]}, "reliability": "C"})
    now = timezone.now() - timedelta(days=9)
    claim = Claim.objects.create(
        slug=slug, kind="control", holder=reds, opposed=blues, place={"name": "Mill", "names": {"en": ["Mill"]}},
        proposition={"en": wording}, recorded_at=now,
    )  # fmt: skip
    pipeline.assess_claim(claim.pk, now)
    return claim


def publish(text: str, title: str, now: datetime, published: datetime) -> Revision:
    """One more article of The Post, read already, with a story of its own."""
    source, _ = Source.objects.get_or_create(slug="post", defaults={"name": "The Post", "reliability": "B"})
    number = Article.objects.count() + 1
    article = Article.objects.create(
        source=source, url=f"https://post.example/{number}", published_at=published, recorded_at=now
    )
    return Revision.objects.create(
        article=article, number=1, title=title, text=text, lang="en", digest=str(number), published_at=published,
        recorded_at=now, story=Story.objects.create(recorded_at=now), read_at=now,
    )  # fmt: skip


def watch(name: str = "https://post.example", said: str = "status 500") -> Page:
    """A feed of The Post that failed lately, and a page it brought that could not be read."""
    source, _ = Source.objects.get_or_create(slug="post", defaults={"name": "The Post", "reliability": "B"})
    host, _ = Host.objects.get_or_create(name="post.example")
    now, number = timezone.now(), Feed.objects.count()
    feed = Feed.objects.create(
        source=source, host=host, url=f"{name}/{number}.xml", next_poll_at=now, failures=2, last_error=said, note=said,
        moved_to=f"{name}/moved",
    )  # fmt: skip
    return Page.objects.create(
        source=source, host=host, feed=feed, url=f"{name}/a/{number}", found_at=now, told_title=said, last_error=said,
        note=said,
    )  # fmt: skip


def propose(
    key: str = "reds@4242", *, title: str = "News", quote: str = "the Reds took Velmora", wording: str = ""
) -> Candidate:
    """An article that carries a candidate: the Reds holding a town, or, with a wording, something else."""
    now = timezone.now()
    revision = publish(f"First paragraph.\n\nA spokesman {CUE} that {quote}, no less.\n\nLast.", title, now, now)
    start = revision.words.index(quote)
    found = values.Candidate(
        key=key, kind=ClaimKind.GENERAL if wording else ClaimKind.CONTROL, quote=quote,
        span=values.Span(start, start + len(quote)), parties=("blues", "reds"), confidence=0.75, rule="said-to-hold",
        holder="" if wording else "reds", opposed="" if wording else "blues",
        place=None if wording else values.GazetteerPlace(4242, "Velmora", "XX", 50.5, 30.25, 9, {"en": ("Velmora",)}),
        proposition=wording,
    )  # fmt: skip
    with transaction.atomic():
        record_sightings(revision.article, revision, [found], now)
    return Candidate.objects.get(key=key)


def say(
    claim: Claim,
    party: str,
    stance: Stance,
    *,
    title: str = "News",
    body: str = "",
    quote: str = QUOTE,
    confidence: float = 0.9,
) -> Statement:
    """An article that carries one statement, read as a worker would have."""
    now = timezone.now()
    published = now - timedelta(hours=5) + timedelta(minutes=Article.objects.count() + 1)
    text = body or f"First paragraph.\n\nA spokesman {CUE} that {quote} again.\n\nLast paragraph."
    revision = publish(text, title, now, published)
    start, cue = revision.words.index(quote), revision.words.find(CUE)
    with transaction.atomic():
        claims, instant = pipeline.lock_claims([claim.pk], now)
        statement = Statement.objects.create(
            claim=claim, party=Party.objects.get(slug=party), stance=stance, said_at=published, origin=Origin.READING,
            article=revision.article, revision=revision, quote=quote, start=start, end=start + len(quote),
            cue_start=cue if cue >= 0 else None, cue_end=cue + len(CUE) if cue >= 0 else None,
            confidence=confidence, rule="said-that", recorded_at=instant,
        )  # fmt: skip
        pipeline.settle(claims, instant, fresh=[statement.pk])
    return statement


@pytest.fixture
def world(boss: User) -> Claim:
    """A contested claim, a review, a decision made and lifted, a withdrawal asked for, a key, a new claim proposed."""
    claim = make_claim()
    first = say(claim, "reds", Stance.AFFIRMS)
    say(claim, "blues", Stance.DENIES)
    pipeline.review_statement(first.pk, Verdict.CONFIRMED, editor=boss, reason="Heard it.", now=timezone.now())
    decision = pipeline.decide_claim(claim.pk, Status.REFUTED, "Seen it.", author=boss, now=timezone.now())
    pipeline.lift_decision(decision.pk, "Seen wrongly.", author=boss, now=timezone.now())
    pipeline.ask_withdrawal(first.article_id, withdrawn=True, why="Asked.", now=timezone.now())
    ApiKey.objects.issue(user=boss, name="robot", scopes=["read"])
    propose()
    ReaderDay.objects.create(day=timezone.now().date(), questions=1, tokens=100)
    watch()
    claim.refresh_from_db()
    return claim
