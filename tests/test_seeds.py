"""The demonstration data keep their promises: complete, dated, marked, and no words put in a real mouth."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from claims.words import GRADES, OWN_VOICE, ClaimKind, Rule, Stance, Status

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
LANGUAGES = ("en", "fr", "uk", "ru")
MARKS = {
    "en": "[Demonstration text.]",
    "fr": "[Texte de démonstration.]",
    "uk": "[Демонстраційний текст.]",
    "ru": "[Демонстрационный текст.]",
}
REAL = ("russia", "ukraine", "deepstate", "isw", "usa", "milbloggers")
QUOTATION_MARKS = re.compile('[«»„“”"‹›]')
FIRST, LAST = datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)

Row = dict[str, Any]


def read(name: str) -> Any:
    return json.loads((SEEDS / name).read_text(encoding="utf-8"))


PARTIES: dict[str, Row] = {p["slug"]: p for p in read("parties.json")}
SOURCES: dict[str, Row] = {s["slug"]: s for s in read("sources.json")}
CLAIMS: dict[str, Row] = {c["slug"]: c for c in read("claims.json")}
EXPECTED: dict[str, Row] = read("expected.json")
LINES: list[Row] = [json.loads(line) for line in (SEEDS / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
EDITIONS = [line for line in LINES if "text" in line]
with (SEEDS / "records.csv").open(encoding="utf-8", newline="") as file:
    RECORDS = list(csv.DictReader(file))
with (SEEDS / "observations.csv").open(encoding="utf-8", newline="") as file:
    OBSERVED = list(csv.DictReader(file))


def bare_paragraphs(article: Row) -> set[str]:
    """The article's paragraphs without the demonstration mark."""
    return {p.removesuffix(MARKS[article["lang"]]).strip() for p in article["text"].split("\n\n")}


def real_names(lang: str) -> re.Pattern[str]:
    """Finds a real party in any inflected form, for which the last letters of each longer name are let go."""
    names = {name for slug in REAL for name in PARTIES[slug]["names"].get(lang, [])}
    stems = (
        " ".join(w if len(w) < 5 or lang == "en" else w[:-2] if len(w) > 6 else w[:-1] for w in n.split())
        for n in names
    )
    return re.compile(r"\b(?:" + "|".join(r"\w*\s+".join(map(re.escape, s.split())) for s in stems) + ")", re.I)


def times() -> Iterator[str]:
    for line in LINES:
        yield from (line[key] for key in ("published_at", "modified_at") if key in line)
    yield from (row["said_at"] for row in RECORDS)


def test_there_is_enough_to_show() -> None:
    by_language = Counter({line["url"]: line["lang"] for line in EDITIONS}.values())
    assert sum(by_language.values()) >= 28
    assert set(by_language) == set(LANGUAGES)
    assert min(by_language.values()) >= 7


@pytest.mark.parametrize("article", EDITIONS, ids=lambda a: f"{a['url']}{'#edited' if 'modified_at' in a else ''}")
def test_an_article_is_complete_and_marked(article: Row) -> None:
    assert set(article) <= {"url", "source", "lang", "published_at", "title", "text", "modified_at"}
    assert article["title"].strip()
    assert 120 <= len(article["text"].split()) <= 300
    assert article["text"].count(MARKS[article["lang"]]) == 1
    last = article["text"].split("\n\n")[-1]
    assert last.endswith(MARKS[article["lang"]])
    assert last != MARKS[article["lang"]], "a mark in a paragraph of its own would look like shared text"


@pytest.mark.parametrize("article", EDITIONS, ids=lambda a: f"{a['url']}{'#edited' if 'modified_at' in a else ''}")
def test_no_words_are_put_in_a_real_mouth(article: Row) -> None:
    named = real_names(article["lang"])
    for paragraph in (article["title"], *article["text"].split("\n\n")):
        assert not (named.search(paragraph) and QUOTATION_MARKS.search(paragraph)), paragraph


def test_the_guard_against_quotations_knows_inflected_names() -> None:
    assert real_names("uk").search("за словами Зеленського")
    assert real_names("ru").search("доложили Владимиру Путину")
    assert real_names("fr").search("selon les blogueurs militaires russes")
    assert real_names("en").search("the Ukrainian General Staff's bulletin")
    assert not real_names("en").search("Brennolit said so")


def test_records_quote_data_only() -> None:
    assert RECORDS
    for row in RECORDS:
        assert not QUOTATION_MARKS.search(row["quote"])
        assert re.search(r"\d", row["quote"]), row["quote"]
        # Measurements are made up, so they are those of the world that is made up.
        assert row["party"] not in REAL


def test_observations_are_of_places_of_which_there_are_claims() -> None:
    assert OBSERVED
    named = {claim["place"]["name"] for claim in CLAIMS.values() if claim["kind"] == ClaimKind.CONTROL}
    for row in OBSERVED:
        assert row["place"] in named
        assert FIRST.date() <= date.fromisoformat(row["date"]) < LAST.date()


def test_observations_agree_with_the_public_map() -> None:
    path = SEEDS.parent.parent / "shared" / "observations" / "deepstate_town_share.csv"
    if not path.exists():
        pytest.skip("the observations from which the rows were drawn are not on this machine")
    with path.open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    for row in OBSERVED:
        # A row was kept whenever the share changed, so the latest one up to the day is in force.
        before = [o for o in published if o["place"] == row["place"] and o["date"] <= row["date"]]
        share = max((o["date"], o["occupied_share"]) for o in before)[1]
        assert f"{float(share):.2f}" == row["occupied_share"], (row, share)


def test_everything_named_exists() -> None:
    for line in LINES:
        assert line["source"] in SOURCES
        assert urlsplit(line["url"]).netloc == urlsplit(SOURCES[line["source"]]["homepage"]).netloc
    for article in EDITIONS:
        assert article["lang"] == SOURCES[article["source"]]["language"]
    for row in RECORDS:
        assert row["claim"] in CLAIMS
        assert row["party"] in PARTIES
        assert row["source"] in SOURCES
        assert urlsplit(row["url"]).netloc.endswith(".example")
    for source in SOURCES.values():
        assert urlsplit(source["homepage"]).netloc.endswith(".example")
        assert source["kind"] in {"outlet", "agency", "channel"}
        assert source["reliability"] in GRADES
        assert source.get("speaks_as", OWN_VOICE) in PARTIES
    for party in PARTIES.values():
        assert party["reliability"] in GRADES
        assert party.get("aligned_with", OWN_VOICE) in PARTIES
        assert party["slug"] == OWN_VOICE or all(party["names"][lang] for lang in LANGUAGES)


def test_claims_are_worded_in_every_language() -> None:
    for claim in CLAIMS.values():
        if claim["kind"] == ClaimKind.CONTROL:
            assert {claim["holder"], claim["opposed"]} <= set(PARTIES)
            worded = claim["place"]["names"]
        else:
            assert claim["kind"] == ClaimKind.GENERAL
            assert set(claim.get("gains", [])) | set(claim.get("loses", [])) <= set(PARTIES)
            assert set(claim["keywords"]) == set(LANGUAGES)
            worded = claim["proposition"]
        assert set(worded) == set(LANGUAGES)


def test_times_carry_a_zone_and_lie_in_the_winter_told_of() -> None:
    for text in times():
        when = datetime.fromisoformat(text)
        assert when.tzinfo is not None, text
        assert FIRST <= when < LAST, text


def test_lines_stand_in_the_order_of_arrival() -> None:
    arrivals = [datetime.fromisoformat(line.get("modified_at") or line["published_at"]) for line in LINES]
    assert arrivals == sorted(arrivals)


def test_every_language_has_a_wire_text_that_several_outlets_carry() -> None:
    wires = set()
    for article in EDITIONS:
        carriers = {
            other["source"]
            for other in EDITIONS
            if other["lang"] == article["lang"] and len(bare_paragraphs(article) & bare_paragraphs(other)) >= 3
        }
        if len(carriers) >= 3:
            wires.add(article["lang"])
    assert wires == set(LANGUAGES)


def test_stories_that_are_no_copies_share_no_paragraph() -> None:
    for index, one in enumerate(EDITIONS):
        for other in EDITIONS[index + 1 :]:
            shared = bare_paragraphs(one) & bare_paragraphs(other)
            assert not shared or len(shared) >= 3, (one["url"], other["url"], shared)


def test_an_article_was_edited_and_lost_a_sentence() -> None:
    by_url: dict[str, list[Row]] = {}
    for article in EDITIONS:
        by_url.setdefault(article["url"], []).append(article)
    edited = [editions for editions in by_url.values() if len(editions) > 1]
    assert edited
    for first, second in edited:
        assert datetime.fromisoformat(second["modified_at"]) > datetime.fromisoformat(first["published_at"])
        assert bare_paragraphs(first) - bare_paragraphs(second)


def test_an_article_was_withdrawn_after_it_was_published() -> None:
    withdrawn = [line for line in LINES if line.get("pubstatus") == "canceled"]
    assert withdrawn
    for line in withdrawn:
        (published,) = (a for a in EDITIONS if a["url"] == line["url"])
        assert published["source"] == line["source"]
        assert datetime.fromisoformat(line["modified_at"]) > datetime.fromisoformat(published["published_at"])


def test_what_must_come_out_is_said_of_every_claim() -> None:
    assert set(EXPECTED) == set(CLAIMS)
    assert {row["status"] for row in EXPECTED.values()} == set(Status)
    for row in EXPECTED.values():
        assert row["rule"] in set(Rule)
        assert set(row["positions"]) <= set(PARTIES)
        assert set(row["positions"].values()) <= set(Stance)
