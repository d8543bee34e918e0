"""What the desk may do to rows: nothing is removed, and what the ledger rests on is only looked at."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import models
from django.forms import Form
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, TabularInline

from claims.admin.counting import BoundedPaginator
from claims.admin.history import Told, enter_history
from claims.admin.side_by_side import Watchful

# Without the buttons that would save a row.
NOT_SAVED = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}


class Named:
    """A row under the name the desk shows it by: in the page's heading, where the row's own text is for programs."""

    def __init__(self, row: models.Model, name: str) -> None:
        self._row, self._name = row, name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def __str__(self) -> str:
        return self._name


class Kept(Watchful, ModelAdmin):
    """Rows that may be added and changed, never removed. A change writes only the columns the form changed."""

    list_per_page = 50
    # Counting a million rows tells nobody anything.
    show_full_result_count = False
    paginator = BoundedPaginator
    list_max_show_all = 200
    list_filter_submit = True
    warn_unsaved_form = True

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody removes rows here: the ledger rests on them, directly or by name."""
        return False

    def name_row(self, row: Any) -> str:
        """What the desk calls a row, in headings and in the history."""
        return str(row)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> TemplateResponse:
        """Call the row by its name in the page's heading; where nothing can be changed, nothing can be saved."""
        row = kwargs.get("obj")
        if row is not None:
            name = self.name_row(row)
            context |= {"original": Named(row, name), "title": name, "subtitle": None}
            if not context["adminform"].form.fields and not context["inline_admin_formsets"]:
                context |= NOT_SAVED
        return super().render_change_form(request, context, **kwargs)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        """Enter an act in the row's history, under the row's name."""
        if not isinstance(message, str | Told):
            return super().log_change(request, obj, message)
        return enter_history(request, obj, self.name_row(obj), message)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Form, change: bool) -> None:
        """Write a row; of an old one only what the form changed, so that what a worker wrote meanwhile stays."""
        if not change:
            obj.save()
            return
        columns = {column.name for column in obj._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        if changed:
            obj.save(update_fields=[*changed, *({"changed_at"} & columns)])


class Seen(Kept):
    """Rows that are only looked at: every account of the past must be found as it was."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows of this kind come by the pipeline or by an act, never by a form."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Rows of this kind are never changed."""
        return False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        """What the row says: a column that holds nothing, or says that something is not so, is not shown."""
        empty = (None, "", False)
        columns = {column.name for column in self.opts.concrete_fields}
        return [
            name
            for name in super().get_fields(request, obj)
            if obj is None or name not in columns or getattr(obj, name) not in empty
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> TemplateResponse:
        """Show the row without the buttons that would save it."""
        context |= NOT_SAVED
        return super().render_change_form(request, context, **kwargs)


class SeenInline(TabularInline):
    """Rows shown under the row they belong to, to look at."""

    extra = 0
    can_delete = False
    hide_title = True
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Rows of this kind come by the pipeline."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Rows of this kind are never changed."""
        return False
