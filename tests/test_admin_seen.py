"""Two editors, or an editor and a worker, on one thing: the second is told, sees both versions, loses nothing."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin import seen
from claims.models import Claim, Decision, Feed, Party, Review, Source, Statement
from claims.words import Stance, Status, Verdict
from tests.desk_world import boss, enter, make_claim, propose, say, silent_bells, world
from tests.test_admin_acts import form_of

__all__ = ["boss", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> User:
    return User.objects.create_superuser("other", password="x")


def address(row: Any, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def open_form(client: Client, row: Any) -> dict[str, Any]:
    """What a row's page would send as it was opened, token and all."""
    answer = client.get(address(row))
    assert answer.context["seen"] in answer.content.decode()
    return {**form_of(client, row), "seen": answer.context["seen"]}


def see(client: Client, row: Any) -> str:
    token: str = client.get(address(row)).context["seen"]
    return token


def versions(answer: Any) -> dict[str, tuple[str, str, str]]:
    return {str(v.label): (v.then, v.now, v.yours) for v in answer.context["versions"]}


def test_the_second_to_save_is_told_and_loses_nothing(world: Claim, boss: User, other: User) -> None:
    party = Party.objects.get(slug="reds")
    first, second = enter(boss), enter(other)
    one, two = open_form(first, party), open_form(second, party)
    assert first.post(address(party), {**one, "reliability": "B", "note": "Ask Ann."}).status_code == 302

    answer = second.post(address(party), {**two, "note": "Ask Bob.", "names_en": "The Reds\nRed Army"})

    assert answer.status_code == 409
    party.refresh_from_db()
    assert (party.reliability, party.note, party.names) == ("B", "Ask Ann.", {"en": ["The Reds"]})
    told = answer.context["overtaken"]
    assert told.who == "boss" and "eliability" in told.what and told.when is not None
    assert versions(answer) == {
        "Reliability": ("C - fairly reliable", "B - usually reliable", ""),
        "Note": ("—", "Ask Ann.", "Ask Bob."),
    }
    html = answer.content.decode()
    assert "Ask Ann." in html and "Ask Bob." in html and "Red Army" in html and "Save all the same" in html
    # What was typed stands in the boxes, and with it what the other wrote where nothing was typed.
    form = answer.context["adminform"].form
    assert form["note"].value() == "Ask Bob." and form["reliability"].value() == "B"
    again = {**two, **{key: form.data[key] for key in form.data}, "seen": answer.context["seen"]}
    assert second.post(address(party), again).status_code == 302
    party.refresh_from_db()
    assert (party.reliability, party.note) == ("B", "Ask Bob.")
    assert party.names == {"en": ["The Reds", "Red Army"]}


def test_a_claims_wording_and_its_parties_are_compared(world: Claim, boss: User, other: User) -> None:
    lab = Party.objects.create(slug="lab", names={"en": ["The Lab"]})
    first, second = enter(boss), enter(other)
    one, two = open_form(first, world), open_form(second, world)
    changed = {"place_name": "Old Mill", "gains": [lab.pk], "keywords_en": "mill, works\nheld"}
    assert first.post(address(world), {**one, **changed}).status_code == 302
    answer = second.post(address(world), {**two, "proposition_en": "The reds have the mill.", "place_name": "New Mill"})
    assert answer.status_code == 409
    found = versions(answer)
    assert found["Place"] == ("Mill", "Old Mill", "New Mill")
    assert found["Gains"] == ("—", "The Lab", "")
    assert "mill, works; held" in found["Keywords"][1] and found["Keywords"][2] == ""
    form = answer.context["adminform"].form
    assert form.data.getlist("gains") == [str(lab.pk)] and form.data["keywords_en"] == "mill, works\nheld"
    sent = {key: form.data.getlist(key) for key in form.data}
    assert second.post(address(world), {**sent, "seen": answer.context["seen"]}).status_code == 302
    world.refresh_from_db()
    assert (world.title, world.place["name"], list(world.gains.all())) == ("The reds have the mill.", "New Mill", [lab])
    assert world.keywords == {"en": [["mill", "works"], ["held"]]}


def test_a_status_that_changed_under_an_open_form_is_shown_before_saving(world: Claim, boss: User) -> None:
    client = enter(boss)
    data, before = open_form(client, world), world.status
    now = timezone.now()
    Statement.objects.filter(claim=world).update(dropped_at=now, dropped_why="gone")
    pipeline.assess_claim(world.pk, now, anew=True)
    parties = {"reds", "blues"}
    with transaction.atomic():
        claims, instant = pipeline.lock_claims([world.pk], now)
        pipeline.settle(claims, instant, touched={world.pk: parties})
    world.refresh_from_db()
    assert world.status != before
    answer = client.post(address(world), {**data, "proposition_en": "Who knows?"})
    assert answer.status_code == 409
    assert next((d.name, d.then, d.now) for d in answer.context["around"]) == ("status", before, world.status)
    told = answer.context["overtaken"]
    assert told.who == "" and told.what.startswith(f"{before} → {world.status}")
    assert "A worker" in answer.content.decode()
    ruling = {"status": "refuted", "rationale": "Mine."}
    refused = client.post(address(world, "decide"), {**ruling, "seen": data["seen"]})
    assert refused.status_code == 409 and "Mine." in refused.content.decode()
    assert not Decision.objects.filter(rationale="Mine.").exists()
    done = client.post(address(world, "decide"), {**ruling, "seen": refused.context["seen"]})
    assert done.status_code == 302 and Decision.objects.filter(rationale="Mine.").count() == 1


@pytest.mark.parametrize("second", ["confirm", "reject"])
def test_two_words_on_one_statement(world: Claim, boss: User, other: User, second: str) -> None:
    statement = say(world, "blues", Stance.DENIES)
    token = see(enter(other), statement)
    enter(boss).post(address(statement, "confirm"), {"reason": "I heard it.", "seen": see(enter(boss), statement)})
    answer = enter(other).post(address(statement, second), {"reason": "Typed with care.", "seen": token})
    assert answer.status_code == 409 and statement.reviews.count() == 1
    told, html = answer.context["overtaken"], answer.content.decode()
    assert (told.who, told.what) == ("boss", "Confirmed. I heard it.")
    assert "Typed with care." in html and "confirmed · boss" in html
    if second == "confirm":
        # There is nothing left to do: what was typed is there to be copied, but no button.
        assert "It is confirmed already." in html and "all the same</button>" not in html
        return
    assert "Reject all the same" in html
    again = {"reason": "Typed with care.", "seen": answer.context["seen"]}
    assert enter(other).post(address(statement, second), again).status_code == 302
    assert [r.verdict for r in statement.reviews.order_by("pk")] == ["confirmed", "rejected"]


def test_a_statement_whose_words_went_is_not_reviewed_unseen(world: Claim, boss: User) -> None:
    statement = say(world, "blues", Stance.DENIES)
    token = see(enter(boss), statement)
    Statement.objects.filter(pk=statement.pk).update(dropped_at=timezone.now(), dropped_why="Its words went.")
    answer = enter(boss).post(address(statement, "confirm"), {"reason": "Sure.", "seen": token})
    assert answer.status_code == 409 and not statement.reviews.exists()
    assert "Its words went." in answer.content.decode()


def test_other_rows_are_told_of_too(world: Claim, boss: User, other: User) -> None:
    """A feed paused, a candidate dismissed, an article withdrawn, a decision lifted, a key revoked under a page."""
    statement = say(world, "blues", Stance.DENIES)
    decision = pipeline.decide_claim(world.pk, Status.REFUTED, "Seen.", author=boss, now=timezone.now())
    acts: list[tuple[Any, str, dict[str, str]]] = [
        (Feed.objects.latest("pk"), "pause", {}),
        (propose("reds@77"), "dismiss", {"reason": "No."}),
        (statement.article, "withdraw", {"why": "Retracted."}),
        (decision, "lift", {"rationale": "Not so."}),
        (boss.api_keys.latest("pk"), "revoke", {}),
    ]
    for row, name, given in acts:
        token = see(enter(other), row)
        assert enter(boss).post(address(row, name), {**given, "seen": see(enter(boss), row)}).status_code == 302, name
        answer = enter(other).post(address(row, name), {**given, "seen": token})
        assert answer.status_code == 409, name
        assert answer.context["overtaken"].who == "boss", name


def test_people_and_groups_are_told_of_too(boss: User, other: User) -> None:
    group = Group.objects.create(name="Some")
    data = open_form(enter(boss), other)
    first_right = Permission.objects.order_by("pk")[0]
    group.permissions.add(first_right)
    assert enter(boss).post(address(other), {**data, "first_name": "Ann", "groups": [group.pk]}).status_code == 302
    answer = enter(boss).post(address(other), {**data, "last_name": "Lee"})
    assert answer.status_code == 409
    assert versions(answer) == {"First name": ("—", "Ann", ""), "Groups": ("—", "Some", "")}
    form = answer.context["adminform"].form
    sent = {key: form.data.getlist(key) for key in form.data}
    assert enter(boss).post(address(other), {**sent, "seen": answer.context["seen"]}).status_code == 302
    other.refresh_from_db()
    assert (other.get_full_name(), list(other.groups.all())) == ("Ann Lee", [group])


def test_a_form_with_errors_keeps_the_token_of_what_was_seen(world: Claim, boss: User, other: User) -> None:
    source = Source.objects.get(slug="post")
    client = enter(boss)
    data = open_form(client, source)
    wrong = client.post(address(source), {**data, "name": ""})
    assert wrong.status_code == 200 and wrong.context["seen"] == data["seen"]
    Source.objects.filter(pk=source.pk).update(licence="CC BY")
    right = client.post(address(source), {**data, "name": "The Mail", "seen": wrong.context["seen"]})
    assert right.status_code == 409
    # An import is nobody's act on the desk.
    assert right.context["overtaken"].who == "" and versions(right)["Licence"] == ("—", "CC BY", "")


def test_a_token_is_of_one_row_and_ours(world: Claim, boss: User) -> None:
    reds, blues = Party.objects.get(slug="reds"), Party.objects.get(slug="blues")
    token = seen.token_of(reds)
    seen.check(reds, token)
    seen.check(reds, "")  # a form without a token saw nothing
    for row, given in ((blues, token), (reds, token[:-1] + "x"), (reds, "nonsense")):
        with pytest.raises(seen.Overtaken, match="too old"):
            seen.check(row, given)
    data = open_form(enter(boss), reds)
    answer = enter(boss).post(address(reds), {**data, "note": "Typed.", "seen": "nonsense"})
    assert answer.status_code == 409 and "Typed." in answer.content.decode()


def test_what_workers_write_as_they_go_overtakes_nobody(world: Claim, boss: User) -> None:
    token = see(enter(boss), world)
    feed = Feed.objects.latest("pk")
    of_feed = see(enter(boss), feed)
    before = Claim.objects.get(pk=world.pk)
    say(world, "reds", Stance.AFFIRMS)
    after = Claim.objects.get(pk=world.pk)
    assert after.version > before.version and after.status == before.status
    Feed.objects.update(polls=9, last_polled_at=timezone.now(), failures=0, last_error="")
    seen.check(world, token)
    seen.check(feed, of_feed)


def test_tokens_of_many_cost_one_query(world: Claim, boss: User, django_assert_num_queries: Any) -> None:
    rows = [say(world, "blues", Stance.DENIES) for _ in range(3)]
    rows = list(Statement.objects.filter(pk__in=[row.pk for row in rows]))
    with django_assert_num_queries(1):
        tokens = seen.tokens_of(rows)
    for row, token in zip(rows, tokens, strict=True):
        seen.check(row, token)
    pipeline.review_statement(rows[1].pk, Verdict.CONFIRMED, editor=boss, now=timezone.now())
    with pytest.raises(seen.Overtaken):
        seen.check(rows[1], tokens[1])


def test_many_are_not_reviewed_when_one_of_them_was_overtaken(world: Claim, boss: User, other: User) -> None:
    rows = [say(world, "blues", Stance.DENIES) for _ in range(3)]
    listed = reverse("admin:claims_statement_changelist")
    asked = {"action": "confirm_selected", "_selected_action": [row.pk for row in rows]}
    client, before = enter(other), Review.objects.count()
    preview = client.post(listed, asked)
    tokens = {f"seen_{row.pk}": token for row, token in preview.context["tokens"]}
    enter(boss).post(address(rows[1], "reject"), {"reason": "Not so."})
    answer = client.post(listed, {**asked, **tokens, "really": "1", "reason": "All heard."})
    assert answer.status_code == 409 and Review.objects.count() == before + 1
    html = answer.content.decode()
    assert "Nothing has been done yet" in html and "Rejected. Not so." in html and "All heard." in html
    tokens = {f"seen_{row.pk}": token for row, token in answer.context["tokens"]}
    done = client.post(listed, {**asked, **tokens, "really": "1", "reason": "All heard."})
    assert done.status_code == 302
    assert [row.reviews.latest("pk").verdict for row in rows] == ["confirmed"] * 3


def test_every_form_that_acts_carries_the_token(world: Claim, boss: User) -> None:
    """No button of a row's page can act unseen: each form that posts to an act brings the token along."""
    statement, client = say(world, "blues", Stance.DENIES), enter(boss)
    decision = pipeline.decide_claim(world.pk, Status.REFUTED, "Seen.", author=boss, now=timezone.now())
    rows: list[Any] = [statement, world, decision, statement.article, propose("reds@78"), Feed.objects.latest("pk")]
    for row in rows:
        html = client.get(address(row)).content.decode()
        forms = [part.split("</form>")[0] for part in html.split("<form")[1:]]
        acting = [form for form in forms if 'method="post"' in form and "/admin/claims/" in form]
        assert all('name="seen"' in form for form in acting), row
    for row, name in ((world, "decide"), (decision, "lift"), (statement, "correct")):
        assert 'name="seen"' in client.get(address(row, name)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_is_told(boss: User) -> None:
    """Both transactions begin with the same token: whichever comes first acts, and the other is told, each time."""
    other = User.objects.create_superuser("other", password="x")
    claim = make_claim()
    statement = say(claim, "blues", Stance.DENIES)
    party = Party.objects.get(slug="reds")
    clients = [enter(boss), enter(other)]

    def race(row: Any, page: str, given: Callable[[int], dict[str, Any]]) -> list[int]:
        tokens = [see(client, row) for client in clients]
        start, codes = threading.Barrier(2), [0, 0]

        def post(number: int) -> None:
            try:
                start.wait(10)
                codes[number] = (
                    clients[number].post(address(row, page), {**given(number), "seen": tokens[number]}).status_code
                )
            finally:
                connection.close()

        threads = [threading.Thread(target=post, args=[number]) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(codes)

    forms = [form_of(client, party) for client in clients]
    for turn in range(4):
        assert race(claim, "decide", lambda n: {"status": "refuted", "rationale": f"By {n}."}) == [302, 409]
        assert Decision.objects.count() == turn + 1
        assert race(statement, ("confirm", "reject")[turn % 2], lambda n: {"reason": f"By {n}."}) == [302, 409]
        assert Review.objects.count() == turn + 1
        assert race(party, "change", lambda n: {**forms[n], "note": f"{turn} by {n}."}) == [302, 409]  # noqa: B023
    claim.refresh_from_db()
    assert not list(pipeline.find_differences(claim))
