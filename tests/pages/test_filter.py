from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

PAINTED = """async ([name, there]) => {
  const map = document.querySelector("canvas");
  const seen = canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const dab = new OffscreenCanvas(1, 1);
  const pen = dab.getContext("2d");
  pen.fillStyle = getComputedStyle(map).getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = seen(dab);
  const shows = () => {
    const data = seen(map);
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) return true;
    return false;
  };
  const end = performance.now() + 30_000;
  while (shows() !== there && performance.now() < end) await new Promise(requestAnimationFrame);
  return shows() === there;
}"""
"""Looks at the map frame by frame until it shows a colour, or no longer does: true once that is so."""


def test_nothing_of_what_is_looked_for_is_free(visits: Visits) -> None:
    """It is said, and what comes nearest to the price is one press away."""
    visit = visits.one()
    event = visits.house.event(chamber(seats=4), "Quartet")
    for row in "AB":
        assert 201 == visits.house.hold(event, seats=[f"HALL-{row}-{n}" for n in range(1, 5)]).status_code
    visit.enter(event)
    legend = visit.page.get_by_role("list", name="Category")
    legend.get_by_role("button", name="Front").click()
    visit.see("Nothing is free in Front.")
    until_painted(visit, "--cat-2", False)
    assert [] == visit.examined()
    visit.shot("filter-empty")
    visit.button("Nearest price: Rear, €25.00").click()
    expect(legend.get_by_role("button", name="Rear")).to_have_attribute("aria-pressed", "true")
    expect(visit.page.get_by_text("Nothing is free in")).to_have_count(0)
    expect(visit.section("HALL")).to_be_enabled()
    until_painted(visit, "--cat-2", True)


def until_painted(visit: Visit, colour: str, there: bool) -> None:
    """Wait until the map shows a colour of the tokens, or no longer does."""
    assert visit.page.evaluate(PAINTED, [colour, there])
