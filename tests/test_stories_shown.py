"""What is shown of stories: beside each statement the outlets that carried its text or a part of it."""

import pytest
from django.test import Client
from django.urls import reverse

from claims import pipeline
from claims.models import Claim, Revision, Statement
from claims.words import Stance
from tests.desk_world import boss, enter
from tests.printing import Heard, ToldReader, article_of, publish, read
from tests.test_stories import OTHER, WIRE, join, story_of
from tests.worlds import learned, make_claim, make_parties

__all__ = ["boss"]  # a fixture

pytestmark = pytest.mark.django_db

OUTLETS = ["The Wire", "The Courier", "The Gleaner", "The Digest"]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A wire text, a copy, a half of it, and a round-up with another report; the wire's statement is read in all."""
    told = ToldReader([Heard("reds", Stance.AFFIRMS, "the mill was theirs")])
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    make_parties()
    make_claim()
    texts = [join(WIRE), join(WIRE).replace(",", ""), join(WIRE[:2]), join([*WIRE, *OTHER])]
    revisions = []
    for number, (text, outlet) in enumerate(zip(texts, OUTLETS, strict=True)):
        at = learned(number - 1000)
        url = f"https://{number}.example/mill"
        revisions.append(publish(text, learned(number), url=url, source=outlet, published_at=at))
        read(revisions[-1], learned(number))
    return revisions


def test_the_claim_page_names_the_outlets_of_a_story_and_counts_it_once(printed: list[int], client: Client) -> None:
    page = client.get(f"/claims/{Claim.objects.get().slug}/").content.decode()
    assert "The same text or a part of it in 3 other articles:" in page
    assert all(outlet in page for outlet in OUTLETS)
    assert '<td data-label="Independent stories" class="number">1</td>' in page


def test_the_article_page_names_the_others(printed: list[int], client: Client) -> None:
    page = client.get(f"/articles/{article_of(printed[2])}/").content.decode()
    assert "4 articles carry this text or a part of it; they count as one story." in page
    assert all(outlet in page for outlet in OUTLETS)


def test_the_article_page_names_each_outlet_once_and_only_so_many(printed: list[int], client: Client) -> None:
    text = Revision.objects.get(pk=printed[0]).text
    for number in range(60):
        url, at = f"https://again.example/{number}", learned(number - 900)
        revision = publish(text, learned(20), url=url, source="Again" if number < 7 else f"P{number}", published_at=at)
        read(revision, learned(20))
    page = client.get(f"/articles/{article_of(printed[0])}/").content.decode().partition('id="story"')[2]
    assert "64 articles carry this text" in page
    assert page.count(">Again</a>") == 1 and ", the first of 7 articles" in page
    assert page.count("<li><a ") == 50 and "7 more are not named here." in page


def test_the_desk_names_the_outlets_on_claim_statement_article_and_story(printed: list[int], boss: object) -> None:
    desk = enter(boss)  # type: ignore[arg-type]
    statement = Statement.objects.get(revision=printed[0])
    half = Revision.objects.get(pk=printed[2])
    pages = {
        "claim": Claim.objects.get().pk,
        "statement": statement.pk,
        "article": half.article_id,
        "story": half.story_id,
    }
    for name, pk in pages.items():
        page = desk.get(reverse(f"admin:claims_{name}_change", args=[pk])).content.decode()
        assert {outlet for outlet in OUTLETS if outlet in page} == set(OUTLETS), name


def withdraw(revision: int) -> None:
    asked = pipeline.ask_withdrawal(article_of(revision), withdrawn=True, why="", now=learned(20))
    assert asked is not None
    pipeline.record_withdrawal(asked.pk, learned(20))


def test_a_withdrawn_copy_is_told_apart_from_those_that_stand(printed: list[int], client: Client, boss: object) -> None:
    withdraw(printed[1])
    claim = Claim.objects.get()
    page = client.get(f"/claims/{claim.slug}/").content.decode()
    assert "The same text or a part of it in 2 other articles:" in page
    assert "1 other article that carried it was withdrawn." in page
    # The withdrawn article itself counts the three that stand, and no withdrawn one besides.
    assert "The same text or a part of it in 3 other articles:" in page
    assert page.count("that carried it w") == page.count("The same text or a part of it in 2 other articles:")
    article = client.get(f"/articles/{article_of(printed[0])}/").content.decode()
    assert "3 articles carry this text or a part of it; they count as one story." in article
    assert "1 other article that carried it was withdrawn." in article
    assert OUTLETS[1] not in article
    withdrawn = client.get(f"/articles/{article_of(printed[1])}/").content.decode()
    assert "3 articles carry this text or a part of it; they count as one story." in withdrawn
    assert "that carried it was withdrawn" not in withdrawn
    desk = enter(boss)  # type: ignore[arg-type]
    statement = Statement.objects.get(revision=printed[0])
    assert (
        "1 more, withdrawn" in desk.get(reverse("admin:claims_statement_change", args=[statement.pk])).content.decode()
    )
    desk_page = desk.get(reverse("admin:claims_article_change", args=[article_of(printed[0])])).content.decode()
    assert desk_page.count(" · <strong>withdrawn</strong></li>") == 1


def test_a_story_of_which_all_copies_were_withdrawn_still_says_so(printed: list[int], client: Client) -> None:
    for revision in printed:
        withdraw(revision)
    page = client.get(f"/articles/{article_of(printed[0])}/").content.decode()
    assert "No other article is known to carry it." in page
    assert "3 other articles that carried it were withdrawn." in page
    before = pipeline.load_carriers([story_of(printed[0])], 8, known_at=learned(19))
    now = pipeline.load_carriers([story_of(printed[0])], 8)
    assert [(c.articles, c.withdrawn) for c in (*before.values(), *now.values())] == [(4, 0), (0, 4)]


def test_the_api_gives_all_of_them_one_story(printed: list[int], client: Client) -> None:
    stories = [client.get(f"/api/v1/articles/{article_of(revision)}/").json()["story"] for revision in printed]
    assert len(set(stories)) == 1
