"""What a load generator's connections ask, and what they make of the replies.

A scenario is shared by all connections of a process: it hands out seats and keeps books of
what was acknowledged, so that a seat acknowledged twice is a breach.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, get_args

import msgspec

ECHOES: Final = {"echo": "/v1/echo", "direct_echo": "/v1/echo/direct"}
"""Where the scenarios without a sale connect to."""
ScenarioName = Literal[
    "echo", "direct_echo", "holds", "best", "pairs", "hot_seat", "churn", "abandon", "confirm"
]
SCENARIOS: Final[tuple[ScenarioName, ...]] = get_args(ScenarioName)
BREACHES_KEPT_MAX: Final = 100
BEST_QTY: Final = 2
_REFUSED_STATUSES: Final = frozenset({402, 404, 409, 410, 422, 423})


class Item(msgspec.Struct, frozen=True):
    """A seat that was held or sold."""

    seat: str


class Body(msgspec.Struct, frozen=True):
    """A hold or an order."""

    hold: str | None = None
    items: tuple[Item, ...] = ()
    status: str | None = None
    tickets: tuple[Item, ...] = ()


class Fault(msgspec.Struct, frozen=True):
    """A refusal or a failure; `retryable` says that the same request may be sent again."""

    code: str
    status: int
    retryable: bool = False


class Reply(msgspec.Struct, frozen=True):
    """What is looked at of a reply."""

    t: str | None = None
    re: int | None = None
    ok: bool = False
    d: Body | None = None
    e: Fault | None = None


replies: Final = msgspec.msgpack.Decoder(Reply | list[Reply])
encode: Final[Callable[[Any], bytes]] = msgspec.msgpack.Encoder().encode


class Books:
    """What the clients of one process were told, over the whole run."""

    def __init__(self) -> None:
        self.accepted = 0
        self.holds = 0
        self.pairs = 0
        self.refused: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.breaches: list[str] = []
        self._holder: dict[str, int] = {}
        self._sold: set[str] = set()

    def breach(self, what: str) -> None:
        """Keep a breach; the first hundred are told, which is a hundred too many."""
        if len(self.breaches) < BREACHES_KEPT_MAX:
            self.breaches.append(what)

    def held(self, seats: Sequence[str], connection: int) -> None:
        """Seats were acknowledged to a connection."""
        self.holds += 1
        for seat in seats:
            if seat in self._holder:
                self.breach(f"{seat} was acknowledged to {self._holder[seat]} and to {connection}")
            self._holder[seat] = connection

    def released(self, seats: Sequence[str]) -> None:
        """Seats are given back: whoever gets them next has them rightly."""
        for seat in seats:
            self._holder.pop(seat, None)

    def booked(self, seats: Sequence[str], connection: int) -> None:
        """Seats were sold to a connection."""
        self.pairs += 1
        for seat in seats:
            if seat in self._sold:
                self.breach(f"{seat} was sold twice")
            if self._holder.get(seat) != connection:
                self.breach(f"{seat} was sold to {connection}, who did not hold it")
            self._sold.add(seat)

    def denied(self, fault: Fault | None) -> None:
        """A request was refused by the domain, or failed."""
        if fault is None:
            self.errors["no_reason"] += 1
        elif fault.status in _REFUSED_STATUSES:
            self.refused[fault.code] += 1
        else:
            self.errors[fault.code] += 1


class Scenario:
    """One request at a time for each connection: `request`, then `follow_up` with every reply.

    With several `events` their seats are asked for in turn: the first of each, then the second.
    """

    def __init__(
        self, name: ScenarioName, event: str, seats: Sequence[str], run: str, events: Sequence[str] = ()
    ) -> None:
        self.name: Final = name
        self.books: Final = Books()
        self._events: Final = events or (event,)
        self._event: Final = event
        self._seats: Final = seats
        self._taken = 0
        self._run: Final = run
        self._number = 0
        self._wanted: dict[int, str] = {}
        self._checkouts: set[int] = set()
        self._at: dict[int, str] = {}

    def prepare(self, connection: int) -> bytes | None:
        """What a connection asks for before everybody begins; nothing, unless a storm needs it."""
        del connection
        return None

    def request(self, connection: int) -> bytes | None:
        """The next request of a connection, or None when there is nothing more to ask for."""
        match self.name:
            case "best":
                return self._hold({"event": self._event, "best": {"qty": BEST_QTY}})
            case "echo" | "direct_echo":
                # The size of a hold is all that matters, so that an echo never runs out of seats.
                return self._hold({"event": self._event, "seats": [self._seats[-1]]})
            case "hot_seat":
                return self._hold({"event": self._event, "seats": [self._seats[0]]})
            case _:
                return self._next_seat(connection)

    def _next_seat(self, connection: int) -> bytes | None:
        turn, event = divmod(self._taken, len(self._events))
        if turn >= len(self._seats):
            return None
        self._taken += 1
        seat = self._wanted[connection] = self._seats[turn]
        self._at[connection] = self._events[event]
        return self._hold({"event": self._events[event], "seats": [seat]})

    def _hold(self, body: dict[str, Any]) -> bytes:
        return self._message("hold.create", body)

    def _message(self, kind: str, body: dict[str, Any]) -> bytes:
        self._number = number = self._number + 1
        return encode({"t": kind, "id": number, "idem": f"{self._run}-{number}", "d": body})

    def follow_up(self, connection: int, reply: Reply) -> bytes | None:
        """Enter a reply into the books; the message that belongs to it, if there is one."""
        if self.name in ECHOES:
            self.books.accepted += 1
            return None
        body = reply.d
        if not reply.ok or body is None:
            self._checkouts.discard(connection)
            self.books.denied(reply.e)
            return None
        self.books.accepted += 1
        if connection in self._checkouts:
            self._checkouts.discard(connection)
            self._booked(connection, body)
            return None
        return self._held(connection, body)

    def _held(self, connection: int, body: Body) -> bytes | None:
        seats = [item.seat for item in body.items]
        wanted = self._wanted.get(connection)
        if wanted is not None and seats != [wanted]:
            self.books.breach(f"{connection} asked for {wanted} and was given {seats}")
        self.books.held(self._qualified(connection, seats), connection)
        if self.name != "pairs":
            return None
        return self._check_out(connection, body)

    def _qualified(self, connection: int, seats: Sequence[str]) -> Sequence[str]:
        """Seats of several events have the same names."""
        if len(self._events) == 1:
            return seats
        return [f"{self._at[connection]}/{seat}" for seat in seats]

    def _check_out(self, connection: int, body: Body) -> bytes:
        self._checkouts.add(connection)
        buyer = {"name": "Load", "email": "load@example.org"}
        payment = {"provider": "sandbox", "method": "card"}
        return self._message("checkout.begin", {"hold": body.hold, "buyer": buyer, "payment": payment})

    def _booked(self, connection: int, body: Body) -> None:
        if body.status == "confirmed":
            seats = [item.seat for item in body.tickets]
            self.books.booked(self._qualified(connection, seats), connection)
        else:
            self.books.errors[f"order_{body.status}"] += 1
