"""Who published it: the source of this slug or name, made where it is new."""

import hashlib

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from claims.models import Source

# The id of the source of a slug or name, whatever its capitals; the one that is written just so before any other.
FIND_SOURCE = """
SELECT id FROM claims_source
 WHERE lower(slug) = lower(%(name)s::text) OR lower(name) = lower(%(name)s::text)
 ORDER BY slug = %(name)s::text DESC, name = %(name)s::text DESC, lower(slug) = lower(%(name)s::text) DESC, id
 LIMIT 1
"""
_FOUND = f"SELECT * FROM claims_source WHERE id = ({FIND_SOURCE})"  # noqa: S608


def find_source(name: str) -> Source | None:
    """The source of this slug or name, whatever its capitals."""
    return next(iter(Source.objects.raw(_FOUND, {"name": name})), None)


def find_or_make_source(name: str, notes: list[str]) -> Source:
    """The source of this slug or name, whatever its capitals; an unknown one is made, graded F (cannot be judged).

    A note says so.
    """
    found = find_source(name)
    if found is not None:
        return found
    mark = hashlib.sha256(name.casefold().encode()).hexdigest()[:12]
    plain = slugify(name)[:60]
    for slug in (plain, f"{plain}-{mark}") if plain else (f"source-{mark}",):
        try:
            with transaction.atomic():
                source = Source.objects.create(name=name, slug=slug)
        except IntegrityError:  # it came in at the same time, or another name has the slug
            found = find_source(name)
            if found is not None:
                return found
        else:
            notes.append(f"source {name!r} was new; it was made with the slug {slug!r} and grade F")
            return source
    raise Source.DoesNotExist(f"{name!r} could neither be made nor found")
