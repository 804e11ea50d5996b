"""What a section looked like to the world after each record, and whether that is what clients saw."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from proof.auditor.house import House
from proof.auditor.ledger import Ledger
from proof.history.operations import Sight
from proof.history.rules import Rule
from protocol.history import ChangeSeen, MapSeen

LETTERS: Final = "fhsb"
Finding = tuple[Rule, str, int]


class Timeline:
    """Every public status of every seat and area, by the record that brought it.

    Takes memory in proportion to the journal: it is kept only for sections that somebody watched.
    """

    def __init__(self, house: House) -> None:
        self._house: Final = house
        self._seats: Final[dict[int, tuple[list[int], list[int]]]] = {}
        self._areas: Final[dict[int, tuple[list[int], list[int]]]] = {}
        self._changed: Final[list[tuple[int, ...]]] = []
        self._areas_changed: Final[list[tuple[int, ...]]] = []
        self._last_areas = [-1] * len(house.areas)
        self._approved: Final[set[int]] = set()

    def take(self, ledger: Ledger) -> None:
        """Note what the record that was just written changed."""
        seats = tuple(dict.fromkeys(ledger.changed))
        for seat in seats:
            _add(self._seats, seat, ledger.seq, ledger.public[seat])
        free = [ledger.shown_in(area) for area in range(len(self._last_areas))]
        areas = tuple(area for area, left in enumerate(free) if left != self._last_areas[area])
        for area in areas:
            _add(self._areas, area, ledger.seq, free[area])
        self._last_areas = free
        self._changed.append(seats)
        self._areas_changed.append(areas)

    def status(self, seat: int, seq: int) -> int:
        """What a seat was to the world after a record."""
        return _at(self._seats, seat, seq, 0)

    def free(self, area: int, seq: int) -> int:
        """How many places of an area were told to be free after a record."""
        return _at(self._areas, area, seq, self._house.capacities[area])

    def changed(self, from_seq: int, seq: int) -> set[str]:
        """Seats and areas that records after `from_seq` up to `seq` touched, by name."""
        house, span = self._house, slice(max(from_seq, 0), seq)
        seats = {house.labels[seat] for group in self._changed[span] for seat in group}
        return seats | {house.areas[area] for group in self._areas_changed[span] for area in group}

    def told_of(self, name: str, seq: int) -> str | int | None:
        """What clients are to be told of a seat or an area after a record; None: there is no such thing."""
        house = self._house
        if name in house.ordinals:
            return LETTERS[self.status(house.ordinals[name], seq)]
        return self.free(house.areas.index(name), seq) if name in house.areas else None

    def check(self, sight: Sight) -> Iterator[Finding]:
        """What is wrong with a map or a change, whose positions are in the journal."""
        if isinstance(sight, MapSeen):
            key = hash((sight.seq, sight.status, tuple(sight.areas.items())))
            findings = self._map(sight)
        elif isinstance(sight, ChangeSeen):
            key = hash((sight.from_seq, sight.seq, sight.u))
            findings = self._change(sight)
        else:
            return
        if key not in self._approved:  # many see the same
            found = list(findings)
            yield from found
            if not found:
                self._approved.add(key)

    def _map(self, seen: MapSeen) -> Iterator[Finding]:
        house = self._house
        for seat, label in enumerate(house.labels):
            packed = seen.status[seat >> 1] if seat >> 1 < len(seen.status) else 0xFF
            shown, true = packed >> 4 * (seat & 1) & 0x0F, self.status(seat, seen.seq)
            if shown != true:
                yield Rule.MAP, f"{label} was shown as {shown} to {seen.client}; it was {true}", seen.seq
        areas = {name: self.free(area, seen.seq) for area, name in enumerate(house.areas)}
        if dict(seen.areas) != areas:
            yield Rule.MAP, f"{seen.client} was shown {dict(seen.areas)}; it was {areas}", seen.seq

    def _change(self, seen: ChangeSeen) -> Iterator[Finding]:
        told = dict(seen.u)
        for name, value in told.items():
            true = self.told_of(name, seen.seq)
            if value != true:
                yield (
                    Rule.CHANGES,
                    f"{name} was told to be {value!r} to {seen.client}; it was {true!r}",
                    seen.seq,
                )
        for name in self.changed(seen.from_seq, seen.seq).difference(told):
            if self.told_of(name, seen.from_seq) != self.told_of(name, seen.seq):
                yield (
                    Rule.CHANGES,
                    f"{seen.client} was not told of {name}, changed after {seen.from_seq}",
                    seen.seq,
                )


def _add(tables: dict[int, tuple[list[int], list[int]]], index: int, seq: int, value: int) -> None:
    seqs, values = tables.setdefault(index, ([], []))
    seqs.append(seq)
    values.append(value)


def _at(tables: dict[int, tuple[list[int], list[int]]], index: int, seq: int, first: int) -> int:
    if index not in tables:
        return first
    seqs, values = tables[index]
    place = bisect_right(seqs, seq)
    return values[place - 1] if place else first
