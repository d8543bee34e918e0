"""A small made-up world for the database tests: parties, claims, and ways for statements to arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from claims import pipeline
from claims.models import Article, Claim, Party, Revision, Source, Statement, Story
from claims.words import Origin, Stance, Strength

START = datetime(2031, 3, 1, 12, tzinfo=UTC)
KNOWN = datetime(2031, 6, 1, tzinfo=UTC)


def at(day: float) -> datetime:
    """A valid moment, so many days into the story."""
    return START + timedelta(days=day)


def learned(minute: float) -> datetime:
    """A recorded moment, so many minutes after we began to listen."""
    return KNOWN + timedelta(minutes=minute)


@dataclass(frozen=True)
class Said:
    """A statement that is about to arrive."""

    party: str
    stance: Stance
    day: float
    story: int = 0  # 0: a story of its own
    origin: Origin = Origin.READING
    strength: Strength = Strength.PLAIN
    own_voice: bool = False


PARTIES = (
    ("reds", "C", ""),
    ("blues", "C", ""),
    ("lab", "B", ""),
    ("survey", "A", ""),
    ("reds-bloggers", "D", "reds"),
    ("gossip", "E", ""),
)


def make_parties() -> dict[str, Party]:
    """Two sides, two independent parties, one aligned, one not to be trusted."""
    parties: dict[str, Party] = {}
    for slug, grade, ally in PARTIES:
        parties[slug] = Party.objects.create(
            slug=slug, reliability=grade, aligned_with=parties.get(ally), names={"en": [slug.title()]}
        )
    return parties


def make_claim(slug: str = "reds-hold-the-mill", now: datetime = KNOWN) -> Claim:
    """A claim by which the reds gain and the blues lose, with its first line in the ledger."""
    holder, opposed = (Party.objects.get(slug=s) for s in ("reds", "blues"))
    claim = Claim.objects.create(
        slug=slug, kind="control", holder=holder, opposed=opposed, place={"name": slug}, recorded_at=now
    )
    pipeline.assess_claim(claim.pk, now)
    return claim


def make_story(now: datetime = KNOWN) -> Story:
    return Story.objects.create(recorded_at=now)


def make_article(story: Story, now: datetime = KNOWN) -> Revision:
    """One more article of a story, already read."""
    source, _ = Source.objects.get_or_create(slug="post", defaults={"name": "The Post"})
    number = Article.objects.count() + 1
    article = Article.objects.create(
        source=source, url=f"https://post.example/{number}", published_at=START, recorded_at=now
    )
    return Revision.objects.create(
        article=article, number=1, text=f"Article {number}.", digest=str(number), published_at=START,
        recorded_at=now, story=story, read_at=now,
    )  # fmt: skip


def arrive(claim: Claim, said: Iterable[Said], now: datetime, stories: dict[int, Story] | None = None) -> list[int]:
    """Statements arrive together, as one reading or one import would bring them; returns their ids."""
    said = list(said)
    stories = stories if stories is not None else {}
    with transaction.atomic():
        claims, instant = pipeline.lock_claims([claim.pk], now)
        ids = [_insert(claim, s, instant, stories).pk for s in said]
        pipeline.settle(claims, instant, fresh=ids)
    return ids


def _insert(claim: Claim, said: Said, instant: datetime, stories: dict[int, Story]) -> Statement:
    party = Party.objects.get(slug=said.party)
    statement = Statement(
        claim=claim, party=party, stance=said.stance, said_at=at(said.day), origin=said.origin,
        strength=said.strength, own_voice=said.own_voice, recorded_at=instant,
    )  # fmt: skip
    if said.origin == Origin.RECORD:
        statement.record_key = f"{claim.pk}-{Statement.objects.count()}"
    else:
        story = stories.get(said.story) or make_story()
        if said.story:
            stories[said.story] = story
        statement.revision = make_article(story, instant)
        statement.article = statement.revision.article
    statement.save()
    return statement


def periods_of(claim: Claim) -> Sequence[tuple[object, ...]]:
    """The account of a claim as the ledger has it now, without what is only wording."""
    from claims.models import StatusPeriod

    lines = StatusPeriod.objects.filter(claim=claim).known_at(None).in_order()
    return [
        (line.valid.lower, line.valid.upper, line.status, line.rule, line.because, line.dissent, line.since)
        for line in lines
    ]


def check_replay(claim: Claim, *known_at: datetime) -> None:
    """The ledger must say what a replay gives, now and at every earlier recorded moment."""
    claim.refresh_from_db()
    for moment in (None, *known_at):
        differences = list(pipeline.find_differences(claim, moment))
        assert not differences, (moment, differences)
