"""Organisers over REST: who belongs to them, and the API keys of their programs."""

from __future__ import annotations

from typing import Final

from gateway.rest.auth import accounts_of
from gateway.rest.call import Call
from gateway.rest.operation import Operation
from protocol.accounts import (
    DoneReply,
    KeyReply,
    KeysReply,
    MemberBody,
    MemberReply,
    MembersReply,
    NewKey,
    NewOrganiser,
    OrganiserReply,
)
from protocol.errors import ErrorCode, Problem

ONE: Final = "/organisers/{organiser}"


async def create_organiser(call: Call) -> OrganiserReply:
    """Create an organiser, and say who runs it."""
    body: NewOrganiser = call.body
    return await accounts_of(call).tenancy.create(body)


async def read_organiser(call: Call) -> OrganiserReply | Problem:
    """Read an organiser."""
    return await accounts_of(call).tenancy.read(call.path("organiser"))


async def list_members(call: Call) -> MembersReply:
    """List who belongs to an organiser."""
    return await accounts_of(call).tenancy.members(call.path("organiser"))


async def put_member(call: Call) -> MemberReply | Problem:
    """Make an account a member, or give it another role."""
    body: MemberBody = call.body
    return await accounts_of(call).tenancy.put_member(call.path("organiser"), body)


async def drop_member(call: Call) -> DoneReply | Problem:
    """End a membership, at once."""
    return await accounts_of(call).tenancy.drop_member(call.path("organiser"), call.path("account"))


async def create_key(call: Call) -> KeyReply | Problem:
    """Create an API key; this is the only time that it is told."""
    body: NewKey = call.body
    return await accounts_of(call).tenancy.create_key(call.path("organiser"), body, call.caller)


async def list_keys(call: Call) -> KeysReply:
    """List the API keys of an organiser, without the keys themselves."""
    return await accounts_of(call).tenancy.keys(call.path("organiser"))


async def revoke_key(call: Call) -> DoneReply | Problem:
    """Revoke an API key, at once."""
    return await accounts_of(call).tenancy.revoke_key(call.path("organiser"), call.path("key"))


_BOUNDED: Final = (ErrorCode.LIMIT_EXCEEDED,)
OPERATIONS: Final = (
    Operation(
        "POST",
        "/organisers",
        "Create an organiser",
        create_organiser,
        NewOrganiser,
        OrganiserReply,
        status=201,
    ),
    Operation("GET", ONE, "Read an organiser", read_organiser, reply=OrganiserReply),
    Operation("GET", f"{ONE}/members", "List who belongs to it", list_members, reply=MembersReply),
    Operation(
        "POST",
        f"{ONE}/members",
        "Make an account a member",
        put_member,
        MemberBody,
        MemberReply,
        errors=_BOUNDED,
    ),
    Operation("DELETE", f"{ONE}/members/{{account}}", "End a membership", drop_member, reply=DoneReply),
    Operation("GET", f"{ONE}/keys", "List API keys", list_keys, reply=KeysReply),
    Operation(
        "POST",
        f"{ONE}/keys",
        "Create an API key",
        create_key,
        NewKey,
        KeyReply,
        status=201,
        errors=_BOUNDED,
    ),
    Operation("DELETE", f"{ONE}/keys/{{key}}", "Revoke an API key", revoke_key, reply=DoneReply),
)
