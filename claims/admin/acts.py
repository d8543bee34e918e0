"""Acts: what an editor does to one row beyond editing its fields. Each is on record in the row's history.

An act has an address of its own under the row's (`.../<id>/<name>/`). A GET shows what will be asked, a POST does it,
unless the row is no longer as its `seen` token tells: then the page comes back and says what became of it.
Whether a user may is decided by the view, every time; the buttons only follow.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from claims.admin.history import Told
from claims.admin.kept import Kept, Named
from claims.admin.seen import FIELD, Difference, Overtaken, check, differ, glimpse, hold, load, token_of
from claims.admin.side_by_side import CONFLICT
from claims.models import Claim
from claims.pipeline import RefusedEdit

Text = str | Promise
REASONS = ("reason", "rationale", "why")
"""The boxes of acts in which an editor says why."""


def _always_open(row: Any) -> str:
    return ""


def _nothing(request: HttpRequest, row: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing an editor can do to a row.

    `perform` takes the request, the row and the form's cleaned data, does it, and returns one sentence for the
    history; it raises RefusedEdit where the act cannot be done as asked. `closed` says why the act makes no sense
    on a row just now, or nothing. All of `permissions` ("claims.add_review") are needed. `leads_to` gives the address
    to go on to when it is done; by default the row's page. `initial` gives what stands in the form before anything is
    typed, `shows` what the page that asks shows besides, by a `template` of its own.
    """

    name: str
    label: Text
    permissions: tuple[str, ...]
    perform: Callable[[HttpRequest, Any, Mapping[str, Any]], str]
    form: type[forms.Form] = forms.Form
    explanation: Text = ""
    closed: Callable[[Any], str | Promise] = _always_open
    leads_to: Callable[[HttpRequest, Any], str] | None = None
    initial: Callable[[HttpRequest, Any], Mapping[str, Any]] = _nothing
    shows: Callable[[HttpRequest, Any], Mapping[str, Any]] = _nothing
    template: str = ""
    tone: str = "default"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """An act that this user may take on this row now, with its address and an empty form."""

    act: Act
    url: str
    form: forms.Form


def tell_act(said: str, given: Mapping[str, Any], differences: Iterable[Difference]) -> Told:
    """An act for the history: what was done, why, and what is not as it was before."""
    why = next((str(given[name]).strip() for name in REASONS if given.get(name)), "")
    found = list(differences)
    old, new = ({str(d.label): getattr(d, side) for d in found} for side in ("then", "now"))
    return Told(said, why, old, new)


class WithActs(Kept):
    """Gives a list's rows their acts: addresses, permissions, the page that asks, the history."""

    acts: tuple[Act, ...] = ()
    act_template = "admin/claims/act.html"

    def get_urls(self) -> list[URLPattern]:
        """The addresses of the acts, before the catch-all of the rows."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        urls = []
        for act in self.acts:
            view = update_wrapper(partial(self._act_view, act), self.take_act)
            urls.append(
                path(f"<path:object_id>/{act.name}/", self.admin_site.admin_view(view), name=f"{name}_{act.name}")
            )
        return [*urls, *super().get_urls()]

    def offered_acts(self, request: HttpRequest, row: models.Model) -> list[OfferedAct]:
        """The acts this user may take on this row now."""
        return [
            OfferedAct(act, self.act_url(act, row), act.form(auto_id=f"id_{act.name}_%s"))
            for act in self.acts
            if request.user.has_perms(act.permissions) and not act.closed(row)
        ]

    def act_url(self, act: Act, row: models.Model) -> str:
        """The address at which an act is taken on a row."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{act.name}", args=[row.pk])

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Offer the acts on the row's page."""
        row = kwargs.get("obj")
        context["acts"] = self.offered_acts(request, row) if row is not None else []
        # Forms of acts may bring a chooser of parties or claims, which has scripts of its own.
        for offered in context["acts"]:
            context["media"] += offered.form.media
        return super().render_change_form(request, context, **kwargs)

    def take_act(self, request: HttpRequest, object_id: str, act: Act) -> HttpResponse:
        """Ask for what the act needs (GET), or take it (POST) and go back to the row."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, row) or not request.user.has_perms(act.permissions):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        if request.method != "POST" and (closed := act.closed(row)):
            messages.warning(request, closed)
            return HttpResponseRedirect(back)
        form = act.form(request.POST if request.method == "POST" else None, initial=dict(act.initial(request, row)))
        overtaken = None
        if request.method == "POST" and form.is_valid():
            try:
                row, said = self._perform(request, row, act, form.cleaned_data)
            except RefusedEdit as refusal:
                messages.error(request, str(refusal))
            except Overtaken as error:
                overtaken = error
            else:
                messages.success(request, said)
                return HttpResponseRedirect(act.leads_to(request, row) if act.leads_to else back)
        token = overtaken.token if overtaken else request.POST.get(FIELD) or token_of(row)
        return TemplateResponse(
            request,
            act.template or self.act_template,
            {
                **self.admin_site.each_context(request),
                "title": act.label,
                "subtitle": self.name_row(row),
                "opts": self.opts,
                "original": Named(row, self.name_row(row)),
                "media": self.media + form.media,
                "form": form,
                "act": act,
                "back": back,
                "closed": act.closed(self.get_object(request, object_id)) if overtaken else "",
                "overtaken": overtaken,
                "around": overtaken.differences if overtaken else (),
                FIELD: token,
                **act.shows(request, row),
            },
            status=CONFLICT if overtaken else None,
        )

    def _perform(self, request: HttpRequest, row: Any, act: Act, given: Mapping[str, Any]) -> tuple[Any, str]:
        """Take an act on a row that is as it was seen, and enter it in the history; raises Overtaken for another."""
        with transaction.atomic():
            hold(row, *(value for value in given.values() if isinstance(value, Claim)))
            check(row, request.POST.get(FIELD, ""))
            now: Any = self.get_object(request, str(row.pk))
            if closed := act.closed(now):
                raise RefusedEdit(str(closed))
            before = glimpse(now)
            said = act.perform(request, now, given)
            self.log_change(request, now, tell_act(said, given, differ(before, load(now))))
            return now, said

    def _act_view(self, act: Act, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.take_act(request, object_id, act)
