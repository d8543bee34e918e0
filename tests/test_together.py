"""Editors, readers and importers at work on the same rows at once: nobody waits for ever, and the ledger is exact."""

import contextlib
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from claims import pipeline
from claims.models import Claim, Party, Statement
from claims.words import Stance, Status
from tests.printing import Heard, ToldReader, article_of, publish, read
from tests.worlds import check_replay, learned, make_claim, make_parties

ROUNDS = 25
A, D = Stance.AFFIRMS, Stance.DENIES


def at_once(*works: Callable[[int], None]) -> None:
    """Do several things so many times each, all at once; raises what any of them raised."""
    faults: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def do(work: Callable[[int], None]) -> None:
        try:
            for number in range(ROUNDS):
                barrier.wait(60)
                work(number)
        except BaseException as fault:
            faults.append(fault)
            barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


@pytest.mark.django_db(transaction=True)
def test_everybody_at_work_on_one_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    told = ToldReader([Heard("reds", A, "the Reds hold it"), Heard("blues", D, "the Blues deny it")])
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    make_parties()
    claim = make_claim()
    paragraphs = [f"{n}: the Reds hold it, they say, and the Blues deny it, so it was told on day {n}." for n in "abcd"]
    first = publish("\n".join(paragraphs), learned(0))
    read(first, learned(1))
    grade = {"survey": "A", "lab": "B", "reds": "C"}

    def correct(number: int) -> None:
        wrong = Statement.objects.carried().filter(article=article_of(first)).order_by("-pk")[0]
        stance = A if wrong.stance == "denies" else D
        # Read again meanwhile, or corrected by the last round: there is another one to correct next time.
        with contextlib.suppress(pipeline.RefusedEdit):
            pipeline.correct_statement(wrong.pk, editor=None, stance=stance, now=learned(10 + number))

    def read_again(number: int) -> None:
        pipeline.ask_to_read_again([first], learned(10 + number))
        read(first, learned(10 + number))

    def read_new(number: int) -> None:
        """Copies of two halves, and then a bridge between them: stories merge."""
        text = "\n".join([f"{line} ({number // 3})" for line in paragraphs][2 * (number % 3) % 4 :][: 2 + number % 3])
        read(publish(text, learned(10 + number), url=f"https://post.example/{number}"), learned(10 + number))

    def regrade(number: int) -> None:
        records = [
            {"slug": slug, "names": {"en": [slug.title()]}, "reliability": "ABCDEF"[(number + n) % 6]}
            for n, slug in enumerate(grade)
        ]
        pipeline.put_parties([pipeline.parse_party_record(record) for record in records], learned(10 + number))

    def withdraw(number: int) -> None:
        asked = pipeline.ask_withdrawal(article_of(first), withdrawn=number % 2 == 0, why="", now=learned(10 + number))
        if asked is not None:
            pipeline.record_withdrawal(asked.pk, learned(10 + number))

    def decide(number: int) -> None:
        decision = pipeline.decide_claim(claim.pk, Status.REFUTED, "so", author=None, now=learned(10 + number))
        pipeline.lift_decision(decision.pk, "no", author=None, now=learned(10 + number))

    at_once(correct, read_again, read_new, regrade, withdraw, decide)
    claim = Claim.objects.get(pk=claim.pk)
    assert Party.objects.count() == 6
    check_replay(claim, *(learned(10 + number / 2) for number in range(2 * ROUNDS + 2)))
