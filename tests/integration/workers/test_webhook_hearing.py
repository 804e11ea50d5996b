"""What an endpoint hears of: from its first moment on, and again where it asks for that."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from engine.announcements import ANNOUNCEMENTS
from engine.terms import Terms
from engine.webhooks import Replay
from persistence.memory.relay import MemoryRelay
from tests.integration.workers.houses import AT_MS, booked, placed
from tests.integration.workers.posting import Post
from workers.feeding import Feeder
from workers.in_process import InProcess
from workers.limits import ConsumerLimits, RelayLimits
from workers.message import Message
from workers.relay import Relay


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A house whose news go to a receiver."""
    async with Post.open() as made:
        yield made


class Nobody:
    """Keeps no dead letters: there are none."""

    async def bury(self, consumer: str, message: Message, reason: str, at_ms: int) -> None:
        raise AssertionError(f"{consumer} put {message.id} aside at {at_ms}: {reason}")


async def test_a_new_endpoint_misses_nothing_from_its_first_moment_on(post: Post) -> None:
    """Also one that is there again, on a clock that stands still, and whatever was looked at before."""
    house, stream = post.house, post.house.streams[0]
    feeder = Feeder(post.consumer, Nobody(), ConsumerLimits(), lambda: post.now_ms)
    positions = MemoryRelay(house.database, lambda: post.now_ms)
    relay = Relay("relay-1", house.store, positions, InProcess([feeder]), RelayLimits(), lambda: 0.0)
    house.write(stream, placed("hld_1", 1), booked("hld_1", "ord_1", 1))
    await relay.round()
    await post.asked_for("order.confirmed")
    house.write(stream, placed("hld_2", 2), booked("hld_2", "ord_2", 2))
    await relay.round()
    assert await post.endpoints.advance(replace(await post.endpoint(), disabled="gone", version=1))
    house.write(stream, placed("hld_3", 3), booked("hld_3", "ord_3", 3))
    await relay.round()
    assert await post.endpoints.advance((await post.endpoint()).enabled())
    house.write(stream, placed("hld_4", 4), booked("hld_4", "ord_4", 4))
    await relay.round()
    assert [f"whk_1.{stream}-{seq}" for seq in (5, 9)] == sorted(post.inbox.tables["deliveries"])


async def test_a_replay_sends_the_same_news_again(post: Post) -> None:
    """From a record on, under the ids that they had."""
    house, stream = post.house, post.house.streams[0]
    house.write(stream, placed("hld_1", 1), booked("hld_1", "ord_1", 1), placed("hld_2", 2))
    await post.asked_for("order", "seats")
    await post.replays.begin(Replay("rpl_1", "whk_1", stream, 2, 4, post.now_ms))
    while await post.replaying.look():
        pass
    await post.run()
    assert {f"{stream}-3", f"{stream}-4"} == {each.headers["webhook-id"] for each in post.receiver.got}
    [replay] = await post.replays.page("", 10)
    assert (4, None) == (replay.done_seq, replay.due_ms)


async def test_a_replay_tells_again_what_the_catalogue_told_of_the_event(post: Post) -> None:
    """That it was published, and nothing of other events."""
    house = post.house
    known = await house.catalogue.event(house.event)
    assert known is not None
    other = await house.catalogue.create_event("Other", known.plan, Terms(), AT_MS)
    for event in (other.id, house.event):
        await house.catalogue.set_event_status(event, "published", AT_MS)
    await post.asked_for("event")
    await post.replays.begin(Replay("rpl_1", "whk_1", ANNOUNCEMENTS, 0, 2, post.now_ms, event=house.event))
    while await post.replaying.look():
        pass
    await post.run()
    assert [house.event] == [json.loads(each.body)["data"]["event"] for each in post.receiver.got]
