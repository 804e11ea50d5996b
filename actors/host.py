"""A host of sections: what one actor process runs, without a word of Ray."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import Final

import msgspec
import structlog

from actors.batch import Batch
from actors.following import Follower
from actors.limits import ShellLimits
from actors.ports import Clock, IdSource, SectionStore
from actors.shell import Activation, SectionShell
from actors.wire import Answer, asks_decoder, encoder
from telemetry.meters import METERS

log = structlog.get_logger()
ANSWERS: Final = METERS.tally("holdfast_answers_total", "What sections answered, by error code.", "code")
_code = attrgetter("code")


class WatchRequest(msgspec.Struct, frozen=True, array_like=True):
    """A long poll: what became durable in `stream` after `after_seq` (-1: everything)."""

    stream: int
    after_seq: int


_watch_decoder = msgspec.msgpack.Decoder(WatchRequest)


class SectionHost:
    """Opens shells as they are asked for and closes them when they are idle.

    All sections of a host share its thread and its store, each with a journal stream of
    its own.
    """

    def __init__(
        self,
        owner: str,
        store: SectionStore,
        clock: Clock,
        ids: IdSource,
        limits: ShellLimits,
        on_fenced: Callable[[int], None],
        follower: Follower | None = None,
    ) -> None:
        """A host named `owner`, which is also how its database connections are known."""
        self._owner = owner
        self._store = store
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._on_fenced = on_fenced
        self._follower = follower
        self._shells: dict[int, SectionShell] = {}
        self._last_asked = clock.monotonic()

    def open(self, stream: int) -> SectionShell:
        """The shell of a stream, started if it was not there."""
        self._last_asked = self._clock.monotonic()
        shell = self._shells.get(stream)
        if shell is None or shell.activation in (Activation.LEFT, Activation.UNKNOWN):
            shell = SectionShell(
                stream, self._owner, self._store, self._clock, self._ids, self._limits, self._on_fenced
            )
            self._shells[stream] = shell
            shell.start()
        return shell

    def handle(self, data: bytes) -> asyncio.Future[bytes]:
        """Answer a batch: msgpack of `list[Ask]` in, of `list[Answer]` out, in the same order.

        Everything is decided before this returns, and answered when it is durable.
        """
        asks = asks_decoder.decode(data)
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        batch = Batch(len(asks), partial(_resolve, done))
        shell = None
        for index, ask in enumerate(asks):
            if shell is None or shell.stream != ask.stream:
                shell = self.open(ask.stream)
            if ask.trace is None or self._follower is None:
                shell.handle(ask.request, batch, index)
            else:
                followed = self._follower.follow(ask, batch)
                shell.handle(ask.request, followed, index)
                followed.decided()
        return done

    def __len__(self) -> int:
        """How many sections it has in memory."""
        return len(self._shells)

    async def changes(self, data: bytes) -> bytes:
        """Answer a `WatchRequest`: msgpack of `Changes`, or of nil while the section recovers."""
        watch = _watch_decoder.decode(data)
        shell = self.open(watch.stream)
        await shell.served()
        changes = await shell.changes(watch.after_seq)
        return encoder.encode(changes)

    async def sweep(self) -> None:
        """Let idle sections leave; they come back when they are asked for."""
        for stream, shell in list(self._shells.items()):
            if shell.idle:
                try:
                    await shell.leave()
                except Exception:  # the others are to leave all the same
                    log.exception("section_left_badly", stream=stream)
                if self._shells.get(stream) is shell:
                    del self._shells[stream]

    @property
    def deserted(self) -> bool:
        """Whether no section is left here and none was asked for lately."""
        quiet_ms = (self._clock.monotonic() - self._last_asked) * 1000
        return not self._shells and quiet_ms >= self._limits.passivate_after_ms

    async def close(self) -> None:
        """Let all sections leave and close the store."""
        await asyncio.gather(*(shell.leave() for shell in self._shells.values()))
        self._shells.clear()
        await self._store.close()
        if self._follower is not None:
            self._follower.close()


def _resolve(done: asyncio.Future[bytes], answers: Sequence[Answer | None]) -> None:
    """Answer a call, unless its caller has given it up."""
    ANSWERS.update(map(_code, answers))
    if not done.done():
        done.set_result(encoder.encode(answers))
