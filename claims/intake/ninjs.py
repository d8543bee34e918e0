"""News items as agencies send them, in IPTC's ninjs 1.x, 2.x and 3.x, made into articles like any other.

Source: the schemas and the guidelines at https://iptc.org/standards/ninjs/. The three generations differ in how they
write a member (`versioncreated`, `versionCreated`) and in its form (`headline`, `headlines`; `body_text`, `bodies`).
An item needs no more than its `uri`; members we do not know are passed over, since the standard grows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from claims.intake.addresses import MAX_URL, canonical_url
from claims.intake.articles import MAX_TEXT, MAX_TITLE, ArrivedArticle, check_article
from claims.intake.fields import Refused, parse_moment, read_text
from claims.reading.outside import clean_line, strip_markup

CONTENT_TYPE = "application/vnd.iptc.ninjs+json"
MAX_CREDIT = 300
# Members that only our own form of an article has, or is known by where both have a `uri`.
_OURS = frozenset({"text", "lang", "published_at", "modified_at"})
_NOT_WORDS = frozenset({"audio", "video", "picture", "graphic", "event", "planning"})
_NOT_READ = frozenset({"nitf", "xml", "newsml", "json"})
_PARTS = frozenset({"incomplete", "partial"})
# Under which of its alternative identifiers a provider gives the address of the page.
_PAGE_ROLES = frozenset({"url", "weburl", "web", "canonical", "canonicalurl", "permalink"})
_NAMED_BY_DOMAIN = re.compile(r"(?:urn:newsml:|tag:)([\w-]+(?:\.[\w-]+)+)[:,]", re.IGNORECASE)

Members = Mapping[str, object]


def is_ninjs(record: Members) -> bool:
    """Whether a record is a ninjs item by its shape: it has a `uri`, and nothing that only our own form has."""
    return "uri" in record and not _OURS & record.keys()


def parse_ninjs(record: Members, now: datetime) -> ArrivedArticle:
    """Check a ninjs item and make it an article that arrived.

    Its `uri` names it from then on; its address is the page it gives (`url`, an `altIds` of that role), else the `uri`.
    Raises Refused, naming the member at fault as it was written: also for an item under embargo, for one that is
    withheld, and for one that is no text. Times without a zone are taken as UTC; notes say what was assumed.
    """
    item = {key.lower(): value for key, value in record.items()}
    written = {key.lower(): key for key in record}
    members: dict[str, str] = {}
    try:
        return _parse(item, members, now)
    except Refused as refused:
        member = members.get(refused.field, refused.field)
        raise Refused(written.get(member, member), refused.message, refused.cure) from None


def _parse(item: Members, members: dict[str, str], now: datetime) -> ArrivedArticle:
    """The same, of an item whose members are in lower case; `members` learns what each of our fields was made of."""
    notes: list[str] = []
    uri = _read_uri(item)
    members |= {"url": "uri", "lang": "language", "source": "provider", "published_at": "versioncreated"}
    address = _read_address(item, uri)
    pubstatus = read_text(item, "pubstatus", 20).lower()
    ours: dict[str, object] = {
        "pubstatus": pubstatus,
        "lang": read_text(item, "language", 35),
        # What is withdrawn may name nobody; a guess would be held against the source that it was sent under.
        "source": _say_source(item) if pubstatus == "canceled" else _name_source(item, uri, notes),
    }
    if not ours["source"] and pubstatus != "canceled":
        raise Refused("provider", "is missing", "name the publisher in provider or source, by slug or name")
    ours |= _read_times(item, members, notes, now)
    if pubstatus != "canceled":
        ours |= _read_words(item, members, notes)
    arrived = check_article(ours, address, now)
    return replace(arrived, uri=uri, credit=_name_credit(item), notes=(*notes, *arrived.notes))


# --- What it is called ---


def _read_uri(item: Members) -> str:
    uri = read_text(item, "uri", MAX_URL)
    if not uri:
        raise Refused("uri", "is missing", "give the item's identifier: it is the one member every ninjs item has")
    if not re.fullmatch(r"(https?|urn|tag):\S+", uri, re.IGNORECASE):
        raise Refused("uri", f"{uri[:200]!r} is no web address, urn or tag", "give the identifier as an absolute URI")
    return uri


def _read_address(item: Members, uri: str) -> str:
    """The page's own address where the item gives it, else its identifier."""
    alternatives = item.get("altids")
    pairs: list[tuple[object, object]] = [("url", item.get("url"))]
    if isinstance(alternatives, Mapping):  # 1.x
        pairs += alternatives.items()
    pairs += [(entry.get("role"), entry.get("value")) for entry in _entries(alternatives)]
    for role, value in pairs:
        given = isinstance(role, str) and role.lower() in _PAGE_ROLES and isinstance(value, str)
        if given and re.match(r"https?://", str(value), re.IGNORECASE):
            return canonical_url(read_text({"url": value}, "url", MAX_URL * 2))
    return canonical_url(uri) if uri.lower().startswith("http") else uri


def _say_source(item: Members) -> str:
    """Who published it, as it says; "" where it names nobody: its infoSources are whom the words come from."""
    named = [*_names(item.get("source")), *_names(item.get("provider")), *_names(item.get("copyrightholder"))]
    return next((name for name in named if len(name.encode()) <= 200), "")


def _name_source(item: Members, uri: str, notes: list[str]) -> str:
    """Who published it: as it says, else the domain that its identifier names, which a note tells."""
    if said := _say_source(item):
        return said
    domain = _NAMED_BY_DOMAIN.match(uri)
    host = domain[1] if domain else urlsplit(uri).hostname if uri.lower().startswith("http") else ""
    if host:
        host = host.lower().removeprefix("www.")
        notes.append(f"the item names no publisher; its source was taken from its uri: {host}")
    return host or ""


def _name_credit(item: Members) -> str:
    """Whom it names as having supplied the words: its information sources, else its byline."""
    named = _names(item.get("infosources")) + _names(item.get("infosource"))
    named = list(dict.fromkeys(named)) or _names(item.get("by")) or _names(item.get("byline"))
    return ", ".join(named)[:MAX_CREDIT]


def _names(value: object) -> list[str]:
    """The names in a member that is a text, an object with a name, or a list of either."""
    if isinstance(value, list):
        return [name for entry in value if not isinstance(entry, list) for name in _names(entry)]
    if isinstance(value, Mapping):
        entry = {str(key).lower(): inner for key, inner in value.items()}
        value = entry.get("name") or entry.get("literal")
    name = clean_line(value) if isinstance(value, str) else ""
    return [name] if name else []


# --- When ---


def _read_times(item: Members, members: dict[str, str], notes: list[str], now: datetime) -> dict[str, object]:
    """When it was published, and when this version was made. Raises Refused for an item that is still under embargo."""
    times: dict[str, datetime] = {}
    for member in ("firstcreated", "contentcreated", "versioncreated", "embargoed", "embargoeduntil"):
        if item.get(member) not in (None, ""):
            times[member] = parse_moment(item[member], member, notes)
    embargo = max((times[name] for name in ("embargoed", "embargoeduntil") if name in times), default=None)
    if embargo is not None and embargo > now:
        member = "embargoed" if times.get("embargoed") == embargo else "embargoeduntil"
        raise Refused(member, f"it is under embargo until {embargo.isoformat()}", "send it again after that moment")
    read: dict[str, object] = {}
    for field, wanted in (
        ("published_at", ("firstcreated", "contentcreated", "versioncreated")),
        ("modified_at", ("versioncreated",)),
    ):
        for member in wanted:
            if member in times:
                members[field] = member
                # Nothing of it was public before the embargo ended.
                read[field] = max(times[member], embargo or times[member]).isoformat()
                break
    return read


# --- What it says ---


@dataclass(frozen=True, slots=True)
class _Words:
    """One of the texts of an item: the member it stands in, what it is for, its kind, and its words."""

    member: str
    role: str
    marked_up: bool
    words: str


def _read_words(item: Members, members: dict[str, str], notes: list[str]) -> dict[str, object]:
    """Its headline and its text, with markup made plain. Raises Refused for an item that is no text, or only a part."""
    kind = read_text(item, "type", 40).lower()
    if kind in _NOT_WORDS:
        raise Refused(
            "type", f"is {kind!r}, which is not read", "send items whose type is text, composite or component"
        )
    headlines = [line for line in _texts(item, "headlines", "headline") if line.words]
    main = next((line for line in headlines if line.role in ("main", "headline")), None)
    headline = main or next(iter(headlines), None) or next(iter(_texts(item, "", "title")), None)
    title = clean_line(headline.words) if headline else ""
    body = _choose(_texts(item, "bodies", "body"))
    part = read_text(item, "representationtype", 40).lower()
    if part in _PARTS and body is None:
        raise Refused("representationtype", f"is {part!r}, and there is no body", "send the item with its full text")
    if part in _PARTS:
        notes.append("the item says that it holds only a part of the text")
    unread = next((name for name in item if (name == "bodies" or name.startswith("body_")) and item[name]), None)
    if body is None and unread is not None:
        raise Refused(unread, "holds no text that can be read", "send a body as plain text, HTML or XHTML")
    if body is None:
        body = _choose(_texts(item, "descriptions", "description"))
        if body is not None:
            notes.append("the item has no body; its description was taken for the text")
    members["title"] = headline.member if headline else "headline"
    members["text"] = body.member if body else "bodies"
    text = body.words if body else ""
    first, _, rest = text.partition("\n")
    if title and clean_line(first) == title:
        text = rest.lstrip("\n")  # many bodies begin with the headline, and it would be read twice
    return {"title": title, "text": text}


def _texts(item: Members, many: str, one: str) -> Iterator[_Words]:
    """The texts of one sort: a list of objects (2.x, 3.x), or members named after it (1.x: body_text, body_xhtml)."""
    limit = MAX_TITLE if many != "bodies" else MAX_TEXT * 2
    for entry in _entries(item.get(many)):
        content_type = str(entry.get("contenttype") or "").lower()
        yield from _text(many, entry.get("value"), str(entry.get("role") or "").lower(), content_type, limit)
    for member, value in item.items():
        if member == one or (member.startswith(f"{one}_") and many):
            kind = member.partition("_")[2]
            content_type = f"application/{kind}" if kind in _NOT_READ else "text/html" if "html" in kind else ""
            yield from _text(member, value, kind or one, content_type, limit)


def _text(member: str, value: object, role: str, content_type: str, limit: int) -> Iterator[_Words]:
    """A text made plain, one paragraph a line; nothing where it is of a kind that is not read (NITF, say)."""
    words = read_text({member: value}, member, limit)
    marked_up = "html" in content_type
    if marked_up or (not content_type and re.match(r"\s*<[a-zA-Z!?]", words)):
        yield _Words(member, role, True, strip_markup(words))
    elif content_type.partition(";")[0].strip() in ("", "text/plain"):
        yield _Words(member, role, False, words.strip())


def _choose(texts: Iterator[_Words]) -> _Words | None:
    """The text to read of several that say the same: not a teaser, and with markup, which tells the paragraphs."""
    found = [text for text in texts if text.words]
    longest = max((len(text.words) for text in found), default=0)
    whole = [text for text in found if len(text.words) * 2 > longest]
    return max(whole, key=lambda text: (text.marked_up, text.role == "main", len(text.words)), default=None)


def _entries(value: object) -> list[dict[str, object]]:
    """The objects of a list, their members in lower case; a text alone is taken for an object with that value."""
    entries = value if isinstance(value, list) else []
    objects = [entry if isinstance(entry, Mapping) else {"value": entry} for entry in entries]
    return [{str(key).lower(): inner for key, inner in entry.items()} for entry in objects]
