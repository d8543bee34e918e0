"""The outputs as they are asked for: of a claim, of a list of claims, of the whole site."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from csp.decorators import csp_replace
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from claims.models import Claim
from claims.pipeline import view_claim
from claims.showing.chart import draw_chart
from claims.showing.moments import Moments
from claims.showing.statements import named_parties
from claims.showing.wording import name_claim, say_reason
from claims.syndication import answering, documents, feeds, pictures, tables
from claims.syndication.answering import FRESH_BADGE, Made, Output, answer, answering_refusals, of_claim
from claims.syndication.entries import MOST_ENTRIES, Feed, changes_everywhere, changes_of, list_entries
from claims.words import Status

# How many claims a list's table or data hold, and how many slides TimelineJS bears.
MOST_LISTED, MOST_SLIDES = 1_000, 200
# When a feed without entries moved last.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@of_claim(Output(answering.ATOM))
def claim_atom(claim: Claim, moments: Moments, now: datetime) -> Made:
    """The changes of a claim as Atom."""
    return feeds.write_atom(_feed_of(claim, moments))


@of_claim(Output(answering.JSON_FEED))
def claim_json_feed(claim: Claim, moments: Moments, now: datetime) -> Made:
    """The changes of a claim as JSON Feed."""
    return feeds.write_json_feed(_feed_of(claim, moments))


@of_claim(Output(answering.CSV, download=".csv"))
def claim_csv(claim: Claim, moments: Moments, now: datetime) -> Made:
    """All statements on a claim as a table."""
    return tables.write_statements(claim, moments)


@of_claim(Output(answering.JSON))
def claim_json(claim: Claim, moments: Moments, now: datetime) -> Made:
    """A claim as data."""
    return documents.write_claim(claim, moments)


@of_claim(Output(answering.JSON))
def claim_timeline(claim: Claim, moments: Moments, now: datetime) -> Made:
    """A claim's timeline for TimelineJS."""
    return documents.write_timeline(claim, moments, now)


@csp_replace({"style-src": [pictures.chart_style_hash()]})
@of_claim(Output(answering.SVG))
def claim_chart(claim: Claim, moments: Moments, now: datetime) -> Made:
    """A claim's chart as a file."""
    view = view_claim(claim, moments.as_of, moments.known_at)
    return pictures.frame_chart(draw_chart("chart", claim, view, moments, now), claim)


@of_claim(Output(answering.SVG, FRESH_BADGE))
def claim_badge(claim: Claim, moments: Moments, now: datetime) -> Made:
    """The badge of a claim's present status, whatever moment was asked for."""
    return pictures.draw_badge(claim)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@of_claim(Output("text/html; charset=utf-8", FRESH_BADGE))
def claim_embed(claim: Claim, moments: Moments, now: datetime) -> Made:
    """A claim's status and chart as a page to be framed by other sites."""
    view = view_claim(claim, moments.as_of, moments.known_at)
    assessment = view.period.assessment if view is not None else None
    names = named_parties(voice.party for voice in assessment.because) if assessment is not None else {}
    context = {
        "claim": claim,
        "name": name_claim(claim).name,
        "status": assessment.status if assessment is not None else Status.UNVERIFIED,
        "since": view.period.since if view is not None else None,
        "reason": say_reason(assessment, names) if assessment is not None else "",
        "moments": moments,
        "now": now,
        "page": answering.address(claim.get_absolute_url()),
        "chart": mark_safe(draw_chart("chart", claim, view, moments, now)),  # noqa: S308 - it escapes what it writes
    }
    return render_to_string("web/embed.html", context)


def _feed_of(claim: Claim, moments: Moments) -> Feed:
    name = name_claim(claim).name
    return Feed(
        title=name,
        subtitle=_("What changes in the status of this claim, and why."),
        page=claim.get_absolute_url(),
        path=f"{claim.get_absolute_url()}feed",
        query="",
        updated=claim.settled_at or claim.recorded_at,
        entries=changes_of(claim, moments),
    )


def _feed_of_all() -> Feed:
    entries = changes_everywhere()
    return Feed(
        title=_("What changed lately"),
        subtitle=_("Claims whose status changed, and why."),
        page=reverse("home"),
        path=f"{reverse('home')}feed",
        query="",
        updated=entries[0].updated if entries else _BEGINNING,
        entries=entries,
    )


@answering_refusals
def site_atom(request: HttpRequest) -> HttpResponseBase:
    """What changed lately as Atom."""
    return _answer_made(request, Output(answering.ATOM), feeds.write_atom(_feed_of_all()))


@answering_refusals
def site_json_feed(request: HttpRequest) -> HttpResponseBase:
    """What changed lately as JSON Feed."""
    return _answer_made(request, Output(answering.JSON_FEED), feeds.write_json_feed(_feed_of_all()))


# What of the address asked for chooses claims: the claims, and the title of their list. Raises claims.intake.Refused.
Choose = Callable[[QueryDict], tuple[QuerySet[Claim], str]]


@answering_refusals
def list_atom(request: HttpRequest, choose: Choose) -> HttpResponseBase:
    """A list of claims as Atom: an entry moves when its claim does."""
    return _answer_made(request, Output(answering.ATOM), feeds.write_atom(_feed_of_list(request, choose)))


@answering_refusals
def list_json_feed(request: HttpRequest, choose: Choose) -> HttpResponseBase:
    """A list of claims as JSON Feed."""
    return _answer_made(request, Output(answering.JSON_FEED), feeds.write_json_feed(_feed_of_list(request, choose)))


@answering_refusals
def list_csv(request: HttpRequest, choose: Choose) -> HttpResponseBase:
    """A list of claims as a table."""
    claims, _title = choose(request.GET)
    made = b"".join(tables.write_claims(claims[:MOST_LISTED]))
    return _answer_made(request, Output(answering.CSV, download=".csv"), made)


@answering_refusals
def list_json(request: HttpRequest, choose: Choose) -> HttpResponseBase:
    """A list of claims as data."""
    claims, _title = choose(request.GET)
    chosen = claims.select_related("holder", "opposed")[:MOST_LISTED]
    return _answer_made(request, Output(answering.JSON), documents.write_claims(list(chosen), _page_of(request)))


@answering_refusals
def list_timeline(request: HttpRequest, choose: Choose) -> HttpResponseBase:
    """A list of claims for TimelineJS."""
    claims, title = choose(request.GET)
    made = documents.write_list_timeline(list(claims[:MOST_SLIDES]), title, _page_of(request))
    return _answer_made(request, Output(answering.JSON), made)


def _feed_of_list(request: HttpRequest, choose: Choose) -> Feed:
    claims, title = choose(request.GET)
    # The claims that moved last, not those that are shown first: who follows a list waits for what is new.
    newest = claims.order_by(F("settled_at").desc(nulls_last=True), "-pk")[:MOST_ENTRIES]
    entries = list_entries(newest)
    return Feed(
        title=title,
        subtitle=_("Claims of this list, those that moved last on top."),
        page=_page_of(request),
        path=f"{reverse('claims')}feed",
        query=_query_of(request),
        updated=max((entry.updated for entry in entries), default=_BEGINNING),
        entries=entries,
    )


def _page_of(request: HttpRequest) -> str:
    return f"{reverse('claims')}{_query_of(request)}"


def _query_of(request: HttpRequest) -> str:
    """What chose the claims, as the end of an address: not which page of them was shown."""
    asked = request.GET.copy()
    asked.pop("after", None)
    return f"?{asked.urlencode()}" if asked else ""


def _answer_made(request: HttpRequest, output: Output, made: str | bytes) -> HttpResponseBase:
    """What is made of so little that it is made first, and then not sent where the reader has the same."""
    body = made.encode() if isinstance(made, str) else made
    return answer(request, output, (hashlib.sha256(body).hexdigest(),), timezone.now(), lambda: body, "claims")
