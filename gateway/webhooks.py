"""What the calls about outgoing webhooks need from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from engine.webhooks import Delivery, Endpoint, Replay


class WebhookStore(Protocol):
    """Where endpoints are kept. May raise `engine.journal.StorageUnavailable`."""

    async def create(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""

    async def get(self, endpoint_id: str) -> Endpoint | None:
        """An endpoint."""

    async def advance(self, endpoint: Endpoint) -> bool:
        """Put an endpoint in the place of the version before it."""

    async def remove(self, endpoint_id: str) -> None:
        """Drop an endpoint."""

    async def of_owner(self, owner: str, after: str, rows_max: int) -> list[Endpoint]:
        """An organiser's endpoints in the order of their ids."""

    async def count(self, owner: str) -> int:
        """How many an organiser has."""

    async def deliveries(self, endpoint_id: str, before: str, rows_max: int) -> list[Delivery]:
        """What went to an endpoint or is on its way, the newest first."""

    async def owner_of(self, event: str) -> str | None:
        """The organiser that an event belongs to."""

    async def streams(self, event: str, section: str) -> list[tuple[int, int]]:
        """The streams of an event and that of announcements, or of one section, each with its last number."""


class Replays(Protocol):
    """Where replays that are asked for are kept, until a worker has done them."""

    async def begin(self, row: Replay) -> Replay:
        """Keep a new one."""


class Webhooks(msgspec.Struct, frozen=True):
    """What these calls need."""

    store: WebhookStore
    replays: Replays
    objection: Callable[[str], str | None]
    """Why a URL will never be told any news, as far as it says so itself; who tells them judges once more."""
