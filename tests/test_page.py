"""Pages are read from their bytes: title, text, author, dates, address, language, and whether the text is all there."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from claims.reading.outside import MOST_BYTES, Unreadable
from claims.reading.page import MOST_CHARACTERS, Page, read_page

URL = "https://www.river.example/news/bridge-closed?utm_source=x"
NOW = datetime(2025, 12, 24, tzinfo=UTC)
FIRST = datetime(2025, 12, 1, 20, 48, tzinfo=UTC)
LATER = datetime(2025, 12, 2, 6, 5, tzinfo=UTC)

# Title, author and paragraphs per language; all written by us.
STORIES = {
    "en": (
        "Bridge over the river closed until spring",
        "Ann Bee",
        [
            "The bridge over the river stays closed until spring, the council said on Monday after a long debate.",
            "“We found cracks in two of the five pillars,” said the engineer who had inspected them over the weekend.",
            "Buses go round by the old mill; the way to school takes half an hour longer, parents complain.",
            "Nobody was hurt. The repair costs about two million, of which the region pays one half.",
        ],
    ),
    "fr": (
        "Le pont sur la rivière est fermé jusqu’au printemps",
        "Zoé L’Abbé",
        [
            "Le pont sur la rivière reste fermé jusqu’au printemps, a annoncé lundi le conseil après un long débat.",
            "« Nous avons trouvé des fissures dans deux des cinq piliers », a dit l’ingénieure qui les a vus.",
            "Les autobus passent par le vieux moulin ; le chemin de l’école dure une demi-heure de plus.",
            "Personne n’a été blessé. La réparation coûte environ deux millions, dont la région paie la moitié.",
        ],
    ),
    "uk": (
        "Міст через річку зачинено до весни",
        "Олена Під’їзна",
        [
            "Міст через річку лишається зачиненим до весни, повідомила в понеділок рада після довгих дебатів.",
            "«Ми знайшли тріщини у двох із п’яти опор», — сказала інженерка, яка оглядала їх на вихідних.",
            "Автобуси їдуть повз старий млин; дорога до школи триває на пів години довше, скаржаться батьки.",
            "Ніхто не постраждав. Ремонт коштує близько двох мільйонів, половину з яких платить область.",
        ],
    ),
    "ru": (
        "Мост через реку закрыт до весны",
        "Анна Береговая",
        [
            "Мост через реку остаётся закрытым до весны, сообщил в понедельник совет после долгих споров.",
            "«Мы нашли трещины в двух из пяти опор», — сказала инженер, которая осматривала их в выходные.",
            "Автобусы идут мимо старой мельницы; дорога в школу занимает на полчаса больше, жалуются родители.",
            "Никто не пострадал. Ремонт стоит около двух миллионов, половину которых платит область.",
        ],
    ),
}


def page(lang: str = "en", head: str = "", *, title: str = "", body: str = "", more: str = "") -> str:
    """A page as sites make them: the article among menus, notices and links to other articles."""
    heading, _, paragraphs = STORIES[lang]
    article = body or "".join(f"<p>{words}</p>" for words in paragraphs)
    return f"""<!DOCTYPE html>
<html lang="{lang}-XX"><head><meta charset="utf-8"><title>{title or heading} | River Post</title>{head}</head>
<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article><h1>{title or heading}</h1>{article}</article>{more}</main>
<aside><h3>Most read</h3><ul><li><a href="/1">Ten things</a></li><li><a href="/2">Cats</a></li></ul></aside>
<footer><p>Contact · Imprint</p></footer><script>var x = "<p>never text</p>";</script></body></html>"""


def data(*told: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in told)


def read(words: str, url: str = URL) -> Page:
    return read_page(words.encode(), url=url, now=NOW)


def article(**told: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", **told}


@pytest.mark.parametrize("lang", STORIES)
def test_article_comes_out_whole_and_alone(lang: str) -> None:
    title, author, paragraphs = STORIES[lang]
    told = article(
        headline=title,
        author={"@type": "Person", "name": author},
        datePublished="2025-12-01T22:48:00+02:00",
        dateModified="2025-12-02T08:05:00+02:00",
    )
    head = data(told) + '<link rel="canonical" href="https://www.river.example/news/bridge-closed">'
    found = read(page(lang, head))
    assert found == Page(
        title=title,
        text="\n".join(paragraphs),
        author=author,
        published_at=FIRST,
        modified_at=LATER,
        canonical_url="https://www.river.example/news/bridge-closed",
        lang=lang,
        state="article",
    )


TOLD = {"headline": "H", "datePublished": "2025-12-01T20:48:00Z"}
BY_ANN = article(**TOLD, author="Ann Bee")
RAW = '<script type="application/ld+json">{}</script>'
HERE = {"@id": "https://river.example/news/bridge-closed/"}
WRAPPED = {
    "alone": data(BY_ANN),
    "in a list": data([{"@type": "BreadcrumbList"}, article(**TOLD, author=["Ann Bee"])]),
    "in a graph": data(
        {"@graph": [{"@id": "#a", "@type": "Person", "name": "Ann Bee"}, article(**TOLD, author={"@id": "#a"})]}
    ),
    "nested": data({"@type": "WebPage", "mainEntity": article(**TOLD, author=[{"name": "Ann Bee"}])}),
    "several types": data(BY_ANN | {"@type": ["Thing", "http://schema.org/ReportageNewsArticle"]}),
    "beside another's": data(
        article(headline="Other", url="/news/other", datePublished="2024-01-01"), BY_ANN | {"mainEntityOfPage": HERE}
    ),
    "in CDATA": RAW.format(f"//<![CDATA[\n{json.dumps(BY_ANN)}\n//]]>"),
    "in a comment": RAW.format(f"<!--\n{json.dumps(BY_ANN)}\n-->"),
    "with a semicolon": RAW.format(f"{json.dumps(BY_ANN)};\n"),
    "after a broken one": RAW.format('{"@type": "NewsArticle", ') + data(BY_ANN),
    "with line ends": RAW.format(json.dumps(BY_ANN | {"description": "a b"}).replace("a b", "a\nb")),
}


@pytest.mark.parametrize("how", WRAPPED)
def test_data_of_the_article_is_found_wherever_it_stands(how: str) -> None:
    found = read(page(head=WRAPPED[how]))
    assert (found.title, found.author, found.published_at) == ("H", "Ann Bee", FIRST)


META = '<meta property="article:published_time" content="{}">'
MODIFIED = '<meta property="article:modified_time" content="2025-12-02T06:05:00Z">'
EARLY, LATE = "2025-12-01T20:48:00Z", "2025-12-02T06:05:00Z"
DATES = [
    (data(article(datePublished=EARLY)) + META.format("2020-01-01T00:00:00Z"), FIRST, None, ""),
    (data(article(datePublished="2025-12-01")) + META.format("2025-12-01T22:48:00+02:00"), FIRST, None, ""),
    (data(article(datePublished="2025-12-01T20:48:00")) + META.format(EARLY), FIRST, None, ""),
    (data(article(datePublished="2025-12-01T20:48:00")), FIRST, None, "names no zone"),
    (data(article(datePublished="2025-12-01")), datetime(2025, 12, 1, tzinfo=UTC), None, "names no hour"),
    (data(article(datePublished="soon")) + META.format(EARLY), FIRST, None, "no date: 'soon'"),
    (data(article(datePublished="2031-01-01T00:00:00Z")) + META.format(EARLY), FIRST, None, "in the future"),
    (data(article(dateCreated=EARLY)), FIRST, None, ""),
    (data({"@type": "WebPage", "datePublished": EARLY}), FIRST, None, ""),
    (META.format("2025-12-01T22:48:00+02:00"), FIRST, None, ""),
    (f'<meta name="DC.date.issued" content="{EARLY}">', FIRST, None, ""),
    ('<meta name="pubdate" content="Mon, 01 Dec 2025 22:48:00 EET">', FIRST, None, ""),
    (f'<meta itemprop="datePublished" content="{EARLY}">', FIRST, None, ""),
    (META.format(EARLY) + MODIFIED, FIRST, LATER, ""),
    (data(article(datePublished=EARLY, dateModified=EARLY)), FIRST, None, ""),
    (data(article(datePublished=LATE, dateModified=EARLY)), LATER, None, "modified before it was published"),
    (data(article(datePublished="1970-01-01T00:00:00Z")), None, None, "before the Web"),
    ("", None, None, ""),
]


@pytest.mark.parametrize(("head", "published", "modified", "note"), DATES)
def test_dates_are_the_surest_that_are_told(
    head: str, published: datetime | None, modified: datetime | None, note: str
) -> None:
    """schema.org before meta; hour and zone of the same day are taken from where they are told."""
    found = read(page(head=head))
    assert (found.published_at, found.modified_at) == (published, modified)
    assert note in " ".join(found.notes) and bool(found.notes) == bool(note)


def test_time_element_of_the_article_dates_it_and_one_beside_it_is_a_guess() -> None:
    paragraphs = "".join(f"<p>{words}</p>" for words in STORIES["en"][2])
    own = page(body=f'<p><time datetime="2025-12-01T20:48:00Z">1 December</time></p>{paragraphs}')
    assert read(own).published_at == FIRST
    aside = '<div><time datetime="2025-11-01T20:48:00Z">x</time><time datetime="2025-11-02T20:48:00Z">y</time></div>'
    assert read(page().replace("<aside>", f"<aside>{aside}")).notes[0].startswith("its date is a guess")


def test_date_that_only_the_address_tells_is_said_to_be_a_guess() -> None:
    found = read(page(), "https://www.river.example/2025/12/01/bridge")
    assert found.published_at == datetime(2025, 12, 1, tzinfo=UTC)
    assert found.notes == ("its date is a guess; '2025-12-01' names no hour: the day's start in UTC",)


CANONICAL = [
    ("https://www.river.example/news/bridge", "https://www.river.example/news/bridge", ""),
    ("/news/bridge#top", "https://www.river.example/news/bridge", ""),
    ("https://river.example/news/bridge", "https://river.example/news/bridge", ""),
    ("https://m.river.example/news/bridge", "https://m.river.example/news/bridge", ""),
    ("https://amp.river.example/news/bridge", "https://amp.river.example/news/bridge", ""),
    ("https://evil.example/news/bridge", "", "another site's"),
    ("https://river.example.evil.org/news/bridge", "", "another site's"),
    ("https://notriver.example/news/bridge", "", "another site's"),
    ("http://127.0.0.1/news/bridge", "", "another site's"),
    ("https://user:word@www.river.example/x", "", ""),
    ("javascript:alert(1)", "", ""),
    ("file:///etc/hostname", "", ""),
    ("https://[broken", "", ""),
    ("", "", ""),
    ("https://www.river.example/", "", "front page"),
]


@pytest.mark.parametrize(("href", "canonical", "note"), CANONICAL)
def test_canonical_address_counts_within_the_site_only(href: str, canonical: str, note: str) -> None:
    found = read(page(head=f'<link rel="canonical" href="{href}">'))
    assert found.canonical_url == canonical
    assert note in " ".join(found.notes) and bool(found.notes) == bool(note)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.co.uk/1", "https://b.co.uk/1", False),
        ("https://www.a.co.uk/1", "https://amp.a.co.uk/1", True),
        ("https://ann.github.io/1", "https://bob.github.io/1", False),
        ("https://новини.укр/1", "https://www.новини.укр/1", True),
        ("http://127.0.0.1:8123/1", "http://127.0.0.1:8123/2", True),
        ("http://127.0.0.1:8123/1", "http://127.0.0.2:8123/2", False),
        ("http://localhost/1", "http://otherhost/2", False),
    ],
)
def test_a_site_is_what_somebody_registered(one: str, other: str, same: bool) -> None:
    """Two users of one hosting service are two sites; so are two companies under one public suffix."""
    found = read(page(head=f'<link rel="canonical" href="{other}">'), one)
    assert found.canonical_url == (other if same else "")


def test_several_canonical_addresses_are_none() -> None:
    links = '<link rel="canonical" href="/a"><link rel="canonical" href="/b">'
    found = read(page(head=links))
    assert (found.canonical_url, found.notes) == ("", ("it names several canonical addresses; none was taken",))


LANGUAGES = [
    ('<html lang="uk">', "uk"),
    ('<html lang="uk-UA" xml:lang="en">', "uk"),
    ('<html><meta property="og:locale" content="fr_CA">', "fr"),
    ('<html><meta http-equiv="Content-Language" content="ru, en">', "ru"),
    ('<html lang=""><meta property="og:locale" content="en_GB">', "en"),
    ('<html lang="x">', ""),
    ("<html>", ""),
]


@pytest.mark.parametrize(("html", "lang"), LANGUAGES)
def test_language_is_the_one_the_page_says_or_none(html: str, lang: str) -> None:
    assert read(page().replace('<html lang="en-XX">', html)).lang == lang


TITLES = [
    (data(article(headline="The &amp; headline")), "The & headline"),
    ('<meta property="og:title" content="Shared &quot;so&quot;">', 'Shared "so"'),
    ("", "Bridge over the river closed until spring"),
    (data(article(headline="Bridge over the river…")), "Bridge over the river closed until spring"),
    (data(article(headline=["A", "B"])), "A"),
    (data(article(headline={"@value": "x"})), "Bridge over the river closed until spring"),
]


@pytest.mark.parametrize(("head", "title"), TITLES)
def test_title_is_what_the_page_says_it_is(head: str, title: str) -> None:
    assert read(page(head=head)).title == title


AUTHORS = [
    (data(article(author=[{"name": "Ann Bee"}, {"name": "Ben Cee"}, {"name": "Ann Bee"}])), "Ann Bee, Ben Cee"),
    (data(article(author={"@type": "Person", "url": "https://x"})), ""),
    (data(article(author="https://www.river.example/ann")) + '<meta name="author" content="Ann Bee">', "Ann Bee"),
    ('<meta property="article:author" content="https://x.example/a"><meta name="author" content="Ann Bee">', "Ann Bee"),
    ('<meta name="dc.creator" content="Ann Bee">', "Ann Bee"),
]


@pytest.mark.parametrize(("head", "author"), AUTHORS)
def test_author_is_a_name_not_an_address(head: str, author: str) -> None:
    assert read(page(head=head + META.format("2025-12-01T20:48:00Z"))).author == author


NOT_FREE = article(
    isAccessibleForFree="False",
    hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": "div.kept-back"},
)
SHORT = "".join(f"<p>{words}</p>" for words in STORIES["en"][2][:3])
LONG = "".join(f"<p>{n}. {words}</p>" for n in range(6) for words in STORIES["en"][2])
STATES = [
    (page(), "article"),
    (page(head=data(article(isAccessibleForFree=True))), "article"),
    (page(head=data(article(isAccessibleForFree=False)), body=SHORT), "stub"),
    (page(head=data(NOT_FREE), body=SHORT), "stub"),
    (page(head=data(NOT_FREE), body=f"{SHORT}<div class='kept-back'></div>"), "stub"),
    (page(head=data(NOT_FREE), body=f"{SHORT}<div class='x kept-back'>{LONG}</div>"), "article"),
    (page(head=data(NOT_FREE | {"wordCount": 900}), body=SHORT), "stub"),
    (page(head=data(NOT_FREE | {"wordCount": 460}), body=LONG), "article"),
    (page(head=data(article(wordCount=900)), body=SHORT), "stub"),
    (page(head=data(article(wordCount=70)), body=SHORT), "article"),
    (page(head='<meta itemprop="isAccessibleForFree" content="false">', body=SHORT), "stub"),
    (page(head='<meta property="article:content_tier" content="locked">', body=SHORT), "stub"),
    (page(body=f"{SHORT}<div class='c-paywall__box'><p>Join us</p></div>"), "stub"),
    (page(body=f"<div class='paywall-off'>{SHORT}{SHORT}</div>"), "article"),
    (page(body=f"{LONG}<div class='c-paywall__box'><p>Join us</p></div>"), "article"),
    (page(body=f"{SHORT}<p>Already a subscriber? Do come in, the rest of the article is waiting for you.</p>"), "stub"),
    (page("fr", body=f"{SHORT}<p>Il vous reste 80 % de cet article à lire ; la suite est réservée.</p>"), "stub"),
    (page("uk", body=f"{SHORT}<p>Повний текст доступний лише передплатникам нашого видання, дякуємо.</p>"), "stub"),
    (page("ru", body=f"{SHORT}<p>Полный текст доступен только подписчикам нашего издания, спасибо вам.</p>"), "stub"),
    ("<html><body><div id='app'></div><script>start()</script></body></html>", "empty"),
    ("<html><body><noscript>Turn on JavaScript</noscript></body></html>", "empty"),
    ("<html></html>", "empty"),
    ("<p></p>", "empty"),
]


@pytest.mark.parametrize(("words", "state"), STATES)
def test_stub_and_empty_page_are_said_to_be_so(words: str, state: str) -> None:
    """By what the page says of itself and by structure; by words only where they close a short text."""
    found = read(words)
    assert found.state == state
    assert bool(found.text) == (state != "empty")


def test_text_that_only_the_data_carries_is_taken_from_there() -> None:
    words = " ".join(STORIES["en"][2] * 3)
    bare = "<html lang='en'><head>{}</head><body><div id='app'></div></body></html>"
    found = read(bare.format(data(article(headline="H", articleBody=f"<p>{words}</p><p>End.</p>"))))
    assert (found.text, found.state) == (f"{words}\nEnd.", "article")


def test_only_text_is_kept_in_the_form_it_was_written_in() -> None:
    """No markup, no scripts, no controls; decomposed letters and the signs of every script stay what they are."""
    words = "Кафе\u0301 и\u0306од\u00adна\u200bзад — “two”\u00a0words, &lt;b&gt;bold&lt;/b&gt; they say &#x1F;here."
    paragraphs = "".join(f"<p>{words} Number {n}, <b>truly</b> <i onclick='x'>so</i>.</p>" for n in range(5))
    found = read(page(body=f"{paragraphs}<svg><text>no</text></svg><!-- no --><template><p>no</p></template>"))
    first = found.text.split("\n")[0]
    kept = "Кафе\u0301 и\u0306од\u00adна\u200bзад — “two”"
    assert first.startswith(kept) and "<b>bold</b> they say" in first and first.endswith("here. Number 0, truly so.")
    assert not set(found.text) & {chr(code) for code in range(32) if chr(code) != "\n"}
    assert "\nno" not in found.text


@pytest.mark.parametrize(
    ("charset", "header", "declared"),
    [
        ("windows-1251", "text/html; charset=windows-1251", "utf-8"),
        ("windows-1251", "text/html", "windows-1251"),
        ("utf-8", "text/html; charset=windows-1251", "windows-1251"),
        ("utf-16", "text/html", "utf-8"),
        ("windows-1251", "text/html; charset=utf-8", "utf-8"),
        ("windows-1251", "text/html; charset=zip", "idna"),
    ],
)
def test_letters_of_a_page_are_read_by_what_they_are(charset: str, header: str, declared: str) -> None:
    title, _, paragraphs = STORIES["ru"]
    words = page("ru").replace('charset="utf-8"', f'charset="{declared}"')
    found = read_page(words.encode(charset), url=URL, content_type=header)
    assert (found.title, found.text.split("\n")[0]) == (title, paragraphs[0])


NO_PAGES = [
    (b"", "it is empty"),
    (b"%PDF-1.7\n<x>", "it is a PDF"),
    (b"just words", "there is no element in it"),
    (b"<?xml version='1.0'?><rss version='2.0'/>", "outermost element is 'rss'"),
    (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "outermost element is 'feed'"),
    (b"<p>" * 300_001, "it has 300001 tags"),
    (b"<p " + b" ".join(b"a%d=1" % n for n in range(2_000)) + b">", "an element of 2000 attributes"),
    (b"x" * (MOST_BYTES + 1), f"at most {MOST_BYTES} are read"),
]


@pytest.mark.parametrize(("body", "says"), NO_PAGES, ids=[says for _, says in NO_PAGES])
def test_what_is_no_page_is_refused_in_one_clear_line(body: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_page(body, url=URL)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


def test_page_that_is_too_long_is_read_from_its_beginning_and_a_note_says_so() -> None:
    paragraphs = "".join(f"<p>Paragraph {n}: {'words and words ' * 30}</p>" for n in range(4_000))
    found = read(page(body=paragraphs))
    assert found.text.startswith("Paragraph 0:") and 0.9 * MOST_CHARACTERS < len(found.text) <= MOST_CHARACTERS
    assert any("it is too long" in note for note in found.notes)


def test_date_ahead_of_now_by_a_clock_that_is_wrong_is_kept() -> None:
    at = NOW + timedelta(hours=3)
    assert read(page(head=META.format(at.isoformat()))).published_at == at


# --- Lists of what is elsewhere ---

PROSE = " ".join(STORIES["en"][2])


@pytest.mark.parametrize(
    "words",
    [
        '<a href="/x">some words</a> ' * 50_000,
        '<p><a href="/x">some words</a></p>' * 50_000,
        "<ul>" + '<li><a href="/x">Mayor says that the bridge stays closed</a></li>' * 60 + "</ul>",
        "".join(f'<p><a href="/{n}">Report number {n} on the river</a>, Monday</p>' for n in range(40)),
    ],
    ids=["in a row", "in paragraphs", "in a list", "with days"],
)
def test_a_page_of_links_without_prose_is_no_article(words: str) -> None:
    found = read_page(f"<html><head><title>All news</title></head><body>{words}</body></html>".encode(), url=URL)
    assert (found.state, found.text) == ("empty", "")


@pytest.mark.parametrize(
    "words",
    [
        f"<p>{PROSE}</p>" + '<p><a href="/x">More on the river and the bridge</a></p>' * 3,
        '<nav><a href="/x">some words</a></nav>' * 300 + f"<article><p>{PROSE}</p></article>",
        "".join(f'<p>{line} <a href="/{line[:3]}">{line[:40]}</a></p>' for line in STORIES["en"][2] * 3),
        f'<p><a href="/whole">{PROSE}</a></p>',  # some have their whole teaser in a link: not a list of many
    ],
    ids=["with some links", "behind many links", "with a link in each paragraph", "in one link"],
)
def test_prose_with_links_is_an_article(words: str) -> None:
    found = read_page(f"<html><head><title>Bridge</title></head><body>{words}</body></html>".encode(), url=URL)
    assert found.state == "article" and "cracks in two of the five pillars" in found.text
