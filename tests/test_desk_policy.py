"""What a browser is told to allow; that no page of the desk needs more test_desk_hostile holds, page by page."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from claims.models import Claim, Statement
from factcheck.admin_csp import hash_theme_styles
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import boss, enter, silent_bells, world

__all__ = ["_driver", "boss", "browser", "silent_bells", "world"]  # fixtures

FOREIGN = """
return performance.getEntriesByType('resource').map(asked => asked.name)
    .filter(name => !name.startsWith(location.origin) && !name.startsWith('data:'))
"""


@pytest.mark.slow
def test_no_page_for_readers_asks_anybody_else(browser: Browser, world: Claim) -> None:
    article = Statement.objects.exclude(article=None).latest("pk").article
    assert article is not None
    for address in ("/", "/claims/", world.get_absolute_url(), "/api/docs/", f"/articles/{article.pk}/"):
        browser.open(address)
        assert browser.take_offences() + browser.run(FOREIGN) == [], address


@pytest.mark.django_db
def test_the_desks_policy_is_no_looser_than_the_theme_needs(world: Claim, boss: User) -> None:
    answer = enter(boss).get(reverse("admin:claims_claim_change", args=[world.pk]))
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self' 'unsafe-eval'" and policy["script-src-attr"] == "'none'"
    assert policy["style-src"] == "'self'" and "unsafe" not in policy["style-src-elem"]
    assert len(hash_theme_styles()) == 1 and hash_theme_styles()[0] in policy["style-src-elem"]
    assert (policy["default-src"], policy["frame-ancestors"], policy["object-src"]) == ("'self'", "'none'", "'none'")
    html = answer.content.decode()
    assert "<script>" not in html and html.count("<style") == 1


@pytest.mark.slow
def test_what_the_policy_forbids_is_not_run(browser: Browser, world: Claim, boss: User) -> None:
    """Were a string to reach a page as markup all the same, the browser would refuse its script and its style."""
    sign_in(browser, boss)
    browser.open(reverse("admin:claims_claim_change", args=[world.pk]))
    browser.run(
        "const box = document.createElement('div');"
        "box.innerHTML = '<img src=x: onerror=\"window.ran=1\"><style>body{color:rgb(1,2,3)}</style>';"
        "document.body.append(box)"
    )
    browser.allow("Content Security Policy")
    browser.allow("ERR_")
    assert browser.run("return window.ran") is None
    assert browser.run("return getComputedStyle(document.body).color") != "rgb(1, 2, 3)"
