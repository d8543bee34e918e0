"""Workers die and Redis forgets in the middle of the work; every article is read once all the same."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO

import pytest
import redis
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from measure import made_up

from claims import intake, pipeline, tasks
from claims.models import Article, Claim, Revision, Statement, StatusPeriod, Withdrawal
from claims.pipeline.facts import name_stories
from claims.reading.values import Text

ARTICLES = 200
PATIENCE = 240  # seconds; it takes a tenth of that on a machine that has nothing else to do
Record = dict[str, object]
Said = tuple[str, str, str, str, datetime]  # claim, party, stance, quote, said_at

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Arrivals:
    """What is to arrive: 200 articles, some of them copies, and what becomes of a few of them later."""

    articles: list[Record]
    copies: dict[str, str]  # the address of a copy, and of what it copies
    editions: list[Record]
    withdrawals: list[Record]


def write_arrivals() -> Arrivals:
    articles = list(made_up.write_articles(ARTICLES))
    copies = {}
    for number in range(15, ARTICLES, 10):
        copied = articles[number - 12 : number][0]
        text = f"{articles[number]['url']} had this from an agency.\n\n{copied['text']}"
        articles[number] = articles[number] | {"lang": copied["lang"], "text": text}
        copies[str(articles[number]["url"])] = str(copied["url"])
    editions, withdrawals = [], []
    for number in range(1, ARTICLES, 25):
        article = articles[number]
        later = (datetime.fromisoformat(str(article["published_at"])) + timedelta(hours=3)).isoformat()
        # The second edition keeps the first statement and loses the others.
        first, _, rest = str(article["text"]).partition("\n\n")
        text = f"{first.split('. ')[0].rstrip('.')}.\n\n{rest}"
        editions.append(article | {"text": text, "modified_at": later})
        gone = {key: articles[number + 3][key] for key in ("url", "source")}
        withdrawals.append(gone | {"pubstatus": "canceled", "modified_at": later})
    return Arrivals(articles, copies, editions, withdrawals)


def publish(records: Sequence[Record]) -> None:
    """Take articles as any door takes them, and ring for each once it is stored."""
    for record in records:
        now = timezone.now()
        taken = intake.take_article(intake.parse_article(record, now), now)
        if taken.revision_id is not None:
            tasks.ring_readings([taken.revision_id])
        if taken.withdrawal_id is not None:
            tasks.ring_withdrawals([taken.withdrawal_id])


def wait_until_read(number: int) -> None:
    wait(lambda: Revision.objects.filter(read_at__isnull=False).count() >= number, f"{number} to be read")


def wait_until_nothing_is_due() -> None:
    wait(lambda: not any(count_due().values()), "nothing to be due")


def wait(over: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not over():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain for {what}; due: {count_due()}"
        time.sleep(0.05)


def count_due() -> dict[str, int]:
    return {
        "revisions": Revision.objects.unread().count(),
        "withdrawals": Withdrawal.objects.filter(recorded_at__isnull=True).count(),
        "claims": Claim.objects.filter(ring_at__isnull=False).count(),
    }


def read_calmly(editions: Sequence[Revision]) -> tuple[set[Said], int]:
    """What an article must come to: what its newest edition carries, and how many statements there were in all."""
    carried: dict[tuple[str, str], Said] = {}
    made = 0
    for edition in editions:
        found = pipeline.current_reader().read(
            Text(edition.text, edition.title, edition.lang, edition.article.source.name, "", edition.published_at)
        )
        newly: dict[tuple[str, str], Said] = {}
        for f in found.statements:
            before = carried.get((f.claim, f.party))
            if before is not None and before[2:4] == (f.stance, f.quote):
                newly[f.claim, f.party] = before
                continue
            made += 1
            since = before[4] if before is not None and before[2] == f.stance else edition.published_at
            newly[f.claim, f.party] = (f.claim, f.party, str(f.stance), f.quote, f.said_at or since)
        carried = newly
    return set(carried.values()), made


def by_article() -> Iterator[tuple[Article, list[Revision]]]:
    for article in Article.objects.select_related("source"):
        yield article, list(article.revisions.select_related("article__source").order_by("number"))


def check_each_was_read_once() -> int:
    """Every article has the statements that a calm reading gives, each once; returns how many statements there are."""
    made = 0
    for article, editions in by_article():
        wanted, statements = read_calmly(editions)
        rows = Statement.objects.filter(article=article).select_related("claim", "party")
        found = Counter((s.claim.slug, s.party.slug, s.stance, s.quote, s.said_at) for s in rows if not s.dropped_at)
        assert found == Counter(wanted), article.url
        assert len(rows) == statements, article.url
        made += statements
        for statement in rows:
            assert statement.revision is not None
            assert statement.revision.words[statement.start : statement.end] == statement.quote
    return made


def check_replay() -> int:
    """The ledger is what a replay gives, now and as known at moments in between; returns at how many moments."""
    recorded = list(StatusPeriod.objects.order_by("recorded").values_list("recorded", flat=True).distinct())
    moments = [period.lower for period in recorded[:: max(1, len(recorded) // 12)]]
    moments += [moment + timedelta(milliseconds=5) for moment in moments]
    call_command("replay", "--check", stdout=StringIO(), stderr=StringIO())
    for moment in moments:
        call_command("replay", "--check", "--known-at", moment.isoformat(), stdout=StringIO(), stderr=StringIO())
    return len(moments) + 1


def test_killed_workers_and_a_forgetful_redis_lose_nothing_and_double_nothing(
    start_worker: Callable[..., object], redis_client: redis.Redis, settings: object
) -> None:
    """200 articles arrive, the workers are killed twice, Redis is emptied once: all is read, each text counted once."""
    settings.RING_SECONDS = 2  # type: ignore[attr-defined]
    quickly = {"SWEEP_SECONDS": "1", "RING_SECONDS": "2"}
    made_up.put_catalogue()
    arriving = write_arrivals()
    articles = arriving.articles

    first = start_worker(beat=True, **quickly)
    began = time.monotonic()
    publish(articles[:80])
    wait_until_read(20)
    first.kill()  # type: ignore[attr-defined]
    killed_at = [Revision.objects.filter(read_at__isnull=False).count()]
    assert killed_at[0] < 80, "the worker was done before it was killed"
    publish(articles[80:130])  # nobody is there to read them
    forgotten = redis_client.llen("fc:claims")
    assert forgotten
    redis_client.flushall()

    second = start_worker(beat=True, **quickly)
    publish([*articles[130:], *arriving.editions[:4], *arriving.withdrawals[:4]])
    wait_until_read(120)
    second.kill()  # type: ignore[attr-defined]
    killed_at.append(Revision.objects.filter(read_at__isnull=False).count())
    assert killed_at[1] < ARTICLES, "the worker was done before it was killed"
    publish([*arriving.editions[4:], *arriving.withdrawals[4:]])

    start_worker(beat=True, **quickly)
    wait_until_nothing_is_due()
    seconds = time.monotonic() - began

    assert Article.objects.count() == ARTICLES
    assert Revision.objects.count() == ARTICLES + len(arriving.editions)
    assert not Revision.objects.exclude(last_error="").exists()
    assert Article.objects.filter(withdrawn=True).count() == len(arriving.withdrawals)
    statements = check_each_was_read_once()
    assert statements > 2 * ARTICLES
    stories = dict(Revision.objects.filter(number=1).values_list("article__url", "story"))
    names = name_stories(stories.values())
    for copy, copied in arriving.copies.items():
        assert names[stories[copy]] == names[stories[copied]], copy
    assert len(set(names.values())) >= ARTICLES - len(arriving.copies)
    moments = check_replay()

    read = sum(Revision.objects.values_list("attempts", flat=True))
    print(
        f"\n{ARTICLES} articles, {len(arriving.copies)} of them copies, {len(arriving.editions)} edited, "
        f"{len(arriving.withdrawals)} withdrawn; workers killed after {killed_at[0]} and {killed_at[1]} readings, "
        f"Redis emptied with {forgotten} messages waiting: {statements} statements, each once; "
        f"{Revision.objects.count()} texts read {read} times in all; drained {seconds:.1f} s after the first arrived; "
        f"{moments} replays exact"
    )


def test_a_worker_keeps_its_database_connections(start_worker: Callable[..., object]) -> None:
    """Celery would open a connection for every task; ours keeps one a process, up to 10 new ones for 1,000 tasks."""
    made_up.put_catalogue()
    claims = list(Claim.objects.values_list("pk", flat=True))
    start_worker(concurrency=2)
    assess(claims, 5)
    before = count_sessions()
    assess(claims, 50)
    opened = count_sessions() - before
    tasks_done = 50 * len(claims)
    print(f"\n{tasks_done} tasks opened {opened} database sessions")
    assert opened <= tasks_done / 100


def assess(claims: Sequence[int], times: int) -> None:
    """Have the worker assess each claim so many times, and wait until it has."""
    versions = sum(Claim.objects.values_list("version", flat=True)) + times * len(claims)
    for _ in range(times):
        assert tasks.ring_assessments(claims)
    wait(lambda: sum(Claim.objects.values_list("version", flat=True)) == versions, "claims to be assessed")


def count_sessions() -> int:
    """How many sessions this database has ever had, once PostgreSQL has added up those that just began."""
    time.sleep(1.2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
