"""The desk's first page and its sidebar: the next thing worth doing on top, each figure a way to its rows."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Count, JSONField, Min, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from claims.admin.marking import SAYS
from claims.admin.quotes import with_verdict
from claims.models import Candidate, Change, Claim, Party, Revision, Statement
from claims.words import DISAGREEMENT, Origin, Stance, Status

# Beyond this the exact number says nothing more, and counting on costs.
COUNTED = 10_000
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
    may = request.user.has_perm
    desk: dict[str, Any] = {}
    if may("claims.view_claim"):
        contested = Claim.objects.filter(status=Status.CONTESTED)
        listed = contested.select_related("holder").defer("document").order_by("-status_since", "pk")
        desk["contested"] = list(listed[:SHOWN])
        desk["contested_count"] = _count(contested)
        desk["pending"] = _pending()
    if may("claims.view_candidate"):
        desk["proposed"] = _count(Candidate.objects.waiting())
    if may("claims.view_change"):
        changes = Change.objects.filter(kind=Change.Kind.STATUS).select_related("claim__holder")
        desk["changes"] = list(changes.defer("claim__document")[:SHOWN])
    if may("claims.view_statement"):
        readings = with_verdict(Statement.objects.carried().filter(origin=Origin.READING, article__withdrawn=False))
        unreviewed = readings.filter(verdict__isnull=True)
        desk["unreviewed"] = _count(unreviewed)
        desk["differing"] = _count(unreviewed.filter(rule__startswith=DISAGREEMENT))
    if may("claims.view_article"):
        unread = Revision.objects.unread()
        due, failed = Q(ring_at__isnull=False), Q(ring_at__isnull=True)
        desk["reading"] = unread.aggregate(
            due=Count("pk", filter=due),
            due_since=Min("recorded_at", filter=due),
            failed=Count("pk", filter=failed),
            failed_since=Min("recorded_at", filter=failed),
        )
    desk["acts"] = list(LogEntry.objects.select_related("content_type", "user").filter(user=request.user.pk)[:SHOWN])
    return {**context, "title": _("Desk"), "desk": desk, "counted": COUNTED}


def _count(rows: QuerySet[Any]) -> int:
    """How many rows, counted up to one more than `COUNTED`."""
    return rows.order_by()[: COUNTED + 1].count()


def _pending() -> list[dict[str, Any]]:
    """Claims that one editor's word would turn: the first thing worth doing, each with the statements to look at."""
    claims = (
        Claim.objects.annotate(told=Cast("document", JSONField()))
        .filter(told__pending__0__isnull=False)
        .select_related("holder")
        .order_by("-status_since", "pk")[:SHOWN]
    )
    waiting = [(claim, entry) for claim in claims for entry in claim.told["pending"]][: 2 * SHOWN]
    parties = {p.slug: p for p in Party.objects.filter(slug__in={entry["party"] for _claim, entry in waiting})}
    listed = reverse("admin:claims_statement_changelist")
    return [
        {
            **entry,
            "claim": claim,
            "says": SAYS[Stance(entry["stance"])],
            "party": parties[entry["party"]],
            "url": f"{listed}?claim__id__exact={claim.pk}&party__id__exact={parties[entry['party']].pk}"
            f"&stance__exact={entry['stance']}&review=none",
        }
        for claim, entry in waiting
        if entry["party"] in parties
    ]
