"""Connections that send holds when they are told to, whether or not replies have come (open loop)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Final

from bench.thin_client import Reply, ThinClient, replies
from bench.wide_house import wide_label
from protocol.limits import IN_FLIGHT_MAX

OnHeld = Callable[[int], None]
"""Told the journal position of a hold."""


class Tally:
    """What all buyers of a run were told; latencies in seconds."""

    def __init__(self) -> None:
        self.holds = 0
        self.latencies: Final[list[float]] = []
        self.errors: Final[Counter[str]] = Counter()


class PacedBuyer(ThinClient):
    """Handshake and hello, then `hold` whenever the caller likes; `ready` says when it may begin."""

    def __init__(self, opening: bytes, token: str, event: str, tally: Tally) -> None:
        super().__init__(opening)
        self._token: Final = token
        self._event: Final = event
        self._tally: Final = tally
        self._waiting: Final[dict[int, tuple[float, OnHeld | None]]] = {}
        self._number = 0

    @property
    def in_flight(self) -> int:
        """How many replies are due."""
        return len(self._waiting)

    def opened(self) -> None:
        """Introduce yourself."""
        self.say("hello", 0, {"token": self._token})

    def heard(self, told: bytes) -> None:
        """Take replies in."""
        for reply in replies(told):
            self._take(reply)

    def hold(self, seat: str, key: str, on_held: OnHeld | None = None) -> None:
        """Ask for a seat; `on_held` is called when it is acknowledged."""
        self._number = number = self._number + 1
        self._waiting[number] = (perf_counter(), on_held)
        self.say("hold.create", number, {"event": self._event, "seats": [seat]}, idem=key)

    def _take(self, reply: Reply) -> None:
        if reply.re == 0:
            if not reply.ok:
                self._tally.errors["hello"] += 1
            self.begin()
        elif reply.re is not None:
            sent_s, on_held = self._waiting.pop(reply.re)
            if not reply.ok or reply.d is None or reply.d.pos is None:
                self._tally.errors[reply.refusal] += 1
                return
            self._tally.holds += 1
            self._tally.latencies.append(perf_counter() - sent_s)
            if on_held is not None:
                on_held(reply.d.pos[1])

    def failed(self, what: str) -> None:
        """A buyer that is sent away is an error."""
        self._tally.errors[what] += 1


class PacedCrowd:
    """Buyers who take turns to hold the next seat of a house of equal sections (`bench.wide_house`)."""

    def __init__(self, buyers: Sequence[PacedBuyer], sections: int, first_seat: int) -> None:
        self._buyers: Final = buyers
        self._sections: Final = sections
        self._seat = first_seat
        self.sent = 0

    @property
    def section(self) -> int:
        """That of the seat which is next."""
        return self._seat % self._sections

    @property
    def waiting(self) -> bool:
        """Whether replies are due."""
        return any(each.in_flight for each in self._buyers)

    @property
    def free(self) -> bool:
        """Whether whose turn it is may ask: nobody waits for more than the replies that they may."""
        return self._whose.in_flight < IN_FLIGHT_MAX

    def hold(self, on_held: OnHeld | None = None) -> None:
        """Ask for the next seat."""
        buyer, (seat, section) = self._whose, divmod(self._seat, self._sections)
        self._seat += 1
        self.sent += 1
        buyer.hold(wide_label(section, seat), f"paced-{self.sent}", on_held)

    @property
    def _whose(self) -> PacedBuyer:
        return self._buyers[self.sent % len(self._buyers)]
