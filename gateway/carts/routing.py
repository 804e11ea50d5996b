"""Which sections a wish is about, when it is about more than one: what each is to lend, and which decides."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.commands import HoldBest, HoldPlaces, HoldSeats
from engine.gathering import Ask
from gateway.sections.directory import EventMap


class Wish(msgspec.Struct, frozen=True, gc=False):
    """What is to be gathered: the asks in the order of their streams, and the section that decides.

    `hold` is added to, and gives back what `release` names.
    """

    event: str
    home: int
    asks: tuple[Ask, ...]
    hold: str | None = None
    release: tuple[str, ...] = ()

    @property
    def streams(self) -> tuple[int, ...]:
        """The section that decides, then all others that are asked."""
        return (self.home, *[ask.stream for ask in self.asks if ask.stream != self.home])


def gather_seats(
    event: EventMap, seats: tuple[str, ...], types: Mapping[str, str], hold: tuple[int, str] | None
) -> Wish:
    """A wish for seats of several sections, all of which the event has; `hold` is one to add to.

    The section of the first seat decides about a new hold.
    """
    labels: dict[int, list[str]] = {}
    for label in seats:
        labels.setdefault(_stream(event, label), []).append(label)
    first = next(iter(labels))
    chosen: dict[int, dict[str, str]] = {stream: {} for stream in labels}
    for label, kind in types.items():
        # A type for what is not asked for is refused by a section, as it is for a hold in one.
        section = event.section_of(label)
        stream = first if section is None or section.stream not in chosen else section.stream
        chosen[stream][label] = kind
    asks = [
        Ask(stream, event.by_stream[stream].name, HoldSeats(tuple(labels[stream]), chosen[stream]))
        for stream in sorted(labels)
    ]
    home, name = (first, None) if hold is None else hold
    return Wish(event.id, home, tuple(asks), name)


def gather_one(event: EventMap, stream: int, take: HoldBest | HoldPlaces, hold: tuple[int, str]) -> Wish:
    """A wish to add what one section is asked for to a hold of another."""
    return Wish(event.id, hold[0], (Ask(stream, event.by_stream[stream].name, take),), hold[1])


def _stream(event: EventMap, label: str) -> int:
    section = event.section_of(label)
    if section is None:
        raise AssertionError("routed labels belong to the event")
    return section.stream
