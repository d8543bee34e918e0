"""A news site on this machine: feeds and pages that a test writes, edits, moves, breaks and takes away."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.loopback import Asked

SENTENCES = (
    "The council of the river towns met again in the old granary, and nobody left before midnight.",
    "Three clerks carried the ledgers up from the cellar, where the water had stood since Sunday.",
    "A carpenter who has mended the lock twice said that the beams would hold another winter.",
    "The ferry ran late because its rope had frozen, and the children walked to school along the dam.",
    "Prices at the market stayed where they were, though the onions were smaller than last year.",
    "Nobody was hurt when the second chimney came down, as the bakery had closed an hour earlier.",
    "The schoolmaster read the letter aloud, then folded it and put it back into his coat.",
    "By evening the wind had turned, and the boats that had waited at the bend could go on.",
)

# What a page says in its head of which only the beginning is public.
PAYWALL = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'


@dataclass
class Shelf:
    """What stands at an address: a body with its marks, or an error, or a way to elsewhere."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """A mark of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass
class Site:
    """Everything that stands on the site, by path, and what was asked for it: (path, status) in order."""

    shelves: dict[str, Shelf] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def act(self, asked: Asked) -> None:
        """Answer a request as the site stands now."""
        status, body, headers = self.answer(asked.path, asked.headers.get("If-None-Match", ""))
        asked.send(status, body, **{name.replace("-", "_"): text for name, text in headers.items()})

    def answer(self, path: str, etag: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of what stands at a path, for somebody who has what this mark is of."""
        shelf = self.shelves.get(path, Shelf(b"nothing here", status=404))
        status, body = shelf.status, shelf.body
        headers = {"Content-Type": shelf.content_type, **shelf.headers}
        if status == 200:
            headers["ETag"] = shelf.etag
            if etag == shelf.etag:
                status, body = 304, b""
        self.asked.append((path, status))
        return status, body, headers

    def put(self, path: str, body: str, content_type: str = "text/html; charset=utf-8") -> None:
        """Put a text at an address."""
        self.shelves[path] = Shelf(body.encode(), content_type)

    def put_feed(self, path: str, entries: Sequence[str], *, title: str = "The Post") -> None:
        """Put a feed of these entries at an address."""
        words = f'<rss version="2.0"><channel><title>{title}</title>{"".join(entries)}</channel></rss>'
        self.put(path, f'<?xml version="1.0" encoding="utf-8"?>{words}', "application/rss+xml")

    def fail(self, path: str, status: int, **headers: str) -> None:
        """Have an address answer with an error."""
        self.shelves[path] = Shelf(
            b"", status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )

    def count(self, path: str, status: int | None = None) -> int:
        """How often a path was asked for, and answered with this status."""
        return sum(asked == path and status in (None, answered) for asked, answered in self.asked)


def write_text(number: int, edition: int = 1) -> str:
    """The text of an article, a paragraph a line; another edition has another last paragraph."""
    first = number % len(SENTENCES)
    body = [*SENTENCES[first:], *SENTENCES[:first]]
    body[0] = f"Report number {number} from the river. {body[0]}"
    body[-1] = f"This is edition {edition} of report number {number}, as it was printed. {body[-1]}"
    return "\n".join(f"{body[n]} {body[n + 1]}" for n in range(0, len(body), 2))


def write_page(title: str, text: str, published_at: datetime, *, canonical: str = "", head: str = "") -> str:
    """A page as an outlet makes one: what it is stands in its head, its text among a menu and a foot."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    link = f'<link rel="canonical" href="{escape(canonical)}">' if canonical else ""
    return (
        f'<!doctype html><html lang="en"><head><title>{escape(title)}</title>'
        f'<meta property="article:published_time" content="{published_at.isoformat()}">{link}{head}</head><body>'
        f'<nav><a href="/">Front page</a></nav><article><h1>{escape(title)}</h1>{paragraphs}</article>'
        "<footer>All rights reserved.</footer></body></html>"
    )


def write_entry(title: str, link: str, published_at: datetime, *, teaser: str = "In short.", more: str = "") -> str:
    """One item of an RSS feed."""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{format_datetime(published_at)}</pubDate><description>{escape(teaser)}</description>{more}</item>"
    )
