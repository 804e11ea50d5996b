"""Organisers: who belongs to them, from when to when, and the API keys of their programs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from engine.plan import Category, Plan, Row, Seat, Section
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_intents import SandboxIntent
from persistence.memory.database import MemoryDatabase
from persistence.memory.due_rows import MemoryDueRows
from tests.integration.gateway.people import ADA, Person
from tests.integration.gateway.world import TERMS, World, token

PLAN: dict[str, Any] = msgspec.to_builtins(
    Plan("Room", (Category("std", "Standard"),), (Section("S", (Row("A", (Seat("1", 0.0, 0.0, "std"),)),)),))
)


async def admin(world: World) -> Person:
    """Whoever runs the server."""
    root = Person(world)
    root.tokens = {"access_token": token("admin", "root")}
    return root


async def house(world: World) -> tuple[Person, str]:
    """An organiser of Ada's."""
    ada = await Person(world).register()
    made = await (await admin(world)).post("/organisers", name="Her house", owner=ada.tokens["account"])
    return await ada.refresh(), made["organiser"]


async def test_a_membership_begins_and_ends_at_once() -> None:
    """Tokens from before say something else and end; the next ones say what is."""
    async with World() as world:
        ada, organiser = await house(world)
        bob = await Person(world, "bob@example.org").register()
        assert 403 == (await bob.ask("GET", f"/organisers/{organiser}")).status_code
        member = {"account": bob.tokens["account"], "role": "staff"}
        await ada.post(f"/organisers/{organiser}/members", **member)
        assert 401 == await bob.me()
        await bob.refresh()
        assert 200 == (await bob.ask("GET", f"/organisers/{organiser}")).status_code
        assert 403 == (await bob.ask("GET", f"/organisers/{organiser}/keys")).status_code
        async with world.socket() as socket:
            await socket.ask("hello", {"token": bob.tokens["access_token"]})
            path = f"/organisers/{organiser}/members/{bob.tokens['account']}"
            assert 200 == (await ada.ask("DELETE", path)).status_code
            assert 4401 == await socket.closed()
            assert 404 == (await ada.ask("DELETE", path)).status_code
        await bob.refresh()
        assert 403 == (await bob.ask("GET", f"/organisers/{organiser}")).status_code
        members = (await ada.ask("GET", f"/organisers/{organiser}/members")).json()["data"]
        assert [{"account": ada.tokens["account"], "role": "organiser"}] == members


async def test_another_organisers_things_do_not_exist() -> None:
    """Ada runs her own house and is a stranger in the other."""
    async with World() as world:
        ada, organiser = await house(world)
        plan = await ada.post("/plans", **PLAN)
        event = await ada.post("/events", name="Her night", plan=plan["plan"])
        assert organiser == event["organiser"]
        assert 200 == (await ada.ask("POST", f"/events/{event['event']}/publish")).status_code
        assert 404 == (await ada.ask("POST", f"/events/{world.event.id}/publish")).status_code
        assert "not_found" == await ada.refused("/events", name="A night", plan=world.event.plan)
        other = Person(world)
        other.tokens = {"access_token": token("organiser", "boss")}
        assert 404 == (await other.ask("POST", f"/events/{event['event']}/pause")).status_code


async def test_keys_do_what_they_were_given_in_their_own_mode() -> None:
    """Test and live never meet, other organisers' things do not exist, and a scope is a scope."""
    async with World() as world:
        ada, organiser = await house(world)

        async def key(mode: str, *scopes: str) -> tuple[Person, dict[str, Any]]:
            made = await ada.post(f"/organisers/{organiser}/keys", name="Shop", mode=mode, scopes=scopes)
            assert made["secret"].startswith(f"sk_{mode}_")
            program = Person(world)
            program.tokens = {"access_token": made["secret"]}
            return program, made

        trial, _ = await key("test", "catalogue:write", "catalogue:read", "sales")
        live, made = await key("live", "catalogue:write", "catalogue:read")
        reader, _ = await key("live", "catalogue:read")
        plan = await trial.post("/plans", **PLAN)
        events = {
            name: await each.post("/events", name=name, plan=plan["plan"])
            for name, each in (("test", trial), ("live", live))
        }
        assert ["test", "live"] == [event["mode"] for event in events.values()]
        for each, own, other in ((trial, "test", "live"), (live, "live", "test")):
            assert 200 == (await each.ask("POST", f"/events/{events[own]['event']}/open")).status_code
            for event in (events[other]["event"], world.event.id):
                assert 404 == (await each.ask("GET", f"/events/{event}")).status_code
                assert 404 == (await each.ask("POST", f"/events/{event}/open")).status_code
            listed = (await each.ask("GET", "/events")).json()["data"]
            assert [events[own]["event"]] == [event["event"] for event in listed]
        assert "scope_missing" == await reader.refused("/events", name="No", plan=plan["plan"])
        assert "scope_missing" == await live.refused(
            "/holds", event=events["live"]["event"], seats=["S-A-1"], key="1"
        )
        held = await trial.post("/holds", event=events["test"]["event"], seats=["S-A-1"], key="1")
        assert held["hold"].startswith("hld_")
        public = (await Person(world).ask("GET", "/events")).json()["data"]
        assert "test" not in {event["mode"] for event in public}
        told = (await ada.ask("GET", f"/organisers/{organiser}/keys")).json()["data"]
        assert 3 == len(told)
        assert all("secret" not in each for each in told)
        path = f"/organisers/{organiser}/keys/{made['key']}"
        assert (200, 404) == (
            (await ada.ask("DELETE", path)).status_code,
            (await ada.ask("DELETE", path)).status_code,
        )
        assert 401 == (await live.ask("GET", "/events")).status_code


async def test_a_key_is_no_person_and_opens_no_websocket() -> None:
    """It has no account, manages no members, and says no hello."""
    async with World() as world:
        ada, organiser = await house(world)
        made = await ada.post(
            f"/organisers/{organiser}/keys", name="Shop", mode="live", scopes=["catalogue:write"]
        )
        program = Person(world)
        program.tokens = {"access_token": made["secret"]}
        for path in ("/auth/me", "/auth/sessions", f"/organisers/{organiser}/members"):
            assert 403 == (await program.ask("GET", path)).status_code
        async with world.socket() as socket:
            refused = await socket.ask("hello", {"token": made["secret"]})
            assert "token_invalid" == refused["e"]["code"]
        program.tokens = {"access_token": made["secret"].replace("live", "test")}
        assert 401 == (await program.ask("GET", "/events")).status_code


class RealBank(SandboxBank):
    """A bank that moves money, as far as anybody can tell."""

    name = "real"


async def test_a_test_event_takes_no_money() -> None:
    """Its holds are paid for in the sandbox alone."""
    intents: MemoryDueRows[SandboxIntent] = MemoryDueRows(MemoryDatabase())
    async with World(banks=(RealBank(intents, b"key", lambda: 0),)) as world:
        trial = await world.catalogue.create_event("Trial", world.event.plan, TERMS, 0, mode="test")
        ann = Person(world)
        ann.tokens = {"access_token": token()}
        for event, codes in ((trial.id, {"invalid"}), (world.event.id, {"confirmed", "pending"})):
            hold = await ann.post("/holds", event=event, seats=["FRONT-A-1"], key=event)
            buyer, payment = {"name": "Ann", "email": ADA}, {"provider": "real", "method": "pinned-card"}
            paying = {"hold": hold["hold"], "buyer": buyer, "payment": payment}
            reply = (await ann.ask("POST", "/orders", **paying, key=f"pay {event}")).json()
            assert reply.get("code", reply.get("status")) in codes


@pytest.mark.parametrize("method", ["card", "pinned-card"])
async def test_where_money_is_taken_the_sandbox_gives_no_tickets(method: str) -> None:
    """Beside a bank that moves money the sandbox sells test events alone, over REST and the socket."""
    intents: MemoryDueRows[SandboxIntent] = MemoryDueRows(MemoryDatabase())
    banks = (SandboxBank(intents, b"key", lambda: 0), RealBank(intents, b"key", lambda: 0))
    async with World(banks=banks) as world:
        trial = await world.catalogue.create_event("Trial", world.event.plan, TERMS, 0, mode="test")
        ann = Person(world)
        ann.tokens = {"access_token": token()}
        for event, codes in ((trial.id, {"confirmed", "pending"}), (world.event.id, {"invalid"})):
            hold = await ann.post("/holds", event=event, seats=["FRONT-A-1"], key=event)
            buyer, payment = {"name": "Ann", "email": ADA}, {"provider": "sandbox", "method": method}
            paying = {"hold": hold["hold"], "buyer": buyer, "payment": payment}
            if "invalid" in codes:
                async with world.socket() as socket:
                    await socket.ask("hello", {"token": token()})
                    refused = await socket.ask("checkout.begin", paying, idem="over the socket")
                    assert "invalid" == refused["e"]["code"]
            reply = (await ann.ask("POST", "/orders", **paying, key=f"pay {event}")).json()
            assert reply.get("code", reply.get("status")) in codes
