"""Rights: what a caller may do from themselves alone, and what they are where an object is."""

from __future__ import annotations

import pytest

from engine.accounts.nouns import MemberRole
from engine.catalogue import Mode
from gateway.access.auth import Principal
from gateway.access.judging import Tenant, belongs, entitled, sees, standing
from gateway.access.rights import REST, Right
from protocol.errors import ErrorCode, Problem
from protocol.keys import Scope

HOME, AWAY = Tenant("org_home", "live"), Tenant("org_away", "live")
BUYER = Principal("usr_ann", "buyer", (), 1.0)
ADMIN = Principal("usr_root", "admin", (), 1.0)


def member(role: MemberRole) -> Principal:
    """Somebody who belongs to the home organiser."""
    return Principal("usr_sam", "buyer", (), 1.0, memberships=(("org_home", role),))


def key(*scopes: Scope, mode: Mode = "live") -> Principal:
    """An API key of the home organiser."""
    belonging: tuple[tuple[str, MemberRole], ...] = (("org_home", "organiser"),)
    return Principal("key_1", "buyer", (), 1.0, memberships=belonging, scopes=frozenset(scopes), mode=mode)


def told(judged: Problem | Principal | None) -> str:
    """A judgement in a word."""
    if isinstance(judged, Principal):
        return judged.engine_role
    return "yes" if judged is None else judged.code


@pytest.mark.parametrize(
    ("name", "caller", "expected"),
    [
        ("read_event", None, "yes"),
        ("read_order", None, "token_missing"),
        ("read_order", BUYER, "yes"),
        ("check_in", BUYER, "scope_missing"),
        ("check_in", member("staff"), "yes"),
        ("block_seats", member("staff"), "scope_missing"),
        ("block_seats", member("organiser"), "yes"),
        ("block_seats", ADMIN, "yes"),
        ("block_seats", key("catalogue:write"), "yes"),
        ("block_seats", key("sales", "orders:write"), "scope_missing"),
        ("read_order", key("sales"), "yes"),
        ("read_order", key("orders:read"), "yes"),
        ("read_order", key("checkins"), "scope_missing"),
        ("take_webhook", key("catalogue:write"), "scope_missing"),
    ],
)
def test_what_a_caller_may_do_at_all(name: str, caller: Principal | None, expected: str) -> None:
    """From their token, their role somewhere and the scopes of their key."""
    assert expected == told(entitled(REST[name], caller))


@pytest.mark.parametrize(
    ("name", "caller", "tenant", "expected"),
    [
        ("read_order", BUYER, AWAY, "buyer"),
        ("read_order", member("staff"), HOME, "staff"),
        ("read_order", member("staff"), AWAY, "buyer"),
        ("cancel_order", member("staff"), HOME, "buyer"),
        ("cancel_order", member("organiser"), HOME, "staff"),
        ("create_hold", member("staff"), HOME, "buyer"),
        ("create_hold", member("organiser"), HOME, "staff"),
        ("create_hold", ADMIN, AWAY, "staff"),
        ("check_in", member("staff"), HOME, "staff"),
        ("check_in", member("staff"), AWAY, "not_found"),
        ("check_in", member("staff"), None, "not_found"),
        ("block_seats", member("organiser"), HOME, "staff"),
        ("block_seats", member("organiser"), AWAY, "not_found"),
        ("block_seats", member("staff"), HOME, "scope_missing"),
        ("block_seats", ADMIN, AWAY, "staff"),
        ("read_event", member("staff"), HOME, "staff"),
        ("read_event", key("catalogue:read"), HOME, "staff"),
        ("read_event", key("catalogue:read"), AWAY, "not_found"),
        ("read_order", key("sales"), HOME, "buyer"),
        ("read_order", key("orders:read"), HOME, "staff"),
        ("cancel_order", key("sales"), HOME, "buyer"),
        ("cancel_order", key("orders:write"), HOME, "staff"),
        ("create_hold", key("sales"), HOME, "buyer"),
        ("create_hold", key("sales", mode="test"), HOME, "not_found"),
        ("create_hold", key("sales"), Tenant("org_home", "test"), "not_found"),
        ("create_hold", key("sales", mode="test"), Tenant("org_home", "test"), "buyer"),
        ("create_event", key("catalogue:write", mode="test"), Tenant("org_home"), "staff"),
    ],
)
def test_what_a_caller_is_where_the_object_is(
    name: str, caller: Principal, tenant: Tenant | None, expected: str
) -> None:
    """A member at home, a stranger elsewhere; a key only at home and in its own mode."""
    assert expected == told(standing(REST[name], caller, tenant))


def test_what_is_about_nothing_is_the_houses_own() -> None:
    """Whoever has the role may do it, and nobody else comes so far."""
    right = Right("admin")
    assert ErrorCode.SCOPE_MISSING == told(entitled(right, member("organiser")))
    assert "staff" == told(standing(right, ADMIN, None))


def test_what_is_shown_among_others() -> None:
    """Test events to their own people alone; to a key what is its organiser's and of its mode."""
    trial = Tenant("org_home", "test")
    assert [True, False, True, False, True] == [
        sees(each, trial)
        for each in (member("staff"), BUYER, ADMIN, key("catalogue:read"), key("sales", mode="test"))
    ]
    assert [True, True, True, False] == [
        sees(each, AWAY) for each in (None, BUYER, member("staff"), key("catalogue:read"))
    ]
    assert not sees(None, trial)
    assert belongs(member("organiser"), HOME, "organiser")
    assert not belongs(member("staff"), HOME, "organiser")
    assert not belongs(key("sales"), AWAY)
