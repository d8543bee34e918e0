"""How long one status update takes on claims with few, many and very many statements."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from claims import pipeline
from claims.models import Article, Claim, Party, Revision, Source, Statement, Story
from claims.words import Origin, Stance
from measure.figures import Figure, ratios

SIZES = (10, 1_000, 100_000)
REPEATED = 8  # updates of each kind on each claim in a round; their median is the round's figure
PARTIES = 8
TURNS = 0.02  # how many of the statements of a history differ from their party's last one
BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=15)

KINDS = ("goes on", "turns", "late", "bare")


@dataclass(slots=True)
class _Case:
    """One claim under measurement, with what its parties said last."""

    claim: int
    parties: list[int]
    stances: dict[int, Stance]
    latest: datetime
    begins: datetime


def measure_updates(rounds: int, step: Callable[[], None]) -> list[Figure]:
    """Add one statement to each claim in turn, of several kinds; returns the figures.

    A statement goes on with what its party said, or turns to another stance; both were said after all before. For
    comparison one that arrives late, and a transaction that only takes the claim's lock.
    """
    cases = {size: _make_claim(size, step) for size in SIZES}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for case in cases.values():
        _update(case, "goes on", random.Random(0))  # noqa: S311
    chance = random.Random(1)  # noqa: S311
    taken: dict[tuple[str, int], list[float]] = {(kind, size): [] for kind in KINDS for size in SIZES}
    for _ in range(rounds):
        for kind in KINDS:
            repeated = 1 if kind == "late" else REPEATED
            # One after the other, so that a disturbance does not fall on one size alone.
            each: dict[int, list[float]] = {size: [] for size in SIZES}
            for _ in range(repeated):
                for size, case in cases.items():
                    each[size].append(_update(case, kind, chance))
            for size in SIZES:
                taken[kind, size].append(statistics.median(each[size]) * 1000)
            step()
    few, _, most = SIZES
    named = {
        "goes on": "update, stance goes on",
        "turns": "update, stance turns",
        "late": "late arrival",
        "bare": "bare lock",
    }
    figures = [
        Figure(f"{named[kind]}, {size:,} statements", "ms", tuple(taken[kind, size]))
        for kind in KINDS
        for size in SIZES
    ]
    for kind in ("goes on", "turns"):
        ratio = ratios(taken[kind, most], taken[kind, few])
        figures.append(Figure(f"{named[kind]}: at {most:,} / at {few}", "", ratio, at_most=1.3))
    figures.append(Figure(f"late arrival: at {most:,} / at {few}", "", ratios(taken["late", most], taken["late", few])))
    return figures


def _update(case: _Case, kind: str, chance: random.Random) -> float:
    """Do one update; returns the seconds it took."""
    if kind == "bare":
        began = time.perf_counter()
        with transaction.atomic():
            pipeline.lock_claims([case.claim], timezone.now())
        return time.perf_counter() - began
    party = chance.choice(case.parties)
    before = case.stances[party]
    stance = chance.choice([s for s in Stance if s != before]) if kind == "turns" else before
    if kind == "late":
        said_at = case.begins + (case.latest - case.begins) / 2
    else:
        said_at = case.latest = case.latest + APART
        case.stances[party] = stance
    (revision,) = _make_revisions([said_at])
    began = time.perf_counter()
    with transaction.atomic():
        claims, instant = pipeline.lock_claims([case.claim], timezone.now())
        row = _statement(case.claim, party, stance, revision, instant)
        Statement.objects.bulk_create([row])
        pipeline.settle(claims, instant, fresh=[row.pk])
    return time.perf_counter() - began


def _make_claim(size: int, step: Callable[[], None]) -> _Case:
    """A claim with so many statements in as many articles, settled once."""
    now = timezone.now()
    parties = [
        Party.objects.get_or_create(
            slug=f"speaker-{n}", defaults={"reliability": "ABCDEFCB"[n], "names": {"en": [f"Speaker {n}"]}}
        )[0]
        for n in range(PARTIES)
    ]
    claim = Claim.objects.create(
        slug=f"measured-{size}", kind="control", holder=parties[0], opposed=parties[1],
        place={"name": f"Place of {size}"}, recorded_at=now,
    )  # fmt: skip
    chance = random.Random(size)  # noqa: S311
    case = _Case(claim.pk, [p.pk for p in parties], {}, BEGINS, BEGINS)
    for start in range(0, size, 5_000):
        moments = [BEGINS + APART * n for n in range(start, min(start + 5_000, size))]
        rows = [
            _statement(case.claim, party, stance, revision, now)
            for revision, (party, stance) in zip(_make_revisions(moments), _speak(case, chance), strict=False)
        ]
        Statement.objects.bulk_create(rows)
        case.latest = moments[-1]
        step()
    with transaction.atomic():
        claims, instant = pipeline.lock_claims([claim.pk], timezone.now())
        pipeline.settle(claims, instant, anew=True)
    return case


def _speak(case: _Case, chance: random.Random) -> Iterator[tuple[int, Stance]]:
    """Who speaks next, and what they say: mostly what they said before."""
    while True:
        for party in case.parties:
            if party not in case.stances or chance.random() < TURNS:
                case.stances[party] = chance.choice(list(Stance))
            yield party, case.stances[party]


def _make_revisions(moments: list[datetime]) -> list[Revision]:
    """Articles, each a story of its own, already read."""
    now = timezone.now()
    source, _ = Source.objects.get_or_create(slug="measured", defaults={"name": "Measured"})
    stories = Story.objects.bulk_create(Story(recorded_at=now) for _ in moments)
    articles = Article.objects.bulk_create(
        Article(source=source, url=f"https://measured.example/{story.pk}", published_at=moment, recorded_at=now)
        for story, moment in zip(stories, moments, strict=True)
    )
    return Revision.objects.bulk_create(
        Revision(
            article=article, number=1, text=f"Text {article.pk}.", digest=str(article.pk), story=story,
            published_at=moment, recorded_at=now, read_at=now,
        )
        for article, story, moment in zip(articles, stories, moments, strict=True)
    )  # fmt: skip


def _statement(claim: int, party: int, stance: Stance, revision: Revision, instant: datetime) -> Statement:
    return Statement(
        claim_id=claim, party_id=party, stance=stance, said_at=revision.published_at, origin=Origin.READING,
        article_id=revision.article_id, revision=revision, quote="Text", start=0, end=4, recorded_at=instant,
    )  # fmt: skip
