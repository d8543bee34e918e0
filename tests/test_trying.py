"""Trying an edited wording tells exactly what saving it would do, writes nothing, and goes on where a slice ended."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis import ConnectionError

from claims import pipeline, tasks
from claims.admin import trying
from claims.models import Claim, Revision, Statement
from claims.pipeline import supposing
from claims.pipeline.catalogue import describe_claim
from claims.pipeline.supposing import Trial
from tests.desk_world import boss, enter
from tests.printing import publish, read
from tests.workers import Worker
from tests.worlds import make_parties

__all__ = ["boss"]  # fixtures

TEXTS = (
    "The Reds said on Monday that the dam had leaked.",
    "The Blues said on Tuesday that the reservoir had leaked.",
    "The Blues denied on Monday that the dam had leaked.",
    "Bread is dearer than it was, the Reds said on Friday.",
    "The Lab said on Sunday that the reservoir did not leak.",
    "The Survey said the weir had leaked. Nobody else did.",
)
OLD = {"en": [["dam"], ["leak"]]}
WIDER = {"en": [["dam", "reservoir"], ["leak"]]}
OTHER = {"en": [["reservoir"], ["leak"]]}


@pytest.fixture
def now() -> datetime:
    return timezone.now() - timedelta(days=200)


def make_claim(now: datetime) -> Claim:
    """A claim on a dam, with some articles about it and some not, all read."""
    make_parties()
    claim = Claim.objects.create(
        slug="dam-leaked", kind="general", proposition={"en": "The dam leaked."}, keywords=OLD, recorded_at=now
    )
    pipeline.assess_claim(claim.pk, now)
    for number, text in enumerate(TEXTS):
        read(publish(text, now, url=f"https://post.example/{number}", published_at=now - timedelta(days=number)), now)
    return claim


@pytest.fixture
def claim(db: None, now: datetime) -> Claim:
    cache.clear()
    return make_claim(now)


def edit(claim: Claim, keywords: dict[str, Any]) -> Claim:
    edited = Claim.objects.get(pk=claim.pk)
    edited.keywords = keywords
    return edited


def try_out(claim: Claim, keywords: dict[str, Any], now: datetime, seconds: float = 60) -> Trial:
    entry = describe_claim(edit(claim, keywords), claim.loses.all())
    trial = supposing.begin_trial(claim, entry, now - timedelta(days=90), {})
    while not trial.done:
        trial = supposing.continue_trial(trial, seconds)
    return trial


def said(claim: Claim) -> dict[tuple[str, int], tuple[str, str]]:
    """What articles carry on the claim: stance and quote, by party and article."""
    carried = Statement.objects.carried().filter(claim=claim).select_related("party")
    return {(s.party.title, s.article_id or 0): (s.stance, s.quote) for s in carried}


@pytest.mark.parametrize("keywords", [WIDER, OTHER, OLD, {"en": [["weir"], ["leak"]]}, {"en": [["bread"]]}])
def test_what_is_told_is_what_saving_does(claim: Claim, now: datetime, keywords: dict[str, Any]) -> None:
    trial = try_out(claim, keywords, now)
    before = said(claim)
    edit(claim, keywords).save(update_fields=["keywords"])
    due = pipeline.newest_revisions(now - timedelta(days=90))
    pipeline.ask_to_read_again(due, now + timedelta(hours=1))
    for revision in due:
        read(revision, now + timedelta(hours=2))
    after = said(claim)
    told = {(one.party, one.article): (one.stance, one.quote) for one in trial.linked.told}
    assert told == {key: after[key] for key in after.keys() - before.keys()}
    assert {(one.party, one.article) for one in trial.dropped.told} == before.keys() - after.keys()
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert {(one.party, one.article) for one in trial.otherwise.told} == changed
    assert (trial.linked.count, trial.dropped.count) == (len(told), len(before.keys() - after.keys()))
    if keywords is OTHER:
        assert (trial.linked.count, trial.dropped.count) == (2, 2)
    if keywords is OLD:
        assert (trial.linked.count, trial.dropped.count, trial.otherwise.count) == (0, 0, 0)


def test_nothing_is_written(claim: Claim, now: datetime) -> None:
    editions = list(Revision.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as asked:
        try_out(claim, OTHER, now)
    assert not [q["sql"] for q in asked if q["sql"].split()[0].upper() in ("INSERT", "UPDATE", "DELETE")]
    assert list(Revision.objects.order_by("pk").values()) == editions
    assert Claim.objects.get(pk=claim.pk).keywords == OLD


def test_only_articles_that_could_be_concerned_are_read(claim: Claim, now: datetime) -> None:
    trial = try_out(claim, WIDER, now)
    assert (trial.articles, trial.seen, trial.read) == (6, 6, 5)  # "leaked" stands in five
    # Of an article that carries a statement on the claim it makes no matter what its words are.
    trial = try_out(claim, {"en": [["bread"], ["dearer"]]}, now)
    assert trial.read == 6
    assert trial.dropped.count == 2


def test_older_articles_and_withdrawn_ones_are_left_alone(claim: Claim, now: datetime) -> None:
    entry = describe_claim(edit(claim, WIDER), [])
    trial = supposing.continue_trial(supposing.begin_trial(claim, entry, now - timedelta(hours=30), {}), 60)
    assert (trial.articles, trial.seen, trial.linked.count) == (2, 2, 1)
    asked = pipeline.ask_withdrawal(
        Revision.objects.get(text=TEXTS[1]).article_id, withdrawn=True, why="Wrong.", now=timezone.now()
    )
    assert asked is not None
    pipeline.record_withdrawal(asked.pk, timezone.now())
    trial = supposing.continue_trial(supposing.begin_trial(claim, entry, now - timedelta(hours=30), {}), 60)
    assert (trial.articles, trial.linked.count) == (1, 0)


def test_a_statement_an_editor_settled_stays(claim: Claim, now: datetime, boss: User) -> None:
    wrong = Statement.objects.carried().get(claim=claim, party__slug="reds")
    pipeline.correct_statement(wrong.pk, editor=boss, now=timezone.now(), stance=pipeline.editing.Stance.UNSETTLED)
    assert try_out(claim, OTHER, now).dropped.count == 1  # that of the Blues alone


def test_slices_come_to_the_same_and_end(claim: Claim, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = try_out(claim, WIDER, now)
    monkeypatch.setattr(supposing, "BATCH", 2)
    sliced = try_out(claim, WIDER, now, seconds=0)
    assert sliced.turn >= 4
    assert (sliced.linked, sliced.dropped, sliced.seen, sliced.read) == (
        whole.linked, whole.dropped, whole.seen, whole.read,
    )  # fmt: skip


def test_a_bell_rung_twice_reads_once(claim: Claim, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supposing, "BATCH", 2)
    monkeypatch.setattr(tasks, "TRIAL_SECONDS", 0.0)
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "ring_trial", lambda token, turn: rung.append((token, turn)))
    token = supposing.keep_trial(
        supposing.begin_trial(claim, describe_claim(edit(claim, WIDER), []), now - timedelta(days=90), {})
    )
    tasks.carry_on_trial(token, 0)
    tasks.carry_on_trial(token, 0)
    assert rung == [(token, 1)]
    trial = supposing.find_trial(token)
    assert trial is not None
    assert (trial.seen, trial.done) == (2, False)
    tasks.carry_on_trial("no-such-trial", 0)


def test_what_fails_is_told(claim: Claim, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    token = supposing.keep_trial(
        supposing.begin_trial(claim, describe_claim(edit(claim, WIDER), []), now - timedelta(days=90), {})
    )

    def break_down(*_: object) -> Trial:
        raise RuntimeError("no more paper")

    monkeypatch.setattr(supposing, "continue_trial", break_down)
    tasks.carry_on_trial(token, 0)
    trial = supposing.find_trial(token)
    assert trial is not None
    assert trial.failed == "RuntimeError: no more paper"


def given(client: Client, claim: Claim, **changed: str) -> dict[str, Any]:
    """What the claim's form would send."""
    answer = client.get(reverse("admin:claims_claim_change", args=[claim.pk]))
    return {
        "seen": answer.context["seen"], "kind": "general", "holder": "", "opposed": "", "place_name": "",
        "proposition_en": "The dam leaked.", "keywords_en": "dam\nleak", "read_since": "", **changed,
    }  # fmt: skip


def test_an_editor_tries_looks_edits_on_and_saves(claim: Claim, boss: User) -> None:
    client = enter(boss)
    change = reverse("admin:claims_claim_change", args=[claim.pk])
    assert 'name="_try"' in client.get(change).content.decode()
    typed = given(client, claim, keywords_en="dam, reservoir\nleak", read_since="2020-01-01")
    answer = client.post(change, {**typed, "_try": "1"}, follow=True)
    html = answer.content.decode()
    assert "Would link 2 more statements, drop 0." in html
    assert "The Blues said on Tuesday that the reservoir had leaked" in html
    assert "Refresh" not in answer
    assert Claim.objects.get(pk=claim.pk).keywords == OLD
    # Back in the form, what was typed stands there; the claim itself is as it was.
    token = answer.redirect_chain[-1][0].split("tried=")[1]
    again = client.get(f"{change}?tried={token}")
    assert "dam, reservoir\nleak" in again.content.decode().replace("\r", "")
    assert again.context["seen"] == typed["seen"]
    # And it is saved as it was typed.
    saving = dict(answer.context["given"])
    assert saving == typed
    client.post(change, {**saving, "_save": "1"})
    assert Claim.objects.get(pk=claim.pk).keywords == WIDER


def test_a_form_that_could_not_be_saved_is_not_tried(claim: Claim, boss: User) -> None:
    client = enter(boss)
    change = reverse("admin:claims_claim_change", args=[claim.pk])
    answer = client.post(change, {**given(client, claim, proposition_en="", keywords_en="x"), "_try": "1"})
    assert answer.status_code == 200
    assert "Word the claim in at least one language." in answer.content.decode()


def test_what_is_kept_no_longer_is_said_so(claim: Claim, boss: User) -> None:
    client = enter(boss)
    answer = client.get(reverse("admin:claims_claim_tried", args=[claim.pk]) + "?tried=gone", follow=True)
    assert "kept for an hour, and that is over" in answer.content.decode()


@pytest.mark.parametrize("at_once", [trying.AT_ONCE, 0])
def test_with_the_cache_down_nothing_typed_is_lost(
    claim: Claim, boss: User, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    client = enter(boss)
    change = reverse("admin:claims_claim_change", args=[claim.pk])
    typed = given(client, claim, keywords_en="dam, reservoir\nleak")

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(supposing.cache, "set", refuse)
    monkeypatch.setattr(supposing.cache, "get", refuse)
    monkeypatch.setattr(trying, "AT_ONCE", at_once)
    answer = client.post(change, {**typed, "_try": "1"})
    html = answer.content.decode()
    assert ("Would link 2 more" in html) is bool(at_once)
    assert ("Nothing can be kept just now" in html) is not bool(at_once)
    assert dict(answer.context["given"]) == typed
    assert client.get(f"{change}?tried=some-token").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_worker_reads_what_is_too_much_to_wait_for(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """The page comes by itself until a real worker is done, and says how far it is."""
    claim = make_claim(now)
    monkeypatch.setattr(trying, "AT_ONCE", 0)
    client = enter(User.objects.create_superuser("boss", password="x"))
    change = reverse("admin:claims_claim_change", args=[claim.pk])
    answer = client.post(change, {**given(client, claim, keywords_en="reservoir\nleak"), "_try": "1"})
    address = answer["Location"]
    first = client.get(address)
    deadline = time.monotonic() + 60
    while "Refresh" in (page := client.get(address)) and time.monotonic() < deadline:
        assert "Looked at " in page.content.decode()
        time.sleep(0.3)
    assert first.status_code == 200
    assert "Would link 2 more statements, drop 2." in page.content.decode(), worker.log.read_text()[-2000:]
