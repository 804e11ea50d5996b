"""The widget in a page of another origin: another port of this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.pages.house import House
from tests.pages.test_buying import pay
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, ROOT, Visit, Visits

DOCS = ROOT / "docs" / "WIDGET.md"
SERVER = "https://tickets.example.org"
EVENT = "evt_0123456789abcdef0123456789abcdef"
TINY_PX = 200
HEARD = """
for (const name of ["ready", "held", "released", "expired", "refused", "checkout", "missing", "unreachable"])
  addEventListener(`holdfast:${name}`, () => (document.documentElement.dataset.heard += ` ${name}`));
"""


class Embedder:
    """Somebody else's site with one `page`, under a policy as strict as the docs say that it may be."""

    page = ""

    def __enter__(self) -> Self:
        embedder = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = embedder.page.encode() if self.path == "/" else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", embedder.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.policy = ""
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def embed(self, house: House, snippet: str) -> None:
        """Have a page around this, for a house."""
        wire = house.url.replace("http://", "ws://")
        self.policy = f"default-src 'none'; script-src {house.url}; connect-src {house.url} {wire}"
        self.page = (
            '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
            f"<title>A house</title><main><h1>Tonight</h1>{snippet}</main></html>"
        )


def snippet(house: House, event: str, attributes: str = "") -> str:
    """What the docs say is to be put into a page, with the address of this house."""
    found = re.search(r"```html\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    shown = found[1].replace(SERVER, house.url).replace(EVENT, event)
    return shown.replace("<holdfast-event ", f"<holdfast-event {attributes} ")


@pytest.fixture(scope="module")
def embedder(browser: Browser) -> Iterator[Embedder]:
    """A site that stands as long as the browser does."""
    with Embedder() as made:
        yield made


@pytest.fixture(scope="module")
def house(embedder: Embedder) -> Iterator[House]:
    """A gateway that answers the embedder's pages."""
    with House(origins=(embedder.url,)) as running:
        yield running


def show(visit: Visit, embedder: Embedder, attributes: str = "") -> str:
    """Open a page with an event in it, and wait until it is live; the event."""
    event = visit.house.event(chamber(), "Quartet")
    embedder.embed(visit.house, snippet(visit.house, event, attributes))
    visit.page.add_init_script(HEARD)
    visit.page.goto(embedder.url)
    visit.see("Live", exact=True)
    return event


def heard(visit: Visit, name: str) -> None:
    """Wait until the page around has heard of this."""
    expect(visit.page.locator("html")).to_have_attribute("data-heard", re.compile(rf"\b{name}\b"))


def till(visit: Visit) -> Locator:
    """The button that leads to paying."""
    return visit.page.get_by_role("link", name="Check out")


def test_a_seat_is_held_in_another_page_and_paid_at_the_till(visit: Visit, embedder: Embedder) -> None:
    """By the docs' own snippet: the page around hears of it, and the till is the same guest's."""
    event = show(visit, embedder)
    visit.pick("HALL", "A", "4")
    visit.held(1)
    visit.seat("5").click()
    visit.held(2)
    heard(visit, "ready")
    heard(visit, "held")
    assert [] == visit.examined()
    visit.shot("widget", LOOKS)
    till(visit).click()
    expect(visit.page.get_by_label("Name")).to_be_visible()
    assert visit.page.url.startswith(f"{visit.house.url}/checkout/")
    assert "handover" not in visit.page.url
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    visit.page.goto(embedder.url)
    visit.see("Live", exact=True)
    visit.see("Nothing held yet.") if visit.width > 1000 else visit.held(0)
    taken = visit.house.hold(event, seats=["HALL-A-4"])
    assert (409, "seat_taken") == (taken.status_code, taken.json()["code"])


def test_the_till_in_a_tab_of_its_own(visits: Visits, embedder: Embedder) -> None:
    """The page around stays, and once it is looked at again the cart has no more than is still held."""
    visit = visits.one()
    show(visit, embedder, 'target="_blank"')
    visit.button("Hold best seats").click()
    visit.held(2)
    with visit.context.expect_page() as opened:
        till(visit).click()
    expect(opened.value.get_by_label("Name")).to_be_visible()
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visit.held(2)
    opened.value.get_by_label("Name").fill("Ada Lovelace")
    opened.value.get_by_label("E-mail").fill("ada@example.org")
    opened.value.get_by_role("button", name="Pay").click()
    expect(opened.value.get_by_text("Booked.").first).to_be_visible()
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visit.held(0)


def test_a_page_that_takes_care_of_the_till_itself(visits: Visits, embedder: Embedder) -> None:
    """Whoever prevents the default is told the address and left where they are."""
    visit = visits.one()
    show(visit, embedder)
    visit.page.evaluate(
        "addEventListener('holdfast:checkout', told => "
        "{ told.preventDefault(); document.documentElement.dataset.way = told.detail.address; })"
    )
    visit.button("Hold best seats").click()
    visit.held(2)
    till(visit).click()
    till_of_the_house = re.compile(re.escape(f"{visit.house.url}/checkout/hld_"))
    expect(visit.page.locator("html")).to_have_attribute("data-way", till_of_the_house)
    assert f"{embedder.url}/" == visit.page.url


def test_language_and_theme_are_attributes(visits: Visits, embedder: Embedder) -> None:
    """The page around may be another; a change starts anew and gives nothing back."""
    visit = visits.one("light", 390)
    show(visit, embedder)
    visit.button("Hold best seats").click()
    visit.held(2)
    visit.page.evaluate(
        "const it = document.querySelector('holdfast-event');"
        "it.lang = 'de'; it.setAttribute('theme', 'dark');"
    )
    visit.see("Beste freie Plätze")
    visit.held(2)
    ground = "getComputedStyle(document.querySelector('holdfast-event')).getPropertyValue('--ground').trim()"
    assert "#14161a" == visit.page.evaluate(ground)
    assert [] == visit.examined()


def test_two_events_in_one_page(visits: Visits, embedder: Embedder) -> None:
    """Each has its own map and its own cart."""
    visit = visits.one()
    events = [visits.house.event(chamber(), name) for name in ("Matinee", "Soiree")]
    both = [snippet(visits.house, event) for event in events]
    embedder.embed(visits.house, both[0] + both[1].partition("</script>")[2])
    visit.page.goto(embedder.url)
    expect(visit.page.get_by_text("Live", exact=True)).to_have_count(2)
    for at, name in enumerate(("Matinee", "Soiree")):
        region = visit.page.get_by_role("region", name=name)
        region.get_by_role("button", name="Hold best seats").click()
        expect(region.locator(".cart-item")).to_have_count(2)
        expect(visit.page.locator(".cart-item")).to_have_count(2 * at + 2)


def test_an_event_that_there_is_not(visits: Visits, embedder: Embedder) -> None:
    """The widget says so."""
    visit = visits.one()
    embedder.embed(visits.house, snippet(visits.house, EVENT))
    visit.page.goto(embedder.url)
    visit.see("There is no event by this address.")
    assert [] == visit.examined()
    visit.shot("widget-no-event")


def test_too_small_a_place(visits: Visits, embedder: Embedder) -> None:
    """Where nothing could be chosen the way to the event's own page is shown, and nothing else."""
    visit = visits.one()
    event = show(visit, embedder)
    visit.page.evaluate(f"document.querySelector('holdfast-event').style.width = '{TINY_PX}px'")
    way = visit.page.get_by_role("link", name="Open the event's page")
    expect(way).to_be_visible()
    expect(visit.page.get_by_text("Live", exact=True)).to_be_hidden()
    assert [] == visit.examined()
    visit.shot("widget-small")
    way.click()
    visit.see("Live", exact=True)
    assert f"{visits.house.url}/e/{event}" == visit.page.url


def test_a_page_whose_reader_has_no_scripts(visits: Visits, embedder: Embedder) -> None:
    """The link inside leads to the event, which can be read there."""
    visit = visits.one(scripts=False)
    event = visits.house.event(chamber(), "Quartet")
    embedder.embed(visits.house, snippet(visits.house, event))
    visit.page.goto(embedder.url)
    expect(visit.page.get_by_role("link", name="Choose your seats")).to_be_visible()
    visit.shot("widget-without-scripts")
    visit.page.get_by_role("link", name="Choose your seats").click()
    visit.see("HALL: 32 places")


def test_an_origin_that_the_server_does_not_answer(visits: Visits, house: House) -> None:
    """The way to the event's own page is shown; neither REST nor a websocket answers such a page."""
    visit = visits.one()
    event = house.event(chamber(), "Quartet")
    with Embedder() as stranger:
        stranger.embed(house, snippet(house, event))
        visit.page.goto(stranger.url)
        visit.see("The server cannot be reached")
        assert [] == visit.examined()
        visit.shot("widget-unreachable")
        visit.page.get_by_role("link", name="Open the event's page").click()
        visit.see("Live", exact=True)
        assert f"{house.url}/e/{event}" == visit.page.url
