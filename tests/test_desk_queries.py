"""Every page of the desk asks the database twelve times at most, and no more often with ten times as much to show."""

from collections.abc import Iterator, Sequence

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from claims import pipeline
from claims.models import ApiKey, Article, Claim, Decision, Revision, Statement, Story
from claims.models.rights import EDITORS, GROUPS
from claims.words import Stance, Status, Verdict
from tests.desk_world import boss, enter, make_claim, make_member, propose, publish, say, silent_bells, watch, world
from tests.test_role_matrix import addresses

__all__ = ["boss", "silent_bells", "world"]  # fixtures

MOST = 12
TIMES = 10
# Not pages: a script's words, an answer to a chooser that is asked for by its script, doors.
NO_PAGES = {"jsi18n", "autocomplete", "view_on_site", "login", "logout", "app_list"}


def open_pages(rows: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every page of the desk that can be asked for, by name, with its address; of rows those given, by model."""
    for address in addresses():
        model, page = address.page
        if address.name in NO_PAGES or not address.name or page == "delete":
            continue
        taken = address.route.count("<")
        if taken > 1 or (taken and model not in rows):
            continue
        try:
            yield address.name, reverse(f"admin:{address.name}", args=[rows[model]] if taken else [])
        except NoReverseMatch:
            continue


def count_queries(clients: Sequence[Client], address: str) -> int:
    """How often a page asks, opened by the first of these who may; 0 where it is no page of its own."""
    for client in clients:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        if answer.status_code == 200:
            return len(asked)
        assert answer.status_code in (302, 403, 405), address
    return 0


def grow(world: Claim, first: Statement, editor: User) -> None:
    """Ten times as much of all that a page could show."""
    story = Revision.objects.get(pk=first.revision_id).story
    for number in range(TIMES):
        now = timezone.now()
        other = make_claim(f"claim-{number}")
        for party, stance in (("reds", Stance.AFFIRMS), ("blues", Stance.DENIES)):
            statement = say(other, party, stance)
            again = say(world, party, stance, confidence=0.5)
            pipeline.review_statement(statement.pk, Verdict.CONFIRMED, editor=editor, now=now)
            # Half of them carry the text of the first one.
            if party == "reds":
                Revision.objects.filter(pk=again.revision_id).update(story=story)
        pipeline.review_statement(first.pk, Verdict.REJECTED, editor=editor, reason="No.", now=timezone.now())
        pipeline.review_statement(first.pk, Verdict.CONFIRMED, editor=editor, reason="Yes.", now=timezone.now())
        for claim in (other, world):
            decision = pipeline.decide_claim(claim.pk, Status.REFUTED, "Seen.", author=editor, now=timezone.now())
            pipeline.lift_decision(decision.pk, "Not so.", author=editor, now=timezone.now())
        newest = Revision.objects.filter(article=first.article).latest("number")
        Revision.objects.create(
            article=first.article, number=newest.number + 1, title=newest.title, text=f"{newest.text} More {number}.",
            lang="en", digest=f"more-{number}", published_at=now, recorded_at=now, story=story, read_at=now,
        )  # fmt: skip
        ApiKey.objects.issue(user=editor, name="robot", scopes=["read"])
        watch()
        propose()
        propose(f"other-{number}", wording="The Reds broke the dam.")
        publish(f"Nobody said anything {number}.", "Quiet", now, now)
        User.objects.create_user(f"person-{number}", password="x")


@pytest.mark.django_db
def test_every_page_asks_as_often_however_much_there_is(world: Claim, boss: User) -> None:
    """As somebody of every group asks: a superuser's rights are known without asking."""
    everybody = make_member(EDITORS)
    everybody.groups.set(Group.objects.filter(name__in=GROUPS))
    first = Statement.objects.earliest("pk")
    shown = {
        "claims.claim": world.pk,
        "claims.statement": first.pk,
        "claims.article": first.article_id,
        "claims.story": Story.objects.earliest("pk").pk,
        "claims.candidate": propose().pk,
        "claims.decision": Decision.objects.earliest("pk").pk,
        "auth.user": boss.pk,
        "auth.group": Group.objects.earliest("pk").pk,
    }
    for model in {address.page[0] for address in addresses()} - shown.keys() - {""}:
        row = apps.get_model(model)._default_manager.order_by("pk").first()
        assert row is not None, model
        shown[model] = row.pk
    clients = [enter(everybody), enter(boss)]
    ContentType.objects.get_for_models(*apps.get_models())  # looked up once in the life of a process

    def count() -> dict[str, int]:
        return {name: count_queries(clients, address) for name, address in open_pages(shown)}

    few = count()
    assert sum(n > 0 for n in few.values()) > 60
    grow(world, first, boss)
    many = count()
    assert {name: (few[name], n) for name, n in many.items() if n > few[name] + 1} == {}
    assert {name: n for name, n in many.items() if n > MOST} == {}
    assert Article.objects.count() > 3 * TIMES
