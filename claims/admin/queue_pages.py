"""The queue's pages: what waits and what it would change, the way to the next free item, and back from the last act.

An item that is opened from the queue is held for its editor, so that two do not do it twice; what the editor passed
over is not offered again for as long.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from claims.admin.history import enter_history, read_message
from claims.admin.queue import (
    CANDIDATES,
    DOUBTS,
    KINDS,
    PAGE,
    STAKES,
    Asked,
    Key,
    find_items,
    holds_on,
    lay_items,
    load_rows,
)
from claims.models import Candidate, Claim, Hold, Party, Review, Source, Statement
from claims.models.desk import HELD_FOR
from claims.pipeline import RefusedEdit, reopen_candidate, undo_review
from claims.reading.lexicon import LANGUAGES

QUEUE = "queue"  # stands in an item's address when it was opened from the queue, with what was asked of the queue
PASSED, LAST = "queue_passed", "queue_last"  # in the session: what the editor passed over, and acted on last
PASSED_KEPT = 200
TITLES = {STAKES: _("A word changes a status"), DOUBTS: _("Doubtful readings"), CANDIDATES: _("New claims")}
AGE_LABELS = {"day": _("today"), "week": _("this week"), "month": _("these four weeks")}
SEEN_BY = {STAKES: "claims.view_statement", DOUBTS: "claims.view_statement", CANDIDATES: "claims.view_candidate"}
ACTED_BY = {"statement": "claims.add_review", "candidate": "claims.change_candidate"}
MODELS = {"statement": Statement, "candidate": Candidate}


def show_queue(request: HttpRequest) -> HttpResponse:
    """What waits for an editor, what a word on each would change, who is at what; filters and counts."""
    may = _may_see(request)
    now, asked = timezone.now(), Asked.read(request.GET)
    _let_go(request, request.GET.get("left", ""))
    found = find_items(asked, now, may=may)
    shown = [(kind, key) for kind, key in found if not asked.kind or kind == asked.kind]
    page = Paginator(shown, PAGE).get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Queue"),
        "items": lay_items(page.object_list, now),
        "page": page,
        "pages": asked.write(),
        "kinds": [
            {"kind": kind, "title": TITLES[kind], "count": found.count(kind), "address": f"?{asked.write(kind=kind)}",
             "here": asked.kind == kind}
            for kind in KINDS if kind in may
        ],
        "all_kinds": f"?{asked.write(kind='')}",
        "asked": asked,
        "filters": _describe_filters(asked),
        "query": asked.write(),
        "next": f"{reverse('admin:queue_next')}?{asked.write()}",
        "acting": any(request.user.has_perm(right) for right in ACTED_BY.values()),
        "reviewing": request.user.has_perm("claims.add_review"),
        "last": _last_acts() if not shown else (),
        "languages": LANGUAGES,
        "ages": AGE_LABELS.items(),
        "undo": _last_act(request),
    }  # fmt: skip
    return TemplateResponse(request, "admin/queue.html", context)


def go_next(request: HttpRequest) -> HttpResponse:
    """Go to the next item that nobody else is at, and hold it; back to the queue where there is none."""
    may = _may_see(request)
    now, asked = timezone.now(), Asked.read(request.GET)
    passed = _pass_over(request, request.GET.get("passed", ""), now)
    found = find_items(asked, now, may=may)
    waiting = [(kind, key) for kind, key in found if not asked.kind or kind == asked.kind]
    left = [(kind, key) for kind, key in waiting if str(key) not in passed]
    if waiting and not left:
        request.session.pop(PASSED, None)
        messages.info(request, gettext("You have been through all of it: what you passed over is offered again."))
    elif key := _take_first(request, left, now):
        return HttpResponseRedirect(f"{key.page}?{_queue_of(asked)}")
    elif left:
        messages.info(request, gettext("Others are at all that is left."))
    return HttpResponseRedirect(f"{reverse('admin:queue')}?{asked.write()}")


@require_POST
def undo_last(request: HttpRequest) -> HttpResponse:
    """Take back the editor's own last act in the queue, where nobody has acted on the item since, and show it again."""
    if not any(request.user.has_perm(right) for right in ACTED_BY.values()):
        raise PermissionDenied
    asked = Asked.read(request.GET)
    last = request.session.get(LAST)
    key = _read_key(last["key"]) if last else None
    if last is None or key is None:
        messages.warning(request, gettext("There is nothing of yours to undo."))
        return HttpResponseRedirect(f"{reverse('admin:queue')}?{asked.write()}")
    if not request.user.has_perm(ACTED_BY[key.table]):
        raise PermissionDenied
    try:
        with transaction.atomic():
            said = UNDOING[key.table](request, key.pk, last.get("review"))
            row = MODELS[key.table].objects.get(pk=key.pk)
            enter_history(request, row, last["name"], said)
    except RefusedEdit as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    request.session.pop(LAST, None)
    return HttpResponseRedirect(f"{key.page}?{_queue_of(asked)}")


def _undo_statement(request: HttpRequest, pk: int, review: int | None) -> str:
    newest = Review.objects.filter(statement=pk).select_related("editor").order_by("-recorded_at", "-pk").first()
    if newest is not None and newest.pk != review:
        raise RefusedEdit(
            gettext("%(who)s has had a word on it since (%(verdict)s): look at it again.")
            % {"who": newest.editor or "—", "verdict": newest.verdict}
        )
    undo_review(pk, editor=request.user, reason=gettext("Undone at once."), now=timezone.now())
    return gettext("Undone: as if you had not reviewed it.")


def _reopen_candidate(request: HttpRequest, pk: int, review: int | None) -> str:
    candidate = Candidate.objects.get(pk=pk)
    if candidate.state != Candidate.State.DISMISSED or candidate.decided_by_id != request.user.pk:
        raise RefusedEdit(gettext("Only what you dismissed can be undone; a claim that was made stays."))
    reopen_candidate(pk)
    return gettext("Undone: it is proposed again.")


UNDOING: dict[str, Callable[[HttpRequest, int, int | None], str]] = {
    "statement": _undo_statement, "candidate": _reopen_candidate,
}  # fmt: skip


def hold_opened(request: HttpRequest, row: Statement | Candidate) -> dict[str, Any]:
    """What an item's page shows of the queue it was opened from; who may act holds the item from now on."""
    key, now = Key.of(row), timezone.now()
    context: dict[str, Any] = {"undo": _last_act(request), "queue": None, "held_by": None}
    if QUEUE not in request.GET:
        return context
    asked = Asked.read(_given(request))
    if request.user.has_perm(ACTED_BY[key.table]) and not Hold.objects.take(row, request.user, now):
        context["held_by"] = holds_on([key], now).get(key)
    return context | {
        "queue": f"?{_queue_of(asked)}",
        "queue_query": asked.write(),
        "queue_list": f"{reverse('admin:queue')}?{asked.write(left=key)}",
        "queue_next": f"{reverse('admin:queue_next')}?{asked.write(passed=key)}",
        "held_minutes": int(HELD_FOR.total_seconds() // 60),
    }


def go_on(request: HttpRequest, row: Statement | Candidate) -> str:
    """Where an editor goes on to after acting on an item: to the next one where it was opened from the queue.

    The item is given back, and the act remembered, so that it can be undone.
    """
    key = Key.of(row)
    review = None
    if isinstance(row, Statement):
        review = Review.objects.filter(statement=row).order_by("-recorded_at", "-pk").values_list("pk", flat=True)[0]
    rows: Any = admin.site.get_model_admin(type(row))
    request.session[LAST] = {"key": str(key), "review": review, "name": rows.name_row(row)}
    if QUEUE not in request.GET:
        return key.page
    Hold.objects.give_back(row, request.user)
    return f"{reverse('admin:queue_next')}?{Asked.read(_given(request)).write()}"


def _given(request: HttpRequest) -> dict[str, str]:
    """What was asked of the queue that an item was opened from."""
    return QueryDict(request.GET.get(QUEUE, "")).dict()


def _queue_of(asked: Asked) -> str:
    return urlencode({QUEUE: asked.write()})


def _may_see(request: HttpRequest) -> tuple[str, ...]:
    """The kinds of items that the user may look at; raises PermissionDenied where it is none."""
    may = tuple(kind for kind in KINDS if request.user.has_perm(SEEN_BY[kind]))
    if not may:
        raise PermissionDenied
    return may


def _take_first(request: HttpRequest, keys: Iterable[tuple[str, Key]], now: datetime) -> Key | None:
    """The first item that can be had, held for the user where they may act on it."""
    first = [key for _, key in keys][:PAGE]
    held = holds_on(first, now)
    free = [key for key in first if key not in held or held[key].editor_id == request.user.pk]
    rows = load_rows(free)
    for key in free:
        if key not in rows:
            continue
        if not request.user.has_perm(ACTED_BY[key.table]) or Hold.objects.take(rows[key], request.user, now):
            return key
    return None


def _pass_over(request: HttpRequest, text: str, now: datetime) -> dict[str, float]:
    """What the editor passed over lately, with the item just named; that one is given back."""
    recent = (now - HELD_FOR).timestamp()
    kept: dict[str, float] = {key: at for key, at in request.session.get(PASSED, {}).items() if at > recent}
    if key := _read_key(text):
        _let_go(request, text)
        kept[str(key)] = now.timestamp()
        request.session[PASSED] = dict(list(kept.items())[-PASSED_KEPT:])
    return kept


def _let_go(request: HttpRequest, text: str) -> None:
    if key := _read_key(text):
        row = MODELS[key.table](pk=key.pk)
        Hold.objects.give_back(row, request.user)  # type: ignore[arg-type]


def _read_key(text: str) -> Key | None:
    table, _dash, number = text.partition("-")
    return Key(table, int(number)) if table in MODELS and number.isascii() and number.isdecimal() else None


def _last_act(request: HttpRequest) -> str:
    last = request.session.get(LAST)
    return last["name"] if last else ""


def _last_acts() -> list[LogEntry]:
    """What was done on the desk last to what waits in the queue."""
    ours = {"content_type__app_label": "claims", "content_type__model__in": list(MODELS)}
    newest = list(LogEntry.objects.filter(**ours).select_related("user", "content_type").order_by("-pk")[:5])
    for act in newest:
        act.said = read_message(act).said
    return newest


def _describe_filters(asked: Asked) -> list[dict[str, str]]:
    """What is asked for, in words, each with the address that asks for the rest."""
    told = []
    for name, model in (("claim", Claim), ("party", Party), ("source", Source)):
        if (pk := getattr(asked, name)) is not None:
            rows = model.objects.defer("document") if model is Claim else model.objects.all()
            row: Any = rows.filter(pk=pk).first()
            title = "—" if row is None else getattr(row, "title", "") or str(row)
            told.append({"name": name, "title": title, "without": f"?{asked.write(**{name: None})}"})
    if asked.lang:
        told.append({"name": "lang", "title": asked.lang, "without": f"?{asked.write(lang='')}"})
    if asked.age:
        told.append({"name": "age", "title": str(AGE_LABELS[asked.age]), "without": f"?{asked.write(age='')}"})
    return told
