"""Two editors and a worker on one claim at the same moment: nothing is lost or done twice, and the loser is told."""

import itertools
import os
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.seen import token_of
from claims.models import Claim, Decision, Review, Statement
from claims.words import Stance
from tests.desk_world import enter, make_claim, say, silent_bells

__all__ = ["silent_bells"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# `HYPOTHESIS_PROFILE=long` runs all of them.
RACES = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 60
ON_ONE_CLAIM = 20  # then another one is raced for, so that late races cost as much as early ones
STATEMENT, DECIDE, LIFT = "statement", "decide", "lift"
KINDS = itertools.cycle((STATEMENT, STATEMENT, DECIDE, LIFT))
DONE, TOLD = 302, 409


@dataclass(slots=True)
class Race:
    """What is raced for: both editors post to `addresses` what they saw by `token`; `at` what they act on."""

    kind: str
    claim: Claim
    at: int
    addresses: tuple[str, str]
    token: str
    stance: Stance
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)


def set_up(kind: str, claim: Claim, number: int) -> Race:
    """A race on a claim: over a statement of it nobody has reviewed, over deciding it, or over lifting a decision."""
    stance = list(Stance)[number % 3]  # what the worker brings turns the status now and then
    if kind == STATEMENT:
        row = say(claim, ("reds", "blues")[number % 2], Stance.AFFIRMS)
        names = ("claims_statement_confirm", "claims_statement_reject")
    elif kind == DECIDE:
        row = Claim.objects.get(pk=claim.pk)
        names = ("claims_claim_decide", "claims_claim_decide")
    else:
        row = pipeline.decide_claim(claim.pk, "refuted", "For now.", author=None, now=timezone.now())
        names = ("claims_decision_lift", "claims_decision_lift")
    one, other = (reverse(f"admin:{name}", args=[row.pk]) for name in names)
    return Race(kind, claim, row.pk, (one, other), token_of(row), stance)


def run_together(races: int, works: list[Callable[[Race], None]], make: Callable[[int], Race],
                 judge: Callable[[Race], None]) -> None:  # fmt: skip
    """Race after race: everybody starts at once, and is judged when all have finished. Raises what anybody raised."""
    faults: list[BaseException] = []
    start, finish = threading.Barrier(len(works) + 1), threading.Barrier(len(works) + 1)
    current: list[Race] = []

    def do(work: Callable[[Race], None]) -> None:
        try:
            for _ in range(races):
                start.wait(120)
                work(current[-1])
                finish.wait(120)
        except threading.BrokenBarrierError:
            pass  # another one's fault ended the race
        except BaseException as fault:
            faults.append(fault)
            start.abort()
            finish.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        for number in range(races):
            current.append(make(number))
            start.wait(120)
            finish.wait(120)
            judge(current.pop())
    except threading.BrokenBarrierError:
        pass
    finally:
        start.abort()
        finish.abort()
        for thread in threads:
            thread.join(60)
    assert not faults, faults


def test_two_editors_and_a_worker_on_one_claim(capsys: pytest.CaptureFixture[str]) -> None:
    editors = {name: User.objects.create_superuser(name, password="x") for name in ("anna", "boris")}
    clients = {name: enter(user) for name, user in editors.items()}
    claims: list[Claim] = []
    tally: Counter[str] = Counter()
    versions: dict[int, int] = {}  # of each claim, as many as there must be
    started = timezone.now()

    def make(number: int) -> Race:
        if number % ON_ONE_CLAIM == 0:
            claims.append(make_claim(f"claim-{number}"))
        race = set_up(next(KINDS), claims[-1], number)
        versions[claims[-1].pk] = Claim.objects.values_list("version", flat=True).get(pk=claims[-1].pk)
        return race

    def act(name: str, which: int) -> Callable[[Race], None]:
        def post(race: Race) -> None:
            given = {"seen": race.token, "reason": f"{name} says so.", "rationale": f"{name} says so.",
                     "status": ("confirmed", "refuted")[which]}  # fmt: skip
            answer = clients[name].post(race.addresses[which], given)
            race.answers[name] = answer.status_code, answer.content.decode() if answer.status_code != DONE else ""

        return post

    def work(race: Race) -> None:
        say(race.claim, "reds", race.stance)

    def judge(race: Race) -> None:
        done = [name for name, (status, _) in race.answers.items() if status == DONE]
        told = {name: page for name, (status, page) in race.answers.items() if status == TOLD}
        assert len(done) <= 1 and len(done) + len(told) == 2, (race.kind, race.answers)
        for page in told.values():
            assert "It was changed while you had it open" in page
            # Who lost to the other is told to whom; else the worker's statement had turned the claim's status.
            assert f"<strong>{done[0] if done else 'A worker'}</strong>" in page
        said = {
            STATEMENT: Review.objects.filter(statement=race.at).values_list("editor__username", flat=True),
            DECIDE: Decision.objects.filter(claim=race.claim, rationale__endswith="says so.", lifted_at__isnull=True)
            .values_list("author__username", flat=True),
            LIFT: Decision.objects.filter(pk=race.at, lifted_at__isnull=False)
            .values_list("lifted_by__username", flat=True),
        }[race.kind]  # fmt: skip
        assert list(said) == done, (race.kind, list(said), done)
        # Nobody's work was written over: each settled the claim once, one after the other.
        versions[race.claim.pk] += 1 + len(done)
        assert Claim.objects.values_list("version", flat=True).get(pk=race.claim.pk) == versions[race.claim.pk]
        if race.kind == DECIDE:  # so that the next ones race over what the parties say
            for decision in Decision.objects.filter(claim=race.claim, lifted_at__isnull=True):
                pipeline.lift_decision(decision.pk, "Race over.", author=None, now=timezone.now())
        elif race.kind == LIFT and not done:
            pipeline.lift_decision(race.at, "Race over.", author=None, now=timezone.now())
        tally[f"{race.kind}, one won" if done else f"{race.kind}, both were told of a new status"] += 1

    run_together(RACES, [act("anna", 0), act("boris", 1), work], make, judge)
    assert sum(tally.values()) == RACES
    assert (
        Statement.objects.count()
        == RACES + tally[f"{STATEMENT}, one won"] + tally[f"{STATEMENT}, both were told of a new status"]
    )
    for claim in Claim.objects.all():
        assert not list(pipeline.find_differences(claim))
    took = (timezone.now() - started) / timedelta(seconds=1)
    with capsys.disabled():
        print(f"\n{RACES} races in {took:.0f} s: " + "; ".join(f"{what} {n}" for what, n in sorted(tally.items())))
