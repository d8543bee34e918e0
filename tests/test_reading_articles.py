"""Whole short articles of invented worlds are read as a careful editor reads them."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_articles import ARTICLES
from tests.reading_worlds import catalogue

READER = Reader(catalogue())


@pytest.mark.parametrize(("lang", "title", "body", "expected"), ARTICLES, ids=[f"{a[0]}: {a[1]}" for a in ARTICLES])
def test_an_article_gives_its_rows(lang: str, title: str, body: str, expected: list[str]) -> None:
    text = Text(body=body, title=title, lang=lang)
    reading = READER.read(text)
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)
    for found in reading.statements:
        assert found.quote == text.words[found.span.start : found.span.end]
