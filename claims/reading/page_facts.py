"""What a page says of itself, in data rather than prose: title, author, dates, language, address, whether it is free.

First what it says in schema.org's words (JSON-LD), then in its meta elements and in attributes. Pure.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from tld import get_fld

from claims.reading.outside import Told, clean_line, outside_words, read_language, read_time, strip_markup

_MOST_SCRIPTS = 50
_MOST_NODES = 5_000
_MOST_NAMES = 20
_LONGEST_TITLE = 2_000
_LONGEST_DATA = 1_000_000
_LONGEST_URL = 4_000

# Types of schema.org that are one publication; every other type that ends so is a kind of one of them.
_PUBLICATIONS = ("Article", "Posting", "Report", "ClaimReview")
# What old browsers had to be kept from reading the data as text with.
_WRAPPERS = (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; "" and None where it says nothing.

    `free` is False where it says that one must pay or register, `barred` names the classes and ids of what is then
    kept back; `body` is the article's text, where the data carries it, and `length` the number of words it says it has.
    """

    title: str
    author: str
    published_at: datetime | None
    modified_at: datetime | None
    canonical_url: str
    lang: str
    free: bool | None
    barred: tuple[str, ...]
    body: str
    length: int


def read_facts(root: Any, url: str, now: datetime | None, notes: list[str]) -> Facts:
    """Read what a parsed page says of itself; what was assumed or left out is added to the notes."""
    nodes = list(_nodes(root, notes))
    named = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str)}
    article = _choose(nodes, url)
    around = [node for node in nodes if node is not article and "WebPage" in _types(node)]
    metas, names = _metas(root), outside_words()["meta"]
    canonical = _canonical(root, url, notes)
    published = _pick(
        [
            *(_said(article, "datePublished", "dateCreated", "uploadDate")),
            *(metas.get(name, "") for name in names["published"]),
            *_properties(root, "datePublished"),
            *(words for node in around for words in _said(node, "datePublished")),
            *_times(root),
        ],
        now,
        notes,
    )
    modified = _pick(
        [
            *_said(article, "dateModified"),
            *(metas.get(name, "") for name in names["modified"]),
            *_properties(root, "dateModified"),
        ],
        now,
        notes,
    )
    if published and modified and modified <= published:
        if modified < published:
            notes.append("it says that it was modified before it was published; that time was left out")
        modified = None
    free, barred = _bars(article, around)
    if free is None and (
        metas.get("isaccessibleforfree", "").lower() == "false" or metas.get("article:content_tier") == "locked"
    ):
        free = False
    length = _said(article, "wordCount")
    return Facts(
        title=_title(root, article, metas),
        author=_authors(article, named) or _meta_author(root, metas),
        published_at=published,
        modified_at=modified,
        canonical_url=canonical,
        lang=_language(root, article, metas),
        free=free,
        barred=barred,
        body=max((strip_markup(words) for words in _said(article, "articleBody")), key=len, default=""),
        length=int(length[0]) if length and length[0].isdecimal() and len(length[0]) < 7 else 0,
    )


# --- JSON-LD ----------------------------------------------------------------------------------------------------------


def _nodes(root: Any, notes: list[str]) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, outer ones first, in the order of the page."""
    seen = 0
    scripts = [
        script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower() and script.text
    ]
    for script in scripts[:_MOST_SCRIPTS]:
        words = script.text[:_LONGEST_DATA].strip()
        for begin, end in _WRAPPERS:
            words = words.removeprefix(begin).removesuffix(end).strip().removesuffix(";")
        try:
            told = json.loads(words, strict=False)
        except (ValueError, RecursionError):
            notes.append("some of its JSON-LD is no JSON")
            continue
        waiting = [told]
        while waiting and seen < _MOST_NODES:
            node = waiting.pop(0)
            seen += 1
            if isinstance(node, dict):
                yield node
                waiting.extend(value for value in node.values() if isinstance(value, dict | list))
            elif isinstance(node, list):
                waiting.extend(value for value in node if isinstance(value, dict | list))


def _types(node: dict[str, Any]) -> list[str]:
    told = node.get("@type")
    types = told if isinstance(told, list) else [told]
    return [re.split("[/#:]", name)[-1] for name in types if isinstance(name, str)]


def _choose(nodes: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """The object that is this page's article: the one that names its address, else the first; {} if none."""
    articles = [node for node in nodes if any(kind.endswith(_PUBLICATIONS) for kind in _types(node))]
    for node in articles:
        main = node.get("mainEntityOfPage")
        named = [node.get("url"), node.get("@id"), main, main.get("@id") if isinstance(main, dict) else None]
        if any(isinstance(address, str) and _same_page(urljoin(url, address), url) for address in named):
            return node
    return articles[0] if articles else {}


def _same_page(one: str, other: str) -> bool:
    first, second = (re.sub(r"^https?://(?:www\.)?|[#?].*$|/$", "", address) for address in (one, other))
    return first == second


def _said(node: dict[str, Any], *keys: str) -> list[str]:
    """The words or numbers under the first of these keys that has any."""
    for key in keys:
        told = node.get(key)
        values = told if isinstance(told, list) else [told]
        words = [str(value) for value in values if isinstance(value, str | int | float) and str(value).strip()]
        if words:
            return words[:_MOST_NAMES]
    return []


def _authors(article: dict[str, Any], named: dict[str, dict[str, Any]]) -> str:
    told = article.get("author") or article.get("creator")
    names = []
    for author in (told if isinstance(told, list) else [told])[:_MOST_NAMES]:
        if isinstance(author, dict) and "name" not in author:
            author = named.get(str(author.get("@id")), author)
        names.extend([author] if isinstance(author, str) else _said(author, "name") if isinstance(author, dict) else [])
    return _join(names)


def _join(names: Iterable[str]) -> str:
    """The names one after another, each once; addresses are no names."""
    plain = (clean_line(strip_markup(name))[:200] for name in names)
    return ", ".join(
        dict.fromkeys(name for name in plain if name and not name.startswith(("http://", "https://", "@")))
    )


def _bars(article: dict[str, Any], around: list[dict[str, Any]]) -> tuple[bool | None, tuple[str, ...]]:
    """Whether all of it is free to read, and by which class or id the part is known that is not."""
    free: bool | None = None
    barred: list[str] = []
    for node in (article, *around):
        told = node.get("isAccessibleForFree")
        if told is not None and free is None:
            free = str(told).rsplit("/", 1)[-1].strip().lower() not in ("false", "no", "0")
        parts = node.get("hasPart")
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, dict) and str(part.get("isAccessibleForFree")).lower().endswith("false"):
                free = False
                barred.extend(_said(part, "cssSelector"))
    return free, tuple(barred[:_MOST_NAMES])


# --- Meta elements, attributes ----------------------------------------------------------------------------------------


def _metas(root: Any) -> dict[str, str]:
    """What the meta elements say, by their name in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        content = clean_line((meta.get("content") or "")[:_LONGEST_URL])
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _properties(root: Any, name: str) -> list[str]:
    """What elements of microdata say under a property."""
    found = root.xpath(f"//*[@itemprop='{name}']")[:_MOST_NAMES]
    return [
        words
        for element in found
        if (words := element.get("content") or element.get("datetime") or clean_line(element.text or "")[:100])
    ]


def _times(root: Any) -> list[str]:
    """What the article's own <time> elements say; elsewhere a time may be any other article's."""
    inside = root.xpath("//article//time[@datetime] | //main//time[@datetime]")
    anywhere = inside or root.xpath("//time[@datetime]")
    marked = [time for time in anywhere if time.get("pubdate") is not None]
    if not marked and not inside and len(anywhere) > 1:
        return []
    return [(marked or anywhere)[0].get("datetime")] if anywhere else []


def _pick(told: Iterable[str], now: datetime | None, notes: list[str]) -> datetime | None:
    """The first date told; its hour and zone from a later one of the same day, where the first does not tell them."""
    first: Told | None = None
    for words in told:
        if not words:
            continue
        found = read_time(words, now)
        if found.at is None:
            if first is None and found.note:
                notes.append(found.note)
        elif first is None:
            first = found
            if first.plain:
                break
        elif found.plain and first.at is not None and abs((found.at - first.at).total_seconds()) <= 86_400:
            return found.at
    if first is None:
        return None
    if first.note:
        notes.append(first.note)
    return first.at


def _title(root: Any, article: dict[str, Any], metas: dict[str, str]) -> str:
    told = [
        *_said(article, "headline", "name"),
        *(metas[name] for name in outside_words()["meta"]["title"] if name in metas),
    ]
    titles = [line for words in told if (line := clean_line(strip_markup(words)))]
    headings = [line for heading in root.iter("h1") if (line := clean_line(heading.text_content()[:_LONGEST_TITLE]))]
    element = root.find(".//head/title")
    titles += headings[:1] if len(headings) == 1 else []
    titles += [clean_line(element.text_content())] if element is not None else []
    title = next(filter(None, titles), "")[:_LONGEST_TITLE]
    begun = title.rstrip(".… ")
    if begun != title:  # search engines cut what is longer than they show, and sites cut it for them
        title = next((line for line in headings if line.startswith(begun)), title)
    return title


def _meta_author(root: Any, metas: dict[str, str]) -> str:
    told = [metas[name] for name in outside_words()["meta"]["author"] if name in metas]
    if not _join(told[:1]):
        told += [element.text_content()[:200] for element in root.xpath("//*[@rel='author']")[:_MOST_NAMES]]
    return next(filter(None, (_join([name]) for name in told)), "")


def _language(root: Any, article: dict[str, Any], metas: dict[str, str]) -> str:
    top = root.getroottree().getroot()
    told = [
        top.get("lang") or top.get("{http://www.w3.org/XML/1998/namespace}lang") or top.get("xml:lang") or "",
        metas.get("og:locale", ""),
        metas.get("content-language", ""),
        *_said(article, "inLanguage"),
    ]
    return next(filter(None, map(read_language, told)), "")


# --- Addresses --------------------------------------------------------------------------------------------------------


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one host, or hosts under one domain that somebody registered.

    What can be registered says the Public Suffix List (https://publicsuffix.org), with its private part: two users of
    one hosting service are two sites. Raises ValueError where one is no address.
    """
    domains = [_domain(address) for address in (one, other)]
    return bool(domains[0]) and domains[0] == domains[1]


def _domain(address: str) -> str:
    host = urlsplit(address).hostname or ""
    listed = get_fld(address, fail_silently=True, search_private=True)
    labels = host.split(".")
    # Under a suffix the list does not have, one label more is registered, says its algorithm; an IP address has none.
    return listed or (host if labels[-1].isdecimal() or ":" in host else ".".join(labels[-2:]))


def _canonical(root: Any, url: str, notes: list[str]) -> str:
    """The address the page wants to be known by, within its site; "" where it names none, several or another's."""
    base = root.find(".//head/base[@href]")
    links = [link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    named = []
    for href in links[:_MOST_NAMES]:
        try:
            whole = urljoin(urljoin(url, base.get("href") if base is not None else ""), (href or "").strip())
            parts = urlsplit(whole)
            if href and parts.scheme in ("http", "https") and parts.hostname and not parts.username:
                named.append((parts._replace(fragment="").geturl(), same_site(whole, url), parts.path.strip("/")))
        except ValueError:
            continue
    if len({address for address, _, _ in named}) > 1:
        notes.append("it names several canonical addresses; none was taken")
        return ""
    if not named or len(named[0][0]) > _LONGEST_URL:
        return ""
    address, within, path = named[0]
    if not within:
        notes.append(f"its canonical address {address[:200]} is another site's and was not taken")
        return ""
    if not path and urlsplit(url).path.strip("/"):
        notes.append("its canonical address is the site's front page and was not taken")
        return ""
    return str(address)
