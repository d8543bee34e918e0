"""What a browser makes of the desk: no page breaks its content security policy, none asks anybody else for anything."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from claims.admin.acts import WithActs
from claims.models import Claim, Statement
from claims.words import Stance
from factcheck.admin_csp import hash_theme_styles
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import boss, enter, say, silent_bells, world

__all__ = ["_driver", "boss", "browser", "silent_bells", "world"]  # fixtures

FOREIGN = """
return performance.getEntriesByType('resource').map(asked => asked.name)
    .filter(name => !name.startsWith(location.origin) && !name.startsWith('data:'))
"""


def pages() -> Iterator[str]:
    """The desk's first page, and of every list one page of each kind."""
    yield reverse("admin:index")
    yield reverse("admin:password_change")
    for model, rows in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        yield reverse(f"{name}_changelist")
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
            acts = rows.acts[:1] if isinstance(rows, WithActs) else ()
            yield from (reverse(f"{name}_{act.name}", args=[row.pk]) for act in acts)
    yield reverse("admin:claims_claim_add")
    yield reverse("admin:claims_claim_history", args=[Claim.objects.latest("pk").pk])


@pytest.mark.slow
def test_no_page_of_the_desk_breaks_the_policy_or_asks_anybody_else(browser: Browser, world: Claim, boss: User) -> None:
    say(world, "blues", Stance.DENIES)
    sign_in(browser, boss)
    wrong: dict[str, Any] = {}
    opened = list(pages())
    for address in opened:
        browser.open(address)
        if found := browser.take_offences() + browser.run(FOREIGN):
            wrong[address] = found
    # A chooser of parties is opened, and the theme is changed: both style what they make.
    browser.open(reverse("admin:claims_statement_correct", args=[Statement.objects.latest("pk").pk]))
    browser.find(".select2-selection").click()
    browser.wait_for(lambda: browser.find_all(".select2-results__option"), "the chooser's rows")
    wrong["chooser"] = browser.take_offences() + browser.run(FOREIGN)
    assert {address: found for address, found in wrong.items() if found} == {}
    assert len(opened) > 40


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
