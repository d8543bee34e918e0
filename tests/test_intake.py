"""Intake: what arrives is stored once, checked, and refused with the field, the reason and the cure."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from claims import intake, pipeline
from claims.intake import MAX_TEXT, Refused, Taken, canonical_url, parse_article, parse_record, take_article
from claims.models import Article, Revision, Source, Withdrawal
from tests.worlds import make_claim, make_parties

NOW = datetime(2031, 6, 1, 12, tzinfo=UTC)
URL = "https://post.example/mill"
ARTICLE: dict[str, object] = {
    "url": URL,
    "source": "The Post",
    "lang": "en",
    "published_at": "2031-05-30T10:00:00Z",
    "title": "The mill",
    "text": "The Reds hold the mill.",
}


def take(now: datetime = NOW, **changes: object) -> Taken:
    """An article arrives, as `ARTICLE` but for some fields (None: without the field)."""
    record = {key: value for key, value in {**ARTICLE, **changes}.items() if value is not None}
    return take_article(parse_article(record, now), now)


def refusal(record: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        parse_article(record, NOW)
    assert refused.value.cure
    assert len(str(refused.value)) < 500
    str(refused.value).encode()
    return refused.value


# --- Once, however often ---


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_of_one_article_make_one_article_and_one_edition() -> None:
    barrier = threading.Barrier(20)
    outcomes: list[str] = []
    faults: list[BaseException] = []

    def arrive() -> None:
        try:
            barrier.wait(30)
            outcomes.append(take().outcome)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults
    assert sorted(outcomes) == ["created", *["repeated"] * 19]
    assert (Article.objects.count(), Revision.objects.count(), Source.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_the_same_text_again_changes_nothing() -> None:
    first = take()
    again = take(NOW + timedelta(hours=1), url=f"{URL}?utm_source=feed#top")
    assert (first.outcome, again.outcome) == ("created", "repeated")
    assert (again.article_id, again.revision_id) == (first.article_id, None)
    assert Revision.objects.get().ring_at is not None


BLANKS = [
    {"text": "The Reds hold the mill.\nNobody doubts it."},
    {"text": "The Reds hold the mill.\r\n\r\n\tNobody  doubts\u00a0it.\n"},
    {"text": " The Reds hold the mill. Nobody doubts it.", "title": "The  mill "},
]


@pytest.mark.django_db
@pytest.mark.parametrize("blanks", BLANKS)
@pytest.mark.parametrize("url", [URL, None])
def test_blanks_and_the_cut_into_paragraphs_make_no_edition(blanks: dict[str, str], url: str | None) -> None:
    first = take(text="The Reds hold the mill.\n\nNobody doubts it.", url=url)
    again = take(**blanks, url=url, modified_at="2031-05-31T10:00:00Z")
    assert (again.outcome, again.article_id) == ("repeated", first.article_id)
    assert Revision.objects.get().text == "The Reds hold the mill.\n\nNobody doubts it."  # as it came first
    assert take(text="The Reds hold the mill. No body doubts it.", url=URL).outcome in ("revised", "created")


@pytest.mark.django_db
@pytest.mark.parametrize("blanks", BLANKS)
def test_an_edition_that_was_marked_by_its_blanks_too_is_known_again(blanks: dict[str, str]) -> None:
    title, text = "The mill", "The Reds hold the mill.\n\nNobody doubts it."
    for url in (URL, f"urn:sha256:{_mark('The Post', title, text)}"):
        source, _ = Source.objects.get_or_create(name="The Post", slug="the-post")
        article = Article.objects.create(source=source, url=url, published_at=NOW, recorded_at=NOW)
        told = {"title": title, "text": text, "digest": _mark(title, text), "published_at": NOW, "recorded_at": NOW}
        Revision.objects.create(article=article, number=1, **told)
    assert take(text=text).outcome == take(text=text, url=None).outcome == "repeated"
    assert take(**blanks).outcome == "repeated"
    assert take(text="Sold.").outcome == "revised"
    assert take(text=text).outcome == "repeated"  # older than what stands, and known by its old mark
    assert Article.objects.count() == 2


def _mark(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@pytest.mark.django_db
def test_an_edited_text_is_a_new_edition_of_the_same_article() -> None:
    first = take()
    edited = take(text="The Reds have lost the mill.", modified_at="2031-05-31T10:00:00Z")
    assert (edited.outcome, edited.article_id) == ("revised", first.article_id)
    revision = Revision.objects.get(pk=edited.revision_id)
    assert (revision.number, revision.published_at) == (2, datetime(2031, 5, 31, 10, tzinfo=UTC))
    assert revision.ring_at is not None
    assert Article.objects.get().published_at == datetime(2031, 5, 30, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_an_edit_without_a_time_of_its_own_is_of_now() -> None:
    take()
    edited = take(title="The mill, again")
    assert Revision.objects.get(pk=edited.revision_id).published_at == NOW


@pytest.mark.django_db
def test_an_edit_under_the_old_time_is_taken_all_the_same() -> None:
    """Many publishers never move the time of an edit."""
    take(modified_at="2031-05-30T10:00:00Z")
    assert take(text="Other words.", modified_at="2031-05-30T10:00:00Z").outcome == "revised"
    assert take(modified_at="2031-05-30T10:00:00Z").outcome == "repeated"
    assert take(text="Other words.", modified_at="2031-05-30T10:00:00Z").outcome == "repeated"


@pytest.mark.django_db
def test_an_older_edition_that_arrives_late_does_not_replace_the_one_that_stands() -> None:
    take(text="Third.", modified_at="2031-05-31T15:00:00Z")
    late = take(text="Second.", modified_at="2031-05-31T12:00:00Z")
    assert late.outcome == "repeated"
    assert "older edition" in late.notes[-1]
    assert [r.text for r in Revision.objects.all()] == ["Third."]


@pytest.mark.django_db
def test_a_file_of_two_editions_may_come_again() -> None:
    editions: list[dict[str, object]] = [{}, {"text": "Second.", "modified_at": "2031-05-31T10:00:00Z"}]
    assert [take(**edition).outcome for edition in editions] == ["created", "revised"]
    assert [take(**edition).outcome for edition in editions] == ["repeated", "repeated"]


@pytest.mark.django_db
def test_a_text_that_comes_back_later_is_a_new_edition() -> None:
    take()
    take(text="Second.", modified_at="2031-05-31T10:00:00Z")
    assert take(modified_at="2031-05-31T11:00:00Z").outcome == "revised"


@pytest.mark.django_db
def test_a_text_without_an_address_is_known_by_its_words() -> None:
    first = take(url=None)
    assert take(url="").article_id == first.article_id
    assert take(url=None, text="Other words.").article_id != first.article_id
    assert Article.objects.get(pk=first.article_id).link == ""


# --- Sources ---


@pytest.mark.django_db
def test_an_unknown_source_is_made_and_said() -> None:
    taken = take(source="  The Évening  Post ")
    source = Source.objects.get()
    assert (source.name, source.slug, source.reliability) == ("The Évening  Post", "the-evening-post", "F")
    assert "was new" in taken.notes[0]
    assert not take(url="https://post.example/2", source="the-evening-post").notes
    assert Source.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Газета", "The Post!", "…"])
def test_sources_whose_names_give_the_same_or_no_slug_are_kept_apart(name: str) -> None:
    take()
    take(url="https://other.example/1", source=name)
    assert {s.name for s in Source.objects.all()} == {"The Post", name}


@pytest.mark.django_db(transaction=True)
def test_two_new_sources_of_one_slug_at_once_are_both_made() -> None:
    names = [f"Post {mark}" for mark in "!?.;"] * 3
    barrier = threading.Barrier(len(names))
    faults: list[BaseException] = []

    def arrive(number: int, name: str) -> None:
        try:
            barrier.wait(30)
            take(url=f"https://post.example/{number}", source=name)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=pair) for pair in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults
    assert sorted(Source.objects.values_list("name", flat=True)) == sorted(set(names))


# --- Withdrawal ---


@pytest.mark.django_db
def test_a_canceled_article_is_withdrawn_once() -> None:
    first = take()
    gone = take(text=None, title=None, source=None, published_at=None, pubstatus="canceled")
    assert (gone.outcome, gone.article_id) == ("withdrawn", first.article_id)
    assert Withdrawal.objects.get(pk=gone.withdrawal_id).recorded_at is None
    again = take(pubstatus="Canceled")
    assert (again.outcome, again.withdrawal_id) == ("repeated", None)


@pytest.mark.django_db
def test_an_article_that_was_never_sent_cannot_be_withdrawn() -> None:
    with pytest.raises(Refused, match="there is no article at https"):
        take(pubstatus="canceled")


@pytest.mark.django_db
def test_of_several_withdrawals_asked_for_the_last_word_holds_in_whatever_order_the_bells_ring() -> None:
    article = Article.objects.get(pk=take().article_id)
    asked = [
        pipeline.ask_withdrawal(article.pk, withdrawn=withdrawn, why="", now=NOW) for withdrawn in (True, False, True)
    ]
    assert all(asked)
    back = pipeline.ask_withdrawal(article.pk, withdrawn=False, why="", now=NOW)
    assert back is not None
    pipeline.record_withdrawal(back.pk, NOW)
    for withdrawal in asked:
        pipeline.record_withdrawal(withdrawal.pk, NOW + timedelta(seconds=1))  # type: ignore[union-attr]
    article.refresh_from_db()
    assert not article.withdrawn
    assert not Withdrawal.objects.filter(recorded_at__isnull=True).exists()


# --- Addresses ---

ADDRESSES = [
    ("HTTPS://Post.Example:443/a/../b", "https://post.example/b"),
    ("http://post.example:80", "http://post.example/"),
    ("https://post.example:8443/", "https://post.example:8443/"),
    ("https://post.example/a?utm_source=x&b=1&fbclid=2&a=2#part", "https://post.example/a?b=1&a=2"),
    ("https://post.example/?UTM_Campaign=x", "https://post.example/"),
    ("https://post.example/?p123", "https://post.example/?p123"),
    ("https://post.example/?q=%E4%F6", "https://post.example/?q=%E4%F6"),
    ("https://post.example/a b", "https://post.example/a%20b"),
    ("https://пошта.example/млин", "https://xn--80a1acn3a.example/%D0%BC%D0%BB%D0%B8%D0%BD"),
    ("", ""),
]


@pytest.mark.parametrize(("sent", "kept"), ADDRESSES)
def test_an_address_is_kept_in_one_form(sent: str, kept: str) -> None:
    assert canonical_url(sent) == kept
    assert canonical_url(kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://post.example/a", "post.example/a", "//post.example/a", "https://", "https:// /",
        "https://reader:secret@post.example/", "https://post.example:99999/", "http://[::1", "https://℀.example/",
        "https://post.example/" + "a" * 2000, "data:text/html,https://post.example/", "urn:sha256:00",
        "https://post.example/a\x00b", "https://post.example/a\r\nHost: other.example", "https://post\t.example/",
    ],
)  # fmt: skip
def test_what_is_not_an_articles_address_is_refused(url: str) -> None:
    refused = refusal({**ARTICLE, "url": url})
    assert refused.field == "url"
    assert "secret" not in refused.message


# --- Fields ---

BAD_FIELDS = [
    ("text", 7, "is a number, not a text"),
    ("text", ["words"], "is a list"),
    ("title", {"en": "The mill"}, "is an object"),
    ("text", "The\x00mill", "NUL"),
    ("title", "half \ud83d of it", "surrogate"),
    ("source", "", "is missing"),
    ("source", " ", "is missing"),
    ("source", "x" * 201, "at most 200"),
    ("published_at", None, "is missing"),
    ("published_at", "", "is missing"),
    ("published_at", 1906977600, "not a text"),
    ("published_at", 0, "not a text"),
    ("published_at", False, "not a text"),
    ("published_at", [], "not a text"),
    ("modified_at", {}, "not a text"),
    ("published_at", "yesterday", "is not a moment"),
    ("published_at", "31.05.2031", "is not a moment"),
    ("published_at", "2031-02-30T00:00:00Z", "is not a moment"),
    ("published_at", "2031-05-30T10:00:00+99:00", "is not a moment"),
    ("published_at", "0001-01-01T00:00:00+01:00", "is not a moment"),
    ("published_at", "9999-12-31T23:59:59-01:00", "is not a moment"),
    ("published_at", "0999-12-31T00:00:00Z", "too long ago"),
    ("published_at", "9" * 1_000_000, "is not a moment"),
    ("published_at", "\ud800", "is not a moment"),
    ("lang", "english!", "is 'english!'"),
    ("lang", "e", "is 'e'"),
    ("pubstatus", "draft", "is 'draft'"),
    ("pubstatus", "withheld", "withheld"),
]


@pytest.mark.parametrize(("field", "value", "message"), BAD_FIELDS)
def test_a_field_that_cannot_be_taken_is_named(field: str, value: object, message: str) -> None:
    refused = refusal({**ARTICLE, field: value})
    assert refused.field == field
    assert message in str(refused)


@pytest.mark.parametrize("name", ["headline", "\ud800", "x" * 5000])
def test_a_field_that_no_article_has_is_refused(name: str) -> None:
    assert "is not a field" in refusal({**ARTICLE, name: "x"}).message


def test_an_article_of_nothing_is_refused() -> None:
    assert refusal({**ARTICLE, "text": "", "title": ""}).field == "text"
    assert refusal({**ARTICLE, "text": " \n\t", "title": " "}).field == "text"
    assert refusal({}).field == "text"


def test_an_article_of_a_title_alone_is_taken_and_said() -> None:
    arrived = parse_article({**ARTICLE, "text": " "}, NOW)
    assert (arrived.title, arrived.notes) == ("The mill", ("the text is empty: only the title is read",))
    assert parse_article(ARTICLE, NOW).notes == ()


@pytest.mark.django_db
def test_an_article_kept_under_an_address_that_is_refused_now_can_be_edited_and_withdrawn() -> None:
    private = "http://10.0.0.7/mill"
    with pytest.raises(Refused, match="no public address"):
        take(url=private)
    taken = take()
    Article.objects.update(url=private)  # it came before the door judged
    assert take(url=private, text="Edited.").outcome == "revised"
    withdrawn = take(url=private, pubstatus="canceled")
    assert (withdrawn.article_id, withdrawn.outcome) == (taken.article_id, "withdrawn")
    with pytest.raises(Refused, match="no public address"):
        take(url="http://10.0.0.7/dam", pubstatus="canceled")


def test_a_withdrawal_names_its_address() -> None:
    assert refusal({"pubstatus": "canceled"}).field == "url"


@pytest.mark.django_db
def test_a_text_of_five_megabytes_is_taken_and_a_longer_one_refused() -> None:
    long = "слово " * (MAX_TEXT // 11)
    assert len(long.encode()) <= MAX_TEXT
    taken = take(text=long + "." * (MAX_TEXT - len(long.encode())))
    assert len(Revision.objects.get(pk=taken.revision_id).text.encode()) == MAX_TEXT
    refused = refusal({**ARTICLE, "text": "." * (MAX_TEXT + 1)})
    assert (refused.field, refused.message) == ("text", "is 5,242,881 bytes long")


def test_a_time_without_a_zone_is_taken_as_utc_and_said() -> None:
    arrived = parse_article({**ARTICLE, "published_at": " 2031-05-30T10:00 "}, NOW)
    assert arrived.published_at == datetime(2031, 5, 30, 10, tzinfo=UTC)
    assert arrived.notes == ("published_at 2031-05-30T10:00 has no time zone and was taken as UTC",)
    assert parse_article({**ARTICLE, "published_at": "2031-05-30T12:00:00+02:00"}, NOW).notes == ()


def test_a_time_in_the_future_is_taken_as_now_and_said() -> None:
    later = {"published_at": "2031-06-02T00:00:00Z", "modified_at": "2031-07-01T00:00:00Z"}
    arrived = parse_article({**ARTICLE, **later}, NOW)
    assert (arrived.published_at, arrived.modified_at) == (NOW, NOW)
    assert len(arrived.notes) == 2
    assert all("lies in the future" in note for note in arrived.notes)


@pytest.mark.parametrize(
    ("sent", "kept"), [("", ""), ("en", "en"), ("EN-gb", "en"), ("uk_UA", "uk"), ("zh-Hant-TW", "zh"), ("rus", "rus")]
)
def test_a_language_is_kept_without_its_country(sent: str, kept: str) -> None:
    assert parse_article({**ARTICLE, "lang": sent}, NOW).lang == kept


# --- Records ---

RECORD = {
    "claim": "reds-hold-the-mill",
    "party": "lab",
    "stance": "Affirms",
    "said_at": "2031-05-30T10:00:00Z",
    "source": "Survey Bulletin",
    "url": "https://survey.example/7?utm_medium=mail",
    "quote": "The mill is theirs.",
}


@pytest.mark.django_db
def test_a_record_is_checked_and_its_source_made() -> None:
    make_parties()
    make_claim()
    record, notes = parse_record(RECORD, intake.load_known(), NOW, 3)
    assert (record.stance, record.source, record.url, record.line) == (
        "affirms", "survey-bulletin", "https://survey.example/7", 3,
    )  # fmt: skip
    assert "was new" in notes[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("claim", "unknown", "there is no claim 'unknown'"),
        ("claim", "", "is missing"),
        ("party", "nobody", "there is no party 'nobody'"),
        ("party", 3, "is a number"),
        ("stance", "maybe", "is 'maybe'"),
        ("stance", None, "is ''"),
        ("said_at", "", "is missing"),
        ("said_at", "2031-06-02T00:00:00Z", "lies in the future"),
        ("url", "javascript:alert(1)", "not an http or https address"),
        ("quote", "x" * 20_001, "at most 20,000"),
        ("quote", "\x00", "NUL"),
    ],
)
def test_a_record_that_cannot_be_taken_leaves_nothing_behind(field: str, value: object, message: str) -> None:
    make_parties()
    make_claim()
    with pytest.raises(Refused) as refused:
        parse_record({**RECORD, field: value}, intake.load_known(), NOW)
    assert refused.value.field == field
    assert message in str(refused.value)
    assert not Source.objects.exists()
