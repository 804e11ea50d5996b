"""What a row of `gateway.access.rights` means for a caller.

Judging goes in two steps:

    entitled   from the caller alone: a token, the role somewhere, the scope of an API key
    standing   from whose object it is: the caller's role *there*, or nothing at all

Other people's things answer `not_found`, as things that do not exist: what a caller may not see
they cannot tell apart. `scope_missing` is said only of what a caller may see and not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.catalogue import Mode
from gateway.access.auth import NO_TOKEN, Principal
from gateway.access.rights import Right, Who
from protocol.errors import ErrorCode, Problem, problem
from protocol.keys import Scope

RANKS: Final[Mapping[str, int]] = MappingProxyType(
    {"anyone": 0, "caller": 1, "buyer": 1, "staff": 2, "organiser": 3, "admin": 4}
)
NOT_HERE: Final = problem(ErrorCode.NOT_FOUND)
_REFUSED: Final = problem(ErrorCode.SCOPE_MISSING)


class Tenant(msgspec.Struct, frozen=True):
    """Whose an object is; `mode` says whether it is for sale or for trying out, None that it is for both."""

    organiser: str
    mode: Mode | None = None


def entitled(right: Right, caller: Principal | None) -> Problem | None:
    """Why this caller may not make this call, whatever it is about; None if they may, of some things."""
    if caller is None:
        return None if right.who == "anyone" else NO_TOKEN
    if caller.scopes is not None and caller.scopes.isdisjoint(_scopes(right)):
        return problem(ErrorCode.SCOPE_MISSING, "This API key was not given the scope for it.")
    if RANKS[right.who] > max(_ranks(caller)):
        return problem(ErrorCode.SCOPE_MISSING)
    return None


def standing(right: Right, caller: Principal, tenant: Tenant | None) -> Principal | Problem:
    """The caller with the rights that they have where the object is, or why they have none."""
    if not caller.privileged:
        return caller
    if right.of != "nothing" and _out_of_reach(caller, tenant):
        return NOT_HERE
    rank = _rank_in(caller, tenant)
    if RANKS[right.who] > RANKS["caller"]:
        if right.of == "nothing":
            return replace(caller, standing="staff")
        if tenant is None or rank <= RANKS["caller"]:
            return NOT_HERE
        return replace(caller, standing="staff") if rank >= RANKS[right.who] else _REFUSED
    as_house = rank >= RANKS[right.house] and (
        caller.scopes is None or (right.house_scope is not None and right.house_scope in caller.scopes)
    )
    return replace(caller, standing="staff") if as_house else caller


def belongs(caller: Principal, tenant: Tenant, least: Who = "staff") -> bool:
    """Whether the caller has at least this role where the object is."""
    return not _out_of_reach(caller, tenant) and _rank_in(caller, tenant) >= RANKS[least]


def sees(caller: Principal | None, tenant: Tenant) -> bool:
    """Whether an object is to be shown to the caller among others that everybody may see."""
    if caller is None or caller.scopes is None:
        return tenant.mode != "test" or (caller is not None and belongs(caller, tenant))
    return not _out_of_reach(caller, tenant)


def _scopes(right: Right) -> tuple[Scope, ...]:
    return tuple(scope for scope in (right.scope, right.house_scope) if scope is not None)


def _ranks(caller: Principal) -> Iterator[int]:
    yield RANKS["admin"] if caller.role == "admin" else RANKS["caller"]
    for _, role in caller.memberships:
        yield RANKS[role]


def _rank_in(caller: Principal, tenant: Tenant | None) -> int:
    if caller.role == "admin":
        return RANKS["admin"]
    roles = (role for organiser, role in caller.memberships if tenant and organiser == tenant.organiser)
    return max((RANKS[role] for role in roles), default=RANKS["caller"])


def _out_of_reach(caller: Principal, tenant: Tenant | None) -> bool:
    """Whether an API key meets an object of another organiser, or of the other mode."""
    if caller.scopes is None or tenant is None:
        return False
    if all(organiser != tenant.organiser for organiser, _ in caller.memberships):
        return True
    return tenant.mode not in (None, caller.mode)
