from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.pages.house import House
from tests.pages.visit import LOOKS, ROOT, Look, Visit, Visits

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SCREENS: list[Look] = [("light", 1280), ("dark", 390)]


def missing(what: str) -> None:
    """Skip in one clear line; where everything is to be tested, fail."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own are not downloaded.

    For a module and not for the session: while it is open its loop counts as running, and tests
    with loops of their own could not begin.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("pages are not tried: there is no chromium (apt-get install chromium)")
    if not (ROOT / "gateway" / "static" / "event.html").is_file():
        missing("pages are not tried: they are not built (make pages)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def house(browser: Browser) -> Iterator[House]:
    """One gateway for a module's tests; each makes events of its own."""
    with House() as running:
        yield running


@pytest.fixture
def visits(browser: Browser, house: House) -> Iterator[Visits]:
    """Buyers with a browser each, of one scheme and width unless said."""
    made = Visits(browser, house)
    yield made
    made.close()


@pytest.fixture(params=SCREENS, ids=lambda each: f"{each[0]}-{each[1]}")
def visit(request: pytest.FixtureRequest, visits: Visits) -> Visit:
    """A buyer before a wide screen, and one before a narrow one; each examines states in both schemes."""
    scheme, width = request.param
    one = visits.one(scheme, width)
    one.looks = tuple(look for look in LOOKS if look[1] == width)
    return one
