"""Asking the network has a queue and processes of its own: whatever hosts do, what is here is read."""

import contextlib
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
import redis
import servers
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from claims import intake, tasks
from claims.models import Page, Revision, Source
from factcheck.celery import app
from tests.loopback import drip, serving
from tests.workers import Worker

SLOW_HOSTS = 8
START = Path(settings.BASE_DIR) / "script" / "serve"

Start = Callable[..., Worker]


def workers_of_start() -> dict[str, Sequence[str]]:
    """The options of the workers that script/start starts, by name."""
    module = ModuleType("serve")
    SourceFileLoader("serve", str(START)).exec_module(module)
    return dict(module.WORKERS)


def push_article() -> int:
    """Send an article, as a push does; returns its edition, which is rung for."""
    Source.objects.get_or_create(slug="halyard", defaults={"name": "Halyard"})
    record = {"source": "halyard", "published_at": "2026-02-10T09:00:00Z", "title": "Calm seas", "text": "No wind."}
    taken = intake.take_article(intake.parse_article(record, timezone.now()), timezone.now())
    assert taken.revision_id is not None
    assert tasks.ring_readings([taken.revision_id])
    return taken.revision_id


@pytest.mark.slow
def test_hosts_that_answer_a_byte_a_second_hold_up_no_reading(start_worker: Start) -> None:
    with contextlib.ExitStack() as stack:
        hosts = [stack.enter_context(serving(drip(b"x" * 600, 1.0))) for _ in range(SLOW_HOSTS)]
        also = ",".join(host.address.removeprefix("http://") for host in hosts)
        for options in workers_of_start().values():
            start_worker(options=options, FETCH_ALSO=also)
        source = Source.objects.create(slug="post", name="The Post")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "FETCH_ALSO", {("127.0.0.1", int(h.address.rpartition(":")[2])) for h in hosts})
            for host in hosts:
                intake.add_page(f"{host.address}/a", timezone.now(), source=source)
        assert tasks.ring_due(intake.take_due(timezone.now(), SLOW_HOSTS))
        assert servers.wait_until(lambda: sum(bool(host.asked) for host in hosts) >= 2, 20)
        revision = push_article()
        read = servers.wait_until(lambda: Revision.objects.filter(pk=revision, read_at__isnull=False).exists(), 8)
        assert Page.objects.filter(article__isnull=False).count() == 0
        assert read, "a pushed article waited for slow hosts"


def test_one_worker_serves_all_queues_and_a_message_from_before_the_queues_were_parted(
    start_worker: Start, redis_client: redis.Redis
) -> None:
    start_worker(concurrency=1)
    tasks.show_asking_lives.apply_async()
    assert servers.wait_until(lambda: cache.get(tasks.ASKING_PULSE) is not None, 20)
    assert cache.get(tasks.WORKER_PULSE) is None
    tasks.poll_feed.apply_async((999_999,), queue="claims")
    assert servers.wait_until(lambda: cache.get(tasks.WORKER_PULSE) is not None, 20)


def test_what_asks_the_network_goes_to_a_queue_of_its_own(redis_client: redis.Redis) -> None:
    """Each message stands where the processes look that are to serve it."""
    for task, queue in ((tasks.poll_feed, "asking"), (tasks.fetch_page, "asking"), (tasks.read_revision, "claims")):
        key = f"{settings.QUEUE_PREFIX}{queue}"
        before = redis_client.llen(key)
        task.apply_async((1,))
        assert redis_client.llen(key) == before + 1, task.name


def test_workers_of_start_serve_every_queue() -> None:
    served = {options[options.index("-Q") + 1] for options in workers_of_start().values()}
    assert served == {queue.name for queue in app.conf.task_queues}
