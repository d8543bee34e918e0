"""ninjs: items of all three generations become the same article, and what cannot be taken is pointed at as written."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.intake import ArrivedArticle, Refused, parse_item, parse_ninjs
from claims.intake.ninjs import is_ninjs

NOW = datetime(2031, 6, 1, 12, tzinfo=UTC)
TITLE = "The mill is held"
TEXT = "The Reds said they hold the mill.\nThe Blues said they do not."
MARKED = "<p>The Reds said they hold <b>the mill</b>.</p><p>The Blues said they do not.</p>"
FLAT = "The Reds said they hold the mill. The Blues said they do not."
URN = "urn:newsml:wire.example:20310530:mill"
PAGE = "https://wire.example/2031/mill"

OF_1 = {
    "uri": URN,
    "type": "text",
    "mimetype": "text/plain",
    "representationtype": "complete",
    "firstcreated": "2031-05-30T10:00:00Z",
    "versioncreated": "2031-05-30T14:00:00+02:00",
    "pubstatus": "usable",
    "language": "en-GB",
    "copyrightholder": "The Wire",
    "byline": "By A. Miller",
    "headline": TITLE,
    "body_text": FLAT,
    "body_xhtml": MARKED,
    "infosource": [{"name": "River Agency", "rel": "supplied", "code": "ra"}],
    "person": [{"name": "A. Miller", "rel": "creator"}],
    "altids": {"slug": "mill"},
    "associations": {"picture": {"uri": "https://wire.example/p/1", "headline": "Another headline"}},
    "$standard": {"name": "ninjs", "version": "1.5"},
}
OF_2 = {
    "uri": URN,
    "type": "text",
    "representationtype": "full",
    "firstcreated": "2031-05-30T10:00:00Z",
    "versioncreated": "2031-05-30T12:00:00Z",
    "pubstatus": "usable",
    "language": "en",
    "copyrightholder": "The Wire",
    "by": "By A. Miller",
    "headlines": [{"role": "short", "value": "Mill"}, {"role": "main", "contenttype": "text/plain", "value": TITLE}],
    "bodies": [
        {"role": "teaser", "contenttype": "text/html", "value": "<p>The Reds said.</p>"},
        {"role": "main", "contenttype": "text/plain", "charcount": 60, "value": FLAT},
        {"role": "html5", "contenttype": "text/html", "value": f"<html><head><title>x</title></head><body>{MARKED}"},
        {"role": "nitf", "contenttype": "application/xml", "value": "<nitf><body>Not this.</body></nitf>" * 9},
    ],
    "infosources": [{"name": "River Agency", "role": "supplier"}],
    "associations": [{"name": "picture", "uri": "https://wire.example/p/1", "headlines": [{"value": "Another"}]}],
    "altids": [{"role": "slug", "value": "mill"}],
    "standard": {"name": "ninjs", "version": "2.1"},
}
OF_3 = {
    "uri": URN,
    "type": "text",
    "representationType": "full",
    "firstCreated": "2031-05-30T10:00:00Z",
    "versionCreated": "2031-05-30T12:00:00Z",
    "embargoedUntil": "2031-05-30T09:00:00Z",
    "pubStatus": "usable",
    "language": "en",
    "copyrightHolder": "The Wire",
    "by": "By A. Miller",
    "headlines": [{"value": TITLE}],
    "bodies": [{"contentType": "application/xhtml+xml", "wordCount": 14, "value": f"<h1>{TITLE}</h1>{MARKED}"}],
    "infoSources": [{"literal": "River Agency", "role": "supplier"}],
    "altIds": [{"role": "slug", "value": "mill"}],
    "somethingOfNinjs4": {"that": ["we", "do", "not", "know"]},
    "standard": {"name": "ninjs", "version": "3.1"},
}
GENERATIONS = pytest.mark.parametrize("item", [OF_1, OF_2, OF_3], ids=["1.x", "2.x", "3.x"])


def parse(item: dict[str, Any], **changes: Any) -> ArrivedArticle:
    """An item but for some members (None: without the member)."""
    return parse_ninjs({k: v for k, v in {**item, **changes}.items() if v is not None}, NOW)


@GENERATIONS
def test_items_of_every_generation_become_the_same_article(item: dict[str, Any]) -> None:
    assert parse(item) == ArrivedArticle(
        url=URN,
        source="The Wire",
        lang="en",
        published_at=datetime(2031, 5, 30, 10, tzinfo=UTC),
        title=TITLE,
        text=TEXT,
        modified_at=datetime(2031, 5, 30, 12, tzinfo=UTC),
        uri=URN,
        credit="River Agency",
    )


@GENERATIONS
def test_an_item_is_known_by_its_shape(item: dict[str, Any]) -> None:
    assert is_ninjs(item)
    assert parse_item(item, NOW) == parse(item)


@pytest.mark.parametrize(
    "ours",
    [
        {"url": PAGE, "source": "The Wire", "published_at": "2031-05-30", "text": "x"},
        {"uri": PAGE, "source": "The Wire", "published_at": "2031-05-30", "text": "x"},
        {"url": PAGE, "pubstatus": "canceled"},
        {},
    ],
)
def test_our_own_form_is_not_taken_for_ninjs_and_stays_strict(ours: dict[str, Any]) -> None:
    assert not is_ninjs(ours)
    if "uri" in ours:
        with pytest.raises(Refused, match="uri: is not a field of an article"):
            parse_item(ours, NOW)


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({"uri": "https://WIRE.example/a?utm_source=x#top"}, "https://wire.example/a"),
        ({"uri": "tag:wire.example,2031:mill"}, "tag:wire.example,2031:mill"),
        ({"url": f"{PAGE}?utm_medium=feed"}, PAGE),
        ({"url": "not an address"}, URN),
        ({"altIds": [{"role": "canonicalUrl", "value": PAGE}]}, PAGE),
        ({"altIds": {"web": PAGE, "other": "https://wire.example/"}}, PAGE),
        ({"altIds": [{"role": "slug", "value": PAGE}, {"value": PAGE}, "x", 7]}, URN),
        ({"altIds": "none"}, URN),
    ],
)
def test_its_address_is_the_page_it_gives_or_its_uri(changes: dict[str, Any], url: str) -> None:
    arrived = parse(OF_3, **changes)
    assert (arrived.url, arrived.uri) == (url, changes.get("uri", URN))


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, "The Wire"),
        ({"source": "Post", "provider": "Other"}, "Post"),
        ({"provider": {"name": "Post"}}, "Post"),
        ({"copyrightHolder": None}, "wire.example"),  # not whom the words come from
        ({"copyrightHolder": "x" * 201}, "wire.example"),
        ({"copyrightHolder": None, "infoSources": []}, "wire.example"),
        ({"copyrightHolder": None, "infoSources": None, "uri": "https://www.post.example/1"}, "post.example"),
        (
            {"copyrightHolder": 7, "infoSources": [[["x"]], {"name": 8}], "uri": "tag:post.example,2031:1"},
            "post.example",
        ),
    ],
)
def test_its_source_is_whom_it_names_or_the_domain_of_its_uri(changes: dict[str, Any], source: str) -> None:
    arrived = parse(OF_3, **changes)
    assert arrived.source == source
    assert any("names no publisher" in note for note in arrived.notes) == source.endswith(".example")


@pytest.mark.parametrize(
    ("changes", "credit"),
    [
        ({"infoSources": [{"name": "A"}, {"name": "B"}, {"name": "A"}]}, "A, B"),
        ({"infoSources": None}, "By A. Miller"),
        ({"infoSources": None, "by": None}, ""),
        ({"infoSources": [{"name": "x" * 400}]}, "x" * 300),
    ],
)
def test_its_credit_is_its_information_sources_or_its_byline(changes: dict[str, Any], credit: str) -> None:
    assert parse(OF_3, **changes).credit == credit


@pytest.mark.parametrize(
    ("changes", "published", "modified"),
    [
        ({"firstCreated": None}, "2031-05-30T12:00", "2031-05-30T12:00"),
        (
            {"firstCreated": None, "contentCreated": "2031-05-29T08:00:00Z", "embargoedUntil": None},
            "2031-05-29T08:00",
            "2031-05-30T12:00",
        ),
        ({"versionCreated": None}, "2031-05-30T10:00", None),
        ({"embargoedUntil": "2031-05-30T11:00:00Z"}, "2031-05-30T11:00", "2031-05-30T12:00"),
        ({"embargoedUntil": "2031-05-31T00:00:00Z"}, "2031-05-31T00:00", "2031-05-31T00:00"),
    ],
)
def test_its_times(changes: dict[str, Any], published: str, modified: str | None) -> None:
    arrived = parse(OF_3, **changes)
    shown = arrived.modified_at and arrived.modified_at.isoformat()[:16]
    assert (arrived.published_at.isoformat()[:16], shown) == (published, modified)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([{"value": "One.\n\nTwo."}], "One.\n\nTwo."),
        ([{"value": MARKED}], TEXT),
        (["One."], "One."),
        ([{"contentType": "text/plain; charset=utf-8", "value": "a < b & c"}], "a < b & c"),
        ([{"contentType": "text/html", "value": "<p>R&amp;D</p><script>x()</script><style>p{}</style>"}], "R&D"),
        ([{"contentType": "text/html", "value": "<!--" * 60_000}, {"value": "One."}], "One."),
        ([{"value": f"{TITLE}\nOne."}], "One."),
    ],
)
def test_its_body_is_made_plain(body: list[Any], text: str) -> None:
    assert parse(OF_3, bodies=body).text == text


def test_title_and_description_stand_in_for_what_is_missing() -> None:
    bare = parse(OF_3, headlines=None, bodies=None, title="Mill", descriptions=[{"value": "The Reds said."}])
    assert (bare.title, bare.text) == ("Mill", "The Reds said.")
    assert bare.notes == ("the item has no body; its description was taken for the text",)
    older = parse(OF_1, body_text=None, body_xhtml=None, description_text="The Reds said.")
    assert older.text == "The Reds said."
    part = parse(OF_3, representationType="partial")
    assert part.notes == ("the item says that it holds only a part of the text",)


@GENERATIONS
def test_a_canceled_item_withdraws_by_its_uri_alone(item: dict[str, Any]) -> None:
    name = "pubStatus" if "pubStatus" in item else "pubstatus"
    for sent in ({"uri": URN, name: "canceled"}, {**item, name: "canceled", "type": "picture"}):
        arrived = parse_ninjs(sent, NOW)
        assert (arrived.canceled, arrived.url, arrived.uri) == (True, URN, URN)


@pytest.mark.parametrize(
    ("item", "changes", "member", "message"),
    [
        (OF_3, {"uri": None}, "uri", "is missing"),
        (OF_3, {"uri": 7}, "uri", "is a number, not a text"),
        (OF_3, {"uri": "mill"}, "uri", "is no web address, urn or tag"),
        (OF_3, {"uri": "javascript:alert(1)"}, "uri", "is no web address"),
        (OF_3, {"uri": "https://u:p@wire.example/"}, "uri", "carries a user name"),
        (OF_3, {"embargoedUntil": "2031-06-02T00:00:00Z"}, "embargoedUntil", "it is under embargo until 2031-06-02"),
        (OF_1, {"embargoed": "2031-06-02T00:00:00Z"}, "embargoed", "it is under embargo until 2031-06-02"),
        (OF_3, {"embargoedUntil": "soon"}, "embargoedUntil", "'soon' is not a moment"),
        (OF_3, {"pubStatus": "withheld"}, "pubStatus", "withheld"),
        (OF_3, {"pubStatus": "stopped"}, "pubStatus", "is 'stopped'"),
        (OF_3, {"type": "picture"}, "type", "is 'picture', which is not read"),
        (OF_3, {"versionCreated": None, "firstCreated": None}, "versioncreated", "is missing"),
        (OF_3, {"versionCreated": 7}, "versionCreated", "is 7, not a text"),
        (OF_3, {"language": "<b>"}, "language", "is '<b>'"),
        (OF_3, {"headlines": [{"value": 7}]}, "headlines", "is a number"),
        (OF_3, {"headlines": [{"value": "x" * 2001}]}, "headlines", "bytes long"),
        (OF_1, {"headline": "a\x00b"}, "headline", "holds NUL bytes"),
        (OF_3, {"bodies": [{"value": "\ud83d"}]}, "bodies", "half a surrogate pair"),
        (OF_3, {"bodies": [{"contentType": "application/xml", "value": "<nitf/>"}]}, "bodies", "holds no text"),
        (OF_1, {"body_text": None, "body_xhtml": None, "body_nitf": "<nitf/>"}, "body_nitf", "holds no text"),
        (OF_3, {"bodies": None, "headlines": None}, "bodies", "is empty"),
        (OF_3, {"bodies": None, "representationType": "partial"}, "representationType", "there is no body"),
        (OF_3, {"bodies": [{"value": "x" * (5 * 2**20 + 1)}]}, "bodies", "bytes long"),
    ],
)
def test_what_cannot_be_taken_is_pointed_at_as_it_was_written(
    item: dict[str, Any], changes: dict[str, Any], member: str, message: str
) -> None:
    with pytest.raises(Refused) as refused:
        parse(item, **changes)
    assert refused.value.field == member
    assert message in refused.value.message
    assert refused.value.cure
    json.dumps(refused.value.message).encode()
