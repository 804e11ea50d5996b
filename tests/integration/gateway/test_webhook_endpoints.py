from __future__ import annotations

import pytest

from engine.announcements import ANNOUNCEMENTS
from tests.integration.gateway.world import World

HOOK = "/v1/webhook-endpoints"


async def test_an_endpoint_is_made_listed_rotated_and_deleted() -> None:
    """Its secret is told when it is made and when it is rotated, and never again."""
    async with World() as world, world.http("organiser", "boss") as boss:
        made = (await boss.post(HOOK, json={"url": "https://example.org/h", "kinds": ["order"]})).json()
        assert made["secret"].startswith("whsec_")
        assert "enabled" == made["status"]
        [listed] = (await boss.get(HOOK)).json()["data"]
        assert {name: value for name, value in made.items() if name != "secret"} == listed
        place = f"{HOOK}/{made['endpoint']}"
        rotated = (await boss.post(f"{place}/rotate", json={"overlap_s": 60})).json()
        assert rotated["secret"] not in (None, made["secret"])
        assert "secret" not in (await boss.get(place)).json()
        assert {"data": [], "has_more": False, "next": None} == (await boss.get(f"{place}/deliveries")).json()
        assert 200 == (await boss.delete(place)).status_code
        assert "not_found" == (await boss.get(place)).json()["code"]


async def test_a_replay_says_how_much_it_goes_through() -> None:
    """From a record on, with what was announced of the event; of another's event there is none."""
    async with World() as world, world.http("organiser", "boss") as boss:
        for status in ("draft", "published"):
            await world.catalogue.set_event_status(world.event.id, status, 0)
        made = (await boss.post(HOOK, json={"url": "https://example.org/h"})).json()
        replay = f"{HOOK}/{made['endpoint']}/replay"
        begun = await boss.post(replay, params={"event": world.event.id, "from_seq": "1"})
        assert (202, 2) == (begun.status_code, begun.json()["records"])
        streams = {(each.stream, each.event) for each in await world.replays.page("", 10)}
        assert {(ANNOUNCEMENTS, world.event.id)} < streams
        assert "not_found" == (await boss.post(replay, params={"event": "evt_none"})).json()["code"]


async def test_endpoints_have_a_bound_and_sensible_addresses() -> None:
    """The seventeenth is refused, and what is no web address at once."""
    async with World() as world, world.http("organiser", "boss") as boss:
        assert "malformed" == (await boss.post(HOOK, json={"url": "gopher://x"})).json()["code"]
        codes = [
            (await boss.post(HOOK, json={"url": "https://example.org/h"})).status_code for _ in range(17)
        ]
        assert [201] * 16 + [422] == codes


@pytest.mark.parametrize("url", ["http://example.org/h", "https://10.0.0.1/h", "https://u:p@example.org/h"])
async def test_an_endpoint_that_can_never_be_told_is_refused(url: str) -> None:
    """Whoever asks for it hears why, and not from a log of deliveries."""
    async with World() as world, world.http("organiser", "boss") as boss:
        refused = await boss.post(HOOK, json={"url": url})
        assert (422, "invalid") == (refused.status_code, refused.json()["code"])
        assert refused.json()["detail"].startswith("No news can go to this address: ")
        assert [] == (await boss.get(HOOK)).json()["data"]
