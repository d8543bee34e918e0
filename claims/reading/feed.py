"""Read a feed: RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1; bytes in, values out.

Pure, no network. Sources: https://www.rssboard.org/rss-specification, RFC 4287 (Atom), RFC 6721 (what was deleted),
https://www.jsonfeed.org/version/1.1/.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from claims.reading.feed_parsing import MOST_ITEMS, parse_feed
from claims.reading.outside import (
    Told,
    Unreadable,
    check_time,
    clean_line,
    clean_lines,
    parse_page,
    read_characters,
    read_language,
    read_time,
    split_prolog,
    strip_markup,
)

_MOST_CONTENTS = 20
_MOST_NOTES = 20
_LONGEST_URL = 4_000

_DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_ALTERNATES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1(?:\.1)?)/?")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. `url` is absolute or ""; times are in UTC or None; `text` is plain, a paragraph a line.

    `modified_at` is only there where it is later than `published_at`. `withdrawn` says that the feed takes back what
    it carried under this `id` (RFC 6721).
    """

    id: str
    url: str
    title: str = ""
    text: str = ""
    author: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    lang: str = ""
    withdrawn: bool = False

    @property
    def is_named(self) -> bool:
        """Whether its feed names it, by an id or an address; else it is only known by its words."""
        return self.id != _name(self.title, self.text)


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What a feed says: title, kind (`rss20`, `atom10`, `json1.1`, ...), items, and what was odd about it."""

    title: str
    kind: str
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def read_feed(body: bytes, *, url: str, content_type: str = "", now: datetime | None = None) -> FeedRead:
    """Read a feed as it was sent: `url` is where it lies, for relative addresses; `content_type` the header's text.

    Dates more than a day after `now` are dropped, where it is given, and a note says so. Raises Unreadable where it is
    no feed, empty, too large, or broken so that no item can be told.
    """
    characters = read_characters(body, content_type)
    words = characters.words.lstrip()
    notes = list(characters.notes)
    read = _read_json if words.startswith("{") else _read_xml
    found = read(words, url, now, notes)
    items = _tell_apart(found.items, notes)
    more = [f"... and {len(notes) - _MOST_NOTES} more notes"] if len(notes) > _MOST_NOTES else []
    return replace(found, items=items, notes=tuple(notes[:_MOST_NOTES] + more))


# --- RSS and Atom -----------------------------------------------------------------------------------------------------


def _read_xml(words: str, url: str, now: datetime | None, notes: list[str]) -> FeedRead:
    if not words.startswith(("<?", "<!")) and (begin := _BEGIN.search(words[:_HEAD])) and begin.start():
        notes.append("something stands before it begins, and was passed over")
        words = words[begin.start() :]
    prolog, words = split_prolog(words)
    outermost = re.match(r"<(?:[\w.-]{1,80}:)?([\w.-]{1,80})", words)
    name = outermost[1].lower() if outermost else ""
    if name in ("html", "head", "body"):
        raise Unreadable(_say_page(words, url))
    if not name:
        raise Unreadable("it is neither XML nor JSON")
    parsed = parse_feed(prolog, words, url)
    gone = _read_deleted(words, url, now, notes)
    version = "rss091n" if "netscape" in prolog.lower() and parsed.version.startswith("rss09") else parsed.version
    if not parsed.entries and not gone and (parsed.broken or not version):
        raise Unreadable(f"it is no feed: {parsed.broken or f'its outermost element is {name!r}'}")
    if parsed.broken:
        notes.append(f"it is not well-formed and was read leniently: {parsed.broken}")
    if parsed.more:
        notes.append(f"it has more than {MOST_ITEMS} items; the first {MOST_ITEMS} were read")
    lang = read_language(_text(parsed.feed, "language"))
    items = [_read_entry(entry, url, lang, now, notes) for entry in parsed.entries]
    return FeedRead(_plain(parsed.feed, "title"), version or "unknown", (*items, *gone))


_HEAD = 20_000
_BEGIN = re.compile(r"<(?:\?xml\s|!DOCTYPE\s|html[\s>]|rss[\s>]|feed[\s>]|rdf:RDF[\s>])", re.I)


def _say_page(words: str, url: str) -> str:
    try:
        for link in parse_page(words).iter("link"):
            kinds = (link.get("rel") or "").lower().split()
            if "alternate" in kinds and (link.get("type") or "").strip().lower() in _ALTERNATES:
                named = _absolute(link.get("href") or "", url)
                if named:
                    return f"it is a web page, not a feed; the feed it names is {named}"
    except Unreadable:
        pass  # then it names none
    return "it is a web page, not a feed"


def _read_deleted(words: str, url: str, now: datetime | None, notes: list[str]) -> list[Item]:
    """What the feed takes back: RFC 6721's deleted-entry, which the library knows nothing of."""
    if "deleted-entry" not in words:
        return []
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    gone = []
    try:
        root = etree.fromstring(words.encode("utf-8", "replace"), parser)
        for element in root.iter(_DELETED) if root is not None else ():
            ref = clean_line(element.get("ref") or "")
            if not ref:
                continue
            link = next(
                (at for at in element.iterchildren("{*}link") if at.get("rel", "alternate") == "alternate"), None
            )
            named = _absolute(link.get("href") or "", url) if link is not None else ""
            when = read_time(element.get("when") or "", now)
            if when.note:
                notes.append(when.note)
            gone.append(Item(ref, named or _absolute(ref, ""), modified_at=when.at, withdrawn=True))
            if len(gone) == MOST_ITEMS:
                break
    except etree.LxmlError as error:
        notes.append(f"what it takes back cannot be read: {clean_line(str(error))[:200]}")
    return gone


def _read_entry(entry: Any, url: str, lang: str, now: datetime | None, notes: list[str]) -> Item:
    named = _text(entry, "feedburner_origlink") or _text(entry, "link")
    title = _plain(entry, "title")
    content = [part for part in _parts(entry) if isinstance(part.get("value"), str)][:_MOST_CONTENTS]
    text = max((strip_markup(part["value"]) for part in content), key=len, default="")
    own = next((read_language(str(part.get("language") or "")) for part in content if part.get("language")), "")
    published = _time(entry, "published", now, notes) or _time(entry, "created", now, notes)
    modified = _time(entry, "updated", now, notes)
    address = _absolute(named, url)
    return Item(
        id=clean_line(_text(entry, "id")) or address or _name(title, text),
        url=address,
        title=title,
        text=text,
        author=_authors(entry),
        published_at=published or modified,
        modified_at=_later(published, modified),
        lang=own or lang,
    )


# RSS 2.0 wants an author as `mail (name)`.
_MAIL = re.compile(r"^\S{1,200}@\S{1,200} \(|(?<=.)\)$")


def _authors(entry: Any) -> str:
    told = dict.get(entry, "authors") or ()
    names = [_plain(author, "name") for author in told if isinstance(author, Mapping)]
    return ", ".join(dict.fromkeys(filter(None, names))) or _MAIL.sub("", _plain(entry, "author")).strip()


def _parts(entry: Any) -> Iterator[Mapping[str, Any]]:
    for key in ("content", "summary_detail"):
        found = dict.get(entry, key) or ()
        yield from [found] if isinstance(found, Mapping) else [part for part in found if isinstance(part, Mapping)]


def _text(found: Any, key: str) -> str:
    # Not the library's own `get`: that answers for a missing `updated` with `published`.
    value = dict.get(found, key)
    return value if isinstance(value, str) else ""


def _plain(found: Any, key: str) -> str:
    return clean_line(strip_markup(_text(found, key)))


def _time(entry: Any, key: str, now: datetime | None, notes: list[str]) -> datetime | None:
    words = clean_line(_text(entry, key))
    told = read_time(words, now)
    parsed = dict.get(entry, f"{key}_parsed")
    if told.at is None and told.note.startswith("no date") and isinstance(parsed, struct_time):
        # Formats of single countries and of old programs that the library knows.
        told = check_time(
            Told(_at(parsed), f"{words[:100]!r} is of a rare form: its zone may not be told"), words[:100], now
        )
    if told.note:
        notes.append(told.note)
    return told.at


def _at(parsed: struct_time) -> datetime | None:
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except ValueError:
        return None


def _later(published: datetime | None, modified: datetime | None) -> datetime | None:
    return modified if published and modified and modified > published else None


# --- JSON Feed --------------------------------------------------------------------------------------------------------


def _read_json(words: str, url: str, now: datetime | None, notes: list[str]) -> FeedRead:
    try:
        feed = json.loads(words, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON: {clean_line(str(error))[:200]}") from error
    version = _JSON_FEED.fullmatch(str(feed.get("version", ""))) if isinstance(feed, dict) else None
    if not version:
        raise Unreadable("it is JSON, but no JSON Feed: that says version https://jsonfeed.org/version/1.1 or 1")
    entries = feed.get("items")
    if not isinstance(entries, list):
        raise Unreadable("it is a JSON Feed without items")
    if len(entries) > MOST_ITEMS:
        notes.append(f"it has {len(entries)} items; the first {MOST_ITEMS} were read")
    items = []
    for entry in entries[:MOST_ITEMS]:
        if isinstance(entry, dict):
            items.append(_read_json_item(entry, feed, url, now, notes))
        else:
            notes.append("an item is no object and was left out")
    return FeedRead(clean_line(_said(feed, "title")), f"json{version[1]}", tuple(items))


def _read_json_item(
    entry: dict[str, Any], feed: dict[str, Any], url: str, now: datetime | None, notes: list[str]
) -> Item:
    title = clean_line(_said(entry, "title"))
    texts = [strip_markup(_said(entry, "content_html")), clean_lines(_said(entry, "content_text"))]
    text = max(texts, key=len) or clean_lines(_said(entry, "summary"))
    times = []
    for key in ("date_published", "date_modified"):
        told = read_time(_said(entry, key), now)
        if told.note:
            notes.append(told.note)
        times.append(told.at)
    published, modified = times
    address = _absolute(_said(entry, "url") or _said(entry, "external_url"), url)
    return Item(
        id=clean_line(_said(entry, "id")) or address or _name(title, text),
        url=address or _absolute(_said(entry, "id"), ""),
        title=title,
        text=text,
        author=_json_authors(entry) or _json_authors(feed),
        published_at=published or modified,
        modified_at=_later(published, modified),
        lang=read_language(_said(entry, "language")) or read_language(_said(feed, "language")),
    )


def _json_authors(found: dict[str, Any]) -> str:
    """The names of `authors` (version 1.1) or of `author` (version 1)."""
    told = found.get("authors") or [found.get("author")]
    names = [clean_line(_said(author, "name")) for author in told if isinstance(author, dict)]
    return ", ".join(dict.fromkeys(filter(None, names)))


def _said(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    # An id may be a number, says the specification.
    return value if isinstance(value, str) else str(value) if type(value) in (int, float) else ""


# --- What all of them share -------------------------------------------------------------------------------------------


def _absolute(address: str, base: str) -> str:
    """The address in full, if it is one of the Web; else ""."""
    address = "".join(address.split())[:_LONGEST_URL]
    try:
        whole = urljoin(base, address) if address else ""
        parts = urlsplit(whole)
        return whole if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else ""
    except ValueError:
        return ""


def _name(title: str, text: str) -> str:
    """A name for an item that has neither id nor address: the same words get the same."""
    digest = hashlib.sha256(f"{title}\0{text}".encode("utf-8", "replace")).hexdigest()
    return f"urn:sha256:{digest}" if title or text else ""


def _tell_apart(items: tuple[Item, ...], notes: list[str]) -> tuple[Item, ...]:
    """Every item once: of two with one id and address the one edited last, and no two addresses under one id."""
    addresses: dict[str, set[str]] = {}
    for item in items:
        if item.url:
            addresses.setdefault(item.id, set()).add(item.url)
    found: dict[str, Item] = {}
    nameless = 0
    for item in items:
        if len(addresses.get(item.id, ())) > 1 and item.url:
            item = replace(item, id=item.url)
        if not item.id:
            nameless += 1
            continue
        before = found.get(item.id)
        if before is None or _age(item) > _age(before):
            found[item.id] = item
    shared = sum(len(named) > 1 for named in addresses.values())
    if shared:
        notes.append(f"{shared} ids stand for several addresses; the address was taken for the id")
    if nameless:
        notes.append(f"{nameless} items without id, address and words were left out")
    if (lost := len(items) - nameless - len(found)) > 0:
        notes.append(f"{lost} items came twice; the one edited last was taken")
    return tuple(found.values())


def _age(item: Item) -> tuple[bool, datetime]:
    """Orders the editions of one item; that it was taken back is the last word."""
    return item.withdrawn, item.modified_at or item.published_at or datetime.min.replace(tzinfo=UTC)
