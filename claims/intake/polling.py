"""Polling feeds: what a feed lists becomes pages to fetch, or articles at once where it carries their whole text.

How a poll went stands on the feed's row, in words. Nothing is missed where a worker dies midway: the mark by which
an unchanged feed is told (ETag) is kept only after everything in it is stored.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from claims.fetch import FetchError, Forbidden, RetryLater
from claims.intake.addresses import canonical_url
from claims.intake.articles import Taken, check_article, same_words, take_article
from claims.intake.asking import AskedLater, Visit, check_address, name_host
from claims.intake.fetching import (
    MOST_TITLE,
    Brought,
    keep_article,
    keep_feed_words,
    take_back,
    withdraw_article,
)
from claims.intake.fields import Refused
from claims.intake.schedule import LOOKS, SHORTEST, back_off, next_interval, spread
from claims.models import Article, Feed, Host, Page, Source
from claims.reading.feed import Item, read_feed
from claims.reading.outside import Unreadable

FEED_TYPES = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
# A feed that says it has moved for good is polled at its new address once so many polls in a row said the same.
MOVES_BELIEVED = 3
# What its host's name or a redirect leads to may be a mistake that passes; after so many failures it is taken for true.
FORBIDDEN_BELIEVED = 3
GONE = 410
DELETED = "its feed says it was deleted"
# A feed that carries so many characters of an article carries all of it, unless they trail off.
WHOLE_TEXT = 1_500
TRAILS_OFF = ("…", "...", "[…]", "[...]")


def add_feed(url: str, source: Source, now: datetime) -> tuple[Feed, bool]:
    """Have a feed polled for a source, at once; returns it, and whether it is new.

    Raises Refused for an address that is none or must not be asked, and for a feed that is another source's already.
    """
    address = check_address(url)
    if not address:
        raise Refused("url", "is missing", "give the feed's http or https address")
    host, _ = Host.objects.get_or_create(name=name_host(address))
    feed, made = Feed.objects.get_or_create(url=address, defaults={"source": source, "host": host, "next_poll_at": now})
    if feed.source_id != source.pk:
        raise Refused("url", f"{address} is a feed of {feed.source} already", "a feed has one source")
    return feed, made


def poll_now(feed: Feed, now: datetime) -> None:
    """Make a feed due; one that has ended is given another chance."""
    feed.next_poll_at, feed.paused, feed.ended_at, feed.ended_why = now, False, None, ""
    feed.save(update_fields=["next_poll_at", "paused", "ended_at", "ended_why"])


def pause_feed(feed: Feed) -> None:
    """Poll a feed no more until its pause is ended."""
    feed.next_poll_at, feed.paused = None, True
    feed.save(update_fields=["next_poll_at", "paused"])


def poll_feed(feed_id: int, now: datetime) -> Brought:
    """Poll a feed that is due and store what is new in it; what went wrong stands on its row.

    One that is not due, or whose host is asked for something else just now, is left as it is.
    """
    with Visit(now) as visit:
        feed = visit.begin(Feed, feed_id)
        if feed is None:
            return Brought()
        try:
            fetched = visit.get(feed.url, accept=FEED_TYPES, etag=feed.etag, last_modified=feed.last_modified)
            items: Sequence[Item] = ()
            notes: tuple[str, ...] = ()
            if fetched.status != 304:
                read = read_feed(fetched.body, url=fetched.url, content_type=fetched.content_type, now=now)
                items, notes = read.items, read.notes
        except AskedLater:
            _put_off(feed, now)
            return Brought()
        except (FetchError, Unreadable) as error:
            if isinstance(error, RetryLater):
                visit.keep_away(error)
            _note_failure(feed, error, now)
            return Brought()
        stored = _store(feed, items, now)
        if fetched.status != 304:
            feed.etag, feed.last_modified = fetched.etag[:1000], fetched.last_modified[:200]
            feed.note = _tell([*notes, *stored.notes])
        interval = next_interval(
            feed.interval, brought=stored.told, held=len(items), first=feed.last_success_at is None
        )
        if stored.told and stored.told == len(items) and feed.last_success_at is not None:
            feed.note = _tell([feed.note, "all it held was new: it may have dropped entries nobody saw"])
        feed.interval = interval
        feed.failures, feed.last_error = 0, ""
        feed.last_polled_at = feed.last_success_at = now
        feed.polls += 1
        moved = ("url", "host") if _follow_move(feed, fetched.moved_to) else ()
        _end(feed, now, now + spread(interval, feed.url, now), moved)
        return stored.brought


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a poll brought: how many entries were new or changed, what is due, what could not be taken."""

    told: int
    brought: Brought
    notes: tuple[str, ...]


def _store(feed: Feed, items: Sequence[Item], now: datetime) -> _Stored:
    """Store what a feed lists: pages for what is new, articles for what it carries whole, withdrawals."""
    notes: list[str] = []
    brought = Brought()
    listed: dict[str, Item] = {}
    refused = [_list_item(item, listed) for item in items if not item.withdrawn and not _is_homeless(item)]
    homeless = [item for item in items if not item.withdrawn and _is_homeless(item)]
    if bad := [said for said in refused if said]:
        notes.append(f"{len(bad)} of {len(items)} entries could not be taken, such as: {bad[0]}")
    known = Page.objects.select_related("source").in_bulk(list(listed), field_name="url")
    others = _find_others(feed, listed, known)
    for url in others:
        del listed[url]
    if others:
        url, whose = next(iter(others.items()))
        notes.append(
            f"{len(others)} of {len(items)} entries are of other sources and were not taken, such as {url} of {whose}"
        )
    fresh = {url: item for url, item in listed.items() if url not in known}
    made = _add_pages(feed, fresh, now)
    told = len(made)
    for url, item in listed.items():
        page = made.get(url) or known.get(url)
        mark = _mark(item)
        # Where two feeds list one page, the one that brought it tells of its edits.
        if page is None or page.told_digest == mark or page.feed_id not in (None, feed.pk):
            continue
        told += url in known
        brought += _tell_page(page, item, mark, feed, now)
    for item in homeless:
        try:
            taken = _take_homeless(feed, item, now)
        except Refused as refusal:
            notes.append(f"{(item.title or item.id)[:80]!r} cannot be taken: {refusal}")
            continue
        told += taken.outcome != "repeated"
        brought += Brought((taken.revision_id,) if taken.revision_id is not None else ())
        notes += [note for note in taken.notes if note not in notes]
    for item in items:
        if item.withdrawn:
            brought += _take_back(feed, item, now)
    return _Stored(told, brought, tuple(notes))


def _find_others(feed: Feed, urls: Iterable[str], known: Mapping[str, Page]) -> dict[str, str]:
    """The addresses whose article or page is here as another source's, with its name: a feed tells of its own only."""
    articles = Article.objects.filter(url__in=list(urls)).exclude(source=feed.source_id)
    kept = dict(articles.values_list("url", "source__name"))
    others = {}
    for url in urls:
        page = known.get(url)
        if url in kept:
            others[url] = kept[url]
        elif page is not None and page.source_id != feed.source_id and page.feed_id != feed.pk:
            others[url] = page.source.name
    return others


def _list_item(item: Item, listed: dict[str, Item]) -> str:
    """Enter an entry under its address, or say why it cannot be."""
    try:
        url = canonical_url(item.url)
        if not url:
            return f"{(item.title or item.id)[:80]!r} has no address, nor both an id and a text to do without"
        name_host(url)
    except (Refused, Forbidden) as refusal:
        return str(refusal)
    listed.setdefault(url, item)
    return ""


def _is_homeless(item: Item) -> bool:
    """Whether an entry has no address, and can be kept without: by the id its feed gives it, if it carries text."""
    return not item.url and item.is_named and bool(item.text.strip())


def _name_homeless(feed: Feed, item: Item) -> str:
    """The name of an article that has no address: the same for the same source and id, whatever its words."""
    named = "\x1f".join((feed.source.slug, item.id))
    return f"urn:sha256:{hashlib.sha256(named.encode('utf-8', 'replace')).hexdigest()}"


def _take_homeless(feed: Feed, item: Item, now: datetime) -> Taken:
    """Take an entry without an address from the words its feed carries; other words under its id are an edit."""
    record = {
        "source": feed.source.slug,
        "lang": item.lang,
        "published_at": (item.published_at or now).isoformat(),
        "modified_at": item.modified_at.isoformat() if item.modified_at else None,
        "title": item.title[:MOST_TITLE],
        "text": item.text,
    }
    arrived = check_article(record, _name_homeless(feed, item), now)
    return take_article(arrived, now, source=feed.source)


def _add_pages(feed: Feed, items: dict[str, Item], now: datetime) -> dict[str, Page]:
    """Pages for addresses nobody knew; of two who add the same one, the other's stands."""
    names = {url: name_host(url) for url in items}
    hosts = Host.objects.in_bulk(set(names.values()), field_name="name")
    for name in sorted(set(names.values()) - hosts.keys()):
        hosts[name], _ = Host.objects.get_or_create(name=name)
    Page.objects.bulk_create(
        [
            Page(url=url, host=hosts[names[url]], source=feed.source, feed=feed, found_at=now, next_fetch_at=now)
            for url in sorted(items)  # two feeds that list the same pages must not wait for each other
        ],
        ignore_conflicts=True,
    )
    return Page.objects.in_bulk(list(items), field_name="url")


def _mark(item: Item) -> str:
    """A mark of what a feed says of an entry: another one tells of an edit.

    A teaser is left out of it: some change with every poll, by a count of comments or of minutes.
    """
    text = item.text if _is_whole(item) else ""
    parts = (item.title, item.modified_at.isoformat() if item.modified_at else "", text)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _is_whole(item: Item) -> bool:
    """Whether a feed carries all of an article."""
    text = item.text.rstrip()
    return len(text) >= WHOLE_TEXT and not text.endswith(TRAILS_OFF)


def _tell_page(page: Page, item: Item, mark: str, feed: Feed, now: datetime) -> Brought:
    """Write on a page's row what the feed says of it, and have it fetched, or take the text the feed carries."""
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=page.pk)
        first = not page.told_digest and page.fetches == 0
        page.entry = item.id[:1000]
        page.told_title, page.told_published_at, page.told_digest = item.title, item.published_at, mark
        page.feed = page.feed or feed
        brought = Brought()
        if _is_whole(item) and (first or page.whole_in_feed):
            page.note = page.last_error = ""
            try:
                brought = keep_article(page, item, now)
            except Refused as refusal:
                page.last_error = f"the text its feed carries cannot be taken: {refusal}"
            else:
                page.whole_in_feed = True
                if first:
                    page.first_fetched_at, page.next_fetch_at = now, now + LOOKS[0]
        else:
            brought = _tell_words(page, item, now)
            if not first and page.next_fetch_at is not None:
                # Told of an edit; but a feed that says so at every poll does not have its pages fetched each time.
                soonest = page.last_fetched_at + SHORTEST if page.last_fetched_at else now
                page.next_fetch_at = min(page.next_fetch_at, max(now, soonest))
        page.save()
        return brought


def _tell_words(page: Page, item: Item, now: datetime) -> Brought:
    """Keep what a feed carries of an article until its page is had; where it is all that was had, it is an edition.

    It never replaces what came by another road.
    """
    if page.article is None:
        page.told_text, page.told_lang = item.text, item.lang
    elif page.state == Page.State.TOLD and item.text and same_words(page.article.newest.text, page.told_text):
        page.told_text, page.told_lang = item.text, item.lang
        return keep_feed_words(page, now)
    return Brought()


def _take_back(feed: Feed, item: Item, now: datetime) -> Brought:
    """A feed says an entry was deleted (RFC 6721): its article is withdrawn, and its page looked at no more."""
    pages = Page.objects.filter(feed=feed, entry=item.id[:1000]) if item.id else Page.objects.none()
    found = pages.first()
    if found is None and item.url:
        try:
            found = Page.objects.filter(url=canonical_url(item.url), source=feed.source_id).first()
        except Refused:
            found = None
    if found is None:
        homeless = Article.objects.filter(url=_name_homeless(feed, item)).first()
        return take_back(homeless.pk, DELETED, now) if homeless is not None else Brought()
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=found.pk)
        page.next_fetch_at = None
        page.note = DELETED
        page.save(update_fields=["next_fetch_at", "note"])
        return withdraw_article(page, DELETED, now)


def _follow_move(feed: Feed, moved_to: str) -> bool:
    """Remember where a feed says it has moved to for good; once that was said often enough it is polled there: True."""
    try:
        address = canonical_url(moved_to)
    except Refused:
        address = ""
    if not address or address == feed.url:
        feed.moved_to, feed.moved_seen = "", 0
        return False
    feed.moved_seen = feed.moved_seen + 1 if address == feed.moved_to else 1
    feed.moved_to = address
    if feed.moved_seen < MOVES_BELIEVED:
        return False
    if Feed.objects.filter(url=address).exists():
        feed.ended_why = f"it moved to {address}, which is polled already"
        return False
    feed.note = _tell([feed.note, f"it moved here from {feed.url}"])
    feed.url, feed.moved_to, feed.moved_seen = address, "", 0
    feed.host, _ = Host.objects.get_or_create(name=name_host(address))
    return True


def _put_off(feed: Feed, now: datetime) -> None:
    """A redirect leads to a host that is not free: tried again soon, and no fault of the feed."""
    _end(feed, now, now + spread(SHORTEST, feed.url, now))


def _note_failure(feed: Feed, error: Exception, now: datetime) -> None:
    """Write on a feed's row what went wrong; it is polled again, later with each failure, or not at all if it ended."""
    feed.failures += 1
    feed.last_error = str(error)
    feed.last_polled_at = now
    feed.polls += 1
    if isinstance(error, FetchError) and error.status == GONE:
        feed.ended_why = "its publisher ended it (status 410)"
    if isinstance(error, Forbidden) and (feed.failures >= FORBIDDEN_BELIEVED or _is_forbidden(feed.url)):
        feed.ended_why = str(error)
    wait = spread(back_off(feed.failures), feed.url, now)
    if isinstance(error, RetryLater) and error.wait:
        wait = max(wait, timedelta(seconds=error.wait))
    _end(feed, now, now + wait)


def _is_forbidden(url: str) -> bool:
    """Whether the address's own text says that it must not be asked."""
    try:
        check_address(url)
    except Refused:
        return True
    return False


def _end(feed: Feed, now: datetime, due: datetime, moved: Sequence[str] = ()) -> None:
    """Write how a poll went, and when the next one is due, unless the feed ended or an editor paused it meanwhile."""
    if feed.ended_why and feed.ended_at is None:
        feed.ended_at = now
    with transaction.atomic():
        paused = Feed.objects.select_for_update().values_list("paused", flat=True).get(pk=feed.pk)
        feed.next_poll_at = None if paused or feed.ended_at else due
        feed.save(update_fields=[*_COLUMNS, *moved])


def _tell(notes: Iterable[str]) -> str:
    """Notes on a feed as one text, each once, at most so many that a desk can read them."""
    told = list(dict.fromkeys(line for note in notes for line in note.split("\n") if line))
    return "\n".join(told[:10] + ([f"... and {len(told) - 10} more"] if len(told) > 10 else []))


_COLUMNS = [
    "etag", "last_modified", "failures", "last_error", "note", "next_poll_at", "interval", "polls",
    "last_polled_at", "last_success_at", "moved_to", "moved_seen", "ended_at", "ended_why",
]  # fmt: skip
