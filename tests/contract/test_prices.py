from __future__ import annotations

from engine.listings import Availability, Offer, Survey
from tests.contract.backends import AT_MS, Backend
from tests.contract.test_discovery import Town


async def test_a_new_price_is_found_at_once_and_stays(backend: Backend) -> None:
    """Also after a look at a section by somebody who knows the old one; unknown events are passed over."""
    town = await Town(backend).fill()
    event, catalogue = town.events["Fair"], backend.catalogue
    await catalogue.set_price("evt_none", "field", "standard", 1)
    await catalogue.set_price(event.id, "field", "standard", 9_950)
    await catalogue.set_price(event.id, "gold", "standard", 9_900)
    await catalogue.set_price(event.id, "gold", "child", 9_800)
    old = (Offer("field", 30.0, 10, 10), Offer("gold", 45.0, 2, 2))
    for _ in range(2):
        assert [98.0] == [each.price for each in await town.search(venue="ven_market")]
        assert [] == await town.found(venue="ven_market", available=Availability(2, 97.99))
        await town.discovery.save_survey(Survey(event.sections[0].stream, event.id, 5, AT_MS + 9, old))
    stored = await catalogue.event(event.id)
    assert stored is not None
    assert {"standard": 9_950} == stored.terms.prices["field"]
