"""Turns news into deliveries: one for each endpoint that asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec.structs import replace

from engine.bus import Position
from engine.webhooks import Delivery, Endpoint, delivery_id
from workers.message import Message
from workers.ports import Clock, Keeping

BODY_BYTES_MAX: Final = 20_000
"""What Standard Webhooks allow; of longer news the long part is left out, and can be read over REST."""


class EndpointList(Protocol):
    """All endpoints that are told anything. May raise `engine.journal.StorageUnavailable`."""

    async def mark(self) -> str:
        """Another one whenever an endpoint came, went or changed; quicker to read than all of them."""

    async def enabled(self) -> list[Endpoint]:
        """Those that are not disabled."""

    async def owner_of(self, event: str) -> str | None:
        """Whose an event is."""


class WebhookConsumer:
    """Keeps a delivery for each message and endpoint; sending them is somebody else's errand.

    Endpoints are looked for after the messages were written, so whoever was told that an endpoint is
    there, or there again, misses nothing that happens from then on.
    """

    name: Final = "webhooks"
    topics: Final = ("#",)

    def __init__(self, endpoints: EndpointList, inbox: Keeping, now_ms: Clock) -> None:
        self._endpoints = endpoints
        self._inbox = inbox
        self._now_ms = now_ms
        self._known: list[Endpoint] = []
        self._mark: str | None = None
        self._owners: dict[str, str | None] = {}

    def wants(self, kind: str) -> bool:
        """Whether an endpoint asked for this kind when they were last looked for."""
        return self._mark is None or any(each.wants(kind) for each in self._known)

    async def look(self) -> None:
        """Look for endpoints. May raise `StorageUnavailable`."""
        mark = await self._endpoints.mark()
        if mark != self._mark:
            # Read after its mark: it is as new as that, or newer, and then the next look reads it again.
            self._known = await self._endpoints.enabled()
            self._mark = mark

    async def take(self, messages: Sequence[Message]) -> None:
        """Keep a delivery for each endpoint that wants one."""
        await self.look()
        now_ms, endpoints = self._now_ms(), self._known
        rows: dict[Position, list[Delivery]] = {}
        for message in messages:
            interested = [each for each in endpoints if each.wants(message.kind)]
            if not interested:
                continue
            owner = await self._owner(message.event)
            made = [delivery_of(message, each, now_ms) for each in interested if each.owner == owner]
            if made:
                rows[message.position] = made
        if rows:
            await self._inbox.keep(self.name, "deliveries", rows, now_ms)

    async def _owner(self, event: str) -> str | None:
        """Events never change hands, so what is known stays known."""
        if event not in self._owners:
            if len(self._owners) >= OWNERS_KNOWN_MAX:
                self._owners.clear()
            self._owners[event] = await self._endpoints.owner_of(event)
        return self._owners[event]


OWNERS_KNOWN_MAX: Final = 10_000


def delivery_of(message: Message, endpoint: Endpoint, now_ms: int, again: str = "") -> Delivery:
    """A delivery that is due now."""
    return Delivery(
        id=delivery_id(endpoint.id, message.id, again),
        endpoint=endpoint.id,
        message=message.id,
        kind=message.kind,
        body=short_body(message).decode(),
        created_ms=now_ms,
        due_ms=now_ms,
    )


def short_body(message: Message) -> bytes:
    """The CloudEvent, its lists left out where it would be too long."""
    if len(message.body) <= BODY_BYTES_MAX:
        return message.body
    whole = message.cloud_event()
    short = {name: value for name, value in whole.data.items() if not isinstance(value, list)}
    return replace(whole, data={**short, "too_long": True}).encoded()
