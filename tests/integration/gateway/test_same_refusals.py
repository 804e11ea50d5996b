"""What is refused is refused alike on every way: the same code, detail, objects and alternatives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from msgspec.structs import replace

from engine.terms import Limits, Sale
from tests.integration.gateway.foyer import SLOW, Foyer, foyer, queued_event
from tests.integration.gateway.sold_out import sold_out
from tests.integration.gateway.test_queue_door import BUYER, wrong_passes
from tests.integration.gateway.tills import hold, pay
from tests.integration.gateway.ways import Caller, Question, caller
from tests.integration.gateway.world import TERMS, World

NO_HOLD: Final = "hld_" + "0" * 32
NO_ORDER: Final = "ord_" + "0" * 32
FEW: Final = replace(TERMS, limits=Limits(seats_per_hold=4, holds_per_buyer=8, renewals=0))
Case = tuple[str, str, dict[str, Any]]
"""The code, the message, and its body; `{name}` stands for something that the house has."""

HOLDS: Final[list[Case]] = [
    ("seat_taken", "hold.create", {"seats": ["FRONT-A-1"]}),
    ("seat_taken", "hold.create", {"seats": ["FRONT-B-5", "BACK-A-1"]}),
    ("seat_taken", "hold.create", {"seats": ["FRONT-A-5", "FRONT-A-1"]}),
    ("seat_not_for_sale", "hold.create", {"seats": ["FRONT-A-6"]}),
    ("channel_denied", "hold.create", {"seats": ["FRONT-B-6"]}),
    ("not_found", "hold.create", {"seats": ["FRONT-A-99"]}),
    ("not_found", "hold.create", {"seats": ["NOWHERE-A-1"]}),
    ("invalid", "hold.create", {}),
    ("invalid", "hold.create", {"seats": ["FRONT-A-5"], "best": {"qty": 1}}),
    ("invalid", "hold.create", {"seats": ["FRONT-A-5"], "types": {"FRONT-A-5": "senior"}}),
    ("best_available_not_found", "hold.create", {"best": {"qty": 1, "sections": ["NOWHERE"]}}),
    ("limit_exceeded", "hold.create", {"best": {"qty": 5}}),
    ("best_available_not_found", "hold.create", {"best": {"qty": 1, "max_price": "1.00"}}),
    ("limit_exceeded", "hold.create", {"ga": {"area": "FIELD", "qty": 5}}),
    ("not_found", "hold.create", {"ga": {"area": "NOWHERE", "qty": 1}}),
    ("not_found", "hold.create", {"event": "evt_none", "seats": ["FRONT-A-5"]}),
    ("not_found", "hold.create", {"seats": ["FRONT-A-5"], "hold": "{another's}"}),
    ("hold_expired", "hold.create", {"seats": ["FRONT-A-5"], "hold": "{ended}"}),
    ("hold_mismatch", "hold.create", {"seats": ["FRONT-A-5"], "hold": "{pinned}"}),
    ("limit_exceeded", "hold.extend", {"hold": "{mine}"}),
    *[
        (code, kind, {"hold": which, **more})
        for code, which in (
            ("not_found", NO_HOLD),
            ("not_found", "nothing"),
            ("not_found", "{another's}"),
            ("hold_expired", "{ended}"),
            ("hold_mismatch", "{pinned}"),
        )
        for kind, more in (
            ("hold.extend", {}),
            ("hold.release", {}),
            ("hold.release", {"seats": ["FRONT-B-1"]}),
            ("hold.swap", {"release": ["FRONT-B-1"], "take": ["FRONT-A-5"]}),
        )
    ],
    ("invalid", "hold.release", {"hold": "{mine}", "seats": ["FRONT-A-5"]}),
    ("invalid", "hold.swap", {"hold": "{mine}", "release": ["FRONT-A-5"], "take": ["FRONT-B-4"]}),
    ("seat_taken", "hold.swap", {"hold": "{mine}", "release": ["FRONT-B-1"], "take": ["FRONT-A-1"]}),
    ("seat_taken", "hold.swap", {"hold": "{mine}", "release": ["FRONT-B-1"], "take": ["BACK-A-1"]}),
    ("not_found", "hold.swap", {"hold": "{mine}", "release": ["FRONT-B-1"], "take": ["NOWHERE-1"]}),
]
ORDERS: Final[list[Case]] = [
    *[
        (code, "checkout.begin", {"hold": which, "buyer": BUYER, "payment": {"method": method}})
        for code, which in (
            ("not_found", NO_HOLD),
            ("not_found", "nothing"),
            ("not_found", "{another's}"),
            ("hold_expired", "{ended}"),
            ("hold_mismatch", "{pinned}"),
        )
        for method in ("card", "pinned-card")
    ],
    (
        "payment_declined",
        "checkout.begin",
        {"hold": "{mine}", "buyer": BUYER, "payment": {"method": "declined-card"}},
    ),
    (
        "payment_declined",
        "checkout.begin",
        {"hold": "{mine}", "buyer": BUYER, "payment": {"method": "pinned-declined-card"}},
    ),
    ("invalid", "checkout.begin", {"hold": "{mine}", "buyer": BUYER, "payment": {"provider": "barter"}}),
    ("not_found", "order.get", {"order": NO_ORDER}),
    ("not_found", "order.get", {"order": "nothing"}),
    ("not_found", "order.get", {"order": "{another's order}"}),
    ("not_found", "order.cancel", {"order": NO_ORDER}),
    ("not_found", "order.cancel", {"order": "{another's order}"}),
    ("hold_expired", "order.cancel", {"order": "{cancelled}"}),
]
FREE: Final[list[Case]] = [
    ("seats_available", "waitlist.join", {"qty": 1}),
    ("not_found", "waitlist.join", {"event": "evt_none", "qty": 1}),
    ("best_available_not_found", "waitlist.join", {"qty": 1, "categories": ["none"]}),
    ("not_found", "waitlist.status", {}),
    ("not_found", "waitlist.accept", {"entry": "wtl_none"}),
    ("not_found", "waitlist.decline", {"entry": "wtl_none"}),
    ("not_found", "queue.join", {}),
    ("not_found", "queue.status", {}),
    ("not_found", "queue.leave", {}),
    ("not_found", "queue.challenge", {}),
]
WITH_EVENT: Final = ("hold.create", "waitlist.join", "waitlist.status", "queue.")


def asked(case: Case, event: str, names: dict[str, str]) -> Question:
    """The question of a case, with the names of what there is."""
    _, kind, body = case
    filled = {
        name: names.get(value[1:-1], value) if isinstance(value, str) else value
        for name, value in body.items()
    }
    if kind.startswith(WITH_EVENT):
        filled = {"event": event} | filled
    return Question(kind, filled, {"event": filled.get("event", event)})


async def differences(
    who: Caller, event: str, cases: list[Case], names: dict[str, str], *, keyed: bool = True
) -> str:
    """What is told otherwise on one way than on another, or is not what it should be."""
    found = []
    for number, case in enumerate(cases):
        told = await who.ask(asked(case, event, names), f"{case[0]} {number}" if keyed else None)
        codes = {way: None if each is None else each["code"] for way, each in told.items()}
        if set(codes.values()) != {case[0]}:
            found.append(f"{case}: {codes}")
        elif any(each != told["rest"] for each in told.values()):
            found.append(f"{case}: {told}")
    return "\n".join(found)


@asynccontextmanager
async def house() -> AsyncIterator[tuple[World, dict[str, str]]]:
    """An event with holds and orders of Ann's and Eve's, and seats that are not for sale; their names."""
    async with World(terms=FEW) as world, world.http() as ann, world.http(sub="eve") as eve:
        async with world.http("organiser", "boss") as boss:
            path = f"/v1/events/{world.event.id}"
            await boss.post(f"{path}/block", json={"seats": ["FRONT-A-6"]})
            await boss.post(f"{path}/channels", json={"objects": ["FRONT-B-6"], "channel": "press"})
        names = {
            "another's": await hold(eve, world, ["FRONT-A-1"], "eve"),
            "mine": await hold(ann, world, ["FRONT-B-1"], "mine"),
            "ended": await hold(ann, world, ["FRONT-A-5"], "ended"),
            "pinned": await hold(ann, world, ["FRONT-A-2"], "pinned"),
        }
        await hold(eve, world, ["BACK-A-1"], "back")
        await ann.delete(f"/v1/holds/{names['ended']}")
        await pay(ann, names["pinned"], "pinned-silent-card", "pay pinned")
        for name, who in (("another's order", eve), ("cancelled", ann)):
            seat = "FRONT-A-3" if who is eve else "FRONT-A-4"
            held = await hold(who, world, [seat], name)
            names[name] = (await pay(who, held, "card", f"pay {name}")).json()["order"]
        await ann.post(f"/v1/orders/{names['cancelled']}/cancel", headers={"Idempotency-Key": "gone"})
        yield world, names


@pytest.mark.parametrize("cases", [HOLDS, ORDERS, FREE], ids=["holds", "orders", "waitlist"])
async def test_every_way_refuses_alike(cases: list[Case]) -> None:
    """Whatever is wrong with a hold, a checkout, an order or a wish is told in the same words."""
    async with house() as (world, names), caller(world) as who:
        assert "" == await differences(who, world.event.id, cases, names)


async def test_who_is_nobody_is_refused_alike() -> None:
    """A guest may look, and is told to say who they are."""
    async with house() as (world, names), caller(world, None) as who:
        cases = [("token_missing", kind, body) for _, kind, body in (*HOLDS[:3], *ORDERS, *FREE)]
        assert "" == await differences(who, world.event.id, cases, names)


async def test_keys_that_are_missing_or_used_are_refused_alike() -> None:
    """Also where the first outcome under the key was a refusal."""
    async with house() as (world, names), caller(world) as who:
        missing: list[Case] = [
            ("idempotency_key_missing", kind, body)
            for kind, body in (
                ("hold.create", {"seats": ["FRONT-A-5"]}),
                ("hold.extend", {"hold": "{mine}"}),
                ("hold.swap", {"hold": "{mine}", "release": ["FRONT-B-1"], "take": ["FRONT-B-2"]}),
                ("checkout.begin", {"hold": "{mine}", "buyer": BUYER}),
                ("order.cancel", {"order": "{cancelled}"}),
                ("waitlist.join", {"qty": 1}),
            )
        ]
        assert "" == await differences(who, world.event.id, missing, names, keyed=False)
        for case in HOLDS[:2]:
            await who.ask(asked(case, world.event.id, names), "idempotency_key_reused 0")
            reused: Case = ("idempotency_key_reused", "hold.create", {"seats": ["FRONT-A-5"]})
            assert "" == await differences(who, world.event.id, [reused], names)


@pytest.mark.parametrize(
    ("sale", "code"), [("paused", "sale_paused"), ("closed", "sale_not_open"), ("not_open", "sale_not_open")]
)
async def test_a_sale_that_stands_still_refuses_alike(sale: Sale, code: str) -> None:
    """One section or several, named seats or the best, and the list."""
    cases: list[Case] = [
        (code, "hold.create", {"seats": ["FRONT-A-5"]}),
        (code, "hold.create", {"best": {"qty": 2}}),
        (code, "hold.create", {"seats": ["FRONT-A-5", "BACK-A-2"]}),
        (code, "hold.create", {"ga": {"area": "FIELD", "qty": 1}}),
        (code, "waitlist.join", {"qty": 1}),
    ]
    async with World(terms=replace(TERMS, sale=sale)) as world, caller(world) as who:
        assert "" == await differences(who, world.event.id, cases, {})


async def test_who_waits_already_is_told_alike() -> None:
    """And that what was not offered can neither be accepted nor declined."""
    async with sold_out() as there, there.world.socket() as socket, caller(there.world) as who:
        entry = await there.joined(socket, "ann", 2)
        cases: list[Case] = [
            ("already_waiting", "waitlist.join", {"qty": 1}),
            ("hold_mismatch", "waitlist.accept", {"entry": entry}),
            ("hold_mismatch", "waitlist.decline", {"entry": entry}),
            ("best_available_not_found", "hold.create", {"best": {"qty": 1, "categories": ["gold"]}}),
        ]
        assert "" == await differences(who, there.event.id, cases, {})


def at_the_door(pass_: str | None, held: str, code: str = "not_admitted") -> list[Case]:
    """Everything that asks for a pass, with this one or without."""
    shown = {} if pass_ is None else {"pass": pass_}
    swap = {"hold": held, "release": ["FRONT-B-1"], "take": ["FRONT-B-2"]}
    return [
        (code, "hold.create", {"seats": ["FRONT-A-1"], **shown}),
        (code, "hold.create", {"seats": ["FRONT-A-1", "BACK-A-1"], **shown}),
        (code, "hold.create", {"best": {"qty": 2}, **shown}),
        (code, "hold.create", {"ga": {"area": "FIELD", "qty": 1}, **shown}),
        (code, "hold.create", {"seats": ["FRONT-A-1"], "hold": held, **shown}),
        (code, "hold.create", {"seats": ["NOWHERE-1"], **shown}),
        (code, "hold.swap", swap | shown),
        (code, "hold.swap", swap | {"take": ["NOWHERE-1"]} | shown),
    ]


async def own_hold(there: Foyer) -> tuple[str, str, str]:
    """Ann was let in and holds a seat: the hold, the pass and its ticket."""
    await there.staff("open")
    async with there.world.socket() as socket:
        pass_ = await there.admitted(socket)
        reply = await there.hold(socket, "FRONT-B-1", "mine", pass_)
        ticket = (await there.ask(socket, "status"))["d"]["ticket"]
        return reply["d"]["hold"], pass_, ticket


async def test_no_way_lets_a_wrong_pass_through() -> None:
    """Missing, forged, another's, another event's, over: for new seats, more of them, and other ones."""
    async with foyer() as there:
        held, _, _ = await own_hold(there)
        async with there.world.http() as http:  # without its pass she is like anybody else
            assert (await http.delete(there.path)).is_success
        other = await queued_event(there.world)
        async with caller(there.world) as who:
            for pass_ in wrong_passes(there.event.id, other.id).values():
                assert "" == await differences(who, there.event.id, at_the_door(pass_, held), {})


async def test_no_way_lets_a_revoked_pass_through() -> None:
    """Replayed after it was taken back it is good for nothing, also not to pay or to come back."""
    async with foyer() as there:
        held, pass_, ticket = await own_hold(there)
        await there.staff("revoke", ticket=ticket)
        paid = {"hold": held, "buyer": BUYER}
        cases = [
            *at_the_door(pass_, held),
            *at_the_door(None, held),
            ("not_admitted", "hold.extend", {"hold": held}),
            ("not_admitted", "checkout.begin", paid),
            ("not_admitted", "checkout.begin", paid | {"payment": {"method": "pinned-card"}}),
            ("not_admitted", "queue.join", {}),
            ("not_admitted", "queue.status", {}),
            ("not_admitted", "queue.leave", {}),
        ]
        async with caller(there.world) as who:
            assert "" == await differences(who, there.event.id, cases, {})


@pytest.mark.parametrize("cost", [0, 1])
async def test_the_room_refuses_alike(cost: int) -> None:
    """Before it opens, to whoever has no place or did not solve the challenge, and when it is over."""
    unsolved: list[Case] = [("challenge_required", "queue.join", {})]
    shut: list[Case] = unsolved if cost else [("sale_not_open", "queue.join", {})]
    nobody: list[Case] = [("not_found", "queue.status", {}), ("not_found", "queue.leave", {})]
    async with foyer(replace(SLOW, challenge_cost=cost)) as there, caller(there.world) as who:
        assert "" == await differences(who, there.event.id, [*shut, *nobody], {})
        await there.staff("open")
        assert "" == await differences(who, there.event.id, [*(unsolved if cost else []), *nobody], {})
        await there.staff("end")
        assert "" == await differences(who, there.event.id, [*shut, *nobody], {})
