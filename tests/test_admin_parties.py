"""Sources and parties on the desk: feeds at a glance, copies counted, names as they are found, sentences tried."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.party_page import enter, show_forms
from claims.admin.source_page import count_copies
from claims.models import Article, Candidate, Claim, Feed, Party, Revision, Source, Statement, Story
from claims.reading import Reader
from claims.reading.values import Catalogue, PartyEntry, Text
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import boss, count_queries, make_claim, publish, reader, say, silent_bells, watch
from tests.desk_world import enter as enter_desk
from tests.test_admin_pages import HOSTILE

__all__ = ["_driver", "boss", "browser", "reader", "silent_bells"]  # fixtures

pytestmark = pytest.mark.django_db

SENTENCE = "The Ministry of Levers said that the Reds hold Mill."


def page_of(row: Any) -> str:
    return reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk])


def publish_by(name: str, story: Story | None, hours: int) -> Revision:
    """An article of another source, compared with all others; of this story, or of one of its own."""
    source, _ = Source.objects.get_or_create(slug=name.lower(), defaults={"name": name})
    now = timezone.now()
    published = now - timedelta(hours=hours)
    article = Article.objects.create(
        source=source, url=f"https://{source.slug}.example/{Article.objects.count()}", published_at=published,
        recorded_at=now,
    )  # fmt: skip
    return Revision.objects.create(
        article=article, number=1, title=f"{name} says", text="x", digest=str(article.pk), published_at=published,
        recorded_at=now, story=story or Story.objects.create(recorded_at=now), compared_at=now,
    )  # fmt: skip


def test_a_sources_page_shows_how_its_feeds_do_by_sign_and_in_words(boss: User) -> None:
    feed = watch(said="status 500").feed
    well = Feed.objects.create(
        source=feed.source, host=feed.host, url="https://post.example/well.xml", last_success_at=timezone.now(),
        next_poll_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    paused = Feed.objects.create(source=feed.source, host=feed.host, url="https://post.example/off.xml", paused=True)
    answer = enter_desk(boss).get(page_of(feed.source))
    html = answer.content.decode()
    states = {one.feed.pk: one.state for one in answer.context["feeds"]}
    for row, sign, words in ((feed, "▲", "failing (2 times)"), (well, "●", "well"), (paused, "‖", "paused")):
        assert f'<span aria-hidden="true">{sign}</span> {words}' in states[row.pk]
        assert page_of(row) in html
    assert "status 500" in html and "1.0" in [one.a_day for one in answer.context["feeds"]]
    listed = enter_desk(boss).get(reverse("admin:claims_source_changelist")).content.decode()
    assert "1 of 2 failing" in listed  # the paused one is not polled


def test_copies_are_what_another_source_published_first() -> None:
    agency = publish_by("Agency", None, 9)
    for hours in (8, 7):
        publish_by("Paper", agency.story, hours)
    own = publish_by("Paper", None, 6)
    publish_by("Agency", own.story, 5)
    publish_by("Paper", own.story, 4)  # its own text again is no copy of another's
    lone = publish_by("Paper", None, 3)
    Revision.objects.filter(pk=lone.pk).update(compared_at=None)
    copies = count_copies(Source.objects.get(slug="paper"))
    assert (copies.looked, copies.copied, copies.share, copies.origins) == (4, 2, 50, (("Agency", 2),))
    counted = count_copies(Source.objects.get(slug="agency"))
    assert (counted.looked, counted.copied, counted.origins) == (2, 1, (("Paper", 1),))


def test_names_are_shown_with_the_forms_that_the_reader_makes(boss: User) -> None:
    party = Party.objects.create(slug="veltia", names={"en": ["Veltia", "VLT"], "uk": ["Вельтія"], "ru": ["Вельтия"]})
    forms = {language: {one.name: one for one in names} for language, names in show_forms(party.names)}
    assert {"вельтія", "вельтії", "вельтію", "вельтією"} <= set(forms["Українська"]["Вельтія"].forms)
    assert forms["English"]["VLT"].style == "only in capitals"
    html = enter_desk(boss).get(page_of(party)).content.decode()
    assert "вельтією" in html and "вельтию" in html
    # What is shown is what is found.
    known = Reader(Catalogue((), (enter(party),)))
    for form in (*forms["Українська"]["Вельтія"].forms, *forms["Русский"]["Вельтия"].forms):
        sentence = f"Про {form.capitalize()} йдеться."
        lang = "uk" if form in forms["Українська"]["Вельтія"].forms else "ru"
        assert [one.name for one in known.find_names(Text(sentence, lang=lang)) if one.kind == "party"] == ["veltia"], (
            form
        )


def try_it(client: Client, **given: Any) -> Any:
    return client.post(reverse("admin:claims_party_try"), given)


def test_a_sentence_is_read_as_the_catalogue_stands_and_as_it_is_being_edited(boss: User) -> None:
    make_claim()
    blues = Party.objects.get(slug="blues")
    client = enter_desk(boss)
    before = [model.objects.count() for model in (Statement, Candidate, Revision, Party)]

    saved = try_it(client, party=blues.pk, sentence=SENTENCE)
    assert not saved.context["differs"]
    assert [one.found.party for one in saved.context["tried"]] == []
    assert ("Reds", "name", "reds") in saved.context["named"]

    edited = try_it(client, party=blues.pk, sentence=SENTENCE, names_en="The Blues\r\nMinistry of Levers")
    (one,) = edited.context["tried"]
    expected = pipeline.current_catalogue()
    entry = PartyEntry("blues", "", {"en": ("The Blues", "Ministry of Levers")})
    parties = tuple(entry if party.slug == "blues" else party for party in expected.parties)
    (found,) = Reader(Catalogue(expected.claims, parties)).read(Text(SENTENCE, lang="en")).statements
    assert (one.found, one.when) == (found, "only with the names as they are here")
    assert (one.found.party, one.found.stance, one.claim) == ("blues", "affirms", Claim.objects.get())
    html = edited.content.decode()
    assert f'<mark class="fc-quote fc-affirms">{found.quote}</mark>' in html or found.quote in html
    assert found.rule in html and "ministry of levers" in html
    assert [model.objects.count() for model in (Statement, Candidate, Revision, Party)] == before
    blues.refresh_from_db()
    assert blues.names == {"en": ["The Blues"]}


def test_a_party_that_is_not_saved_yet_can_be_tried(boss: User) -> None:
    make_claim()
    client = enter_desk(boss)
    answer = try_it(client, sentence=SENTENCE, names_en="Ministry of Levers", slug="", lang="en")
    assert [one.found.party for one in answer.context["tried"]] == ["new-party"]
    empty = try_it(client, sentence="", lang="xx")
    assert "tried" not in empty.context and empty.content.decode().count("fc-error") >= 2
    assert "Names found in it" not in try_it(client, sentence="Xyz.", lang="fr").content.decode()


def test_who_may_look_may_try_and_others_may_not(reader: User) -> None:
    make_claim()
    assert try_it(enter_desk(reader), sentence=SENTENCE).status_code == 200
    staff = User.objects.create_user("staff", password="x", is_staff=True)
    assert try_it(enter_desk(staff), sentence=SENTENCE).status_code == 403
    assert try_it(Client(), sentence=SENTENCE).status_code == 302


def test_hostile_names_and_sentences_stay_text(boss: User) -> None:
    make_claim()
    blues = Party.objects.get(slug="blues")
    blues.names = {"en": [HOSTILE, "The Blues"], "xx": [HOSTILE]}
    blues.save()
    watch(said=HOSTILE)
    say(Claim.objects.get(), "reds", "affirms", title=HOSTILE)
    client = enter_desk(boss)
    pages = [client.get(page_of(blues)), client.get(page_of(Source.objects.get()))]
    pages.append(try_it(client, party=blues.pk, sentence=f"{HOSTILE} The Blues said that the Reds hold Mill. {HOSTILE}",
                        names_en=f"{HOSTILE}\nThe Blues"))  # fmt: skip
    for answer in pages:
        html = answer.content.decode()
        assert "&lt;script&gt;alert(1)" in html and "<script>alert" not in html and "<img src=x" not in html


def test_these_pages_cost_at_most_twelve_queries(boss: User) -> None:
    claim = make_claim()
    feed = watch().feed
    client = enter_desk(boss)
    addresses = [page_of(feed.source), page_of(claim.holder), reverse("admin:claims_party_try")]
    few = [count_queries(client, address) for address in addresses]
    for number in range(6):
        watch()
        publish("x", "News", timezone.now(), timezone.now())
        publish_by("Post", publish_by("Agency", None, 9).story, number)
        Party.objects.create(slug=f"p{number}", names={"en": [f"P{number}"]}, aligned_with=claim.holder)
    many = [count_queries(client, address) for address in addresses]
    assert max(many) <= 12, many
    assert all(after <= before + 1 for before, after in zip(few, many, strict=True)), (few, many)


@pytest.mark.django_db(transaction=True)
def test_unsaved_names_are_tried_without_leaving_the_form(browser: Browser, boss: User) -> None:
    make_claim()
    blues = Party.objects.get(slug="blues")
    sign_in(browser, boss)
    browser.open(page_of(blues))
    browser.find("[name=names_en]").send_keys("\nMinistry of Levers")
    browser.find("[name=sentence]").send_keys(SENTENCE)
    browser.find("form[data-try] button").click()
    browser.wait_for(lambda: browser.find_all("#fc-tried figure"), "what is read")
    assert "only with the names as they are here" in browser.find("#fc-tried").text
    assert browser.address == page_of(blues) and len(browser.driver.window_handles) == 1
    blues.refresh_from_db()
    assert blues.names == {"en": ["The Blues"]}
    browser.run("for (const form of document.forms) form.reset();")  # nothing unsaved: the page may be left
