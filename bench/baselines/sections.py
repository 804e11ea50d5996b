"""The gateway's `Sections` port on a design: named seats are held, given back and sold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog

from actors.ports import Clock, IdSource
from actors.wire import Answer, Changes, Explanation
from bench.baselines.ports import Claim, Design, Purchase
from engine.catalogue import EventInfo
from engine.commands import BookHold, HoldSeats, ReleaseHold, Request
from engine.layout import SectionLayout
from engine.plan import Plan
from engine.terms import DEFAULT_TYPE
from engine.views import HoldView, ItemView, OrderView, money, rfc3339
from gateway.ports import Catalogue

OnAnswer = Callable[[Answer], None]
_log = structlog.get_logger(__name__)
_encode: Final = msgspec.msgpack.Encoder().encode


class _Section:
    """What a design does not keep: names and prices of one section's seats."""

    def __init__(self, event: EventInfo, stream: int, plan: Plan) -> None:
        info = next(each for each in event.sections if each.stream == stream)
        self.event_key: Final = event.sections[0].stream
        self.history: Final = info.history
        self.layout: Final = SectionLayout(plan, info.name)
        self.terms: Final = event.terms

    def price(self, seat: int) -> int:
        """Minor units of the standard ticket; a category without a price is free of charge."""
        return self.terms.prices.get(self.layout.category_of[seat], {}).get(DEFAULT_TYPE, 0)

    def item(self, seat: int) -> ItemView:
        """A seat as callers see it."""
        price = money(self.price(seat), self.terms.currency)
        layout = self.layout
        return ItemView(layout.labels[seat], layout.name, layout.category_of[seat], DEFAULT_TYPE, price)


class BaselineSections:
    """Answers what the designs can do; anything else is `invalid`."""

    def __init__(self, design: Design, catalogue: Catalogue, clock: Clock, ids: IdSource) -> None:
        self._design: Final = design
        self._catalogue: Final = catalogue
        self._clock: Final = clock
        self._ids: Final = ids
        self._sections: Final[dict[int, asyncio.Future[_Section | None]]] = {}
        self._work: Final[set[asyncio.Task[None]]] = set()

    def submit(self, stream: int, request: Request, deadline_ms: int, on_answer: OnAnswer) -> None:
        """Answer in a task of its own, as handlers of today do."""
        del deadline_ms  # statements are bounded by the pool's time-out

        async def answer() -> None:
            on_answer(await self._answer(stream, request))

        task = asyncio.ensure_future(answer())
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        """Answer the caller."""
        del deadline_ms
        return await self._answer(stream, request)

    async def _answer(self, stream: int, request: Request) -> Answer:
        try:
            section = await self._section(stream)
            if section is None:
                return _refused("not_found", "There is no such section.")
            return await self._act(section, stream, request)
        except Exception:  # noqa: BLE001 - whatever the driver raises, the request gets its one reply
            _log.exception("baseline_failed")
            return _refused("storage_unavailable", "The design's store failed.")

    async def _act(self, section: _Section, stream: int, request: Request) -> Answer:
        match request.command:
            case HoldSeats(seats=labels):
                return await self._hold(section, stream, labels, request.principal)
            case BookHold(hold=hold):
                return await self._sell(section, stream, hold, request.principal)
            case ReleaseHold(hold=hold):
                await self._design.release(stream, hold, request.principal)
                free = money(0, section.terms.currency)
                ended = rfc3339(self._clock.now_ms())
                return _accepted(
                    HoldView(hold, (), free, ended, 0, (section.history, 0), section.layout.name)
                )
            case _:
                return _refused("invalid", "This design holds, releases and sells named seats only.")

    async def _hold(self, section: _Section, stream: int, labels: Sequence[str], principal: str) -> Answer:
        now_ms, ordinals = self._clock.now_ms(), section.layout.ordinal_of
        seats = tuple(ordinals[label] for label in labels if label in ordinals)
        if len(seats) != len(labels):
            return _refused("not_found", "There is no such seat.")
        hold = f"hld_{self._ids.fresh(stream, now_ms)}"
        expires_ms = now_ms + section.terms.limits.hold_ttl_ms
        claim = Claim(stream, section.event_key, seats, hold, principal, now_ms, expires_ms)
        if not await self._design.hold(claim):
            return _refused("seat_taken", "Somebody else has this seat.", tuple(labels))
        total = money(sum(map(section.price, seats)), section.terms.currency)
        items, pos = tuple(map(section.item, seats)), (section.history, 0)
        return _accepted(HoldView(hold, items, total, rfc3339(expires_ms), 0, pos, section.layout.name))

    async def _sell(self, section: _Section, stream: int, hold: str, principal: str) -> Answer:
        now_ms = self._clock.now_ms()
        order = f"ord_{self._ids.fresh(stream, now_ms)}"
        seats = await self._design.confirm(
            Purchase(stream, section.event_key, hold, principal, order, now_ms)
        )
        if not seats:
            return _refused("hold_expired", "The hold is gone.", (hold,))
        amount = money(sum(map(section.price, seats)), section.terms.currency)
        pos, tickets = (section.history, 0), tuple(map(section.item, seats))
        return _accepted(
            OrderView(order, "confirmed", section.layout.name, pos, amount, hold, tickets=tickets)
        )

    async def _section(self, stream: int) -> _Section | None:
        """The section, put on sale by whoever asks first."""
        found = self._sections.get(stream)
        if found is None:
            found = self._sections[stream] = asyncio.ensure_future(self._stock(stream))
        return await asyncio.shield(found)

    async def _stock(self, stream: int) -> _Section | None:
        event = await self._catalogue.event_of_stream(stream)
        plan = None if event is None else await self._catalogue.plan(event.plan)
        if event is None or plan is None:
            return None
        section = _Section(event, stream, plan)
        await self._design.stock(stream, section.layout.seat_count)
        return section


class NoNews:
    """These designs have no live map."""

    async def changes(self, stream: int, after_seq: int) -> Changes:
        """Raises `LookupError`."""
        raise LookupError(f"a baseline tells no news of stream {stream} after {after_seq}")


class NothingToWake:
    """A design can sell as soon as it is connected."""

    async def obstacles(self) -> list[str]:
        """None."""
        return []


def _accepted(view: HoldView | OrderView) -> Answer:
    return Answer(None, msgspec.Raw(_encode(view)))


def _refused(code: str, detail: str, objects: tuple[str, ...] = ()) -> Answer:
    return Answer(code, msgspec.Raw(_encode(Explanation(detail, objects))))
