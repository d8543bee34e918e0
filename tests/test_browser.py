"""The tests' browser itself: it opens the desk as somebody, and what a page does wrong fails the test."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import boss, silent_bells

__all__ = ["_driver", "boss", "browser", "silent_bells"]  # fixtures

pytestmark = pytest.mark.slow


def test_the_desk_opens_in_a_browser_and_its_console_is_heard(browser: Browser, boss: User) -> None:
    browser.open(reverse("admin:index"))
    assert browser.address.startswith(reverse("admin:login"))
    sign_in(browser, boss)
    browser.open(reverse("admin:index"))
    assert browser.address == reverse("admin:index")
    assert browser.find("h1")
    assert browser.take_offences() == []
    browser.run(
        "const made = document.createElement('script'); made.textContent = 'window.ran = 1'; document.body.append(made)"
    )
    assert browser.run("return window.ran") is None  # the policy runs no script that stands in a page
    assert any("Content Security Policy" in said for said in browser.take_offences())
