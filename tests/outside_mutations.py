"""Damages feeds and pages, and makes hostile ones; run as a program, it reads them in 512 MB and says how it went.

`python -m tests.outside_mutations feeds|pages|hostile COUNT` prints JSON. Nothing here depends on set order or hashes.
"""

import hashlib
import json
import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from claims.reading.feed import FeedRead, read_feed
from claims.reading.outside import MOST_BYTES, Unreadable
from claims.reading.page import Page, read_page
from tests import test_feed, test_page

MEMORY = 512 * 2**20
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
URL = "https://www.river.example/news/x"
SEED = 20251203

TOKENS = [
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\\ud800",
        b'"',
        b"'",
        b"{",
        b"}",
    ),
    *(
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<?",
        b"?>",
        b"</",
        b"/>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    ),
    *(b"&#0;", b"&#31;", b"&#x110000;", b"&#55296;", b"&#99999999999;", b"&nbsp;", b"&x;", b'xml:base="http://["'),
    *(b' encoding="utf-7"', b' encoding="utf-16"', b' encoding="idna"', b' charset="rot13"', b' charset="cp1251"'),
    *(b"<item>", b"</item>", b"<entry>", b"<html>", b"</title>", b"<script>", b"<table><tr><td>", b"<link/>", b"<svg>"),
    *(b"9" * 5_000, b"-" * 100, b"\n" * 500, b"[" * 2_000, b"<div>" * 300),
]
TIMES = [
    *(b"99999-99-99T99:99:99Z", b"0000-00-00", b"-9999-01-01", b"1e999", b"9" * 40, b"253402300800", b"1/1/1"),
    *(b"2025-12-01T20:48:00+99:99", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00"),
    *(b"Mon, 00 Zzz 0000 00:00:00 +2500", b"Mon, 31 Feb 2025 24:60:61 GMT", b"Mon, 01 Dec 2025 20:48:00 +999999999999"),
    *(b"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa5-12-01", b"2025-12-01T20:48:00." + b"1" * 400),
]
CODECS = ("utf-16", "utf-16-be", "utf-32", "cp1251", "koi8-u", "cp037", "utf-7", "cp1252")


def samples(kind: str) -> list[bytes]:
    if kind == "feeds":
        stories = test_feed.STORIES.items()
        made = [make(title, html, lang) for make in test_feed.KINDS.values() for lang, (title, html, _) in stories]
        made.append(test_feed.rss(*(f"<item><guid>{n}</guid><title>T{n}</title></item>" for n in range(30))))
        return [words.encode() for words in made]
    heads = [*test_page.WRAPPED.values(), *(head for head, *_ in test_page.DATES)]
    made = [test_page.page(lang, head) for lang in test_page.STORIES for head in heads]
    return [words.encode() for words in (*made, *(words for words, _ in test_page.STATES))]


def damage(chance: random.Random, body: bytes, other: bytes) -> bytes:
    """One document with one to six things done to it."""
    made = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        to = min(len(made), at + chance.choice((1, 5, 40, 400)))
        match chance.randrange(10):
            case 0:
                for _ in range(chance.randint(1, 30)):
                    made[chance.randrange(len(made))] = chance.randrange(256)
            case 1:
                del made[at:]
            case 2:
                del made[at:to]
            case 3:
                made[at:at] = made[at:to] * chance.randint(1, 60)
            case 4 | 5:
                made[at:at] = chance.choice(TOKENS)
            case 6:
                digits = [n for n in range(len(made) - 4) if made[n : n + 4] == b"2025"]
                if digits:
                    start = chance.choice(digits)
                    made[start : start + chance.choice((4, 10, 25))] = chance.choice(TIMES)
            case 7:
                made[at:] = other[chance.randrange(len(other)) :]
            case 8:
                made[:] = bytes(made).decode("utf-8", "replace").encode(chance.choice(CODECS), "replace")
            case _:
                made[at:at] = chance.randbytes(chance.randint(1, 200))
        if not made:
            made[:] = b"<"
    return bytes(made[:MOST_BYTES])


def mutated(kind: str, count: int) -> Iterator[tuple[str, bytes]]:
    chance, whole = random.Random(f"{SEED} {kind}"), samples(kind)
    for number in range(count):
        body = damage(chance, whole[number % len(whole)], chance.choice(whole))
        yield f"{kind} {number}", body


def fill(words: str, size: int = MOST_BYTES - 3_000) -> str:
    return words * (size // len(words.encode()))


def hostile() -> Iterator[tuple[str, bytes]]:
    """What takes a parser, or a library on top of one, the square of its size or much of memory."""
    yield from ((f"feed: {name}", body.encode()) for name, body in _hostile_feeds())
    yield from ((f"page: {name}", body.encode()) for name, body in _hostile_pages())
    yield "feed: bytes", b"<rss version='2.0'>" + random.Random(SEED).randbytes(MOST_BYTES - 30)
    yield "page: bytes", b"<html><p>" + random.Random(SEED).randbytes(MOST_BYTES - 30)
    yield "page: NULs", b"<html><p>" + b"\0" * (MOST_BYTES - 30)


def _hostile_feeds() -> Iterator[tuple[str, str]]:
    def item(inside: str) -> str:
        return test_feed.rss(f"<item>{inside}</item>")

    def described(html: str) -> str:
        return item(f"<description><![CDATA[{html}]]></description>")

    yield "comments begun in HTML", described("<!--" * 60_000)
    yield "escaped comments", item(f"<description>{'&lt;!--' * 60_000}</description>")
    yield "comments begun", test_feed.rss("<!--" * 60_000)
    yield "50,000 links", described('<a href="/x">y</a>' * 50_000)
    yield "a table of 300 x 300", described("<table>" + ("<tr>" + "<td>x</td>" * 300) * 300 + "</table>")
    yield "HTML 20,000 deep", described("<div>" * 20_000)
    yield "XML 20,000 deep", item("<x>" * 20_000 + "</x>" * 20_000)
    yield "XHTML open 20,000 times", test_feed.atom("<entry><content type='xhtml'>" + "<div>" * 20_000)
    yield "one line", item(f"<title>{fill('word ')}</title>")
    yield "one word", item(f"<author>{fill('a.')}</author>")
    yield "a tag of 4 MB", item(f"<title{fill(' ', 4_000_000)}")
    yield "a tag of 4 MB of attributes", item(f"<title {fill('a=b ', 4_000_000)}")
    many = " ".join(f"a{n}='1'" for n in range(300_000))
    yield "300,000 attributes", item(f"<x {many}/>")
    yield "300,000 attributes in HTML", described(f"<p {many}>x</p>")
    yield "40,000 items", test_feed.rss(*(f"<item><guid>{n}</guid><title>x</title></item>" for n in range(40_000)))
    yield "items begun", test_feed.rss(fill("<item>"))
    yield "items in items", test_feed.rss("<item><title>x</title>" * 20_000 + "</item>" * 20_000)
    yield "45,000 categories", item("".join(f"<category>{n}</category>" for n in range(45_000)))
    yield "45,000 contents", test_feed.atom("<entry>" + "<content type='html'>&lt;p>x</content>" * 45_000 + "</entry>")
    spaces = " ".join(f'xmlns:a{n}="h:{n}"' for n in range(5_000))
    yield "5,000 namespaces", test_feed.atom("<a4999:x/>" * 40_000, more=spaces)
    base = 'xmlns="http://www.w3.org/2005/Atom" xml:base="http://h/' + "a/" * 500_000 + '"'
    yield "a base of 1 MB", test_feed.atom("<entry><link href='b'/></entry>" * 490, more=base)
    yield "bases in bases", test_feed.atom("<x xml:base='a/'>" * 40_000)
    yield "ampersands", item(f"<title>{fill('&', 900_000)}</title>")
    yield "unknown entities", item(f"<title>{fill('&x;', 2_700_000)}</title>")
    yield "declared entities", "<!DOCTYPE rss [" + '<!ENTITY a "b">' * 90_000 + "]>" + test_feed.rss()
    yield (
        "short entities",
        "<!DOCTYPE rss [<!ENTITY ab 'я123456789я123456789'>]>" + item(f"<title>{'&ab;' * 990_000}</title>"),
    )
    yield "document types begun", "<!DOCTYPE " * 90_000
    yield "blank lines", "<?xml version='1.0'?>" + "\n" * 4_000_000 + test_feed.rss()[21:]
    yield "deep JSON", '{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 2_000_000
    yield "many in JSON", '{"version":"https://jsonfeed.org/version/1.1","items":[' + "{}," * 1_700_000 + "{}]}"
    yield "a number in JSON", '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":' + "9" * 3_000_000 + "}]}"
    deleted = '<d:deleted-entry ref="x" when="2025-01-01T00:00:00Z"/>' * 90_000
    yield "90,000 deleted", test_feed.atom(deleted, more='xmlns:d="http://purl.org/atompub/tombstones/1.0"')


def _hostile_pages() -> Iterator[tuple[str, str]]:
    def body(inside: str, head: str = "") -> str:
        return test_page.page(head=head, body=test_page.SHORT + inside)

    def told(words: str) -> str:
        return body("", f'<script type="application/ld+json">{words}</script>')

    yield "comments begun", body("<!--" * 60_000)
    yield "50,000 links", body('<a href="/x">some words</a> ' * 50_000)
    yield "50,000 links in paragraphs", body('<p><a href="/x">some words</a></p>' * 50_000)
    yield "50,000 links in lists", body("<ul>" + '<li><a href="/x">some words</a></li>' * 50_000 + "</ul>")
    yield "a table of 300 x 300", body("<table>" + ("<tr>" + "<td>some words</td>" * 300) * 300 + "</table>")
    yield "30 tables of 30 x 30", body(("<table>" + ("<tr>" + "<td>words</td>" * 30) * 30 + "</table>") * 30)
    yield "tables in tables", body("<table><tr><td>x</td><td>" * 80 + "<p>x</p>" * 10_000)
    yield "20,000 deep", body("<div>" * 20_000 + "x")
    yield "240 deep and wide", body("<div>" * 240 + "<p>word <a href=/x>word</a></p>" * 5_000)
    yield "links at every depth", body("<div><a href=/x>words</a>" * 240 + "<p>word <a href=/x>word</a></p>" * 2_700)
    yield "lists in lists", body("<ul><li>x" * 120 + "<p>x</p>" * 10_000)
    yield "290,000 paragraphs", body("<p>x" * 290_000)
    yield "290,000 breaks", body("x<br>" * 290_000)
    yield "14,000 spans", body("<p>" + "<span>word</span> " * 14_000)
    yield "5,000 spans", body("<p>" + "<span>word</span> " * 4_900)
    yield "bold 20,000 deep", body("<b>" * 20_000)
    yield "one line", body("<p>" + fill("word "))
    yield "one word", body("<p>" + fill("a"))
    yield "dots", body("<p>" + fill(". "))
    yield "blanks", body("<p>x" + fill(" ") + "x")
    yield "dates", body("<p>" + fill("Dec 1, 2025; 01/12/2025 2025-12-01 "))
    yield "references begun", body("<p>" + fill("&#"))
    yield "a class of 5 MB", body(f"<p class='{fill('a ')}'>x</p>")
    yield "60,000 attributes", body(f"<p {' '.join(f'a{n}=1' for n in range(60_000))}>x</p>")
    yield "an author of 5 MB", body("", f"<meta name=author content='{fill('a, ')}'>")
    yield "100,000 canonical links", body("", "<link rel=canonical href=/x>" * 100_000)
    yield "scripts begun", body("<script>" * 50_000)
    yield "deep data", told("[" * 500_000)
    yield "data 900 deep", told('{"a":' * 900 + "1" + "}" * 900)
    yield "26,000 articles in data", told("[" + ",".join('{"@type":"NewsArticle"}' for _ in range(26_000)) + "]")
    yield "blanks in data", told('{"@type":' + " " * 900_000 + "x")
    yield "a text of tags in data", told('{"@type":"NewsArticle","articleBody":"' + "<p>x</p>" * 100_000 + '"}')


def check(read: FeedRead | Page) -> None:
    """What holds of all that is read: plain words, times in UTC, addresses of the Web."""
    for found in read.items if isinstance(read, FeedRead) else (read,):
        for words in (found.title, found.text, found.author):
            assert not CONTROLS.search(words)
        for at in (found.published_at, found.modified_at):
            assert at is None or (at.utcoffset() is not None and at.year >= 1991)
        url = found.canonical_url if isinstance(found, Page) else found.url
        assert url == "" or url.startswith(("http://", "https://"))
        repr(found).encode("utf-8")


def forbid(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system"):
        raise AssertionError(f"{event} {arguments}")


def main(kind: str, count: int) -> None:
    sys.addaudithook(forbid)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    read = refused = 0
    slowest: tuple[float, str] = (0.0, "")
    digest = hashlib.sha256()
    for name, body in hostile() if kind == "hostile" else mutated(kind, count):
        assert len(body) <= MOST_BYTES, name
        began = time.process_time()
        try:
            reader = read_feed if name.startswith("feed") else read_page
            found = reader(body, url=URL)
            check(found)
            digest.update(repr(found).encode())
            read += 1
        except Unreadable as why:
            assert "\n" not in str(why) and len(str(why)) < 500, name
            digest.update(str(why).encode())
            refused += 1
        except BaseException:
            print(name, body[:300], file=sys.stderr)
            raise
        slowest = max(slowest, (time.process_time() - began, name))
    # Not ru_maxrss, which a process takes over from the larger one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    said = {"read": read, "refused": refused, "slowest": slowest, "peak_mb": peak, "digest": digest.hexdigest()}
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
