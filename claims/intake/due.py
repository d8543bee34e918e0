"""Which feeds and pages are to be asked for now: of each host that is free the one that has waited longest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from claims.models import Feed, Host, Page
from claims.models.intake import free


@dataclass(frozen=True, slots=True)
class Due:
    """Rows to ring for, by id."""

    feeds: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()


def take_due(now: datetime, most: int, *, host: int | None = None) -> Due:
    """What to ring for now, at most one row a host; the same is not named again before its bell had time to be heard.

    Two that ask at once are told different rows. With `host` only that host's next row.
    """
    first: dict[int, tuple[bool, int]] = {}
    for kind in (Page, Feed):  # a feed goes before pages: it says what else there is to fetch
        rows = kind.objects.askable(now).filter(free("host__ring_at", now))
        if host is not None:
            rows = rows.filter(host=host)
        chosen = rows.order_by("host", kind.DUE).distinct("host").values_list("host", "pk")[:most]
        first.update({of: (kind is Feed, pk) for of, pk in chosen})
    with transaction.atomic():
        open_now = Host.objects.select_for_update(skip_locked=True).filter(
            free("ring_at", now), free("busy_until", now), pk__in=list(first)[:most]
        )
        hosts = list(open_now.values_list("pk", flat=True))
        Host.objects.filter(pk__in=hosts).update(ring_at=now + timedelta(seconds=settings.RING_SECONDS))
    rung = [first[pk] for pk in hosts]
    return Due(tuple(pk for feed, pk in rung if feed), tuple(pk for feed, pk in rung if not feed))
