"""A claim's page on the desk: all that its status rests on without a click, in a dozen questions whatever was said."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin import claim_page
from claims.models import Claim, Note, Party
from claims.models.rights import EDITORS, READ_ONLY, keep_groups
from claims.words import Stance, Status, Verdict
from tests.desk_world import QUOTE, boss, enter, make_claim, reader, say, silent_bells, world

__all__ = ["boss", "reader", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db


def address_of(claim: Claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def page(user: User, claim: Claim) -> str:
    answer = enter(user).get(address_of(claim))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def member(name: str, group: str) -> User:
    keep_groups()
    user = User.objects.create_user(name, password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def test_the_page_shows_why_without_a_click(world: Claim, boss: User) -> None:
    html = page(boss, world)
    for told in (
        "The Reds affirms it; The Blues denies it.",
        'aria-labelledby="timeline-title"',
        "The Reds: affirms, ",
        "Who says what",
        QUOTE,
        "What would change it",
        "Seen it.",  # the decision's rationale
        "Seen wrongly.",  # why it was lifted
        "What the ledger believed earlier",
        "An editor decided it.",  # which was so until it was lifted
    ):
        assert told in html, told
    assert "<details" not in html.split('id="fc-status"')[1].split("Wording and terms")[0]
    assert 'style="' not in html.split('id="fc-drawn"')[1].split("</section>")[0]


def test_under_a_decision_the_page_says_what_the_policy_says_without_it(world: Claim, boss: User) -> None:
    assert "Without it, by the policy:" not in page(boss, world)
    pipeline.decide_claim(world.pk, Status.CONFIRMED, "The mayor showed us.", author=boss, now=timezone.now())
    view = claim_page.view(Claim.objects.get(pk=world.pk), timezone.now())
    assert view.undecided is not None
    assert (view.undecided.status, view.undecided.rule) == ("contested", "contested")
    html = page(boss, world)
    told = html.split("Without it, by the policy:")[1][:200]
    assert "contested" in told
    assert "The Reds affirms it; The Blues denies it." in told
    head = html.split('id="fc-drawn"')[0]
    assert "The mayor showed us." in head
    assert "boss" in head.split("The mayor showed us.")[1]


def test_lifting_stands_beside_a_decision_in_force_for_who_may_lift(world: Claim, boss: User, reader: User) -> None:
    decided = pipeline.decide_claim(world.pk, Status.CONFIRMED, "Shown.", author=boss, now=timezone.now())
    lift = reverse("admin:claims_decision_lift", args=[decided.pk])
    assert lift in page(boss, world)
    assert lift not in page(reader, world)
    assert lift not in page(member("ed", EDITORS), world)


def test_a_note_is_added_on_the_page_and_stays(world: Claim, boss: User) -> None:
    editor = member("ed", EDITORS)
    client = enter(editor)
    seen = client.get(address_of(world)).context["seen"]
    answer = client.post(
        reverse("admin:claims_claim_note", args=[world.pk]), {"text": "Call <b>the mill</b>.", "seen": seen}
    )
    assert answer["Location"] == address_of(world)
    html = page(boss, world)
    assert "Call &lt;b&gt;the mill&lt;/b&gt;." in html.split('id="fc-notes"')[1]
    assert "ed ·" in html.split("Call &lt;b&gt;the mill")[1]
    note = Note.objects.get()
    assert (note.author, note.claim) == (editor, world)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        Note.objects.update(text="Something else.")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        note.delete()


def test_an_empty_note_is_refused_and_nobody_without_the_right_adds_one(world: Claim, boss: User) -> None:
    note = reverse("admin:claims_claim_note", args=[world.pk])
    refused = enter(boss).post(note, {"text": "  "})
    assert refused.status_code == 200
    assert "This field is required." in refused.content.decode()
    onlooker = member("eve", READ_ONLY)
    assert enter(onlooker).post(note, {"text": "Hello."}).status_code == 403
    assert note not in page(onlooker, world)
    assert not Note.objects.exists()


def test_the_page_asks_a_dozen_questions_at_most_however_much_was_said(world: Claim, boss: User) -> None:
    editor = member("ed", EDITORS)
    client = enter(editor)

    def count() -> int:
        client.get(address_of(world))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address_of(world)).status_code == 200
        return len(asked)

    few = count()
    now = timezone.now()
    for number in range(40):
        Party.objects.create(slug=f"paper-{number}", names={"en": [f"Paper {number}"]}, reliability="B")
        statement = say(world, f"paper-{number}", list(Stance)[number % 3])
        if number % 5 == 0:
            pipeline.review_statement(statement.pk, Verdict.CONFIRMED, editor=boss, now=now)
            decided = pipeline.decide_claim(world.pk, Status.REFUTED, "Seen.", author=boss, now=now)
            pipeline.lift_decision(decided.pk, "Not so.", author=boss, now=now)
            Note.objects.create(claim=world, author=boss, text="Look again.", recorded_at=now)
    world.gains.set(Party.objects.filter(slug__in=["paper-1", "paper-2"]))
    world.loses.set(Party.objects.filter(slug__in=["paper-3", "paper-4"]))
    many = count()
    assert few <= many <= 12


def test_of_many_parties_those_that_matter_are_shown_and_the_rest_counted(world: Claim, boss: User) -> None:
    """Those the status rests on come before those that only spoke later; nothing grows without end."""
    for number in range(claim_page.PARTIES_SHOWN + 10):
        Party.objects.create(slug=f"paper-{number}", names={"en": [f"Paper {number}"]}, reliability="F")
        say(world, f"paper-{number}", Stance.AFFIRMS)
    for party in ("reds", "blues"):
        pipeline.review_statement(
            world.statements.filter(party__slug=party).earliest("pk").pk, Verdict.CONFIRMED, editor=boss,
            now=timezone.now(),
        )  # fmt: skip
    decided = pipeline.decide_claim(world.pk, Status.CONFIRMED, "Shown.", author=boss, now=timezone.now())
    view = claim_page.view(world, timezone.now())
    assert len(view.parties) == claim_page.PARTIES_SHOWN
    assert view.left_out == 12
    # Under the decision the blues dissent: they are shown, though everybody else spoke after them.
    assert "blues" in [shown.party.slug for shown in view.parties]
    assert view.in_force == decided.pk
    html = page(boss, world)
    assert "12 more parties" in html
    assert "Not drawn: 30 more parties" in html


def test_what_counts_no_more_is_not_quoted(world: Claim, boss: User) -> None:
    newer = say(world, "reds", Stance.AFFIRMS, quote="we never left the mill")
    assert "we never left the mill" in page(boss, world)
    pipeline.review_statement(newer.pk, Verdict.REJECTED, editor=boss, reason="Old words.", now=timezone.now())
    quoted = {quote.statement.quote for p in claim_page.view(world, timezone.now()).parties for quote in p.quotes}
    assert quoted == {QUOTE}


def test_a_claim_nobody_spoke_of_has_a_page(boss: User) -> None:
    claim = make_claim("quiet")
    html = page(boss, claim)
    assert "Nobody has taken a position." in html
    assert "fc-drawn" not in html
    bare = Claim.objects.create(
        slug="bare", kind="general", proposition={"en": "It leaked."}, recorded_at=timezone.now() - timedelta(days=1)
    )
    assert "Not assessed yet." in page(boss, bare)


def test_choosers_show_who_is_chosen_without_asking(world: Claim, boss: User) -> None:
    world.gains.set(Party.objects.filter(slug="reds"))
    html = page(boss, world)
    chosen = html.split('<select name="gains"')[1].split("</select>")[0]
    assert "The Reds" in chosen
    assert "selected" in chosen
    # A form that comes back with others chosen shows those.
    answer = enter(boss).post(
        address_of(world), {"kind": "control", "gains": [Party.objects.get(slug="blues").pk], "holder": ""}
    )
    assert "The Blues" in answer.content.decode().split('<select name="gains"')[1].split("</select>")[0]
