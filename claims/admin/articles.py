"""Articles, their editions and copies: withdraw, put back, read again, add a statement by hand."""

from collections.abc import Mapping
from functools import partial
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
from claims.admin.article_page import describe_reading, lay_out_article, show_adding, start_adding
from claims.admin.filters import DaysFilter, EditedFilter, LanguageFilter, ReadingFilter
from claims.admin.forms import AddStatementForm, WithdrawForm
from claims.admin.kept import Seen
from claims.admin.selecting import TEMPLATE, add_by_hand
from claims.models import Article, Revision, Statement, Story, Withdrawal
from claims.pipeline import RefusedEdit, ask_to_read_again, ask_withdrawal, members_of


def _ask_withdrawal(withdrawn: bool, request: HttpRequest, article: Article, given: Mapping[str, Any]) -> str:
    asked = ask_withdrawal(article.pk, withdrawn=withdrawn, why=given["why"], now=timezone.now())
    if asked is None:
        raise RefusedEdit(gettext("It is so already, or has been asked for."))
    transaction.on_commit(partial(tasks.ring_withdrawals, [asked.pk]))
    if withdrawn:
        return gettext("Withdrawn: its statements stop counting. %(why)s") % {"why": given["why"]}
    return gettext("Put back: its statements count again. %(why)s") % {"why": given["why"]}


def _read_again(request: HttpRequest, article: Article, given: Mapping[str, Any]) -> str:
    newest = article.newest
    ask_to_read_again([newest.pk], timezone.now())
    transaction.on_commit(partial(tasks.ring_readings, [newest.pk]))
    return gettext("To be read again (edition %(number)d).") % {"number": newest.number}


@admin.register(Article)
class ArticleAdmin(WithActs, Seen):
    """Publications, each with its editions and what was read in it."""

    list_display = ("title", "source", "language", "published", "statements_count", "editions", "reading", "stands")
    list_filter = (
        ("source", AutocompleteSelectFilter), LanguageFilter, ReadingFilter, EditedFilter, "withdrawn",
        ("published_at", DaysFilter),
    )  # fmt: skip
    search_fields = ("url", "revisions__title")
    sortable_by = ()
    fields = ("source", "link", "published_at", "recorded_at", "withdrawn")
    readonly_fields = fields
    acts = (
        Act(
            name="add-statement",
            label=_("Add a statement"),
            permissions=("claims.add_review", "claims.add_statement"),
            perform=add_by_hand,
            form=AddStatementForm,
            explanation=_("What the reader missed: select the words, and say who takes which stance on what in them."),
            closed=lambda article: gettext("It is withdrawn: put it back first.") if article.withdrawn else "",
            initial=start_adding,
            shows=show_adding,
            template=TEMPLATE,
            tone="primary",
            icon="add_comment",
        ),
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
            label=_("Put back"),
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
        editions = Revision.objects.defer("text").order_by("-number")
        carried = Statement.objects.carried().filter(article=OuterRef("pk")).order_by().values("article")
        return (
            super()
            .get_queryset(request)
            .select_related("source")
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
            context |= lay_out_article(article, request.GET.get("edition", ""))
        return super().render_change_form(request, context, **kwargs)


@admin.register(Story)
class StoryAdmin(Seen):
    """Articles that carry one text: one origin, however many outlets."""

    list_display = ("__str__", "size", "recorded_at", "merged_into", "merged_at")
    list_select_related = ("merged_into",)
    search_fields = ("revisions__title", "revisions__article__url")
    sortable_by = ()
    fields = ("recorded_at", "merged_into", "merged_at", "members")
    readonly_fields = fields
    ordering = ("-pk",)

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
    def members(self, story: Any) -> str:
        """The editions that carry it or a part of it, oldest first, at most a hundred."""
        if not hasattr(story, "members_shown"):  # the theme asks for a column several times
            carrying = Revision.objects.filter(story__in=members_of([story.pk])).defer("text")
            editions = carrying.select_related("article__source").order_by("published_at")[:100]
            story.members_shown = list_editions(editions)
        return story.members_shown


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
    list_filter = ("withdrawn", ("recorded_at", admin.EmptyFieldListFilter), ("asked_at", DaysFilter))
    list_select_related = ("article",)
    search_fields = ("article__url", "why")
    ordering = ("-asked_at", "-pk")
