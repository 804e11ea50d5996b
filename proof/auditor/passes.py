"""A waiting room's journal, read here anew, and whether those who held seats had been let in.

Shares no code with the room: records are read as plain MessagePack arrays, the line is a list,
and the draw is made again by its published rule.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

Record = list[Any]
_decode: Final = msgspec.msgpack.Decoder(list).decode


class Pass(msgspec.Struct, frozen=True):
    """Somebody was let in from one time until another, in Unix milliseconds."""

    principal: str
    from_ms: int
    until_ms: int


class RoomBooks:
    """A room as its records tell it; `wrong` is what must not be in them."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.passes: list[Pass] = []
        self._members: dict[int, tuple[str, str]] = {}
        self._line: list[int] = []
        self._list: list[str] = []
        self._list_hash = ""
        self._seed = b""

    def take(self, data: bytes) -> None:
        """Read the next record."""
        at_ms, principal, event = _decode(data)[:3]
        match event:
            case ["gathered", seed]:
                self._seed = seed
            case ["joined", ticket, number, *rest]:
                self._join(at_ms, principal, (ticket, number, rest[0] if rest else 0))
            case ["admitted", numbers, expires_ms, *_]:
                self._admit(at_ms, numbers, expires_ms)
            case ["frozen", list_hash, *_]:
                self._freeze(list_hash)
            case ["drawn"]:
                self._draw()
            case ["ended", *_]:
                for number in self._line:
                    self._members.pop(number, None)
                self._line.clear()
            case ["left" | "revoked", *fields]:
                self._gone([each for each in fields if isinstance(each, int)])
            case ["lapsed" | "expired", numbers]:
                self._gone(numbers)

    def _join(self, at_ms: int, principal: str, joined: tuple[str, int, int]) -> None:
        ticket, number, pass_expires_ms = joined
        if any(principal == member for member, _ in self._members.values()):
            self.wrong.append(f"{principal} has two places at once")
        self._members[number] = (principal, ticket)
        if pass_expires_ms:
            self.passes.append(Pass(principal, at_ms, pass_expires_ms))
        else:
            self._line.append(number)

    def _admit(self, at_ms: int, numbers: list[int], expires_ms: int) -> None:
        first, self._line = self._line[: len(numbers)], self._line[len(numbers) :]
        if first != numbers:
            self.wrong.append(f"{numbers} are let in, and {first} stand before them")
            self._line = [number for number in self._line if number not in numbers]
        for number in numbers:
            if number in self._members:
                self.passes.append(Pass(self._members[number][0], at_ms, expires_ms))

    def _freeze(self, list_hash: str) -> None:
        self._list = [self._members[number][1] for number in self._line]
        self._list_hash = list_hash
        true = hashlib.sha256("".join(f"{ticket}\n" for ticket in self._list).encode()).hexdigest()
        if true != list_hash:
            self.wrong.append("the published hash is not of the list")

    def _draw(self) -> None:
        """Those of the list that are left, by their keys, and behind them who came later."""
        bound = bytes.fromhex(self._list_hash)
        keys = {
            ticket: hmac.new(self._seed, bound + ticket.encode(), hashlib.sha256).digest()
            for ticket in self._list
        }
        drawn = [number for number in self._line if self._members[number][1] in keys]
        drawn.sort(key=lambda number: keys[self._members[number][1]])
        self._line = drawn + [number for number in self._line if self._members[number][1] not in keys]

    def _gone(self, numbers: Iterable[int]) -> None:
        gone = set(numbers)
        self._line = [number for number in self._line if number not in gone]
        for number in gone:
            self._members.pop(number, None)


def check_passes(
    books: RoomBooks, holds: Iterable[tuple[str, str, int]], slack_ms: int | None
) -> Iterator[str]:
    """Who holds without having been let in; `holds` are `(hold, principal, placed_ms)` of buyers.

    Clocks differ and requests travel: `slack_ms` is how much of that is to be expected, None where
    clocks were set meanwhile. A pass that was taken back counts until its written end, because gateways
    hear of it a little later.
    """
    yield from books.wrong
    by_principal: dict[str, list[Pass]] = {}
    for each in books.passes:
        by_principal.setdefault(each.principal, []).append(each)
    for hold, principal, placed_ms in holds:
        passes = by_principal.get(principal, [])
        if not passes:
            yield f"{hold} is {principal}'s, who was never let in"
        elif slack_ms is not None and not any(
            each.from_ms - slack_ms <= placed_ms < each.until_ms + slack_ms for each in passes
        ):
            yield f"{hold} was placed at {placed_ms} by {principal}, whose passes are of other times"
