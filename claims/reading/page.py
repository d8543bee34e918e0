"""Read a web page: an article's title, plain text, author, dates, address and language; bytes in, values out.

Pure, no network. The text is found by the library trafilatura in a page that was made small enough before: its work
grows faster than the page.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree, html
from trafilatura import bare_extraction, extract_metadata

from claims.reading.outside import (
    Unreadable,
    clean_line,
    html_parser,
    outside_words,
    read_characters,
    read_time,
    text_of,
)
from claims.reading.page_facts import Facts, read_facts

_MOST_TAGS = 300_000
MOST_ELEMENTS = 15_000
"""So many elements of a page are looked at for its text, after what is no text has been left out."""
_MOST_CELLS = 2_000
_MOST_LINKS = 3_000
_MOST_NOTES = 20
# A text that stops at a paywall is not longer than this; one of more characters is a whole article.
_SHORT = 1_500
# So many characters in the part that is not free show that it is there all the same.
_THERE = 400
_ROOT = re.compile(r"\s*(?:<\?[^>]*>|<!--.*?-->|<!(?!--)[^>]*>|\s+)*<([\w.:-]{1,80})", re.S)


@dataclass(frozen=True, slots=True)
class Page:
    """An article as its page shows it. Times are in UTC or None; `text` is plain, a paragraph a line.

    `canonical_url` is the page's own word for its address, only within its site; `lang` a language code or "".
    `state` is "article", "stub" (a paywall: only the beginning is there) or "empty" (no text at all).
    """

    title: str
    text: str
    author: str
    published_at: datetime | None
    modified_at: datetime | None
    canonical_url: str
    lang: str
    state: str
    notes: tuple[str, ...] = ()


def read_page(body: bytes, *, url: str, content_type: str = "", now: datetime | None = None) -> Page:
    """Read a page as it was sent: `url` is where it lies, `content_type` the header's text.

    Dates more than a day after `now` are dropped, where it is given, and a note says so. Raises Unreadable where it is
    no page, empty, or too large.
    """
    characters = read_characters(body, content_type)
    notes = list(characters.notes)
    root = _parse(characters.words)
    try:
        facts = read_facts(root, url, now, notes)
        marked = _is_barred(root, facts)
        _make_small(root, notes)
        text = _text(root, facts)
        facts_left = _left(root, facts, url, now, notes)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # libraries that read broken pages break in ways of their own
        raise Unreadable(f"it cannot be read: {type(error).__name__}: {clean_line(str(error))[:200]}") from error
    title, author, published = facts_left
    text = _without_title(text, title)
    return Page(
        title=title,
        text=text,
        author=author,
        published_at=published,
        modified_at=facts.modified_at if published is None or (facts.modified_at or published) > published else None,
        canonical_url=facts.canonical_url,
        lang=facts.lang,
        state="empty" if not text else "stub" if _is_cut(text, facts, marked) else "article",
        notes=tuple(dict.fromkeys(notes))[:_MOST_NOTES],
    )


def _parse(words: str) -> Any:
    if words.startswith("%PDF"):
        raise Unreadable("it is a PDF, not a web page")
    begin = _ROOT.match(words[:20_000])
    name = begin[1].rpartition(":")[2].lower() if begin else ""
    if name in ("rss", "feed", "rdf", "channel", "urlset", "sitemapindex"):
        raise Unreadable(f"it is no web page: its outermost element is {name!r}")
    if "<" not in words:
        raise Unreadable("it is no web page: there is no element in it")
    if (tags := words.count("<")) > _MOST_TAGS:
        raise Unreadable(f"it has {tags} tags; a page of at most {_MOST_TAGS} is read")
    try:
        root = html.document_fromstring(words.encode("utf-8", "replace"), parser=html_parser())
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(f"it is no web page: {clean_line(str(error))[:200]}") from error
    return root


# --- Making it small --------------------------------------------------------------------------------------------------


def _make_small(root: Any, notes: list[str]) -> None:
    """Leave out what is no text; of what is still too much, first what is likely no prose, then the end."""
    etree.strip_elements(root, *outside_words()["elements"]["no_text"], with_tail=False)
    if _count(root) <= MOST_ELEMENTS and _count(root, "a") <= _MOST_LINKS:
        return
    tables = [table for table in root.iter("table") if _count(table, "td", "th") > _MOST_CELLS]
    for table in tables:
        if table.getparent() is not None:
            table.drop_tree()
    if tables:
        notes.append(f"{len(tables)} tables of more than {_MOST_CELLS} cells were left out")
    links = list(root.iter("a"))
    for link in links[_MOST_LINKS:]:
        link.drop_tree()
    if len(links) > _MOST_LINKS:
        notes.append(f"it has {len(links)} links; the first {_MOST_LINKS} were read")
    if _count(root) > MOST_ELEMENTS:
        etree.strip_tags(root, *outside_words()["elements"]["inline"])
    if (elements := _count(root)) > MOST_ELEMENTS:
        notes.append(f"it has {elements} elements; the first {MOST_ELEMENTS} were read")
        _cut(root)


def _count(root: Any, *tags: str) -> int:
    return sum(1 for _ in root.iter(*tags))


def _cut(root: Any) -> None:
    """Leave out everything after the first MOST_ELEMENTS elements, in the order of the page."""
    last = next(element for number, element in enumerate(root.iter(), 1) if number == MOST_ELEMENTS)
    for element in (last, *last.iterancestors()):
        element.tail = None
        parent = element.getparent()
        if parent is not None:
            del parent[parent.index(element) + 1 :]


# --- Text -------------------------------------------------------------------------------------------------------------


def _text(root: Any, facts: Facts) -> str:
    """The article's words; those the page's data carries, where there are more of them."""
    # Not `extract`: that would put the text into another Unicode normal form than it was written in.
    found = bare_extraction(root, include_comments=False, include_tables=True)
    body = getattr(found, "body", None)
    text = text_of(body) if body is not None else ""
    return facts.body if len(facts.body) > 2 * len(text) else text


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if title and clean_line(first).casefold() == title.casefold() else text


def _left(
    root: Any, facts: Facts, url: str, now: datetime | None, notes: list[str]
) -> tuple[str, str, datetime | None]:
    """Title, author and date of publication; what the page does not say of itself, the library may guess."""
    if facts.title and facts.published_at:
        return facts.title, facts.author, facts.published_at
    latest = now.date().isoformat() if now else "9999-12-31"
    dates = {"original_date": True, "extensive_search": False, "max_date": latest}
    guessed = extract_metadata(root, default_url=url, date_config=dates, extensive=False)
    published = facts.published_at
    if published is None and guessed.date:
        told = read_time(str(guessed.date), now)
        published = told.at
        notes.append(f"its date is a guess; {told.note}")
    return facts.title or clean_line(guessed.title or ""), facts.author or clean_line(guessed.author or ""), published


# --- Paywalls ---------------------------------------------------------------------------------------------------------


def _is_barred(root: Any, facts: Facts) -> bool:
    """Whether something on the page stands before the text: a part by a name that makers of paywalls give it."""
    marks = outside_words()["paywall"]["marks"]
    for element in root.iter("div", "section", "aside", "article", "p"):
        names = f"{element.get('class', '')} {element.get('id', '')}".lower()
        if any(mark in names for mark in marks):
            return True
    return False


def _is_cut(text: str, facts: Facts, marked: bool) -> bool:
    return facts.free is False or (marked and len(text) < _SHORT)
