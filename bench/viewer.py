"""People who look at a map and buy nothing, and how long news takes to reach all of them."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Final

import msgspec

from bench.thin_client import ThinClient, request

HEARTBEAT_S: Final = 20.0
_PING: Final = request("ping", 3, {})
_SUMMARIES_MAX: Final = 4_096


class _Message(msgspec.Struct, frozen=True):
    """What is looked at of a message: a reply's outcome, or the position that a push brings."""

    t: str | None = None
    re: int | None = None
    ok: bool = False
    ch: str | None = None
    seq: int | None = None


_messages: Final = msgspec.msgpack.Decoder(_Message | list[_Message])


class Summary(msgspec.Struct, frozen=True):
    """What one frame says: the request it answers, refusals, and the last position by channel."""

    answered: int | None
    refused: bool
    resets: int
    positions: dict[str, int]


class Summaries:
    """Frames that many viewers get are read once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Summary] = {}

    def of(self, message: bytes) -> Summary:
        """What the frame says."""
        summary = self._known.get(message)
        if summary is None:
            if len(self._known) >= _SUMMARIES_MAX:
                self._known.clear()
            summary = self._known[message] = _read(message)
        return summary


def _read(message: bytes) -> Summary:
    decoded = _messages.decode(message)
    messages = decoded if isinstance(decoded, list) else [decoded]
    return Summary(
        answered=next((each.re for each in messages if each.re is not None), None),
        refused=any(each.re is not None and not each.ok for each in messages),
        resets=sum(each.t == "reset" for each in messages),
        positions={each.ch: each.seq for each in messages if each.ch is not None and each.seq is not None},
    )


class Probe:
    """One hold that is followed until every viewer has heard of it."""

    def __init__(self, channel: str, viewers: int, sent_s: float) -> None:
        self.channel: Final = channel
        self.sent_s: Final = sent_s
        self.done_s: float | None = None
        self._seq: int | None = None
        self._missing = set(range(viewers))
        self._early: dict[int, int] = {}

    @property
    def missing(self) -> int:
        """How many have not heard of it yet."""
        return len(self._missing)

    def held(self, seq: int) -> None:
        """The hold is durable at this position; some may have heard of it already."""
        self._seq = seq
        self._missing -= {viewer for viewer, heard in self._early.items() if heard >= seq}
        self._early.clear()
        self._settle()

    def heard(self, viewer: int, seq: int) -> None:
        """A viewer knows the channel up to `seq`."""
        if self._seq is None:
            self._early[viewer] = seq
        elif seq >= self._seq:
            self._missing.discard(viewer)
            self._settle()

    def _settle(self) -> None:
        if not self._missing and self.done_s is None:
            self.done_s = perf_counter()


class Audience:
    """What all viewers share: frames that were read, the probes that are followed, and counts."""

    def __init__(self) -> None:
        self.summaries: Final = Summaries()
        self.probes: Final[dict[Probe, None]] = {}
        self.frames = 0
        self.bytes = 0
        self.resets = 0
        self.errors: Final[dict[str, int]] = {}

    def take(self, viewer: int, message: bytes) -> Summary:
        """A viewer got a frame."""
        summary = self.summaries.of(message)
        self.frames += 1
        self.bytes += len(message)
        self.resets += summary.resets
        for probe in tuple(self.probes):
            seq = summary.positions.get(probe.channel)
            if seq is not None:
                probe.heard(viewer, seq)
                if probe.done_s is not None:
                    del self.probes[probe]
        return summary

    def failed(self, what: str) -> None:
        """A connection met an error."""
        self.errors[what] = self.errors.get(what, 0) + 1


class Viewer(ThinClient):
    """Handshake, hello as a guest, one subscription, then a ping now and then.

    `ready` completes with the first status after the subscription, which is what it follows.
    """

    def __init__(
        self, number: int, opening: bytes, subscription: Mapping[str, object], audience: Audience
    ) -> None:
        super().__init__(opening)
        self._number: Final = number
        self._subscription: Final = subscription
        self._audience: Final = audience

    def opened(self) -> None:
        """Introduce yourself and subscribe."""
        self.say("hello", 1, {})
        self.say("subscribe", 2, self._subscription)

    def heard(self, told: bytes) -> None:
        """Hand it to the audience."""
        summary = self._audience.take(self._number, told)
        if summary.refused:
            self.fail("refused")
        elif summary.positions:
            self.begin()

    def ping(self) -> None:
        """Show that somebody is there."""
        self._write(_PING)

    def failed(self, what: str) -> None:
        """A viewer that is sent away is an error."""
        self._audience.failed(what)
