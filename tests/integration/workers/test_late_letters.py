"""Letters about money that came when the time for its seats was over."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.payments.payment import PaidItem, Payment
from holdfast.late_letters import LateLetters
from scripts.services.post_office import PostOffice
from tests.integration.workers.houses import PRICE, booked
from tests.integration.workers.mail_desk import Desk
from tests.integration.workers.test_waitlist_letters import written
from tests.unit.payments.payment_data import payment
from workers.mail.composing import Language

ORDER = "ord_" + "0" * 31 + "1"
BOOKING = "ord_" + "0" * 31 + "2"


def paid_late() -> Payment:
    """Two seats, paid for when they were free again; the section sold them under another name."""
    items = tuple(PaidItem(seat, "std", "standard", PRICE) for seat in ("S0-A-1", "S0-A-2"))
    price = 2 * PRICE
    return replace(payment(price), id=ORDER, items=items, captured=price, booking=BOOKING, due_ms=None)


@pytest.mark.parametrize(
    ("seats", "said"),
    [
        ((0, 1), "They were still free, and are yours after all."),
        ((4, 5), "you have others of the same kind"),
    ],
)
async def test_late_money_that_found_seats_is_told_under_the_buyers_order(
    desk: Desk, office: PostOffice, seats: tuple[int, ...], said: str
) -> None:
    """With which seats, and with tickets of the order that they know."""
    desk.house.write(desk.house.streams[0], booked("hld_2", BOOKING, *seats))
    await desk.name(ORDER)
    await desk.payments.begin(paid_late())
    await desk.hear()
    await desk.errands.look()
    [mail] = office.mails
    assert "Your tickets for Night" == mail["Subject"]
    text = written(mail)
    assert said in text
    assert f"S0-A-{seats[0] + 1}  standard" in text
    assert f"https://tickets.example.org/tickets/{ORDER}" in text
    assert BOOKING not in text
    assert [f"{ORDER}.pdf"] == [each.get_filename() for each in mail.iter_attachments()]


@pytest.mark.parametrize(
    ("language", "subject", "total"),
    [
        ("en", "Your payment for Night came too late and goes back", "Goes back to you: €100.00"),
        ("de", "Ihre Zahlung für Night kam zu spät und geht zurück", "Erstattung: 100,00\xa0€"),
    ],
)
async def test_late_money_that_goes_back_is_told_once(
    desk: Desk, office: PostOffice, language: Language, subject: str, total: str
) -> None:
    """However often the payment came to this step."""
    await desk.name(ORDER)
    await desk.payments.begin(replace(paid_late(), booking=ORDER))
    late = LateLetters(desk.letters, desk.now)
    for _ in range(2):
        await late.goes_back(paid_late())
    await desk.in_language(language).look()
    await desk.in_language(language).look()
    [mail] = office.mails
    assert ("ada@example.org", subject) == (mail["To"], mail["Subject"])
    assert total in written(mail)
    assert "S0-A-1  standard" in written(mail)
    assert f"https://tickets.example.org/e/{desk.house.event}" in written(mail, "html")
