"""Places in a line: whose turn is next, and how many wait up to a place.

Places are numbered from 1 and never move; people only leave. A Fenwick tree (P. M. Fenwick,
"A new data structure for cumulative frequency tables", 1994) counts those who still wait, so
that joining, leaving and asking for a position each take the logarithm of the line's length.
"""

from __future__ import annotations

from collections.abc import Iterable


class Line:
    """The places of a line; `waiting` of them are still taken."""

    __slots__ = ("_head", "_taken", "_tree", "waiting")

    def __init__(self, taken: Iterable[bool] = ()) -> None:
        """A line in which place `i + 1` is taken when `taken[i]` is true."""
        self._taken = bytearray(1)
        self._taken.extend(taken)
        self._head = 1
        self._tree = list(self._taken)
        for place in range(1, len(self._tree)):
            above = place + (place & -place)
            if above < len(self._tree):
                self._tree[above] += self._tree[place]
        self.waiting = sum(self._taken)

    @property
    def last(self) -> int:
        """The number of the last place, 0 without any."""
        return len(self._taken) - 1

    def append(self, taken: bool) -> None:
        """Add a place at the end."""
        place = len(self._taken)
        self._taken.append(taken)
        self.waiting += taken
        # A node counts the places after the next lower multiple of its lowest bit, up to its own.
        self._tree.append(self._upto(place - 1) - self._upto(place - (place & -place)) + taken)

    def leave(self, place: int) -> None:
        """Nobody waits there any more; it must have been taken."""
        self._taken[place] = 0
        self.waiting -= 1
        while place < len(self._tree):
            self._tree[place] -= 1
            place += place & -place

    def taken(self, place: int) -> bool:
        """Whether somebody waits there."""
        return 0 < place < len(self._taken) and self._taken[place] == 1

    def position(self, place: int) -> int:
        """How many wait up to and including `place`: 1 for whoever is next."""
        return self._upto(place)

    def first(self, count: int) -> list[int]:
        """The first `count` taken places (fewer, if there are not so many)."""
        taken, end = self._taken, len(self._taken)
        while self._head < end and not taken[self._head]:
            self._head += 1
        found: list[int] = []
        place = self._head
        while len(found) < count and place < end:
            if taken[place]:
                found.append(place)
            place += 1
        return found

    def bits(self) -> bytes:
        """One bit a place, place 1 in the lowest bit of the first byte: 1 where somebody waits."""
        size = (self.last + 7) // 8
        # Reversed digits of a binary number are bits in ascending order.
        digits = bytes(self._taken[:0:-1]).translate(_DIGITS)
        return int(digits or b"0", 2).to_bytes(size, "little")

    @classmethod
    def from_bits(cls, bits: bytes, last: int) -> Line:
        """The line that `bits` describes; `last` is its number of places."""
        return cls(bool(bits[index >> 3] >> (index & 7) & 1) for index in range(last))

    def _upto(self, place: int) -> int:
        tree, total = self._tree, 0
        while place:
            total += tree[place]
            place &= place - 1
        return total


_DIGITS = bytes([48, 49]) + bytes(254)
