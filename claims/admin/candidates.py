"""New claims: what articles contest and no claim covers; an editor accepts it with one click, or dismisses it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.models import ADDITION
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims import tasks
from claims.admin.acts import Act, WithActs
from claims.admin.fields import list_languages
from claims.admin.filters import LeadLanguageFilter, ProposalFilter
from claims.admin.forms import AcceptForm, DismissForm, ReopenForm
from claims.admin.history import enter_history
from claims.admin.kept import Seen
from claims.admin.marking import Span
from claims.admin.queue_pages import QUEUE, go_on, hold_opened
from claims.admin.quotes import cut_excerpts, mark_in_line, mark_in_paragraph
from claims.admin.rings import RUNG_AT_ONCE
from claims.models import Candidate, Party, Sighting
from claims.pipeline import (
    ClaimRecord,
    RefusedEdit,
    accept_candidate,
    dismiss_candidate,
    draft_claim,
    reopen_candidate,
)
from claims.pipeline.facts import name_stories
from claims.words import OWN_VOICE

# How many of a candidate's articles its page shows, the surest first.
SIGHTINGS_SHOWN = 40
# In a line of the list: how many parties are named, and how many characters stand around the quote.
PARTIES_NAMED = 4
WORDS_AROUND = 80
FILTERS = "_changelist_filters"  # where Django keeps the list's filters in the address of a row's page


def _accept(request: HttpRequest, candidate: Candidate, given: Mapping[str, Any]) -> str:
    made = accept_candidate(candidate.pk, editor=request.user, now=timezone.now(), slug=given["slug"])
    candidate.claim = made.claim
    transaction.on_commit(partial(tasks.ring_readings, made.revisions[:RUNG_AT_ONCE]))
    articles = len(made.revisions)
    again = ngettext("%(n)d article is read again for it.", "%(n)d articles are read again for it.", articles)
    told = again % {"n": articles}
    enter_history(request, made.claim, made.claim.title, gettext("Accepted as a new claim. %s") % told, flag=ADDITION)
    return gettext("Accepted as claim %(slug)s. %(told)s") % {"slug": made.claim.slug, "told": told}


def _dismiss(request: HttpRequest, candidate: Candidate, given: Mapping[str, Any]) -> str:
    dismiss_candidate(candidate.pk, given["reason"], editor=request.user, now=timezone.now())
    return gettext("Dismissed. %(why)s") % {"why": given["reason"]}


def _reopen(request: HttpRequest, candidate: Candidate, given: Mapping[str, Any]) -> str:
    reopen_candidate(candidate.pk)
    return f"{gettext('Reopened: it is proposed again.')} {given['reason']}".strip()


def _closed_unless_open(candidate: Candidate) -> str:
    if candidate.state == Candidate.State.ACCEPTED:
        return gettext("It was accepted already.")
    if candidate.state == Candidate.State.DISMISSED:
        return gettext("It was dismissed: reopen it first.")
    return ""


def _closed_unless_dismissed(candidate: Candidate) -> str:
    return "" if candidate.state == Candidate.State.DISMISSED else gettext("Only what was dismissed can be reopened.")


def _to_the_list(request: HttpRequest, candidate: Candidate) -> str:
    """The list as it was filtered when the editor left it, or the next in the queue: the next one waits there."""
    onward = go_on(request, candidate)
    if QUEUE in request.GET:
        return onward
    address = reverse("admin:claims_candidate_changelist")
    return f"{address}?{filters}" if (filters := request.GET.get(FILTERS)) else address


def _to_the_claim(request: HttpRequest, candidate: Candidate) -> str:
    return reverse("admin:claims_claim_change", args=[candidate.claim_id])


@dataclass(frozen=True, slots=True)
class SightingView:
    """A candidate's words in one article, ready to show; `parties` by name."""

    sighting: Sighting
    words: SafeString
    parties: Sequence[str]


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story that carries a candidate: its surest words, and the other articles that carry its text."""

    first: SightingView
    copies: Sequence[SightingView]


@admin.register(Candidate)
class CandidateAdmin(WithActs, Seen):
    """Contested propositions that no claim covers yet; best borne out first."""

    list_display = ("shown_title", "shown_parties", "borne_out", "sure", "seen", "shown_state")
    list_filter = (ProposalFilter, "kind", ("holder", AutocompleteSelectFilter), LeadLanguageFilter)
    search_fields = ("key", "holder__slug", "holder__names", "place", "lead__quote", "lead__proposition")
    sortable_by = ()
    fields = ("key", "recorded_at")
    readonly_fields = fields
    acts = (
        Act(
            name="accept",
            label=_("Accept"),
            permissions=("claims.change_candidate", "claims.add_claim"),
            perform=_accept,
            form=AcceptForm,
            explanation=_("It becomes a claim, and the articles that carry it are read again for it."),
            closed=_closed_unless_open,
            leads_to=_to_the_list,
            tone="primary",
            icon="check",
        ),
        Act(
            name="accept-and-edit",
            label=_("Accept and edit"),
            permissions=("claims.change_candidate", "claims.add_claim", "claims.change_claim"),
            perform=_accept,
            form=AcceptForm,
            explanation=_("It becomes a claim, and you go on to its page to word it."),
            closed=_closed_unless_open,
            leads_to=_to_the_claim,
            icon="edit",
        ),
        Act(
            name="dismiss",
            label=_("Dismiss"),
            permissions=("claims.change_candidate",),
            perform=_dismiss,
            form=DismissForm,
            explanation=_("It is kept, and never proposed again unless it is reopened."),
            closed=_closed_unless_open,
            leads_to=_to_the_list,
            tone="danger",
            icon="close",
        ),
        Act(
            name="reopen",
            label=_("Reopen"),
            permissions=("claims.change_candidate",),
            perform=_reopen,
            form=ReopenForm,
            explanation=_("It is proposed again."),
            closed=_closed_unless_dismissed,
            icon="undo",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        """Candidates with the sighting that words each; texts and documents stay in the database."""
        rows = super().get_queryset(request).select_related("holder", "claim__holder", "decided_by", "lead__revision")
        return rows.defer("claim__document", "lead__revision__text")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, each row with its words, its parties by name and the way to accept it."""
        answer = super().changelist_view(request, extra_context)
        shown = (getattr(answer, "context_data", None) or {}).get("cl")
        if shown is not None:
            rows: list[Any] = list(shown.result_list)
            titles = _titles(slug for row in rows for slug in row.parties)
            leads = cut_excerpts(Sighting.objects.filter(pk__in=[row.lead_id for row in rows])).defer("keywords")
            words = {lead.pk: mark_in_line(lead, WORDS_AROUND) for lead in leads}
            accept = self.acts[0]
            filters = f"?{urlencode({FILTERS: request.GET.urlencode()})}" if request.GET else ""
            for row in rows:
                row.words = words.get(row.lead_id, "—")
                row.titles = [titles.get(slug, slug) for slug in row.parties]
                if request.user.has_perms(accept.permissions) and not accept.closed(row):
                    row.accept_url = self.act_url(accept, row) + filters
            shown.result_list = rows
        return answer

    @display(description=_("New claim"))
    def shown_title(self, candidate: Any) -> str:
        """What it says, and the surest quote among the words around it."""
        return format_html(
            '<span class="fc-cell-words"><b>{}</b><br><span lang="{}">{}</span></span>',
            Truncator(candidate.title).chars(110),
            candidate.lead.revision.lang if candidate.lead else "",
            candidate.words,
        )

    @display(description=_("Said by"))
    def shown_parties(self, candidate: Any) -> str:
        """Who takes a position on it."""
        named, more = candidate.titles[:PARTIES_NAMED], len(candidate.titles) - PARTIES_NAMED
        return ", ".join(named) + (f" +{more}" if more > 0 else "") or "—"

    @display(description=_("Borne out by"))
    def borne_out(self, candidate: Candidate) -> str:
        """How many stories and articles carry it."""
        return count_stories(candidate)

    @display(description=_("Confidence"))
    def sure(self, candidate: Candidate) -> str:
        """How sure the surest reading is."""
        return f"{candidate.confidence:.2f}"

    @display(description=_("Last carried"), ordering="seen_at")
    def seen(self, candidate: Candidate) -> str:
        """When the newest article that carries it was published, in UTC."""
        return f"{candidate.seen_at:%Y-%m-%d %H:%M}" if candidate.seen_at else "—"

    @display(description=_("Your word"))
    def shown_state(self, candidate: Any) -> str:
        """A button to accept it, or what became of it."""
        address = getattr(candidate, "accept_url", "")
        if not address:
            return candidate.get_state_display()
        # The list stands in a form already; the button sends it to the act's own address.
        return format_html(
            '<button type="submit" formaction="{}" class="fc-button fc-small fc-tone-primary">{}</button>',
            address, gettext("Accept"),
        )  # fmt: skip

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show the words in their paragraphs, story by story, and the claim it would become."""
        candidate = kwargs.get("obj")
        if candidate is not None:
            context |= _lay_out(candidate) | hold_opened(request, candidate)
            query = request.GET.urlencode()
            context["way_back"] = f"?{query}" if query else ""
        return super().render_change_form(request, context, **kwargs)


def count_stories(candidate: Candidate) -> str:
    """How many stories carry a candidate, in how many articles."""
    stories = ngettext("%(n)d story", "%(n)d stories", candidate.stories) % {"n": candidate.stories}
    if candidate.articles == candidate.stories:
        return stories
    articles = ngettext("%(n)d article", "%(n)d articles", candidate.articles) % {"n": candidate.articles}
    return gettext("%(stories)s in %(articles)s") % {"stories": stories, "articles": articles}


def _lay_out(candidate: Candidate) -> dict[str, Any]:
    """What a candidate's page shows besides its columns."""
    draft, refusal = None, ""
    if candidate.state == Candidate.State.OPEN:
        try:
            draft = draft_claim(candidate)
        except RefusedEdit as error:
            refusal = str(error)
    cut = cut_excerpts(candidate.sightings.standing()).select_related("article__source", "revision")
    sightings = list(cut.defer("revision__text").surest_first()[:SIGHTINGS_SHOWN])
    slugs = {slug for sighting in sightings for slug in sighting.parties} | set(candidate.parties)
    titles = _titles(slugs | ({draft.opposed} if draft else set()))
    return {
        "stories": _view_stories(sightings, titles),
        "left_out": candidate.articles - len(sightings),
        "dropped": candidate.sightings.filter(dropped_at__isnull=False).count(),
        "borne_out": count_stories(candidate),
        "party_titles": [titles.get(slug, slug) for slug in candidate.parties],
        "draft": draft,
        "draft_facts": _tell_draft(candidate, draft, titles) if draft else (),
        "refusal": refusal,
        "covering": Candidate.objects.filter(pk=candidate.pk).covering_slug() if draft else "",
    }


def _view_stories(sightings: Iterable[Any], titles: Mapping[str, str]) -> list[StoryView]:
    """Sightings story by story, the surest first; articles that carry one text are told as copies of its first."""
    sightings = list(sightings)
    names = name_stories(s.revision.story_id for s in sightings if s.revision.story_id is not None)
    stories: dict[object, list[SightingView]] = {}
    for s in sightings:
        words = mark_in_paragraph(s.excerpt, [Span(s.start, s.end)])
        parties = [
            gettext("%s itself") % s.article.source.name if slug == OWN_VOICE else titles.get(slug, slug)
            for slug in s.parties
        ]
        story = names.get(s.revision.story_id, f"article {s.article_id}")
        stories.setdefault(story, []).append(SightingView(s, words, parties))
    return [StoryView(first, copies) for first, *copies in stories.values()]


def _tell_draft(candidate: Candidate, draft: ClaimRecord, titles: Mapping[str, str]) -> list[tuple[str, Any]]:
    """What the claim would say, line by line."""
    place = candidate.place or {}
    lies = ""
    if place:
        lies = f"{place['name']}, {place['country']} ({place['latitude']:.3f}, {place['longitude']:.3f})"
    lines: list[tuple[str, Any]] = [
        (gettext("Holder"), candidate.holder.title if candidate.holder else ""),
        (gettext("Opposed"), titles.get(draft.opposed, draft.opposed)),
        (gettext("Place"), lies),
        (gettext("GeoNames number"), place.get("geonameid", "")),
        (gettext("Names of the place"), list_languages(place["names"]) if place.get("names") else ""),
        (gettext("Proposition"), list_languages(draft.proposition) if draft.proposition else ""),
        (gettext("Keywords"), list_languages(draft.keywords) if draft.keywords else ""),
    ]
    return [(name, value) for name, value in lines if value != ""]


def _titles(slugs: Iterable[str]) -> dict[str, str]:
    return {party.slug: party.title for party in Party.objects.filter(slug__in=set(slugs))}
