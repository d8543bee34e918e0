"""What an edited article changed is kept and shown; what vanishes stops counting, and silently so is flagged."""

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.intake import parse_article, take_article
from claims.models import Article, Claim, Party, Position, Revision, Statement
from claims.pipeline import ask_withdrawal, assess_claim, read_revision, record_reading, record_withdrawal
from claims.reading.editions import Difference, Mark, Wording, compare_editions, excerpt, find_note
from claims.words import Departure, Had

# --- The difference: words in, words out ---


def compare(former: str, later: str) -> Difference:
    return compare_editions(Wording("", former), Wording("", later))


def tell(former: str, later: str) -> str:
    """A difference as a line: [-removed-] and [+added+], paragraphs parted by a stroke."""
    signs = {Mark.SAME: "{}", Mark.ADDED: "[+{}+]", Mark.REMOVED: "[-{}-]"}
    paragraphs = compare(former, later).paragraphs
    return " / ".join("".join(signs[r.mark].format(r.text) for r in p.runs) for p in paragraphs)


@pytest.mark.parametrize(
    ("former", "later", "wanted"),
    [
        ("It is so.", "It is so.", "It is so."),
        ("It is  so.\nYes.", "It is so.\n\nYes.", "It is so. / Yes."),
        ("Taken on Monday at last.", "Taken on Tuesday at last.", "Taken on [-Monday-][+Tuesday+] at last."),
        ("One came. Two went.", "One came.", "One came.[- Two went.-]"),
        ("One came.", "One came. Two went.", "One came.[+ Two went.+]"),
        ("One.\n\nTwo went home.\n\nThree.", "One.\n\nThree.", "One. / [-Two went home.-] / Three."),
        ("Cats sleep all day.", "Ships sank at night.", "[-Cats sleep all day.-] / [+Ships sank at night.+]"),
        ("They hold it.", "They no longer hold it.", "They [+no longer +]hold it."),
        ("", "New words.", "[+New words.+]"),
        ("Old words.", "", "[-Old words.-]"),
        ("Місто взяли в понеділок.", "Місто взяли у вівторок.", "Місто взяли [-в понеділок-][+у вівторок+]."),
    ],
)  # fmt: skip
def test_difference_tells_sentences_that_came_or_went_and_words_within_those_reworded(
    former: str, later: str, wanted: str
) -> None:
    assert tell(former, later) == wanted


def test_both_editions_can_be_read_out_of_their_difference() -> None:
    chance = random.Random(4)
    for _ in range(200):
        former, later = (
            ". ".join(" ".join(chance.choices(("a", "b", "c", "long"), k=4)) for _ in range(6)) + "." for _ in range(2)
        )
        difference = compare(former, later)
        for text, but in ((former, Mark.ADDED), (later, Mark.REMOVED)):
            kept = "".join(r.text for p in difference.paragraphs for r in p.runs if r.mark is not but)
            assert "".join(kept.split()) == text.replace(" ", "")
        assert difference == compare(former, later)


def test_title_and_counts() -> None:
    former, later = Wording("Mill falls", "They hold it."), Wording("Mill stands", "They no longer hold it.")
    difference = compare_editions(former, later)
    assert difference.title_changed
    assert (difference.words_added, difference.words_removed) == (3, 1)
    assert difference.takes("hold it")
    other = compare_editions(Wording("Mill falls", ""), Wording("A quiet day", "")).title
    assert [(run.mark, run.text) for run in other] == [(Mark.REMOVED, "Mill falls"), (Mark.ADDED, "A quiet day")]
    assert not compare_editions(Wording("Mill", "A b."), Wording("Mill", "A  b.\n")).changed


def test_excerpt_leaves_out_what_stayed_far_from_any_change() -> None:
    lines = [f"Line {n} stands here." for n in range(20)]
    difference = compare("\n\n".join(lines), "\n\n".join([*lines[:10], "New.", *lines[10:]]))
    shown, left_out = excerpt(difference.paragraphs)
    assert [p.skipped for p in shown] == [9, 0, 0]
    assert left_out == 9


@pytest.mark.parametrize(
    ("former", "later", "gone"),
    [
        ('He said: "We will never leave it."', "He spoke.", 1),
        ("Він сказав: «Ми ніколи не підемо звідси».", "Він говорив.", 1),
        ('He said: "We will never leave it."', 'She wrote: "We will never leave it." He left.', 0),
        ('He said: "We will never leave it."', 'He said: "We will never leave."', 0),
        ('The so-called "republic" fell.', "It fell.", 0),
    ],
)
def test_quotation_is_gone_where_neither_its_words_nor_like_ones_stand(former: str, later: str, gone: int) -> None:
    assert len(compare(former, later).quotes_gone) == gone


@pytest.mark.parametrize(
    ("lang", "sentence", "note"),
    [
        ("en", "Correction: the mill did not fall.", True),
        ("en", "Updated 14:05", True),
        ("en", "An earlier version of this article said otherwise.", True),
        ("en", "Editor's note: this was wrong.", True),
        ("en", "Updated maps show the mill.", False),
        ("en", "The ministry updated its list.", False),
        ("fr", "Mis à jour le 2 décembre à 14h.", True),
        ("fr", "Une version précédente de cet article disait le contraire.", True),
        ("fr", "Le ministère a mis à jour sa carte.", False),
        ("uk", "Уточнено: цифри змінилися.", True),
        ("uk", "Міністерство оновило карту.", False),
        ("ru", "Исправлено: 2 декабря.", True),
        ("ru", "В предыдущей версии этой статьи говорилось иное.", True),
        ("ru", "Исправлено положение на участке.", False),
        ("es", "Fe de errores: el molino no cayó.", True),
        ("es", "El ministerio actualizó su mapa.", False),
        ("xx", "Correction : le moulin tient.", True),
    ],
)
def test_article_says_that_it_was_corrected(lang: str, sentence: str, note: bool) -> None:
    assert bool(find_note([sentence], lang)) is note


def megabyte(sentence: str) -> str:
    return (sentence * (1_000_000 // len(sentence) + 1))[:1_000_000]


def story(seed: int) -> str:
    chance = random.Random(seed)
    words = [f"word{n}" for n in range(3000)]
    sentences = [" ".join(chance.choices(words, k=14)).capitalize() + "." for _ in range(8_600)]
    return "\n\n".join(" ".join(sentences[n : n + 5]) for n in range(0, len(sentences), 5))


LONG = {
    "a few words changed": (story(1), story(1).replace(" word7 ", " other "), False),
    "nothing in common": (story(1), story(2), True),
    "one sentence again and again": (megabyte("a b. "), megabyte("a c. "), True),
    "one line again and again": (megabyte("a b.\n"), megabyte("c d.\na b.\n"), True),
    "full stops": (megabyte("."), megabyte("!"), False),
    "quotation marks": (megabyte('"'), megabyte("«a b c» "), False),
    "one endless word": (megabyte("x"), megabyte("y"), False),
    "quotations": ("".join(f"«a b c{n}». " for n in range(60_000)), story(1), False),
    "lines nearly alike": (
        "\n".join(f"w{n} same same same." for n in range(30_000)),
        "\n".join(f"v{n} same same same." for n in range(30_000)),
        True,
    ),
}


@pytest.mark.parametrize("texts", LONG)
def test_a_megabyte_is_compared_in_time_and_says_where_it_was_not_by_words(texts: str) -> None:
    former, later, coarse = LONG[texts]
    begun = time.process_time()
    difference = compare(former, later)
    taken = time.process_time() - begun
    find_note(difference.fresh, "en")
    assert taken < 2
    assert time.process_time() - begun < 4
    assert difference.coarse is coarse


# --- The road: an article is edited, and what it said is read again ---

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://post.example/halvern"
SAID = "The Borland defence ministry said on Sunday that its troops had taken Halvern."
DENIED = "The Halland general staff denied that Halvern had been lost."
AROUND = "The weather was fair all week in the valley."


@pytest.fixture
def claim(db: None) -> Claim:
    borland, halland = (
        Party.objects.create(slug=slug, kind="state", names={"en": [slug.title()]}, reliability="C")
        for slug in ("borland", "halland")
    )
    place = {"name": "Halvern", "names": {"en": ["Halvern"]}}
    claim = Claim.objects.create(
        slug="borland-holds-halvern", kind="control", holder=borland, opposed=halland, place=place, recorded_at=NOW
    )
    assess_claim(claim.pk, NOW)
    return claim


def publish(
    *sentences: str, hours: float, title: str = "Halvern", modified: bool = False, had: Had = Had.WHOLE
) -> Revision:
    """The article arrives, or another edition of it, and is read."""
    now = NOW + hours * HOUR
    record: dict[str, object] = {
        "url": URL, "source": "The Post", "lang": "en", "published_at": NOW.isoformat(), "title": title,
        "text": "\n\n".join(sentences), "modified_at": now.isoformat() if modified else None,
    }  # fmt: skip
    taken = take_article(replace(parse_article(record, now), had=had), now)
    assert taken.revision_id is not None
    read_again(taken.revision_id, now)
    return Revision.objects.get(pk=taken.revision_id)


def read_again(revision: int, now: datetime) -> None:
    read = read_revision(revision, now)
    assert read is not None
    record_reading(read, now)


def statements_of(party: str) -> list[Statement]:
    return list(Statement.objects.filter(party__slug=party).order_by("pk"))


def holds(party: str) -> str:
    position = Position.objects.filter(party__slug=party, until=None).first()
    return position.stance if position else ""


def page(address: str, **query: str) -> str:
    answer = Client().get(address, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def claim_page(claim: Claim, **query: str) -> str:
    return page(f"/claims/{claim.slug}/", **query)


def test_statement_that_vanishes_without_a_note_stops_counting_and_is_flagged(claim: Claim) -> None:
    first = publish(SAID, DENIED, AROUND, hours=0)
    assert (holds("borland"), holds("halland")) == ("affirms", "denies")
    second = publish(DENIED, AROUND, hours=1)
    (said,) = statements_of("borland")
    assert (said.dropped_how, said.dropped_by) == (Departure.VANISHED, second)
    assert (holds("borland"), holds("halland")) == ("", "denies")
    assert (second.silent, second.statements_gone, second.correction_note) == (True, 1, "")
    assert (second.words_added, second.words_removed) == (0, len(SAID.split()))
    assert (first.words_added, first.silent) == (None, False)

    now = claim_page(claim)
    assert "withdrawn from the article without a note, edition 2, does not count since" in now
    assert f"<s>{said.quote}</s>" in now
    then = claim_page(claim, known_at=(NOW + HOUR / 2).isoformat())
    assert "without a note" not in then
    assert "<s>" not in then

    edited = page(f"/articles/{first.article_id}/")
    assert "Changed without a note." in edited
    sign = '<span class="sign" aria-hidden="true">−</span><span class="unseen"> [removed: </span>'
    assert f"<del>{sign}{SAID}" in edited
    assert "its publisher gave it no time of its own" in edited
    assert "Statements that went with it" in edited
    assert "<del>" not in page(f"/articles/{first.article_id}/", edition="1")

    told = Client().get(f"/api/v1/articles/{first.article_id}/").json()["editions"]
    assert [(e["number"], e["silent"], e["statements_gone"], e["words_removed"]) for e in told] == [
        (2, True, 1, len(SAID.split())),
        (1, False, 0, None),
    ]


def test_statement_that_goes_with_a_note_is_not_flagged_and_the_note_is_shown(claim: Claim) -> None:
    publish(SAID, DENIED, AROUND, hours=0)
    note = "Correction: an earlier version of this article named the wrong town."
    second = publish(DENIED, AROUND, note, hours=1, modified=True)
    assert (second.silent, second.statements_gone, second.correction_note) == (False, 1, note)
    assert statements_of("borland")[0].dropped_how == Departure.VANISHED
    assert "withdrawn from the article, which says that it was corrected or updated, edition 2" in claim_page(claim)
    edited = page(f"/articles/{second.article_id}/")
    assert "It says:" in edited
    assert "no time of its own" not in edited
    # The note of an earlier edit excuses no later one.
    third = publish(AROUND, note, hours=2, modified=True)
    assert (third.silent, third.statements_gone) == (True, 1)


def test_reworded_reversed_and_reread_are_told_apart(claim: Claim) -> None:
    publish(SAID, DENIED, AROUND, hours=0)
    second = publish(SAID.replace("had taken", "had now taken"), DENIED, AROUND, hours=1)
    assert statements_of("borland")[0].dropped_how == Departure.REWORDED
    assert (second.silent, second.statements_gone) == (False, 0)
    assert holds("borland") == "affirms"
    turned = "The Borland defence ministry denied on Monday that its troops had taken Halvern."
    third = publish(turned, DENIED, AROUND, hours=2)
    assert statements_of("borland")[1].dropped_how == Departure.REVERSED
    assert (third.silent, third.statements_gone) == (True, 1)
    assert "reversed in the article without a note, edition 3" in claim_page(claim)
    # What a later reading finds otherwise in words that stand is no doing of the publisher.
    fourth = publish(turned, DENIED, AROUND, "Nothing else is known.", hours=3)
    Party.objects.filter(slug="halland").update(names={"en": ["Nobody by that name"]}, changed_at=NOW + 4 * HOUR)
    Revision.objects.filter(pk=fourth.pk).update(read_at=None, ring_at=NOW, attempts=0)
    read_again(fourth.pk, NOW + 4 * HOUR)
    assert statements_of("halland")[0].dropped_how == Departure.REREAD
    fourth.refresh_from_db()
    assert (fourth.silent, fourth.statements_gone) == (False, 0)


@pytest.mark.parametrize(
    ("had", "later", "said", "then"),
    [
        (Had.TOLD, Had.WHOLE, "these are only the words its feed carries", "before only its feed's words"),
        (Had.BEGINNING, Had.WHOLE, "Only the beginning of this article is public", "before only its beginning"),
        (Had.TOLD, Had.BEGINNING, "these are only the words its feed carries", "The beginning of the page was had"),
    ],
)
def test_what_comes_in_place_of_a_part_is_no_edit_by_its_publisher(
    claim: Claim, had: Had, later: Had, said: str, then: str
) -> None:
    first = publish(SAID, DENIED, 'The mayor said: "We shall rebuild the old bridge."', hours=0, had=had)
    address = f"/articles/{first.article_id}/"
    assert said in page(address)
    second = publish(DENIED.replace("denied that", "said on Monday that"), AROUND, hours=1, had=later)
    assert (second.silent, second.statements_gone, second.quotes_gone) == (False, 0, 0)
    assert second.words_removed and {s.dropped_how for s in Statement.objects.filter(dropped_by=second)} == {""}
    assert holds("borland") == ""  # what the article as it is does not carry counts no more
    shown = page(address)
    assert then in shown and "without a note" not in shown and said not in shown
    assert "without a note" not in claim_page(claim) and "no longer carried" in claim_page(claim)
    told = Client().get(f"/api/v1{address}").json()["editions"]
    assert [(e["had"], e["silent"]) for e in told] == [(later, False), (had, False)]
    # An edit of the same extent is one, as ever.
    third = publish(AROUND, hours=2, had=later)
    assert third.silent is bool(third.statements_gone) is True


@pytest.mark.django_db
def test_a_part_never_replaces_the_whole_and_the_same_words_may_turn_out_to_be_it() -> None:
    record = {"url": URL, "source": "The Post", "published_at": NOW.isoformat(), "title": "Halvern"}
    whole = parse_article({**record, "text": AROUND}, NOW)
    take_article(replace(whole, had=Had.TOLD), NOW)
    first = Revision.objects.get()
    assert take_article(whole, NOW).outcome == "repeated"
    first.refresh_from_db()
    assert first.had == Had.WHOLE
    part = replace(parse_article({**record, "text": "The weather."}, NOW), had=Had.BEGINNING)
    taken = take_article(part, NOW + HOUR)
    assert (taken.outcome, taken.notes[-1]) == ("repeated", "only a part of it was had; the whole that stands is kept")


def test_quotation_that_vanishes_is_flagged_though_no_statement_does(claim: Claim) -> None:
    publish(AROUND, 'The mayor said: "We shall rebuild the old bridge by spring."', hours=0)
    second = publish(AROUND, hours=1)
    assert (second.silent, second.statements_gone, second.quotes_gone) == (True, 0, 1)


def test_withdrawal_and_restoration_are_told_on_the_claims_page_as_they_were_known(claim: Claim) -> None:
    first = publish(SAID, AROUND, hours=0)
    for hours, withdrawn, why in ((1, True, "its page is gone (status 410)"), (2, False, "its page is back")):
        now = NOW + hours * HOUR
        asked = ask_withdrawal(first.article_id, withdrawn=withdrawn, why=why, now=now)
        assert asked is not None
        record_withdrawal(asked.pk, now)
        assert holds("borland") == ("" if withdrawn else "affirms")
        shown = claim_page(claim)
        assert ("the article was withdrawn, does not count since" in shown) is withdrawn
        assert ("(its page is gone (status 410))" in shown) is withdrawn
        assert (f"<s>{statements_of('borland')[0].quote}</s>" in shown) is withdrawn
        assert (": its page is gone (status 410)." in page(f"/articles/{first.article_id}/")) is withdrawn
    assert "the article was withdrawn" not in claim_page(claim, known_at=(NOW + HOUR / 2).isoformat())
    assert "its page is gone (status 410)" in claim_page(claim, known_at=(NOW + 1.5 * HOUR).isoformat())


def test_desk_lists_what_vanished_without_a_note(claim: Claim) -> None:
    first = publish(SAID, DENIED, AROUND, hours=0)
    desk = Client()
    desk.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    articles, statements = reverse("admin:claims_article_changelist"), reverse("admin:claims_statement_changelist")

    def listed(address: str, **query: str) -> int:
        return desk.get(address, query).context["cl"].result_count

    assert listed(articles, edited="silent") == listed(statements, went="silent") == listed(articles, edited="yes") == 0
    publish(DENIED, AROUND, hours=1)
    assert listed(articles, edited="silent") == listed(statements, went="silent") == listed(articles, edited="yes") == 1
    assert listed(articles, edited="noted") == listed(articles, edited="no") == 0
    assert listed(statements, went="vanished") == 1
    shown = desk.get(reverse("admin:claims_article_change", args=[first.article_id])).content.decode()
    assert "<del>" in shown
    assert "WITHOUT A NOTE" in shown


def test_article_page_asks_as_often_for_many_editions_as_for_two(claim: Claim) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(f"/articles/{Article.objects.get().pk}/")
        return len(asked)

    publish(SAID, DENIED, AROUND, hours=0)
    publish(DENIED, AROUND, hours=1)
    few = count()
    for number in range(2, 8):
        publish(SAID if number % 2 else DENIED, AROUND, f"Nothing more by hour {number}.", hours=number)
    assert count() == few
