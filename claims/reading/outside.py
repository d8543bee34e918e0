"""What comes from outside, as bytes, made into words: its characters, its plain text, its dates, its language.

Shared by pages and feeds. Pure: nothing here asks the network or the clock.
"""

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import cache
from importlib.resources import files
from typing import Any

from charset_normalizer import from_bytes
from lxml import etree, html

MOST_BYTES = 5 * 2**20
"""The largest page or feed that is read."""


class Unreadable(ValueError):
    """What was sent cannot be read as a page or a feed; the message says in one line what it is instead."""


@cache
def outside_words() -> dict[str, Any]:
    """Elements, names of meta elements, zones by name and signs of a paywall, from outside.toml."""
    return tomllib.loads((files("claims.reading") / "outside.toml").read_text(encoding="utf-8"))


# --- From bytes to characters -----------------------------------------------------------------------------------------

# The text encodings of the Encoding Standard (https://encoding.spec.whatwg.org/) that Python has, by Python's names.
# Not every codec of Python's: some are no encodings of text, and "idna" and "punycode" take time with the square of it.
_CODECS = frozenset(
    {"utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le", "ascii"}
    | {f"cp{page}" for page in (866, 874, 932, 949, *range(1250, 1259))}
    | {f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))}
    | {"koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "gb2312", "gbk", "gb18030", "big5", "big5hkscs"}
    | {"euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "tis-620"}
)
# Labels that name a smaller set than what is sent under them (the Encoding Standard does the same).
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"}
_WIDER |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
_MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 2_048
_SAMPLE = 65_536
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{0,200}?\sencoding|<meta[^>]{0,500}?\bcharset)\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.I
)
_SAID = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.I)
# No element of a page that was written to be read has so many.
_MOST_ATTRIBUTES = 1_000
# So many of a thousand characters may be broken in a text that is still what it says it is.
_BROKEN = 5


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of what was sent, the encoding they were read in, and what was odd about it."""

    words: str
    charset: str
    notes: tuple[str, ...] = ()


def read_characters(body: bytes, content_type: str = "") -> Characters:
    """Decode what was sent, by what it is before what it is said to be; characters XML forbids are dropped.

    The order: a byte order mark; UTF-8 that is valid (other encodings hardly ever are, by chance); the charset of the
    `Content-Type` header; the one the document declares; a guess from its letters. Raises Unreadable where it is empty
    or larger than MOST_BYTES.
    """
    if not body.strip():
        raise Unreadable("it is empty")
    if len(body) > MOST_BYTES:
        raise Unreadable(f"it has {len(body)} bytes; at most {MOST_BYTES} are read")
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return Characters(drop_controls(body[len(mark) :].decode(charset, "replace")), charset)
    if body[:1] == b"<" and body[1:2] == b"\0":
        return Characters(drop_controls(body.decode("utf-16-le", "replace")), "utf-16-le")
    if body[:2] == b"\0<":
        return Characters(drop_controls(body.decode("utf-16-be", "replace")), "utf-16-be")
    header, inside = _SAID.search(content_type), _DECLARED.search(body[:_HEAD])
    said = [_codec(label) for label in (header and header[1], inside and inside[1].decode("ascii")) if label]
    if header and inside and header[1].lower() == "iso-8859-1":
        said.reverse()  # what servers add by themselves, where nobody told them better
    if "iso2022_jp" not in said:
        try:
            return Characters(drop_controls(body.decode("utf-8")), "utf-8")
        except UnicodeDecodeError:
            pass
    for charset in filter(None, said):
        words = body.decode(charset, "replace")
        if words.count("\N{REPLACEMENT CHARACTER}") * 1_000 <= len(words) * _BROKEN:
            return Characters(drop_controls(words), charset)
    words = body.decode("utf-8", "replace")
    if words.count("\N{REPLACEMENT CHARACTER}") * 1_000 <= len(words) * _BROKEN:
        return Characters(drop_controls(words), "utf-8", ("some bytes are no characters",))
    best = from_bytes(_letters(body), cp_isolation=outside_words()["charsets"]["guessed"]).best()
    charset = (best and _codec(best.encoding)) or "cp1252"
    words = body.decode(charset, "replace")
    return Characters(drop_controls(words), charset, (f"its charset is not the one it names; read as {charset}",))


def _letters(body: bytes) -> bytes:
    """What a guess at the charset is made from: the words about the first bytes that are not ASCII, without markup."""
    first = re.search(rb"[\x80-\xff]", body)
    return re.sub(rb"<[^<>]{0,2000}>", b" ", body[first.start() if first else 0 :][:_SAMPLE])


def _codec(label: str) -> str:
    """Python's name of an encoding of text, or "" where it has none of that label."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(name, name) if name in _CODECS else ""


# --- From characters to plain text ------------------------------------------------------------------------------------

# Controls but tab and line ends, the C1 controls, half surrogate pairs and what is no character: XML 1.0 forbids most.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_BLANKS = re.compile("[ \t\r\f\v]+")
_MARKUP = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9:-]{0,30}(?:\s[^<>]*)?/?>|<!--|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});"
)


def drop_controls(words: str) -> str:
    """The words without what XML takes for no character."""
    return _CONTROLS.sub("", words)


def clean_line(words: str) -> str:
    """The words on one line, without controls, one blank between two; otherwise untouched."""
    return " ".join(drop_controls(words).split())


def clean_lines(words: str) -> str:
    """The words line by line: no controls, no empty lines, one blank between two; otherwise untouched."""
    lines = (_BLANKS.sub(" ", line).strip() for line in drop_controls(words).splitlines())
    return "\n".join(line for line in lines if line)


def strip_markup(words: str) -> str:
    """The plain text of a piece of HTML, one paragraph a line: no tags, scripts or styles, entities resolved."""
    if not _MARKUP.search(words):
        return clean_lines(words)
    # Parsed without a tree: a piece of a feed may be as large as the feed.
    parser = etree.HTMLParser(target=_Lines(), encoding="utf-8", no_network=True)
    try:
        return str(etree.fromstring(b"<div>" + words.encode("utf-8", "replace"), parser))
    except etree.XMLSyntaxError:
        return ""  # nothing but comments


def text_of(root: Any) -> str:
    """The text of a parsed piece of HTML, one paragraph a line."""
    lines = _Lines()
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            lines.start(element.tag, {})
            lines.data(element.text or "")
        else:
            if event == "end":
                lines.end(element.tag)
            if element is not root:
                lines.data(element.tail or "")
    return lines.close()


class _Lines:
    """Takes the parts of a piece of HTML as they come, and has its words line by line in the end."""

    def __init__(self) -> None:
        elements = outside_words()["elements"]
        self._lines, self._apart, self._unseen = (frozenset(elements[kind]) for kind in ("lines", "apart", "unseen"))
        self._pieces: list[str] = []
        self._within = 0  # so many elements whose words are not shown are open

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._within += tag in self._unseen
        self._break(tag)

    def end(self, tag: str) -> None:
        self._within -= tag in self._unseen
        self._break(tag)

    def data(self, words: str) -> None:
        if not self._within:
            # In HTML the end of a line is a blank: only elements end a line.
            self._pieces.append(words.replace("\n", " ").replace("\r", " "))

    def close(self) -> str:
        return clean_lines("".join(self._pieces))

    def _break(self, tag: str) -> None:
        if tag in self._lines:
            self._pieces.append("\n")
        elif tag in self._apart:
            self._pieces.append(" ")


def parse_page(words: str) -> Any:
    """The tree of a page of HTML, without comments; nobody is asked for anything. Raises Unreadable."""
    body = words.encode("utf-8", "replace")
    try:
        # The library takes the square of their number for an element's attributes, while it builds a tree.
        most = etree.fromstring(body, etree.HTMLParser(target=_Attributes(), encoding="utf-8", no_network=True))
        if most > _MOST_ATTRIBUTES:
            raise Unreadable(f"it has an element of {most} attributes")
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
        return html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"it is no web page: {clean_line(str(error))[:200]}") from error


class _Attributes:
    """Counts the attributes of the element that has most of them."""

    def __init__(self) -> None:
        self._most = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._most = max(self._most, len(attributes))

    def end(self, tag: str) -> None:
        return None

    def close(self) -> int:
        return self._most


_BLANK = re.compile(r"\s*")
_TYPE = re.compile(r"<!DOCTYPE[^>\[]{0,2000}\[", re.I)
_BEFORE = (("<?", re.compile(r"\?>")), ("<!--", re.compile("-->")), ("<!", re.compile(">")))
_TYPE_END = re.compile(r"\]\s{0,99}>")


def split_prolog(words: str) -> tuple[str, str]:
    """What stands before the outermost element of a document, and the document from there."""
    at = 0
    while True:
        if blank := _BLANK.match(words, at):
            at = blank.end()
        end = next((end for begin, end in _BEFORE if words.startswith(begin, at)), None)
        if end and _TYPE.match(words, at):
            end = _TYPE_END  # it has declarations of its own
        found = end and end.search(words, at)
        if not found:
            return words[:at], words[at:]
        at = found.end()


# --- Dates ------------------------------------------------------------------------------------------------------------

# No page of the Web is older; a clock that was never set, or a field that was never filled, says 1970, 1900 or 0001.
_FIRST = datetime(1991, 1, 1, tzinfo=UTC)
# Clocks and zones are set wrong by so much without ill will.
_AHEAD = timedelta(days=1)
_LONGEST_DATE = 100
_ISO = re.compile(r"(\d{4}-?\d{2}-?\d{2})(?:[T\s]\s?(\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?)\s?(.*))?", re.S)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", re.I)


@dataclass(frozen=True, slots=True)
class Told:
    """A moment as it was told: in UTC, or None where the words tell none; the note says what was assumed or wrong."""

    at: datetime | None
    note: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing had to be assumed: day, hour and zone are told."""
        return self.at is not None and not self.note


def read_time(words: str, now: datetime | None = None) -> Told:
    """The moment that a date of a page or a feed tells: ISO 8601, RFC 822 and its kin, or seconds since 1970.

    A time without a zone is taken as UTC, and a date without a time as the start of that day; the note says so. What
    lies before 1991, or more than a day after `now` where that is given, is no date of publication.
    """
    words = clean_line(words)[:_LONGEST_DATE]
    if not words:
        return Told(None)
    try:
        told = _read_iso(words) or _read_mail(words) or _read_seconds(words)
    except (ValueError, OverflowError, IndexError):
        told = None
    return check_time(told, words, now) if told else Told(None, f"no date: {words!r}")


def check_time(told: Told, words: str, now: datetime | None = None) -> Told:
    """The same moment, or none where no publication can be of that time."""
    if told.at is None:
        return told
    if told.at < _FIRST:
        return Told(None, f"the date {words!r} is before the Web")
    if now is not None and told.at > now + _AHEAD:
        return Told(None, f"the date {words!r} lies in the future")
    return told


def _read_iso(words: str) -> Told | None:
    found = _ISO.fullmatch(words)
    if not found:
        return None
    day, hour, zone = found.groups()
    if hour is None:
        return Told(datetime.fromisoformat(day).replace(tzinfo=UTC), f"{words!r} names no hour: the day's start in UTC")
    hour = hour if hour[1:2] != ":" else f"0{hour}"
    return _in_zone(datetime.fromisoformat(f"{day}T{hour.replace(',', '.')}"), zone, words)


def _read_mail(words: str) -> Told | None:
    """RFC 822 and RFC 850, and what comes near them."""
    hour = re.search(r"\d:\d", words)
    read = parsedate_tz(words if hour else f"{words} 00:00:00 +0000")
    if read is None:
        return None
    at = datetime(*read[:6])
    if not hour:
        return Told(at.replace(tzinfo=UTC), f"{words!r} names no hour: the day's start in UTC")
    last = words.rpartition(" ")[2].strip("()")
    if last.upper() in outside_words()["zones"] or _OFFSET.fullmatch(last):
        return _in_zone(at, last, words)
    if read[9]:  # 0 says no more than that it found none
        return Told((at - timedelta(seconds=read[9])).replace(tzinfo=UTC))
    return _in_zone(at, last if last.isalpha() else "", words)


def _read_seconds(words: str) -> Told | None:
    if not re.fullmatch(r"[1-9]\d{8,9}(\d{3})?", words):
        return None
    seconds = int(words) / 1_000 if len(words) > 11 else int(words)
    return Told(datetime.fromtimestamp(seconds, UTC))


def _in_zone(at: datetime, zone: str, words: str) -> Told:
    zone = zone.strip().strip("()")
    offset = _OFFSET.fullmatch(outside_words()["zones"].get(zone.upper(), zone))
    if offset:
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return Told(at.replace(tzinfo=timezone(-shift if offset[1] == "-" else shift)).astimezone(UTC))
    why = f"names the zone {zone!r}, which is not known" if zone else "names no zone"
    return Told(at.replace(tzinfo=UTC), f"{words!r} {why}: taken as UTC")


# --- Languages and addresses ------------------------------------------------------------------------------------------


def read_language(code: str) -> str:
    """The language of a code such as `fr-CA` or `uk_UA` (BCP 47, POSIX): its first part, or "" where it is none."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_\s,;]|$)", code)
    return found[1].lower() if found else ""
