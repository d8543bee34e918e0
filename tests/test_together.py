"""Editors, readers and importers at work on the same rows at once: nobody waits for ever, and the ledger is exact."""

import contextlib
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from claims import pipeline
from claims.models import Candidate, Claim, Party, Sighting, Statement
from claims.pipeline.facts import name_stories
from claims.reading import values
from claims.words import ClaimKind, Stance, Status
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


@pytest.mark.django_db(transaction=True)
def test_everybody_at_work_on_the_same_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is kept once, however many meet it first; each is counted right, whoever counts last; one editor accepts."""
    keys = [f"reds@{number}" for number in range(ROUNDS)]
    # Each round proposes two new ones, each by two workers, in either order; and one that all know.
    told = ToldReader(
        proposed=[
            values.Candidate(
                key=key, kind=ClaimKind.CONTROL, quote=f"town {key}.", span=values.Span(0, 1), parties=("blues",),
                confidence=0.5, rule="told", holder="reds",
                place=values.GazetteerPlace(number + 1, f"Town {number}", "XX", 0.0, 0.0, 0),
            )
            for number, key in enumerate(keys)
        ]
    )  # fmt: skip
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    make_parties()
    whole = "They fight for the bridge and for the mill, for the road and for the hill, as they did the day before."
    known = publish(f"{whole} town {keys[0]}.", learned(0))
    read(known, learned(1))
    accepted: list[str] = []

    def arrive(name: str, order: int, number: int) -> None:
        some = [keys[0], keys[number], keys[(number + 1) % ROUNDS]][::order]
        words = " ".join(f"Of {name} on day {number} this is told: town {key}." for key in some)
        bridge = "\n".join(f"{whole} They say so, for the {n}th time." for n in range(number, number + number % 3))
        url = f"https://post.example/{name}/{number}"
        read(publish(f"{words}\n{bridge}", learned(10 + number), url=url), learned(10 + number))

    def withdraw(number: int) -> None:
        asked = pipeline.ask_withdrawal(article_of(known), withdrawn=number % 2 == 0, why="", now=learned(10 + number))
        if asked is not None:
            pipeline.record_withdrawal(asked.pk, learned(10 + number))

    def read_again(number: int) -> None:
        pipeline.ask_to_read_again([known], learned(10 + number))
        read(known, learned(10 + number))

    def accept(number: int) -> None:
        for candidate in Candidate.objects.filter(key=keys[number - 1]):
            with contextlib.suppress(pipeline.RefusedEdit):
                made = pipeline.accept_candidate(candidate.pk, editor=None, now=learned(10 + number))
                accepted.append(made.claim.slug)

    at_once(
        lambda number: arrive("one", 1, number), lambda number: arrive("two", -1, number), read_again, withdraw,
        accept, accept,
    )  # fmt: skip
    assert sorted(Candidate.objects.values_list("key", flat=True)) == sorted(keys)
    assert len(accepted) == len(set(accepted)) == Claim.objects.count() > 0
    for candidate in Candidate.objects.all():
        standing = Sighting.objects.standing().filter(candidate=candidate).select_related("revision")
        stories = [s.revision.story_id for s in standing if s.revision.story_id is not None]
        assert (candidate.articles, candidate.stories) == (len(stories), len(set(name_stories(stories).values())))
    for claim in Claim.objects.all():
        check_replay(claim)
