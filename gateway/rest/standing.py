"""Who asks over REST, and what they are to the object of their call."""

from __future__ import annotations

from starlette.requests import Request

from engine.catalogue import DEFAULT_ORGANISER
from gateway.access.auth import Principal
from gateway.access.judging import entitled, standing
from gateway.access.rights import Of, Right
from gateway.access.tenants import sole_organiser
from gateway.accounts.keyring import PREFIX
from gateway.rest.call import Call, Context, Refused
from gateway.rest.operation import Operation
from protocol.errors import ErrorCode, Problem, problem


async def authenticated(
    operation: Operation, context: Context, request: Request
) -> Principal | Problem | None:
    """Who asks, None for a guest, or why they may not make this call whatever it is about."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        return entitled(operation.right, None)
    if scheme.lower() != "bearer":
        return problem(ErrorCode.TOKEN_INVALID, "Credentials are bearer tokens.")
    caller = await _verified(context, token.strip())
    if isinstance(caller, ErrorCode):
        return problem(caller)
    return entitled(operation.right, caller) or caller


async def _verified(context: Context, token: str) -> Principal | ErrorCode:
    office = context.office
    if token.startswith(PREFIX):
        known = office.accounts
        return (
            ErrorCode.TOKEN_INVALID if known is None else await known.keyring.verify(token, office.now_ms())
        )
    return office.verifier.verify(token, office.now_ms() / 1000)


async def take_stand(right: Right, call: Call, caller: Principal) -> None:
    """Find out what the caller is to the object of the call. Raises `Refused` if that is nothing."""
    name = _object_of(right.of, call, caller)
    tenant = None if name is None else await call.office.tenants.of(right.of, name)
    stands = standing(right, caller, tenant)
    if isinstance(stands, Problem):
        raise Refused(stands)
    if caller.guests and name is not None:
        stands = await call.office.tenants.as_buyer(stands, right.of, name)
    call.stands(stands, tenant)


def _object_of(kind: Of, call: Call, caller: Principal) -> str | None:
    """The name of the object that a call is about: in its path, its body or its query."""
    name = call.request.path_params.get(kind)
    for source in (call.body, call.query):
        name = name or getattr(source, kind, None)
    if name is None and kind == "organiser":
        # Whoever acts for one organiser need not name it.
        name = DEFAULT_ORGANISER if caller.role == "admin" else sole_organiser(caller)
    return name
