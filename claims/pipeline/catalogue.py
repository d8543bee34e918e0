"""The catalogue the reader works with, from the rows, and the reader compiled from it, once per process."""

from datetime import datetime

from django.db.models import Count, Max

from claims.models import Claim, Party
from claims.reading import Reader
from claims.reading.values import Catalogue, ClaimEntry, PartyEntry, PlaceEntry
from claims.words import OWN_VOICE, ClaimKind

_Stamp = tuple[int, datetime | None, int, datetime | None]
_compiled: tuple[_Stamp, Reader] | None = None


def current_catalogue() -> Catalogue:
    """All claims to look for and all parties who may speak, as the database has them now."""
    parties = Party.objects.filter(voice_of__isnull=True).exclude(slug=OWN_VOICE).order_by("slug")
    claims = Claim.objects.select_related("holder", "opposed").order_by("slug")
    return Catalogue(
        claims=tuple(_claim_entry(claim) for claim in claims),
        parties=tuple(PartyEntry(p.slug, p.kind, _names(p.names)) for p in parties),
    )


def current_reader() -> Reader:
    """A reader for the catalogue as it stands now; compiled anew only when a claim or a party has changed."""
    global _compiled
    claims = Claim.objects.aggregate(n=Count("pk"), at=Max("changed_at"))
    parties = Party.objects.filter(voice_of__isnull=True).aggregate(n=Count("pk"), at=Max("changed_at"))
    stamp = (claims["n"], claims["at"], parties["n"], parties["at"])
    if _compiled is None or _compiled[0] != stamp:
        _compiled = (stamp, Reader(current_catalogue()))
    return _compiled[1]


def _claim_entry(claim: Claim) -> ClaimEntry:
    place = claim.place
    return ClaimEntry(
        slug=claim.slug,
        kind=ClaimKind(claim.kind),
        holder=claim.holder.slug if claim.holder else "",
        opposed=claim.opposed.slug if claim.opposed else "",
        place=PlaceEntry(place["name"], _names(place.get("names", {})), place.get("geonameid")) if place else None,
        proposition=dict(claim.proposition),
        keywords={lang: tuple(tuple(group) for group in groups) for lang, groups in claim.keywords.items()},
    )


def _names(names: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(values) for lang, values in names.items()}
