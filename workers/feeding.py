"""Feeds one consumer: what is for it, in order, tried again where it fails, in the end put aside."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from engine.journal import StorageUnavailable
from telemetry.meters import METERS
from workers.limits import ConsumerLimits
from workers.message import Message, matches
from workers.ports import Clock, Consumer, DeadLetters
from workers.supervision import Backoff

log = structlog.get_logger()
REASON_CHARS_MAX: Final = 500
ANY_EVENT: Final = "evt"
TAKEN: Final = METERS.tally("holdfast_consumer_taken_total", "Messages acted on.", "consumer")
FAILED: Final = METERS.tally("holdfast_consumer_failures_total", "Messages failed at.", "consumer")
DEAD: Final = METERS.tally("holdfast_consumer_dead_total", "Messages put aside.", "consumer")


class ConsumerFigures:
    """What a consumer did so far, also among the figures of the process."""

    def __init__(self, consumer: str) -> None:
        self.taken = 0
        self.failures = 0
        self.dead = 0
        self._consumer = consumer

    def took(self, count: int) -> None:
        """It acted on so many."""
        self.taken += count
        TAKEN[self._consumer] += count

    def failed(self) -> None:
        """It failed at one."""
        self.failures += 1
        FAILED[self._consumer] += 1

    def buried(self) -> None:
        """One was put aside."""
        self.dead += 1
        DEAD[self._consumer] += 1


class Feeder:
    """Brings messages to a consumer one batch after the other."""

    def __init__(
        self,
        consumer: Consumer,
        letters: DeadLetters,
        limits: ConsumerLimits,
        now_ms: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.figures = ConsumerFigures(consumer.name)
        self.consumer = consumer
        self._letters = letters
        self._limits = limits
        self._now_ms = now_ms
        self._chance = chance

    def wants(self, kind: str) -> bool:
        """Whether a message of this kind would come to anything."""
        topic = f"{kind}.{ANY_EVENT}"
        return any(matches(each, topic) for each in self.consumer.topics) and self.consumer.wants(kind)

    async def feed(self, messages: Sequence[Message]) -> None:
        """Return once each message took effect, here or before, or was put aside.

        Raises `StorageUnavailable`: then some did and some did not, and all may be fed again.
        """
        kinds = frozenset(filter(self.wants, {message.kind for message in messages}))
        wanted = [message for message in messages if message.kind in kinds]
        for start in range(0, len(wanted), self._limits.batch):
            await self._feed_batch(wanted[start : start + self._limits.batch])

    async def _feed_batch(self, batch: Sequence[Message]) -> None:
        try:
            await self.consumer.take(batch)
            self.figures.took(len(batch))
        except StorageUnavailable:
            raise
        except Exception:  # whatever one message does to its consumer, the others go on
            log.exception("consumer_failed", consumer=self.consumer.name, messages=len(batch))
            for message in batch:
                await self._feed_one(message)

    async def _feed_one(self, message: Message) -> None:
        backoff = Backoff(self._limits.retry_first_s, self._limits.retry_max_s, self._chance)
        for attempt in range(1, self._limits.tries_max + 1):
            try:
                await self.consumer.take([message])
            except StorageUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - as above
                self.figures.failed()
                if attempt == self._limits.tries_max:
                    await self._bury(message, error)
                else:
                    await asyncio.sleep(backoff.next_s())
            else:
                self.figures.took(1)
                return

    async def _bury(self, message: Message, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:REASON_CHARS_MAX]
        log.error("message_put_aside", consumer=self.consumer.name, message=message.id, reason=reason)
        await self._letters.bury(self.consumer.name, message, reason, self._now_ms())
        self.figures.buried()
