"""Claims and decisions: why a status is what it is, who says what, and the editors' ruling."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims.admin import claim_page
from claims.admin.acts import Act, WithActs
from claims.admin.fields import KnownSelect, KnownSelectMultiple, list_languages
from claims.admin.filters import DaysFilter, InForceFilter
from claims.admin.forms import ClaimForm, DecideForm, LiftForm, NoteForm, default_read_since
from claims.admin.kept import Seen
from claims.admin.ledger import TONES
from claims.admin.rings import assess_anew, read_anew
from claims.admin.sources import tell_assessed, tell_read_again
from claims.admin.trying import Trying
from claims.models import Claim, Decision, Note
from claims.pipeline import assess_claim, decide_claim, lift_decision
from claims.words import Status

# What the policy takes into account, and what the reader goes by.
TERMS = frozenset({"gains", "loses", "holder", "opposed"})
PLACE = frozenset({"place_name", "place_geonameid", "place_names"})
WORDING = PLACE | {"kind", "holder", "opposed", "proposition", "keywords"}


def _decide(request: HttpRequest, claim: Claim, given: Mapping[str, Any]) -> str:
    status = Status(given["status"])
    decide_claim(
        claim.pk,
        status,
        given["rationale"],
        author=request.user,
        now=timezone.now(),
        effective_from=given["effective_from"],
    )
    return gettext("Decided: %(status)s. %(why)s") % {"status": status.value, "why": given["rationale"]}


def _note(request: HttpRequest, claim: Claim, given: Mapping[str, Any]) -> str:
    Note.objects.create(claim=claim, author=request.user, text=given["text"], recorded_at=timezone.now())
    return gettext("Noted: %(text)s") % {"text": given["text"]}


def _lift(request: HttpRequest, decision: Decision, given: Mapping[str, Any]) -> str:
    lift_decision(decision.pk, given["rationale"], author=request.user, now=timezone.now())
    return gettext("Decision lifted. %(why)s") % {"why": given["rationale"]}


@admin.register(Claim)
class ClaimAdmin(WithActs, Trying):
    """Propositions that can be true or false."""

    form = ClaimForm
    change_form_outer_after_template = "admin/claims/history_card.html"
    list_display = ("shown_title", "shown_status", "rule", "since", "kind", "shown_place", "slug")
    list_filter = ("status", "rule", "kind", ("holder", AutocompleteSelectFilter), ("status_since", DaysFilter))
    search_fields = ("slug", "proposition", "place")
    ordering = (F("status_since").desc(nulls_last=True), "pk")
    sortable_by = ("since",)
    autocomplete_fields = ("holder", "opposed", "gains", "loses")
    fieldsets = (
        (None, {"fields": ("slug", "kind")}),
        (_("Who controls a place"), {"fields": ("holder", "opposed", "place_name", "place_geonameid", "place_names")}),
        (_("Wording"), {"fields": ("proposition", "keywords", "read_since")}),
        (_("Whose interest it serves or harms"), {"fields": ("gains", "loses")}),
    )
    acts = (
        Act(
            name="decide",
            label=_("Decide"),
            permissions=("claims.add_decision",),
            perform=_decide,
            form=DecideForm,
            explanation=_("Your decision outranks the policy until it is lifted."),
            tone="primary",
            icon="gavel",
        ),
        Act(
            name="note",
            label=_("Note"),
            permissions=("claims.add_note",),
            perform=_note,
            form=NoteForm,
            icon="sticky_note_2",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """Claims without their public documents, which no list shows."""
        return super().get_queryset(request).select_related("holder", "opposed").defer("document")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Claim | None:
        """The claim with all whom it serves or harms, in two queries."""
        claim: Any = super().get_object(request, object_id, from_field)
        if claim is not None and request.method == "GET":
            claim_page.load_sides(claim)
        return claim

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose a party; the one that stands there is at hand."""
        kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose parties; those that stand there are at hand."""
        kwargs.setdefault("widget", KnownSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(description=_("Claim"), ordering="slug")
    def shown_title(self, claim: Claim) -> str:
        """The proposition."""
        return Truncator(claim.title).chars(90)

    @display(description=_("Status"), ordering="status", label=TONES)
    def shown_status(self, claim: Claim) -> str:
        """The status, in its colour."""
        return claim.status

    @display(description=_("Since"), ordering="status_since")
    def since(self, claim: Claim) -> str:
        """Since when the status is what it is, in UTC."""
        return f"{claim.status_since:%Y-%m-%d %H:%M}" if claim.status_since else "—"

    @display(description=_("Place"))
    def shown_place(self, claim: Claim) -> str:
        """Where."""
        return claim.place["name"] if claim.place else "—"

    def get_fieldsets(self, request: HttpRequest, obj: Claim | None = None) -> Any:
        """Whoever may only look sees what is stored, without the boxes."""
        if self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request)):
            return super().get_fieldsets(request, obj)
        stored = (
            "slug",
            "kind",
            "holder",
            "opposed",
            "names_shown",
            "wording_shown",
            "keywords_shown",
            "gains",
            "loses",
        )
        return ((None, {"fields": stored}),)

    @display(description=_("Names of the place"))
    def names_shown(self, claim: Claim) -> str:
        """The place's names, a line a language."""
        return list_languages((claim.place or {}).get("names"))

    @display(description=_("Proposition"))
    def wording_shown(self, claim: Claim) -> str:
        """The sentence, a line a language."""
        return list_languages(claim.proposition)

    @display(description=_("Keywords"))
    def keywords_shown(self, claim: Claim) -> str:
        """The groups of alternatives, a line a language."""
        return list_languages(claim.keywords)

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> tuple[str, ...]:
        """Addresses, imports and the ledger's readers name a claim by its slug: it stays.

        So does, but for those who may set it, what the policy goes by: a new claim nobody has spoken of yet.
        """
        if obj is None:
            return ()
        return ("slug",) if request.user.has_perm("claims.set_terms") else ("slug", "kind", *sorted(TERMS))

    def save_model(self, request: HttpRequest, obj: Claim, form: forms.ModelForm, change: bool) -> None:
        """Write the claim, its place put together from three fields; of an old one only what was changed."""
        obj.place = form.place()
        if not change:
            obj.recorded_at = timezone.now()
        super().save_model(request, obj, form, change)
        if change and PLACE & set(form.changed_data):
            obj.save(update_fields=["place", "changed_at"])

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Assess a new claim at once and one with new terms by a worker; after a new wording, read articles again."""
        super().save_related(request, form, formsets, change)
        now, changed = timezone.now(), set(form.changed_data)
        if not change:
            assess_claim(form.instance.pk, now)
        elif changed & TERMS:
            assess_anew([form.instance.pk], now)
            tell_assessed(request, 1)
        if changed & WORDING and form.cleaned_data.get("read_since"):
            tell_read_again(request, read_anew(form.cleaned_data["read_since"], now))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show why the status is what it is, above the form."""
        claim = kwargs.get("obj")
        if claim is not None:
            context["view"] = view = claim_page.view(claim, timezone.now())
            context["may_lift"] = request.user.has_perms(DecisionAdmin.acts[0].permissions)
            context["statements_url"] = f"{reverse('admin:claims_statement_changelist')}?claim__id__exact={claim.pk}"
            form = context["adminform"].form
            if "read_since" in form.fields:
                form.initial.setdefault("read_since", default_read_since(view.newest_article))
        answer: Any = super().render_change_form(request, context, **kwargs)
        # A note is written down where the notes stand.
        offered = answer.context_data["acts"]
        answer.context_data |= {
            "noting": next((one for one in offered if one.act.name == "note"), None),
            "acts": [one for one in offered if one.act.name != "note"],
        }
        return answer


@admin.register(Decision)
class DecisionAdmin(WithActs, Seen):
    """The editors' rulings; each is made on its claim's page."""

    list_display = ("claim", "shown_status", "why", "author", "effective_from", "lifted_at")
    list_filter = (InForceFilter, "status", ("author", AutocompleteSelectFilter), ("recorded_at", DaysFilter))
    list_select_related = ("claim__holder", "author")
    search_fields = ("claim__slug", "rationale", "lift_rationale")
    fields = ("claim", "status", "rationale", "author", "effective_from", "recorded_at", "lifted_at", "lifted_by",
              "lift_rationale")  # fmt: skip
    readonly_fields = fields
    acts = (
        Act(
            name="lift",
            label=_("Lift"),
            permissions=("claims.change_decision",),
            perform=_lift,
            form=LiftForm,
            explanation=_("From now on the policy says again what the status is."),
            closed=lambda decision: gettext("It was lifted already.") if decision.lifted_at else "",
            tone="danger",
            icon="undo",
        ),
    )

    @display(description=_("Status"), ordering="status", label=TONES)
    def shown_status(self, decision: Decision) -> str:
        """The status, in its colour."""
        return decision.status

    def name_row(self, row: Decision) -> str:
        """What was decided of which claim."""
        return f"{row.status}: {row.claim.title}"

    @display(description=_("Rationale"))
    def why(self, decision: Decision) -> str:
        """The rationale, shortened."""
        return Truncator(decision.rationale).chars(90)
