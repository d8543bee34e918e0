"""Feeds and pages: what is fetched, how each does, what went wrong in words; poll now, pause, resume, fetch again."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims import intake, tasks
from claims.admin.acts import Act, WithActs
from claims.admin.filters import FeedStateFilter, PageStateFilter
from claims.admin.kept import Kept, Seen
from claims.models import Feed, Page

# What a feed brings a day is counted over so many days.
COUNTED_DAYS = 7


def _poll_now(request: HttpRequest, feed: Feed, given: Mapping[str, Any]) -> str:
    intake.poll_now(feed, timezone.now())
    transaction.on_commit(partial(tasks.ring_due, intake.Due(feeds=(feed.pk,))))
    return gettext("To be polled now.")


def _pause(request: HttpRequest, feed: Feed, given: Mapping[str, Any]) -> str:
    intake.pause_feed(feed)
    return gettext("Paused: it is polled no more until it is resumed.")


def _fetch_again(request: HttpRequest, page: Page, given: Mapping[str, Any]) -> str:
    intake.fetch_again(page, timezone.now())
    transaction.on_commit(partial(tasks.ring_due, intake.Due(pages=(page.pk,))))
    return gettext("To be fetched now.")


def describe_feed(feed: Feed) -> str:
    """How a feed does, in a word or two."""
    if feed.ended_at:
        return gettext("ended")
    if feed.paused:
        return gettext("paused")
    if feed.failures:
        said = ngettext("failing (%d time)", "failing (%d times)", feed.failures)
        return said % feed.failures
    return gettext("well") if feed.last_success_at else gettext("not polled yet")


class FeedForm(forms.ModelForm):
    """A feed's address, in the form under which it is kept."""

    class Meta:
        model = Feed
        fields = ("source", "url")

    def clean_url(self) -> str:
        """The canonical address; refused where it is none."""
        try:
            return intake.canonical_url(self.cleaned_data["url"].strip())
        except intake.Refused as refusal:
            raise ValidationError(f"{refusal.message}; {refusal.cure}") from refusal


@admin.register(Feed)
class FeedAdmin(WithActs, Kept):
    """Feeds, and the health of each at a glance."""

    form = FeedForm
    list_display = ("url", "source", "state", "last_success_at", "error", "a_day", "next_poll_at")
    list_filter = (FeedStateFilter, ("source", AutocompleteSelectFilter))
    list_select_related = ("source",)
    search_fields = ("url", "source__name")
    autocomplete_fields = ("source",)
    ordering = ("source__name", "url")
    acts = (
        Act(
            name="poll-now",
            label=_("Poll now"),
            permissions=("claims.change_feed",),
            perform=_poll_now,
            explanation=_("It is asked as soon as its host is free."),
            closed=lambda feed: gettext("It is paused: resume it.") if feed.paused else "",
            icon="refresh",
        ),
        Act(
            name="pause",
            label=_("Pause"),
            permissions=("claims.change_feed",),
            perform=_pause,
            explanation=_("It is polled no more until it is resumed. Its articles stay."),
            closed=lambda feed: (
                gettext("It is paused already.") if feed.paused else gettext("It has ended.") if feed.ended_at else ""
            ),
            icon="pause",
        ),
        Act(
            name="resume",
            label=_("Resume"),
            permissions=("claims.change_feed",),
            perform=_poll_now,
            explanation=_("It is polled again, from now on."),
            closed=lambda feed: "" if feed.paused or feed.ended_at else gettext("It is polled already."),
            icon="play_arrow",
        ),
    )
    shown = (
        "state", "next_poll_at", "interval", "a_day", "last_success_at", "last_polled_at", "last_error", "note",
        "polls", "failures", "host_state", "moved_to", "ended_at", "ended_why", "added_at", "pages_listed",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        """Feeds with how many pages each brought lately."""
        since = timezone.now() - timedelta(days=COUNTED_DAYS)
        brought = Page.objects.filter(feed=OuterRef("pk"), found_at__gte=since).order_by().values("feed")
        counted = Coalesce(Subquery(brought.annotate(n=Count("pk")).values("n")), 0)
        return super().get_queryset(request).annotate(brought_count=counted)

    def get_fields(self, request: HttpRequest, obj: Feed | None = None) -> tuple[str, ...]:
        """A feed that is polled has a state to show."""
        return ("source", "url", *self.shown) if obj else ("source", "url")

    def get_readonly_fields(self, request: HttpRequest, obj: Feed | None = None) -> tuple[str, ...]:
        """Whose feed it is stays, as its articles do. Of a wrong address, pause it and add the right one."""
        return ("source", "url", *self.shown) if obj else ()

    @display(description=_("State"))
    def state(self, feed: Feed) -> str:
        """How it does."""
        return describe_feed(feed)

    @display(description=_("Its host"))
    def host_state(self, feed: Feed) -> str:
        """Whether the host can be asked now: one thing at a time, and not while it wants to be left alone."""
        now = timezone.now()
        if feed.host.wait_until and feed.host.wait_until > now:
            return gettext("asked to be left alone until %(moment)s UTC") % {
                "moment": f"{feed.host.wait_until:%Y-%m-%d %H:%M}"
            }
        if feed.host.busy_until and feed.host.busy_until > now:
            return gettext("is asked for something just now")
        return gettext("free")

    @display(description=_("Last error"))
    def error(self, feed: Feed) -> str:
        """What went wrong last, or why it ended, shortened."""
        return Truncator(feed.ended_why or feed.last_error).chars(110)

    @display(description=_("New articles a day"), ordering="brought_count")
    def a_day(self, feed: Any) -> str:
        """How many articles it brought a day, over the last week or since it was added."""
        days = min(max((timezone.now() - feed.added_at) / timedelta(days=1), 1), COUNTED_DAYS)
        return f"{feed.brought_count / days:.1f}"

    @display(description=_("Pages"))
    def pages_listed(self, feed: Feed) -> str:
        """The way to the pages it brought."""
        address = f"{reverse('admin:claims_page_changelist')}?feed__id__exact={feed.pk}"
        return format_html('<a href="{}">{}</a>', address, gettext("Pages it brought"))

    def save_model(self, request: HttpRequest, obj: Feed, form: forms.ModelForm, change: bool) -> None:
        """Add a feed by the one that adds feeds, and have it polled at once."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, _made = intake.add_feed(obj.url, obj.source, timezone.now())
        obj.__dict__.update({name: value for name, value in made.__dict__.items() if name != "_state"})
        obj._state.adding, obj._state.db = False, made._state.db
        transaction.on_commit(partial(tasks.ring_due, intake.Due(feeds=(made.pk,))))


@admin.register(Page)
class PageAdmin(WithActs, Seen):
    """Pages of articles, what became of each, and when it is looked at again."""

    list_display = ("title", "source", "state", "http", "last_fetched_at", "error", "next_fetch_at")
    list_filter = (PageStateFilter, ("source", AutocompleteSelectFilter), ("feed", AutocompleteSelectFilter))
    list_select_related = ("source",)
    search_fields = ("url", "told_title")
    date_hierarchy = "found_at"
    ordering = ("-found_at", "-pk")
    fields = (
        "link", "source", "feed", "article", "state", "http", "note", "last_error", "next_fetch_at", "fetches",
        "failures", "found_at", "first_fetched_at", "last_fetched_at", "missing_since", "told_title",
        "told_published_at", "whole_in_feed",
    )  # fmt: skip
    readonly_fields = fields
    acts = (
        Act(
            name="fetch-again",
            label=_("Fetch again"),
            permissions=("claims.change_page",),
            perform=_fetch_again,
            explanation=_("It is asked for as soon as its host is free; another text is a new edition."),
            icon="refresh",
        ),
    )

    @display(description=_("Page"), ordering="url")
    def title(self, page: Page) -> str:
        """What its feed calls it, or its address, shortened."""
        return Truncator(page.told_title or page.url).chars(110)

    @display(description=_("Address"))
    def link(self, page: Page) -> str:
        """The address, to follow where it can be."""
        if not page.url.startswith(("http://", "https://")):
            return page.url
        return format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', page.url)

    @display(description=_("On it"))
    def state(self, page: Page) -> str:
        """What was found on it."""
        if page.withdrawn:
            return gettext("gone; its article is withdrawn")
        if page.whole_in_feed:
            return gettext("article, whole in its feed")
        return page.get_state_display() or (gettext("failed") if page.last_error else gettext("waiting"))

    @display(description=_("HTTP"), ordering="last_status")
    def http(self, page: Page) -> str:
        """The status of the last answer."""
        return str(page.last_status or "")

    @display(description=_("Last error"))
    def error(self, page: Page) -> str:
        """What went wrong last, shortened."""
        return Truncator(page.last_error).chars(110)
