"""Forms of two editors on one row: who saves second is shown both versions, and keeps what was typed.

What the second editor left as it was takes over what the first one wrote; what both changed is for the second to say.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.admin.fields import tell_languages
from claims.admin.history import MOST, Told, history_of, write_message
from claims.admin.seen import FIELD, Glimpse, Overtaken, check, hold, load, read_token, related_of, token_of, watch

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Versions:
    """One field of a form: as it was seen, as it is now, and as the editor has it (empty where left as it was seen)."""

    label: str | Promise
    then: str
    now: str
    yours: str


class Watchful(ModelAdmin):
    """Rows whose forms tell when they were overtaken, and lose nothing of what was typed."""

    change_form_before_template = "admin/claims/seen.html"
    object_history_template = "admin/claims/history.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> models.Model | None:
        """The row, with what its token watches, in one query."""
        key = self.opts.get_field(from_field) if from_field else self.opts.pk
        with suppress(ValidationError, ValueError):
            row: models.Model | None = watch(self.get_queryset(request)).get(**{key.name: key.to_python(object_id)})
            return row
        return None

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        """Save a form whose row is as it was seen; show one that was overtaken again, with both versions."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            row = self.get_object(request, object_id)
            if row is not None and self.has_change_permission(request, row):
                hold(row)
                try:
                    check(row, request.POST.get(FIELD, ""))
                except Overtaken as overtaken:
                    request.overtaken = overtaken  # type: ignore[attr-defined]
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        if hasattr(request, "overtaken"):
            answer.status_code = CONFLICT
        return answer

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; one that was overtaken is not saved and brings the versions to compare."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return hold_back(form, request) if obj is not None and hasattr(request, "overtaken") else form

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What a saved form changed, from what to what; secrets are never entered."""
        names = [name for name in form.changed_data if not isinstance(form.fields[name].widget, forms.PasswordInput)]
        labels = {name: str(form.fields[name].label or name) for name in names}
        new = {labels[name]: say(form.fields[name], form.cleaned_data.get(name)) for name in names}
        if add:
            return write_message(Told(gettext("Added."), new=new))
        old = {
            labels[name]: say(form.fields[name], form.get_initial_for_field(form.fields[name], name)) for name in names
        }
        said = gettext("Changed: %s.") % ", ".join(labels.values()) if names else gettext("Saved without a change.")
        return write_message(Told(said, old=old, new=new))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The row's history: acts of the desk, and what workers did."""
        row = self.get_object(request, unquote(object_id))
        lines = history_of(row) if row is not None and self.has_view_or_change_permission(request, row) else ()
        return super().history_view(request, object_id, {"history": lines, "most": MOST, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        """Put the token into the page, and the versions where the form was overtaken."""
        row = kwargs.get("obj")
        if row is not None:
            context["history"] = partial(history_of, row)  # asked for only by a page that shows it
            context["overtaken"] = overtaken = getattr(request, "overtaken", None)
            form = context["adminform"].form
            if overtaken is not None:
                context[FIELD] = overtaken.token
                context["versions"] = form.versions
                context["around"] = [d for d in overtaken.differences if d.name not in form.compared]
            elif request.method == "POST":
                # The row in hand has been given what was typed; what was seen stands in the token, just checked.
                context[FIELD] = request.POST.get(FIELD) or token_of(load(row), **related_of(row))
            else:
                context[FIELD] = token_of(row, **_shown(form))
        return super().render_change_form(request, context, **kwargs)


def hold_back(form_class: type[forms.ModelForm], request: HttpRequest) -> type[forms.ModelForm]:
    """A form that is never valid, since its row is not as it was seen, and that brings the versions to compare."""

    class HeldBack(form_class):  # type: ignore[misc,valid-type]
        versions: list[Versions]
        compared: frozenset[str]

        def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
            self.versions, self.compared = [], frozenset()
            with suppress(Overtaken):
                seen = read_token(kwargs["instance"], request.POST.get(FIELD, ""))
                data = self._take_over(data, kwargs["instance"], seen)
            super().__init__(data, *args, **kwargs)

        def _take_over(self, data: Any, row: models.Model, seen: Glimpse) -> QueryDict:
            """What was typed, with what others wrote in the fields that were left as they were seen."""
            then = form_class(instance=_as_seen(row, seen), initial=_lists(row, seen))
            mine = form_class(data, instance=_as_seen(row, seen), initial=_lists(row, seen))
            mine.full_clean()
            now, sent = form_class(instance=copy.copy(row)), data.copy()
            for name, field in then.fields.items():
                values = [field.prepare_value(f.get_initial_for_field(field, name)) for f in (then, now)]
                if field.disabled or _plain(values[0]) == _plain(values[1]):
                    continue
                told = [say(field, value) for value in values]
                if name in mine.changed_data:
                    yours = mine.cleaned_data.get(name, mine[name].value())
                    self.versions.append(Versions(field.label or name, *told, say(field, yours)))
                    continue
                self.versions.append(Versions(field.label or name, *told, ""))
                for key, sending in _send(field.widget, then[name].html_name, values[1]):
                    sent.setlist(key, sending)
            self.compared = frozenset({*then.fields, *getattr(form_class, "parts", ())})
            return sent

        def clean(self) -> Any:
            given = super().clean()
            self.add_error(None, ValidationError(_("Not saved: it was changed while you had it open.")))
            return given

    return HeldBack


def say(field: forms.Field, value: Any) -> str:
    """A form's value as an editor reads it."""
    with suppress(ValidationError, ValueError, TypeError):
        if isinstance(field, forms.ModelChoiceField) and value not in (None, "", []):
            value = field.clean(value) if not isinstance(value, models.Model | models.QuerySet) else value
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, Mapping):
        return tell_languages(value)
    if isinstance(value, list | tuple | models.QuerySet):
        return ", ".join(str(part) for part in value) or "—"
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)


def _as_seen(row: models.Model, seen: Glimpse) -> models.Model:
    """The row as it was seen, as far as the token tells."""
    then = copy.copy(row)
    then._state = copy.copy(row._state)
    then._state.fields_cache = {}
    for column in row._meta.concrete_fields:
        if column.name in seen.facts:
            setattr(then, column.attname, column.to_python(seen.facts[column.name]))
    return then


def _lists(row: models.Model, seen: Glimpse) -> dict[str, Any]:
    """What the token tells of relations of many."""
    return {f.name: seen.facts[f.name] for f in row._meta.many_to_many if f.name in seen.facts}


def _shown(form: forms.BaseForm) -> dict[str, list[int]]:
    """The ids that a form has read of relations of many."""
    row, initial = form.instance, form.initial  # type: ignore[attr-defined]
    names = [field.name for field in row._meta.many_to_many if field.name in initial]
    return {name: sorted(getattr(other, "pk", other) for other in initial[name]) for name in names}


def _plain(value: Any) -> Any:
    """A value to compare: relations in any order, and nothing the same as an empty text."""
    if isinstance(value, list | tuple | models.QuerySet):
        return sorted(map(str, value))
    return value or ""


def _send(widget: Any, name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """What a browser would send of a box that shows a value."""
    if isinstance(widget, forms.MultiWidget):
        parts: Iterable[Any] = widget.decompress(value)
        for suffix, box, part in zip(widget.widgets_names, widget.widgets, parts, strict=True):
            yield from _send(box, name + suffix, part)
    elif isinstance(widget, forms.CheckboxInput):
        yield name, ["on"] if value else []
    elif isinstance(value, list | tuple):
        yield name, [str(part) for part in value]
    else:
        shown = widget.format_value(value)
        yield name, [] if shown is None else [str(s) for s in shown] if isinstance(shown, list) else [str(shown)]
