"""Tables for spreadsheets: CSV after RFC 4180, every cell quoted, lines ending in CR LF, no cell a formula.

A byte order mark stands first: without it Excel takes UTF-8 for the system's old code page and garbles every name that
is not plain Latin; what reads CSV elsewhere knows it as `utf-8-sig`. Times are ISO 8601 in UTC.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q
from django.urls import reverse

from claims.models import Claim
from claims.serializers import iso
from claims.showing.moments import Moments
from claims.showing.statements import ShownStatement, known_statements, show_statements, with_evidence
from claims.showing.wording import name_claim
from claims.syndication.answering import address
from claims.syndication.inert import guard

# How many statements are loaded at once; a table of any length takes no more room than these.
CHUNK = 500

STATEMENT_COLUMNS = (
    "id", "claim", "proposition", "party", "party_name", "stance", "said_at", "quote", "lang", "source", "source_name",
    "headline", "url", "page", "edition", "copies", "origin", "hedged", "own_voice", "review", "counts", "dropped_at",
    "withdrawn_at", "credit", "licence", "demonstration",
)  # fmt: skip
CLAIM_COLUMNS = ("claim", "proposition", "kind", "place", "status", "rule", "since", "updated_at", "page")


def write_statements(claim: Claim, moments: Moments) -> Iterator[bytes]:
    """All statements on a claim as of the moments asked for, newest first, a chunk at a time."""
    yield _write([STATEMENT_COLUMNS], first=True)
    statements = with_evidence(known_statements(moments).filter(claim=claim)).order_by("-said_at", "-pk")
    beyond = Q()
    while rows := list(statements.filter(beyond)[:CHUNK]):
        yield _write(_statement_cells(said) for said in show_statements(rows, moments))
        last = rows[-1]
        beyond = Q(said_at__lte=last.said_at) & (Q(said_at__lt=last.said_at) | Q(pk__lt=last.pk))


def write_claims(claims: Iterable[Claim]) -> Iterator[bytes]:
    """Claims with the status each has now."""
    yield _write([CLAIM_COLUMNS], first=True)
    yield _write(
        (
            claim.slug,
            name_claim(claim).name,
            claim.kind,
            (claim.place or {}).get("name", ""),
            claim.status,
            claim.rule,
            iso(claim.status_since) or "",
            iso(claim.settled_at or claim.changed_at) or "",
            address(claim.get_absolute_url()),
        )
        for claim in claims
    )


def _statement_cells(said: ShownStatement) -> Sequence[str]:
    page = reverse("claim", args=[said.claim.slug])
    if said.article_id:
        page = f"{reverse('article', args=[said.article_id])}#s{said.id}"
    return (
        str(said.id),
        said.claim.slug,
        said.claim.name,
        said.party.slug,
        said.party.name,
        said.stance.value,
        iso(said.said_at) or "",
        said.quote,
        said.lang,
        said.source.slug if said.source else "",
        said.source.name if said.source else "",
        said.headline,
        said.link,
        address(page),
        str(said.edition or ""),
        str(said.copies),
        said.origin.value,
        _yes(said.hedged),
        _yes(said.own_voice),
        said.verdict.value if said.verdict else "",
        _yes(not said.void),
        iso(said.dropped_at) or "",
        iso(said.withdrawn_at) or "",
        said.credit.text if said.credit else "",
        said.credit.licence if said.credit else "",
        _yes(said.demonstration),
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _write(rows: Iterable[Sequence[str]], *, first: bool = False) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [guard(cell) for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig" if first else "utf-8")
