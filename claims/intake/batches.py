"""Many articles at once: each is taken or refused on its own, and storing them all is one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from claims.intake.articles import ArrivedArticle, Taken, parse_article, take_article
from claims.intake.fields import Refused, name_kind
from claims.intake.ninjs import is_ninjs, parse_ninjs
from claims.intake.sources import find_or_make_source
from claims.models import Source

MAX_BATCH = 100


def parse_item(record: object, now: datetime, *, ninjs: bool = False) -> ArrivedArticle:
    """Check an article in our own form, or a ninjs item where it is said to be one or has its shape. Raises Refused."""
    if not isinstance(record, Mapping):
        raise Refused("", f"is {name_kind(record)}, not an object", "send each article as a JSON object")
    return parse_ninjs(record, now) if ninjs or is_ninjs(record) else parse_article(record, now)


def parse_items(records: Sequence[object], now: datetime, *, ninjs: bool = False) -> list[ArrivedArticle | Refused]:
    """Check each of many articles; what is refused stands in its place."""
    parsed: list[ArrivedArticle | Refused] = []
    for record in records:
        try:
            parsed.append(parse_item(record, now, ninjs=ninjs))
        except Refused as refused:
            parsed.append(refused)
    return parsed


def find_sources(arrived: Sequence[ArrivedArticle | Refused]) -> dict[str, tuple[Source, list[str]]]:
    """The sources of articles about to be stored, by the name they were given, with the notes on those made for them.

    To be called before the transaction that stores them: a source that is made is there for everybody at once, so
    that two batches never wait for each other's.
    """
    sources: dict[str, tuple[Source, list[str]]] = {}
    for article in arrived:
        if isinstance(article, ArrivedArticle) and not article.canceled and article.source not in sources:
            notes: list[str] = []
            sources[article.source] = (find_or_make_source(article.source, notes), notes)
    return sources


def take_articles(
    arrived: Sequence[ArrivedArticle | Refused], sources: Mapping[str, tuple[Source, list[str]]], now: datetime
) -> list[Taken | Refused]:
    """Store articles in the order in which they were sent, each on its own; returns what became of each.

    What was refused already stays refused. The rows are due once this is committed; ring for them then.
    """
    taken: list[Taken | Refused] = []
    told: set[str] = set()
    with transaction.atomic():
        _queue_up(arrived)
        for article in arrived:
            if isinstance(article, Refused):
                taken.append(article)
                continue
            source, notes = sources.get(article.source, (None, []))
            try:
                one = take_article(article, now, source=source, notes=() if article.source in told else tuple(notes))
            except Refused as refused:
                taken.append(refused)
                continue
            told.add(article.source)
            taken.append(one)
    return taken


def _queue_up(arrived: Sequence[ArrivedArticle | Refused]) -> None:
    """Wait until no other batch is storing any of these articles; two that hold half of them each would never end."""
    names = {name for a in arrived if isinstance(a, ArrivedArticle) for name in (a.url, a.uri) if name}
    marks = sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names)
    if len(marks) > 1:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(mark) FROM unnest(%s::bigint[]) AS mark", [marks])
