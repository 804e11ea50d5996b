"""Nobody holds a seat of a queued event without a valid pass, on either way."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from msgspec.structs import replace

from gateway.access.auth import ALGORITHM, ISSUER
from gateway.waiting.passes import AUDIENCE_PREFIX, PASS_TYPE, Passes
from protocol.closing import MSGPACK
from tests.integration.gateway.foyer import ANN, FAST, Foyer, foyer, queued_event
from tests.integration.gateway.world import SECRET, Socket, token
from tests.recording import SocketRecorder

BUYER = {"name": "Ann", "email": "ann@example.org"}


def made(event: str, principal: str = ANN, ticket: str = "que_x", ends_in_ms: int = 60_000) -> str:
    """A pass as a gateway would sign it."""
    return Passes(SECRET, 10).issue(event, principal, ticket, time.time_ns() // 10**6 + ends_in_ms)


def signed(claims: dict[str, Any], kind: str = PASS_TYPE, secret: str = SECRET) -> str:
    """A token of whatever kind, signed by whomever."""
    return jwt.encode(claims, secret, algorithm=ALGORITHM, headers={"typ": kind})


def wrong_passes(event: str, other: str) -> dict[str, str | None]:
    """Everything that is no valid pass of Ann's for this event."""
    claims = {"iss": ISSUER, "aud": AUDIENCE_PREFIX + event, "sub": ANN, "jti": "que_x", "exp": 9_999_999_999}
    return {
        "none": None,
        "no token at all": "abc",
        "forged": signed(claims, secret="x" * 40),
        "unsigned": jwt.encode(claims, "", algorithm="none", headers={"typ": PASS_TYPE}),
        "a caller's token": token("buyer", "ann"),
        "another kind": signed(claims, "at+jwt"),
        "not for an event": signed(claims | {"aud": event}),
        "without an end": signed({key: value for key, value in claims.items() if key != "exp"}),
        "another's": made(event, "usr_eve"),
        "another event's": made(other),
        "over": made(event, ends_in_ms=-1),
    }


async def refusals(there: Foyer, passes: dict[str, str | None]) -> dict[str, set[str]]:
    """What each pass is answered over websocket and over REST."""
    found: dict[str, set[str]] = {}
    async with there.world.socket() as socket, there.world.http() as http:
        await socket.hello("ann")
        for index, (name, pass_) in enumerate(passes.items()):
            reply = await there.hold(socket, "FRONT-A-1", f"k{index}", pass_)
            body = {"event": there.event.id, "seats": ["FRONT-A-1"]} | ({"pass": pass_} if pass_ else {})
            answer = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": f"r{index}"})
            found[name] = {
                "held" if reply["ok"] else reply["e"]["code"],
                "held" if answer.status_code == 201 else answer.json()["code"],
            }
    return found


async def test_no_seat_without_a_pass() -> None:
    """Forged, expired, another's, another event's: all are refused, over websocket and REST."""
    async with foyer() as there:
        other = await queued_event(there.world)
        passes = wrong_passes(there.event.id, other.id)
        assert {name: {"not_admitted"} for name in passes} == await refusals(there, passes)


async def test_a_revoked_pass_is_void() -> None:
    """Replayed after it was taken back, a pass is good for nothing, and its holder cannot come back."""
    async with foyer() as there:
        await there.staff("open")
        async with there.world.socket() as socket:
            pass_ = await there.admitted(socket)
            assert (await there.hold(socket, "FRONT-A-1", "k1", pass_))["ok"]
            status = await there.ask(socket, "status")
            assert pass_ == status["d"]["pass"]
            await there.staff("revoke", ticket=status["d"]["ticket"])
            assert {"again": {"not_admitted"}} == await refusals(there, {"again": pass_})
            assert "not_admitted" == (await there.ask(socket, "join"))["e"]["code"]
            assert "not_admitted" == (await socket.push("queue.ended"))["d"]["reason"]["code"]


async def test_another_gateway_hears_of_it() -> None:
    """Void passes travel with the news of the room."""
    async with foyer() as there, there.world.another_gateway() as second:
        await there.staff("open")
        elsewhere = Socket(second, MSGPACK, {}, SocketRecorder(there.world.recording))
        async with there.world.socket() as socket, elsewhere, there.world.http(app=second) as http:
            pass_ = await there.admitted(socket)
            await elsewhere.hello("ann")
            ticket = (await there.ask(elsewhere, "status"))["d"]["ticket"]
            body = {"event": there.event.id, "seats": ["FRONT-A-2"], "pass": pass_}
            held = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "a"})
            assert 201 == held.status_code
            await there.staff("revoke", ticket=ticket)
            await elsewhere.push("queue.ended")
            body["seats"] = ["FRONT-A-3"]
            again = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "b"})
            assert "not_admitted" == again.json()["code"]


@pytest.mark.parametrize("rest", [False, True])
async def test_swaps_renewals_and_payment_pass_the_door_too(rest: bool) -> None:
    """With a pass all of it goes on; once it was taken back nothing does."""
    async with foyer() as there:
        await there.staff("open")
        async with there.world.socket() as socket, there.world.http() as http:
            pass_ = await there.admitted(socket)
            hold = (await there.hold(socket, "FRONT-A-1", "k1", pass_))["d"]["hold"]

            async def tried(key: str) -> list[str]:
                swap = {"release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
                back = {"release": ["FRONT-A-2"], "take": ["FRONT-A-1"], "pass": pass_}
                if rest:
                    calls = [
                        (f"/v1/holds/{hold}/swap", swap),
                        (f"/v1/holds/{hold}/swap", back),
                        (f"/v1/holds/{hold}/extend", None),
                        ("/v1/orders", {"hold": hold, "buyer": BUYER}),
                    ]
                    replies = [
                        await http.post(path, json=body, headers={"Idempotency-Key": f"{key}{index}"})
                        for index, (path, body) in enumerate(calls)
                    ]
                    return ["ok" if each.is_success else each.json()["code"] for each in replies]
                asks: list[tuple[str, dict[str, Any]]] = [
                    ("hold.swap", {"hold": hold, **swap}),
                    ("hold.swap", {"hold": hold, **back}),
                    ("hold.extend", {"hold": hold}),
                    ("checkout.begin", {"hold": hold, "buyer": BUYER}),
                ]
                answers = [
                    await socket.ask(kind, body, f"{key}{index}") for index, (kind, body) in enumerate(asks)
                ]
                return ["ok" if each["ok"] else each["e"]["code"] for each in answers]

            status = await there.ask(socket, "status")
            await there.staff("revoke", ticket=status["d"]["ticket"])
            assert ["not_admitted"] * 4 == await tried("x")
            assert ["ok"] == ["ok" if (await socket.ask("hold.release", {"hold": hold}))["ok"] else "refused"]


async def test_with_a_pass_everything_goes_on() -> None:
    """A hold is changed, renewed and paid for, also without showing the pass again."""
    async with foyer() as there:
        await there.staff("open")
        async with there.world.socket() as socket:
            pass_ = await there.admitted(socket)
            hold = (await there.hold(socket, "FRONT-A-1", "k1", pass_))["d"]["hold"]
            swap = {"hold": hold, "release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
            back = {"hold": hold, "release": ["FRONT-A-2"], "take": ["FRONT-A-1"], "pass": pass_}
            assert (await socket.ask("hold.swap", swap, "s1"))["ok"]
            assert (await socket.ask("hold.swap", back, "s2"))["ok"]
            assert (await socket.ask("hold.extend", {"hold": hold}, "e1"))["ok"]
            order = await socket.ask("checkout.begin", {"hold": hold, "buyer": BUYER}, "c1")
            assert "confirmed" == order["d"]["status"]


async def test_with_a_pass_everything_goes_on_over_rest() -> None:
    """The same calls, by polling callers."""
    async with foyer() as there, there.world.http() as http:
        await there.staff("open")
        async with there.world.socket() as socket:
            pass_ = await there.admitted(socket)
        body = {"event": there.event.id, "seats": ["FRONT-A-1"], "pass": pass_}
        hold = (await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "h"})).json()["hold"]
        calls: list[tuple[str, dict[str, Any] | None]] = [
            (f"/v1/holds/{hold}/swap", {"release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}),
            (f"/v1/holds/{hold}/swap", {"release": ["FRONT-A-2"], "take": ["FRONT-A-3"], "pass": pass_}),
            (f"/v1/holds/{hold}/extend", None),
            ("/v1/orders", {"hold": hold, "buyer": BUYER}),
        ]
        for index, (path, sent) in enumerate(calls):
            reply = await http.post(path, json=sent, headers={"Idempotency-Key": f"k{index}"})
            assert reply.is_success, reply.text
        unknown = "/v1/holds/hld_" + "0" * 32
        for path in (f"{unknown}/extend", f"{unknown}/swap"):
            swap = {"release": ["A"], "take": ["B"]}
            reply = await http.post(path, json=swap, headers={"Idempotency-Key": path[-10:]})
            assert "not_found" == reply.json()["code"]


async def test_what_was_held_with_a_pass_is_finished_without_one() -> None:
    """A pass that was given back, or ended, takes no new seats, and leaves what is held to be paid for."""
    async with foyer() as there:
        await there.staff("open")
        async with there.world.socket() as socket:
            pass_ = await there.admitted(socket)
            hold = (await there.hold(socket, "FRONT-A-1", "k1", pass_))["d"]["hold"]
            await there.ask(socket, "leave")
            swap = {"hold": hold, "release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
            assert "not_admitted" == (await socket.ask("hold.swap", swap, "s1"))["e"]["code"]
            assert (await socket.ask("hold.extend", {"hold": hold}, "e1"))["ok"]
            assert (await socket.ask("checkout.begin", {"hold": hold, "buyer": BUYER}, "c1"))["ok"]


async def test_those_who_wait_hold_nothing_and_staff_need_no_pass() -> None:
    """A place is no pass; whoever works here does not queue."""
    async with foyer(replace(FAST, rate_per_minute=0)) as there:
        await there.staff("open")
        async with there.world.socket() as socket, there.world.socket() as desk:
            await socket.hello("ann")
            assert 1 == (await there.ask(socket, "join"))["d"]["position"]
            assert "not_admitted" == (await there.hold(socket, "FRONT-A-1", "k1", None))["e"]["code"]
            await desk.hello("boss", "organiser")
            held = await there.hold(desk, "FRONT-A-1", "k1", None)
            assert held["ok"]
            extended = await desk.ask("hold.extend", {"hold": held["d"]["hold"]}, "e")
            assert extended["ok"]


async def test_an_event_without_a_room_asks_for_nothing() -> None:
    """Its queue does not exist, and a pass is not looked at."""
    async with foyer() as there, there.world.socket() as socket:
        await socket.hello("ann")
        body = {"event": there.world.event.id, "seats": ["FRONT-A-1"], "pass": "whatever"}
        held = await socket.ask("hold.create", body, "k")
        assert held["ok"]
        assert (await socket.ask("hold.extend", {"hold": held["d"]["hold"]}, "e"))["ok"]
        for kind in ("join", "status", "leave", "challenge"):
            reply = await socket.ask(f"queue.{kind}", {"event": there.world.event.id})
            assert "not_found" == reply["e"]["code"]
        missing = await socket.ask("queue.join", {"event": "evt_none"})
        assert "not_found" == missing["e"]["code"]
        unknown = await socket.ask("hold.extend", {"hold": "hld_" + "0" * 32}, "u")
        assert "not_found" == unknown["e"]["code"]


async def test_a_pass_is_no_callers_token() -> None:
    """Neither can stand for the other."""
    async with foyer() as there, there.world.http(None) as http:
        headers = {"Authorization": f"Bearer {made(there.event.id)}"}
        assert "token_invalid" == (await http.get(there.path, headers=headers)).json()["code"]
