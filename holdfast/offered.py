"""The audit of a waitlist's offers: what the journals offered, and what it was sold for, to the cent."""

from __future__ import annotations

import msgspec

from engine.events import OrderBooked
from engine.fees import amount_of
from engine.record_codec import decode_record
from engine.terms import Fee
from persistence.audit import all_books, records_of
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore


class Offers(msgspec.Struct, frozen=True):
    """By hold, in minor units: what each offer was worth, and what those that were booked cost."""

    made: dict[str, int] = {}
    booked: dict[str, int] = {}

    @property
    def wrong(self) -> tuple[str, ...]:
        """Offers that were sold for something else than they were worth."""
        return tuple(hold for hold, amount in self.booked.items() if amount != self.made[hold])


async def read_offers(dsn: str, fees: tuple[Fee, ...]) -> Offers:
    """Every offer of a database whose events all have these fees. Raises `StorageUnavailable`."""
    catalogue, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn)
    found = Offers({}, {})
    try:
        async for books in all_books(catalogue, store):
            async for stored in records_of(store, books):
                record = decode_record(stored.data)
                for offer in record.offers:
                    found.made[offer.hold] = amount_of(fees, offer.seats, offer.places)
                match record.event:
                    case OrderBooked(hold=hold, amount=amount) if hold in found.made:
                        found.booked[hold] = amount
    finally:
        await store.close()
        await catalogue.close()
    return found
