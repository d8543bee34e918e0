"""A row's history: every act with what, old, new, why, who and when, joined by what workers did."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.history import MOST, HistoryLine, history_of, read_message
from claims.models import ApiKey, Article, Claim, Decision, Feed, Party, Statement, Withdrawal
from claims.words import Stance, Status, Verdict
from tests.desk_world import boss, enter, make_claim, propose, reader, say, silent_bells, world
from tests.test_admin_acts import act, save
from tests.test_admin_seen import address

__all__ = ["boss", "reader", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db


def acted(row: Any) -> list[HistoryLine]:
    """What somebody did to a row, newest first."""
    return [line for line in history_of(row) if line.who]


def test_an_act_is_told_with_what_was_before_and_after(world: Claim, boss: User) -> None:
    statement = say(world, "blues", Stance.DENIES)
    act(enter(boss), statement, "confirm", reason="I heard it.")
    (line,) = acted(statement)
    assert (line.who, line.what, line.why) == ("boss", "Confirmed.", "I heard it.")
    assert line.old == {"last review": "—"}
    assert line.new["last review"].startswith("confirmed · boss") and timezone.now() - line.at < timedelta(minutes=1)
    act(enter(boss), statement, "reject", reason="I misheard.")
    assert [(line.what, line.why) for line in acted(statement)] == [
        ("Rejected.", "I misheard."),
        ("Confirmed.", "I heard it."),
    ]


def test_a_decision_tells_the_status_it_changed_and_the_ledger_joins_in(world: Claim, boss: User) -> None:
    before = world.status
    act(enter(boss), world, "decide", status="confirmed", rationale="We went there.")
    world.refresh_from_db()
    newest = history_of(world)
    entry = next(line for line in newest if line.why == "We went there.")
    assert (entry.who, entry.old["status"], entry.new["status"]) == ("boss", before, "confirmed")
    # The decision's own row is told by that entry, and not a second time; the two made in the fixture have none.
    assert [line.why for line in newest if line.who] == ["We went there.", "Seen wrongly.", "Seen it."]
    workers = [line for line in newest if not line.who and line.new]
    assert (workers[0].old, workers[0].new) == ({"status": before}, {"status": "confirmed"})
    assert workers[0].why == "An editor decided it."


def test_a_saved_form_tells_what_changed_from_what_to_what(world: Claim, boss: User) -> None:
    lab, reds = Party.objects.create(slug="lab", names={"en": ["The Lab"]}), Party.objects.get(slug="reds")
    client = enter(boss)
    save(client, reds, reliability="A", aligned_with=lab.pk, names_en="The Reds\nRed Army")
    line = acted(reds)[0]
    changed = {"Names", "Reliability", "Aligned with"}
    assert line.what.startswith("Changed: ") and set(line.new) == set(line.old) == changed
    assert (line.old["Reliability"], line.new["Reliability"]) == ("C - fairly reliable", "A - completely reliable")
    assert (line.old["Aligned with"], line.new["Aligned with"]) == ("—", "The Lab")
    assert (line.old["Names"], line.new["Names"]) == ("en: The Reds", "en: The Reds; Red Army")
    save(client, world, gains=[lab.pk], proposition_en="The reds have the mill.")
    line = acted(world)[0]
    assert (line.old["Gains"], line.new["Gains"]) == ("—", "The Lab")
    assert line.new["Proposition"] == "en: The reds have the mill."
    save(client, world)
    assert acted(world)[0].what == "Saved without a change."


def test_what_is_added_is_told_with_its_values_and_no_secret(boss: User) -> None:
    client, group = enter(boss), Group.objects.get(name="Editors")
    client.post(reverse("admin:claims_party_add"), {"slug": "lab", "names_en": "The Lab", "reliability": "B"})
    (line,) = acted(Party.objects.get(slug="lab"))
    assert line.what == "Added." and line.new["Names"] == "en: The Lab" and line.old == {}
    secret = "Correct-horse-9"
    given = {"username": "ann", "password1": secret, "password2": secret, "usable_password": "true"}
    assert client.post(reverse("admin:auth_user_add"), given).status_code == 302
    ann = User.objects.get(username="ann")
    page = client.get(address(ann))
    data = {"username": "ann", "is_staff": "on", "is_active": "on", "groups": [group.pk], "seen": page.context["seen"]}
    joined = {"date_joined_0": f"{ann.date_joined:%Y-%m-%d}", "date_joined_1": f"{ann.date_joined:%H:%M:%S}"}
    assert client.post(address(ann), {**data, **joined}).status_code == 302
    line = acted(ann)[0]
    assert line.new["Groups"] == "Editors" and line.new["Staff status"] == "yes" and line.old["Staff status"] == "no"
    everything = str(list(LogEntry.objects.values()))
    assert secret not in everything and ann.password not in everything


def test_what_workers_did_to_an_article_and_its_statements(world: Claim, boss: User) -> None:
    statement = say(world, "blues", Stance.DENIES)
    article = statement.article
    assert article is not None
    act(enter(boss), article, "withdraw", why="Retracted.")
    withdrawal = Withdrawal.objects.get(article=article)
    pipeline.record_withdrawal(withdrawal.pk, timezone.now())
    told = [(line.who, line.what, line.why) for line in history_of(article)]
    assert ("boss", "Withdrawn: its statements stop counting.", "Retracted.") in told
    assert ("", "Withdrawn from now on.", "Retracted.") in told
    assert ("", "Withdrawal asked for.", "Retracted.") not in told  # the editor's entry tells it
    assert any(what.startswith("Edition 1 stored: News") for _who, what, _why in told)
    assert ("", "Edition 1 read.", "") in told
    # Asked for by its publisher, nobody's act on the desk, it is told by its row.
    other = say(world, "reds", Stance.AFFIRMS).article
    assert other is not None
    pipeline.ask_withdrawal(other.pk, withdrawn=True, why="410", now=timezone.now())
    assert ("", "Withdrawal asked for.", "410") in [(x.who, x.what, x.why) for x in history_of(other)]
    Statement.objects.filter(pk=statement.pk).update(dropped_at=timezone.now(), dropped_why="Its words went.")
    statement.refresh_from_db()
    assert history_of(statement)[0].why == "Its words went."
    # A word from elsewhere (an import, a bulk review, another door) is told by its review.
    pipeline.review_statement(statement.pk, Verdict.REJECTED, editor=boss, reason="By hand.", now=timezone.now())
    assert [(x.who, x.what, x.why) for x in acted(statement)] == [("boss", "Review: rejected.", "By hand.")]


def test_every_kind_of_row_has_a_history_page_for_who_may_look(world: Claim, boss: User, reader: User) -> None:
    statement = Statement.objects.latest("pk")
    client = enter(boss)
    act(client, world, "decide", status="confirmed", rationale="We <b>went</b> there.")
    rows = [world, statement, Article.objects.latest("pk"), Decision.objects.latest("pk"), propose("reds@91"),
            Feed.objects.latest("pk"), Party.objects.latest("pk"), ApiKey.objects.latest("pk"), boss]  # fmt: skip
    for row in rows:
        assert client.get(address(row, "history")).status_code == 200, row
    html = enter(reader).get(address(world, "history")).content.decode()
    assert "We &lt;b&gt;went&lt;/b&gt; there." in html and "a worker" in html and "<del>contested</del>" in html
    assert enter(reader).get(address(boss, "history")).status_code == 403
    ApiKey.objects.latest("pk")
    assert enter(reader).get(address(ApiKey.objects.latest("pk"), "history")).status_code == 403


def test_a_history_is_one_query_and_bounded(boss: User, django_assert_num_queries: Any) -> None:
    claim = make_claim()
    now = timezone.now()
    for number in range(3):
        decision = pipeline.decide_claim(claim.pk, Status.REFUTED, f"No. {number}", author=boss, now=now)
        pipeline.lift_decision(decision.pk, "Not so.", author=boss, now=now)
    history_of(claim)  # the content type is looked up once
    with django_assert_num_queries(1):
        lines = history_of(claim)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    entry = {"user": boss, "object_id": str(claim.pk), "action_flag": 2, "change_message": "Did."}
    kind = ContentType.objects.get_for_model(Claim)
    LogEntry.objects.bulk_create([LogEntry(content_type=kind, **entry) for _ in range(MOST + 20)])
    assert len(history_of(claim)) == MOST


@pytest.mark.parametrize("message", ["{", '{"said": 1}', '{"a": "b"}', "[]", "", "plain {words}", '["x"]'])
def test_entries_of_any_shape_are_told(boss: User, message: str) -> None:
    assert isinstance(read_message(LogEntry(change_message=message, action_flag=2)).said, str)
