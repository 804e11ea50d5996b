"""What both homes of webhook endpoints promise."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from engine.announcements import ANNOUNCEMENTS
from engine.catalogue import DEFAULT_ORGANISER
from engine.due_rows import DueRows
from engine.webhooks import Delivery, Endpoint, Secret
from persistence.memory.due_rows import MemoryDueRows
from persistence.memory.webhooks import MemoryWebhooks
from persistence.postgres.due_rows import PostgresDueRows
from persistence.postgres.webhooks import PostgresWebhooks
from tests.contract.backends import AT_MS, Backend, MemoryBackend, PostgresBackend, new_streams

Store = PostgresWebhooks | MemoryWebhooks
Home = tuple[Store, DueRows[Delivery]]


@pytest.fixture
async def home(backend: Backend) -> AsyncIterator[Home]:
    """Endpoints, and the deliveries to them."""
    if isinstance(backend, MemoryBackend):
        kept: MemoryDueRows[Delivery] = MemoryDueRows(backend.database)
        yield MemoryWebhooks(backend.database, backend.catalogue, kept), kept
        return
    assert isinstance(backend, PostgresBackend)
    store, rows = PostgresWebhooks(backend.dsn), PostgresDueRows(backend.dsn, "deliveries", Delivery)
    yield store, rows
    await store.close()
    await rows.close()


def endpoint(number: int, owner: str = "org_1") -> Endpoint:
    """An endpoint of its own."""
    return Endpoint(f"whk_{number}", owner, "https://example.org", ("order",), (Secret("whsec_a"),), AT_MS)


async def test_endpoints_are_their_owners(home: Home) -> None:
    """Listed in the order of their ids, page by page."""
    store, _ = home
    for number, owner in ((1, "org_1"), (2, "org_2"), (3, "org_1")):
        await store.create(endpoint(number, owner))
    assert [endpoint(1), endpoint(3)] == await store.of_owner("org_1", "", 10)
    assert [endpoint(3)] == await store.of_owner("org_1", "whk_1", 10)
    assert 2 == await store.count("org_1")
    await store.remove("whk_1")
    assert await store.get("whk_1") is None
    assert endpoint(3) == await store.get("whk_3")


async def test_a_change_counts_if_nobody_made_another(home: Home) -> None:
    """A disabled endpoint is told nothing."""
    store, _ = home
    await store.create(endpoint(1))
    changed = replace(endpoint(1), disabled="gone", version=1)
    assert await store.advance(changed)
    assert not await store.advance(changed)
    assert changed == await store.get("whk_1")
    assert [] == await store.enabled()


async def test_a_mark_is_another_one_after_every_change(home: Home) -> None:
    """Also where one endpoint takes the place of another; without a change it is the same."""
    store, _ = home
    marks = [await store.mark()]
    await store.create(endpoint(1))
    marks.append(await store.mark())
    await store.create(endpoint(2))
    await store.remove("whk_1")
    marks.append(await store.mark())
    assert await store.advance(replace(endpoint(2), disabled="gone", version=1))
    marks.append(await store.mark())
    assert 4 == len(set(marks))
    assert marks[-1] == await store.mark()


async def test_deliveries_are_listed_newest_first(home: Home) -> None:
    """Those of one endpoint, page by page."""
    store, rows = home
    for number, target in ((1, "whk_1"), (2, "whk_2"), (3, "whk_1")):
        await rows.begin(Delivery(f"dlv_{number}", target, "7-1", "order.confirmed", "{}", AT_MS, AT_MS))
    assert ["dlv_3", "dlv_1"] == [row.id for row in await store.deliveries("whk_1", "", 10)]
    assert ["dlv_1"] == [row.id for row in await store.deliveries("whk_1", "dlv_3", 10)]


async def test_an_event_has_an_owner_and_streams(backend: Backend, home: Home) -> None:
    """With the last number of each; one section has one stream."""
    store, _ = home
    first, second = await new_streams(backend, 2)
    found = await backend.catalogue.event_of_stream(first)
    assert found is not None
    assert DEFAULT_ORGANISER == await store.owner_of(found.id)
    assert await store.owner_of("evt_none") is None
    announced = (ANNOUNCEMENTS, 0)
    assert [(first, 1), (second, 1), announced] == await store.streams(found.id, "")
    await backend.catalogue.set_event_status(found.id, "published", AT_MS)
    assert (ANNOUNCEMENTS, 1) == (await store.streams(found.id, ""))[-1]
    assert [(second, 1)] == await store.streams(found.id, "S1")
