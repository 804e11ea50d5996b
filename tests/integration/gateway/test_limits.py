"""How often callers may ask, over REST and over websockets, with and without Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from throttled import utils
from throttled.rate_limiter import per_day, per_sec

from bench.baselines.redis_server import redis_server
from gateway.limiting.limiter import Limiter
from gateway.limiting.local import LocalRates
from gateway.limiting.quotas import Attempt, Quotas
from gateway.limiting.settling import Settler
from gateway.limiting.shared import FAILURES_MAX, SharedRates
from scripts.services import redis_node
from scripts.torture.waits import within
from tests.e2e.world import random_port
from tests.integration.gateway.world import World

PATIENCE_S = 30.0
ANN = Attempt("principal", "usr_ann", per_sec(8, 4))


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the library's buckets, turned by hand."""
    turned = Clock()
    monkeypatch.setattr(utils, "now_mono_f", turned)
    return turned


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A Redis of the test's own, or the one that is set."""
    with redis_server(random_port()) as place:
        assert place is not None, "these tests need Redis"
        yield place.url


async def test_beyond_a_rate_a_call_is_refused_and_told_when_to_come_back(clock: Clock) -> None:
    """The reply says what is left; time brings it back; others are not concerned."""
    async with (
        World(quotas=Quotas(principal=per_sec(8, 3))) as world,
        world.http() as ann,
        world.http(sub="bob") as bob,
    ):
        replies = [await ann.get("/v1/events") for _ in range(4)]
        assert [200, 200, 200, 429] == [reply.status_code for reply in replies]
        assert '"principal";r=2;t=1' == replies[0].headers["ratelimit"]
        assert '"principal";q=3;w=1' == replies[3].headers["ratelimit-policy"]
        assert ("rate_limited", "1") == (replies[3].json()["code"], replies[3].headers["retry-after"])
        assert 200 == (await bob.get("/v1/events")).status_code
        clock.now_s += 0.125
        assert 200 == (await ann.get("/v1/events")).status_code


async def test_bad_tokens_count_for_their_address(clock: Clock) -> None:
    """Guessing is limited; this machine's own address is not."""
    async with World(quotas=Quotas(address=per_sec(8, 2))) as world:
        headers = {"Authorization": "Bearer guess"}
        for client, statuses in ((("192.0.2.1", 1), [401, 401, 429]), (("127.0.0.1", 1), [401] * 3)):
            transport = httpx.ASGITransport(world.app, client=client)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://test", headers=headers
            ) as http:
                assert statuses == [(await http.get("/v1/events")).status_code for _ in range(3)]


class Talker:
    """A session that said a number of things."""

    def __init__(self, caller_id: str | None, heard: int) -> None:
        self.caller_id = caller_id
        self.heard = heard
        self.barred_s = 0.0

    def take_heard(self) -> int:
        heard, self.heard = self.heard, 0
        return heard

    def bar(self, until_s: float) -> None:
        self.barred_s = until_s


async def test_sessions_of_one_caller_are_counted_together(clock: Clock) -> None:
    """Each says little, all together too much: all of them are barred, and nobody else is."""
    ann = [Talker("usr_ann", 60) for _ in range(3)]
    bob, guest = Talker("usr_bob", 60), Talker(None, 500)
    talkers: list[tuple[Talker, str | None]] = [(each, "192.0.2.1") for each in (*ann, bob, guest)]
    limiter = Limiter(Quotas(principal=per_sec(100, 100)), LocalRates(1.0))
    settler = Settler(limiter, lambda: list(talkers), list, clock)
    await settler.settle()
    assert [pytest.approx(1000.8)] * 3 == [each.barred_s for each in ann]
    assert [0.0, 0.0] == [bob.barred_s, guest.barred_s]
    assert not settler.bars("192.0.2.1")


async def test_an_address_beyond_its_rate_opens_no_websocket(clock: Clock) -> None:
    """Until it has paid off what it went beyond."""
    talkers: list[tuple[Talker, str | None]] = [(Talker(None, 150), "192.0.2.1")]
    settler = Settler(Limiter(Quotas(address=per_sec(100, 100))), lambda: list(talkers), list, clock)
    await settler.settle()
    assert settler.bars("192.0.2.1")
    clock.now_s += 1.0
    assert not settler.bars("192.0.2.1")


async def test_a_barred_session_is_refused_and_goes_on_later() -> None:
    """Over the websocket: `rate_limited` with the time to wait."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        session = next(iter(world.app.state.sockets._connections)).session
        assert 1 == session.take_heard()
        session.bar(session._last_s + 3600)
        refused = await socket.ask("ping", {})
        assert ("rate_limited", True) == (refused["e"]["code"], refused["e"]["retry_after_ms"] > 3_000_000)
        session.bar(0.0)
        assert (await socket.ask("ping", {}))["ok"]


async def test_an_event_that_is_asked_for_too_often_refuses() -> None:
    """Holds of it alone; a round later it goes on."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        assert (await socket.ask("hold.create", body, "k1"))["ok"]
        event = next(iter(world.app.state.sockets._office.directory.maps()))
        settler = Settler(Limiter(Quotas(event=per_sec(1, 1))), list, lambda: [event], lambda: 0.0)
        event.meter.asked = 3
        await settler.settle()
        refused = await socket.ask("hold.create", body, "k2")
        assert ("rate_limited", event.meter.barred_ms) == (
            refused["e"]["code"],
            refused["e"]["retry_after_ms"],
        )
        for _ in range(5):
            event.meter.asked = 0
            await settler.settle()
        assert (await socket.ask("hold.create", {**body, "seats": ["FRONT-A-2"]}, "k3"))["ok"]


async def test_gateways_count_together_in_redis(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one has granted the other does not grant again."""
    monkeypatch.setattr("gateway.limiting.shared.CALL_MAX_S", PATIENCE_S)
    one, other = (SharedRates(redis_url, LocalRates(0.5)) for _ in range(2))
    attempt = Attempt("principal", f"usr_{random_port()}", per_day(1, 4))
    granted = [(await rates.take([attempt]))[0].limited for rates in (one, other, one, other, one)]
    assert [False, False, False, False, True] == granted
    assert one.wrong is None
    await one.close()
    await other.close()


async def test_without_redis_each_gateway_grants_its_share(clock: Clock) -> None:
    """Nobody waits for it: after some failures it is left alone, and `/readyz` says so."""
    rates = SharedRates(f"redis://127.0.0.1:{random_port()}/0", LocalRates(0.5))
    limited = [(await rates.take([ANN]))[0].limited for _ in range(FAILURES_MAX + 2)]
    assert [False, False, True, True, True] == limited
    assert rates.wrong is not None
    await rates.close()


async def test_a_redis_that_comes_and_goes_is_looked_out_for_once() -> None:
    """However often it is away within one pause between looks; and nobody looks out once all is closed."""
    rates = SharedRates(f"redis://127.0.0.1:{random_port()}/0", LocalRates(0.5))

    async def answers(here: bool) -> bool:
        if not here:
            raise ConnectionError
        return here

    before = asyncio.all_tasks()
    for here in (False, True, False):
        await rates._asked(partial(answers, here))
    assert 1 == len(asyncio.all_tasks() - before)
    await rates.close()
    assert before == asyncio.all_tasks()


async def test_a_redis_that_is_back_is_noticed_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """`/readyz` says so of gateways too that nobody has called meanwhile."""
    assert redis_node.installed(), "these tests need Redis"
    monkeypatch.setattr("gateway.limiting.shared.CALL_MAX_S", PATIENCE_S)
    monkeypatch.setattr("gateway.limiting.shared.REST_S", 0.05)
    with redis_node.node() as node:
        rates = SharedRates(node.url, LocalRates(1.0))
        await rates.take([ANN])
        assert rates.wrong is None
        await asyncio.to_thread(node.kill)
        for _ in range(FAILURES_MAX):
            await rates.take([ANN])
        assert rates.wrong is not None
        await asyncio.to_thread(node.start)
        async with within(PATIENCE_S, "Redis to be noticed"):
            while rates.wrong is not None:  # noqa: ASYNC110  # it sets no event of ours
                await asyncio.sleep(0.01)
        await rates.close()
