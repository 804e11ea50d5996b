"""One websocket session without sockets: frames go in, exactly one reply for each request comes out.

The life of a session, and what a message meets in each state:

    HELLO     only `hello` is understood; anything else closes with 4401
    OPEN      requests are handled; a further `hello` renews the token
    DRAINING  what is in flight is answered, new commands are refused, then 4503
    CLOSED    nothing is heard and nothing is said

A frame that cannot be decoded at all closes the connection (4400). A message that can be
decoded but is no valid request gets the reply `malformed`, to its `id` when it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Final, Protocol

import msgspec

from engine.enums import at_hand
from gateway.access.auth import NO_TOKEN, Principal
from gateway.limiting.limiter import LIMITED
from gateway.settings import GatewaySettings
from gateway.websocket.codec import UNREADABLE, Codec
from gateway.websocket.message_kinds import COMMANDS, KEYED
from protocol.closing import CloseCode
from protocol.errors import ErrorCode, Problem, problem
from protocol.limits import FRAME_BYTES_MAX, IN_FLIGHT_MAX, MESSAGES_PER_FRAME_MAX
from protocol.replies import Push
from protocol.requests import AnyRequest, Hello

OVERDRAFT_FRAMES: Final = 4
"""How many bursts beyond its rate a connection may ask for before it is closed."""


@at_hand
class SessionState(Enum):
    """Where a session is in its life."""

    HELLO = auto()
    OPEN = auto()
    DRAINING = auto()
    CLOSED = auto()


class Outlet(Protocol):
    """Where a session's words go."""

    def reply(self, message: bytes) -> None:
        """Say this before anything else that waits to be said."""

    def close(self, code: CloseCode, reason: str) -> None:
        """Say what waits to be said, then end the connection."""


class Handler(Protocol):
    """Who handles the requests of a session; answers come later through `accept` and `refuse`."""

    def hello(self, session: Session, request: Hello, now_s: float) -> None:
        """Verify who is there and call `session.open`, or refuse."""

    def handle(self, session: Session, request: AnyRequest) -> None:
        """Handle a request that the session has let pass."""


class Session:
    """The state of one connection. `id` is public; `expires_s` is on the clock of `receive`."""

    __slots__ = (
        "_allowance",
        "_barred_s",
        "_burst",
        "_handler",
        "_heard",
        "_in_flight",
        "_last_s",
        "_outlet",
        "_rate",
        "codec",
        "expires_s",
        "id",
        "principal",
        "state",
    )

    def __init__(
        self, session_id: str, codec: Codec, handler: Handler, outlet: Outlet, settings: GatewaySettings
    ) -> None:
        self.id = session_id
        self.codec = codec
        self.state = SessionState.HELLO
        self.principal: Principal | None = None
        self.expires_s = 0.0
        self._handler = handler
        self._outlet = outlet
        self._in_flight: set[int] = set()
        self._rate = settings.messages_per_second
        self._burst = self._allowance = settings.message_burst
        self._last_s = 0.0
        self._heard = 0
        self._barred_s = 0.0

    def receive(self, frame: bytes | str, now_s: float) -> None:
        """Take a frame at the monotonic time `now_s`. Never raises for what a client sent."""
        if self.state is SessionState.CLOSED:
            return
        if len(frame) > FRAME_BYTES_MAX or (isinstance(frame, str) and len(frame.encode()) > FRAME_BYTES_MAX):
            self.close(CloseCode.TOO_BIG, "A frame has 64 KiB at most.")
            return
        if isinstance(frame, str) is not self.codec.text:
            self.close(CloseCode.BAD_FRAME, "The frame's type is not that of the subprotocol.")
            return
        try:
            messages = self.codec.split(frame)
            if messages is None:
                self._message(frame, now_s)
            else:
                self._messages(messages, now_s)
        except UNREADABLE:
            self.close(CloseCode.BAD_FRAME, "The frame could not be decoded.")

    def _messages(self, messages: list[msgspec.Raw], now_s: float) -> None:
        if len(messages) > MESSAGES_PER_FRAME_MAX:
            self.close(CloseCode.TOO_BIG, f"A frame has {MESSAGES_PER_FRAME_MAX} messages at most.")
            return
        for message in messages:
            if self.state is SessionState.CLOSED:
                return
            self._message(message, now_s)

    def _message(self, message: bytes | str | msgspec.Raw, now_s: float) -> None:
        try:
            request = self.codec.request(message)
        except msgspec.ValidationError as error:
            self._malformed(message, str(error), now_s)
            return
        if not self._allowed(now_s):
            self._too_many(request.id)
        elif type(request) is Hello:
            self._hello(request, now_s)
        elif self.state is SessionState.HELLO:
            self.close(CloseCode.BAD_HELLO, "The first message must be hello.")
        else:
            self._request(request, now_s)

    def _request(self, request: AnyRequest, now_s: float) -> None:
        refusal = self._judge(request, now_s)
        if refusal is not None:
            self._refuse(request.id, refusal)
            return
        self._in_flight.add(request.id)
        self._handler.handle(self, request)

    def _judge(self, request: AnyRequest, now_s: float) -> Problem | None:
        """Why a request may not pass, the first reason in the catalogue's order."""
        kind = type(request)
        if request.id in self._in_flight:
            return problem(ErrorCode.MALFORMED, "A request with this id is in flight.")
        if kind in COMMANDS:
            refusal = self._judge_command(request, now_s)
            if refusal is not None:
                return refusal
        if len(self._in_flight) >= IN_FLIGHT_MAX:
            LIMITED["in_flight"] += 1
            return problem(
                ErrorCode.RATE_LIMITED, f"{IN_FLIGHT_MAX} requests are in flight.", retry_after_ms=50
            )
        if self.state is SessionState.DRAINING and kind in COMMANDS:
            return problem(ErrorCode.DRAINING, retry_after_ms=1_000)
        return None

    def _judge_command(self, request: AnyRequest, now_s: float) -> Problem | None:
        if type(request) in KEYED and request.idem is None:  # type: ignore[union-attr]  # all of KEYED have it
            return problem(ErrorCode.IDEMPOTENCY_KEY_MISSING)
        if self.principal is None:
            return NO_TOKEN
        if now_s >= self.expires_s:
            return problem(ErrorCode.TOKEN_EXPIRED, "Say hello again with a new token.")
        return None

    def _hello(self, request: Hello, now_s: float) -> None:
        if request.id in self._in_flight:
            self._refuse(request.id, problem(ErrorCode.MALFORMED, "A request with this id is in flight."))
            return
        self._in_flight.add(request.id)
        self._handler.hello(self, request, now_s)

    def open(self, principal: Principal | None, expires_s: float) -> bool:
        """Let the caller in, or renew their token; False when it is another caller's token."""
        if self.state is SessionState.HELLO:
            self.state = SessionState.OPEN
        elif self.principal is not None and (principal is None or principal.id != self.principal.id):
            return False
        self.principal = principal
        self.expires_s = expires_s
        return True

    def accept(self, number: int, body: msgspec.Raw) -> None:
        """Answer a request with a MessagePack body."""
        if self.state is not SessionState.CLOSED:
            self._in_flight.discard(number)
            self._outlet.reply(self.codec.accepted(number, body))
            if self.state is SessionState.DRAINING:
                self._close_when_answered()

    def refuse(self, number: int, refusal: Problem) -> None:
        """Answer a request with a problem."""
        if self.state is not SessionState.CLOSED:
            self._in_flight.discard(number)
            self._refuse(number, refusal)
            if self.state is SessionState.DRAINING:
                self._close_when_answered()

    def tell(self, push: Push, body: msgspec.Struct) -> None:
        """Say something that concerns this caller alone, in order with the replies."""
        if self.state is not SessionState.CLOSED:
            self._outlet.reply(self.codec.push(push, body))

    def _refuse(self, number: int | None, refusal: Problem) -> None:
        if refusal.request_id is None:
            refusal = msgspec.structs.replace(refusal, request_id=self.request_id(number))
        self._outlet.reply(self.codec.refused(number, refusal))

    def request_id(self, number: int | None) -> str:
        """The public id of a request of this session: what support asks for."""
        return f"req_{self.id.partition('_')[2]}_{number}"

    def _malformed(self, message: bytes | str | msgspec.Raw, why: str, now_s: float) -> None:
        number = self.codec.number(message)
        if not self._allowed(now_s):
            self._too_many(number)
            return
        self._refuse(number, problem(ErrorCode.MALFORMED, why))
        if self.state is SessionState.HELLO:
            self.close(CloseCode.BAD_HELLO, "The first message must be hello.")

    def _allowed(self, now_s: float) -> bool:
        """Take one message from the bucket, which fills with time up to its burst."""
        allowance = self._allowance + (now_s - self._last_s) * self._rate
        self._last_s = now_s
        self._heard += 1
        self._allowance = min(allowance, self._burst) - 1.0
        return self._allowance >= 0.0 and now_s >= self._barred_s

    def _too_many(self, number: int | None) -> None:
        if self._allowance < -OVERDRAFT_FRAMES * self._burst:
            self.close(CloseCode.RATE, "Far too many messages.")
            return
        LIMITED["session"] += 1
        wait_s = max(-self._allowance / self._rate, self._barred_s - self._last_s)
        wait_ms = int(wait_s * 1000) + 1
        self._refuse(number, problem(ErrorCode.RATE_LIMITED, retry_after_ms=wait_ms))

    @property
    def caller_id(self) -> str | None:
        """The principal, once there is one."""
        return None if self.principal is None else self.principal.id

    def take_heard(self) -> int:
        """How many messages came since this was last asked."""
        heard, self._heard = self._heard, 0
        return heard

    def bar(self, until_s: float) -> None:
        """Refuse messages until then, on the clock of `receive`: all sessions of a caller sent too many."""
        self._barred_s = until_s

    def drain(self) -> None:
        """Take no more commands and close once everything in flight is answered."""
        if self.state in (SessionState.HELLO, SessionState.OPEN):
            self.state = SessionState.DRAINING
            self._close_when_answered()

    def _close_when_answered(self) -> None:
        if not self._in_flight:
            self.close(CloseCode.DRAINING, "The server is draining.")

    def close(self, code: CloseCode, reason: str) -> None:
        """End the session; the first reason counts."""
        if self.state is not SessionState.CLOSED:
            self.state = SessionState.CLOSED
            self._outlet.close(code, reason)


NewSession = Callable[[str, Codec, Handler, Outlet, GatewaySettings], Session]
"""What makes the session of a connection."""
