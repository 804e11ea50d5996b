"""One REST request on its way through the gateway."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request

from actors.wire import Answer
from engine.catalogue import EventInfo
from gateway.access.auth import NO_TOKEN, Principal
from gateway.access.judging import Tenant, belongs, sees
from gateway.access.tenants import tenant_of
from gateway.exports.exporting import Slots
from gateway.limiting.limiter import Limiter
from gateway.live.hub import FeedHub
from gateway.office import Office
from gateway.parts import Parts
from gateway.rest.plan_pages import PlanPages
from gateway.sections.answers import NO_EVENT
from gateway.sections.commands import Routed
from gateway.sections.directory import EventMap
from gateway.sections.figures import Board
from gateway.ticketing.wiring import Ticketing
from protocol.errors import ErrorCode, Problem, problem


class Refused(Exception):
    """A request was turned away before its handler could decide; carries the problem, and headers for it."""

    def __init__(self, refusal: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(refusal.detail)
        self.problem = refusal
        self.headers = headers or {}


class Context(msgspec.Struct, frozen=True):
    """What every call needs of the gateway."""

    parts: Parts
    office: Office
    hub: FeedHub
    limiter: Limiter
    pages: PlanPages
    ticketing: Ticketing
    board: Board
    exports: Slots = msgspec.field(default_factory=Slots)


class Call:
    """A request that was read: who asks, under which key, and the typed body and query."""

    def __init__(
        self, context: Context, request: Request, caller: Principal | None, idem: str | None
    ) -> None:
        self.parts = context.parts
        self.office = context.office
        self.hub = context.hub
        self.limiter = context.limiter
        self.pages = context.pages
        self.ticketing = context.ticketing
        self.board = context.board
        self.exports = context.exports
        self.request = request
        self.idem = idem
        self.body: Any = None
        self.query: Any = None
        self.tenant: Tenant | None = None
        self._caller = caller

    @property
    def caller(self) -> Principal:
        """Who asks. Raises `Refused` for a guest."""
        if self._caller is None:
            raise Refused(NO_TOKEN)
        return self._caller

    @property
    def anyone(self) -> Principal | None:
        """Who asks; None for a guest."""
        return self._caller

    @property
    def is_staff(self) -> bool:
        """Whether the caller is of the house that the object of the call belongs to."""
        return self._caller is not None and self._caller.engine_role == "staff"

    def stands(self, caller: Principal, tenant: Tenant | None) -> None:
        """From here on the caller is what they are to the call's object, which is `tenant`'s."""
        self._caller = caller
        self.tenant = tenant

    def may_see(self, info: EventInfo) -> bool:
        """Whether an event is to be told among others: drafts to their organiser's people alone."""
        tenant = tenant_of(info)
        if info.status == "draft" and (self._caller is None or not belongs(self._caller, tenant)):
            return False
        return sees(self._caller, tenant)

    @property
    def deadline_ms(self) -> int:
        """How long a command may take."""
        return self.office.settings.deadline_ms

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    async def event(self) -> EventMap:
        """The event that the path names. Raises `Refused` when there is none."""
        event = await self.office.directory.event(self.path("event"))
        if event is None:
            raise Refused(NO_EVENT)
        return event

    async def command(self, routed: Routed | Problem) -> Answer | Problem:
        """Send a command on the way that websocket commands take."""
        if isinstance(routed, Problem):
            return routed
        answer = await self.office.dispatcher.ask(routed, self.deadline_ms)
        if answer.code is None:
            self.office.notices.heard(self.caller.id, answer.body)
        return answer


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The body, at most `bytes_max`. Raises `Refused` for a longer one."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > bytes_max:
        raise Refused(problem(ErrorCode.TOO_LARGE, f"A body has {bytes_max} bytes at most."))
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > bytes_max:
                raise Refused(problem(ErrorCode.TOO_LARGE, f"A body has {bytes_max} bytes at most."))
            chunks.append(chunk)
    except ClientDisconnect:
        raise Refused(problem(ErrorCode.MALFORMED, "The body ended early.")) from None
    return b"".join(chunks)
