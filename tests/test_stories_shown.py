"""What is shown of stories: beside each statement the outlets that carried its text or a part of it."""

import pytest
from django.test import Client
from django.urls import reverse

from claims import pipeline
from claims.models import Claim, Revision, Statement
from claims.words import Stance
from tests.desk_world import boss, enter
from tests.printing import Heard, ToldReader, article_of, publish, read
from tests.test_stories import OTHER, WIRE, join
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


def test_the_api_gives_all_of_them_one_story(printed: list[int], client: Client) -> None:
    stories = [client.get(f"/api/v1/articles/{article_of(revision)}/").json()["story"] for revision in printed]
    assert len(set(stories)) == 1
