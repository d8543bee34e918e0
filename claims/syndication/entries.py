"""What feeds tell: entries of the change feed in words, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.models import Change, Claim, StatusPeriod
from claims.models.ledger import read_assessment
from claims.serializers import iso
from claims.showing.moments import Moments
from claims.showing.statements import named_parties
from claims.showing.wording import STATUS_WORDS, name_claim, say_moment, say_reason
from claims.syndication.answering import address
from claims.words import Status

MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed: an id that stays, its words, where it leads, and when it became known or moved last."""

    id: str
    title: str
    link: str
    sentences: tuple[str, ...]
    then: str
    published: datetime
    updated: datetime
    status: Status


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed without its format: whose page it follows, its own path without the ending, its entries.

    `updated` is when its newest entry moved, or when what it follows began.
    """

    title: str
    subtitle: str
    page: str
    path: str
    query: str
    updated: datetime
    entries: tuple[Entry, ...]


def changes_everywhere() -> tuple[Entry, ...]:
    """The last changes of status of all claims; two queries."""
    return _tell(Change.objects.filter(kind=Change.Kind.STATUS))


def changes_of(claim: Claim, moments: Moments) -> tuple[Entry, ...]:
    """The last changes of a claim's status, its grounds or its past, as of the moments asked for; two queries."""
    changes = Change.objects.filter(claim=claim)
    if moments.known_at is not None:
        changes = changes.filter(recorded_at__lte=moments.known_at)
    if moments.as_of is not None:
        changes = changes.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=moments.as_of))
    return _tell(changes)


def list_entries(claims: Iterable[Claim]) -> tuple[Entry, ...]:
    """Claims as entries, each with the status it has now and why; two queries besides that for the claims."""
    rows = list(claims)
    standing = StatusPeriod.objects.filter(claim__in=rows, recorded__upper_inf=True, valid__upper_inf=True)
    lines = {line.claim_id: line.assessment for line in standing}
    parties = named_parties(voice.party for assessment in lines.values() for voice in assessment.because)
    told = []
    for claim in rows:
        moved = max(m for m in (claim.settled_at, claim.recorded_at) if m is not None)
        status = Status(claim.status)
        named = name_claim(claim)
        since = (
            _("So since %(moment)s.") % {"moment": say_moment(claim.status_since)}
            if claim.status_since
            else _("So from the beginning.")
        )
        told.append(
            Entry(
                id=address(claim.get_absolute_url()),
                title=_("%(claim)s: %(status)s") % {"claim": _bare(named.name), "status": STATUS_WORDS[status]},
                link=address(claim.get_absolute_url()),
                sentences=(*([say_reason(lines[claim.pk], parties)] if claim.pk in lines else []), since),
                then="",
                published=claim.recorded_at,
                updated=moved,
                status=status,
            )
        )
    return tuple(told)


def _tell(changes: QuerySet[Change]) -> tuple[Entry, ...]:
    rows = list(
        changes.select_related("claim__holder")
        .defer("claim__document", "claim__keywords")
        .order_by("-pk")[:MOST_ENTRIES]
    )
    names = named_parties(party for row in rows for party, _stance in row.because)
    entries = []
    for row in rows:
        page = address(reverse("claim", args=[row.claim.slug]))
        words = {
            "claim": _bare(name_claim(row.claim).name),
            "was": STATUS_WORDS[Status(row.from_status)],
            "status": STATUS_WORDS[Status(row.to_status)],
        }
        entries.append(
            Entry(
                id=f"{page}#change-{row.pk}",
                title=_TITLES[row.kind]() % words,
                link=page,
                sentences=(
                    say_reason(read_assessment(row.to_status, row.rule, row.because), names),
                    _say_when(row),
                ),
                then=f"{page}?{urlencode({'known_at': iso(row.recorded_at) or ''})}",
                published=row.recorded_at,
                updated=row.recorded_at,
                status=Status(row.to_status),
            )
        )
    return tuple(entries)


def _say_when(row: Change) -> str:
    known = say_moment(row.recorded_at)
    if row.valid_from is None:
        return _("Our account changed from the beginning on; we learned of it on %(known)s.") % {"known": known}
    return _("Our account changed from %(moment)s on; we learned of it on %(known)s.") % {
        "moment": say_moment(row.valid_from),
        "known": known,
    }


_TITLES = {
    Change.Kind.STATUS: lambda: _("%(claim)s: %(was)s, now %(status)s"),
    Change.Kind.GROUNDS: lambda: _("%(claim)s: still %(status)s, on other grounds"),
    Change.Kind.HISTORY: lambda: _("%(claim)s: still %(status)s, but otherwise in the past"),
}


def _bare(sentence: str) -> str:
    """A sentence to go on from: without its full stop."""
    return sentence.removesuffix(".")
