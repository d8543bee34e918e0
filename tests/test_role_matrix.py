"""Every address of the desk, every group, every action: who may do what, as a table to be read beside the code.

The addresses are those of the URL conf, so that a new one fails here until somebody has said who may use it.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import connection, transaction
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from claims.models import Claim, Host
from claims.models.rights import EDITORS, READ_ONLY, SENIOR_EDITORS, SOURCE_DESK
from claims.words import Stance
from tests.desk_world import boss, enter, make_member, say, silent_bells, world

__all__ = ["boss", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db

# R Read-only, E Editors, S Senior editors, D Source desk, N staff of no group, B superuser.
GROUP_OF = {"R": READ_ONLY, "E": EDITORS, "S": SENIOR_EDITORS, "D": SOURCE_DESK}
ALL = "RESDNB"
LOOK = "RESDB"

# Who may look at the rows, change them by their form, add one by a form, delete one.
ROWS: Mapping[str, tuple[str, str, str, str]] = {
    "claims.claim": (LOOK, "ESB", "ESB", ""),
    "claims.candidate": (LOOK, "", "", ""),
    "claims.statement": (LOOK, "", "", ""),
    "claims.decision": (LOOK, "", "", ""),
    "claims.review": (LOOK, "", "", ""),
    "claims.article": (LOOK, "", "", ""),
    "claims.page": (LOOK, "", "", ""),
    "claims.host": (LOOK, "", "", ""),
    "claims.story": (LOOK, "", "", ""),
    "claims.withdrawal": (LOOK, "", "", ""),
    "claims.readerday": (LOOK, "", "", ""),
    "claims.source": (LOOK, "DB", "DB", ""),
    "claims.feed": (LOOK, "DB", "DB", ""),
    "claims.party": (LOOK, "ESB", "ESB", ""),
    "claims.statusperiod": (LOOK, "", "", ""),
    "claims.change": (LOOK, "", "", ""),
    "claims.apikey": ("B", "B", "B", ""),
    "auth.user": ("B", "B", "B", ""),
    "auth.group": ("B", "B", "B", "B"),
}
# Acts on a row, at addresses of their own: asked for and taken by the same people.
ACTS: Mapping[str, str] = {
    "claims_statement_confirm": "ESB",
    "claims_statement_reject": "ESB",
    "claims_statement_correct": "ESB",
    "claims_statement_move-quote": "ESB",
    "claims_statement_undo": "ESB",
    "claims_claim_decide": "SB",
    "claims_claim_note": "ESB",
    "claims_claim_tried": "ESB",
    "claims_decision_lift": "SB",
    "claims_candidate_accept": "ESB",
    "claims_candidate_accept-and-edit": "ESB",
    "claims_candidate_dismiss": "ESB",
    "claims_candidate_reopen": "ESB",
    "claims_article_add-statement": "ESB",
    "claims_article_read-again": "ESDB",
    "claims_article_withdraw": "ESDB",
    "claims_article_restore": "ESDB",
    "claims_feed_poll-now": "DB",
    "claims_feed_pause": "DB",
    "claims_feed_resume": "DB",
    "claims_page_fetch-again": "DB",
    "claims_apikey_revoke": "B",
    "auth_user_password_change": "B",
}
# Pages of no row: who may ask for one, who may post to it.
PAGES: Mapping[str, tuple[str, str]] = {
    "index": (ALL, ALL),
    "search": (ALL, ALL),
    "queue": (LOOK, LOOK),  # nothing is done by posting to it
    "queue_next": (LOOK, LOOK),
    "queue_undo": (ALL, "ESB"),  # it cannot be asked for: 405
    "claims_party_try": (LOOK, LOOK),  # asks the reader, writes nothing
    "autocomplete": (LOOK, ALL),  # nothing can be posted to it: 405
    "app_list": (ALL, ALL),
    "jsi18n": (ALL, ALL),
    "view_on_site": (ALL, ALL),
    "password_change": (ALL, ALL),
    "password_change_done": (ALL, ALL),
}
# Open to anybody: the way in and out.
DOORS = {"login", "logout"}
# Actions on rows chosen in a list.
BULK: Mapping[tuple[str, str], str] = {
    ("claims.statement", "confirm_selected"): "ESB",
    ("claims.statement", "reject_selected"): "ESB",
    ("auth.user", "delete_selected"): "",
    ("auth.group", "delete_selected"): "B",
}
GIVEN = {
    "reason": "Why not.",
    "text": "Why not.",
    "rationale": "Why not.",
    "why": "Why not.",
    "status": "confirmed",
    "stance": "unsettled",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the URL conf under the desk, and the model whose rows it shows, if any."""

    name: str
    route: str

    @property
    def page(self) -> tuple[str, str]:
        """The model and the page of it: ("claims.claim", "change"); no model for the desk's own pages."""
        for model in admin.site._registry:
            prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
            if self.name.startswith(prefix):
                return model._meta.label_lower, self.name.removeprefix(prefix)
        return "", self.name


def addresses() -> list[Address]:
    """Every pattern of the URL conf under the desk."""
    desk = next(found for found in get_resolver().url_patterns if str(found.pattern) == "admin/")
    return [Address(pattern.name or "", route) for pattern, route in walk(desk, "")]


def walk(found: URLResolver, before: str) -> Iterator[tuple[URLPattern, str]]:
    for part in found.url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from walk(part, route)
        else:
            yield part, route


def who_may(address: Address) -> tuple[str, str]:
    """Who may ask for an address and who may post to it; fails where nobody has said."""
    model, page = address.page
    if address.name in PAGES:
        return PAGES[address.name]
    if address.name in ACTS:
        return ACTS[address.name], ACTS[address.name]
    assert model, f"say in PAGES who may open {address.name} ({address.route})"
    assert model in ROWS, f"say in ROWS who may look at, change, add and delete {model}"
    look, change, add, delete = ROWS[model]
    by_page = {"changelist": (look, look), "history": (look, look), "change": (look, change), "add": (add, add),
               "delete": (delete, delete)}  # fmt: skip
    assert page in by_page, f"say in ACTS who may {page} a {model} ({address.route})"
    return by_page[page]


def reach(address: Address, rows: Mapping[str, Any]) -> str:
    """The address itself, of the newest row."""
    model, _page = address.page
    if address.name == "autocomplete":
        return reverse("admin:autocomplete") + "?app_label=claims&model_name=statement&field_name=party"
    if address.name == "app_list":
        return reverse("admin:app_list", args=["claims"])
    if address.name == "view_on_site":
        kind = apps.get_model("contenttypes.ContentType").objects.get_for_model(Claim)
        return reverse("admin:view_on_site", args=[kind.pk, rows["claims.claim"].pk])
    named = f"admin:{address.name}"
    return reverse(named, args=[rows[model].pk] if "<" in address.route else [])


@pytest.fixture
def rows(world: Claim, boss: User) -> dict[str, Any]:
    """A row of every kind, to act on."""
    say(world, "blues", Stance.DENIES)
    Group.objects.create(name="Night shift")
    Host.objects.get_or_create(name="post.example")
    newest = {model: model._default_manager.order_by("-pk").first() for model in admin.site._registry}
    assert [model for model, row in newest.items() if row is None] == []
    return {model._meta.label_lower: row for model, row in newest.items()}


@pytest.fixture
def clients(boss: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    """Somebody of every group, signed in; A is anonymous, P signed in but not staff.

    Who they are and what they may is looked up once, and not with each of two thousand requests.
    """
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    people = {letter: make_member(group) for letter, group in GROUP_OF.items()}
    people |= {"N": User.objects.create_user("no-group", is_staff=True), "P": User.objects.create_user("plain")}
    people["B"] = boss
    known = {str(user.pk): user for user in people.values()}
    nobody = AnonymousUser()
    who = "django.contrib.auth.middleware.get_user"
    monkeypatch.setattr(who, lambda request: known.get(request.session.get(SESSION_KEY), nobody))
    return {"A": Client(), **{letter: enter(user) for letter, user in people.items()}}


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages are decided upon and not drawn, refusals not logged: that is tested elsewhere, and takes its time."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr(
        "django.views.defaults.loader.get_template", lambda _name, using=None: engines["django"].from_string("")
    )
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


class Writes:
    """Counts what is written to the tables of rows, and to the history."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: Any, *given: Any) -> Any:
        words = str(sql).split(None, 3)
        self.count += words[0] in ("INSERT", "UPDATE", "DELETE") and "session" not in str(sql)
        return execute(sql, *given)


def try_out(client: Client, method: str, address: str, given: dict[str, Any]) -> tuple[str, bool]:
    """What came of a request ("in", "refused", "sent to sign in"), and whether it wrote anything; then it is undone."""
    writes = Writes()
    with connection.execute_wrapper(writes), transaction.atomic():
        answer = getattr(client, method)(address, given)
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login")):
        return "sent to sign in", writes.count > 0
    assert answer.status_code in (200, 302, 403, 404, 405, 409), (method, address, answer.status_code)
    return "refused" if answer.status_code == 403 else "in", writes.count > 0


def test_every_address_opens_to_those_who_may_and_to_nobody_else(
    rows: dict[str, Any], clients: dict[str, Client], blank: None
) -> None:
    wrong, tried = [], 0
    for address in addresses():
        if address.name in DOORS or not address.name:
            continue
        asking, posting = who_may(address)
        where = reach(address, rows)
        for who, client in clients.items():
            for method, may in (("get", asking), ("post", posting)):
                came, did = try_out(client, method, where, GIVEN if method == "post" else {})
                expected = "sent to sign in" if who in "AP" else "in" if who in may else "refused"
                tried += 1
                if came != expected or (did and expected != "in"):
                    wrong.append((address.name, method, who, came, did))
    assert wrong == []
    assert tried > 100 * 16


def test_addresses_without_a_name_only_lead_on(rows: dict[str, Any], clients: dict[str, Client]) -> None:
    """The short form of a row's address, and whatever is no address: for staff, and they tell nothing."""
    nameless = [address.route for address in addresses() if not address.name]
    others = [route for route in nameless if not route.endswith("/<path:object_id>/")]
    assert others == ["(?P<url>.*)$"]
    short = reverse("admin:claims_claim_changelist") + f"{rows['claims.claim'].pk}/"
    for who, client in clients.items():
        answers = client.get(short), client.get(reverse("admin:index") + "nowhere/")
        if who in "AP":
            assert all(answer["Location"].startswith(reverse("admin:login")) for answer in answers)
        else:
            assert answers[0]["Location"].endswith("/change/") and answers[1].status_code == 404


def test_actions_on_chosen_rows_are_for_those_who_may(
    rows: dict[str, Any], clients: dict[str, Client], blank: None
) -> None:
    """Every action of every list, by everybody: who may not gets nothing done, whatever is sent."""
    offered = set()
    wrong = []
    for model, shown in admin.site._registry.items():
        label, listed = model._meta.label_lower, f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        names = {action[1] for action in shown._get_base_actions()}
        if label.startswith("claims."):
            names -= {"delete_selected"}  # offered nowhere: test_admin_pages
        offered |= {(label, name) for name in names}
        for name in names:
            may = BULK.get((label, name))
            assert may is not None, f"say in BULK who may {name} of {label}"
            given = {"action": name, "_selected_action": [rows[label].pk], "really": "1", "post": "yes", **GIVEN}
            for who, client in clients.items():
                came, did = try_out(client, "post", reverse(listed), given)
                if did != (who in may):
                    wrong.append((label, name, who, came, did))
    assert wrong == []
    assert offered == BULK.keys()


def test_nothing_is_offered_that_would_be_refused(rows: dict[str, Any], clients: dict[str, Client]) -> None:
    """On the pages of rows, each way to an act that is shown leads where its reader may go."""
    shown_to = {}
    for name in ("statement", "claim", "article", "candidate", "feed", "page"):
        label = f"claims.{name}"
        change = f"admin:{label.replace('.', '_')}_change"
        for who in "RESD":
            html = clients[who].get(reverse(change, args=[rows[label].pk])).content.decode()
            for act, may in ACTS.items():
                if act.startswith(label.replace(".", "_") + "_"):
                    way = reverse(f"admin:{act}", args=[rows[label].pk])
                    if f'"{way}' in html:
                        assert who in may, (act, who)
                        shown_to.setdefault(act, set()).add(who)
            # Nothing of a feed is left to edit once it is added.
            may_save = who in ROWS[label][1] and label != "claims.feed"
            assert ('name="_save"' in html) is may_save, (label, who)
    assert shown_to["claims_claim_decide"] == {"S"} and shown_to["claims_statement_reject"] == {"E", "S"}
    assert shown_to["claims_feed_pause"] == {"D"} and shown_to["claims_article_withdraw"] == {"E", "S", "D"}


def test_the_table_names_only_what_there_is() -> None:
    names, models = {address.name for address in addresses()}, {m._meta.label_lower for m in admin.site._registry}
    assert ACTS.keys() <= names and PAGES.keys() <= names and ROWS.keys() == models
