"""What editors do on the desk, and what follows: in the ledger, in the queue, in the history."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.history import read_message
from claims.models import ApiKey, Article, Change, Claim, Party, Review, Revision, Statement, StatusPeriod
from claims.words import Rule, Stance, Status, Verdict
from tests.desk_world import boss, enter, make_claim, say, silent_bells, world

__all__ = ["boss", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db

Rung = dict[str, list[int]]


def act(client: Client, row: Any, name: str, **given: Any) -> Any:
    """Take an act on a row by its address, and follow to the page it leads to."""
    address = reverse(f"admin:claims_{row._meta.model_name}_{name}", args=[row.pk])
    return client.post(address, given, follow=True)


def told(answer: Any) -> list[str]:
    """The messages the editor was shown."""
    return [str(message) for message in get_messages(answer.wsgi_request)] or [
        str(message) for message in answer.context.get("messages", ())
    ]


def history(row: Any) -> list[tuple[str, str]]:
    """Who did what to a row, newest first."""
    entries = LogEntry.objects.filter(content_type__model=row._meta.model_name, object_id=str(row.pk))
    return [(entry.user.username, read_message(entry).said) for entry in entries]


def form_of(client: Client, row: Any) -> dict[str, Any]:
    """What a row's page would send if it were saved as it is."""
    answer = client.get(reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk]))
    form = answer.context["adminform"].form
    data: dict[str, Any] = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if hasattr(widget, "decompress"):
            for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
                data[f"{bound.html_name}{suffix}"] = "" if part is None else part
        elif value is not None:
            data[bound.html_name] = value
    return data


def save(client: Client, row: Any, **changed: Any) -> Any:
    address = reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk])
    answer = client.post(address, {**form_of(client, row), **changed})
    assert answer.status_code == 302, answer.context["errors"]
    return answer


def test_confirming_an_admission_changes_the_status_through_the_ledger(boss: User) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    statement = say(claim, "blues", Stance.AFFIRMS)
    client = enter(boss)
    page = client.get(reverse("admin:claims_statement_change", args=[statement.pk]))
    assert (page.context["if_confirmed"].now, page.context["if_confirmed"].then) == ("unverified", "confirmed")
    assert page.context["if_rejected"].then == "unverified"

    answer = act(client, statement, "confirm", reason="Heard the tape.")

    claim.refresh_from_db()
    assert (claim.status, claim.rule) == (Status.CONFIRMED, Rule.ADMISSION)
    change = Change.objects.filter(claim=claim).latest("pk")
    assert (change.from_status, change.to_status) == ("unverified", "confirmed")
    review = Review.objects.get(statement=statement)
    assert (review.verdict, review.editor, review.reason) == ("confirmed", boss, "Heard the tape.")
    assert history(statement) == [("boss", "Confirmed. Heard the tape.")]
    assert LogEntry.objects.latest("pk").object_repr == "The Blues affirms: The reds hold the mill."
    assert "Confirmed. Heard the tape." in answer.content.decode()
    assert not list(pipeline.find_differences(claim))


def test_a_rejection_needs_a_reason_and_loses_nothing(world: Claim, boss: User) -> None:
    statement = say(world, "blues", Stance.DENIES)
    client = enter(boss)
    answer = act(client, statement, "reject", reason=" ")
    assert answer.status_code == 200 and not statement.reviews.exists()
    assert "This field is required." in answer.content.decode()
    act(client, statement, "reject", reason="He quoted somebody else.")
    assert statement.reviews.get().verdict == Verdict.REJECTED
    answer = act(client, statement, "reject", reason="Again.")
    assert statement.reviews.count() == 1
    assert "It is rejected already." in answer.content.decode()


def test_correcting_replaces_the_statement(boss: User) -> None:
    claim = make_claim()
    wrong = say(claim, "reds", Stance.AFFIRMS)
    client = enter(boss)
    answer = act(client, wrong, "correct", stance="", reason="")
    assert "Nothing is different" in answer.content.decode()
    assert not wrong.reviews.exists() and history(wrong) == []

    act(client, wrong, "correct", stance="denies", reason="There was a not.")

    right = wrong.corrections.get()
    assert (right.stance, right.party, right.origin) == ("denies", wrong.party, "editor")
    assert wrong.reviews.get().verdict == Verdict.CORRECTED
    claim.refresh_from_db()
    assert claim.status == Status.REFUTED  # the reds gain by it, and deny it
    assert history(wrong)[0][1].startswith(f"Corrected by statement {right.pk}: reds denies reds-hold-the-mill.")


def test_a_record_cannot_be_corrected(world: Claim, boss: User) -> None:
    record = pipeline.record_statements([pipeline_record(world)], timezone.now())
    assert record.created == 1
    statement = Statement.objects.get(origin="record")
    answer = act(enter(boss), statement, "correct", stance="affirms")
    assert "reject it and import the right one" in answer.content.decode()
    assert not statement.corrections.exists()


def pipeline_record(claim: Claim) -> Any:
    from claims.assessment import Record

    return Record(claim=claim.slug, party="blues", stance=Stance.DENIES, said_at=timezone.now() - timedelta(days=1))


def test_many_are_confirmed_after_a_look_at_what_would_change(boss: User) -> None:
    claim = make_claim()
    chosen = [say(claim, "blues", Stance.AFFIRMS), say(claim, "reds", Stance.AFFIRMS)]
    pipeline.review_statement(chosen[1].pk, Verdict.CONFIRMED, editor=boss, now=timezone.now())
    client, listed = enter(boss), reverse("admin:claims_statement_changelist")
    asked = {"action": "confirm_selected", "_selected_action": [s.pk for s in chosen]}
    preview = client.post(listed, asked)
    assert preview.status_code == 200 and Review.objects.count() == 1
    assert [(t.claim, t.now, t.then) for t in preview.context["turns"]] == [(claim, "unverified", "confirmed")]
    assert preview.context["already"] == [chosen[1]]

    answer = client.post(listed, {**asked, "really": "1", "reason": "All heard."}, follow=True)

    claim.refresh_from_db()
    assert claim.status == Status.CONFIRMED
    assert Review.objects.count() == 2
    html = answer.content.decode()
    assert "1 statement confirmed." in html and "It is confirmed already." in html
    assert history(chosen[0]) == [("boss", "Confirmed. All heard.")]


def test_many_are_not_rejected_without_a_reason_nor_without_the_right(boss: User) -> None:
    statement = say(make_claim(), "blues", Stance.DENIES)
    listed = reverse("admin:claims_statement_changelist")
    asked = {"action": "reject_selected", "_selected_action": [statement.pk], "really": "1", "reason": ""}
    enter(boss).post(listed, asked)
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_statement"))
    enter(looker).post(listed, {**asked, "reason": "No."})
    assert not Review.objects.exists()
    looker.user_permissions.add(Permission.objects.get(codename="add_review"))
    enter(looker).post(listed, {**asked, "reason": "No."})
    assert Review.objects.get().editor == looker


def test_deciding_and_lifting(world: Claim, boss: User) -> None:
    client = enter(boss)
    before = world.status
    act(client, world, "decide", status="confirmed", rationale="", effective_from_0="", effective_from_1="")
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    answer = act(client, world, "decide", status="confirmed", rationale="Soon.", effective_from_0=tomorrow,
                 effective_from_1="10:00")  # fmt: skip
    assert "A decision cannot take effect in the future" in answer.content.decode()
    assert world.decisions.count() == 1  # the world's own, lifted

    act(client, world, "decide", status="confirmed", rationale="We went there.")
    world.refresh_from_db()
    decision = world.decisions.latest("pk")
    assert (world.status, world.rule, decision.author) == (Status.CONFIRMED, Rule.DECISION, boss)
    page = client.get(reverse("admin:claims_claim_change", args=[world.pk])).content.decode()
    assert "We went there." in page and "A decision is in force" in page
    assert ("boss", "Decided: confirmed. We went there.") in history(world)

    act(client, decision, "lift", rationale="We were fooled.")
    world.refresh_from_db()
    decision.refresh_from_db()
    assert (world.status, decision.lifted_by, decision.lift_rationale) == (before, boss, "We were fooled.")
    assert "It was lifted already." in act(client, decision, "lift", rationale="Again.").content.decode()
    assert not list(pipeline.find_differences(world))


@pytest.mark.parametrize(
    ("right", "model", "name"),
    [
        ("add_review", "statement", "confirm"),
        ("add_review", "statement", "reject"),
        ("add_statement", "statement", "correct"),
        ("add_decision", "claim", "decide"),
        ("change_decision", "decision", "lift"),
        ("add_withdrawal", "article", "withdraw"),
        ("change_revision", "article", "read-again"),
        ("change_apikey", "apikey", "revoke"),
    ],
)
def test_each_act_needs_its_own_right(world: Claim, boss: User, right: str, model: str, name: str) -> None:
    """With every right but one, the act that needs it is refused; with it, it is open."""
    pipeline.decide_claim(world.pk, Status.REFUTED, "Seen.", author=boss, now=timezone.now())
    rows = {"statement": Statement, "claim": Claim, "article": Article, "apikey": ApiKey}
    row = rows[model].objects.latest("pk") if model in rows else world.decisions.latest("pk")
    user = User.objects.create_user("nearly", is_staff=True)
    rights = Permission.objects.filter(content_type__app_label="claims")
    user.user_permissions.set(rights.exclude(codename=right))
    address = reverse(f"admin:claims_{model}_{name}", args=[row.pk])
    page = reverse(f"admin:claims_{model}_change", args=[row.pk])
    assert enter(user).post(address, {"reason": "x", "rationale": "x", "status": "confirmed"}).status_code == 403
    assert address not in enter(user).get(page).content.decode()
    user.user_permissions.set(rights)
    assert enter(User.objects.get(pk=user.pk)).get(address).status_code == 200


def test_new_terms_make_the_claim_due_and_ring(
    world: Claim, boss: User, silent_bells: Rung, django_capture_on_commit_callbacks: Any
) -> None:
    lab = Party.objects.create(slug="lab", reliability="B", names={"en": ["The Lab"]})
    with django_capture_on_commit_callbacks(execute=True):
        save(enter(boss), world, gains=[lab.pk])
    world.refresh_from_db()
    assert world.ring_at is not None and silent_bells["assessments"] == [world.pk]
    assert silent_bells["readings"] == []
    pipeline.assess_claim(world.pk, timezone.now())
    world.refresh_from_db()
    assert world.ring_at is None and "lab" in world.terms.latest("recorded_at").gains


def test_a_partys_new_grade_makes_its_claims_due(
    world: Claim, boss: User, silent_bells: Rung, django_capture_on_commit_callbacks: Any
) -> None:
    make_claim("another")  # its holder gains by it: concerned though it never spoke of it
    loner = Party.objects.create(slug="loner", names={"en": ["Loner"]})
    client = enter(boss)
    with django_capture_on_commit_callbacks(execute=True):
        save(client, Party.objects.get(slug="reds"), reliability="E")
        save(client, loner, reliability="B")
        save(client, loner, note="Only a note.")
    assert silent_bells["assessments"] == sorted(Claim.objects.values_list("pk", flat=True))
    assert Claim.objects.filter(ring_at__isnull=True).count() == 0


def test_a_new_wording_makes_articles_due_to_be_read_again(
    world: Claim, boss: User, silent_bells: Rung, django_capture_on_commit_callbacks: Any
) -> None:
    old = Article.objects.earliest("pk")
    Article.objects.filter(pk=old.pk).update(published_at=timezone.now() - timedelta(days=200))
    world.place = {"name": "Mill", "geonameid": 5, "names": {"en": ["Mill"], "xx": ["Mlyn"]}}
    world.save()
    with django_capture_on_commit_callbacks(execute=True):
        save(enter(boss), world, place_names_en="Mill\nOld Mill")
    world.refresh_from_db()
    assert world.place == {"name": "Mill", "geonameid": 5, "names": {"en": ["Mill", "Old Mill"], "xx": ["Mlyn"]}}
    due = sorted(Revision.objects.filter(read_at__isnull=True).values_list("pk", flat=True))
    assert due == sorted(silent_bells["readings"]) and len(due) == Article.objects.count() - 1
    assert old.newest.read_at is not None
    assert silent_bells["assessments"] == []


def test_saving_a_form_writes_only_what_it_changed(world: Claim, boss: User) -> None:
    """A worker settles the claim while an editor has its form open: the status is not written back."""
    client = enter(boss)
    data = form_of(client, world)
    pipeline.decide_claim(world.pk, Status.REFUTED, "Meanwhile.", author=boss, now=timezone.now())
    version = Claim.objects.get(pk=world.pk).version
    data["proposition_en"] = "The reds hold the old mill."
    client.post(reverse("admin:claims_claim_change", args=[world.pk]), data)
    world.refresh_from_db()
    assert (world.title, world.status, world.version) == ("The reds hold the old mill.", Status.REFUTED, version)
    assert json.loads(world.document)["status"] == "refuted"
    assert not list(pipeline.find_differences(world))


def test_a_new_claim_is_assessed_at_once(boss: User, silent_bells: Rung) -> None:
    client = enter(boss)
    loser = Party.objects.create(slug="mayor", names={"en": ["The Mayor"]})
    data = {
        "slug": "bridge-will-close", "kind": "general", "proposition_en": "The bridge will close.",
        "keywords_en": "bridge\nclose, shut", "loses": [loser.pk],
    }  # fmt: skip
    refused = client.post(reverse("admin:claims_claim_add"), {**data, "proposition_en": ""})
    assert "Word the claim in at least one language." in refused.content.decode()
    assert (
        "who is said to hold the place"
        in client.post(reverse("admin:claims_claim_add"), {**data, "kind": "control"}).content.decode()
    )
    answer = client.post(reverse("admin:claims_claim_add"), data)
    assert answer.status_code == 302
    claim = Claim.objects.get(slug="bridge-will-close")
    assert claim.keywords == {"en": [["bridge"], ["close", "shut"]]} and claim.recorded_at is not None
    line = StatusPeriod.objects.get(claim=claim)
    assert (line.status, line.rule) == ("unverified", "unverified")
    assert claim.terms.get().loses == ["mayor"]
    assert json.loads(claim.document)["claim"] == "bridge-will-close"


def test_withdrawing_restoring_and_reading_again(
    world: Claim, boss: User, silent_bells: Rung, django_capture_on_commit_callbacks: Any
) -> None:
    article = say(world, "blues", Stance.DENIES).article
    assert article is not None
    client = enter(boss)
    with django_capture_on_commit_callbacks(execute=True):
        act(client, article, "withdraw", why="Retracted.")
    withdrawal = article.withdrawals.get()
    assert silent_bells["withdrawals"] == [withdrawal.pk] and withdrawal.recorded_at is None
    assert "has been asked for" in act(client, article, "withdraw", why="").content.decode()
    assert history(article) == [("boss", "Withdrawn: its statements stop counting. Retracted.")]
    pipeline.record_withdrawal(withdrawal.pk, timezone.now())
    assert "It is withdrawn already." in act(client, article, "withdraw").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        act(client, article, "restore", why="Put back.")
        act(client, article, "read-again")
    assert article.withdrawals.latest("pk").withdrawn is False
    newest = article.newest
    assert newest.read_at is None and newest.ring_at is not None and silent_bells["readings"] == [newest.pk]


def test_a_key_is_shown_once_and_kept_as_a_digest(boss: User) -> None:
    client = enter(boss)
    made = client.post(
        reverse("admin:claims_apikey_add"), {"user": boss.pk, "name": "robot", "scopes": ["read"]}, follow=True
    )
    row = ApiKey.objects.get()
    shown = [word for word in made.content.decode().replace("<", " ").split() if word.startswith("fck_")]
    keys = [word for word in shown if len(word) > 20]
    assert len(keys) == 1 and ApiKey.objects.find(keys[0], timezone.now()) == row
    page = reverse("admin:claims_apikey_change", args=[row.pk])
    assert keys[0] not in client.get(page).content.decode()
    assert keys[0] not in str(list(LogEntry.objects.values()))
    act(client, row, "revoke")
    assert ApiKey.objects.find(keys[0], timezone.now()) is None
    assert history(row)[0] == ("boss", "Revoked: the key opens nothing any more.")


def test_a_slug_that_others_know_a_row_by_stays(world: Claim, boss: User) -> None:
    client = enter(boss)
    for row in (world, Party.objects.get(slug="reds")):
        save(client, row, slug="renamed")
        slug = row.slug
        row.refresh_from_db()
        assert row.slug == slug
