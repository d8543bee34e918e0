"""The pages themselves: what was asked for, checked; what is shown, gathered; the template that shows it."""

import re
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.assessment import POLICIES
from claims.intake import Refused
from claims.models import Article, Claim, Party, Source
from claims.showing.browsing import COUNTED, find_claims, list_asked
from claims.showing.moments import read_moments
from claims.showing.statements import followable
from claims.showing.wording import RULE_WORDS, STANCE_WORDS, STATUS_MEANINGS
from claims.web.articles import latest_records, show_article
from claims.web.asking import list_choices, read_asked, say_asked
from claims.web.listing import (
    PAGE,
    list_articles,
    list_positions,
    show_articles,
    show_overview,
    show_party,
    show_position,
    show_source,
)
from claims.web.outputs import offer_outputs
from claims.web.standing import load_decisions, show_claim
from claims.web.timeline import show_timeline
from claims.words import Status

RECORDS_SHOWN = 50

Page = Callable[..., HttpResponse]


def answering_refusals(page: Page) -> Page:
    """Make a value in the address that cannot be used a page that says which one, why and what to do: status 400."""

    @require_safe
    def answer(request: HttpRequest, **kept: Any) -> HttpResponse:
        try:
            return page(request, **kept)
        except Refused as refused:
            return render(request, "400.html", {"refused": refused}, status=400)

    return answer


@answering_refusals
def home(request: HttpRequest) -> HttpResponse:
    """What changed lately, what is contested now, how many claims have which status."""
    return render(request, "web/home.html", {"overview": show_overview()})


@answering_refusals
def claims(request: HttpRequest) -> HttpResponse:
    """All claims, or those that a search finds and that are as asked."""
    asked = read_asked(request.GET)
    exported = request.GET.copy()
    exported.pop("after", None)
    context = {
        "found": find_claims(asked, request.GET.get("after", "")),
        "asked": asked,
        "counted": COUNTED,
        "title": say_asked(asked),
        "query": f"?{exported.urlencode()}" if exported else "",
        **list_choices(),
    }
    return render(request, "web/claims.html", {**context, "statuses": list(Status)})


def choose_claims(query: QueryDict) -> tuple[QuerySet[Claim], str]:
    """The claims that an address asks for, in the order of their list, and a title for the list in the page's language.

    The page of claims and what is exported of it go by the same. Raises claims.intake.Refused.
    """
    asked = read_asked(query)
    return list_asked(asked), say_asked(asked)


@answering_refusals
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """A claim's status and why, its positions and its timeline, now or as of a moment."""
    row = get_object_or_404(Claim.objects.select_related("holder", "opposed").defer("document"), slug=slug)
    now = timezone.now()
    moments = read_moments(request.GET, now)
    order = request.GET.get("order", "")
    if order not in ("", "oldest"):
        raise Refused("order", f"{order[:80]!r} is no order", "it is oldest, or left out for the newest first")
    decisions = load_decisions(row, moments.known_at)
    shown = show_claim(row, decisions, moments)
    context = {
        "shown": shown,
        "outputs": offer_outputs(row, shown, moments),
        "timeline": show_timeline(
            row, decisions, moments, oldest_first=order == "oldest", after=request.GET.get("after", "")
        ),
        "moments": moments,
        "seen_from": moments.seen_from(now),
    }
    return render(request, "web/claim.html", context)


@answering_refusals
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """An article's text with every statement marked in it; `edition` asks for an earlier edition."""
    row = get_object_or_404(Article.objects.select_related("source"), pk=pk)
    asked = request.GET.get("edition", "")
    if asked and not re.fullmatch("[1-9][0-9]{0,8}", asked):
        raise Refused(
            "edition", f"{asked[:80]!r} is no edition", "it is a number from 1 up, or left out for the newest"
        )
    shown = show_article(row, int(asked) if asked else None)
    if shown is None:
        raise Http404
    return render(request, "web/article.html", {"article": shown})


@answering_refusals
def party(request: HttpRequest, slug: str) -> HttpResponse:
    """A party and what it holds now."""
    row = get_object_or_404(Party.objects.select_related("aligned_with"), slug=slug)
    page = Paginator(list_positions(row), PAGE).get_page(request.GET.get("page"))
    context = {"shown": show_party(row), "positions": [show_position(p) for p in page.object_list], "page": page}
    return render(request, "web/party.html", {**context, "now": timezone.now()})


@answering_refusals
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A source, its articles and its records."""
    row = get_object_or_404(Source.objects.select_related("speaks_as"), slug=slug)
    page = Paginator(list_articles(row), PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": show_source(row, followable(row.homepage)),
        "articles": show_articles(page.object_list),
        "page": page,
        "records": latest_records(row.pk, RECORDS_SHOWN) if page.number == 1 else (),
    }
    return render(request, "web/source.html", context)


@answering_refusals
def how(request: HttpRequest) -> HttpResponse:
    """How a status is decided: positions, weights and rules of the policy in force."""
    policy = POLICIES[max(POLICIES)]
    context = {
        "policy": policy,
        "trusted": f"{policy.trusted[0]}-{policy.trusted[-1]}",
        "rules": RULE_WORDS,
        "stances": STANCE_WORDS,
    }
    return render(request, "web/how.html", {**context, "statuses": STATUS_MEANINGS})
