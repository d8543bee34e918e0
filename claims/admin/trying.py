"""Trying a claim's edited wording before it is saved: what it would link and drop in recent articles, read for real.

What was typed goes along, so that it can be saved from the page that tells, or edited on.
"""

import copy
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext

from claims import tasks
from claims.admin.forms import LOOK_BACK, default_read_since
from claims.admin.kept import Kept, Named
from claims.admin.seen import FIELD
from claims.models import Claim
from claims.pipeline import supposing
from claims.pipeline.catalogue import describe_claim
from claims.pipeline.supposing import Trial
from claims.words import ReaderKind

TRY = "_try"
TRIED = "tried"
# Few articles are read while the editor waits, with the catalogue of few claims; anything else is a worker's.
AT_ONCE, OF_CLAIMS = 300, 300
SECONDS_AT_ONCE = 2.0
REFRESH = 2  # seconds


class Trying(Kept):
    """Gives a claim's form its "try it", and the page that tells what came of it."""

    def get_urls(self) -> list[URLPattern]:
        """The address of what a trial found, before the catch-all of the rows."""
        view = self.admin_site.admin_view(self.tell_trial)
        return [path(f"<path:object_id>/{TRIED}/", view, name="claims_claim_tried"), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        """Begin a trial where one is asked for and the form can be saved; else show the form, as ever."""
        if request.method == "POST" and TRY in request.POST and object_id is not None:
            claim: Any = self.get_object(request, object_id)
            if claim is not None and not self.has_change_permission(request, claim):
                raise PermissionDenied
            form = self.get_form(request, claim, change=True)(request.POST, instance=claim) if claim else None
            if form is not None and form.is_valid():
                return self._begin(request, claim, form)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; where one comes back from a trial, with what was typed."""
        form = super().get_form(request, obj, change=change, **kwargs)
        trial = self._came_back(request, obj)
        return fill_in(form, trial) if trial is not None else form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        """Offer the trial to who may change the claim; a form that comes back from one saw what it saw then."""
        claim = kwargs.get("obj")
        answer: Any = super().render_change_form(request, context, **kwargs)
        trial = self._came_back(request, claim)
        if trial is not None:
            answer.context_data[FIELD] = dict(trial.given).get(FIELD, ("",))[0]
        may = claim is not None and self.has_change_permission(request, claim)
        answer.context_data |= {"may_try": may, "days": LOOK_BACK.days}
        return answer

    def tell_trial(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a trial found so far; the page comes again by itself until it is over."""
        claim: Any = self.get_object(request, object_id)
        if claim is None:
            raise Http404
        if not self.has_change_permission(request, claim):
            raise PermissionDenied
        back = reverse("admin:claims_claim_change", args=[claim.pk])
        token = request.GET.get(TRIED, "")
        trial = supposing.find_trial(token)
        if trial is None or trial.claim != claim.pk:
            messages.warning(request, gettext("What was tried is kept for an hour, and that is over: try it again."))
            return HttpResponseRedirect(back)
        return self._tell(request, claim, trial, f"{back}?{TRIED}={token}")

    def _tell(self, request: HttpRequest, claim: Claim, trial: Trial, again: str) -> HttpResponse:
        """The page that tells what a trial found so far; `again` leads back to its form, if anything does."""
        running = not trial.done and not trial.failed
        name = self.name_row(claim)
        answer = TemplateResponse(
            request,
            "admin/claims/claim/tried.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Tried on the last %(n)d days") % {"n": LOOK_BACK.days},
                "subtitle": name,
                "opts": self.opts,
                "original": Named(claim, name),
                "media": self.media,
                "trial": trial,
                "running": running,
                "sentence": say_found(trial),
                "given": [(name, value) for name, values in trial.given for value in values],
                "back": reverse("admin:claims_claim_change", args=[claim.pk]),
                "again": again,
                "rules_alone": settings.READER != ReaderKind.RULES,
            },
        )
        if running:
            answer["Refresh"] = str(REFRESH)
        answer["Cache-Control"] = "no-store"
        return answer

    def _begin(self, request: HttpRequest, claim: Claim, form: Any) -> HttpResponse:
        """Begin a trial of what the form says, carry it on for a moment where that may do, and go to what it tells."""
        place = form.place() if "place_name" in form.fields else claim.place
        edited = copy.copy(form.instance)
        edited.place = place
        loses = form.cleaned_data.get("loses", claim.loses.all())
        since = datetime.combine(default_read_since(), time.min, tzinfo=UTC)
        given = {name: values for name, values in request.POST.lists() if name not in (TRY, "csrfmiddlewaretoken")}
        stored = Claim.objects.select_related("holder", "opposed").get(pk=claim.pk)
        trial = supposing.begin_trial(stored, describe_claim(edited, loses), since, given)
        few = Claim.objects.values("pk")[: OF_CLAIMS + 1].count() <= OF_CLAIMS
        if trial.articles <= AT_ONCE and few:
            trial = supposing.continue_trial(trial, SECONDS_AT_ONCE)
        try:
            token = supposing.keep_trial(trial)
        except supposing.NotKept:
            if not trial.done:
                why = gettext("Nothing can be kept just now, so no worker can go on. Wait a minute.")
                trial = replace(trial, failed=why)
            return self._tell(request, claim, trial, "")
        if not trial.done and not tasks.ring_trial(token, trial.turn):
            messages.error(
                request, gettext("The queue does not answer, so nobody is reading: try it again in a minute.")
            )
        return HttpResponseRedirect(f"{reverse('admin:claims_claim_tried', args=[claim.pk])}?{TRIED}={token}")

    def _came_back(self, request: HttpRequest, claim: Any) -> Trial | None:
        """The trial that the form comes back from, if it does."""
        token = request.GET.get(TRIED, "") if request.method == "GET" else ""
        trial = supposing.find_trial(token) if token and claim is not None else None
        return trial if trial is not None and trial.claim == claim.pk else None


def fill_in(form_class: type[forms.ModelForm], trial: Trial) -> type[forms.ModelForm]:
    """A form that shows what was typed when a trial began; the row in hand stays as it is stored."""

    class FilledIn(form_class):  # type: ignore[misc,valid-type]
        def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
            if data is None:
                data = QueryDict(mutable=True)
                for name, values in trial.given:
                    data.setlist(name, list(values))
                kwargs["instance"] = copy.copy(kwargs["instance"])
            super().__init__(data, *args, **kwargs)

    return FilledIn


def say_found(trial: Trial) -> str:
    """What a trial found, in a sentence: "Would link 14 more statements, drop 2 and read 1 otherwise."."""
    more = ngettext("link %(n)d more statement", "link %(n)d more statements", trial.linked.count)
    said = gettext("Would %(link)s, drop %(dropped)d") % {
        "link": more % {"n": trial.linked.count},
        "dropped": trial.dropped.count,
    }
    if trial.otherwise.count:
        said = gettext("%(said)s and read %(n)d otherwise") % {"said": said, "n": trial.otherwise.count}
    return f"{said}."
