"""How outcomes find their way back to the session that asked."""

from __future__ import annotations

import msgspec

from actors.wire import Answer
from gateway.access.auth import Principal
from gateway.notices import HoldNotices
from gateway.sale import Sold
from gateway.sections.answers import packed, problem_of
from gateway.waiting.hall import WaitingHall
from gateway.websocket.session import Session
from protocol.errors import Problem


class SectionReply(msgspec.Struct, frozen=True, eq=False):
    """Carries a section's answer back to its session; cheaper than a closure or a future."""

    session: Session
    number: int
    notices: HoldNotices

    def __call__(self, answer: Answer) -> None:
        """The answer came."""
        if answer.code is None:
            self.session.accept(self.number, answer.body)
            self.notices.heard(caller_of(self.session).id, answer.body)
        else:
            self.session.refuse(self.number, problem_of(answer))


class OrderSettler(msgspec.Struct, frozen=True, eq=False):
    """Carries the outcome of a checkout back to its session."""

    session: Session
    number: int
    notices: HoldNotices

    def __call__(self, outcome: Sold | Problem) -> None:
        """The outcome stands."""
        if isinstance(outcome, Sold):
            self.session.accept(self.number, packed(outcome.order))
            if outcome.order.hold is not None:
                self.notices.sold(caller_of(self.session).id, outcome.order.hold)
        else:
            self.session.refuse(self.number, outcome)


class TimedReply:
    """The same for an event with a waiting room, which lets in fewer when its sections are slow."""

    __slots__ = ("_began_s", "_event", "_hall", "_reply")

    def __init__(self, reply: SectionReply, hall: WaitingHall, event: str) -> None:
        self._reply = reply
        self._hall = hall
        self._event = event
        self._began_s = hall.clock_s()

    def __call__(self, answer: Answer) -> None:
        """The answer came."""
        self._hall.took(self._event, self._hall.clock_s() - self._began_s)
        self._reply(answer)


def caller_of(session: Session) -> Principal:
    """Who asks in a session that let the request pass."""
    if session.principal is None:
        raise AssertionError("sessions let no guest's command pass")
    return session.principal


def settle(session: Session, number: int, outcome: msgspec.Struct | msgspec.Raw | Problem) -> None:
    """Answer a request with its outcome."""
    if isinstance(outcome, Problem):
        session.refuse(number, outcome)
    else:
        session.accept(number, outcome if isinstance(outcome, msgspec.Raw) else packed(outcome))
