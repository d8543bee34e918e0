"""Sources and parties: who publishes, who speaks, and how far each is trusted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from claims.admin.feeds import describe_feed
from claims.admin.fields import list_languages
from claims.admin.forms import PartyForm
from claims.admin.kept import Kept, SeenInline
from claims.admin.rings import assess_anew, read_anew
from claims.models import Article, Feed, Party, Source
from claims.pipeline import claims_concerning

# What the policy takes into account, and what the reader goes by.
TERMS = frozenset({"reliability", "aligned_with"})
WORDING = frozenset({"names"})


class FeedInline(SeenInline):
    """The feeds of a source, and how each does."""

    model = Feed
    verbose_name_plural = _("feeds")
    show_change_link = True
    fields = ("url", "state", "last_success_at", "last_error", "next_poll_at")
    readonly_fields = fields

    @display(description=_("State"))
    def state(self, feed: Feed) -> str:
        """How it does."""
        return describe_feed(feed)


@admin.register(Source)
class SourceAdmin(Kept):
    """Publishers of articles."""

    list_display = ("name", "slug", "kind", "language", "grade", "articles_count", "speaks_as")
    list_filter = ("kind", "reliability", "language")
    list_select_related = ("speaks_as",)
    search_fields = ("name", "slug", "homepage")
    autocomplete_fields = ("speaks_as",)
    readonly_fields = ("voice",)
    fields = ("name", "slug", "kind", "language", "homepage", "reliability", "speaks_as", "voice",
              "attribution", "attribution_url", "licence", "licence_url")  # fmt: skip
    inlines = (FeedInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Sources with how many articles each has."""
        published = Article.objects.filter(source=OuterRef("pk")).order_by().values("source")
        counted = Subquery(published.annotate(n=Count("pk")).values("n"))
        return super().get_queryset(request).annotate(article_count=counted)

    @display(description=_("Grade"), ordering="reliability")
    def grade(self, source: Source) -> str:
        """The Admiralty grade."""
        return source.reliability

    @display(description=_("Articles"))
    def articles_count(self, source: Source) -> int:
        """How many articles it published."""
        return source.article_count or 0  # type: ignore[attr-defined]

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
