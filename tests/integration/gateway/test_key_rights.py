"""Every call with an API key of each scope: on its own things, on another organiser's, in the other mode."""

from __future__ import annotations

from typing import Final, get_args

import pytest

from engine.accounts.nouns import ApiKey
from engine.catalogue import DEFAULT_ORGANISER, Mode
from gateway.accounts.secrets import digest_of
from protocol.keys import Scope
from tests.integration.gateway.rights_matrix import REST
from tests.integration.gateway.test_rights_matrix import Stage, filled, stage

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
LOOKING: Final = frozenset(("catalogue:read",))
OFFERING: Final = frozenset(("catalogue:write",))
SELLING: Final = frozenset(("sales",))
READING: Final = frozenset(("sales", "orders:read"))
CHANGING: Final = frozenset(("sales", "orders:write"))
GIVEN: Final[dict[str, frozenset[str]]] = {
    "GET /ticket-keys": LOOKING,
    "GET /plans/{plan}": LOOKING,
    "GET /venues": LOOKING,
    "GET /venues/{venue}": LOOKING,
    "GET /events.geojson": LOOKING,
    "GET /events.ics": LOOKING,
    "GET /events/{event}/calendar.ics": LOOKING,
    "GET /events/{event}/schema.jsonld": LOOKING,
    "POST /venues": OFFERING,
    "POST /venues?organiser={organiser}": OFFERING,
    "PATCH /events/{event}": OFFERING,
    "GET /events": LOOKING,
    "GET /events/{event}": LOOKING,
    "GET /events/{draft}": LOOKING,
    "GET /events/{event}/plan": LOOKING,
    "GET /events/{event}/seats": LOOKING,
    "GET /events/{event}/seats?section=FRONT&as_of_seq=1": LOOKING,
    "GET /events/{event}/changes?section=FRONT": LOOKING,
    "GET /events/{event}/queue/draw": LOOKING,
    "POST /plans": OFFERING,
    "POST /plans?organiser={organiser}": OFFERING,
    "POST /plans/preview": OFFERING,
    "POST /plans/preview?organiser={organiser}": OFFERING,
    "POST /events": OFFERING,
    **{
        f"POST /events/{{event}}/{step}": OFFERING for step in ("publish", "open", "pause", "resume", "close")
    },
    **{
        f"POST /events/{{event}}/{what}": OFFERING
        for what in ("block", "unblock", "for-sale", "channels", "prices")
    },
    "GET /events/{event}/queue/room": OFFERING,
    **{
        f"POST /events/{{event}}/queue/{step}": OFFERING
        for step in ("gather", "open", "pause", "resume", "end", "settings", "admit", "revoke")
    },
    "POST /holds": SELLING,
    "GET /holds/{hold}": SELLING,
    "DELETE /holds/{hold}": SELLING,
    "POST /holds/{hold}/extend": SELLING,
    "POST /holds/{hold}/swap": SELLING,
    "GET /orders": SELLING,
    "POST /orders": SELLING,
    "POST /events/{event}/queue": SELLING,
    "GET /events/{event}/queue": SELLING,
    "DELETE /events/{event}/queue": SELLING,
    "GET /events/{event}/queue/challenge": SELLING,
    "POST /events/{event}/waitlist": SELLING,
    "GET /events/{event}/waitlist": SELLING,
    "DELETE /events/{event}/waitlist": SELLING,
    "POST /events/{event}/waitlist/accept": SELLING,
    "POST /events/{event}/waitlist/decline": SELLING,
    "GET /events/{event}/waitlist/entries": frozenset(("orders:read",)),
    "POST /events/{event}/waitlist/move": OFFERING,
    "POST /events/{event}/waitlist/remove": OFFERING,
    "GET /orders/{order}": READING,
    "GET /orders/{order}/tickets": READING,
    "GET /orders/{order}/tickets.pdf": READING,
    **{f"GET /tickets/{{ticket}}.{kind}": READING for kind in ("json", "pdf", "png", "svg")},
    "POST /orders/{order}/cancel": CHANGING,
    "POST /tickets/{ticket}/transfer": CHANGING,
    "GET /events/{event}/stats": frozenset(("orders:read",)),
    "GET /events/{event}/report?by=section&format=csv": frozenset(("orders:read",)),
    "GET /events/{event}/audit?seat=FRONT-A-1": frozenset(("orders:read",)),
    "GET /events/{event}/board": frozenset(("orders:read",)),
    "GET /events/{event}/orders?format=csv": frozenset(("orders:read",)),
    **{call: frozenset(("orders:read",)) for call in REST if "/analytics/" in call and "system" not in call},
    "POST /orders/{order}/refund": frozenset(("orders:write",)),
    "GET /tickets/{ticket}/checkins": frozenset(("checkins",)),
    "POST /checkins": frozenset(("checkins",)),
    **{call: frozenset(("webhooks",)) for call in REST if "/webhook-endpoints" in call},
}
"""Which scopes allow a call; what is not here no key may call."""
LISTS: Final = (
    "/ticket-keys",
    "/orders",
    "/events",
    "/events.geojson",
    "/events.ics",
    "/venues",
    "/venues/{venue}",
)
ABOUT_NOTHING: Final = frozenset(
    (*(f"GET {each}" for each in LISTS), "POST /plans", "POST /plans/preview", "POST /venues")
)
"""Calls that are about no object of anybody's, and so answer every key that has the scope."""
MODELESS: Final = frozenset(
    (
        "GET /plans/{plan}",
        "POST /plans?organiser={organiser}",
        "POST /plans/preview?organiser={organiser}",
        "POST /venues?organiser={organiser}",
        "POST /events",
        "GET /analytics/top",
        "GET /analytics/top?organiser={organiser}",
    )
)
"""What test and live share: plans; and what makes or lists events of the key's own mode."""
OF_ITS_OWN: Final = frozenset(("POST /webhook-endpoints", "GET /webhook-endpoints", "GET /analytics/top"))
"""Calls that name no organiser, and so are about the key's own."""


async def told(there: Stage, call: str, scopes: tuple[Scope, ...], mode: Mode, organiser: str) -> str:
    """The code, or the status, that a fresh key of these scopes is told."""
    secret = f"sk_{mode}_{organiser}_{'_'.join(scopes)}"
    key = ApiKey(f"key_{secret}", organiser, "Shop", mode, scopes, digest_of(secret), "usr_mia", 0)
    await there.world.accounts.organisers.add_key(key)
    method, _, path = call.partition(" ")
    names = there.names | ({"event": there.names["queued"]} if "/queue" in path else {})
    async with there.http("guest") as http:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": secret}
        reply = await http.request(
            method, filled(path, names), json=filled(REST[call][1], names), headers=headers
        )
    problem = "problem" in reply.headers.get("content-type", "")
    return str(reply.json()["code"] if problem else reply.status_code)


def test_what_a_key_may_call_is_written_down_for_calls_that_exist() -> None:
    """Every row of this table is one of the matrix, and every scope has one."""
    assert set() == GIVEN.keys() - REST.keys()
    assert set(SCOPES) == {scope for scopes in GIVEN.values() for scope in scopes}


@pytest.mark.parametrize("call", REST)
async def test_a_scope_is_a_scope(call: str) -> None:
    """Keys without one are told so; keys with one are not."""
    async with stage() as there:
        refused = {
            scope
            for scope in SCOPES
            if "scope_missing" == await told(there, call, (scope,), "live", DEFAULT_ORGANISER)
        }
        assert set(SCOPES) - GIVEN.get(call, frozenset()) == refused


@pytest.mark.parametrize("call", sorted(GIVEN.keys() - ABOUT_NOTHING))
async def test_a_key_meets_nothing_of_anothers_and_nothing_of_the_other_mode(call: str) -> None:
    """With every scope: what is not its organiser's, or not of its mode, does not exist."""
    async with stage() as there:
        if call not in OF_ITS_OWN:
            assert "not_found" == await told(there, call, SCOPES, "live", "org_elsewhere")
        if call not in MODELESS and "webhook" not in call:
            assert "not_found" == await told(there, call, SCOPES, "test", DEFAULT_ORGANISER)
