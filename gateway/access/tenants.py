"""Whose things are: the organiser that an event, a hold, an order, a ticket or a plan belongs to."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.catalogue import EventInfo
from engine.ids import stream_of
from engine.tickets import order_of
from gateway.access.auth import Principal
from gateway.access.judging import Tenant
from gateway.access.rights import Of
from gateway.ports import Catalogue
from gateway.sections.directory import Directory
from gateway.webhooks import Webhooks


class Tenants:
    """Finds the tenant of an object; None when there is no such object. May raise `StorageUnavailable`."""

    def __init__(self, directory: Directory, catalogue: Catalogue, webhooks: Webhooks | None = None) -> None:
        self._webhooks = webhooks
        self._directory = directory
        self._catalogue = catalogue

    async def of(self, kind: Of, name: str) -> Tenant | None:
        """Whose the object of this kind and name is."""
        if kind == "event":
            return await self._of_event(name)
        if kind == "plan":
            info = await self._catalogue.plan_info(name)
            return None if info is None else Tenant(info.organiser)
        if kind == "webhook":
            endpoint = None if self._webhooks is None else await self._webhooks.store.get(name)
            return None if endpoint is None else Tenant(endpoint.owner)
        if kind == "organiser":
            return Tenant(name)
        return await self._of_stream(_stream(kind, name))

    async def as_buyer(self, caller: Principal, kind: Of, name: str) -> Principal:
        """The caller, or the guest that they bought this order or ticket as before they had an account."""
        order = order_of(name) if kind == "ticket" else name if kind == "order" else None
        if not caller.guests or order is None:
            return caller
        row = await self._catalogue.order(order)
        bought = row is not None and row.principal in caller.guests
        return replace(caller, id=row.principal) if row is not None and bought else caller

    async def _of_event(self, event_id: str) -> Tenant | None:
        event = await self._directory.event(event_id)
        return None if event is None else tenant_of(event.info)

    async def _of_stream(self, stream: int | None) -> Tenant | None:
        event_id = None if stream is None else await self._directory.event_id_of(stream)
        return None if event_id is None else await self._of_event(event_id)


def _stream(kind: Of, name: str) -> int | None:
    """The stream that the id of a hold, an order, an entry or a ticket names."""
    if kind == "ticket":
        return stream_of(order_of(name) or "", "ord")
    return stream_of(name, _PREFIXES.get(kind, "ord"))


_PREFIXES: Final[dict[Of, str]] = {"hold": "hld", "order": "ord", "entry": "wtl"}


def tenant_of(info: EventInfo) -> Tenant:
    """Whose an event is."""
    return Tenant(info.organiser, info.mode)


def sole_organiser(caller: Principal) -> str | None:
    """The organiser that a caller acts for without naming one: the only one that they belong to."""
    named = {organiser for organiser, _ in caller.memberships}
    return named.pop() if len(named) == 1 else None
