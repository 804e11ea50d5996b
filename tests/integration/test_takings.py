"""The audit of money finds what is wrong, and nothing where nothing is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.payments.payment import Payment, Refund
from engine.payments.states import State
from holdfast.takings import Takings, Till
from persistence.memory.database import MemoryDatabase
from persistence.memory.due_rows import MemoryDueRows
from tests.unit.payments.payment_data import payment

PRICE = 8_900
BOOKED = replace(payment(), state=State.BOOKED, due_ms=None, intent="pi_1", captured=PRICE)
RELEASED = replace(payment(), id="ord_2", booking="ord_2", state=State.RELEASED, due_ms=None)
REFUNDED = replace(
    BOOKED, id="ord_3", booking="ord_3", state=State.REFUNDED, refunds=(Refund("rest", PRICE, done=True),)
)
PARTLY = replace(BOOKED, id="ord_4", booking="ord_5", refunds=(Refund("part", 900, done=True),))
ON_ITS_WAY = replace(payment(), id="ord_6", booking="ord_6", state=State.PAID, intent="pi_1", captured=PRICE)


async def audited(bookings: dict[str, int], *payments: Payment) -> tuple[list[str], tuple[Takings, ...]]:
    """The breaches, by their numbers, and the sums."""
    ledger: MemoryDueRows[Payment] = MemoryDueRows(MemoryDatabase())
    for each in payments:
        await ledger.begin(each)
    till = Till()
    await till.read(ledger)
    found = [breach for _, breach in till.against(1, bookings)]
    return [breach.split(": ")[1] for breach in found], till.takings()


async def test_a_clean_till() -> None:
    """Sums are to the cent, what is on its way is left out, and other people's bookings are not looked at."""
    bookings = {"ord_1": PRICE, "ord_5": PRICE, "ord_9": 1}
    breaches, takings = await audited(bookings, BOOKED, RELEASED, REFUNDED, PARTLY, ON_ITS_WAY)
    assert [] == breaches
    assert (Takings("EUR", 4, "267.00", "98.00", "178.00", "9.00"),) == takings


@pytest.mark.parametrize(
    ("breach", "bookings", "kept"),
    [
        ("M1", {}, BOOKED),
        ("M2", {"ord_1": PRICE - 1}, BOOKED),
        ("M3", {"ord_2": PRICE}, RELEASED),
        ("M3", {"ord_3": PRICE}, REFUNDED),
        ("P1", {"ord_1": PRICE}, replace(BOOKED, captured=0)),
        ("P2", {}, replace(RELEASED, captured=PRICE, intent="pi_1")),
        ("P2", {}, replace(REFUNDED, refunds=())),
        ("P3", {"ord_1": PRICE}, replace(BOOKED, captured=2 * PRICE)),
        ("P4", {}, replace(REFUNDED, refunds=REFUNDED.refunds * 2)),
        ("P5", {"ord_1": PRICE}, replace(BOOKED, intent="")),
    ],
)
async def test_what_is_wrong_is_found(breach: str, bookings: dict[str, int], kept: Payment) -> None:
    """Each kind of money without seats, seats without money, and sums that cannot be."""
    assert breach in (await audited(bookings, kept))[0]
