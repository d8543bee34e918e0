"""Read a web page: an article's title, plain text, author, dates, address and language; bytes in, values out.

Pure, no network. The text is found by the library trafilatura in a page that was made small enough before: its work
grows faster than the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from lxml import etree
from trafilatura import bare_extraction, extract_metadata

from claims.reading.outside import (
    Unreadable,
    clean_line,
    drop_controls,
    outside_words,
    parse_page,
    read_characters,
    read_time,
    split_prolog,
    text_of,
)
from claims.reading.page_facts import Facts, read_facts

_MOST_TAGS = 300_000
MOST_ELEMENTS = 5_000
MOST_CHARACTERS = 1_000_000
"""So much of a page is looked at for its text, after what is no text has been left out."""
_MOST_CELLS = 1_000
_MOST_LINKS = 1_500
_MOST_METAS = 500
_LONGEST_ATTRIBUTE = 4_000
_MOST_NOTES = 20
# On a page of so many links a text whose own letters are less than this share of it is a list of what is elsewhere; a
# link of more letters than a headline's is prose.
_LIST_LINKS, _OWN_LETTERS, _HEADLINE = 10, 0.25, 150
# A text that stops at a paywall is not longer than this; one of more characters is a whole article.
_SHORT = 1_500
# So many characters in the part that is not free show that it is there all the same.
_THERE = 400
# What bars the way to a text is no longer than this.
_BOX = 500
# What a page says of its number of words counts from here, if it is this share of them, or less than that.
_COUNTED, _WHOLE, _PART = 100, 0.8, 0.4
# Where a short text stops, so many of its last characters tell why.
_LAST = 400


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
        there, marked = _is_there(root, facts), _is_marked(root)
        links = [clean_line("".join(link.itertext())) for link in islice(root.iter("a"), _MOST_LINKS)]
        _make_small(root, notes)
        text = _text(root, facts, links)
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
        state="empty" if not text else "stub" if _is_cut(text, facts, there=there, marked=marked) else "article",
        notes=tuple(dict.fromkeys(notes))[:_MOST_NOTES],
    )


def _parse(words: str) -> Any:
    if words.startswith("%PDF"):
        raise Unreadable("it is a PDF, not a web page")
    _, rest = split_prolog(words)
    outermost = re.match(r"<(?:[\w.-]{1,80}:)?([\w.-]{1,80})", rest)
    name = outermost[1].lower() if outermost else ""
    if name in ("rss", "feed", "rdf", "urlset", "sitemapindex"):
        raise Unreadable(f"it is no web page: its outermost element is {name!r}")
    if "<" not in words:
        raise Unreadable("it is no web page: there is no element in it")
    if (tags := words.count("<")) > _MOST_TAGS:
        raise Unreadable(f"it has {tags} tags; a page of at most {_MOST_TAGS} is read")
    return parse_page(words)


# --- Making it small --------------------------------------------------------------------------------------------------


def _make_small(root: Any, notes: list[str]) -> None:
    """Leave out what is no text; of what is still too much, first what is likely no prose, then the end.

    The library's time grows with the square of elements and links, of texts side by side, and of some attributes.
    """
    elements = outside_words()["elements"]
    etree.strip_elements(root, *elements["no_text"], with_tail=False)
    for meta in list(root.iter("meta"))[_MOST_METAS:]:
        meta.drop_tree()
    for element in root.iter():
        for name, value in element.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                del element.attrib[name]
        # A reference such as &#31; brings in what the library then breaks on.
        for words in ("text", "tail"):
            if (told := getattr(element, words)) and (kept := drop_controls(told)) != told:
                setattr(element, words, kept)
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
        etree.strip_tags(root, *elements["inline"])
        for element in root.iter():  # what stood on both sides of a tag becomes one text again
            element.text, element.tail = element.text, element.tail
    _cut(root, notes)


def _count(root: Any, *tags: str) -> int:
    return sum(1 for _ in root.iter(*tags))


def _cut(root: Any, notes: list[str]) -> None:
    """Leave out, in the order of the page, what comes after so many elements or so many characters."""
    read = 0
    for number, element in enumerate(root.iter(), 1):
        # A tail is counted a little early: before what stands within the element.
        read += len(element.text or "") + len(element.tail or "")
        if number < MOST_ELEMENTS and read < MOST_CHARACTERS:
            continue
        left = max(0, MOST_CHARACTERS - read + len(element.text or "") + len(element.tail or ""))
        rest = sum(len(above) - above.index(below) - 1 for below, above in _upwards(element)) + len(element)
        if rest or read > MOST_CHARACTERS:
            notes.append(f"it is too long: {MOST_ELEMENTS} elements or {MOST_CHARACTERS} characters were read")
        element.text, element.tail = (element.text or "")[:left], None
        del element[:]
        for below, above in _upwards(element):
            below.tail = None
            del above[above.index(below) + 1 :]
        return


def _upwards(element: Any) -> Iterator[tuple[Any, Any]]:
    """Each element with the one around it, from the inside out."""
    while (above := element.getparent()) is not None:
        yield element, above
        element = above


# --- Text -------------------------------------------------------------------------------------------------------------


def _text(root: Any, facts: Facts, links: list[str]) -> str:
    """The article's words; those the page's data carries, where there are more of them."""
    # Not `extract`: that would put the text into another Unicode normal form than it was written in.
    found = bare_extraction(root, include_comments=False, include_tables=True)
    body = getattr(found, "body", None)
    text = text_of(body) if body is not None else ""
    if len(facts.body) > 2 * len(text):
        return facts.body
    return "" if _is_list_of_links(links, text) else text


def _is_list_of_links(links: list[str], text: str) -> bool:
    """Whether nearly all letters of a text are those of links, as they follow each other on the page."""
    linked = at = 0
    for words in links:
        letters = _letters(words)
        found = text.find(words, at) if 0 < letters <= _HEADLINE else -1
        if found >= 0:
            linked, at = linked + letters, found + len(words)
    return len(links) >= _LIST_LINKS and linked > (1 - _OWN_LETTERS) * _letters(text)


def _letters(words: str) -> int:
    return sum(map(str.isalnum, words))


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


def _is_there(root: Any, facts: Facts) -> bool:
    """Whether the part that the page calls not free was sent all the same, to be hidden by the reader's browser."""
    for selector in facts.barred:
        simple = re.search(r"([.#])([\w-]{1,80})\s*$", selector)
        if not simple:
            continue
        path = (
            "//*[@id=$name]" if simple[1] == "#" else "//*[contains(concat(' ', @class, ' '), concat(' ', $name, ' '))]"
        )
        if any(len(text_of(part)) >= _THERE for part in root.xpath(path, name=simple[2])[:_MOST_NOTES]):
            return True
    return False


def _is_marked(root: Any) -> bool:
    """Whether a box on the page bears a name that makers of paywalls give to what stands before the text."""
    marks = outside_words()["paywall"]["marks"]
    for element in root.iter("div", "section", "aside", "article", "p", "form"):
        names = f"{element.get('class', '')} {element.get('id', '')}"[:_LONGEST_ATTRIBUTE].lower()
        # Where it holds a whole text, it is the frame of an article that is shown.
        if any(mark in names for mark in marks) and len(text_of(element)) <= _BOX:
            return True
    return False


def _is_cut(text: str, facts: Facts, *, there: bool, marked: bool) -> bool:
    """Whether the text is only the beginning of the article's: the page says so, or it is short and looks so."""
    words = len(text.split())
    if facts.free is False:
        whole = facts.length >= _COUNTED and words >= facts.length * _WHOLE
        told = len(facts.body) >= _SHORT and len(text) >= len(facts.body) * _WHOLE
        return not (there or whole or told)
    if len(text) >= _SHORT:
        return False
    last = text[-_LAST:].casefold()
    said = any(cue in last for cues in outside_words()["cut"].values() for cue in cues)
    return marked or said or (facts.length >= _COUNTED and words < facts.length * _PART)
