"""Deliveries to a real receiver, held against a library of Standard Webhooks that is not ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from engine.events import SeatsBlocked
from engine.webhooks import Delivery
from gateway.rest.webhooks import new_secret
from tests.integration.workers.posting import SECRET, Post, about
from workers.tellers import Tellers
from workers.webhooks import courier as courier_module
from workers.webhooks.consumer import BODY_BYTES_MAX, short_body
from workers.webhooks.guard import Guard, Refused


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A house whose news go to a receiver."""
    async with Post.open() as made:
        yield made


async def test_a_delivery_verifies_with_a_library_of_the_standard(post: Post) -> None:
    """Headers and body as they arrive; one byte more, and it does not."""
    await post.asked_for("order")
    await post.news(about(post, 2))
    await post.run()
    [got] = post.receiver.got
    assert "POST /hook?a=b HTTP/1.1" == got.line
    assert "7-2" == got.headers["webhook-id"]
    assert "application/cloudevents+json" == got.headers["content-type"]
    body = Webhook(SECRET).verify(got.body, got.headers)
    assert ("order.confirmed", "7-2") == (body["type"], body["id"])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(got.body + b" ", got.headers)
    assert "delivered" == (await post.only()).state


async def test_while_a_secret_is_rotated_both_verify(post: Post) -> None:
    """Afterwards the new one alone does."""
    await post.asked_for()
    fresh = new_secret()
    rotated = (await post.endpoint()).rotated(fresh, post.now_ms, post.now_ms + 1_000)
    assert await post.endpoints.advance(rotated)
    await post.news(about(post, 2))
    await post.run()
    for secret in (SECRET, fresh):
        Webhook(secret).verify(post.receiver.got[0].body, post.receiver.got[0].headers)
    post.now_ms += 1_000
    await post.news(about(post, 3))
    await post.run()
    Webhook(fresh).verify(post.receiver.got[1].body, post.receiver.got[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(post.receiver.got[1].body, post.receiver.got[1].headers)


async def test_an_endpoint_hears_of_its_organisers_events_alone(post: Post) -> None:
    """What it asked for, once for each message, however often that comes."""
    await post.asked_for("order.confirmed", owner="org_elsewhere", name="whk_0")
    assert [] == await post.news(about(post, 2))
    await post.asked_for("order.confirmed")
    made = await post.news(about(post, 3), about(post, 4, "seats.held"), about(post, 3))
    made = await post.news(about(post, 3))
    assert ["whk_1.7-3"] == [row.id for row in made]


async def test_a_failure_is_tried_again_by_the_schedule(post: Post) -> None:
    """A redirect is one, and is not followed; `Retry-After` is heeded."""
    await post.asked_for()
    post.receiver.answers = [
        "302 Found\r\nlocation: http://127.0.0.1:1/",
        "503 Service Unavailable\r\nretry-after: 900",
        "200 OK",
    ]
    await post.news(about(post, 2))
    await post.run()
    assert (post.now_ms + 5_000, 302) == ((row := await post.only()).due_ms, row.attempts[0].status)
    post.now_ms += 5_000
    await post.run()
    assert post.now_ms + 900_000 == (await post.only()).due_ms
    post.now_ms += 900_000
    await post.run()
    assert ("delivered", 3) == ((row := await post.only()).state, len(row.attempts))
    assert 3 == len(post.receiver.got)
    assert 1 == len({each.headers["webhook-id"] for each in post.receiver.got})


async def test_410_disables_the_endpoint(post: Post) -> None:
    """What is still on its way to it is dropped."""
    await post.asked_for()
    post.receiver.answers = ["410 Gone"]
    await post.news(about(post, 2))
    await post.run()
    assert "it answered 410: gone" == (await post.endpoint()).disabled
    await post.deliveries.begin(
        Delivery("whk_1.7-9", "whk_1", "7-9", "order.confirmed", "{}", post.now_ms, post.now_ms)
    )
    await post.run()
    assert {"failed"} == {row.state for row in await post.deliveries.page("", 10)}
    assert 1 == len(post.receiver.got)


async def test_a_receiver_that_hangs_is_left(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time, which counts as a failure."""
    monkeypatch.setattr(courier_module, "TRY_S", 0.05)
    await post.asked_for()
    post.receiver.answers = [None]
    await post.news(about(post, 2))
    await post.run()
    assert (None, "waiting") == ((row := await post.only()).attempts[0].status, row.state)


async def test_what_keeps_failing_is_left_alone_and_no_try_is_counted(post: Post) -> None:
    """The breaker of one endpoint opens after five failures in a row that never got an answer."""
    await post.asked_for(url="http://127.0.0.1:1/")
    await post.news(*(about(post, seq) for seq in range(2, 7)))
    await post.run()
    await post.news(about(post, 7), about(post, 8))
    await post.run()
    rows = await post.deliveries.page("", 10)
    assert [1, 1, 1, 1, 1, 0, 0] == [len(row.attempts) for row in rows]
    assert {"waiting"} == {row.state for row in rows}
    assert post.courier.circuits.wrong is not None


@pytest.mark.parametrize("ending", ["removed", "disabled"])
async def test_nothing_is_wrong_with_an_endpoint_that_is_told_nothing_more(post: Post, ending: str) -> None:
    """That it did not answer is nobody's trouble any more, and would be told for ever."""
    await post.asked_for(url="http://127.0.0.1:1/")
    await post.news(*(about(post, seq) for seq in range(2, 7)))
    await post.run()
    assert post.courier.circuits.wrong is not None
    if ending == "removed":
        await post.endpoints.remove("whk_1")
    else:
        endpoint = await post.endpoint()
        assert await post.endpoints.advance(
            replace(endpoint, disabled="by hand", version=endpoint.version + 1)
        )
    post.now_ms += 5_000
    await post.run()
    assert post.courier.circuits.wrong is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.1.2.3", "::1", "fe80::1",
     "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "224.0.0.1"],
)  # fmt: skip
async def test_private_addresses_are_refused(post: Post, address: str) -> None:
    """Also when a public one is among those of the same name, and nothing is sent."""

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["1.1.1.1", address]

    post.courier = post.with_guard(Guard(resolve=resolve))
    await post.asked_for(url="https://hook.example.org/")
    await post.news(about(post, 2))
    await post.run()
    assert "hook.example.org has an address that is not public" == (await post.only()).attempts[0].error


async def test_the_address_that_was_judged_is_the_one_that_is_reached(post: Post) -> None:
    """A name that means something else at its second look-up is not looked up twice."""
    port = int(post.receiver.url.rpartition(":")[2].partition("/")[0])
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    post.courier = post.with_guard(Guard(private=True, resolve=resolve))
    await post.asked_for(url=f"http://rebound.example.org:{port}/x")
    await post.news(about(post, 2))
    await post.run()
    assert f"rebound.example.org:{port}" == post.receiver.got[0].headers["host"]
    assert [["10.0.0.1"]] == answers


@pytest.mark.parametrize(
    "url", ["http://example.org/", "https://u:p@example.org/", "https://[::1", "ftp://x/"]
)
async def test_odd_targets_are_refused(url: str) -> None:
    """Plain http, credentials, and what is no address; they say so themselves."""
    with pytest.raises(Refused) as refused:
        await Guard().judge(url)
    assert str(refused.value) == Guard().objection(url)


@pytest.mark.parametrize(
    ("url", "objection"),
    [
        ("https://10.0.0.1/", "10.0.0.1 is not public"),
        ("https://[::1]:8443/x", "::1 is not public"),
        ("https://1.1.1.1/", None),
        ("https://hook.example.org/", None),
        ("https://localhost/", None),
    ],
)
def test_an_address_is_judged_without_a_look_up_and_a_name_is_not(url: str, objection: str | None) -> None:
    """Whoever asks for news hears of it at once; where private ones are allowed all are."""
    assert objection == Guard().objection(url)
    assert None is Guard(private=True).objection(url)


async def test_news_that_are_too_long_lose_their_lists(post: Post) -> None:
    """The rest fits, and says that something is missing."""
    house = post.house
    house.write(house.streams[0], SeatsBlocked(tuple(range(10)) * 300))
    records = await house.store.read(house.streams[0], 1, 1)
    [long] = await Tellers(house.store).messages(house.streams[0], records)
    assert len(long.body) > BODY_BYTES_MAX
    short = json.loads(short_body(long))
    assert (True, None, 2) == (short["data"]["too_long"], short["data"].get("seats"), short["data"]["seq"])


async def test_an_errand_that_two_processes_run_counts_once(post: Post) -> None:
    """Whoever comes second finds another version there."""
    await post.asked_for()
    [delivery] = await post.news(about(post, 2))
    await asyncio.gather(post.run(), post.run())
    assert 1 == len(post.receiver.got)
    assert 1 == (await post.only()).version - delivery.version
