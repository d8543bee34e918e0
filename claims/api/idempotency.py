"""A request that names itself is done once, however often it is sent: its answer is kept and given again.

After draft-ietf-httpapi-idempotency-key-header-07. The name is a quoted string (RFC 8941, 3.3.3); since most programs
send theirs without the quotation marks, that is taken too. Names are the key's own: those of two keys never meet.
"""

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from claims.api import problems
from claims.api.problems import Problem
from claims.models import ApiKey, KeptAnswer

REPLAYED = "Idempotent-Replayed"
# How long whoever took a request may work on it before it is thought dead: longer than any request lives.
LEASE = timedelta(seconds=60)
MAX_NAME = 255
_BUSY = "idempotency-key-busy"
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
_BARE = re.compile(r"[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+")
# What is kept of an answer beside its status and its body.
_KEPT = ("Content-Type", "Content-Language", "Cache-Control", "Location")

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        'A name of your own for this request, such as `"8e03978e-40d5-43dd-bc93"`, at most 255 characters. Sent again '
        "with the same body within 24 hours, the request is not done again: the first answer is given again, "
        f"with `{REPLAYED}: true`. With another body it is refused (422), and while the first is still being worked on "
        "the second is told to wait (409)."
    ),
)

Keep = Callable[[HttpResponse], None]


def answer_once(request: Request, act: Callable[[Keep], HttpResponse]) -> HttpResponse:
    """Do what a request asks for and answer, or give the answer again that it was given before.

    The body must have been read (`request.data`). `act` is handed a verb that keeps its answer, to be called in the
    transaction that does the work: either both are there afterwards or neither. A refusal is an answer too; after a
    fault of ours the request may be sent again.
    Raises Problem for a name that is malformed (400), another body's (422) or being worked on (409).
    """
    name = _read_name(request.META)
    if name is None:
        return act(lambda response: None)
    turn = _take_turn(request.auth, name, getattr(request, "body_digest", ""))  # an empty body is not parsed
    if turn.status is not None:
        return _give_again(turn)
    try:
        return act(lambda response: _keep(turn, response))
    except Problem as problem:
        if problem.kind == _BUSY:
            raise
        refusal = problems.answer(problem, request)
        _keep(turn, refusal)
        return refusal
    except BaseException:
        # Where the database is down this fails too, and the lease runs out instead.
        with contextlib.suppress(DatabaseError):
            KeptAnswer.objects.filter(pk=turn.pk, status=None, leased_until=turn.leased_until).delete()
        raise


def _read_name(meta: Mapping[str, Any]) -> str | None:
    """The name that a request gives itself; None where it gives none."""
    sent = meta.get("HTTP_IDEMPOTENCY_KEY")
    if sent is None:
        return None
    quoted = _QUOTED.fullmatch(sent.strip())
    name = re.sub(r'\\(["\\])', r"\1", quoted[1]) if quoted else sent.strip()
    if not (quoted or _BARE.fullmatch(name)) or len(name) > MAX_NAME:
        raise Problem(
            "idempotency-key-malformed",
            f"Idempotency-Key is a quoted string of 1 to {MAX_NAME} ASCII characters, given once, such as "
            '"8e03978e-40d5-43dd-bc93".',
        )
    return name


def _take_turn(key: ApiKey, name: str, digest: str) -> KeptAnswer:
    """The request by its name: taken by us (then its status is empty), or answered already."""
    now = timezone.now()
    until = now + LEASE
    try:
        turn, made = KeptAnswer.objects.get_or_create(
            key=key, name=name, defaults={"digest": digest, "received_at": now, "leased_until": until}
        )
    except IntegrityError:  # its twin was there, and gave up just now
        raise _busy() from None
    if made:
        return turn
    if turn.digest != digest:
        raise Problem(
            "idempotency-key-reused", "This Idempotency-Key came with another body before; each body has its own key."
        )
    if turn.status is not None:
        return turn
    if turn.leased_until > now:
        raise _busy()
    lapsed = KeptAnswer.objects.filter(pk=turn.pk, status=None, leased_until=turn.leased_until)
    if not lapsed.update(leased_until=until, received_at=now):
        raise _busy()
    turn.leased_until = until
    return turn


def _keep(turn: KeptAnswer, response: HttpResponse) -> None:
    """Keep an answer to be given again. Raises Problem where somebody else has taken the request meanwhile."""
    ours = KeptAnswer.objects.filter(pk=turn.pk, status=None, leased_until=turn.leased_until)
    headers = {name: response[name] for name in _KEPT if response.has_header(name)}
    if not ours.update(status=response.status_code, headers=headers, body=response.content.decode()):
        raise _busy()


def _give_again(turn: KeptAnswer) -> HttpResponse:
    response = HttpResponse(turn.body, status=turn.status, headers=turn.headers)
    response[REPLAYED] = "true"
    return response


def _busy() -> Problem:
    detail = "A request with this Idempotency-Key is being worked on; its answer will be given to you, too."
    return Problem(_BUSY, detail, headers={"Retry-After": "2"})
