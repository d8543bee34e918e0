"""The queue by keyboard alone, in a real browser: a plain item takes two keystrokes at most, the way on included."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.models import Claim, Hold, Party, Statement
from claims.models.rights import keep_groups
from claims.words import Origin, Stance, Verdict
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import CUE, make_claim, publish, say, silent_bells

__all__ = ["_driver", "browser", "silent_bells"]  # fixtures

pytestmark = pytest.mark.slow

ITEMS = 50
# How a new editor works through fifty plain items: what is pressed for each, in turn.
KEYS = ("c", "c", "r1", "c", "r3")


@pytest.fixture
def editor(transactional_db: None) -> User:
    """Somebody of the group Editors, who has never been here."""
    keep_groups()
    user = User.objects.create_user("nina", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    return user


def doubtful(claim: Claim, count: int) -> None:
    """So many doubtful readings of one party on one claim, each in an article of its own."""
    reds, now = Party.objects.get(slug="reds"), timezone.now()
    for number in range(count):
        quote = f"hill {number} is ours"
        revision = publish(
            f"Before.\n\nA spokesman {CUE} that {quote}.", "News", now, now - timedelta(hours=number + 1)
        )
        start = revision.words.index(quote)
        with transaction.atomic():
            claims, instant = pipeline.lock_claims([claim.pk], timezone.now())
            made = Statement.objects.create(
                claim=claim, party=reds, stance=Stance.AFFIRMS, said_at=revision.published_at, origin=Origin.READING,
                article=revision.article, revision=revision, quote=quote, start=start, end=start + len(quote),
                confidence=0.6, rule="said-that", recorded_at=instant,
            )  # fmt: skip
            pipeline.settle(claims, instant, fresh=[made.pk])


def wait_for_item(browser: Browser) -> None:
    """Wait until an item is shown and its keys work."""
    browser.wait_for(lambda: browser.find_all('[data-keys="on"] [data-item]'), "an item")


def test_fifty_items_are_reviewed_by_keyboard(browser: Browser, editor: User) -> None:
    claim = make_claim()
    for _ in range(3):
        say(claim, "reds", Stance.AFFIRMS)
    doubtful(claim, ITEMS)
    sign_in(browser, editor)
    browser.open(reverse("admin:queue"))
    browser.press("n")
    strokes, expected = [], []
    for number in range(ITEMS):
        wait_for_item(browser)
        shown = int(browser.address.split("?")[0].split("/")[-3])
        keys = KEYS[number % len(KEYS)]
        for key in keys:
            browser.press(key)
        strokes.append(len(keys))
        expected.append((shown, Verdict.CONFIRMED if keys == "c" else Verdict.REJECTED))
        browser.wait_for(lambda left=shown: f"/{left}/" not in browser.address, f"what follows statement {shown}")
    browser.wait_for(lambda: browser.address.startswith(reverse("admin:queue")), "the queue")
    assert "Nothing is waiting" in browser.find("#content, main, body").text
    assert len({pk for pk, _ in expected}) == ITEMS and max(strokes) <= 2
    last = {s.pk: s.reviews.get() for s in Statement.objects.filter(reviewed_at__isnull=False)}
    assert {pk: review.verdict for pk, review in last.items()} == dict(expected)
    assert all(review.editor == editor for review in last.values())
    assert not Hold.objects.exists()


def test_every_key_does_what_it_says(browser: Browser, editor: User) -> None:
    claim = make_claim()
    says = [say(claim, "reds", Stance.AFFIRMS), say(claim, "blues", Stance.DENIES)]
    doubtful(claim, 2)
    sign_in(browser, editor)
    first = f"{reverse('admin:claims_statement_change', args=[says[1].pk])}?queue="
    browser.open(first)
    browser.press("?")
    assert browser.find(".fc-keys[open] dl").is_displayed()
    browser.press("?")
    browser.press("s")
    browser.press("2")  # it is the other of the two stances it could be
    browser.wait_for(lambda: browser.address != first, "the next item")
    wait_for_item(browser)
    right = Statement.objects.get(corrects=says[1])
    assert right.stance == Stance.UNSETTLED
    browser.press("u")
    browser.wait_for(lambda: browser.address == first, "the item again")
    wait_for_item(browser)
    assert Statement.objects.get(pk=says[1].pk).reviewed_at is None
    browser.press("r")
    browser.press("0")
    browser.press("nobody said so\n")  # letters that are keys elsewhere are letters here
    browser.wait_for(lambda: browser.address != first, "the next item")
    assert says[1].reviews.first().reason == "nobody said so"
    wait_for_item(browser)
    here = browser.address
    browser.press("n")
    browser.wait_for(lambda: browser.address != here, "another item")
    wait_for_item(browser)
    browser.press("p")
    browser.wait_for(lambda: browser.find_all(".select2-container--open"), "the chooser of parties")
    assert "/correct/" in browser.address and browser.address.endswith("#party")
    browser.open(first.replace(f"/{says[1].pk}/", f"/{says[0].pk}/"))
    wait_for_item(browser)
    browser.press("q")
    browser.wait_for(lambda: "/move-quote/" in browser.address, "the text to select words in")
