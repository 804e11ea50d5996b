"""Tickets and the door of one gateway, wired."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.checkout import Checkout
from gateway.ports import Catalogue
from gateway.sections.directory import Directory
from gateway.settings import GatewaySettings
from gateway.ticketing.door import Door
from gateway.ticketing.drawing import DrawingProcess
from gateway.ticketing.issuing import TicketOffice
from gateway.ticketing.orders import OrderReader
from gateway.ticketing.pages import TicketPages
from gateway.ticketing.signing import TicketSigner, derived_seed


class Ticketing(msgspec.Struct, frozen=True):
    """What the calls about tickets need."""

    office: TicketOffice
    door: Door
    pages: TicketPages
    signer: TicketSigner


def ticketing(
    checkout: Checkout,
    directory: Directory,
    catalogue: Catalogue,
    settings: GatewaySettings,
    now_ms: Callable[[], int],
) -> Ticketing:
    """Wire the parts. Without keys of its own a server signs with one that follows from its secret."""
    signer = TicketSigner(settings.ticket_keys or (derived_seed(settings.secret),))
    reader = OrderReader(checkout, directory, catalogue)
    office = TicketOffice(reader, catalogue.tickets, signer, now_ms)
    door = Door(reader, catalogue.tickets, signer, now_ms)
    return Ticketing(office, door, TicketPages(DrawingProcess()), signer)
