"""Have the library feedparser parse a feed of RSS or Atom, and keep it within bounds while it does.

The library is made for feeds that are broken, not for hostile ones: some of its work grows with the square of what is
sent, and it raises what it likes. Its two parsers are used as they are, with those steps left out or cut short.
"""

import re
import xml.sax
import xml.sax.handler
from dataclasses import dataclass
from html import entities
from io import BytesIO
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl, InputSource

from feedparser.api import LooseFeedParser, StrictFeedParser

from claims.reading.outside import MOST_BYTES, Unreadable, clean_line, drop_controls

MOST_ITEMS = 500
"""The first so many items of a feed are read; feeds bring the newest first."""
_MOST_TAGS = 100_000
_MOST_ENTITIES = 1_000_000
_MOST_ATTRIBUTES = 50
_MOST_NAMESPACES = 100
_LONGEST_ATTRIBUTE = 4_000
_LONGEST_BASE = 300
_DEEPEST_BASE = 4
_LONGEST_PROLOG = 20_000

_ENTITY = re.compile(r"&(?:([A-Za-z]\w{1,30})|#([0-9]+|[xX][0-9a-fA-F]+));")
_OWN_ENTITY = re.compile(r"""<!ENTITY\s{1,99}(\w{1,30})\s{1,99}(?:"([^"<&%]{0,20})"|'([^'<&%]{0,20})')\s{0,99}>""")
# The lenient parser goes through a long blank again and again.
_LONG_BLANK = re.compile(r"(?<!\s)\s{1000,}")
# ... and takes 150 bytes for every one of a tag.
_LONG_TAG = re.compile(r"<[A-Za-z/][^<>]{50000,}>?")
_ADDRESS = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_KEPT = frozenset({"amp", "lt", "gt", "quot", "apos"})


def _resolve_entities(prolog: str, words: str) -> str:
    """The feed with named characters written out: XML knows five names, feeds use those of HTML and their own.

    Of its own entities only short and plain ones count: one that names another, a file or an address stays a name.
    """
    own = {name: one or other for name, one, other in _OWN_ENTITY.findall(prolog[:_LONGEST_PROLOG])}

    def resolve(entity: re.Match[str]) -> str:
        name, number = entity.groups()
        if number:
            return entity[0] if _is_character(number) else ""
        return entity[0] if name in _KEPT else own.get(name) or entities.html5.get(f"{name};") or entity[0]

    return _ENTITY.sub(resolve, words)


def _is_character(number: str) -> bool:
    if len(number) > 8:
        return False
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return code <= 0x10FFFF and drop_controls(chr(code)) != ""


def _check_size(words: str) -> None:
    """Refuse what would take the library too long: it takes its time for every tag and every ampersand."""
    tags, at = 0, 0
    while (data := words.find("<![CDATA[", at)) >= 0 and (end := words.find("]]>", data)) >= 0:
        tags += words.count("<", at, data) + 1
        at = end
    tags += words.count("<", at)
    if tags > _MOST_TAGS:
        raise Unreadable(f"it has {tags} tags; a feed of at most {_MOST_TAGS} is read")
    if (marks := words.count("&")) > _MOST_ENTITIES:
        raise Unreadable(f"it has {marks} ampersands; a feed of at most {_MOST_ENTITIES} is read")


class _Enough(Exception):
    """The feed has more items than are read."""


class _Sparing:
    """Keeps the library from work that grows with the square of what is sent, and from what is not asked of it."""

    def unknown_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        if tag.rpartition(":")[2] in ("item", "entry") and len(self.entries) >= MOST_ITEMS:  # type: ignore[attr-defined]
            raise _Enough
        few = [(name, value) for name, value in attributes[:_MOST_ATTRIBUTES] if len(value) <= _LONGEST_ATTRIBUTE]
        # Every element's base is joined to those around it.
        few = [(name, value) for name, value in few if name not in ("base", "xml:base") or self._may_be_base(value)]
        super().unknown_starttag(tag, few)  # type: ignore[misc]

    def _may_be_base(self, value: str) -> bool:
        return len(value) <= _LONGEST_BASE and self.depth <= _DEEPEST_BASE  # type: ignore[attr-defined]

    def _end_guid(self) -> None:
        """An id is an address only where it is one in full: the library would join any to the feed's own."""
        if self.elementstack and self.elementstack[-1][0] == "id":  # type: ignore[attr-defined]
            named = "".join(self.elementstack[-1][2]).strip()  # type: ignore[attr-defined]
            self.guidislink = self.guidislink and _ADDRESS.match(named) is not None  # type: ignore[has-type]
        super()._end_guid()  # type: ignore[misc]

    _end_id = _end_guid  # what Atom calls it

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) < _MOST_NAMESPACES:  # type: ignore[attr-defined]
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def _sync_author_detail(self, key: str = "author") -> None:
        """It looks for an address of mail in the name, slowly, and takes the newer top-level domains for names."""

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """Each would be compared with all before it, and nobody asks for them."""


class _Strict(_Sparing, StrictFeedParser):  # type: ignore[misc]
    """Reads well-formed XML."""

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        super().startElementNS(name, qname, attrs if len(attrs) <= _MOST_ATTRIBUTES else AttributesNSImpl({}, {}))


class _Loose(_Sparing, LooseFeedParser):  # type: ignore[misc]
    """Reads what is not."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the library found: the feed's own fields, its entries, its version; and how it went.

    `broken` says why it is not well-formed, or ""; `more` that it has more items than were read.
    """

    feed: Any
    entries: list[Any]
    version: str
    broken: str
    more: bool


def parse_feed(prolog: str, words: str, url: str) -> Parsed:
    """Parse what stands before a feed's outermost element, and the feed from there, which lies at `url`.

    It does what the library's own `parse` does, with its parsers made sparing and without its ways to the network and
    to files. Raises Unreadable where the feed is too large, or breaks the library.
    """
    _check_size(words)
    words = _LONG_BLANK.sub(" ", _resolve_entities(prolog, words))
    if len(words) > 2 * MOST_BYTES:
        raise Unreadable("its entities stand for too much")
    try:
        return _parse(words, url)
    except Exception as error:  # a parser of broken feeds breaks in ways of its own: UnicodeDecodeError, KeyError, ...
        why = f"{type(error).__name__}: {clean_line(str(error))[:200]}"
        raise Unreadable(f"it cannot be read as a feed: {why}") from error


def _parse(words: str, url: str) -> Parsed:
    parser: Any = _Strict(url, None, "utf-8")
    parser.resolve_relative_uris = parser.sanitize_html = False
    broken, more = "", False
    reader = xml.sax.make_parser()  # noqa: S317 - no document type, so no entities, comes this far
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = InputSource()
    source.setByteStream(BytesIO(words.encode("utf-8", "replace")))
    source.setEncoding("utf-8")
    try:
        reader.parse(source)
    except _Enough:
        more = True
    except xml.sax.SAXException as error:
        broken = clean_line(str(error))[:200]
        loose: Any = _Loose(url, None, "utf-8", {})
        loose.resolve_relative_uris = loose.sanitize_html = False
        try:
            loose.feed(_LONG_TAG.sub("", words))
        except _Enough:
            more = True
        except Exception:
            if not parser.entries:
                raise
            loose = parser  # what came before the break
        parser = loose
    return Parsed(parser.feeddata, parser.entries, str(parser.version or ""), broken, more)
