"""The desk's first page and its sidebar: the next thing worth doing on top, each figure a way to its rows."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from claims.admin.agreement import WEEKS, draw_agreement, recall_agreement
from claims.admin.counting import count_each
from claims.admin.history import read_message
from claims.admin.life import tell_life
from claims.admin.queue import STAKES, Asked, find_items
from claims.admin.standing import (
    COUNTED,
    IN_TROUBLE,
    draw_ages,
    draw_changes,
    feeds_in_trouble,
    list_by_age,
    list_by_day,
    tell_count,
)
from claims.models import Candidate, Change, Claim, Feed, Review, Revision, Statement
from claims.tasks import read_pulses
from claims.words import DISAGREEMENT, Status, Verdict

SHOWN = 8

Section = tuple[str | Promise, tuple[tuple[str, str | Promise, str], ...]]
SECTIONS: tuple[Section, ...] = (
    (_("Claims"), (("claim", _("Claims"), "balance"), ("candidate", _("New claims"), "new_releases"),
                   ("statement", _("Statements"), "format_quote"),
                   ("decision", _("Decisions"), "gavel"), ("review", _("Reviews"), "rate_review"))),
    (_("Articles"), (("article", _("Articles"), "article"), ("page", _("Pages fetched"), "public"),
                     ("story", _("Stories"), "content_copy"),
                     ("withdrawal", _("Withdrawals"), "unpublished"),
                     ("readerday", _("Second reader"), "robot_2"))),
    (_("Sources and parties"), (("source", _("Sources"), "newspaper"), ("feed", _("Feeds"), "rss_feed"),
                                ("host", _("Hosts"), "dns"),
                                ("party", _("Parties"), "groups"))),
    (_("Ledger"), (("statusperiod", _("Status periods"), "history_edu"), ("change", _("Changes"), "campaign"))),
    (_("Access"), (("apikey", _("API keys"), "key"),)),
)  # fmt: skip


def draw_sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The lists this user may see, in the order of the flow."""
    may = request.user.has_perm
    sections: list[dict[str, Any]] = [
        {"items": [{"title": _("Desk"), "icon": "space_dashboard", "link": reverse("admin:index")}]}
    ]
    if may("claims.view_statement") or may("claims.view_candidate"):
        queue = {"title": _("Queue"), "icon": "checklist", "link": reverse("admin:queue")}
        sections[0]["items"].append(queue)
    for title, rows in SECTIONS:
        items = [
            {"title": name, "icon": icon, "link": reverse(f"admin:claims_{model}_changelist")}
            for model, name, icon in rows
            if may(f"claims.view_{model}") or may(f"claims.change_{model}")
        ]
        if items:
            sections.append({"title": title, "separator": True, "items": items})
    people = [
        {"title": name, "icon": icon, "link": reverse(f"admin:auth_{model}_changelist")}
        for model, name, icon in (("user", _("People"), "person"), ("group", _("Groups"), "group"))
        if may(f"auth.view_{model}")
    ]
    if people:
        sections.append({"title": _("People"), "separator": True, "items": people})
    return sections


def lay_desk(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows, of what this user may see."""
    may, now = request.user.has_perm, timezone.now()
    counted, first = count_each({name: rows for right, name, rows in _figures(now) if may(right)}, COUNTED, _firsts())
    desk: dict[str, Any] = {
        "life": tell_life(read_pulses(), now),
        "acts": _last_acts(request.user),
        "counts": {name: tell_count(number) for name, number in counted.items()},
    }
    if may("claims.view_claim"):
        contested = Claim.objects.filter(status=Status.CONTESTED).select_related("holder").defer("document", "keywords")
        desk["contested"] = list(contested.order_by(F("status_since").desc(nulls_last=True), "pk")[:SHOWN])
    if may("claims.view_change"):
        changes = Change.objects.filter(kind=Change.Kind.STATUS).select_related("claim__holder")
        desk["changes"] = list(changes.defer("claim__document", "claim__keywords")[:SHOWN])
        desk["changes_chart"] = draw_changes(counted, now)
    if may("claims.view_statement"):
        desk["next"] = _next(now)
        desk["ages_chart"] = draw_ages(counted, now)
    if may("claims.view_review"):
        desk["agreement_chart"] = draw_agreement(recall_agreement(first["review"], now), now)
        desk["agreement_weeks"] = WEEKS
    if may("claims.view_feed"):
        desk["feeds"] = feeds_in_trouble()
    if may("claims.view_article"):
        desk["oldest_unread"] = first["unread"]
    return {**context, "title": _("Desk"), "desk": desk}


def _figures(now: datetime) -> Iterator[tuple[str, str, QuerySet[Any]]]:
    """What is counted: the right it takes to see it, its name, its rows."""
    unread = Revision.objects.unread()
    yield "claims.view_claim", "contested", Claim.objects.filter(status=Status.CONTESTED)
    yield "claims.view_claim", "stakes", Claim.objects.exclude(stakes=[])
    yield "claims.view_candidate", "proposed", Candidate.objects.waiting()
    yield "claims.view_statement", "differing", Statement.objects.unreviewed().filter(rule__startswith=DISAGREEMENT)
    for name, rows in list_by_age(now):
        yield "claims.view_statement", name, rows
    for name, changed in list_by_day(now):
        yield "claims.view_change", name, changed
    yield "claims.view_article", "due", unread.filter(ring_at__isnull=False)
    yield "claims.view_article", "failed", unread.filter(ring_at__isnull=True)
    yield "claims.view_feed", "feeds", Feed.objects.filter(IN_TROUBLE)


def _firsts() -> dict[str, QuerySet[Any]]:
    """What is asked for its first value: the newest review, and since when the oldest edition waits to be read."""
    due = Revision.objects.unread().filter(ring_at__isnull=False)
    return {
        "review": Review.objects.order_by("-pk").values_list("pk"),
        "unread": due.order_by("recorded_at").values_list("recorded_at"),
    }


def _last_acts(user: Any) -> list[Any]:
    """What was done on the desk last, by anybody, to rows this user may see."""
    newest = LogEntry.objects.select_related("content_type", "user").order_by("-pk")[: 5 * SHOWN]
    seen = (
        act
        for act in newest
        if act.content_type and user.has_perm(f"{act.content_type.app_label}.view_{act.content_type.model}")
    )
    acts = list(islice(seen, SHOWN))
    for act in acts:
        act.said = read_message(act).said
    return acts


def _next(now: datetime) -> list[dict[str, Any]]:
    """The first readings of the queue on which a word turns a claim, each with what it would become."""
    found = find_items(Asked(kind=STAKES), now, may=(STAKES,), enough=0)
    first = [(key, *found.turning[key]) for key in found.keys[STAKES][:SHOWN]]
    return [
        {
            "said": said,
            "page": key.page,
            "if_confirmed": turns[Verdict.CONFIRMED],
            "if_rejected": turns[Verdict.REJECTED],
        }
        for key, said, turns in first
    ]
