"""Who published it: the source of this slug or name, made where it is new."""

import hashlib

from django.db import IntegrityError
from django.db.models import Q
from django.utils.text import slugify

from claims.models import Source


def find_or_make_source(name: str, notes: list[str]) -> Source:
    """The source of this slug or name; an unknown one is made, graded F (cannot be judged), and a note says so."""
    of_this_name = {source.slug == name: source for source in Source.objects.filter(Q(slug=name) | Q(name=name))}
    if of_this_name:
        return of_this_name.get(True) or of_this_name[False]
    mark = hashlib.sha256(name.encode()).hexdigest()[:12]
    slug = slugify(name)[:60] or f"source-{mark}"
    if Source.objects.filter(slug=slug).exists():
        slug = f"{slug}-{mark}"
    try:
        source, made = Source.objects.get_or_create(name=name, defaults={"slug": slug})
    except IntegrityError:  # another name of the same slug came in at the same time
        slug = f"{slug}-{mark}"
        source, made = Source.objects.get_or_create(name=name, defaults={"slug": slug})
    if made:
        notes.append(f"source {name!r} was new; it was made with the slug {slug!r} and grade F")
    return source
