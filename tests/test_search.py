"""What is written in one form, script or language is found by another, with a slip of the pen; what is not, is not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import pipeline
from claims.intake import Refused
from claims.models import Claim, Party, Revision, Statement, Term
from claims.showing import browsing
from claims.showing.browsing import Asked, find_claims
from claims.showing.searching import seek
from claims.words import Status

pytestmark = pytest.mark.django_db

SEEDS = Path(__file__).parent.parent / "seeds"
POKROVSK, SIVERSK, KUPIANSK = (f"russia-controls-{place}" for place in ("pokrovsk", "siversk", "kupiansk"))
PEACE, TALVINE = "putin-wants-to-end-the-war", "talvine-contaminated"
TAP, LEAK = "spill-reached-drevin-tap-water", "brennolit-knew-of-the-leak"

FOUND = [
    # One name in four languages, its forms, its other name, and slips
    ("Pokrovsk", POKROVSK),
    ("pokrovsk", POKROVSK),
    ("Покровську", POKROVSK),
    ("Покровськом", POKROVSK),
    ("покровськ", POKROVSK),
    ("Покровска", POKROVSK),
    ("ПОКРОВСКОМ", POKROVSK),
    ("Красноармейск", POKROVSK),
    ("Красноармейску", POKROVSK),
    ("Krasnoarmeisk", POKROVSK),
    ("Krasnoarmeysk", POKROVSK),
    ("Pokrovks", POKROVSK),
    ("Pokrowsk", POKROVSK),
    ("Прокровск", POKROVSK),
    ("Покровьск", POKROVSK),
    ("Красноамейск", POKROVSK),
    ("pokrov", POKROVSK),
    ("Siversk", SIVERSK),
    ("Сіверська", SIVERSK),
    ("Северска", SIVERSK),
    ("Seversk", SIVERSK),
    ("Siverks", SIVERSK),
    ("Kupyansk", KUPIANSK),
    ("Koupiansk", KUPIANSK),
    ("Куп'янську", KUPIANSK),
    ("Куп’янськ", KUPIANSK),
    ("Купянском", KUPIANSK),
    ("Kup'iansk", KUPIANSK),
    ("Kupianks", KUPIANSK),
    ("Koupianks", KUPIANSK),
    # Parties
    ("Росія Покровськ", POKROVSK),
    ("Moscou Koupiansk", KUPIANSK),
    ("Кремля Северск", SIVERSK),
    ("Russia controls Pokrovsk", POKROVSK),
    # Words of propositions and keywords
    ("Poutine guerre", PEACE),
    ("Путіну війну", PEACE),
    ("Путина войны", PEACE),
    ("Putin war", PEACE),
    ("Poutin paix", PEACE),
    ("contaminations Talvine", TALVINE),
    ("забруднену Тальвіну", TALVINE),
    ("загрязнением Тальвины", TALVINE),
    ("Talvin contamination", TALVINE),
    ("robinets de Drevin", TAP),
    ("водопроводной воды Древина", TAP),
    ("водопровідною Древін", TAP),
    ("утечке Бреннолита", LEAK),
    ("Brenolit leaks", LEAK),
    ("fuites Brennolit", LEAK),
]


@pytest.fixture(scope="module", autouse=True)
def seeds(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The demonstration's rows, read and indexed, for all tests of this file; rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        out = StringIO()
        for command, name in (
            ("import_parties", "parties.json"),
            ("import_sources", "sources.json"),
            ("import_claims", "claims.json"),
            ("import_statements", "records.csv"),
        ):
            call_command(command, SEEDS / name, stdout=out, stderr=out)
        call_command("import_articles", SEEDS / "articles.jsonl", stdout=out, stderr=out)
        for pk in Revision.objects.order_by("article", "number").values_list("pk", flat=True):
            read = pipeline.read_revision(pk, timezone.now())
            if read is not None:
                pipeline.record_reading(read, timezone.now())
        while pipeline.follow_rows():
            pass
        yield
        transaction.set_rollback(True)


def found(words: str, **more: object) -> list[str]:
    return [claim.claim.slug for claim in find_claims(Asked(words=words, **more)).claims]  # type: ignore[arg-type]


@pytest.mark.parametrize(("words", "slug"), FOUND)
def test_forms_scripts_languages_and_slips_lead_to_the_claim(words: str, slug: str) -> None:
    assert slug in found(words)


def test_a_claim_about_a_place_comes_before_those_that_only_mention_it() -> None:
    assert found("Красноармейск")[0] == POKROVSK


@pytest.mark.parametrize("words", ["Zzyzx", "Pokrovsk Zzyzx", "names geonameid", "'; xqzt", "\\' & | !", "<->", ":*"])
def test_what_is_not_written_anywhere_is_not_found(words: str) -> None:
    assert found(words) == []


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        (Asked(place="Красноармейску"), {POKROVSK}),
        (Asked(place="Krasnoarmeisk", status=Status.REFUTED), set()),
        (Asked(place="Atlantis"), set()),
        (Asked(place="Putin"), set()),
        (Asked(words="Pokrovsk", place="Купянськ"), set()),
        (Asked(words="війна", status=Status.REFUTED), set()),
        (Asked(party="nobody"), set()),
        (Asked(source="nobody"), set()),
        (Asked(lang="xx"), set()),
        (Asked(until=date(2020, 1, 1)), set()),
        (Asked(since=date(2099, 1, 1)), set()),
    ],
)
def test_what_is_asked_besides_narrows_the_list(asked: Asked, slugs: set[str]) -> None:
    assert {claim.claim.slug for claim in find_claims(asked).claims} == slugs


@pytest.mark.parametrize("words", ["", "Росія"])
def test_party_source_language_and_days_are_to_hold_of_one_statement(words: str) -> None:
    for row in Statement.objects.carried().filter(article__isnull=False, article__withdrawn=False)[:12]:
        day = row.said_at.astimezone(UTC).date()
        asked = Asked(
            party=row.party.slug, source=row.article.source.slug, lang=row.revision.lang, since=day, until=day
        )
        expected = set(
            Statement.objects.carried()
            .filter(
                party=row.party,
                article__source=row.article.source,
                article__withdrawn=False,
                revision__lang=row.revision.lang,
                said_at__date=day,
            )
            .values_list("claim__slug", flat=True)
        )
        assert {claim.claim.slug for claim in find_claims(asked).claims} == expected
        assert row.claim.slug in expected
        assert (
            set(found(words, party=asked.party, since=day, until=day))
            <= set(Claim.objects.filter(statements__party=row.party).values_list("slug", flat=True))
            or not words
        )


def test_quotes_and_articles_show_the_words_in_whatever_form_they_have_there() -> None:
    page = find_claims(Asked(words="Красноармейск"))
    marked = [run.text for run in page.claims[0].runs if run.found]
    assert marked == ["Pokrovsk"]
    quote = page.claims[0].quote
    assert quote is not None and any(run.found for run in quote.runs)
    assert page.articles
    assert all(any(run.found for run in (*article.headline, *article.runs)) for article in page.articles)


def test_pages_go_on_after_a_key_and_hold_every_claim_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "PAGE", 2)
    for words in ("", "Russia", "Pokrovsk"):
        met: list[str] = []
        after = ""
        while True:
            page = find_claims(Asked(words=words), after)
            met += [claim.claim.slug for claim in page.claims]
            after = page.after
            if not after:
                break
        assert len(met) == len(set(met)) == page.count
        assert words or page.count == Claim.objects.count()


@pytest.mark.parametrize("after", ["x", "1~~", "2~~1", "1~2025-01-01~1", "0~~0", "0~~" + "9" * 30, "~~~"])
def test_a_place_in_the_list_that_no_page_gave_is_refused(after: str) -> None:
    with pytest.raises(Refused, match="after"):
        find_claims(Asked(), after)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "Покровську"},
        {"q": "Pokrovks Росія Northrivr", "status": "contested", "place": "Красноармейск", "lang": "uk"},
        {"q": "x", "party": "russia", "source": "polyn", "since": "2025-01-01", "until": "2026-12-31"},
    ],
)
def test_a_search_asks_a_bounded_number_of_questions(client: Client, query: dict[str, str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/claims/", query).status_code == 200
    assert len(asked) <= 12


def test_what_arrives_or_changes_is_found_after_the_next_slice() -> None:
    now = timezone.now()
    party = Party.objects.create(slug="quarrymen", names={"en": ["Quarrymen of Ostwick"], "uk": ["Каменярі Оствіка"]})
    row = Claim.objects.create(
        slug="ostwick", kind="control", holder=party, place={"name": "Ostwick", "names": {"uk": ["Оствік"]}},
        recorded_at=now,
    )  # fmt: skip
    assert found("Оствіку") == []
    pipeline.follow_rows()
    assert found("Оствіку") == ["ostwick"]
    assert found("Ostwik") == ["ostwick"]
    row.place = {"name": "Eastwick", "names": {}}
    row.save()
    pipeline.follow_rows()
    assert found("Eastwick") == ["ostwick"]
    assert find_claims(Asked(place="Оствік")).claims == ()
    assert pipeline.follow_rows() == 0


def test_the_index_made_anew_is_the_one_that_grew() -> None:
    before = {words: found(words) for words, _ in FOUND}
    assert sum(pipeline.rebuild_search()) > 0
    assert {words: found(words) for words, _ in FOUND} == before


def test_a_statement_an_article_no_longer_carries_is_not_found() -> None:
    row = Statement.objects.carried().filter(article__isnull=False).order_by("pk")[0]
    slug = row.party.slug
    Statement.objects.filter(party=row.party).update(dropped_at=datetime(2026, 3, 1, tzinfo=UTC), dropped_why="gone")
    assert find_claims(Asked(party=slug)).claims == ()


def test_a_slip_is_taken_for_what_is_written_often() -> None:
    assert Term.objects.get(key="pokrovsk").uses >= 3
    sought = seek("Pokrovks")
    assert sought is not None and sought.alike and "pokrovsk" in sought.terms
    right = seek("Pokrovsk")
    assert right is not None and not right.alike


@pytest.mark.parametrize("words", ["the of and", "!?", "   ", "\x00"])
def test_words_that_say_nothing_are_said_to(words: str) -> None:
    assert find_claims(Asked(words=words)).nothing_sought
