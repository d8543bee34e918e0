"""The scores follow the guide, and the two reading commands need no database."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from claims.reading.catalogue import CatalogueError
from claims.reading.scoring import GoldArticle, GoldRow, compare, hold_against, parse_gold, score, token_f1
from claims.reading.values import Found, Reading, Span, Text
from claims.words import Stance, Strength
from tests.reading_worlds import CLAIMS, PARTIES, catalogue

MORVIN = "veltia-controls-morvin"


def found(party: str, stance: Stance, quote: str = "q") -> Found:
    return Found(MORVIN, party, stance, quote, Span(0, 1), None, Strength.PLAIN, 0.8, "rule")


def gold(rows: list[tuple[str, Stance]], lang: str = "en", name: str = "a") -> GoldArticle:
    return GoldArticle(
        name, Text(body="x", lang=lang), tuple(GoldRow(MORVIN, party, stance, "q r") for party, stance in rows)
    )


def test_a_row_is_right_when_claim_party_and_stance_agree() -> None:
    articles = [gold([("veltia", Stance.AFFIRMS), ("norland", Stance.DENIES)]), gold([], "fr", "b")]
    readings = [
        Reading("en", (found("veltia", Stance.AFFIRMS), found("norland", Stance.UNSETTLED))),
        Reading("fr", ()),
    ]
    scores = score(articles, hold_against(articles, readings, catalogue()))
    assert scores["overall"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "rows": 2}
    assert scores["by_stance"]["denies"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "rows": 1}
    assert scores["by_kind"] == {"control": scores["overall"]}
    assert scores["by_genre"] == {"unstated": scores["overall"]}
    assert scores["confusion"]["denies"] == {"affirms": 0, "denies": 0, "unsettled": 1, "nothing": 0}
    assert scores["empty_right"] == 1.0
    assert scores["quote_f1"] == pytest.approx(0.6667, abs=1e-4)


def test_quotes_are_compared_word_by_word() -> None:
    assert token_f1("the town fell", "The town fell.") == 1.0
    assert token_f1("the town", "a village") == 0.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2, column 2 is not JSON"),
        ('{"id": "a"}', "line 2: text must be text"),
        (
            '{"id": "a", "text": "t", "statements": [{"claim": "c", "party": "p", "stance": "maybe"}]}',
            "stance must be one of",
        ),
        (
            '{"id": "a", "text": "t", "statements": [{"claim": "c", "party": "p", "stance": "denies", "quote": "u"}]}',
            'line 2: statement 1: quote "u" is not in title or text; copy it from there exactly',
        ),
        ('{"id": "a", "text": "t", "statements": [], "published_at": "2026-01-01T00:00:00"}', "must carry a time zone"),
    ],
)
def test_a_bad_gold_line_is_named(line: str, message: str) -> None:
    good = '{"id": "a", "text": "t", "statements": []}'
    with pytest.raises(CatalogueError, match=message):
        parse_gold([good, line])


def test_an_article_may_come_once() -> None:
    line = '{"id": "a", "text": "t", "statements": []}'
    with pytest.raises(CatalogueError, match='line 2: id "a" is that of line 1'):
        parse_gold([line, line])


def test_a_comparison_counts_what_a_change_won_and_lost() -> None:
    articles = [gold([("veltia", Stance.AFFIRMS), ("norland", Stance.DENIES)])]
    before = [Reading("en", (found("veltia", Stance.AFFIRMS), found("third", Stance.DENIES)))]
    now = [Reading("en", (found("veltia", Stance.DENIES), found("norland", Stance.DENIES)))]
    told = compare(hold_against(articles, before, catalogue()), hold_against(articles, now, catalogue()))
    assert [(was.party if was else None, reads.party if reads else None) for was, reads in told.won] == [
        ("norland", "norland"),
        ("third", None),
    ]
    assert [reads.party for _, reads in told.lost if reads] == ["veltia"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    claims, parties = tmp_path / "claims.json", tmp_path / "parties.json"
    claims.write_text(json.dumps(CLAIMS), encoding="utf-8")
    parties.write_text(json.dumps(PARTIES), encoding="utf-8")
    return ["--claims", str(claims), "--parties", str(parties)]


def run(*arguments: str) -> Any:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_read_prints_the_agreed_shape(tmp_path: Path, files: list[str]) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Norland denied that Morvin had fallen.", encoding="utf-8")
    reading = json.loads(run("read", str(article), "--lang", "en", "--json", *files))
    assert set(reading) == {"lang", "statements", "candidates"}
    (statement,) = reading["statements"]
    assert set(statement) == {
        "claim", "party", "stance", "quote", "start", "end", "cue", "strength", "confidence", "rule",
        "said_at",
    }  # fmt: skip
    assert (statement["party"], statement["stance"]) == ("norland", "denies")
    words = article.read_text(encoding="utf-8")
    assert words[statement["start"] : statement["end"]] == statement["quote"]
    assert words[slice(*statement["cue"])] == "denied"
    assert statement["said_at"] is None
    assert "Norland denied" in run("read", str(article), "--lang", "en", *files)


@pytest.mark.parametrize(
    ("published_at", "words", "said_at"),
    [
        ("2025-12-03T18:00:00+01:00", "Norland denied that Morvin had fallen.", "2025-12-03T17:00:00Z"),
        ("2025-12-03T18:00:00+01:00", "Norland denied on Monday that Morvin had fallen.", "2025-12-01T22:59:59Z"),
        ("", "Norland denied on 1 December 2025 that Morvin had fallen.", "2025-12-01T23:59:59Z"),
    ],
    ids=["publication", "the text", "the text alone"],
)
def test_read_tells_when_it_was_said(
    tmp_path: Path, files: list[str], published_at: str, words: str, said_at: str
) -> None:
    article = tmp_path / "article.txt"
    article.write_text(words, encoding="utf-8")
    asked = ["--published-at", published_at] if published_at else []
    reading = json.loads(run("read", str(article), "--lang", "en", "--json", *asked, *files))
    assert [statement["said_at"] for statement in reading["statements"]] == [said_at]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"a\0b", "NUL bytes"),
        (b"ok\n\xff", "line 2 is not UTF-8"),
        (b"a" * 5_000_001, "longer than 5 MB"),
    ],
    ids=["empty", "NUL", "encoding", "too long"],
)
def test_read_refuses_a_bad_file_with_its_cure(content: bytes, message: str, tmp_path: Path, files: list[str]) -> None:
    article = tmp_path / "article.txt"
    article.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run("read", str(article), "--lang", "en", *files)


def test_read_refuses_a_language_it_has_no_lexicon_for(tmp_path: Path, files: list[str]) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Morvin.", encoding="utf-8")
    with pytest.raises(CommandError, match="--lang xx: is read by no lexicon; give one of en, es"):
        run("read", str(article), "--lang", "xx", *files)


def test_read_wants_both_files_or_neither(tmp_path: Path, files: list[str]) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Morvin.", encoding="utf-8")
    with pytest.raises(CommandError, match="go together"):
        run("read", str(article), *files[:2])


def test_evaluate_prints_the_agreed_shape(tmp_path: Path, files: list[str]) -> None:
    line = {
        "id": "a",
        "lang": "en",
        "title": "",
        "text": "Norland denied that Morvin had fallen.",
        "statements": [{"claim": MORVIN, "party": "norland", "stance": "denies", "quote": "Norland denied"}],
    }
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    scores = json.loads(run("evaluate", str(path), "--json", *files))
    assert set(scores) == {
        "overall", "by_lang", "by_stance", "by_kind", "by_genre", "empty_right", "quote_f1", "confusion", "rows",
    }  # fmt: skip
    assert scores["overall"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "rows": 1}
    assert "overall" in run("evaluate", str(path), *files)


def test_evaluate_names_the_line_at_fault(tmp_path: Path, files: list[str]) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "t", "statements": []}\nnot json\n', encoding="utf-8")
    with pytest.raises(CommandError, match=r"gold\.jsonl: line 2"):
        run("evaluate", str(path), *files)


MISREAD = {
    "id": "a<b",
    "lang": "en",
    "title": "",
    "text": "Norland & its friends denied that Morvin had fallen.",
    "genre": "wire",
    "statements": [{"claim": MORVIN, "party": "veltia", "stance": "affirms", "quote": "Morvin had fallen"}],
}


def test_each_misreading_is_shown_beside_its_text(tmp_path: Path, files: list[str]) -> None:
    path, page = tmp_path / "gold.jsonl", tmp_path / "errors.html"
    path.write_text(json.dumps(MISREAD) + "\n", encoding="utf-8")
    told = run("evaluate", str(path), "--errors", str(page), *files)
    assert f"misreadings: {page}" in told
    assert "genre wire" in told
    html = page.read_text(encoding="utf-8")
    assert "a&lt;b" in html
    assert "Norland &amp; its friends" in html
    assert '<span class="gold found">Morvin had fallen</span>' in html
    assert "veltia" in html
    assert "norland" in html


def test_what_a_change_won_is_told_against_an_earlier_run(tmp_path: Path, files: list[str]) -> None:
    path, earlier = tmp_path / "gold.jsonl", tmp_path / "before.json"
    path.write_text(json.dumps(MISREAD) + "\n", encoding="utf-8")
    before = json.loads(run("evaluate", str(path), "--json", *files))
    earlier.write_text(json.dumps(before), encoding="utf-8")
    assert "won 0, lost 0" in run("evaluate", str(path), "--compare", str(earlier), *files)
    before["rows"][0] |= {"found": "affirms"}
    earlier.write_text(json.dumps(before), encoding="utf-8")
    told = run("evaluate", str(path), "--compare", str(earlier), *files)
    assert "won 0, lost 1" in told
    assert f"- a<b  {MORVIN}  veltia: editor says affirms; was read as affirms, now as nothing" in told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no", "is not JSON"),
        ("{}", "has no rows with their outcomes"),
        ('{"rows": [{"article": "z"}]}', "has no rows with their outcomes"),
    ],
)
def test_compare_refuses_what_is_no_earlier_run(content: str, message: str, tmp_path: Path, files: list[str]) -> None:
    path, earlier = tmp_path / "gold.jsonl", tmp_path / "before.json"
    path.write_text(json.dumps(MISREAD) + "\n", encoding="utf-8")
    earlier.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=message):
        run("evaluate", str(path), "--compare", str(earlier), *files)
