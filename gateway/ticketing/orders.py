"""The places of an order: what its section says, the names that go with it, and what became of each."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from engine.tickets import Place, TicketRow, places_of, ticket_id
from gateway.access.auth import Principal
from gateway.ports import Catalogue
from gateway.sections.directory import Directory, EventMap
from protocol.errors import ErrorCode, Problem, problem
from protocol.replies import Item, OrderReply
from protocol.requests import OrderBody

HOUSE: Final = Principal("usr_house", "staff", (), float("inf"), standing="staff")
"""Whose rights are used to read an order for somebody who owns a ticket of it but not the order."""
NO_ORDER: Final = problem(ErrorCode.NOT_FOUND, "There is no such order.")


class Sold(msgspec.Struct, frozen=True):
    """One place of a booked order, with its ticket's id and what became of it."""

    ticket: str
    place: Place
    item: Item
    row: TicketRow | None

    @property
    def generation(self) -> int:
        """The newest one."""
        return 1 if self.row is None else self.row.generation


class OrderPlaces(msgspec.Struct, frozen=True):
    """An order's places: none unless it is booked. `buyer` is the name on the order."""

    order: OrderReply
    event: EventMap
    buyer: str
    sold: tuple[Sold, ...]

    def find(self, ticket: str) -> Sold | None:
        """The place of a ticket, if the order still has it."""
        return next((sold for sold in self.sold if sold.ticket == ticket), None)

    def stream(self, sold: Sold) -> int:
        """The stream of the section that a place is in."""
        section = self.event.section_of(sold.place.seat)
        return 0 if section is None else section.stream


class Orders(Protocol):
    """Where orders are read. May raise `engine.journal.StorageError`."""

    async def read(self, body: OrderBody, caller: Principal, deadline_ms: int) -> OrderReply | Problem:
        """An order with its tickets."""


class OrderReader:
    """Reads orders place by place. May raise `engine.journal.StorageError`."""

    def __init__(self, orders: Orders, directory: Directory, catalogue: Catalogue) -> None:
        self._orders = orders
        self._directory = directory
        self._catalogue = catalogue

    async def read(self, order_id: str, caller: Principal, deadline_ms: int) -> OrderPlaces | Problem:
        """An order's places as the section has them now: none unless it is booked.

        The section judges whether the order is the caller's. Only an order by its public
        name has tickets: a name that only the section knows it by would give each seat two.
        """
        order = await self._orders.read(OrderBody(order_id), caller, deadline_ms)
        if isinstance(order, Problem):
            return order
        kept = await self._catalogue.order(order_id)
        event = None if kept is None else await self._directory.event(kept.event)
        if kept is None or event is None:
            return NO_ORDER
        items = order.tickets if order.status == "confirmed" else ()
        places = places_of((item.seat, item.type, item.qty) for item in items)
        tickets = [ticket_id(order_id, place) for _, place in places]
        rows = await self._catalogue.tickets.rows(tickets) if tickets else {}
        sold = tuple(
            Sold(ticket, place, items[index], rows.get(ticket))
            for ticket, (index, place) in zip(tickets, places, strict=True)
        )
        return OrderPlaces(order, event, kept.buyer_name, sold)
