"""New claims on the desk: shown with their words, accepted with one click, dismissed with a reason, all on record."""

from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from claims.admin.history import read_message
from claims.models import Candidate, Claim
from tests.desk_world import boss, enter, make_claim, propose, silent_bells, world

__all__ = ["boss", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db

LIST = "admin:claims_candidate_changelist"


@pytest.fixture
def candidate(world: Claim) -> Candidate:
    """A town said to be taken, in two stories."""
    propose()
    return Candidate.objects.get()


def act(client: Client, candidate: Candidate, name: str, filters: str = "", **given: Any) -> Any:
    return client.post(reverse(f"admin:claims_candidate_{name}", args=[candidate.pk]) + filters, given)


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def history(row: Any) -> list[tuple[str, str]]:
    """Who did what to a row, newest first."""
    entries = LogEntry.objects.filter(content_type__model=row._meta.model_name, object_id=str(row.pk))
    return [(entry.user.username, read_message(entry).said) for entry in entries]


def test_the_list_accepts_with_one_click(
    candidate: Candidate, boss: User, silent_bells: dict[str, list[int]], django_capture_on_commit_callbacks: Any
) -> None:
    client = enter(boss)
    page = client.get(reverse(LIST), {"kind__exact": "control"})
    (row,) = page.context["cl"].result_list
    html = page.content.decode()
    assert "The Reds controls Velmora." in html and "The Blues, The Reds" in html and "2 stories" in html
    assert f'formaction="{row.accept_url}"' in html.replace("&amp;", "&")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(row.accept_url, {"action": "", "select_across": "0"})  # as the list's own form sends it
    assert answer["Location"] == f"{reverse(LIST)}?kind__exact=control"
    claim = Claim.objects.get(slug="reds-controls-velmora")
    candidate.refresh_from_db()
    assert (candidate.state, candidate.claim, candidate.decided_by) == ("accepted", claim, boss)
    editions = list(candidate.sightings.order_by("revision").values_list("revision", flat=True))
    assert silent_bells["readings"] == editions and len(editions) == 2
    said = "Accepted as claim reds-controls-velmora. 2 articles are read again for it."
    assert told(answer) == [said] and history(candidate) == [("boss", said)]
    assert history(claim) == [("boss", "Accepted as a new claim. 2 articles are read again for it.")]
    assert LogEntry.objects.get(content_type__model="claim", object_id=str(claim.pk)).action_flag == ADDITION
    assert not client.get(reverse(LIST)).context["cl"].result_list
    assert "It was accepted already." in told(act(client, candidate, "accept"))


def test_accepting_to_edit_goes_on_to_the_claim(candidate: Candidate, boss: User) -> None:
    client = enter(boss)
    page = client.get(reverse("admin:claims_candidate_change", args=[candidate.pk]))
    assert 'value="reds-controls-velmora"' in page.content.decode()
    answer = act(client, candidate, "accept-and-edit", slug="velmora-is-taken", reason="")
    claim = Claim.objects.get(slug="velmora-is-taken")
    assert answer["Location"] == reverse("admin:claims_claim_change", args=[claim.pk])
    assert client.get(answer["Location"]).status_code == 200
    page = client.get(reverse("admin:claims_candidate_change", args=[candidate.pk])).content.decode()
    assert answer["Location"] in page and "/dismiss/" not in page


def test_a_slug_that_is_taken_is_refused_in_words(candidate: Candidate, boss: User) -> None:
    make_claim("taken")
    answer = act(enter(boss), candidate, "accept", slug="taken")
    assert "There is a claim &quot;taken&quot; already: choose another slug." in answer.content.decode()
    candidate.refresh_from_db()
    assert candidate.state == "open" and history(candidate) == []


def test_dismissing_needs_a_reason_and_reopening_brings_it_back(candidate: Candidate, boss: User) -> None:
    client = enter(boss)
    assert "This field is required." in act(client, candidate, "dismiss", reason=" ").content.decode()
    answer = act(client, candidate, "dismiss", "?_changelist_filters=q%3DVelmora", reason="An old tale.")
    assert answer["Location"] == f"{reverse(LIST)}?q=Velmora"
    candidate.refresh_from_db()
    assert (candidate.state, candidate.why, candidate.decided_by) == ("dismissed", "An old tale.", boss)
    propose()
    assert not client.get(reverse(LIST)).context["cl"].result_list
    page = client.get(reverse("admin:claims_candidate_change", args=[candidate.pk])).content.decode()
    assert "An old tale." in page and "/accept/" not in page and "/reopen/" in page
    act(client, candidate, "reopen", reason="Told anew.")
    assert [row.pk for row in client.get(reverse(LIST)).context["cl"].result_list] == [candidate.pk]
    assert history(candidate) == [
        ("boss", "Reopened: it is proposed again. Told anew."),
        ("boss", "Dismissed. An old tale."),
    ]


def test_the_page_marks_the_quote_in_its_paragraph_and_says_what_the_claim_would_be(
    candidate: Candidate, boss: User
) -> None:
    page = enter(boss).get(reverse("admin:claims_candidate_change", args=[candidate.pk]))
    html = page.content.decode()
    assert 'that <mark class="fc-quote fc-mixed">the Reds took Velmora</mark>, no less.</blockquote>' in html
    assert "First paragraph." not in html
    assert len(page.context["stories"]) == 2
    facts = dict(page.context["draft_facts"])
    assert (facts["Holder"], facts["Opposed"], facts["Place"]) == (
        "The Reds", "The Blues", "Velmora, XX (50.500, 30.250)",
    )  # fmt: skip


def test_each_act_needs_its_rights(candidate: Candidate) -> None:
    user = User.objects.create_user("half", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_candidate", "change_candidate"]))
    client = enter(user)
    html = client.get(reverse(LIST)).content.decode()
    assert "Velmora" in html and "/accept/" not in html
    for name in ("accept", "accept-and-edit"):
        assert act(client, candidate, name).status_code == 403
    assert not Claim.objects.filter(candidates=candidate).exists()
    assert act(client, candidate, "dismiss", reason="No.").status_code == 302
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_candidate", "add_claim"]))
    client = enter(User.objects.get(pk=user.pk))
    assert act(client, candidate, "reopen").status_code == 403


def test_the_desk_counts_what_is_proposed(candidate: Candidate, boss: User) -> None:
    client = enter(boss)
    assert client.get(reverse("admin:index")).context["desk"]["counts"]["proposed"] == "1"
    act(client, candidate, "dismiss", reason="No.")
    page = client.get(reverse("admin:index"))
    assert page.context["desk"]["counts"]["proposed"] == "0" and "new claims proposed" in page.content.decode()
