"""Sales that open by themselves: claimed by one at a time, begun once, and at another hour if one is set."""

from __future__ import annotations

from engine.catalogue import Billing, EventInfo, Opening
from tests.contract.backends import AT_MS, Backend, small_plan
from tests.contract.test_catalogue import TERMS

HOUR = AT_MS + 3_600_000
CLAIM_MS = 5_000


async def announced(backend: Backend, opens_ms: int | None = HOUR) -> EventInfo:
    """A published event whose sale opens at that time."""
    catalogue = backend.catalogue
    plan = await catalogue.save_plan(small_plan("Hall"), AT_MS)
    event = await catalogue.create_event("Night", plan.id, TERMS, AT_MS, billing=Billing(opens_ms=opens_ms))
    published = await catalogue.set_event_status(event.id, "published", AT_MS)
    assert published is not None
    return published


async def due(backend: Backend, at_ms: int) -> list[str]:
    """The events that are claimed then."""
    return [each.event for each in await backend.catalogue.openings.claim(at_ms, at_ms + CLAIM_MS, 16)]


async def test_a_sale_is_due_at_its_hour_and_begun_once(backend: Backend) -> None:
    """Not before; whoever claims it has it to themselves for a while, and when it is done nobody has."""
    event, openings = await announced(backend), backend.catalogue.openings
    assert [] == await due(backend, HOUR - 1)
    assert not await openings.begin(event.id, HOUR - 1)
    assert [event.id] == await due(backend, HOUR)
    assert [] == await due(backend, HOUR + 1)
    assert [True, True] == [await openings.begin(event.id, HOUR) for _ in range(2)]
    opened = await backend.catalogue.event(event.id)
    assert opened is not None
    assert ("open", HOUR) == (opened.status, opened.billing.opens_ms)
    # Whoever had it has died: it is somebody else's.
    assert [event.id] == await due(backend, HOUR + CLAIM_MS)
    await openings.done(Opening(event.id, HOUR + CLAIM_MS))
    assert [event.id] == await due(backend, HOUR + 2 * CLAIM_MS)
    await openings.done(Opening(event.id, HOUR + 3 * CLAIM_MS))
    assert [] == await due(backend, HOUR + 9 * CLAIM_MS)


async def test_only_what_is_published_opens_by_itself(backend: Backend) -> None:
    """No draft, nothing that was opened or closed by hand, and nothing without an hour."""
    catalogue = backend.catalogue
    plan = await catalogue.save_plan(small_plan("Hall"), AT_MS)
    draft = await catalogue.create_event("Draft", plan.id, TERMS, AT_MS, billing=Billing(opens_ms=HOUR))
    closed, by_hand = await announced(backend), await announced(backend)
    await catalogue.set_event_status(closed.id, "closed", AT_MS)
    await catalogue.set_event_status(by_hand.id, "open", AT_MS)
    never = await announced(backend, None)
    assert [] == await due(backend, HOUR)
    events = (draft, closed, by_hand, never)
    assert [False, False, True, False] == [await catalogue.openings.begin(each.id, HOUR) for each in events]
    assert not await catalogue.openings.begin("evt_none", HOUR)
    await catalogue.set_event_status(draft.id, "published", AT_MS)
    assert [draft.id] == await due(backend, HOUR)


async def test_another_hour_is_heeded(backend: Backend) -> None:
    """Also when it is set just as the first one has come; and none is none."""
    event, openings = await announced(backend), backend.catalogue.openings
    assert [event.id] == await due(backend, HOUR)
    await backend.catalogue.change_event(event.id, "Night", Billing(opens_ms=HOUR + 60_000))
    assert not await openings.begin(event.id, HOUR)
    await openings.done(Opening(event.id, HOUR + CLAIM_MS))
    assert [] == await due(backend, HOUR + 59_999)
    assert [event.id] == await due(backend, HOUR + 60_000)
    await backend.catalogue.change_event(event.id, "Night", Billing())
    assert [] == await due(backend, HOUR + 120_000)
