"""How an output is answered: what was asked for, checked; 304 where the reader has it already; else it is made."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from claims.intake import Refused
from claims.models import Claim
from claims.serializers import iso
from claims.showing.moments import Moments, read_moments
from claims.showing.wording import page_language

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8; header=present"
SVG = "image/svg+xml; charset=utf-8"

# How long an answer may be kept before it is asked for anew, in seconds.
FRESH, FRESH_BADGE = 300, 60

Made = str | bytes | Iterator[bytes]
Answer = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of output: its media type, how long it stays fresh (seconds), the end of its file's name, if any."""

    media: str
    fresh: int = FRESH
    download: str = ""


def address(path: str) -> str:
    """A path of this site as an address that holds elsewhere, too."""
    return f"{settings.SITE_URL}{path}"


def of_claim(output: Output) -> Callable[[Callable[[Claim, Moments, datetime], Made]], Answer]:
    """Make of a function that writes an output of a claim, as of moments, the view that answers with it.

    Whoever has the newest one already is told so, at the cost of one query. Names of parties and sources are not in
    the tag, the day is: an output is at most a day behind a change of name.
    """

    def take(make: Callable[[Claim, Moments, datetime], Made]) -> Answer:
        @wraps(make)
        def view(request: HttpRequest, slug: str) -> HttpResponseBase:
            now = timezone.now()
            moments = read_moments(request.GET, now)
            claim = get_object_or_404(Claim.objects.select_related("holder", "opposed"), slug=slug)
            tag = (claim.pk, claim.version, iso(claim.settled_at), iso(claim.changed_at), *tag_of(moments))
            return answer(request, output, tag, now, lambda: make(claim, moments, now), slug)

        return answering_refusals(view)

    return take


def tag_of(moments: Moments) -> tuple[str | None, ...]:
    """What of the moments asked for an output depends on."""
    return iso(moments.as_of), iso(moments.known_at)


def answering_refusals(view: Answer) -> Answer:
    """Answer a value that cannot be used by one line that says which one, why and what to do: status 400."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, **kept: Any) -> HttpResponseBase:
        try:
            return view(request, **kept)
        except Refused as refused:
            return HttpResponse(f"{refused}\n", status=400, content_type="text/plain; charset=utf-8")

    return answered


def answer(
    request: HttpRequest, output: Output, depends: tuple[Any, ...], now: datetime, make: Callable[[], Made], name: str
) -> HttpResponseBase:
    """What `make` writes, or 304 where the reader has what depends on the same; anybody may keep it for a while."""
    told = "\n".join(map(str, (request.path, page_language(), now.astimezone(UTC).date(), *depends)))
    tag = f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
    response: HttpResponseBase | None = get_conditional_response(request, tag)
    if response is None:
        made = make()
        kind = HttpResponse if isinstance(made, str | bytes) else StreamingHttpResponse
        response = kind(made, content_type=output.media)
        if output.download:
            response["Content-Disposition"] = f'attachment; filename="{name}{output.download}"'
    response["ETag"] = tag
    # Whoever embeds or reads it from another site may: it holds nothing that is not public.
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=output.fresh)
    return response
