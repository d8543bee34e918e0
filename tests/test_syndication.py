"""What newsrooms publish from and programs follow reads well in its own readers, whatever the text, at any moment."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree, html

from claims.assessment import Record
from claims.models import Claim, Party, Source
from claims.pipeline import assess_claim, decide_claim, follow_rows, record_statements
from claims.syndication import pictures, tables
from claims.syndication.inert import clean, guard
from claims.words import Stance, Status
from tests.test_web import DAY, HOSTILE, LEARNED, START, TOWN, Scene, quarrel, scene

__all__ = ["quarrel", "scene"]
pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1", "＝1", "−1", "=\x00"]


@pytest.fixture
def ask(client: Client) -> Callable[..., bytes]:
    """Ask for an output, see that it answers as expected, and hand its bytes over."""

    def get(address: str, query: dict[str, str] | None = None, status: int = 200) -> bytes:
        response = client.get(address, query or {})
        assert response.status_code == status, response.content[:500]
        return body_of(response)

    return get


def body_of(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def read_feed(body: bytes) -> Any:
    feed = feedparser.parse(body)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert {"title", "id", "updated", "author", "link"} <= set(feed.feed)
    ids = [entry.id for entry in feed.entries]
    assert len(ids) == len(set(ids))
    assert all({"title", "link", "updated", "published", "summary"} <= set(entry) for entry in feed.entries)
    return feed


def read_json_feed(body: bytes) -> dict[str, Any]:
    """A JSON Feed, with what version 1.1 requires of it: version and title; of each item an id and its content."""
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert all(item["id"] and item["content_html"] for item in feed["items"])
    assert all(isinstance(item["id"], str) for item in feed["items"])
    return dict(feed)


def read_table(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    text = body.decode("utf-8-sig")
    assert text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.fixture
def hostile(db: None) -> Claim:
    """A claim each word of which means harm: to HTML, to XML, to JSON in a page, to a spreadsheet."""
    harm = f"=HYPERLINK(1)</script>{HOSTILE}]]>&bogus;\x01\x0b\ufffe"
    Party.objects.create(slug="mallory", names={"en": [f"+{harm}"]})
    Source.objects.create(slug="evil", name=f"@{HOSTILE}"[:200], homepage="javascript:alert(1)")
    claim = Claim.objects.create(
        slug="hostile", kind="general", proposition={"en": harm}, keywords={"en": [["x"]]}, recorded_at=LEARNED
    )
    assess_claim(claim.pk, LEARNED, anew=True)
    said = [f"{formula} {HOSTILE}" for formula in FORMULAS if "\x00" not in formula]
    record_statements(
        [
            Record("hostile", "mallory", Stance.AFFIRMS, START + n * DAY, "evil", f"javascript:alert({n})", words, n)
            for n, words in enumerate(said, 1)
        ],
        LEARNED + DAY,
    )
    decide_claim(claim.pk, Status.CONFIRMED, harm, author=None, now=LEARNED + 2 * DAY)
    return claim


def test_feed_of_a_claim_tells_each_change_and_why(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    address = f"/claims/{quarrel.claim.slug}/feed"
    feed = read_feed(ask(f"{address}.atom"))
    assert f"Borland controls {TOWN}: unverified, now contested" in [entry.title for entry in feed.entries]
    told = next(entry for entry in feed.entries if "now contested" in entry.title)
    assert "Borland affirms it; Halland denies it." in told.summary
    assert "known_at=" in told.summary
    assert told.link.endswith(f"/claims/{quarrel.claim.slug}/")
    items = read_json_feed(ask(f"{address}.json"))["items"]
    assert [item["id"] for item in items] == [entry.id for entry in feed.entries]
    assert {item["date_published"][-1] for item in items} == {"Z"}


def test_feed_of_what_was_known_tells_no_later_change(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    address = f"/claims/{quarrel.claim.slug}/feed.atom"
    assert read_feed(ask(address, {"known_at": (LEARNED - DAY).isoformat()})).entries == []
    before = read_feed(ask(address))
    decide_claim(quarrel.claim.pk, Status.REFUTED, "Seen.", author=None, now=LEARNED + DAY)
    assert len(read_feed(ask(address)).entries) == len(before.entries) + 1
    then = read_feed(ask(address, {"known_at": (LEARNED + DAY / 2).isoformat()}))
    assert [entry.id for entry in then.entries] == [entry.id for entry in before.entries]


def test_feeds_of_the_site_and_of_a_list(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    everywhere = read_feed(ask("/feed.atom"))
    assert everywhere.entries[0].link.endswith(f"/claims/{quarrel.claim.slug}/")
    assert len(read_json_feed(ask("/feed.json"))["items"]) == len(everywhere.entries)
    asked = {"status": "contested", "q": TOWN}
    follow_rows()
    contested = read_feed(ask("/claims/feed.atom", asked))
    assert [entry.title for entry in contested.entries] == [f"Borland controls {TOWN}: contested"]
    assert "Borland affirms it; Halland denies it." in contested.entries[0].summary
    assert contested.feed.title == f"Claims with “{TOWN}”: contested"
    assert contested.feed.id.endswith("/claims/feed.atom?status=contested&q=Halvern")
    assert read_feed(ask("/claims/feed.atom", {"status": "refuted"})).entries == []
    assert len(read_json_feed(ask("/claims/feed.json", asked))["items"]) == 1
    assert b"status: 'no' is no status; it is one of" in ask("/claims/feed.atom", {"status": "no"}, status=400)


def test_table_has_every_statement_newest_first(
    quarrel: Scene, ask: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "CHUNK", 1)
    rows = read_table(ask(f"/claims/{quarrel.claim.slug}/statements.csv"))
    assert [row["said_at"][:10] for row in rows] == ["2026-01-12", "2026-01-11", "2026-01-11", "2026-01-10"]
    assert [row["party"] for row in rows] == ["borland", "halland", "halland", "borland"]
    assert rows[1]["quote"] == f"Halland's staff says that {TOWN} stands."
    assert {row["counts"] for row in rows} == {"yes"}
    assert rows[0]["url"] == "https://outlet.example/2"
    early = read_table(ask(f"/claims/{quarrel.claim.slug}/statements.csv", {"as_of": "2026-01-11T11:00:00"}))
    assert [row["id"] for row in early] == [rows[3]["id"]]
    assert read_table(ask(f"/claims/{quarrel.claim.slug}/statements.csv", {"known_at": "2026-02-01"})) == []
    listed = read_table(ask("/claims/claims.csv", {"status": "contested"}))
    assert [(row["claim"], row["status"]) for row in listed] == [(quarrel.claim.slug, "contested")]


def test_data_say_what_the_api_says_at_any_moment(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    slug = quarrel.claim.slug
    now = json.loads(ask(f"/claims/{slug}/claim.json"))
    assert now["status"] == json.loads(ask(f"/api/v1/claims/{slug}/status/"))
    assert now["timeline"] == json.loads(ask(f"/api/v1/claims/{slug}/timeline/"))["results"]
    assert now["statements"] == json.loads(ask(f"/api/v1/claims/{slug}/statements/"))["results"]
    known = sorted(json.loads(ask(f"/api/v1/claims/{slug}/positions/"))["results"], key=str)
    assert sorted(now["positions"], key=str) == known
    for asked in ({"as_of": "2026-01-11T11:00:00Z"}, {"known_at": LEARNED.isoformat()}):
        then = json.loads(ask(f"/claims/{slug}/claim.json", asked))
        assert then["status"] == json.loads(ask(f"/api/v1/claims/{slug}/status/", asked))
    assert json.loads(ask(f"/claims/{slug}/claim.json", {"known_at": "2020-01-01"}))["status"] is None
    assert [c["slug"] for c in json.loads(ask("/claims/claims.json"))["results"]] == [slug]


def test_what_an_editor_did_later_is_not_in_the_data_of_before(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    address = f"/claims/{quarrel.claim.slug}/claim.json"
    words = f"Watchers say that {TOWN} fell."
    article = quarrel.publish([("watch", Stance.AFFIRMS, words)], at=START + 3 * DAY)
    quarrel.publish([], at=START + 4 * DAY, now=LEARNED + DAY, article=article, text=f"Correction: {TOWN} is quiet.")
    assert [s["carried"] for s in json.loads(ask(address))["statements"]] == [False, True, True, True, True]
    then = json.loads(ask(address, {"known_at": (LEARNED + DAY / 2).isoformat()}))
    assert {s["carried"] for s in then["statements"]} == {True}


def test_timeline_has_what_timelinejs_requires(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    decide_claim(quarrel.claim.pk, Status.REFUTED, "Seen.", author=None, now=LEARNED + DAY)
    for address in (f"/claims/{quarrel.claim.slug}/timeline.json", "/claims/timeline.json"):
        document = json.loads(ask(address))
        assert document["events"]
        assert all(slide["start_date"]["year"] == 2026 and slide["unique_id"] for slide in document["events"])
        assert all(slide["display_date"].endswith("UTC") for slide in document["events"])
    eras = json.loads(ask(f"/claims/{quarrel.claim.slug}/timeline.json"))["eras"]
    # What only changed its grounds goes on as the same era.
    assert [era["text"]["headline"] for era in eras] == ["unverified", "contested", "refuted"]
    assert all(list(era["start_date"].values()) <= list(era["end_date"].values()) for era in eras)
    early = json.loads(ask(f"/claims/{quarrel.claim.slug}/timeline.json", {"as_of": "2026-01-11T11:00:00Z"}))
    assert [slide["group"] for slide in early["events"]] == ["Borland", "Status"]
    assert early["eras"][-1]["end_date"]["day"] == 11


def test_chart_stands_by_itself_under_a_policy_that_lets_only_its_style_in(quarrel: Scene, client: Client) -> None:
    response = client.get(f"/claims/{quarrel.claim.slug}/timeline.svg")
    tree = etree.fromstring(response.content)
    assert tree.tag == f"{SVG}svg"
    style = tree.find(f"{SVG}style")
    assert style is not None and style.text == pictures.chart_style()
    policy = response["Content-Security-Policy"]
    assert pictures.chart_style_hash() in policy
    assert "unsafe" not in policy
    assert {"Borland", "Halland"} <= {text.text for text in tree.iter(f"{SVG}text")}
    early = client.get(f"/claims/{quarrel.claim.slug}/timeline.svg", {"as_of": "2026-01-11T11:00:00Z"})
    assert "Halland" not in {text.text for text in etree.fromstring(early.content).iter(f"{SVG}text")}
    nothing = client.get(f"/claims/{quarrel.claim.slug}/timeline.svg", {"known_at": "2020-01-01"})
    assert "Nothing has been said of it yet." in etree.tostring(etree.fromstring(nothing.content)).decode()


def test_chart_of_what_was_known_is_the_chart_that_was_drawn_then(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    moment = (LEARNED + DAY / 2).isoformat()
    address, then = f"/claims/{quarrel.claim.slug}/timeline.svg", {"as_of": moment, "known_at": moment}
    drawn = ask(address, then)
    for days in (-30, 20):
        said = f"Watchers say that {TOWN} fell, {days}."
        quarrel.publish([("watch", Stance.AFFIRMS, said)], at=START + days * DAY, now=LEARNED + DAY)
    decide_claim(quarrel.claim.pk, Status.REFUTED, "Seen.", author=None, now=LEARNED + 2 * DAY)
    assert ask(address, then) == drawn
    assert ask(address, {"as_of": moment}) != drawn


def test_badge_shows_the_present_status_whatever_is_asked(quarrel: Scene, client: Client) -> None:
    address = f"/claims/{quarrel.claim.slug}/badge.svg"
    first = client.get(address, {"as_of": "2020-01-01"})
    assert "◐ contested" in "".join(etree.fromstring(first.content).itertext())
    assert "max-age=60" in first["Cache-Control"]
    assert client.get(address, headers={"if-none-match": client.get(address)["ETag"]}).status_code == 304
    decide_claim(quarrel.claim.pk, Status.REFUTED, "Seen.", author=None, now=LEARNED + DAY)
    later = client.get(address, headers={"if-none-match": client.get(address)["ETag"] + "x"})
    assert "✕ refuted" in "".join(etree.fromstring(later.content).itertext())
    assert later["ETag"] != first["ETag"]


def test_only_the_embedded_page_may_be_framed(quarrel: Scene, client: Client) -> None:
    framed = client.get(f"/claims/{quarrel.claim.slug}/embed/")
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "unsafe" not in framed["Content-Security-Policy"]
    page = html.fromstring(framed.content)
    assert page.xpath("//script | //style | //*[@style]") == []
    assert "contested since 11 January 2026, 12:00 UTC" in " ".join(page.text_content().split()).replace("\xa0", " ")
    assert page.xpath("//*[name()='svg']")
    for address in ("/", f"/claims/{quarrel.claim.slug}/", f"/claims/{quarrel.claim.slug}/timeline.svg"):
        kept = client.get(address)
        assert "frame-ancestors 'none'" in kept["Content-Security-Policy"]
        assert kept["X-Frame-Options"] == "DENY"


def review_in(page: bytes) -> dict[str, Any]:
    (script,) = html.fromstring(page).xpath("//script")
    assert script.get("type") == "application/ld+json"
    return dict(json.loads(script.text))


def test_review_in_the_page_is_a_word_and_never_a_number(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    review = review_in(ask(address))
    # What schema.org's readers require of a ClaimReview, and what they take besides.
    assert review["@context"] == "https://schema.org"
    assert review["@type"] == "ClaimReview"
    assert review["claimReviewed"] == f"Borland controls {TOWN}."
    assert review["url"].endswith(address)
    assert review["author"]["@type"] == "Organization"
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "contested",
        "ratingExplanation": "Borland affirms it; Halland denies it.",
    }
    assert review["itemReviewed"]["@type"] == "Claim"
    assert review["itemReviewed"]["author"] == [{"@type": "Organization", "name": "Borland"}]
    assert review["itemReviewed"]["appearance"] == [{"@type": "CreativeWork", "url": "https://outlet.example/2"}]
    decide_claim(quarrel.claim.pk, Status.CONFIRMED, "Seen.", author=None, now=LEARNED + DAY)
    assert review_in(ask(address))["reviewRating"]["alternateName"] == "confirmed"
    assert b"application/ld+json" not in ask(address, {"as_of": "2026-01-12"})


def test_pages_lead_to_their_outputs_and_each_answers(quarrel: Scene, ask: Callable[..., bytes]) -> None:
    asked = {"as_of": "2026-01-12T00:00:00Z"}
    pages = (("/", {}), ("/claims/", {"q": TOWN}), (f"/claims/{quarrel.claim.slug}/", {}))
    for address, query in (*pages, (f"/claims/{quarrel.claim.slug}/", asked)):
        page = html.fromstring(ask(address, query))
        found = page.xpath("//link[@rel='alternate']/@href | //a[@type]/@href | //img/@src")
        assert len(page.xpath("//link[@rel='alternate']")) >= 2
        for output in found:
            assert ask(output)
    exported = page.xpath("//section[@aria-labelledby='follow']//a/@href")
    assert f"/claims/{quarrel.claim.slug}/statements.csv?as_of=2026-01-12T00%3A00%3A00Z" in exported


def test_hostile_text_stays_inert_in_every_output(hostile: Claim, ask: Callable[..., bytes]) -> None:
    for address in ("/feed", "/claims/feed", "/claims/hostile/feed"):
        feed = read_feed(ask(f"{address}.atom"))
        assert feed.entries
        etree.fromstring(ask(f"{address}.atom"))
        for content in [item["content_html"] for item in read_json_feed(ask(f"{address}.json"))["items"]]:
            assert {element.tag for element in html.fragments_fromstring(content)} <= {"p", "a"}
            assert html.fromstring(f"<div>{content}</div>").xpath("//script | //img") == []
    for name in ("timeline.svg", "badge.svg"):
        tree = etree.fromstring(ask(f"/claims/hostile/{name}"))
        assert not [element for element in tree.iter() if element.tag in (f"{SVG}script", f"{SVG}img")]
    rows = read_table(ask("/claims/hostile/statements.csv"))
    assert len(rows) == len(FORMULAS) - 1
    assert {row["url"] for row in rows} == {""}
    assert len(read_table(ask("/claims/claims.csv"))) == 1
    for address in ("/claims/hostile/timeline.json", "/claims/timeline.json"):
        document = json.loads(ask(address))
        for slide in (document["title"], *document["events"]):
            for text in slide["text"].values():
                shown = html.fromstring(f"<div>{text}</div>")
                assert shown.xpath("//script | //img") == []
                assert not [link for link in shown.xpath("//a/@href") if not link.startswith("http")]
    review = review_in(ask("/claims/hostile/"))
    assert "</script>" in review["claimReviewed"]
    page = html.fromstring(ask("/claims/hostile/"))
    for code in page.xpath("//textarea"):
        copied = html.fromstring(code.text)
        assert copied.xpath("//script") == []
        assert {element.tag for element in copied.iter()} <= {"iframe", "a", "img"}
    assert html.fromstring(ask("/claims/hostile/embed/")).xpath("//script | //img") == []


@pytest.mark.parametrize("cell", FORMULAS)
def test_cell_that_would_be_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert guard(cell) == f"'{clean(cell)}"


@pytest.mark.parametrize("cell", ["", "Borland", "1-1", "a=b", "2026-01-10T12:00:00Z", "Київ", "«−»"])
def test_harmless_cell_stays_as_it_is(cell: str) -> None:
    assert guard(cell) == cell


def test_map_of_the_site_names_every_page_once(
    quarrel: Scene, ask: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.syndication.maps._Claims.limit", 1)
    other = Claim.objects.create(
        slug="other", kind="general", proposition={"en": "Another."}, keywords={}, recorded_at=LEARNED
    )
    assert b"/sitemap.xml" in ask("/robots.txt")
    index = etree.fromstring(ask("/sitemap.xml"))
    assert index.tag == f"{MAP}sitemapindex"
    parts = [loc.text.removeprefix("http://testserver") for loc in index.iter(f"{MAP}loc")]
    assert "/sitemap-claims.xml?p=2" in parts
    pages = []
    for part in parts:
        urlset = etree.fromstring(ask(part))
        assert urlset.tag == f"{MAP}urlset"
        pages += [loc.text.removeprefix("http://testserver") for loc in urlset.iter(f"{MAP}loc")]
    assert len(pages) == len(set(pages))
    expected = {"/", "/claims/", "/parties/borland/", "/sources/copyist/"}
    expected |= {claim.get_absolute_url() for claim in (quarrel.claim, other)}
    assert expected <= set(pages)
    ask("/sitemap-claims.xml?p=3", status=404)


OF_A_CLAIM = (
    "feed.atom", "feed.json", "statements.csv", "claim.json", "timeline.json", "timeline.svg", "badge.svg", "embed/",
)  # fmt: skip


@pytest.mark.parametrize("name", OF_A_CLAIM)
def test_reader_who_has_it_is_told_so_by_one_query_and_no_statement_is_touched(
    quarrel: Scene, client: Client, name: str
) -> None:
    address = f"/claims/{quarrel.claim.slug}/{name}"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        first = client.get(address)
        body_of(first)
    assert len(asked) <= 12
    with CaptureQueriesContext(connection) as asked:
        again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert len(asked) == 1
    assert "claims_statement" not in asked[0]["sql"]
    quarrel.publish([("lens", Stance.DENIES, f"Lens: {TOWN} stands.")], at=START + 5 * DAY, now=LEARNED + DAY)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("name", OF_A_CLAIM)
def test_bad_moment_and_unknown_claim_are_refused(scene: Scene, client: Client, name: str) -> None:
    refused = client.get(f"/claims/{scene.claim.slug}/{name}", {"known_at": "yesterday"})
    assert refused.status_code == 400
    assert refused.content.startswith(b"known_at: 'yesterday' is not a moment; write it in ISO 8601")
    assert client.get(f"/claims/nothing/{name}").status_code == 404
    assert client.post(f"/claims/{scene.claim.slug}/{name}").status_code == 405


def test_list_that_did_not_change_is_not_sent_again(quarrel: Scene, client: Client) -> None:
    for address in ("/feed.atom", "/feed.json", "/claims/feed.atom", "/claims/claims.csv", "/claims/claims.json"):
        with CaptureQueriesContext(connection) as asked:
            first = client.get(address)
        assert len(asked) <= 4
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    quarrel.publish([("lens", Stance.DENIES, f"Lens: {TOWN} stands.")], at=START, now=LEARNED + timedelta(days=1))
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
