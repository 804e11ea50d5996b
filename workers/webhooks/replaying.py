"""Sends an endpoint the news of a stream again, because it asked: some records at a time."""

from __future__ import annotations

from typing import Final

from engine.due_rows import DueRows
from engine.webhooks import Delivery, Replay
from workers.ports import Clock, Journal
from workers.tellers import Tellers
from workers.webhooks.consumer import delivery_of
from workers.webhooks.courier import Endpoints

RECORDS_AT_ONCE: Final = 256


class Replayer:
    """Turns records into deliveries that are due now. Run twice, it makes the same ones."""

    def __init__(
        self, endpoints: Endpoints, deliveries: DueRows[Delivery], journal: Journal, now_ms: Clock
    ) -> None:
        self._endpoints = endpoints
        self._deliveries = deliveries
        self._journal = journal
        self._tellers = Tellers(journal)
        self._now_ms = now_ms

    async def run(self, replay: Replay) -> Replay:
        """Go on with a replay. May raise `engine.journal.StorageError`."""
        now_ms = self._now_ms()
        endpoint = await self._endpoints.get(replay.endpoint)
        if endpoint is None or endpoint.disabled:
            return replay.went_on(replay.last_seq, now_ms)
        limit = min(RECORDS_AT_ONCE, replay.last_seq - replay.done_seq)
        records = await self._journal.read(replay.stream, replay.done_seq, limit)
        for message in await self._tellers.messages(replay.stream, records, endpoint.wants):
            if replay.event and message.event != replay.event:
                continue
            await self._deliveries.begin(delivery_of(message, endpoint, now_ms, replay.id))
        return replay.went_on(replay.done_seq + limit, now_ms)
