"""The catalogue the reader works with, from the rows, and the reader compiled from it, once per process."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet

from claims.models import Claim, Party
from claims.reading import Reader
from claims.reading.gazetteer import load_gazetteer
from claims.reading.values import Catalogue, ClaimEntry, PartyEntry, PlaceEntry
from claims.words import OWN_VOICE, ClaimKind

_Entry = TypeVar("_Entry", PartyEntry, ClaimEntry)
_compiled: tuple[tuple[int, str], Reader] | None = None
_supposed: tuple[tuple[int, str], PartyEntry | ClaimEntry, Reader] | None = None


def current_catalogue() -> Catalogue:
    """All claims to look for and all parties who may speak, as the database has them now."""
    parties = _speakers().exclude(slug=OWN_VOICE).select_related("aligned_with").order_by("slug")
    claims = Claim.objects.select_related("holder", "opposed").prefetch_related("loses").order_by("slug")
    return Catalogue(
        claims=tuple(describe_claim(claim, claim.loses.all()) for claim in claims),
        parties=tuple(
            PartyEntry(p.slug, p.kind, _names(p.names), p.aligned_with.slug if p.aligned_with else "") for p in parties
        ),
    )


def current_reader() -> Reader:
    """A reader for the catalogue as it stands now; compiled anew only when a claim or a party has changed."""
    global _compiled
    version = _version()
    if _compiled is None or _compiled[0] != version:
        _compiled = (version, Reader(current_catalogue(), load_gazetteer()))
    return _compiled[1]


def supposed_reader(entry: PartyEntry | ClaimEntry) -> Reader:
    """A reader for the catalogue as it would be with this party or claim put in, in the place of the one of that slug.

    The last one is kept, as the current one is: who tries a name or a wording tries it on several texts. All else is
    as it stands now; compiling takes the longer the more claims there are.
    """
    global _supposed
    version = _version()
    if _supposed is None or _supposed[:2] != (version, entry):
        stands = current_catalogue()
        if isinstance(entry, PartyEntry):
            stands = Catalogue(stands.claims, _put(entry, stands.parties))
        else:
            stands = Catalogue(_put(entry, stands.claims), stands.parties)
        _supposed = (version, entry, Reader(stands, load_gazetteer()))
    return _supposed[2]


def describe_claim(claim: Claim, loses: Iterable[Party]) -> ClaimEntry:
    """What the reader knows of a claim, saved or not, and of the parties that its truth would harm."""
    place = claim.place
    return ClaimEntry(
        slug=claim.slug,
        kind=ClaimKind(claim.kind),
        holder=claim.holder.slug if claim.holder else "",
        opposed=claim.opposed.slug if claim.opposed else "",
        place=PlaceEntry(place["name"], _names(place.get("names", {})), place.get("geonameid")) if place else None,
        proposition=dict(claim.proposition),
        keywords={lang: tuple(tuple(group) for group in groups) for lang, groups in claim.keywords.items()},
        loses=tuple(sorted(party.slug for party in loses)),
    )


def _put(entry: _Entry, entries: Sequence[_Entry]) -> tuple[_Entry, ...]:
    return tuple(sorted((*(one for one in entries if one.slug != entry.slug), entry), key=attrgetter("slug")))


def _speakers() -> QuerySet[Party]:
    """The parties an article may name: all but those that stand for an outlet's own voice."""
    return Party.objects.filter(voice_of__isnull=True)


def _version() -> tuple[int, str]:
    """Which catalogue this is: triggers count its changes; the writing transaction tells apart what was rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, xmin::text FROM claims_catalogue_version")
        number, writer = cursor.fetchone()
    return number, writer


def _names(names: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(values) for lang, values in names.items()}
