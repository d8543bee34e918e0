"""The journalists' pages show what the database holds, at any moment, to anybody, whatever the text may be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.assessment import Record
from claims.models import Article, Change, Claim, Party, Revision, Source, Statement
from claims.pipeline import (
    ReadRevision,
    ask_withdrawal,
    assess_claim,
    assign_story,
    decide_claim,
    follow_rows,
    lift_decision,
    record_reading,
    record_statements,
    record_withdrawal,
    review_statement,
)
from claims.pipeline.changing import compare_with_former
from claims.reading.values import Found, Reading, Span
from claims.showing.demonstration import is_demonstration
from claims.web.listing import CHANGES_SHOWN
from claims.web.timeline import PAGE
from claims.words import Stance, Status, Strength, Verdict

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
START = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
LEARNED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
TOWN = "Halvern"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Page(HTMLParser):
    """What a page says, and what a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "input", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.words = f"{self.words}{data}"

    @property
    def text(self) -> str:
        return " ".join(self.words.split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def links(self) -> list[str]:
        return [a["href"] or "" for a in self.named("a") if "href" in a]


@dataclass
class Scene:
    """A town that Borland says it holds, and what was published about it."""

    claim: Claim
    outlet: Source
    articles: int = 0

    def publish(
        self,
        said: list[tuple[str, Stance, str]],
        *,
        at: datetime,
        title: str = "A headline",
        text: str = "",
        source: Source | None = None,
        lang: str = "en",
        now: datetime = LEARNED,
        strength: Strength = Strength.PLAIN,
        article: Article | None = None,
    ) -> Article:
        """An article, or the next edition of one, in which these parties are found to say these words."""
        self.articles += 1
        if article is None:
            article = Article.objects.create(
                source=source or self.outlet,
                url=f"https://outlet.example/{self.articles}",
                published_at=at,
                recorded_at=now,
            )
        text = text or f"Report {self.articles} of that day, of {TOWN}. " + " ".join(quote for _, _, quote in said)
        revision = Revision.objects.create(
            article=article,
            number=article.revisions.count() + 1,
            lang=lang,
            title=title,
            text=text,
            digest=str(self.articles),
            published_at=at,
            recorded_at=now,
        )
        assign_story(revision.pk, now)
        found = []
        for party, stance, quote in said:
            start = revision.words.index(quote)
            span = Span(start, start + len(quote))
            found.append(Found(self.claim.slug, party, stance, quote, span, None, strength, 0.9, "test"))
        change = compare_with_former(revision, lang)
        record_reading(ReadRevision(revision.pk, Reading(lang, tuple(found)), change=change), now)
        return article


@pytest.fixture
def scene() -> Scene:
    names = {"borland": "Borland", "halland": "Halland", "watch": "Border Watch", "lens": "Lens"}
    parties = {
        slug: Party.objects.create(slug=slug, names={"en": [name], "fr": [f"le {name}"]}, reliability="B")
        for slug, name in names.items()
    }
    outlet = Source.objects.create(
        slug="the-outlet", name="The Outlet", language="en", homepage="https://outlet.example/"
    )
    claim = Claim.objects.create(
        slug="borland-controls-halvern",
        kind="control",
        holder=parties["borland"],
        opposed=parties["halland"],
        place={"name": TOWN, "names": {"en": [TOWN], "ru": ["Хальверн"]}},
        recorded_at=LEARNED - 90 * DAY,
    )
    assess_claim(claim.pk, LEARNED - 90 * DAY, anew=True)
    return Scene(claim, outlet)


@pytest.fixture
def look(client: Client) -> Callable[..., Page]:
    """Ask for a page, see that it answers as expected and is sound HTML, and hand it over."""

    def ask(address: str, query: dict[str, str] | None = None, status: int = 200) -> Page:
        response = client.get(address, query or {})
        assert response.status_code == status, response.content[:500]
        page = Page(response.content.decode())
        assert page.unbalanced == []
        assert page.open == []
        assert len(page.named("h1")) == 1
        assert page.named("html")[0]["lang"] == "en"
        assert all("scope" in th for th in page.named("th"))
        assert {attrs.get("type") for attrs in page.named("script")} <= {"application/ld+json"}
        assert page.named("style") == []
        assert not [attrs for _, attrs in page.tags if "style" in attrs or any(a.startswith("on") for a in attrs)]
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        targets = [link.removeprefix("#") for link in page.links if link.startswith("#")]
        assert set(targets) <= set(ids)
        labelled = {attrs["for"] for attrs in page.named("label")}
        fields = [attrs for attrs in page.named("input") if attrs.get("type") != "hidden"] + page.named("select")
        assert {attrs["id"] for attrs in fields} <= labelled
        return page

    return ask


@pytest.fixture
def quarrel(scene: Scene) -> Scene:
    """Borland affirms in two stories, Halland denies in one, of which another outlet carries a copy."""
    copy = Source.objects.create(slug="copyist", name="The Copyist")
    wire = (
        f"Halland's staff says that {TOWN} stands. The night was quiet in the streets near the station and the river."
    )
    scene.publish([("borland", Stance.AFFIRMS, f"Borland's army has taken {TOWN}.")], at=START)
    scene.publish([("borland", Stance.AFFIRMS, f"Borland repeats that it holds {TOWN}.")], at=START + 2 * DAY)
    for source in (scene.outlet, copy):
        scene.publish(
            [("halland", Stance.DENIES, f"Halland's staff says that {TOWN} stands.")],
            at=START + DAY,
            text=wire,
            source=source,
            title="Halland denies",
        )
    return scene


def test_claim_page_shows_status_reason_positions_and_evidence(quarrel: Scene, look: Callable[..., Page]) -> None:
    page = look(f"/claims/{quarrel.claim.slug}/")
    assert f"Borland controls {TOWN}." in page.text
    assert "contested since 11 January 2026, 12:00 UTC" in page.text
    assert "Borland affirms it; Halland denies it." in page.text
    assert "affirms, firmly" in page.text
    assert "denies, weakly" in page.text
    assert f"Borland repeats that it holds {TOWN}." in page.text
    assert "The same text or a part of it in 1 other article:" in page.text
    assert "counted as one story" in page.text
    assert "confirmed, if Halland firmly affirmed it" in page.text
    assert "https://outlet.example/2" in page.links
    assert "/parties/borland/" in page.links
    assert "/sources/copyist/" in page.links
    assert {"datetime": "2026-01-11T12:00:00Z"} in page.named("time")
    assert [q.get("lang") for q in page.named("q")] == ["en", "en"]


def test_timeline_goes_both_ways_with_causes_before_effects(quarrel: Scene, look: Callable[..., Page]) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    newest = look(address).text.split("Timeline ")[-1]
    oldest = look(address, {"order": "oldest"}).text.split("Timeline ")[-1]
    first, second = f"Borland's army has taken {TOWN}.", f"Borland repeats that it holds {TOWN}."
    assert newest.index(second) < newest.index(first)
    assert oldest.index(first) < oldest.index("the status becomes ◐ contested") < oldest.index(second)
    assert oldest.index(f"says that {TOWN} stands") < oldest.index("the status becomes ◐ contested")


def test_page_as_it_was_and_as_we_knew_it(quarrel: Scene, look: Callable[..., Page]) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    before = look(address, {"as_of": "2026-01-11T11:59:59"})
    assert "This is not the page of now." in before.text
    assert "as of 11 January 2026, 11:59 UTC" in before.text
    assert "○ unverified" in before.text
    assert "One side only: Borland affirms it." in before.text
    assert "23 hours earlier" in before.text
    assert f"says that {TOWN} stands" not in before.text
    assert before.named("input")[0]["value"] == "2026-01-11T11:59:59"

    nothing_yet = look(address, {"as_of": "1999-01-01"})
    assert "○ unverified from the beginning" in nothing_yet.text
    assert "Nobody has taken a position." in nothing_yet.text

    not_learned = look(address, {"known_at": "2026-02-01T00:00:00Z"})
    assert "○ unverified" in not_learned.text
    assert "Nothing has been said of it yet." in not_learned.text

    unknown = look(address, {"known_at": "2020-01-01"})
    assert "Nothing was known to us of this claim at that moment." in unknown.text


def test_what_was_known_keeps_what_was_rejected_and_withdrawn_later(quarrel: Scene, look: Callable[..., Page]) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    denials = list(Statement.objects.filter(party__slug="halland").order_by("pk"))
    review_statement(denials[0].pk, Verdict.REJECTED, editor=None, reason="misread", now=LEARNED + DAY)
    asked = ask_withdrawal(denials[1].article_id or 0, withdrawn=True, why="", now=LEARNED + 2 * DAY)
    assert asked is not None
    record_withdrawal(asked.pk, LEARNED + 2 * DAY)

    now = look(address)
    assert "rejected by an editor: does not count" in now.text
    assert "the article was withdrawn, does not count since 3 March 2026, 08:00 UTC" in now.text
    assert "One side only: Borland affirms it." in now.text
    assert len(now.named("s")) == 2
    then = look(address, {"known_at": (LEARNED + DAY / 2).isoformat()})
    assert "contested" in then.text
    assert "rejected by an editor" not in then.text
    assert then.named("s") == []
    between = look(address, {"known_at": (LEARNED + 1.5 * DAY).isoformat()})
    assert "rejected by an editor" in between.text
    assert "withdrawn" not in between.text


def test_edition_that_drops_a_statement_says_so(scene: Scene, look: Callable[..., Page]) -> None:
    words = f"The mayor says that Borland holds {TOWN}."
    article = scene.publish([("watch", Stance.AFFIRMS, words)], at=START)
    scene.publish([], at=START + DAY, now=LEARNED + DAY, article=article, text=f"Correction. {TOWN} is quiet.")
    noted = "withdrawn from the article, which says that it was corrected or updated, edition 2, does not count since"
    assert f"{noted} 2 March 2026" in look(f"/claims/{scene.claim.slug}/").text
    newest = look(f"/articles/{article.pk}/", status=200)
    assert newest.named("mark") == []
    assert noted in newest.text
    assert "It says: Correction." in newest.text
    first = look(f"/articles/{article.pk}/", {"edition": "1"})
    assert len(first.named("mark")) == 1
    assert "Border Watch + affirms" in first.text
    look(f"/articles/{article.pk}/", {"edition": "3"}, status=404)
    assert "is no edition" in look(f"/articles/{article.pk}/", {"edition": "first"}, status=400).text


def test_decision_is_shown_with_its_rationale_until_it_is_lifted(quarrel: Scene, look: Callable[..., Page]) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    decision = decide_claim(quarrel.claim.pk, Status.REFUTED, "We were there.", author=None, now=LEARNED + DAY)
    decided = look(address)
    assert "✕ refuted since 2 March 2026, 08:00 UTC An editor decided it. We were there." in decided.text
    assert "nothing a party says changes the status until it is lifted" in decided.text
    lift_decision(decision.pk, "We were in the next town.", author=None, now=LEARNED + 2 * DAY)
    lifted = look(address)
    assert "◐ contested since" in lifted.text
    assert "an editor lifts the decision ✕ refuted We were in the next town." in lifted.text
    then = look(address, {"known_at": (LEARNED + 1.5 * DAY).isoformat(), "as_of": (LEARNED + 1.5 * DAY).isoformat()})
    assert "We were there." in then.text
    assert "We were in the next town." not in then.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"as_of": "yesterday"}, "as_of: 'yesterday' is not a moment"),
        ({"as_of": "2026-13-01"}, "is not a moment"),
        ({"known_at": "2999-01-01"}, "known_at: '2999-01-01' lies in the future"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "as_of"),
        ({"as_of": "9999-12-31T23:59:59-14:00"}, "as_of"),
        ({"known_at": "\x00"}, "is not a moment"),
        ({"order": "random"}, "is no order"),
        ({"after": "12"}, "is not a place in this timeline"),
        ({"after": "2026-01-01T00:00:00Z_x_y"}, "is not a place in this timeline"),
        ({"after": "tomorrow_0_1"}, "is not a moment"),
    ],
)
def test_bad_value_is_refused_with_its_name_and_a_cure(
    scene: Scene, look: Callable[..., Page], query: dict[str, str], says: str
) -> None:
    page = look(f"/claims/{scene.claim.slug}/", query, status=400)
    assert says in page.text
    assert "To mend it:" in page.text
    assert f"/claims/{scene.claim.slug}/" in page.links


def test_zone_whose_plus_sign_was_lost_in_the_address_is_understood(quarrel: Scene, client: Client) -> None:
    response = client.get(f"/claims/{quarrel.claim.slug}/?as_of=2026-01-11T12:30:00+01:00")
    assert 'as of <time datetime="2026-01-11T11:30:00Z">' in response.content.decode()


def test_hostile_text_stays_inert_everywhere(look: Callable[..., Page], client: Client) -> None:
    party = Party.objects.create(slug="mallory", kind=HOSTILE[:40], names={"en": [HOSTILE]}, note=HOSTILE)
    source = Source.objects.create(
        slug="evil", name=HOSTILE[:200], language=HOSTILE[:8], homepage="javascript:alert(1)"
    )
    claim = Claim.objects.create(
        slug="hostile", kind="general", proposition={"en": HOSTILE}, keywords={"en": [["x"]]}, recorded_at=LEARNED
    )
    assess_claim(claim.pk, LEARNED, anew=True)
    other = Party.objects.create(slug="other", names={"en": [f"{HOSTILE}2"]})
    scene = Scene(claim, source)
    said = f"{HOSTILE} they said."
    article = scene.publish([("mallory", Stance.AFFIRMS, said)], at=START, title=HOSTILE, lang='"x')
    record_statements(
        [Record("hostile", "other", Stance.DENIES, START, "evil", "javascript:alert(3)", HOSTILE, 1)], LEARNED + DAY
    )
    decide_claim(claim.pk, Status.CONTESTED, HOSTILE, author=None, now=LEARNED + 2 * DAY)
    for address in (
        "/",
        "/claims/",
        "/claims/hostile/",
        f"/articles/{article.pk}/",
        f"/parties/{party.slug}/",
        f"/parties/{other.slug}/",
        "/sources/evil/",
    ):
        page = look(address)
        assert HOSTILE in page.text, address
        assert {attrs["src"] for attrs in page.named("img")} <= {"/claims/hostile/badge.svg"}
        assert not [link for link in page.links if link.startswith("javascript:")]
    look("/claims/", {"q": HOSTILE})
    look("/claims/", {"q": "\x00"})
    look("/claims/hostile/", {"as_of": HOSTILE}, status=400)


def test_article_marks_overlapping_statements_where_they_stand(scene: Scene, look: Callable[..., Page]) -> None:
    long = f"Borland says that it holds {TOWN}, which Halland calls a lie."
    article = scene.publish(
        [("borland", Stance.AFFIRMS, long), ("halland", Stance.DENIES, "which Halland calls a lie")],
        at=START,
        title=f"Who holds {TOWN}?",
        text=f"First paragraph.\n\n{long}\nA new line.\n\nThe end.",
    )
    page = look(f"/articles/{article.pk}/")
    assert len(page.named("mark")) == 3
    body = page.text.split("First paragraph.")[1].split("The end.")[0]
    assert body == (
        f" Borland says that it holds {TOWN}, which Halland calls a lieHalland − denies.Borland + affirms A new line. "
    )
    for statement in Statement.objects.all():
        assert f"#list-{statement.pk}" in page.links


def test_parties_sources_and_stories_lead_to_the_evidence(quarrel: Scene, look: Callable[..., Page]) -> None:
    party = look("/parties/borland/")
    assert "affirms, firmly" in party.text
    assert f"/claims/{quarrel.claim.slug}/" in party.links
    copy = Article.objects.get(source__slug="copyist")
    source = look("/sources/copyist/")
    assert f"/articles/{copy.pk}/" in source.links
    assert "1 statement" in source.text
    article = look(f"/articles/{copy.pk}/")
    assert "2 articles carry this text or a part of it; they count as one story." in article.text
    assert "/sources/the-outlet/" not in article.links
    assert "The Outlet" in article.text
    record_statements(
        [Record(quarrel.claim.slug, "lens", Stance.UNSETTLED, START, "the-outlet", "", "0.4", 1)], LEARNED
    )
    assert "sent as a record" in look("/sources/the-outlet/").text


def test_home_tells_what_changed_and_what_is_contested(quarrel: Scene, look: Callable[..., Page]) -> None:
    page = look("/")
    assert "○ unverified →became ◐ contested Borland affirms it; Halland denies it." in page.text
    assert "So since 11 January 2026, 12:00 UTC; known to us since 1 March 2026, 08:00 UTC" in page.text
    assert "1 ◐ contested" in page.text
    assert page.links.count(f"/claims/{quarrel.claim.slug}/") == 2
    assert page.named("form")[0]["action"] == "/claims/"


def test_home_shows_a_claim_once_and_as_the_ledger_has_it_now(quarrel: Scene, look: Callable[..., Page]) -> None:
    """The feed keeps a change as it was first told; an older article that is read later moves when it was so."""
    address = f"/claims/{quarrel.claim.slug}/"
    quarrel.publish(
        [("halland", Stance.DENIES, f"{TOWN} is ours, says Halland.")], at=START - 2 * DAY, now=LEARNED + DAY
    )
    assert Change.objects.get(kind="status").valid_from == START + DAY
    assert Change.objects.filter(kind="history").exists()
    page = look("/")
    assert "○ unverified →became ◐ contested Borland affirms it; Halland denies it." in page.text
    assert "So since 10 January 2026, 12:00 UTC; known to us since 1 March 2026, 08:00 UTC" in page.text
    assert "◐ contested since 10 January 2026, 12:00 UTC" in look(address).text

    decision = decide_claim(quarrel.claim.pk, Status.REFUTED, "We were there.", author=None, now=LEARNED + 2 * DAY)
    decided = look("/")
    assert "◐ contested →became ✕ refuted An editor decided it. So since 3 March 2026, 08:00 UTC" in decided.text
    assert decided.links.count(address) == 1
    lift_decision(decision.pk, "We were in the next town.", author=None, now=LEARNED + 3 * DAY)
    lifted = look("/")
    assert "✕ refuted →became ◐ contested" in lifted.text
    assert lifted.links.count(address) == 2  # what changed lately, and what is contested now


def test_home_looks_for_changed_claims_behind_one_that_moves_often(scene: Scene, look: Callable[..., Page]) -> None:
    other = Claim.objects.create(
        slug="quiet", kind="general", proposition={"en": "A quiet claim."}, keywords={}, recorded_at=LEARNED
    )
    assess_claim(other.pk, LEARNED, anew=True)
    decide_claim(other.pk, Status.CONFIRMED, "Seen.", author=None, now=LEARNED)
    for n in range(CHANGES_SHOWN + 5):
        status = Status.REFUTED if n % 2 else Status.CONFIRMED
        decide_claim(scene.claim.pk, status, "Again.", author=None, now=LEARNED + (n + 1) * DAY)
    listed = [link for link in look("/").links if link in ("/claims/quiet/", f"/claims/{scene.claim.slug}/")]
    assert listed == [f"/claims/{scene.claim.slug}/", "/claims/quiet/"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "halv"}, True),
        ({"q": "borland HALVERN"}, True),
        ({"q": "хальверн"}, True),
        ({"q": "halvern nowhere"}, False),
        ({"q": "names"}, False),  # a key of the stored JSON, not a word of the claim
        ({"q": "%"}, False),
        ({"status": "contested"}, True),
        ({"status": "refuted"}, False),
        ({"status": "contested", "q": "river"}, True),  # a word of an article alone
        ({"status": "refuted", "q": "river"}, False),
    ],
)
def test_claims_are_found_by_their_words_and_status(
    quarrel: Scene, look: Callable[..., Page], query: dict[str, str], found: bool
) -> None:
    while follow_rows():
        pass
    assert (f"/claims/{quarrel.claim.slug}/" in look("/claims/", query).links) is found


def test_status_that_does_not_exist_is_refused(look: Callable[..., Page]) -> None:
    assert "'maybe' is no status; " not in look("/claims/", {"status": "maybe"}, status=400).text
    assert "it is one of unverified, contested, confirmed, refuted" in look("/claims/", {"status": "x"}, 400).text


@pytest.mark.parametrize(
    "address", ["/claims/none/", "/parties/none/", "/sources/none/", "/articles/0/", "/articles/" + "9" * 30 + "/"]
)
def test_what_is_not_there_is_not_found(look: Callable[..., Page], address: str) -> None:
    assert "There is no such page" in look(address, status=404).text


def test_how_page_says_the_policy_in_force(look: Callable[..., Page]) -> None:
    page = look("/how/")
    assert "at least 2 independent parties graded A-C" in page.text
    assert "A party holds a stance when its sum reaches 1, and firmly when it reaches 2" in page.text


def test_pages_are_read_only_and_forbid_scripts(quarrel: Scene, client: Client) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    response = client.get(address)
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response.cookies == {}
    assert client.post(address).status_code == 405


def test_made_up_words_are_told_from_what_an_outlet_published(scene: Scene, look: Callable[..., Page]) -> None:
    made_up = scene.publish([("borland", Stance.AFFIRMS, f"Borland has taken {TOWN}.")], at=START)
    real = Source.objects.create(slug="real", name="A real outlet", homepage="https://example.org/")
    record = Record(scene.claim.slug, "halland", Stance.DENIES, START + DAY, "real", "https://example.org/1", "No.", 1)
    record_statements([record], LEARNED)
    label = "demonstration text"
    claim = look(f"/claims/{scene.claim.slug}/").text
    assert claim.count(f"The Outlet {label}") == claim.count(label) == 2  # by its position and in the timeline
    assert "no outlet published it" in look(f"/articles/{made_up.pk}/").text
    assert label in look("/sources/the-outlet/").text
    assert label not in look(f"/sources/{real.slug}/").text
    scene.outlet.homepage = "https://example.org/"
    scene.outlet.save()
    assert label not in look("/sources/the-outlet/").text
    assert label in look(f"/articles/{made_up.pk}/").text


@pytest.mark.parametrize(
    ("address", "made_up"),
    [
        ("https://agency.example/2025/1", True),
        ("HTTP://WWW.AGENCY.EXAMPLE", True),
        ("https://agency.example:8443?page=1", True),
        ("https://agency.example./", True),
        ("https://me@agency.example#top", True),
        ("https://example/", True),
        ("https://example.com/", False),
        ("https://agency.example.org/", False),
        ("https://agency.org/a.example/", False),
        ("https://agency.org/?from=https://a.example/", False),
        ("https://a.example@agency.org/", False),
        ("https://anexample/", False),
        ("https://[::1/", False),
        ("agency:17", False),
        ("", False),
    ],
)
def test_only_the_domain_reserved_for_examples_is_a_demonstration(address: str, made_up: bool) -> None:
    assert is_demonstration(address) is made_up


def test_page_of_another_language_says_which_one_it_is_in(quarrel: Scene, client: Client) -> None:
    """Without a translation the words are English, and so are the names, the dates and the page's `lang`."""
    french = client.get(f"/claims/{quarrel.claim.slug}/", headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="en">' in french
    assert "11 January 2026" in french
    assert "Borland controls" in french


def plant(scene: Scene, number: int, *, begin: int = 0) -> None:
    """Add records of one party, ten minutes apart, from the third day on."""
    record_statements(
        [
            Record(
                scene.claim.slug,
                "lens",
                Stance.UNSETTLED,
                START + 3 * DAY + n * timedelta(minutes=10),
                "the-outlet",
                f"https://x/{n}",
            )
            for n in range(begin, begin + number)
        ],
        LEARNED + DAY,
    )


def count_queries(client: Client, address: str, query: dict[str, str]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("query", [{}, {"order": "oldest"}, {"as_of": "2026-02-27"}, {"known_at": "2026-03-03"}])
def test_claim_page_asks_as_often_with_10_statements_as_with_300(
    quarrel: Scene, client: Client, query: dict[str, str]
) -> None:
    address = f"/claims/{quarrel.claim.slug}/"
    # Both ends of the timeline hold all there is to load, so that neither page has less to ask for.
    quarrel.publish([("watch", Stance.DENIES, "Border Watch denies it.")], at=START + 20 * DAY)
    plant(quarrel, 5)
    few = count_queries(client, address, query)
    plant(quarrel, 290, begin=5)
    assert Statement.objects.count() == 300
    assert count_queries(client, address, query) == few
    assert few <= (14 if query.keys() & {"as_of", "known_at"} else 12)


def test_lists_ask_as_often_for_many_as_for_few(quarrel: Scene, client: Client) -> None:
    addresses = ("/", "/claims/", "/sources/the-outlet/", "/parties/borland/")
    few = [count_queries(client, address, {}) for address in addresses]
    for n in range(12):
        claim = Claim.objects.create(
            slug=f"other-{n}",
            kind="general",
            proposition={"en": f"Other claim {n}."},
            keywords={"en": [["other"]]},
            recorded_at=LEARNED,
        )
        assess_claim(claim.pk, LEARNED, anew=True)
        other = Scene(claim, quarrel.outlet, articles=100 + 10 * n)
        other.publish([("borland", Stance.AFFIRMS, "Borland affirms.")], at=START)
        other.publish([("halland", Stance.DENIES, "Halland denies.")], at=START)
    assert [count_queries(client, address, {}) for address in addresses] == few


@pytest.mark.parametrize("order", ["", "oldest"])
def test_timeline_pages_show_every_entry_once_and_in_order(
    quarrel: Scene, look: Callable[..., Page], order: str
) -> None:
    plant(quarrel, 250)
    # Ties: many statements of one instant, across the cut between two pages.
    record_statements(
        [
            Record(
                quarrel.claim.slug,
                "watch",
                Stance.UNSETTLED,
                START + 3 * DAY + timedelta(hours=25),
                "the-outlet",
                f"https://y/{n}",
            )
            for n in range(120)
        ],
        LEARNED + DAY,
    )
    seen: list[str] = []
    turns = 0
    query = {"order": order} if order else {}
    pages = 0
    while True:
        page = look(f"/claims/{quarrel.claim.slug}/", query)
        items = [attrs for attrs in page.named("li") if attrs.get("class") in ("said", "said void", "turn")]
        assert len(items) <= PAGE
        seen += [attrs["id"] or "" for attrs in items if attrs["class"] != "turn"]
        turns += sum(attrs["class"] == "turn" for attrs in items)
        pages += 1
        following = [a["href"] or "" for a in page.named("a") if a.get("rel") == "next"]
        if not following:
            break
        assert len(following) == 1
        query = dict(parse_qsl(urlsplit(following[0]).query))
    sign = "" if order else "-"
    expected = Statement.objects.order_by(f"{sign}said_at", f"{sign}pk").values_list("pk", flat=True)
    assert seen == [f"t{pk}" for pk in expected]
    assert pages == -(-(len(seen) + turns) // PAGE)
    assert turns == quarrel.claim.periods.known_at(None).filter(valid__startswith__isnull=False).count()


def test_pages_of_errors_stand_without_a_request() -> None:
    for name in ("400.html", "403.html", "404.html", "500.html", "503.html"):
        page = Page(render_to_string(name))
        assert len(page.named("h1")) == 1
        assert page.unbalanced == []
