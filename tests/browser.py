"""A real browser for the tests: headless Chromium on a live server, signed in as somebody, its console listened to.

A page that reports an error on its console (a script that failed, a file that was not found, something the content
security policy forbade) fails the test that showed it, unless the test says which words it allows.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.desk_world import enter

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
PATIENCE = 10  # seconds until something that was expected on a page is held not to come
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@dataclass
class Browser:
    """A Chromium window on the tests' site, and what its console said that should not have been said.

    `driver` is Selenium's, for what the few verbs here do not cover.
    """

    driver: webdriver.Chrome
    site: str
    allowed: list[str] = field(default_factory=lambda: ["/favicon.ico"])  # asked for by the browser, not by a page

    def open(self, address: str) -> None:
        """Show a page of the site: an address that begins with a slash."""
        self.driver.get(self.site + address)

    @property
    def address(self) -> str:
        """What the site shows now, beginning with a slash."""
        return str(self.driver.current_url).removeprefix(self.site)

    def press(self, *keys: str) -> None:
        """Press keys on whatever has the focus, as a person at the keyboard would."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def find(self, selector: str) -> WebElement:
        """The first element that a CSS selector names; fails the test where there is none."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector: str) -> list[WebElement]:
        """Every element that a CSS selector names."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script: str, *given: Any) -> Any:
        """What a script returns that is run in the page, beside its content security policy."""
        return self.driver.execute_script(script, *given)

    def wait_for(self, holds: Callable[[], Any], what: str) -> Any:
        """Wait until something holds, and give what it gave; fails the test after ten seconds, saying what."""
        return WebDriverWait(self.driver, PATIENCE, 0.02).until(lambda _driver: holds(), f"waited in vain for {what}")

    def resize(self, width: int, height: int = 900) -> None:
        """Make the window as wide and high, in CSS pixels."""
        self.driver.set_window_size(width, height)

    def allow(self, words: str) -> None:
        """Take no offence at what the console says if it has these words."""
        self.allowed.append(words)

    def take_offences(self) -> list[str]:
        """What the console has said since last asked that is an error and not allowed."""
        said = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        return [message for message in said if not any(words in message for words in self.allowed)]


def sign_in(browser: Browser, user: User) -> None:
    """Go on as this user, by a session of theirs; the window stays where it is until a page is opened."""
    session = enter(user).cookies[settings.SESSION_COOKIE_NAME].value
    if not str(browser.driver.current_url).startswith(browser.site):
        browser.open("/livez")  # a cookie can only be set on a page of the site
    browser.driver.add_cookie({"name": settings.SESSION_COOKIE_NAME, "value": session, "path": "/"})


@pytest.fixture(scope="session")
def _driver(django_db_setup: None, live_server: Any) -> Iterator[webdriver.Chrome]:
    """One Chromium for the whole run, in a profile of its own: starting it costs seconds.

    It ends before the server and the database do: what it keeps open holds a thread of the one, a session of the other.
    """
    for program in (CHROMIUM, CHROMEDRIVER):
        if not program.exists():
            pytest.skip(f"needs {program} (Debian: chromium and chromium-driver)")
    profile = tempfile.mkdtemp(prefix="factcheck-browser-")
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture
def browser(_driver: webdriver.Chrome, live_server: Any) -> Iterator[Browser]:
    """Chromium on the tests' site, nobody signed in; sign somebody in with `sign_in(browser, user)`.

    The test's data is committed (pytest-django's `live_server` makes the test transactional). At the end the console
    must have said nothing wrong.
    """
    _driver.delete_all_cookies()
    _driver.get("about:blank")
    _driver.get_log("browser")  # what the last test left unsaid
    window = Browser(_driver, live_server.url)
    window.resize(1280)
    yield window
    offences = window.take_offences()
    _driver.delete_all_cookies()
    _driver.get("about:blank")
    assert offences == []
