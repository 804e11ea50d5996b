"""Handles what clients ask over the websocket: each kind of request has its method here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, assert_never

import msgspec
import structlog

from actors.wire import Answer
from engine.journal import StorageError
from engine.views import rfc3339
from gateway import commands
from gateway.answers import STORAGE_AWAY, explained, packed
from gateway.auth import Principal, TokenVerifier
from gateway.checkout import Checkout
from gateway.commands import Routed
from gateway.directory import Directory, EventMap
from gateway.dispatch import Dispatcher
from gateway.notices import HoldNotices
from gateway.orders import SettledOrder
from gateway.session import Session, SessionState
from gateway.settings import GatewaySettings
from gateway.watching import Watching
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
    Position,
    Subscribe,
    SubscribeBody,
    Sync,
    Unsubscribe,
)

Submitted = HoldCreate | HoldRelease | HoldExtend | HoldSwap
_log = structlog.get_logger(__name__)
LIMITS: Final = ConnectionLimits()
RESUME_RETRY_S: Final = 0.25
RESUMED_EVENTS_MAX: Final = 32
"""Events that a client finds again without asking for each."""
NO_EVENT: Final = problem(ErrorCode.NOT_FOUND, "There is no such event.")
BROKEN: Final = problem(ErrorCode.INTERNAL, retry_after_ms=1_000)


class _Reply:
    """Carries a section's answer back to its session; cheaper than a closure or a future."""

    __slots__ = ("_notices", "_number", "_session")

    def __init__(self, session: Session, number: int, notices: HoldNotices) -> None:
        self._session = session
        self._number = number
        self._notices = notices

    def __call__(self, answer: Answer) -> None:
        if answer.code is None:
            self._session.accept(self._number, answer.body)
            self._notices.heard(_caller(self._session).id, answer.body)
        else:
            self._session.refuse(self._number, explained(answer))


class _OrderReply:
    """Carries the outcome of a checkout back to its session."""

    __slots__ = ("_number", "_session")

    def __init__(self, session: Session, number: int) -> None:
        self._session = session
        self._number = number

    def __call__(self, outcome: SettledOrder | Problem) -> None:
        _settle(self._session, self._number, outcome.order if isinstance(outcome, SettledOrder) else outcome)


class Office(msgspec.Struct, frozen=True):
    """What all desks of a gateway share; `now_ms` is Unix time."""

    dispatcher: Dispatcher
    directory: Directory
    checkout: Checkout
    verifier: TokenVerifier
    settings: GatewaySettings
    notices: HoldNotices
    now_ms: Callable[[], int]
    work: set[asyncio.Task[None]]

    def deadline_ms(self, wanted_ms: int | None) -> int:
        """How long to wait: what the caller says, within bounds."""
        if wanted_ms is None:
            return self.settings.deadline_ms
        return min(max(wanted_ms, 1), self.settings.deadline_max_ms)


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
            self._run(session, None, self._resume(session, request.d.resume.positions))

    def handle(self, session: Session, request: AnyRequest) -> None:
        """Handle a request that the session has let pass."""
        match request:
            case HoldCreate():
                self._create_hold(session, request)
            case HoldRelease(d=body):
                self._submit(session, request, commands.release_hold(body, _caller(session), request.idem))
            case HoldExtend(d=body):
                self._submit(session, request, commands.extend_hold(body, _caller(session), request.idem))
            case HoldSwap(d=body):
                self._submit(session, request, commands.swap_hold(body, _caller(session), request.idem))
            case CheckoutBegin():
                self._check_out(session, request)
            case OrderGet() | OrderCancel():
                self._run(session, request.id, self._order(session, request))
            case Subscribe() | Unsubscribe() | Sync() | Ping():
                self._look(session, request)
            case Hello():
                raise AssertionError("sessions bring hello to `hello`")
            case _:
                assert_never(request)

    def _look(self, session: Session, request: Subscribe | Unsubscribe | Sync | Ping) -> None:
        watching = self._watching
        match request:
            case Subscribe():
                self._subscribe(session, request)
            case Unsubscribe(d=body):
                session.accept(request.id, packed(watching.unsubscribe(body)))
            case Sync(d=body):
                _settle(session, request.id, watching.sync(body.ch, body.after))
            case Ping():
                now = rfc3339(self._office.now_ms())
                session.accept(request.id, packed(PingReply(now, watching.positions())))

    def _create_hold(self, session: Session, request: HoldCreate) -> None:
        event = self._office.directory.known(request.d.event)
        if event is None:
            self._run(session, request.id, self._create_hold_later(session, request))
            return
        routed = commands.create_hold(event, request.d, _caller(session), request.idem)
        self._submit(session, request, routed)

    async def _create_hold_later(self, session: Session, request: HoldCreate) -> None:
        if await self._office.directory.event(request.d.event) is None:
            session.refuse(request.id, NO_EVENT)
        else:
            self._create_hold(session, request)

    def _submit(self, session: Session, request: Submitted, routed: Routed | Problem) -> None:
        if isinstance(routed, Problem):
            session.refuse(request.id, routed)
            return
        office = self._office
        deadline_ms = office.settings.deadline_ms if request.dl is None else office.deadline_ms(request.dl)
        office.dispatcher.submit(routed, deadline_ms, _Reply(session, request.id, office.notices))

    def _check_out(self, session: Session, request: CheckoutBegin) -> None:
        checkout, deadline_ms = self._office.checkout, self._office.deadline_ms(request.dl)
        reply = _OrderReply(session, request.id)
        if not checkout.sell(request.d, _caller(session), request.idem or "", deadline_ms, reply):
            self._run(session, request.id, self._order(session, request))

    async def _order(self, session: Session, request: OrderGet | OrderCancel | CheckoutBegin) -> None:
        checkout, caller = self._office.checkout, _caller(session)
        deadline_ms = self._office.deadline_ms(request.dl)
        outcome: OrderReply | SettledOrder | Problem
        match request:
            case OrderGet():
                outcome = await checkout.read(request.d, caller, deadline_ms)
            case OrderCancel():
                outcome = await checkout.cancel(request.d, caller, request.idem or "", deadline_ms)
            case CheckoutBegin():
                outcome = await checkout.begin(request.d, caller, request.idem or "", deadline_ms)
        _settle(session, request.id, outcome.order if isinstance(outcome, SettledOrder) else outcome)

    def _subscribe(self, session: Session, request: Subscribe) -> None:
        event = self._office.directory.known(request.d.event)
        if event is None:
            self._run(session, request.id, self._subscribe_later(session, request))
        elif session.state is not SessionState.CLOSED:
            _settle(session, request.id, self._watching.subscribe(event, request.d))

    async def _subscribe_later(self, session: Session, request: Subscribe) -> None:
        if await self._office.directory.event(request.d.event) is None:
            session.refuse(request.id, NO_EVENT)
        else:
            self._subscribe(session, request)

    async def _resume(self, session: Session, positions: dict[str, Position]) -> None:
        for body in resumed(positions)[:RESUMED_EVENTS_MAX]:
            event = await self._find(session, body.event)
            if event is not None and session.state is not SessionState.CLOSED:
                self._watching.subscribe(event, body)

    async def _find(self, session: Session, event_id: str) -> EventMap | None:
        """An event that a client goes on with, however long storage is away: there is no reply to say so."""
        while session.state is not SessionState.CLOSED:
            try:
                return await self._office.directory.event(event_id)
            except StorageError:
                await asyncio.sleep(RESUME_RETRY_S)
        return None

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


def _caller(session: Session) -> Principal:
    if session.principal is None:
        raise AssertionError("sessions let no guest's command pass")
    return session.principal


def _settle(session: Session, number: int, outcome: msgspec.Struct | msgspec.Raw | Problem) -> None:
    if isinstance(outcome, Problem):
        session.refuse(number, outcome)
    else:
        session.accept(number, outcome if isinstance(outcome, msgspec.Raw) else packed(outcome))


def resumed(positions: dict[str, Position]) -> list[SubscribeBody]:
    """The subscriptions that a client's last known positions stand for.

    A channel with a section is watched seat by seat, an event's own channel as counts.
    """
    after_by_event: dict[str, dict[str, Position]] = {}
    bodies = []
    for channel, position in positions.items():
        event, separator, _section = channel.partition("/")
        if separator:
            after_by_event.setdefault(event, {})[channel] = position
        else:
            bodies.append(SubscribeBody(event, detail="counts"))
    for event, after in after_by_event.items():
        names = tuple(channel.partition("/")[2] for channel in after)
        bodies.append(SubscribeBody(event, names, "seats", after))
    return bodies
