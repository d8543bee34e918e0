"""What was labelled before a language was tuned is read about as well as when it was measured, and better than a floor.

The articles under `tests/labelled/` are ours, of invented worlds, in the format of the gold files; the floors stand a
little under what `evaluate` printed for them.
"""

from pathlib import Path

import pytest

from claims.reading import Reader
from claims.reading.catalogue import load_catalogue
from claims.reading.language import find_language
from claims.reading.scoring import check_gold, hold_against, parse_gold, score

LABELLED = Path(__file__).parent / "labelled"
FLOORS = {"es": 0.86}


def test_each_folder_of_labelled_articles_has_a_floor() -> None:
    assert {folder.name for folder in LABELLED.iterdir() if folder.is_dir()} >= FLOORS.keys()


@pytest.mark.parametrize("lang", sorted(FLOORS))
def test_labelled_articles_of_a_language_are_read_above_its_floor(lang: str) -> None:
    folder = LABELLED / lang
    catalogue = load_catalogue(folder / "claims.json", folder / "parties.json")
    articles = parse_gold((folder / "held.jsonl").read_text(encoding="utf-8").split("\n"))
    check_gold(articles, catalogue)
    assert {article.text.lang for article in articles} == {lang}
    assert sum(not article.rows for article in articles) >= 2, "some must have nothing to find"
    reader = Reader(catalogue)
    outcomes = hold_against(articles, [reader.read(article.text) for article in articles], catalogue)
    scores = score(articles, outcomes)
    assert scores["overall"]["f1"] >= FLOORS[lang], [one for one in outcomes if one.gold != one.found]
    assert scores["empty_right"] == 1.0


@pytest.mark.parametrize("lang", sorted(FLOORS))
def test_the_language_of_each_paragraph_is_told(lang: str) -> None:
    articles = parse_gold((LABELLED / lang / "held.jsonl").read_text(encoding="utf-8").split("\n"))
    paragraphs = [part for article in articles for part in article.text.words.split("\n\n") if len(part) > 60]
    assert len(paragraphs) > 30
    assert [part for part in paragraphs if find_language(part) != lang] == []
