"""Feeds, pages and hosts on a telephone: nothing runs off the screen, and nothing that is long is cut off."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from claims.models import Host
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import boss, silent_bells, watch

__all__ = ["_driver", "boss", "browser", "silent_bells"]  # fixtures

pytestmark = pytest.mark.slow

LONG = "https://post.example/news/2026/11/an-address-that-goes-on-and-on-" + "without-end" * 5
# How far the page runs off the screen, and what stands in every cell of a list that shows less than it holds.
LOOK = """
const cells = [...document.querySelectorAll("#result_list :is(td, th)")];
return [document.documentElement.scrollWidth - document.documentElement.clientWidth,
        cells.filter((cell) => cell.scrollHeight > cell.clientHeight + 2).map((cell) => cell.textContent.trim())];
"""


@pytest.fixture
def telephone(browser: Browser) -> Iterator[Browser]:
    """The browser with a screen narrower than its window could be made."""
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    yield browser
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_lists_and_pages_of_what_is_fetched_fit_a_telephone(
    telephone: Browser, boss: User, silent_bells: dict[str, list[int]]
) -> None:
    page = watch(LONG, said="status 500 from a server that had much to say of it, " * 3 + "x" * 90)
    why = "status 429 from a server that asks to be left alone for 86400 seconds"
    Host.objects.update(wait_until=timezone.now() + timedelta(days=1), wait_why=why)
    sign_in(telephone, boss)
    for row in (page, page.feed, page.host):
        name = f"admin:claims_{row._meta.model_name}"
        for address in (reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])):
            telephone.open(address)
            assert telephone.run(LOOK) == [0, []], address
