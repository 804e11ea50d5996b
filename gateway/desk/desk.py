"""Handles what clients ask over the websocket: each kind of request has its method here."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from engine.ids import stream_of
from engine.journal import StorageError
from engine.views import rfc3339
from gateway.access.auth import Principal
from gateway.access.judging import standing
from gateway.access.rights import SOCKET
from gateway.analytics.subscribing import subscribe_board
from gateway.desk.queueing import Waiting, wait
from gateway.desk.replying import OrderSettler, SectionReply, TimedReply, caller_of, settle
from gateway.desk.resuming import resume
from gateway.live.watching import Watching
from gateway.office import Office
from gateway.orders import SettledOrder
from gateway.sections import commands
from gateway.sections.answers import NO_EVENT, STORAGE_AWAY, packed
from gateway.sections.commands import Routed
from gateway.websocket.session import Session, SessionState
from protocol.closing import CloseCode
from protocol.errors import ErrorCode, Problem, problem
from protocol.limits import HEARTBEAT_MS, ConnectionLimits
from protocol.replies import HelloReply, OrderReply, PingReply
from protocol.requests import (
    AnyRequest,
    CheckoutBegin,
    Hello,
    HoldCreate,
    HoldExtend,
    HoldRelease,
    HoldSwap,
    OrderCancel,
    OrderGet,
    Ping,
    Subscribe,
    Sync,
    Unsubscribe,
)

Submitted = HoldCreate | HoldRelease | HoldExtend | HoldSwap
Ordering = OrderGet | OrderCancel | CheckoutBegin
Command = Submitted | Ordering | Waiting
_log = structlog.get_logger(__name__)
LIMITS: Final = ConnectionLimits()
BROKEN: Final = problem(ErrorCode.INTERNAL, retry_after_ms=1_000)


class Desk:
    """Handles the requests of one connection; `watching` holds its subscriptions."""

    __slots__ = ("_office", "_watching")

    def __init__(self, office: Office, watching: Watching) -> None:
        self._office = office
        self._watching = watching

    def hello(self, session: Session, request: Hello, now_s: float) -> None:
        """Let the caller in, and go on with the channels of the session that was lost."""
        token = request.d.token
        unix_s = self._office.now_ms() / 1000
        caller = None if token is None else self._office.verifier.verify(token, unix_s)
        if isinstance(caller, ErrorCode):
            session.refuse(request.id, problem(caller))
            if session.state is SessionState.HELLO:
                session.close(CloseCode.BAD_HELLO, caller.title)
            return
        first = session.state is SessionState.HELLO
        if not session.open(caller, 0.0 if caller is None else now_s + caller.expires_s - unix_s):
            session.refuse(request.id, problem(ErrorCode.INVALID, "A session keeps its principal."))
            return
        self._office.notices.join(session)
        reply = HelloReply(session.id, None if caller is None else caller.id, HEARTBEAT_MS, LIMITS)
        session.accept(request.id, packed(reply))
        if first and request.d.resume is not None:
            positions = request.d.resume.positions
            self._run(session, None, resume(session, self._office.directory, self._watching, positions))

    def handle(self, session: Session, request: AnyRequest) -> None:
        """Handle a request that the session has let pass."""
        match request:
            case HoldCreate() | CheckoutBegin():  # what comes most often, first
                self._let_command(session, request)
            case Subscribe() | Unsubscribe() | Sync() | Ping():
                self._look(session, request)
            case Hello():
                raise AssertionError("sessions bring hello to `hello`")
            case _:
                self._let_command(session, request)

    def _let_command(self, session: Session, request: Command) -> None:
        if (caller := caller_of(session)).privileged:
            self._run(session, request.id, self._take_stand(session, request, caller))
        else:
            self._command(session, request, caller)

    async def _take_stand(self, session: Session, request: Command, caller: Principal) -> None:
        """Handle a command as what the caller is to the organiser whose event it is about."""
        right = SOCKET[str(type(request).__struct_config__.tag)]
        tenant = await self._office.tenants.of(right.of, getattr(request.d, right.of))
        stands = standing(right, caller, tenant)
        if isinstance(stands, Problem):
            session.refuse(request.id, stands)
            return
        stands = await self._office.tenants.as_buyer(stands, right.of, getattr(request.d, right.of))
        self._command(session, request, stands)

    def _command(self, session: Session, request: Command, caller: Principal) -> None:
        match request:  # what comes most often, first: to learn that it is none of many kinds takes long
            case HoldCreate():
                self._create_hold(session, request, caller)
            case CheckoutBegin():
                self._check_out(session, request, caller)
            case HoldRelease(d=body):
                self._submit(session, request, commands.release_hold(body, caller, request.idem))
            case HoldExtend(d=body):
                routed = commands.extend_hold(body, caller, request.idem)
                self._submit_through_door(session, request, routed, caller)
            case HoldSwap():
                self._run(session, request.id, self._swap_hold(session, request, caller))
            case OrderGet() | OrderCancel():
                self._run(session, request.id, self._order(session, request, caller))
            case _:
                self._run(session, request.id, wait(self._office, session, request, caller))

    def _look(self, session: Session, request: Subscribe | Unsubscribe | Sync | Ping) -> None:
        watching = self._watching
        match request:
            case Subscribe():
                self._subscribe(session, request)
            case Unsubscribe(d=body):
                session.accept(request.id, packed(watching.unsubscribe(body)))
            case Sync(d=body):
                settle(session, request.id, watching.sync(body.ch, body.after))
            case Ping():
                now = rfc3339(self._office.now_ms())
                session.accept(request.id, packed(PingReply(now, watching.positions())))

    def _create_hold(self, session: Session, request: HoldCreate, caller: Principal) -> None:
        event = self._office.directory.known(request.d.event)
        if event is None:
            self._run(session, request.id, self._create_hold_later(session, request, caller))
            return
        routed = commands.create_hold(event, request.d, caller, request.idem)
        if event.info.queue is None:
            self._submit(session, request, routed)
        else:
            self._run(session, request.id, self._pass_door(session, request, event.id, routed, caller))

    async def _swap_hold(self, session: Session, request: HoldSwap, caller: Principal) -> None:
        stream = stream_of(request.d.hold, "hld")
        event = None if stream is None else await self._office.directory.event_of(stream)
        routed = commands.swap_hold(event, request.d, caller, request.idem)
        self._submit_through_door(session, request, routed, caller)

    def _submit_through_door(
        self, session: Session, request: HoldExtend | HoldSwap, routed: Routed | Problem, caller: Principal
    ) -> None:
        """Send on a request about a hold, if the waiting room of its event has nothing against it."""
        if isinstance(routed, Problem):
            session.refuse(request.id, routed)
            return
        event_id = self._office.directory.known_event_of(routed.streams[0])
        if event_id is not None and self._office.door.stands_open(event_id, caller):
            self._submit(session, request, routed)
        else:
            self._run(session, request.id, self._pass_door_of(session, request, routed, caller))

    async def _pass_door_of(
        self, session: Session, request: HoldExtend | HoldSwap, routed: Routed, caller: Principal
    ) -> None:
        event_id = await self._office.directory.event_id_of(routed.streams[0])
        if event_id is None:
            self._submit(session, request, routed)  # which then says that there is no such hold
        else:
            await self._pass_door(session, request, event_id, routed, caller)

    async def _pass_door(
        self,
        session: Session,
        request: HoldCreate | HoldExtend | HoldSwap,
        event_id: str,
        routed: Routed | Problem,
        caller: Principal,
    ) -> None:
        office = self._office
        refusal = await office.door.judge(event_id, caller, request, office.deadline_ms(request.dl))
        outcome = refusal or routed
        if isinstance(outcome, Problem):
            session.refuse(request.id, outcome)
            return
        reply = TimedReply(SectionReply(session, request.id, office.notices), office.hall, event_id)
        office.dispatcher.submit_change(outcome, office.deadline_ms(request.dl), reply)

    async def _create_hold_later(self, session: Session, request: HoldCreate, caller: Principal) -> None:
        if await self._office.directory.event(request.d.event) is None:
            session.refuse(request.id, NO_EVENT)
        else:
            self._create_hold(session, request, caller)

    def _submit(self, session: Session, request: Submitted, routed: Routed | Problem) -> None:
        if not isinstance(routed, Routed):
            session.refuse(request.id, routed)
            return
        office = self._office
        deadline_ms = office.settings.deadline_ms if request.dl is None else office.deadline_ms(request.dl)
        send = office.dispatcher.submit if type(request) is HoldCreate else office.dispatcher.submit_change
        send(routed, deadline_ms, SectionReply(session, request.id, office.notices))

    def _check_out(self, session: Session, request: CheckoutBegin, caller: Principal) -> None:
        checkout, deadline_ms = self._office.checkout, self._office.deadline_ms(request.dl)
        if not self._may_pay_at_once(request, caller):
            self._run(session, request.id, self._order(session, request, caller))
            return
        reply = OrderSettler(session, request.id, self._office.notices)
        if not checkout.sell(request.d, caller, request.idem or "", deadline_ms, reply):
            self._run(session, request.id, self._order(session, request, caller))

    def _may_pay_at_once(self, request: CheckoutBegin, caller: Principal) -> bool:
        """Whether the hold is of an event, known here, that asks nobody for a pass."""
        stream = stream_of(request.d.hold, "hld")
        event_id = None if stream is None else self._office.directory.known_event_of(stream)
        return event_id is not None and self._office.door.stands_open(event_id, caller)

    async def _order(self, session: Session, request: Ordering, caller: Principal) -> None:
        checkout = self._office.checkout
        deadline_ms = self._office.deadline_ms(request.dl)
        outcome: OrderReply | SettledOrder | Problem
        match request:
            case OrderGet():
                outcome = await checkout.read(request.d, caller, deadline_ms)
            case OrderCancel():
                outcome = await checkout.cancel(request.d, caller, request.idem or "", deadline_ms)
            case CheckoutBegin():
                refusal = await self._office.door.pay(request.d.hold, caller, deadline_ms)
                outcome = refusal or await checkout.begin(request.d, caller, request.idem or "", deadline_ms)
        settle(session, request.id, outcome.order if isinstance(outcome, SettledOrder) else outcome)

    def _subscribe(self, session: Session, request: Subscribe) -> None:
        if request.d.board:
            subscribing = subscribe_board(self._office, session, request, self._watching)
            self._run(session, request.id, subscribing)
            return
        event = self._office.directory.known(request.d.event)
        if event is None:
            self._run(session, request.id, self._subscribe_later(session, request))
        elif session.state is not SessionState.CLOSED:
            settle(session, request.id, self._watching.subscribe(event, request.d))

    async def _subscribe_later(self, session: Session, request: Subscribe) -> None:
        if await self._office.directory.event(request.d.event) is None:
            session.refuse(request.id, NO_EVENT)
        else:
            self._subscribe(session, request)

    def _run(self, session: Session, number: int | None, work: Coroutine[Any, Any, None]) -> None:
        """Do what needs waiting in a task of its own; whatever goes wrong is answered."""

        async def guarded() -> None:
            try:
                await work
            except StorageError:
                failure = STORAGE_AWAY
            except Exception:  # noqa: BLE001 - whatever is broken, the request gets its one reply
                _log.exception("request_failed", session=session.id, number=number)
                failure = BROKEN
            else:
                return
            if number is not None:
                session.refuse(number, failure)

        task = asyncio.ensure_future(guarded())
        self._office.work.add(task)
        task.add_done_callback(self._office.work.discard)
