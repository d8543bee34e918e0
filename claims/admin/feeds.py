"""Feeds, pages and hosts: how each does, what went wrong in words; poll now, pause, resume, fetch again."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims import intake, tasks
from claims.admin.acts import Act, WithActs
from claims.admin.filters import DaysFilter, FeedStateFilter, PageStateFilter
from claims.admin.kept import Kept, Seen
from claims.models import Feed, Host, Page
from claims.models.intake import Errand

# What a feed brings a day is counted over so many days.
COUNTED_DAYS = 7
TWO_LINES = '<div class="fc-two">{}<br><span class="fc-help">{}</span></div>'


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


def mark_feed(feed: Feed) -> tuple[str, str]:
    """How a feed does as a sign, and the tone that goes with it; the words are `describe_feed`'s."""
    if feed.ended_at:
        return "■", "ended"
    if feed.paused:
        return "‖", "paused"
    if feed.failures:
        return "▲", "failing"
    return ("●", "well") if feed.last_success_at else ("○", "new")


def show_feed_state(feed: Feed) -> SafeString:
    """How a feed does, by a sign and in words."""
    sign, tone = mark_feed(feed)
    return format_html(
        '<span class="fc-health fc-health-{}"><span aria-hidden="true">{}</span> {}</span>',
        tone, sign, describe_feed(feed),
    )  # fmt: skip


def with_brought(feeds: QuerySet[Feed], now: datetime) -> QuerySet[Feed]:
    """Feeds with how many pages each brought lately, as `brought_count`."""
    since = now - timedelta(days=COUNTED_DAYS)
    brought = Page.objects.filter(feed=OuterRef("pk"), found_at__gte=since).order_by().values("feed")
    return feeds.annotate(brought_count=Coalesce(Subquery(brought.annotate(n=Count("pk")).values("n")), 0))


def tell_a_day(feed: Any, now: datetime) -> str:
    """How many articles a feed brought a day, over the last week or since it was added."""
    days = min(max((now - feed.added_at) / timedelta(days=1), 1), COUNTED_DAYS)
    return f"{feed.brought_count / days:.1f}"


def describe_page(page: Page) -> str:
    """What was found on a page, and whether the last look at it failed, in a few words."""
    if page.withdrawn:
        return gettext("gone; its article is withdrawn")
    found = gettext("article, whole in its feed") if page.whole_in_feed else page.get_state_display()
    failed = ""
    if page.last_error:
        said = ngettext("failed (%d time)", "failed (%d times)", page.failures)
        failed = said % page.failures if page.failures else gettext("failed")
    told = "; ".join(str(part) for part in (found, failed) if part)
    return told or (gettext("waiting") if page.fetches else gettext("not fetched yet"))


def describe_next(row: Errand, now: datetime) -> str:
    """When a feed or a page is asked for next, or what it waits for; nothing where it is asked for no more."""
    if row.due_at is None:
        return ""
    rest = row.host.wait_until
    if rest and rest > now and rest >= row.due_at:
        return gettext("its host asked to be left alone until %s") % tell_moment(rest, now)
    if row.due_at > now:
        return tell_moment(row.due_at, now)
    if row.host.busy_until and row.host.busy_until > now:
        return gettext("due: its host is asked for something just now")
    return gettext("due now")


def describe_host(host: Host, now: datetime) -> str:
    """Whether a host can be asked now: one thing at a time, and not while it wants to be left alone."""
    if is_resting(host, now):
        return gettext("asked to be left alone until %s") % tell_moment(host.wait_until, now)
    if host.busy_until and host.busy_until > now:
        return gettext("is asked for something just now")
    return gettext("free")


def is_resting(host: Host, now: datetime) -> bool:
    """Whether a host wants to be left alone."""
    return host.wait_until is not None and host.wait_until > now


def tell_moment(moment: datetime | None, now: datetime | None = None) -> str:
    """A moment in UTC, to the minute; of the same day as `now` only the time; nothing where there is none."""
    if moment is None:
        return ""
    return f"{moment:%H:%M} UTC" if now and moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M} UTC"


def _show_moment(column: str, label: Any) -> Callable[[Any, Any], str]:
    """A column of moments, told in UTC."""

    @display(description=label, ordering=column)
    def shown(_rows: Any, row: Any) -> str:
        return tell_moment(getattr(row, column))

    return shown


class FeedForm(forms.ModelForm):
    """A feed's address, in the form under which it is kept."""

    class Meta:
        model = Feed
        fields = ("source", "url")

    def clean_url(self) -> str:
        """The canonical address; refused where it is none."""
        try:
            return intake.check_address(self.cleaned_data["url"])
        except intake.Refused as refusal:
            raise ValidationError(f"{refusal.message}; {refusal.cure}") from refusal


@admin.register(Feed)
class FeedAdmin(WithActs, Kept):
    """Feeds, and the health of each at a glance."""

    form = FeedForm
    list_display = ("address", "source", "health", "succeeded", "a_day", "next_poll")
    list_filter = (FeedStateFilter, ("source", AutocompleteSelectFilter))
    list_select_related = ("source", "host")
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
        "state", "next_poll", "a_day", "succeeded", "polled", "last_error", "note", "polls", "failures", "host_state",
        "moved_to", "ended", "ended_why", "added", "pages_listed",
    )  # fmt: skip
    succeeded = _show_moment("last_success_at", _("Last success"))
    polled = _show_moment("last_polled_at", _("Last polled"))
    ended = _show_moment("ended_at", _("Ended"))
    added = _show_moment("added_at", _("Added"))

    def name_row(self, row: Feed) -> str:
        """Whose it is, then its address."""
        return f"{row.source.name}: {row.url}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        """Feeds with how many pages each brought lately."""
        return with_brought(super().get_queryset(request), timezone.now())

    def get_fields(self, request: HttpRequest, obj: Feed | None = None) -> tuple[str, ...]:
        """A feed that is polled has a state to show."""
        return ("source", "url", *self.shown) if obj else ("source", "url")

    def get_readonly_fields(self, request: HttpRequest, obj: Feed | None = None) -> tuple[str, ...]:
        """Whose feed it is stays, as its articles do. Of a wrong address, pause it and add the right one."""
        return ("source", "url", *self.shown) if obj else ()

    @display(description=_("Feed"), ordering="url")
    def address(self, feed: Feed) -> str:
        """Its address, broken where the column ends."""
        return format_html('<span class="fc-url">{}</span>', feed.url)

    @display(description=_("State"))
    def health(self, feed: Feed) -> str:
        """How it does, and below what went wrong last, or why it ended, shortened."""
        wrong = Truncator(feed.ended_why or feed.last_error).chars(110)
        return format_html(TWO_LINES, describe_feed(feed), wrong)

    @display(description=_("Next poll"), ordering="next_poll_at")
    def next_poll(self, feed: Feed) -> str:
        """When it is polled next, or what it waits for, and below how often it is polled while it does well."""
        now = timezone.now()
        if not (told := describe_next(feed, now)):
            return ""
        often = gettext("every %s") % timesince(now - feed.interval, now)
        return format_html(TWO_LINES, told, often)

    @display(description=_("State"))
    def state(self, feed: Feed) -> str:
        """How it does."""
        return show_feed_state(feed)

    @display(description=_("Its host"))
    def host_state(self, feed: Feed) -> str:
        """Whether the host can be asked now."""
        return describe_host(feed.host, timezone.now())

    @display(description=_("New a day"), ordering="brought_count")
    def a_day(self, feed: Any) -> str:
        """How many articles it brought a day, over the last week or since it was added."""
        return tell_a_day(feed, timezone.now())

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

    list_display = ("title", "source", "found", "http", "fetched", "next_fetch")
    list_filter = (
        PageStateFilter, ("source", AutocompleteSelectFilter), ("feed", AutocompleteSelectFilter),
        ("found_at", DaysFilter),
    )  # fmt: skip
    list_select_related = ("source", "host")
    search_fields = ("url", "told_title")
    sortable_by = ()
    ordering = ("-found_at", "-pk")
    fields = (
        "link", "source", "feed", "article", "on_it", "http", "note", "last_error", "next_fetch", "fetches", "failures",
        "first_seen", "first_fetched", "fetched", "missing", "told_title", "told_published", "whole_in_feed",
    )  # fmt: skip
    readonly_fields = fields
    first_seen = _show_moment("found_at", _("Found"))
    first_fetched = _show_moment("first_fetched_at", _("First fetched"))
    fetched = _show_moment("last_fetched_at", _("Last fetched"))
    missing = _show_moment("missing_since", _("Missing since"))
    told_published = _show_moment("told_published_at", _("Published, by its feed"))
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

    def name_row(self, row: Page) -> str:
        """Whose it is, then what its feed calls it, or its address."""
        return f"{row.source.name}: {row.told_title or row.url}"

    @display(description=_("Page"), ordering="url")
    def title(self, page: Page) -> str:
        """What its feed calls it, or its address, shortened."""
        return format_html('<span class="fc-url">{}</span>', Truncator(page.told_title or page.url).chars(110))

    @display(description=_("Address"))
    def link(self, page: Page) -> str:
        """The address, to follow where it can be."""
        if not page.url.startswith(("http://", "https://")):
            return page.url
        return format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', page.url)

    @display(description=_("State"))
    def found(self, page: Page) -> str:
        """What was found on it, and below what went wrong last, shortened."""
        wrong = Truncator(page.last_error).chars(110)
        return format_html(TWO_LINES, describe_page(page), wrong)

    @display(description=_("State"))
    def on_it(self, page: Page) -> str:
        """What was found on it."""
        return describe_page(page)

    @display(description=_("Next fetch"), ordering="next_fetch_at")
    def next_fetch(self, page: Page) -> str:
        """When it is looked at again, or what it waits for."""
        return describe_next(page, timezone.now())

    @display(description=_("HTTP"), ordering="last_status")
    def http(self, page: Page) -> str:
        """The status of the last answer."""
        return str(page.last_status or "")


@admin.register(Host)
class HostAdmin(Seen):
    """Hosts, those that want to be left alone on top: until when, and why."""

    list_display = ("name", "state", "until", "why")
    search_fields = ("name",)
    ordering = (F("wait_until").desc(nulls_last=True), "name")
    fields = ("name", "state", "until", "why", "robots_asked", "robots")
    readonly_fields = fields
    robots_asked = _show_moment("robots_at", _("robots.txt asked for"))

    @display(description=_("State"))
    def state(self, host: Host) -> str:
        """Whether it can be asked now."""
        now = timezone.now()
        return gettext("rests") if is_resting(host, now) else describe_host(host, now)

    @display(description=_("Rests until"), ordering="wait_until")
    def until(self, host: Host) -> str:
        """Until when it wants to be left alone; all its feeds and pages wait so long."""
        now = timezone.now()
        return tell_moment(host.wait_until, now) if is_resting(host, now) else ""

    @display(description=_("Why"))
    def why(self, host: Host) -> str:
        """Its own answer, or its robots.txt, in words."""
        told = host.wait_why if is_resting(host, timezone.now()) else ""
        return format_html('<span class="fc-url">{}</span>', told)
