"""Sources and parties: who publishes, who speaks, and how far each is trusted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from claims.admin.counting import CountUpTo
from claims.admin.fields import list_languages
from claims.admin.forms import PartyForm
from claims.admin.kept import Kept
from claims.admin.party_page import TryForm, show_forms, try_sentence
from claims.admin.rings import assess_anew, read_anew
from claims.admin.source_page import lay_out_source
from claims.models import Article, Feed, Party, Source
from claims.pipeline import claims_concerning

# What the policy takes into account, and what the reader goes by.
TERMS = frozenset({"reliability", "aligned_with"})
WORDING = frozenset({"names"})
# A source's articles are counted so far in the list of sources.
COUNTED = 1000


@admin.register(Source)
class SourceAdmin(Kept):
    """Publishers of articles."""

    list_display = ("name", "slug", "kind", "language", "grade", "articles_count", "feeds_state", "speaks_as")
    list_filter = ("kind", "reliability", "language")
    list_select_related = ("speaks_as",)
    search_fields = ("name", "slug", "homepage")
    autocomplete_fields = ("speaks_as",)
    readonly_fields = ("voice",)
    fields = ("name", "slug", "kind", "language", "homepage", "reliability", "speaks_as", "voice",
              "attribution", "attribution_url", "licence", "licence_url")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Sources with how many articles and feeds each has, and how many of these are failing."""
        published = Article.objects.filter(source=OuterRef("pk")).order_by().values("pk")
        feeds = Feed.objects.filter(source=OuterRef("pk"), ended_at__isnull=True, paused=False).order_by()
        return (
            super()
            .get_queryset(request)
            .annotate(
                article_count=CountUpTo(published[: COUNTED + 1]),
                feed_count=Subquery(feeds.values("source").annotate(n=Count("pk")).values("n")),
                failing_count=Subquery(
                    feeds.filter(failures__gt=0).values("source").annotate(n=Count("pk")).values("n")
                ),
            )
        )

    @display(description=_("Grade"), ordering="reliability")
    def grade(self, source: Source) -> str:
        """The Admiralty grade."""
        return source.reliability

    @display(description=_("Articles"))
    def articles_count(self, source: Any) -> str:
        """How many articles it published, as far as they are counted."""
        return f"{COUNTED}+" if source.article_count > COUNTED else str(source.article_count)

    @display(description=_("Feeds"))
    def feeds_state(self, source: Any) -> str:
        """How many feeds it has that are polled, and how many of them are failing, by a sign and in words."""
        if not source.feed_count:
            return ""
        if not source.failing_count:
            return format_html('<span class="fc-health fc-health-well"><span aria-hidden="true">●</span> {}</span>',
                               gettext("%(n)d well") % {"n": source.feed_count})  # fmt: skip
        failing = {"n": source.failing_count, "all": source.feed_count}
        return format_html('<span class="fc-health fc-health-failing"><span aria-hidden="true">▲</span> {}</span>',
                           gettext("%(n)d of %(all)d failing") % failing)  # fmt: skip

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show how its feeds do, what it published of late, and how much of it others had first."""
        source = kwargs.get("obj")
        if source is not None:
            context |= lay_out_source(source, timezone.now())
        return super().render_change_form(request, context, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """An address typed without a scheme is taken as https."""
        if db_field.name == "homepage":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """Imports find a source by its slug: it stays."""
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields


@admin.register(Party)
class PartyAdmin(Kept):
    """Who can take a position."""

    form = PartyForm
    list_display = ("title", "slug", "kind", "grade", "aligned_with", "changed_at")
    list_filter = ("reliability", "kind")
    list_select_related = ("aligned_with",)
    search_fields = ("slug", "names__icontains", "note")
    autocomplete_fields = ("aligned_with",)
    fieldsets = (
        (None, {"fields": ("slug", "kind", "reliability", "aligned_with", "note")}),
        (_("What articles call it"), {"fields": ("names", "read_since")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Party | None = None) -> Any:
        """Whoever may only look sees what is stored, without the boxes."""
        if self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request)):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("slug", "kind", "reliability", "aligned_with", "names_shown", "note")}),)

    def get_urls(self) -> list[URLPattern]:
        """Beside the rows' own, the address at which a sentence is tried."""
        view = self.admin_site.admin_view(self.try_a_sentence)
        return [path("try-a-sentence/", view, name="claims_party_try"), *super().get_urls()]

    def try_a_sentence(self, request: HttpRequest) -> HttpResponse:
        """Read a sentence with a party as its form has it, saved or not; nothing is written."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TryForm(request.POST if request.method == "POST" else None)
        result = try_sentence(form, timezone.now()) if form.is_bound and form.is_valid() else {}
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Try a sentence"), "opts": self.opts, "media": self.media + form.media, "form": form,
            **result,
        }  # fmt: skip
        return TemplateResponse(request, "admin/claims/party/try.html", context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show the forms under which its names are found, and the box to try a sentence in."""
        party = kwargs.get("obj")
        context |= {"made": show_forms(party.names) if party else [], "trying": TryForm(auto_id="id_try_%s")}
        return super().render_change_form(request, context, **kwargs)

    @display(description=_("Names"))
    def names_shown(self, party: Party) -> str:
        """What articles call it, a line a language."""
        return list_languages(party.names)

    @display(description=_("Name"), ordering="slug")
    def title(self, party: Party) -> str:
        """The name as shown."""
        return party.title

    @display(description=_("Grade"), ordering="reliability")
    def grade(self, party: Party) -> str:
        """The Admiralty grade."""
        return party.reliability

    def get_readonly_fields(self, request: HttpRequest, obj: Party | None = None) -> tuple[str, ...]:
        """The ledger names parties by their slug: it stays. What the policy goes by is for those who may set it."""
        terms = () if request.user.has_perm("claims.set_terms") else ("reliability", "aligned_with")
        return ("slug", *terms) if obj else terms

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """After a change of standing, assess the claims concerned; after one of names, read articles again."""
        super().save_related(request, form, formsets, change)
        now, changed = timezone.now(), set(form.changed_data)
        if change and changed & TERMS:
            concerned = claims_concerning({form.instance.pk})
            assess_anew(concerned, now)
            tell_assessed(request, len(concerned))
        if changed & WORDING and form.cleaned_data.get("read_since"):
            tell_read_again(request, read_anew(form.cleaned_data["read_since"], now))


def tell_assessed(request: HttpRequest, claims: int) -> None:
    """Say how many claims will be assessed on their new terms."""
    if claims:
        said = ngettext("%d claim is being assessed anew.", "%d claims are being assessed anew.", claims)
        messages.info(request, said % claims)


def tell_read_again(request: HttpRequest, articles: int) -> None:
    """Say how many articles will be read again."""
    if articles:
        said = ngettext("%d article is being read again.", "%d articles are being read again.", articles)
        messages.info(request, said % articles)
