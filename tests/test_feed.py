"""Feeds of every kind are read from their bytes: the same items whatever the format, a clear word where it is none."""

import json
from datetime import UTC, datetime

import pytest

from claims.reading.feed import MOST_ITEMS, FeedRead, Item, read_feed
from claims.reading.outside import MOST_BYTES, Unreadable

URL = "https://www.river.example/news/feed"
NOW = datetime(2025, 12, 24, tzinfo=UTC)
FIRST = datetime(2025, 12, 1, 20, 48, tzinfo=UTC)
LATER = datetime(2025, 12, 2, 6, 5, tzinfo=UTC)

# Title, text as HTML, text as it must come out, per language; all written by us.
STORIES = {
    "en": (
        "The bridge & the mayor",
        "<p>It is closed.</p><p>Until spring, she said.</p>",
        "It is closed.\nUntil spring, she said.",
    ),
    "fr": (
        "Le pont est fermé",
        "<p>Il est fermé.</p><ul><li>Jusqu’au printemps</li><li>« Dit-elle »</li></ul>",
        "Il est fermé.\nJusqu’au printemps\n« Dit-elle »",
    ),
    "uk": (
        "Міст під’їзду зачинено",
        "<div>Зачинено.<br>До весни, каже вона.</div>",
        "Зачинено.\nДо весни, каже вона.",
    ),
    "ru": (
        "Мост закрыт",
        "<h2>Закрыт</h2><table><tr><td>До</td><td>весны</td></tr></table>",
        "Закрыт\nДо весны",
    ),
}


def escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rss(*items: str, version: str = "2.0", head: str = "") -> str:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    inside = f"<title>River</title><link>https://www.river.example/</link>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="{version}" {spaces}><channel>{inside}</channel></rss>'


def atom(*entries: str, more: str = 'xmlns="http://www.w3.org/2005/Atom"') -> str:
    return f'<?xml version="1.0"?><feed {more}><title>River</title>{"".join(entries)}</feed>'


def rss_20(title: str, html: str, lang: str) -> str:
    return rss(
        f"<item><title>{escape(title)}</title><link>/a/1</link><guid isPermaLink='false'>tag:1</guid>"
        f"<pubDate>Mon, 01 Dec 2025 22:48:00 +0200</pubDate><dc:creator>Ann Bee</dc:creator>"
        f"<description>Short.</description><content:encoded><![CDATA[{html}]]></content:encoded></item>",
        head=f"<language>{lang}-XX</language>",
    )


def rss_092(title: str, html: str, lang: str) -> str:
    return rss(
        f"<item><title>{escape(title)}</title><link>https://www.river.example/a/1</link><guid>tag:1</guid>"
        f"<pubDate>Mon, 1 Dec 2025 22:48 EET</pubDate><author>ann@river.example (Ann Bee)</author>"
        f"<description>{escape(html)}</description></item>",
        version="0.92",
        head=f"<language>{lang}</language>",
    )


def rdf(title: str, html: str, lang: str) -> str:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>River</title>'
        f"<dc:language>{lang}</dc:language></channel>"
        f'<item rdf:about="tag:1"><title>{escape(title)}</title><link>https://www.river.example/a/1</link>'
        f"<description>{escape(html)}</description><dc:date>2025-12-01T22:48:00+02:00</dc:date>"
        "<dc:creator>Ann Bee</dc:creator></item></rdf:RDF>"
    )


def atom_10(title: str, html: str, lang: str) -> str:
    return atom(
        f"<entry><id>tag:1</id><title>{escape(title)}</title><link rel='alternate' href='../a/1'/>"
        "<author><name>Ann Bee</name></author><published>2025-12-01T20:48:00Z</published>"
        f"<updated>2025-12-01T20:48:00Z</updated><content type='html'>{escape(html)}</content></entry>",
        more=f'xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}" xml:base="https://www.river.example/x/"',
    )


def atom_xhtml(title: str, html: str, lang: str) -> str:
    inside = html.replace("<br>", "<br/>")
    return atom(
        f"<entry xml:base='/x/y'><id>tag:1</id><title type='html'>{escape(escape(title))}</title><link href='/a/1'/>"
        "<author><name>Ann Bee</name></author><published>2025-12-01T20:48:00.000+00:00</published>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{inside}</div></content></entry>",
        more=f'xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}"',
    )


def atom_03(title: str, html: str, lang: str) -> str:
    return atom(
        f"<entry><id>tag:1</id><title>{escape(title)}</title>"
        "<link rel='alternate' type='text/html' href='https://www.river.example/a/1'/>"
        "<author><name>Ann Bee</name></author><issued>2025-12-01T22:48:00+02:00</issued>"
        f"<content type='text/html' mode='escaped'>{escape(html)}</content></entry>",
        more=f'version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{lang}"',
    )


def json_11(title: str, html: str, lang: str) -> str:
    item = {"id": "tag:1", "url": "/a/1", "title": title, "content_html": html, "authors": [{"name": "Ann Bee"}]}
    item |= {"date_published": "2025-12-01T22:48:00+02:00", "date_modified": "2025-12-01T22:48:00+02:00"}
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "River", "language": lang, "items": [item]}, ensure_ascii=False)


def json_1(title: str, html: str, lang: str) -> str:
    item = {
        "id": "tag:1",
        "url": "https://www.river.example/a/1",
        "title": title,
        "content_html": html,
        "language": lang,
    }
    item |= {"date_published": "2025-12-01T20:48:00Z", "author": {"name": "Ann Bee"}}
    return json.dumps({"version": "https://jsonfeed.org/version/1", "title": "River", "items": [item]})


KINDS = {
    "rss20": rss_20,
    "rss092": rss_092,
    "rss10": rdf,
    "atom10": atom_10,
    "atom10 ": atom_xhtml,
    "atom03": atom_03,
    "json1.1": json_11,
    "json1": json_1,
}


@pytest.mark.parametrize("lang", STORIES)
@pytest.mark.parametrize("kind", KINDS)
def test_same_item_comes_out_of_every_format(kind: str, lang: str) -> None:
    title, html, text = STORIES[lang]
    found = read_feed(KINDS[kind](title, html, lang).encode(), url=URL, now=NOW)
    item = Item("tag:1", "https://www.river.example/a/1", title, text, "Ann Bee", FIRST, None, lang)
    assert found == FeedRead("River", kind.strip(), (item,))


@pytest.mark.parametrize("lang", ["uk", "ru"])
@pytest.mark.parametrize(
    ("charset", "header", "declared"),
    [
        ("windows-1251", "application/rss+xml; charset=windows-1251", ""),
        ("windows-1251", "text/xml", "windows-1251"),
        ("windows-1251", "text/xml; charset=ISO-8859-1", "windows-1251"),
        ("utf-8", "text/xml; charset=windows-1251", "windows-1251"),
        ("utf-8-sig", "text/xml; charset=us-ascii", "koi8-u"),
        ("utf-16", "", "utf-8"),
        ("utf-16-le", "", "utf-16"),
        ("koi8-u", "application/xml", "koi8-u"),
        ("windows-1251", "application/xml; charset=utf-8", "utf-8"),
    ],
)
def test_letters_are_read_by_what_they_are_before_what_they_are_said_to_be(
    lang: str, charset: str, header: str, declared: str
) -> None:
    title, html, text = STORIES[lang]
    title, html, text = (words.replace("’", "'") for words in (title, html, text))
    # Enough letters for a guess, where nothing true is said.
    words = rss_20(title, f"{html}<p>{title * 8}</p>", lang)
    words = words.replace(
        'version="1.0"?>', f'version="1.0" encoding="{declared}"?>' if declared else 'version="1.0"?>', 1
    )
    (item,) = read_feed(words.encode(charset), url=URL, content_type=header).items
    assert (item.title, item.text) == (title, f"{text}\n{title * 8}")


DATES = [
    ("Mon, 01 Dec 2025 22:48:00 +0200", FIRST, ""),
    ("Mon, 01 Dec 2025 22:48:00 EET", FIRST, ""),
    ("Mon, 01 Dec 2025 23:48:00 MSK", FIRST, ""),
    ("Mon, 01 Dec 2025 21:48:00 CET", FIRST, ""),
    ("Mon, 01 Dec 2025 15:48:00 EST", FIRST, ""),
    ("Mon, 01 Dec 2025 20:48:00 GMT", FIRST, ""),
    ("Mon, 01 Dec 2025 22:48:00 GMT+02:00", FIRST, ""),
    ("01 Dec 2025 20:48 UT", FIRST, ""),
    ("2025-12-01T22:48:00+02:00", FIRST, ""),
    ("2025-12-01 22:48:00 +0200", FIRST, ""),
    ("20251201T204800Z", FIRST, ""),
    ("2025-12-01T20:48:00,000Z", FIRST, ""),
    ("1764622080", FIRST, ""),
    ("1764622080000", FIRST, ""),
    ("Mon Dec  1 20:48:00 2025", FIRST, "names no zone"),
    ("2025-12-01T20:48:00", FIRST, "names no zone"),
    ("Mon, 01 Dec 2025 20:48:00 QQT", FIRST, "names the zone 'QQT', which is not known"),
    ("2025-12-01", datetime(2025, 12, 1, tzinfo=UTC), "names no hour"),
    ("01 Dec 2025", datetime(2025, 12, 1, tzinfo=UTC), "names no hour"),
    ("Δευ, 01 Δεκ 2025 20:48:00 GMT", FIRST, "is of a rare form"),
    ("Thu, 01 Jan 1970 00:00:00 GMT", None, "before the Web"),
    ("0001-01-01T00:00:00Z", None, "before the Web"),
    ("Mon, 01 Dec 2031 20:48:00 GMT", None, "in the future"),
    ("9999-12-31T23:59:59-14:00", None, ""),
    ("32 Dec 2025 25:61:00 +9999", None, ""),
    ("yesterday", None, "no date"),
]


@pytest.mark.parametrize(("told", "at", "note"), DATES)
def test_date_is_a_moment_or_a_note_says_why_not(told: str, at: datetime | None, note: str) -> None:
    """Zones by name are data; what lies before the Web or ahead of now is no publication."""
    found = read_feed(rss(f"<item><guid>1</guid><pubDate>{told}</pubDate></item>").encode(), url=URL, now=NOW)
    assert found.items[0].published_at == at
    assert note in " ".join(found.notes)
    assert bool(found.notes) == bool(note or at is None)


def test_edit_is_later_than_publication_and_else_is_none() -> None:
    def entry(name: str, published: str, updated: str) -> str:
        first = f"<published>{published}</published>" if published else ""
        return f"<entry><id>{name}</id>{first}<updated>{updated}</updated></entry>"

    early, late = "2025-12-01T20:48:00Z", "2025-12-02T06:05:00Z"
    found = read_feed(atom(entry("a", early, late), entry("b", late, early), entry("c", "", late)).encode(), url=URL)
    assert [(item.published_at, item.modified_at) for item in found.items] == [
        (FIRST, LATER),
        (LATER, None),
        (LATER, None),
    ]


ADDRESSES = [
    ("<link>/a/2?x=1&amp;y=2</link>", "", "https://www.river.example/a/2?x=1&y=2"),
    ("<link>\n https://www.river.example/a b \n</link>", "", "https://www.river.example/ab"),
    ("<guid>https://www.river.example/a/3</guid>", "https://www.river.example/a/3", "https://www.river.example/a/3"),
    ("<guid isPermaLink='false'>https://www.river.example/a/3</guid>", "https://www.river.example/a/3", ""),
    ("<guid isPermaLink='false'>77</guid><link/>", "77", ""),
    # It is taken for an address unless it says otherwise; but only what is one in full can be.
    ("<guid>d1</guid>", "d1", ""),
    ("<guid isPermaLink='true'>/a/3?x=1</guid>", "/a/3?x=1", ""),
    ("<guid>www.river.example/a/3</guid>", "www.river.example/a/3", ""),
    ("<guid>https:d1</guid>", "https:d1", ""),
    ("<guid>urn:uuid:1</guid>", "urn:uuid:1", ""),
    ("<guid>d1</guid><link>/a/3</link>", "d1", "https://www.river.example/a/3"),
    ("<link>/a/3</link><guid>d1</guid>", "d1", "https://www.river.example/a/3"),
    ("<link>javascript:alert(1)</link><guid isPermaLink='false'>9</guid>", "9", ""),
    ("<link>file:///etc/hostname</link><guid isPermaLink='false'>9</guid>", "9", ""),
    ("<link>https://[broken</link><guid isPermaLink='false'>9</guid>", "9", ""),
    ("<link>//cdn.example/a</link>", "", "https://cdn.example/a"),
    (
        "<link>https://feeds.example/~r/1</link><f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>"
        "https://www.river.example/a/4</f:origLink>",
        "",
        "https://www.river.example/a/4",
    ),
]


@pytest.mark.parametrize(("inside", "name", "url"), ADDRESSES)
def test_item_has_an_address_of_the_web_or_none(inside: str, name: str, url: str) -> None:
    (item,) = read_feed(rss(f"<item><title>A</title>{inside}</item>").encode(), url=URL).items
    assert item.url == url
    assert item.id == (name or url)


def test_item_with_neither_id_nor_address_is_named_by_its_words() -> None:
    body = rss("<item><title>A</title></item>", "<item><title>B</title></item>", "<item/>").encode()
    found = read_feed(body, url=URL)
    assert [item.title for item in found.items] == ["A", "B"]
    assert all(item.id.startswith("urn:sha256:") for item in found.items)
    assert found.items == read_feed(body, url=URL).items
    assert found.notes == ("1 items without id, address and words were left out",)


def test_item_that_comes_twice_is_taken_once_as_it_was_edited_last() -> None:
    def item(title: str, at: str) -> str:
        return f"<item><guid>1</guid><link>/a</link><title>{title}</title><pubDate>{at}</pubDate></item>"

    found = read_feed(rss(item("new", "2025-12-02"), item("old", "2025-12-01")).encode(), url=URL)
    assert [item.title for item in found.items] == ["new"]
    assert "1 items came twice; the one edited last was taken" in found.notes


def test_one_id_for_several_addresses_makes_no_two_articles_one() -> None:
    body = rss(*(f"<item><guid isPermaLink='false'>0</guid><link>/a/{n}</link></item>" for n in range(3))).encode()
    found = read_feed(body, url=URL)
    assert [item.id for item in found.items] == [f"https://www.river.example/a/{n}" for n in range(3)]
    assert found.notes == ("1 ids stand for several addresses; the address was taken for the id",)


def test_what_the_feed_takes_back_is_withdrawn() -> None:
    """RFC 6721, also under another prefix, and for an id that is its address."""
    body = atom(
        "<t:deleted-entry ref='tag:9' when='2025-12-02T06:05:00Z'><link href='/a/9'/></t:deleted-entry>",
        "<t:deleted-entry ref='https://www.river.example/a/8' when='2025-12-02T06:05:00Z'/><t:deleted-entry when='x'/>",
        "<entry><id>tag:9</id><title>Gone</title><updated>2025-12-03T00:00:00Z</updated></entry>",
        more='xmlns="http://www.w3.org/2005/Atom" xmlns:t="http://purl.org/atompub/tombstones/1.0"',
    ).encode()
    assert read_feed(body, url=URL).items == (
        Item("tag:9", "https://www.river.example/a/9", modified_at=LATER, withdrawn=True),
        Item("https://www.river.example/a/8", "https://www.river.example/a/8", modified_at=LATER, withdrawn=True),
    )


WORDS = [
    ("<![CDATA[AT&T &amp; <b>Co</b>]]>", "AT&T & Co"),
    ("5 &lt; 6 &amp;amp; 7", "5 < 6 & 7"),
    ("caf&eacute;&nbsp;&#8211; &laquo;x&raquo;", "café – «x»"),
    ("&lt;script&gt;alert(1)&lt;/script&gt;Safe", "Safe"),
    ("<![CDATA[<style>p{}</style>Plain\x00\x08 words]]>", "Plain words"),
    ("a\n   b\t c", "a b c"),
    ("е\u0301 й и\u0306", "е\u0301 й и\u0306"),  # marks stay as they were written
]


@pytest.mark.parametrize(("told", "plain"), WORDS)
def test_words_come_out_plain(told: str, plain: str) -> None:
    item = f"<item><guid>1</guid><title>{told}</title><description>{told}</description></item>"
    (found,) = read_feed(rss(item).encode(), url=URL).items
    assert found.title == plain
    assert " ".join(found.text.split()) == plain


def test_the_fullest_text_of_an_item_is_taken() -> None:
    item = "<guid>1</guid><description>A long summary of it.</description><content:encoded>x</content:encoded>"
    assert read_feed(rss(f"<item>{item}</item>").encode(), url=URL).items[0].text == "A long summary of it."


def test_no_more_items_than_the_cap_are_read_and_a_note_says_so() -> None:
    items = [f"<item><guid isPermaLink='false'>{n}</guid><title>T{n}</title></item>" for n in range(MOST_ITEMS + 7)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": n} for n in range(MOST_ITEMS + 7)]}
    broken = rss(*items).replace("</channel>", "")
    for body in (rss(*items), broken, json.dumps(feed)):
        found = read_feed(body.encode(), url=URL)
        assert [item.id for item in found.items] == [str(n) for n in range(MOST_ITEMS)]
        assert any(f"the first {MOST_ITEMS} were read" in note for note in found.notes)


BROKEN = {
    "a bare ampersand": rss("<item><guid>1</guid><title>Oil & gas</title></item>"),
    "an open element": rss("<item><guid>1</guid><title>Oil &amp; gas</title>"),
    "cut in the middle": rss("<item><guid>1</guid><title>Oil &amp; gas</title></item><item><gu")[:-20],
    "an unknown prefix": rss("<item><guid>1</guid><title>Oil &amp; gas</title><zz:x>1</zz:x></item>"),
    "words before it": "Warning: line 3\n" + rss("<item><guid>1</guid><title>Oil &amp; gas</title></item>"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_feed_that_is_not_well_formed_is_read_and_a_note_says_so(what: str) -> None:
    found = read_feed(BROKEN[what].encode(), url=URL)
    assert found.items[0].title == "Oil & gas"
    assert found.notes


def test_feed_without_items_is_a_feed() -> None:
    assert read_feed(rss().encode(), url=URL) == FeedRead("River", "rss20", ())


PAGE = "<!DOCTYPE html><html><head>{}</head><body><p>Hello</p></body></html>"
ALTERNATE = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
NO_FEEDS = [
    (b"", "it is empty"),
    (b" \n ", "it is empty"),
    (PAGE.format("").encode(), "it is a web page, not a feed"),
    (PAGE.format(ALTERNATE).encode(), "the feed it names is https://www.river.example/rss.xml"),
    (b"plain words", "it is neither XML nor JSON"),
    (b"%PDF-1.7 \x80\x81", "it is neither XML nor JSON"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>", "its outermost element is 'svg'"),
    (b"{", "it is no JSON"),
    (b"{}", "it is JSON, but no JSON Feed"),
    (b'{"version": "https://jsonfeed.org/version/1.1"}', "without items"),
    (b'{"version": "https://jsonfeed.org/version/2", "items": []}', "no JSON Feed"),
    (b"{" + b'"a":[' * 200_000, "it is no JSON"),
    (b"<rss version='2.0'><channel><title>cut", "it is no feed"),
    (b"x" * (MOST_BYTES + 1), f"at most {MOST_BYTES} are read"),
]


@pytest.mark.parametrize(("body", "says"), NO_FEEDS, ids=[says for _, says in NO_FEEDS])
def test_what_is_no_feed_is_refused_in_one_clear_line(body: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_feed(body, url=URL)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400
