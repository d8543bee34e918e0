"""Whole short articles of invented worlds are read as a careful editor reads them."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_articles import ARTICLES
from tests.reading_other_articles import ARTICLES as OTHER_ARTICLES
from tests.reading_other_worlds import catalogue as other_catalogue
from tests.reading_worlds import catalogue

FIRST, OTHER = Reader(catalogue()), Reader(other_catalogue())
ALL = [(FIRST, *article) for article in ARTICLES] + [(OTHER, *article) for article in OTHER_ARTICLES]


@pytest.mark.parametrize(("reader", "lang", "title", "body", "expected"), ALL, ids=[f"{a[1]}: {a[2]}" for a in ALL])
def test_an_article_gives_its_rows(reader: Reader, lang: str, title: str, body: str, expected: list[str]) -> None:
    text = Text(body=body, title=title, lang=lang)
    reading = reader.read(text)
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)
    for found in reading.statements:
        assert found.quote == text.words[found.span.start : found.span.end]
