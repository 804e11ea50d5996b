"""Crowds that change their minds: hold and give back, hold and walk away, pay all at once."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Final

from bench.scenarios import Body, Reply, Scenario, ScenarioName

ABANDONED_SEATS: Final = 20_000
"""An abandoned house is small enough to come round again while its holds still end."""


def make_scenario(
    name: ScenarioName,
    event: str,
    seats: Sequence[str],
    run: str,
    *,
    events: Sequence[str] = (),
    ttl_s: float = 0.0,
) -> Scenario:
    """The scenario by its name."""
    match name:
        case "churn":
            return Churn(name, event, seats, run)
        case "abandon":
            return Abandon(event, seats[:ABANDONED_SEATS], run, ttl_s)
        case "confirm":
            return ConfirmStorm(name, event, seats, run)
        case _:
            return Scenario(name, event, seats, run, events)


class Churn(Scenario):
    """Hold a seat, give it back, hold the next; each connection has seats of its own, again and again."""

    def _next_seat(self, connection: int) -> bytes | None:
        seat = self._wanted.setdefault(connection, self._seats[connection % len(self._seats)])
        return self._hold({"event": self._event, "seats": [seat]})

    def _held(self, connection: int, body: Body) -> bytes | None:
        if not body.items:
            return None
        seats = [item.seat for item in body.items]
        self.books.held(seats, connection)
        # From the moment it is sent the seat may be somebody else's.
        self.books.released(seats)
        return self._message("hold.release", {"hold": body.hold})


class Abandon(Scenario):
    """Hold seats and walk away: they come back only because their time runs out.

    Seats are asked for in turn, again and again. One that is acknowledged anew before the
    former hold can have ended is a breach: `ttl_s` after the former request was sent.
    """

    def __init__(self, event: str, seats: Sequence[str], run: str, ttl_s: float) -> None:
        super().__init__("abandon", event, seats, run)
        self._ttl_s: Final = ttl_s
        self._sent_s: Final[dict[int, float]] = {}
        self._taken_s: Final[dict[str, float]] = {}

    def _next_seat(self, connection: int) -> bytes | None:
        seat = self._wanted[connection] = self._seats[self._taken % len(self._seats)]
        self._taken += 1
        self._sent_s[connection] = perf_counter()
        return self._hold({"event": self._event, "seats": [seat]})

    def _held(self, connection: int, body: Body) -> bytes | None:
        now_s = perf_counter()
        self.books.holds += 1
        for item in body.items:
            taken_s = self._taken_s.get(item.seat)
            if taken_s is not None and now_s < taken_s + self._ttl_s:
                self.books.breach(f"{item.seat} was given away while it was held")
            self._taken_s[item.seat] = self._sent_s[connection]
        return None


class ConfirmStorm(Scenario):
    """Everybody has a hold, then all pay in one instant, once."""

    def __init__(self, name: ScenarioName, event: str, seats: Sequence[str], run: str) -> None:
        super().__init__(name, event, seats, run)
        self._holds: Final[dict[int, Body]] = {}

    def prepare(self, connection: int) -> bytes | None:
        """Take a hold."""
        return self._next_seat(connection)

    def follow_up(self, connection: int, reply: Reply) -> bytes | None:
        """Remember the hold; the payment is the next request."""
        if connection in self._checkouts or not reply.ok or reply.d is None:
            return super().follow_up(connection, reply)
        self.books.accepted += 1
        self.books.held([item.seat for item in reply.d.items], connection)
        self._holds[connection] = reply.d
        return None

    def request(self, connection: int) -> bytes | None:
        """Pay, once."""
        held = self._holds.pop(connection, None)
        return None if held is None else self._check_out(connection, held)
