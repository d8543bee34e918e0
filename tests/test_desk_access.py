"""The desk's five main pages keep nobody out: axe-core finds nothing serious, in light and in dark, wide and narrow."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.models import Claim, Statement
from claims.words import Stance, Verdict
from tests.axe import find_barriers, load_axe
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import boss, make_claim, say, silent_bells, world

__all__ = ["_driver", "boss", "browser", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = ((1440, "light"), (390, "dark"))


def pages(world: Claim) -> dict[str, str]:
    """The five pages by name."""
    item = Statement.objects.unreviewed().latest("pk")
    return {
        "queue": reverse("admin:queue"),
        "item": reverse("admin:claims_statement_change", args=[item.pk]) + "?queue=",
        "claim": reverse("admin:claims_claim_change", args=[world.pk]),
        "article": reverse("admin:claims_article_change", args=[item.article_id]),
        "first page": reverse("admin:index"),
    }


@pytest.mark.slow
def test_axe_finds_nothing_serious_on_the_five_pages(browser: Browser, world: Claim, boss: User) -> None:
    axe = load_axe()
    other = make_claim("another")
    for party, stance in (("reds", Stance.AFFIRMS), ("blues", Stance.DENIES)):
        say(other, party, stance, confidence=0.5)
        reviewed = say(world, party, stance)
        pipeline.review_statement(reviewed.pk, Verdict.CONFIRMED, editor=boss, reason="Heard.", now=timezone.now())
    sign_in(browser, boss)
    found = {}
    for width, look in SIZES:
        browser.resize(width)
        for name, address in pages(world).items():
            browser.open(address)
            browser.run("document.documentElement.classList.toggle('dark', arguments[0])", look == "dark")
            if barriers := find_barriers(browser, axe):
                found[name, width, look] = barriers
    assert found == {}, "\n".join(f"{where}: {line}" for where, lines in found.items() for line in lines)
