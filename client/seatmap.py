"""Live statuses of an event's seats, kept by a snapshot and the deltas after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

from client.layout import Layout, SectionLayout
from protocol.replies import SeatsDelta, SeatsSnapshot, SeatStatus
from protocol.requests import Position

STATUSES: Final[tuple[SeatStatus, ...]] = ("f", "h", "s", "b")
FREE: Final = 0
_NUMBER_OF: Final[dict[str, int]] = {status: number for number, status in enumerate(STATUSES)}
_LOW_NIBBLES: Final = bytes(byte & 0x0F for byte in range(256))
_HIGH_NIBBLES: Final = bytes(byte >> 4 for byte in range(256))


class Verdict(Enum):
    """What became of a piece of news."""

    APPLIED = "applied"
    KNOWN = "known"
    GAP = "gap"


def unpack_statuses(packed: bytes, seats: int) -> bytearray:
    """One status number a seat from 4 bits a seat, first seat in the low nibble."""
    statuses = bytearray(2 * len(packed))
    statuses[0::2] = packed.translate(_LOW_NIBBLES)
    statuses[1::2] = packed.translate(_HIGH_NIBBLES)
    return statuses[:seats]


class SectionMap:
    """One channel's statuses at one journal position; empty until its first snapshot."""

    def __init__(self, channel: str, layout: SectionLayout) -> None:
        self.channel: Final = channel
        self.layout: Final = layout
        self.position: Position | None = None
        self.areas: dict[str, int] = {}
        self._statuses = bytearray()

    def replace(self, position: Position, snapshot: SeatsSnapshot) -> Verdict:
        """Take a snapshot, unless it is of the same history and older than what is known."""
        if self.position and self.position[0] == position[0] and position[1] < self.position[1]:
            return Verdict.KNOWN
        self._statuses = unpack_statuses(snapshot.status, len(self.layout.labels))
        self.areas = dict(snapshot.areas)
        self.position = position
        return Verdict.APPLIED

    def forget(self) -> None:
        """What is known is void; the next snapshot is taken, whatever its position."""
        self.position = None

    def apply(self, history: str, from_seq: int, seq: int, delta: SeatsDelta) -> Verdict:
        """Take a delta that follows; one that overlaps is taken too, because statuses are absolute."""
        if self.position is None or self.position[0] != history or from_seq > self.position[1]:
            return Verdict.GAP
        if seq <= self.position[1]:
            return Verdict.KNOWN
        for name, value in delta.u:
            if isinstance(value, int):
                self.areas[name] = value
            else:
                self._set(name, value)
        self.position = (history, seq)
        return Verdict.APPLIED

    def _set(self, label: str, status: str) -> None:
        ordinal = self.layout.ordinal_of.get(label)
        number = _NUMBER_OF.get(status)
        if ordinal is not None and number is not None:
            self._statuses[ordinal] = number

    def __getitem__(self, label: str) -> SeatStatus:
        """The status of a seat: `f` free, `h` held, `s` sold, `b` blocked. Raises `KeyError`."""
        ordinal = self.layout.ordinal_of[label]
        if self.position is None:
            raise KeyError(f"{self.channel} has not been received yet")
        return STATUSES[self._statuses[ordinal]]

    @property
    def free_seats(self) -> int:
        """How many seats are free."""
        return self._statuses.count(FREE)

    def free_ordinal(self, start: int) -> int | None:
        """The first free seat's ordinal at or after `start`, going round once, or None."""
        found = self._statuses.find(FREE, start)
        if found < 0:
            found = self._statuses.find(FREE)
        return None if found < 0 else found

    def statuses(self) -> bytes:
        """One status number a seat, in plan order (0 free, 1 held, 2 sold, 3 blocked)."""
        return bytes(self._statuses)


class SeatMap(Mapping[str, SectionMap]):
    """The sections of one event that are watched, by section name."""

    def __init__(self, event: str, layout: Layout, sections: tuple[str, ...] | None = None) -> None:
        self.event: Final = event
        names = tuple(layout.sections) if sections is None else sections
        self._sections: Final = {name: SectionMap(f"{event}/{name}", layout.sections[name]) for name in names}

    def __getitem__(self, section: str) -> SectionMap:
        """A section's map. Raises `KeyError` when it is not watched."""
        return self._sections[section]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)

    def status(self, label: str) -> SeatStatus:
        """The status of a seat by its public label. Raises `KeyError`."""
        section = label.rsplit("-", 2)[0]
        return self._sections[section][label]

    @property
    def complete(self) -> bool:
        """True once every section has been received."""
        return all(section.position is not None for section in self._sections.values())

    @property
    def free_seats(self) -> int:
        """How many of the watched seats are free."""
        return sum(section.free_seats for section in self._sections.values())
