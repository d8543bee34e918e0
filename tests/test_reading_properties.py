"""What holds of any text whatever, however it is encoded, and whoever reads it. Odder ones: test_reading_odd_texts."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.reading import Reader
from claims.reading.folding import fold
from claims.reading.values import Reading, Text
from tests.reading_articles import ARTICLES
from tests.reading_worlds import catalogue

READER = Reader(catalogue())


def check(text: Text, reading: Reading) -> None:
    words = text.words
    for found in reading.statements:
        assert 0 <= found.span.start < found.span.end <= len(words)
        assert found.quote == words[found.span.start : found.span.end]
        assert 0.0 <= found.confidence <= 1.0
        if found.cue:
            assert 0 <= found.cue.start < found.cue.end <= len(words)


@settings(max_examples=200, deadline=None)
@given(words=st.text(max_size=200))
def test_folding_keeps_the_way_back(words: str) -> None:
    folded = fold(words)
    offsets = [folded.at(at) for at in range(len(folded.text))]
    assert offsets == sorted(set(offsets))
    assert all(0 <= at < len(words) for at in offsets)
    assert folded.end(len(folded.text)) == len(words) or not folded.text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("article", ARTICLES, ids=[f"{a[0]}: {a[1]}" for a in ARTICLES])
def test_composed_and_decomposed_texts_read_alike(article: tuple[str, str, str, list[str]], form: str) -> None:
    lang, title, body, expected = article
    text = Text(body=unicodedata.normalize(form, body), title=unicodedata.normalize(form, title), lang=lang)
    reading = READER.read(text)
    check(text, reading)
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)


@pytest.mark.parametrize(
    "words",
    [
        "Генштаб Норландії спростував захоплення Мор\u00adвіна.",
        "Генштаб Норландії спростував захоплення Морві\u0301на.",
        "Генштаб\u00a0Норландії спростував захоплення\u00a0Морвіна.",
        "Генштаб Норландії cпрoстувaв захоплення Мoрвіна.",
    ],
    ids=["soft hyphen", "stress mark", "non-breaking blanks", "Latin letters that look Cyrillic"],
)
def test_what_the_eye_does_not_see_does_not_change_the_reading(words: str) -> None:
    text = Text(body=words, lang="uk")
    reading = READER.read(text)
    check(text, reading)
    assert [(one.claim, one.party, str(one.stance)) for one in reading.statements] == [
        ("veltia-controls-morvin", "norland", "denies")
    ]


def test_threads_read_alike() -> None:
    texts = [Text(body=body, title=title, lang=lang) for lang, title, body, _ in ARTICLES] * 3
    alone = [READER.read(text) for text in texts]
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(READER.read, texts)) == alone


def test_a_text_in_no_language_of_the_lexicons_gives_nothing() -> None:
    assert READER.read(Text(body="Morvin ist gefallen, sagt Veltia.", lang="de")).statements == ()
    assert READER.read(Text(body="", lang="en")).statements == ()
    assert READER.read(Text(body="… 123 …")).lang == ""


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("The Veltian army said on Monday that it had captured the town of Morvin after a long siege.", "en"),
        ("L'armée veltienne a annoncé lundi avoir pris la ville de Morvin après un long siège.", "fr"),
        ("Вельтійське військо заявило в понеділок, що захопило місто Морвін після тривалої облоги.", "uk"),
        ("Вельтийская армия заявила в понедельник, что захватила город Морвин после долгой осады.", "ru"),
    ],
)
def test_the_language_is_found(body: str, lang: str) -> None:
    assert READER.read(Text(body=body)).lang == lang


def test_a_channel_speaks_as_its_party() -> None:
    reading = READER.read(
        Text(body="Morvin has been liberated. Our flag flies over the town.", lang="en", speaks_as="veltia")
    )
    assert [(one.party, str(one.stance)) for one in reading.statements] == [("veltia", "affirms")]
