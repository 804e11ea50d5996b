"""Which channels are watched, where each stands, and how gaps are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from client.calls import Happening, MapChanged, News
from client.codec import Codec, Message
from client.seatmap import SeatMap, SectionMap, Verdict
from protocol.replies import SeatsDelta, SeatsSnapshot
from protocol.requests import AnyRequest, Position, Subscribe, SubscribeBody, Sync, SyncBody

NOWHERE: Final[Position] = ("", 0)
"""The position of somebody who has seen nothing: it belongs to no history."""


class Watching:
    """The maps of one client by channel.

    At most one sync a channel is in flight; deltas that come meanwhile and do not follow are
    dropped, because the answer to the sync covers them.
    """

    def __init__(self, codec: Codec) -> None:
        self._codec: Final = codec
        self._bodies: Final[dict[str, SubscribeBody]] = {}
        self._maps: Final[dict[str, SectionMap]] = {}
        self._wanted: Final[dict[str, None]] = {}
        self._syncing: Final[set[str]] = set()
        self._told: dict[str, Position] = {}
        self.witness: Callable[[Message], None] | None = None
        """Hears of everything that arrives for a watched section, before it is applied."""

    def add(self, seats: SeatMap, body: SubscribeBody) -> None:
        """Watch an event from now on, also after a lost connection."""
        self._bodies[seats.event] = body
        self._maps.update({section.channel: section for section in seats.values()})

    def remove(self, seats: SeatMap) -> None:
        """Stop watching an event."""
        self._bodies.pop(seats.event, None)
        for section in seats.values():
            self._maps.pop(section.channel, None)

    def positions(self) -> dict[str, Position]:
        """The last position known of each channel."""
        return {
            channel: section.position
            for channel, section in self._maps.items()
            if section.position is not None
        }

    def again(self) -> Iterable[Callable[[int], AnyRequest]]:
        """Messages that subscribe anew, each after the positions that are known."""
        return [self._subscribe(body) for body in self._bodies.values()]

    def _subscribe(self, body: SubscribeBody) -> Callable[[int], AnyRequest]:
        mine = f"{body.event}/"
        after = {name: at for name, at in self.positions().items() if name.startswith(mine)}
        resumed = SubscribeBody(body.event, body.sections, body.detail, after)
        return lambda number: Subscribe(id=number, d=resumed)

    def disconnected(self) -> None:
        """Forget what was asked on the lost connection."""
        self._wanted.clear()
        self._syncing.clear()

    def news(self, message: Message) -> Happening | None:
        """Apply a push. None when it is known already or shows a gap."""
        section = self._maps.get(message.ch or "")
        if section is None:
            return News(message)
        if self.witness is not None:
            self.witness(message)
        match message.t:
            case "seats.delta":
                return self._delta(section, message)
            case "seats.snapshot":
                return self._snapshot(section, message)
            case "reset":
                # The snapshot that follows is the answer to every gap until it comes.
                section.forget()
                self._syncing.add(section.channel)
        return News(message)

    def _delta(self, section: SectionMap, message: Message) -> Happening | None:
        delta = self._codec.body(message.d, SeatsDelta)
        seq = message.seq or 0
        from_seq = seq - 1 if message.from_ is None else message.from_
        verdict = section.apply(message.ep or "", from_seq, seq, delta)
        if verdict is Verdict.GAP:
            self._want(section.channel)
        return MapChanged(section, delta) if verdict is Verdict.APPLIED else None

    def _snapshot(self, section: SectionMap, message: Message) -> Happening | None:
        snapshot = self._codec.body(message.d, SeatsSnapshot)
        verdict = section.replace((message.ep or "", message.seq or 0), snapshot)
        self._syncing.discard(section.channel)
        return MapChanged(section, None) if verdict is Verdict.APPLIED else None

    def _want(self, channel: str) -> None:
        if channel not in self._syncing:
            self._wanted[channel] = None

    def take_syncs(self) -> Iterable[tuple[str, Callable[[int], AnyRequest]]]:
        """Channels that need a sync, with the message that asks for it."""
        if not self._wanted:
            return ()
        channels = [channel for channel in self._wanted if channel in self._maps]
        self._wanted.clear()
        self._syncing.update(channels)
        return [(channel, self._sync(channel)) for channel in channels]

    def _sync(self, channel: str) -> Callable[[int], AnyRequest]:
        body = SyncBody(channel, self._maps[channel].position or NOWHERE)
        return lambda number: Sync(id=number, d=body)

    def synced(self, channel: str) -> None:
        """The sync was answered; a gap that remains asks again."""
        self._syncing.discard(channel)

    def told(self, positions: Mapping[str, Position]) -> bool:
        """Remember where the server stands; True when any channel is behind it."""
        self._told = {name: at for name, at in positions.items() if self._behind(name, at)}
        return bool(self._told)

    def catch_up(self) -> None:
        """Ask for what a heartbeat named and what has still not come."""
        for channel, position in self._told.items():
            if self._behind(channel, position):
                self._syncing.discard(channel)
                self._want(channel)
        self._told = {}

    def _behind(self, channel: str, position: Position) -> bool:
        section = self._maps.get(channel)
        if section is None:
            return False
        known = section.position or NOWHERE
        return known[0] != position[0] or known[1] < position[1]
