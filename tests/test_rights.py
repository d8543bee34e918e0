"""Who may do what: the four groups follow one table, and what the policy goes by is for senior editors."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.urls import reverse

from claims.models import Claim, Party
from claims.models.rights import EDITORS, GROUPS, READ_ONLY, SENIOR_EDITORS, SOURCE_DESK, keep_groups
from tests.desk_world import boss, enter, make_member, silent_bells, world
from tests.test_admin_acts import form_of

__all__ = ["boss", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db


def rights_of(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_migrating_makes_the_groups() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {READ_ONLY, EDITORS, SENIOR_EDITORS, SOURCE_DESK}
    for name, acting in GROUPS.items():
        looking = {right for right in rights_of(name) if right.startswith("view_")}
        assert rights_of(name) == looking | acting
        assert {"view_claim", "view_statement", "view_article", "view_feed"} <= looking
        assert not {"view_apikey", "view_keptanswer"} & looking
    removing = [right for name in GROUPS for right in rights_of(name) if right.startswith("delete_")]
    assert removing == []
    assert rights_of(EDITORS) < rights_of(SENIOR_EDITORS)
    assert keep_groups() == []


def test_every_migrate_puts_the_groups_in_step() -> None:
    editors = Group.objects.get(name=EDITORS)
    editors.permissions.remove(Permission.objects.get(codename="add_review"))
    editors.permissions.add(Permission.objects.get(codename="add_decision"))
    own = Group.objects.create(name="Night shift")
    said = StringIO()
    call_command("migrate", stdout=said)
    assert "Groups in step with the table of rights: Editors" in said.getvalue()
    assert "add_review" in rights_of(EDITORS) and "add_decision" not in rights_of(EDITORS)
    assert Group.objects.contains(own)
    editors.permissions.clear()
    call_command("migrate", plan=True, stdout=StringIO())
    assert rights_of(EDITORS) == set()  # a plan changes nothing


def test_a_right_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.models.rights.GROUPS", {EDITORS: frozenset({"add_reviews"})})
    with pytest.raises(LookupError, match="add_reviews"):
        keep_groups()


def test_a_given_group_is_not_edited_on_the_desk_and_nobody_is_removed(boss: User) -> None:
    client, editors, own = enter(boss), Group.objects.get(name=EDITORS), Group.objects.create(name="Night shift")
    editor = make_member(EDITORS)
    before = rights_of(EDITORS)
    client.post(reverse("admin:auth_group_change", args=[editors.pk]), {"name": "Others", "permissions": []})
    editors.refresh_from_db()
    assert (editors.name, rights_of(EDITORS)) == (EDITORS, before)
    assert client.post(reverse("admin:auth_group_delete", args=[editors.pk]), {"post": "yes"}).status_code == 403
    listed = reverse("admin:auth_group_changelist")
    client.post(listed, {"action": "delete_selected", "_selected_action": [editors.pk], "post": "yes"})
    assert Group.objects.contains(editors)
    client.post(listed, {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"})
    assert not Group.objects.contains(own)
    assert client.post(reverse("admin:auth_user_delete", args=[editor.pk]), {"post": "yes"}).status_code == 403
    listed = reverse("admin:auth_user_changelist")
    client.post(listed, {"action": "delete_selected", "_selected_action": [editor.pk], "post": "yes"})
    assert User.objects.contains(editor)


def test_what_the_policy_goes_by_is_for_senior_editors(world: Claim) -> None:
    """An editor words claims and names parties; the same form with terms in it changes none of them."""
    lab, reds = Party.objects.create(slug="lab", names={"en": ["The Lab"]}), Party.objects.get(slug="reds")

    def save(group: str, row: Any, **changed: Any) -> None:
        client = enter(User.objects.filter(groups__name=group).first() or make_member(group))
        data = {**form_of(client, row), **changed}
        answer = client.post(reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk]), data)
        assert answer.status_code == 302, answer.context["errors"]
        row.refresh_from_db()

    save(EDITORS, world, proposition_en="The reds have the mill.", gains=[lab.pk], holder=lab.pk)
    assert world.title == "The reds have the mill." and world.holder == reds and not world.gains.exists()
    save(EDITORS, reds, names_en="The Red Army", reliability="A", aligned_with=lab.pk)
    assert reds.names == {"en": ["The Red Army"]} and (reds.reliability, reds.aligned_with) == ("C", None)
    save(SENIOR_EDITORS, world, gains=[lab.pk])
    save(SENIOR_EDITORS, reds, reliability="B", aligned_with=lab.pk)
    assert list(world.gains.all()) == [lab] and (reds.reliability, reds.aligned_with) == ("B", lab)


def test_an_editor_makes_claims_and_parties(world: Claim) -> None:
    client, blues = enter(make_member(EDITORS)), Party.objects.get(slug="blues")
    given = {"slug": "tower", "kind": "control", "holder": blues.pk, "place_name": "Tower", "gains": [blues.pk]}
    answer = client.post(reverse("admin:claims_claim_add"), given)
    assert answer.status_code == 302 and Claim.objects.get(slug="tower").holder == blues
    answer = client.post(reverse("admin:claims_party_add"), {"slug": "lab", "names_en": "The Lab", "reliability": "A"})
    assert answer.status_code == 302 and Party.objects.get(slug="lab").reliability == "F"
