"""Articles: the text with every statement marked, its editions, its copies; withdraw, restore, read again."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims import tasks
from claims.admin.acts import Act, WithActs
from claims.admin.filters import EditedFilter, LanguageFilter, ReadingFilter
from claims.admin.forms import WithdrawForm
from claims.admin.kept import Seen, SeenInline
from claims.admin.marking import Span, mark_words
from claims.admin.quotes import with_verdict
from claims.models import Article, Revision, Statement, Story, Withdrawal
from claims.pipeline import RefusedEdit, ask_to_read_again, ask_withdrawal, members_of
from claims.reading.editions import Wording, compare_editions, excerpt

# A longer text is shown this far; the rest is a click away, at its publisher's.
SHOWN = 60_000
# How many of the last edits are shown.
CHANGES_SHOWN = 3


def _ask_withdrawal(withdrawn: bool, request: HttpRequest, article: Article, given: Mapping[str, Any]) -> str:
    asked = ask_withdrawal(article.pk, withdrawn=withdrawn, why=given["why"], now=timezone.now())
    if asked is None:
        raise RefusedEdit(gettext("It is so already, or has been asked for."))
    transaction.on_commit(partial(tasks.ring_withdrawals, [asked.pk]))
    if withdrawn:
        return gettext("Withdrawn: its statements stop counting. %(why)s") % {"why": given["why"]}
    return gettext("Restored: its statements count again. %(why)s") % {"why": given["why"]}


def _read_again(request: HttpRequest, article: Article, given: Mapping[str, Any]) -> str:
    newest = article.newest
    ask_to_read_again([newest.pk], timezone.now())
    transaction.on_commit(partial(tasks.ring_readings, [newest.pk]))
    return gettext("To be read again (edition %(number)d).") % {"number": newest.number}


class RevisionInline(SeenInline):
    """The editions of an article."""

    model = Revision
    verbose_name_plural = _("editions")
    fields = (
        "number", "title", "lang", "published_at", "recorded_at", "changed", "state", "read_by", "attempts",
        "last_error",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """All editions, without their texts."""
        return super().get_queryset(request).defer("text")

    @display(description=_("Changed"))
    def changed(self, revision: Revision) -> str:
        """What it changed against the edition before."""
        if revision.words_added is None:
            return ""
        told = [gettext("+%(added)d −%(removed)d words") % {
            "added": revision.words_added, "removed": revision.words_removed or 0,
        }]  # fmt: skip
        if revision.title_changed:
            told.append(gettext("another title"))
        if revision.statements_gone:
            told.append(gettext("statements gone: %(n)d") % {"n": revision.statements_gone})
        if revision.quotes_gone:
            told.append(gettext("quotations gone: %(n)d") % {"n": revision.quotes_gone})
        if revision.silent:
            told.append(gettext("WITHOUT A NOTE"))
        elif revision.correction_note:
            told.append(Truncator(revision.correction_note).chars(160))
        return " · ".join(told)

    @display(description=_("Reading"))
    def state(self, revision: Revision) -> str:
        """How far its reading has come."""
        return describe_reading(revision)


def describe_reading(revision: Revision) -> str:
    """How far a revision's reading has come, in a word or two."""
    if revision.read_at is not None:
        return gettext("read")
    return gettext("set aside") if revision.failed else gettext("waiting")


@admin.register(Article)
class ArticleAdmin(WithActs, Seen):
    """Publications, each with its editions and what was read in it."""

    list_display = ("title", "source", "language", "published", "statements_count", "editions", "reading", "stands")
    list_filter = (("source", AutocompleteSelectFilter), LanguageFilter, ReadingFilter, EditedFilter, "withdrawn")
    list_select_related = ("source",)
    search_fields = ("url", "revisions__title")
    date_hierarchy = "published_at"
    fields = ("source", "link", "published_at", "recorded_at", "withdrawn")
    readonly_fields = fields
    inlines = (RevisionInline,)
    acts = (
        Act(
            name="read-again",
            label=_("Read again"),
            permissions=("claims.change_revision",),
            perform=_read_again,
            explanation=_("The newest edition is read with today's claims, parties and words."),
            icon="refresh",
        ),
        Act(
            name="withdraw",
            label=_("Withdraw"),
            permissions=("claims.add_withdrawal",),
            perform=partial(_ask_withdrawal, True),
            form=WithdrawForm,
            explanation=_("The publisher took it back: its statements stop counting. The article stays on record."),
            closed=lambda article: gettext("It is withdrawn already.") if article.withdrawn else "",
            tone="danger",
            icon="unpublished",
        ),
        Act(
            name="restore",
            label=_("Restore"),
            permissions=("claims.add_withdrawal",),
            perform=partial(_ask_withdrawal, False),
            form=WithdrawForm,
            explanation=_("The publisher put it back: its statements count again."),
            closed=lambda article: "" if article.withdrawn else gettext("It is not withdrawn."),
            icon="restore_page",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Articles with their editions (texts left out) and how many statements each carries."""
        editions = Revision.objects.defer("text", "last_error").order_by("-number")
        carried = Statement.objects.carried().filter(article=OuterRef("pk")).order_by().values("article")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("revisions", editions, to_attr="editions_shown"))
            .annotate(statement_count=Subquery(carried.annotate(n=Count("pk")).values("n")))
        )

    @display(description=_("Title"), ordering="url")
    def title(self, article: Any) -> str:
        """What the desk calls it, shortened."""
        return Truncator(self.name_row(article)).chars(110)

    @display(description=_("Published"), ordering="published_at")
    def published(self, article: Article) -> str:
        """When it was published, in UTC."""
        return f"{article.published_at:%Y-%m-%d %H:%M}"

    def name_row(self, row: Any) -> str:
        """The newest edition's title, or the address."""
        newest = row.editions_shown[0] if row.editions_shown else None
        return (newest.title if newest else "") or row.url

    @display(description=_("Language"))
    def language(self, article: Any) -> str:
        """The newest edition's language."""
        return article.editions_shown[0].lang if article.editions_shown else ""

    @display(description=_("Editions"))
    def editions(self, article: Any) -> int:
        """How often it was published."""
        return len(article.editions_shown)

    @display(description=_("Statements"))
    def statements_count(self, article: Any) -> int:
        """How many statements it carries now."""
        return article.statement_count or 0

    @display(description=_("Reading"))
    def reading(self, article: Any) -> str:
        """How far the newest edition's reading has come."""
        return describe_reading(article.editions_shown[0]) if article.editions_shown else ""

    @display(description=_("Stands"), boolean=True)
    def stands(self, article: Article) -> bool:
        """Whether it is not withdrawn."""
        return not article.withdrawn

    @display(description=_("Address"))
    def link(self, article: Article) -> str:
        """The address, to follow where it can be."""
        if not article.link:
            return article.url
        return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', article.link, article.url)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show the text with its statements, and the other articles of its story."""
        article = kwargs.get("obj")
        if article is not None:
            context |= _lay_out(article)
        return super().render_change_form(request, context, **kwargs)


def _lay_out(article: Article) -> dict[str, Any]:
    """What an article's page shows besides its columns."""
    newest = article.revisions.select_related("story").order_by("-number").first()
    if newest is None:
        return {"newest": None}
    carried = with_verdict(Statement.objects.filter(article=article)).select_related("party", "claim")
    statements = list(carried.defer("claim__document").order_by("start", "pk"))
    words = newest.words
    standing = [s for s in statements if s.dropped_at is None]
    spans = []
    for number, statement in enumerate(standing, start=1):
        statement.number = number
        # An edition may carry words read in an earlier one, elsewhere.
        place = _find_quote(statement, newest, words)
        if place is None:
            continue
        spans.append(Span(*place, "quote", statement.stance, str(number), f"#statement-{statement.pk}"))
        if statement.cue_start is not None and statement.start is not None and statement.cue_end is not None:
            shift = place[0] - statement.start
            spans.append(Span(statement.cue_start + shift, statement.cue_end + shift, "cue"))
    members: list[Revision] = []
    if newest.story_id is not None:
        same = Revision.objects.filter(story__in=members_of([newest.story_id])).exclude(article=article).defer("text")
        members = list(same.select_related("article__source").order_by("article__published_at", "number")[:50])
    return {
        "newest": newest,
        "marked": mark_words(words, spans, end=SHOWN),
        "left_out": max(len(words) - SHOWN, 0),
        "standing": standing,
        "dropped": [s for s in statements if s.dropped_at is not None],
        "members": members,
        "changes": _show_changes(article, newest),
    }


def _show_changes(article: Article, newest: Revision) -> list[dict[str, Any]]:
    """What the last editions changed, each against the one before, newest first; one query."""
    if newest.number == 1:
        return []
    last = Revision.objects.filter(article=article, number__gte=newest.number - CHANGES_SHOWN).order_by("-number")
    shown = []
    for later, former in pairwise(last):
        difference = compare_editions(Wording(former.title, former.text), Wording(later.title, later.text))
        paragraphs, left_out = excerpt(difference.paragraphs)
        shown.append({
            "edition": later, "former": former.number, "paragraphs": paragraphs, "left_out": left_out,
            "title": difference.title if difference.title_changed else (), "coarse": difference.coarse,
        })  # fmt: skip
    return shown


def _find_quote(statement: Statement, newest: Revision, words: str) -> tuple[int, int] | None:
    """Where a statement's quote stands in the newest edition; None where it does not."""
    if statement.start is None or statement.end is None:
        return None
    if statement.revision_id == newest.pk:
        return statement.start, statement.end
    found = words.find(statement.quote)
    return (found, found + len(statement.quote)) if found >= 0 and statement.quote else None


@admin.register(Story)
class StoryAdmin(Seen):
    """Articles that carry one text: one origin, however many outlets."""

    list_display = ("__str__", "size", "recorded_at", "merged_into", "merged_at")
    list_select_related = ("merged_into",)
    search_fields = ("revisions__title", "revisions__article__url")
    date_hierarchy = "recorded_at"
    fields = ("recorded_at", "merged_into", "merged_at", "members")
    readonly_fields = fields
    ordering = ("-recorded_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        """Stories with how many editions carry each."""
        carried = Revision.objects.filter(story=OuterRef("pk")).order_by().values("story")
        counted = Subquery(carried.annotate(n=Count("pk")).values("n"))
        return super().get_queryset(request).annotate(revision_count=counted)

    @display(description=_("Editions"))
    def size(self, story: Any) -> int:
        """How many editions carry it."""
        return story.revision_count or 0

    @display(description=_("Carried by"))
    def members(self, story: Story) -> str:
        """The editions that carry it or a part of it, oldest first, at most a hundred."""
        carrying = Revision.objects.filter(story__in=members_of([story.pk])).defer("text")
        return list_editions(carrying.select_related("article__source").order_by("published_at")[:100])


def list_editions(revisions: Any) -> str:
    """A list of editions, each linked to its article."""
    items = (
        (
            reverse("admin:claims_article_change", args=[r.article_id]),
            r.title or r.article.url,
            r.article.source.name,
            f"{r.published_at:%Y-%m-%d %H:%M}",
            f" · {gettext('withdrawn')}" if r.article.withdrawn else "",
        )
        for r in revisions
    )
    return format_html(
        '<ul class="fc-list">{}</ul>', format_html_join("", '<li><a href="{}">{}</a> · {} · {} UTC{}</li>', items)
    )


@admin.register(Withdrawal)
class WithdrawalAdmin(Seen):
    """Articles taken back or put back, and whether that holds yet."""

    list_display = ("article", "withdrawn", "why", "asked_at", "recorded_at")
    list_filter = ("withdrawn", ("recorded_at", admin.EmptyFieldListFilter))
    list_select_related = ("article",)
    search_fields = ("article__url", "why")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-pk")
