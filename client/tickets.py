"""Tickets and the door over REST: for buyers, and for the devices that scan."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from client.errors import ConnectionFailed, ProtocolViolation, error_of
from client.fetching import http_base
from protocol.errors import Problem
from protocol.requests import Buyer
from protocol.tickets import (
    CheckinBody,
    CheckinReply,
    CheckinResult,
    ScanBody,
    TicketKey,
    TicketKeys,
    TicketReply,
    TicketsReply,
    TransferBody,
)

_TIMEOUT_S: Final = 15
_Reply = TypeVar("_Reply")


class TicketDesk:
    """One caller's tickets, or one device at the door.

    All calls may be repeated after an error and then have no second effect: `check_in` if its
    scans have an `id` or a time. They raise `Refused` and its kinds, `ConnectionFailed`
    when no answer came, and `ProtocolViolation` for one that makes no sense.

        desk = TicketDesk("http://127.0.0.1:8000", token)
        for ticket in await desk.tickets(order.order):
            print(ticket.seat, ticket.code)
    """

    def __init__(self, url: str, token: str) -> None:
        self._base = f"{http_base(url)}/v1"
        self._token = token

    async def tickets(self, order: str) -> tuple[TicketReply, ...]:
        """The tickets of an order. Raises `NotFound`."""
        return (await self._json(TicketsReply, f"/orders/{_part(order)}/tickets")).tickets

    async def ticket(self, ticket: str) -> TicketReply:
        """A ticket as it now is. Raises `NotFound`, `Ended` for one that is void."""
        return await self._json(TicketReply, f"/tickets/{_part(ticket)}.json")

    async def pdf(self, ticket: str) -> bytes:
        """A ticket as an A4 page. Raises as `ticket` does."""
        return await self._send(f"/tickets/{_part(ticket)}.pdf")

    async def png(self, ticket: str) -> bytes:
        """A ticket as a picture for a telephone. Raises as `ticket` does."""
        return await self._send(f"/tickets/{_part(ticket)}.png")

    async def order_pdf(self, order: str) -> bytes:
        """All tickets of an order, a page for each. Raises `NotFound`, `Ended`."""
        return await self._send(f"/orders/{_part(order)}/tickets.pdf")

    async def transfer(
        self, ticket: TicketReply, name: str, email: str, to: str | None = None
    ) -> TicketReply:
        """Hand a ticket, as one has it, to somebody. Raises `Ended` if it was since, `Conflict` if used."""
        body = TransferBody(Buyer(name, email), ticket.generation, to)
        return await self._json(TicketReply, f"/tickets/{_part(ticket.ticket)}/transfer", body)

    async def check_in(
        self, event: str, gate: str, device: str, scans: Sequence[ScanBody], *, offline: bool = False
    ) -> tuple[CheckinResult, ...]:
        """What to do with each scan, in order. `offline` says that they were made without a network."""
        body = CheckinBody(event, gate, device, tuple(scans), offline)
        return (await self._json(CheckinReply, "/checkins", body)).results

    async def keys(self) -> tuple[TicketKey, ...]:
        """The public keys that `client.scanner` proves tickets with."""
        return (await self._json(TicketKeys, "/ticket-keys")).keys

    async def _json(self, kind: type[_Reply], path: str, body: msgspec.Struct | None = None) -> _Reply:
        data = await self._send(path, None if body is None else msgspec.json.encode(body))
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.DecodeError as error:
            raise ProtocolViolation(str(error)) from error

    async def _send(self, path: str, body: bytes | None = None) -> bytes:
        return await asyncio.to_thread(self._fetch, path, body)

    def _fetch(self, path: str, body: bytes | None) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        # The scheme is one of two: `http_base` made the address.
        request = urllib.request.Request(self._base + path, body, headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                data: bytes = response.read()
                return data
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise error_of(_problem(refusal.read())) from None
        except OSError as error:
            raise ConnectionFailed(str(error)) from error


def _problem(data: bytes) -> Problem:
    try:
        return msgspec.json.decode(data, type=Problem)
    except msgspec.DecodeError as error:
        raise ProtocolViolation(str(error)) from error


def _part(text: str) -> str:
    return quote(text, safe="")
