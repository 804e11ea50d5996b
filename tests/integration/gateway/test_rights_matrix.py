"""Every call and every message, as every role, on things of their own and of others."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import httpx
import pytest

from engine.accounts.nouns import ApiKey, Membership
from engine.catalogue import DEFAULT_ORGANISER
from gateway.access.auth import Role, issue_token
from gateway.access.rights import REST as ROWS
from gateway.access.rights import SOCKET as SOCKET_ROWS
from gateway.access.rights import right_of
from gateway.accounts.secrets import derived_key
from gateway.accounts.tokens import TokenKeys
from gateway.rest import clock
from gateway.rest.routes import OPERATIONS
from protocol.requests import AnyRequest
from tests.integration.gateway.foyer import queued_event
from tests.integration.gateway.rights_matrix import BUYER, REST, ROLES, SIGNS, SOCKET, VENUE, WISH
from tests.integration.gateway.world import SECRET, TERMS, World

ROLE_OF: dict[str, Role] = {"organiser": "organiser", "foreign": "organiser", "admin": "admin"}


def token_of(who: str) -> str | None:
    """A token of this role; the foreign organiser runs another house."""
    if who == "guest":
        return None
    if who == "door":
        return token_at_the_door()
    organisers = ("org_elsewhere",) if who == "foreign" else ()
    return issue_token(SECRET, who, ROLE_OF.get(who, "buyer"), 3600, organisers=organisers)


def token_at_the_door() -> str:
    """The access token of an account that is staff of the first organiser."""
    keys = TokenKeys((derived_key(SECRET, b"holdfast access tokens"),))
    now_s = int(time.time())
    claims = {"sub": "usr_mia", "role": "buyer", "sid": "lgn_mia", "iat": now_s, "exp": now_s + 3600}
    return keys.sign(claims | {"memberships": {DEFAULT_ORGANISER: "staff"}})


def filled(value: Any, names: dict[str, str]) -> Any:
    """The same with the names of real things in it."""
    if isinstance(value, str):
        return re.sub(r"{(\w+)}", lambda found: names.get(found[1], found[1]), value)
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    return [filled(each, names) for each in value] if isinstance(value, list) else value


class Stage:
    """A house with what Ann holds, bought and waits for; `names` says what it is called."""

    def __init__(self, world: World, names: dict[str, str]) -> None:
        self.world = world
        self.names = names

    def http(self, who: str) -> httpx.AsyncClient:
        """A client of this role, whose calls no history is kept of."""
        token = token_of(who)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.world.app), base_url="http://test/v1", headers=headers
        )


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A stage of one's own."""
    async with World() as world:
        queued = await queued_event(world)
        draft = await world.catalogue.create_event("Not yet", world.event.plan, TERMS, 0)
        names = {"event": world.event.id, "plan": world.event.plan, "queued": queued.id, "draft": draft.id}
        there = Stage(world, names | {"organiser": DEFAULT_ORGANISER, "provider": "sandbox"})
        async with there.http("organiser") as boss:
            for event in (queued.id, world.event.id):
                await boss.post(f"/events/{event}/open")
            await boss.post(f"/events/{queued.id}/queue/open")
            venue = await boss.post("/venues", json=VENUE)
            there.names["venue"] = venue.json()["venue"]
            hook = await boss.post("/webhook-endpoints", json={"url": "https://example.org/hook"})
            names = there.names
            names["webhook"] = hook.json()["endpoint"]
        store = world.accounts.organisers
        await store.put_member(Membership(DEFAULT_ORGANISER, "usr_gus", "staff"))
        await store.add_key(
            ApiKey("key_1", DEFAULT_ORGANISER, "Shop", "live", ("sales",), b"1", "usr_mia", 0)
        )
        there.names |= {"member": "usr_gus", "key": "key_1"}
        async with there.http("ann") as ann:
            await _buy(there, ann)
        yield there


async def _buy(there: Stage, ann: httpx.AsyncClient) -> None:
    """Ann books a seat, holds another and waits in a line."""
    names = there.names

    async def ask(path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        reply = await ann.post(path, json=body, headers={"Idempotency-Key": key})
        assert reply.status_code < 300, reply.text
        found: dict[str, Any] = reply.json()
        return found

    sold = await ask("/holds", {"event": names["event"], "seats": ["BACK-A-1"]}, "1")
    paying = {"hold": sold["hold"], "buyer": BUYER, "payment": {"method": "pinned-card"}}
    names["order"] = (await ask("/orders", paying, "2"))["order"]
    names["hold"] = (await ask("/holds", {"event": names["event"], "seats": ["FRONT-A-1"]}, "3"))["hold"]
    names["place"] = (await ask(f"/events/{names['queued']}/queue", {}, "4"))["ticket"]
    names["entry"] = (await ask(f"/events/{names['event']}/waitlist", WISH, "5"))["entry"]
    tickets = (await ann.get(f"/orders/{names['order']}/tickets")).json()["tickets"]
    names["ticket"] = tickets[0]["ticket"]


def sign(code: str | None) -> str:
    """The sign of an outcome."""
    return next((sign for sign, each in SIGNS.items() if each == code), "+")


def test_every_call_and_message_has_a_row_here_and_in_the_table_of_rights() -> None:
    """What is new is served to nobody until somebody has written down to whom, twice."""
    served = {f"{each.method} {each.path}" for each in OPERATIONS}
    rows = {row.partition("?")[0].replace("{member}", "{account}") for row in REST}
    assert served == rows - {"GET /events/{draft}"}
    assert {each.name for each in (*OPERATIONS, *clock.OPERATIONS)} == ROWS.keys()
    tags = {str(each.__struct_config__.tag) for each in get_args(AnyRequest)}
    assert tags == SOCKET.keys()
    assert tags == SOCKET_ROWS.keys()
    assert {len(ROLES)} == {len(signs) for signs, _ in (*REST.values(), *SOCKET.values())}


def test_a_call_without_a_row_is_served_to_nobody() -> None:
    """The gateway does not start with it."""
    with pytest.raises(LookupError, match="no row"):
        right_of("forgotten")


@pytest.mark.parametrize("call", REST)
async def test_calls(call: str) -> None:
    """Each role is let in, or told what the matrix says."""
    signs, body = REST[call]
    method, _, path = call.partition(" ")
    async with stage() as there:
        names = there.names | ({"event": there.names["queued"]} if "/queue" in path else {})
        told = {}
        for number, who in enumerate(ROLES):
            async with there.http(who) as http:
                headers = {"Idempotency-Key": f"k{number}"}
                content = filled(body, names)
                reply = await http.request(method, filled(path, names), json=content, headers=headers)
            problem = "problem" in reply.headers.get("content-type", "")
            told[who] = sign(reply.json()["code"] if problem else None)
        assert dict(zip(ROLES, signs, strict=True)) == told


@pytest.mark.parametrize("kind", SOCKET)
async def test_messages(kind: str) -> None:
    """The same over the websocket."""
    signs, body = SOCKET[kind]
    async with stage() as there:
        told = {}
        for number, who in enumerate(ROLES):
            async with there.world.socket() as socket:
                token = token_of(who)
                await socket.ask("hello", {} if token is None else {"token": token})
                reply = await socket.ask(
                    kind, filled(body, there.names) if kind != "hello" else {"token": token}, f"k{number}"
                )
            told[who] = sign(None if reply["ok"] else reply["e"]["code"])
        assert dict(zip(ROLES, signs, strict=True)) == told
