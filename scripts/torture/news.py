"""What came of a sale's news: for each order one line in the trail, one letter, one call of a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import asyncpg
import msgspec

from engine.events import OrderBooked
from engine.transitions import Phase
from scripts.services.hooks import Receiver
from scripts.services.post_office import PostOffice
from scripts.torture.books import read_books
from scripts.torture.clock import now_s
from scripts.torture.company import calling, insisting
from scripts.torture.promises import Promises
from scripts.torture.scene import Scene

T = TypeVar("T")
CAUGHT_UP_S: Final = 600.0
"""A letter that met a closed mail server twice waits for its third try less long. Counts anew from each thing
that was done: workers run at the lowest priority, and on a busy machine they take their time.
"""
LOOK_S: Final = 0.5
TRAIL: Final = """
SELECT stream, seq, xmin::text::bigint AS written FROM audit_trail
 WHERE event = $1 AND kind = 'order.confirmed'
"""
LETTERS: Final = """
SELECT data->>'id' AS id, coalesce(data->>'state', 'waiting') AS state, data->>'order' AS "order" FROM letters
 WHERE data->>'kind' = 'order.confirmed' AND (data->>'stream')::bigint = ANY($1)
"""
DELIVERIES: Final = """
SELECT data->>'message' AS message, coalesce(data->>'state', 'waiting') AS state FROM deliveries
"""


class Effects(msgspec.Struct, frozen=True):
    """What is in the tables: transactions that wrote the trail, and states of letters and deliveries.

    `orders` has the order of each letter.
    """

    trail: dict[tuple[int, int], int]
    letters: dict[str, str]
    deliveries: dict[str, str]
    orders: dict[str, str]

    @property
    def done(self) -> int:
        """How much has come to its end."""
        states = [*self.letters.values(), *self.deliveries.values()]
        return len(self.trail) + len(states) - states.count("waiting")

    @property
    def resting(self) -> bool:
        """Whether nothing is on its way any more."""
        return "waiting" not in {*self.letters.values(), *self.deliveries.values()}


class News:
    """Follows the orders of one event; `repeats` counts what came again under the same id."""

    def __init__(
        self, scene: Scene, event: str, promises: Promises, office: PostOffice, receiver: Receiver
    ) -> None:
        self.followed = self.repeats = 0
        self._scene: Final = scene
        self._event: Final = event
        self._promises: Final = promises
        self._office: Final = office
        self._receiver: Final = receiver

    async def subscribe(self) -> None:
        """Ask for the event's orders by webhook."""
        wanted = {"url": self._receiver.url, "kinds": ["order.confirmed"]}
        async with calling(self._scene, "organiser", "organiser") as staff:
            (await insisting(staff, "/webhook-endpoints", wanted)).raise_for_status()

    async def go(self, stopping: asyncio.Event) -> None:
        """They act by themselves."""
        await stopping.wait()

    async def goes_on(self) -> None:
        """Nobody waits for news, and a sale least of all."""

    async def check(self) -> None:
        """Only when all is over it can be told what is missing."""

    async def audit(self, dsn: str) -> None:
        """Wait until workers have caught up, then hold what came of each order against the journal."""
        books = await read_books(dsn, self._event)
        booked = sorted(
            (section.stream, seq)
            for section in books.values()
            for seq, _, record in section.records
            if isinstance(record.event, OrderBooked)
        )
        async with _connected(dsn) as connection:
            effects = await self._caught_up(connection, booked)
        lasting = {
            order.id
            for section in books.values()
            for order in section.state.orders.values()
            if order.phase is Phase.BOOKED
        }
        self._judge(booked, lasting, effects)
        self.followed = len(booked)

    def told(self) -> Sequence[str]:
        """How many orders were followed to their ends."""
        again = f"{self.repeats} mails or calls came again under the same id"
        return (f"{self.followed:,} orders in the trail, by mail and by webhook; {again}",)

    async def _caught_up(self, connection: Any, booked: Sequence[tuple[int, int]]) -> Effects:
        wanted, ids = set(booked), {f"{stream}-{seq}" for stream, seq in booked}
        effects = await self._read(connection, booked)
        try:
            async with asyncio.timeout(CAUGHT_UP_S) as limit:
                while not (
                    wanted <= set(effects.trail) and ids <= set(effects.deliveries) and effects.resting
                ):
                    await asyncio.sleep(LOOK_S)
                    done, effects = effects.done, await self._read(connection, booked)
                    if effects.done > done:
                        limit.reschedule(now_s() + CAUGHT_UP_S)
        except TimeoutError:
            self._promises.broken(f"workers did nothing more for {CAUGHT_UP_S:.0f} s, and had not caught up")
        return effects

    async def _read(self, connection: Any, booked: Sequence[tuple[int, int]]) -> Effects:
        streams = sorted({stream for stream, _ in booked})
        trail = await connection.fetch(TRAIL, self._event)
        letters = await connection.fetch(LETTERS, streams)
        return Effects(
            {(row["stream"], row["seq"]): row["written"] for row in trail},
            {row["id"]: row["state"] for row in letters},
            {row["message"]: row["state"] for row in await connection.fetch(DELIVERIES)},
            {row["id"]: row["order"] for row in letters},
        )

    def _judge(self, booked: Sequence[tuple[int, int]], lasting: set[str], effects: Effects) -> None:
        ids = {f"{stream}-{seq}" for stream, seq in booked}
        self._same(set(booked), set(effects.trail), "orders in the audit trail")
        for stream in {stream for stream, _ in booked}:
            written = [effects.trail[at] for at in sorted(effects.trail) if at[0] == stream]
            self._promises.expect(sorted(written), written, f"the order of the trail of stream {stream}")
        self._same({f"ltr_{each}" for each in ids}, set(effects.letters), "letters for orders")
        # Of an order that is gone by then there is nothing to say.
        unsent = {each for each in effects.letters if effects.letters[each] != "sent"}
        self._same(set(), {effects.orders[each] for each in unsent} & lasting, "orders without a letter")
        delivered = {each for each, state in effects.deliveries.items() if state == "delivered"}
        self._same(ids, delivered, "webhooks delivered")
        self._judge_arrivals(ids, set(effects.letters) - unsent)

    def _judge_arrivals(self, ids: set[str], sent: set[str]) -> None:
        mails = [str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in self._office.mails]
        confirmed = [each for each in mails if each.removeprefix("ltr_") in ids]
        calls = [each.headers["webhook-id"] for each in self._receiver.got]
        # One may have arrived before its worker was killed, and have had nothing to say afterwards.
        self._same(set(), sent - set(confirmed), "letters that were sent and did not arrive")
        self._same(ids, set(calls), "webhooks that arrived")
        self.repeats += len(confirmed) - len(set(confirmed)) + len(calls) - len(set(calls))

    def _same(self, expected: set[T], told: set[T], what: str) -> None:
        self._promises.expect([], sorted(map(str, expected ^ told)), f"{what}, here or there alone")


@asynccontextmanager
async def _connected(dsn: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()
