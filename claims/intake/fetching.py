"""Fetching pages: the first time for the article on it, and again after an hour, six, a day and a week.

Another text is a new edition; a page that is gone withdraws its article, and one that comes back puts it back. Where a
page is not to be had, what its feed carries of the article is taken instead. How it went stands on the page's row, in
words.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from django.db import transaction

from claims.fetch import Fetched, FetchError, Forbidden, RetryLater
from claims.intake.addresses import canonical_url
from claims.intake.articles import MAX_TITLE, STAYS_WITHDRAWN, OfAnotherSource, parse_article, take_article
from claims.intake.asking import AskedLater, Visit, check_address, name_host
from claims.intake.fields import Refused
from claims.intake.schedule import SECOND_LOOK, SHORTEST, back_off, next_look, spread
from claims.intake.sources import find_or_make_source
from claims.models import Article, Host, Page, Source
from claims.reading import page as pages
from claims.reading.outside import Unreadable
from claims.words import Had

PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.1"
NOT_FOUND, GONE = 404, 410
# After so many failures in a row (half a day) a page is only tried when it would be looked at again.
TRIES = 9
MOST_TITLE = MAX_TITLE // 4  # characters, of at most four bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """What is due because of what was fetched: editions to read, withdrawals to make hold, by id."""

    revisions: tuple[int, ...] = ()
    withdrawals: tuple[int, ...] = ()

    def __add__(self, other: "Brought") -> "Brought":
        return Brought(self.revisions + other.revisions, self.withdrawals + other.withdrawals)


class Told(Protocol):
    """What a page or a feed's entry says of an article."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def modified_at(self) -> datetime | None: ...
    @property
    def lang(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _FeedWords:
    """What a feed said of an article, as it was kept on its page's row."""

    title: str
    text: str
    published_at: datetime | None
    lang: str
    modified_at: datetime | None = None


def add_page(url: str, now: datetime, source: Source | None = None) -> tuple[Page, bool]:
    """Have the page at an address fetched at once, or again; returns it, and whether it is new.

    Without a source it is the one whose article it is, or whose homepage or other pages are on the same host, else one
    named after the host. Raises Refused for what is no address, for one that must not be asked, and for a page or an
    article that is another source's already.
    """
    address = check_address(url)
    if not address:
        raise Refused("url", "is missing", "give the article's http or https address")
    try:
        name = name_host(address)
    except Forbidden as error:
        raise Refused("url", str(error), "give the article's http or https address") from error
    page = Page.objects.filter(url=address).select_related("source").first()
    if page is not None and source is not None and page.source_id != source.pk:
        raise OfAnotherSource(address, page.source.name)
    if page is None:
        host, _ = Host.objects.get_or_create(name=name)
        article = Article.objects.filter(url=address).select_related("source").first()
        if article is not None and source is not None and article.source_id != source.pk:
            raise OfAnotherSource(address, article.source.name)
        source = source or (article.source if article is not None else _find_source(host))
        first = {"host": host, "source": source, "found_at": now, "next_fetch_at": now}
        page, made = Page.objects.get_or_create(url=address, defaults=first)
        if made:
            return page, True
    fetch_again(page, now)
    return page, False


def fetch_again(page: Page, now: datetime) -> None:
    """Make a page due, as if it had never failed."""
    page.next_fetch_at, page.failures = now, 0
    page.save(update_fields=["next_fetch_at", "failures"])


def fetch_page(page_id: int, now: datetime) -> Brought:
    """Fetch a page that is due and store what is new on it; what went wrong stands on its row.

    One that is not due, or whose host is asked for something else just now, is left as it is.
    """
    with Visit(now) as visit:
        page = visit.begin(Page, page_id)
        if page is None:
            return Brought()
        try:
            fetched = visit.get(page.url, accept=PAGE_TYPES, etag=page.etag, last_modified=page.last_modified)
            read = None
            if fetched.status != 304 and not page.whole_in_feed:
                read = pages.read_page(fetched.body, url=fetched.url, content_type=fetched.content_type, now=now)
        except AskedLater:
            return _end(page, now, lambda row: _put_off(row, now))
        except RetryLater as error:
            visit.keep_away(error)
            return _end(page, now, lambda row, error=error: _note_failure(row, error, now))
        except FetchError as error:
            return _end(page, now, lambda row, error=error: _note_refusal(row, error, now))
        except Unreadable as error:
            return _end(page, now, lambda row, error=error: _note_unreadable(row, error, now))
        return _end(page, now, lambda row: _note_success(row, fetched, read, now))


def keep_article(
    page: Page, told: Told, now: datetime, *, address: str = "", had: Had = Had.WHOLE, fuller: bool = False
) -> Brought:
    """Store what a page or its feed's entry says as the page's article, or as a new edition of it.

    A new article is kept under `address`, by default the page's own; one we have stays where it is.
    `had` says how much of it this is, and `fuller` that it comes in place of less, of whose date it then is.
    The caller holds the page's row lock. Raises Refused where it cannot be taken, and OfAnotherSource where another
    source's article has that address.
    """
    edited_at, last = told.modified_at, page.last_fetched_at
    # What stands now was not there when last looked, whatever it says of itself; it may be an old text put back.
    stands_now = page.article is not None and last is not None and (edited_at is None or edited_at <= last)
    if fuller and page.article is not None:
        newest_at = page.article.newest.published_at
        edited_at, stands_now = max(edited_at or newest_at, newest_at), False
    published_at = told.published_at or page.told_published_at or page.found_at
    if published_at.time() == time.min and page.told_published_at is not None:
        # A page that names only the day, or none so that it was guessed, is dated by its feed, which names the moment.
        published_at = page.told_published_at
    record = {
        "url": page.article.url if page.article is not None else address or page.url,
        "source": page.source.slug,
        "lang": told.lang,
        "published_at": published_at.isoformat(),
        "modified_at": edited_at.isoformat() if edited_at else None,
        "title": (told.title or page.told_title)[:MOST_TITLE],
        "text": told.text,
    }
    taken = take_article(replace(parse_article(record, now), had=had), now, stands_now=stands_now)
    if taken.kept_under:
        raise OfAnotherSource(str(record["url"]), taken.kept_under)
    page.article_id = taken.article_id
    page.note = "\n".join(note for note in (page.note, *taken.notes) if note)
    return Brought((taken.revision_id,) if taken.revision_id is not None else ())


def keep_feed_words(page: Page, now: datetime) -> Brought:
    """Take what its feed carries of an article whose page is not to be had; the row's state and note say so.

    Nothing where the feed carries none of its text, or where the article is here by another road. The caller holds the
    page's row lock.
    """
    if not page.told_text.strip():
        return Brought()
    if page.article_id is None and Article.objects.filter(url=page.url).exists():
        page.note = "the page was not had; the article is here by another road"
        return Brought()
    page.note = "the page was not had: only what its feed carries of the article was"
    if page.told_published_at is None:
        page.note += "\nno date of publication in the feed: the time it was found stands for it"
    words = _FeedWords(page.told_title, page.told_text, page.told_published_at, page.told_lang)
    try:
        brought = keep_article(page, words, now, had=Had.TOLD)
    except Refused as refusal:
        page.note = ""
        page.last_error = "; ".join(
            said for said in (page.last_error, f"what its feed carries cannot be taken: {refusal}") if said
        )
        return Brought()
    page.state = Page.State.TOLD
    return brought


def withdraw_article(page: Page, why: str, now: datetime, *, withdrawn: bool = True) -> Brought:
    """Ask for a page's article, if it has one of its own source, to be withdrawn, or put back."""
    if page.article is None or page.article.source_id != page.source_id:
        return Brought()
    return take_back(page.article.pk, why, now, withdrawn=withdrawn)


def take_back(article_id: int, why: str, now: datetime, *, withdrawn: bool = True) -> Brought:
    """Ask for an article to be withdrawn, or put back; the row is then due."""
    with transaction.atomic():
        article = Article.objects.select_for_update(no_key=True).get(pk=article_id)
        asked = article.ask_withdrawal(withdrawn=withdrawn, why=why, now=now)
    return Brought(withdrawals=(asked.pk,) if asked is not None else ())


# --- How it went: each writes on the page's row, which the caller has locked and will save ---


def _end(page: Page, now: datetime, tell: Callable[[Page], Brought]) -> Brought:
    """Write on a page's row how it went. What the feed or an editor wrote there meanwhile stays."""
    with transaction.atomic():
        row = Page.objects.select_for_update().get(pk=page.pk)
        row.failures = page.failures
        brought = tell(row)
        row.save()
    return brought


def _note_success(page: Page, fetched: Fetched, read: pages.Page | None, now: datetime) -> Brought:
    _count(page, fetched.status, now)
    page.failures, page.last_error, page.missing_since = 0, "", None
    known_as = page.article_id
    brought = Brought()
    if fetched.status != 304:
        page.etag, page.last_modified = fetched.etag[:1000], fetched.last_modified[:200]
    of_another = False
    if read is not None:
        try:
            brought = _keep_what_is_public(page, read, fetched, now)
        except OfAnotherSource as refusal:
            page.article_id, page.last_error, of_another = None, str(refusal), True
    if page.withdrawn:
        put_back = withdraw_article(page, "its page is back", now, withdrawn=False)
        if put_back.withdrawals:
            page.note = "\n".join(note for note in page.note.split("\n") if note != STAYS_WITHDRAWN)
        brought += put_back
        page.withdrawn = False
    page.first_fetched_at = page.first_fetched_at or now
    page.last_fetched_at = now
    if page.article_id != known_as and _is_another_address(page):
        page.next_fetch_at, page.note = None, f"another address of {page.article.url}"
        return brought
    _look_again(page, now)
    if of_another:
        page.next_fetch_at = None
    return brought


def _keep_what_is_public(page: Page, read: pages.Page, fetched: Fetched, now: datetime) -> Brought:
    """Store the text of a page, or say on its row why there is none. A beginning never replaces a whole article.

    Where a page shows less of an article than its feed carries, the feed's words are the article.
    """
    whole, told = Page.State.ARTICLE, page.state == Page.State.TOLD
    fuller = told or (page.state == Page.State.STUB and read.state == whole)
    had = Had.WHOLE if read.state == whole else Had.BEGINNING
    notes = list(read.notes)
    if read.state != whole and len(page.told_text) > len(read.text) and (told or page.article_id is None):
        if told:
            return Brought()
        page.state = read.state
        brought = keep_feed_words(page, now)
        page.note = "\n".join([page.note, str(Page.State(read.state).label), *notes])
        return brought
    if page.state == whole and read.state != whole:
        notes.insert(0, f"now {Page.State(read.state).label}; the article is kept as it was")
    else:
        page.state = read.state
    page.note = "\n".join(notes)
    if page.state != read.state or read.state == Page.State.EMPTY:
        return Brought()
    if read.published_at is None and page.told_published_at is None and page.article_id is None:
        page.note = "\n".join([*notes, "no date of publication on it: the time it was found stands for it"])
    try:
        brought = keep_article(page, read, now, address=_address(page, read, fetched), had=had, fuller=fuller)
    except OfAnotherSource:
        raise
    except Refused as refusal:
        page.last_error = str(refusal)
        return Brought()
    page.told_text = ""
    return brought


def _address(page: Page, read: pages.Page, fetched: Fetched) -> str:
    """The address of a page's article: what the page calls its own, else where its address leads for good.

    A redirect for the time being counts only where it leads to another host: one that hands out short addresses.
    """
    elsewhere = name_host(fetched.url) != name_host(page.url)
    for address in (read.canonical_url, fetched.moved_to, fetched.url if elsewhere else ""):
        try:
            canonical = canonical_url(address)
        except Refused:
            continue
        # Another door of the same machine is another site.
        if canonical and urlsplit(canonical).port in (None, urlsplit(fetched.url).port):
            return canonical
    return page.url


def _is_another_address(page: Page) -> bool:
    """Whether the page's article is looked at again by another page, found before this one."""
    return Page.objects.filter(article=page.article_id, pk__lt=page.pk, failures=0, missing_since=None).exists()


def _note_refusal(page: Page, error: FetchError, now: datetime) -> Brought:
    """What would fail again the same way: gone, forbidden, too large. It is tried when it would be looked at again."""
    _count(page, error.status, now)
    page.last_error = str(error)
    if error.status not in (NOT_FOUND, GONE):
        page.failures += 1
        _look_again(page, now)
        if isinstance(error, Forbidden):
            page.next_fetch_at = None
        return _keep_what_was_told(page, now)
    page.failures = 0
    never_had = page.article_id is None or page.state == Page.State.TOLD
    at_stake = page.told_text if page.article_id is None else not never_had
    since = page.missing_since or now
    # Whoever has it fetched again sooner, by hand or because its feed tells of it, does not make a second look of it.
    if error.status == NOT_FOUND and now - since < SECOND_LOOK and at_stake and not page.withdrawn:
        page.missing_since = since
        then = "what its feed carries is taken for it" if never_had else "its article counts as withdrawn"
        page.last_error = f"{error}; it is looked for once more before {then}"
        page.next_fetch_at = since + SECOND_LOOK
        return Brought()
    page.missing_since = since
    _look_again(page, now)
    if never_had:
        return _keep_what_was_told(page, now)
    if page.withdrawn:
        return Brought()
    brought = withdraw_article(page, f"its page is gone (status {error.status})", now)
    page.withdrawn = bool(brought.withdrawals)
    return brought


def _note_failure(page: Page, error: RetryLater, now: datetime) -> Brought:
    """What may pass: tried again, later with each failure, or when the host said."""
    _count(page, error.status, now)
    page.failures += 1
    page.last_error = str(error)
    wait = spread(back_off(page.failures), page.url, now)
    if error.wait:
        wait = max(wait, timedelta(seconds=error.wait))
    page.next_fetch_at = now + wait
    if page.failures >= TRIES:
        _look_again(page, now)
        if page.next_fetch_at is None:
            page.last_error = f"given up: {error}"
            return _keep_what_was_told(page, now)
    return Brought()


def _note_unreadable(page: Page, error: Unreadable, now: datetime) -> Brought:
    _count(page, None, now)
    page.failures += 1
    page.last_error = str(error)
    _look_again(page, now)
    return _keep_what_was_told(page, now)


def _keep_what_was_told(page: Page, now: datetime) -> Brought:
    """A page is not to be had: its feed's words are taken, once; an article that was had stays as it is."""
    return keep_feed_words(page, now) if page.article_id is None else Brought()


def _put_off(page: Page, now: datetime) -> Brought:
    """A redirect leads to a host that is not free: tried again soon, and no fault of the page."""
    page.last_error = ""
    page.next_fetch_at = now + spread(SHORTEST, page.url, now)
    return Brought()


def _count(page: Page, status: int | None, now: datetime) -> None:
    page.fetches += 1
    page.last_status = status


def _look_again(page: Page, now: datetime) -> None:
    """Set when the page is looked at again, counted from when it was first fetched, or else found."""
    page.next_fetch_at, page.looks = next_look(page.first_fetched_at or page.found_at, now)


def _find_source(host: Host) -> Source:
    """The source that publishes on a host, by its pages or its homepage; one named after the host where none does."""
    of_page = Page.objects.filter(host=host).order_by("pk").select_related("source").first()
    if of_page is not None:
        return of_page.source
    for source in Source.objects.exclude(homepage="").order_by("pk"):
        if _bare(urlsplit(source.homepage).netloc) == _bare(host.name):
            return source
    return find_or_make_source(host.name, [])


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")
