"""Letters about orders, from the journal to a real SMTP server."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.events import HoldUnpinned, OrderCancelled
from engine.payments.payment import Payment
from scripts.services.post_office import PostOffice
from tests.integration.workers.houses import AT_MS, PRICE, booked
from tests.integration.workers.mail_desk import Desk
from tests.unit.payments.payment_data import payment
from workers.mail.composing import Language
from workers.mail.letters import NOT_YET_MAX, NOT_YET_MS, SCHEDULE_MS


async def test_a_buyer_is_told_of_an_order_with_its_tickets(desk: Desk, office: PostOffice) -> None:
    """In text and as a page, with the tickets as one file; a name is no markup, and nobody is told twice."""
    order = await desk.sold()
    await desk.hear()
    await desk.errands.look()
    [mail] = office.mails
    assert ("ada@example.org", "Your tickets for Night") == (mail["To"], mail["Subject"])
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    written = text.get_content()
    assert written.startswith("Hello Ada <3 & Co,")
    assert "S0-A-1  standard  €50.00" in written
    assert "Total: €100.00" in written
    assert "Hello Ada &lt;3 &amp; Co," in page.get_content()
    [ticket] = mail.iter_attachments()
    assert (f"{order}.pdf", "application/pdf") == (ticket.get_filename(), ticket.get_content_type())
    assert ticket.get_content().startswith(b"%PDF")
    assert "sent" == (await desk.only()).state


async def test_letters_are_in_the_language_of_the_house(desk: Desk, office: PostOffice) -> None:
    """In German with German figures."""
    await desk.sold()
    await desk.in_language("de").look()
    [mail] = office.mails
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Ihre Karten für Night" == mail["Subject"]
    assert "Summe: 100,00\u00a0€" in text.get_content()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("kind", "captured", "word"),
    [
        ("order.cancelled", 0, {"en": "cancelled", "de": "storniert"}),
        ("order.cancelled", 2 * PRICE, {"en": "refunded", "de": "erstattet"}),
    ],
)
async def test_whose_money_goes_back_is_told_so(
    desk: Desk, office: PostOffice, language: Language, kind: str, captured: int, word: dict[str, str]
) -> None:
    """And who paid nothing is not promised any."""
    order = await desk.sold()
    await desk.errands.look()
    desk.house.write(desk.house.streams[0], cancelled(order))
    await desk.payments.begin(payment_of(order, captured))
    await desk.hear()
    await desk.in_language(language).look()
    assert word[language] in office.mails[1]["Subject"]
    assert [] == list(office.mails[1].iter_attachments())


async def test_a_payment_that_failed_is_told_unless_the_buyer_gave_it_up(
    desk: Desk, office: PostOffice
) -> None:
    """With the reason that the provider gave."""
    stream = desk.house.streams[0]
    for order, failure in (("ord_1", "declined"), ("ord_2", "cancelled")):
        desk.house.write(stream, unpinned(order))
        await desk.name(order)
        await desk.payments.begin(replace(payment_of(order, 0), failure=failure, reason="No money."))
    await desk.hear()
    await desk.errands.look()
    [mail] = office.mails
    text = mail.get_body(("plain",))
    assert text is not None
    assert "could not be paid: No money." in text.get_content()
    assert {"sent", "dropped"} == {letter.state for letter in await desk.letters.page("", 10)}


async def test_a_server_that_is_away_gets_it_later(desk: Desk, office: PostOffice) -> None:
    """By the schedule, under the same Message-ID, once."""
    await desk.sold()
    await office.stop()
    await desk.errands.look()
    assert (AT_MS + SCHEDULE_MS[0], 1) == ((letter := await desk.only()).due_ms, letter.tries)
    await office.start()
    office.answers = ["451 Not now"]
    desk.now_ms += SCHEDULE_MS[0]
    await desk.errands.look()
    assert [] == office.mails
    desk.now_ms += SCHEDULE_MS[1]
    await desk.errands.look()
    assert [f"<{letter.id}@example.org>"] == [mail["Message-ID"] for mail in office.mails]


async def test_what_a_server_refuses_for_good_is_not_tried_again(desk: Desk, office: PostOffice) -> None:
    """Nor is a letter after its last try."""
    await desk.sold()
    office.answers = ["550 No such mailbox"]
    await desk.errands.look()
    letter = await desk.only()
    assert ("failed", None) == (letter.state, letter.due_ms)
    assert "550 No such mailbox" in letter.failure
    tired = replace(letter, state="waiting", tries=len(SCHEDULE_MS))
    assert "failed" == tired.failed("away", AT_MS, 0.0).state


async def test_a_letter_waits_for_a_name_that_is_stored_a_moment_later(
    desk: Desk, office: PostOffice
) -> None:
    """And is dropped when nobody's name ever comes."""
    order = await desk.sold(named=False)
    await desk.errands.look()
    assert [] == office.mails
    await desk.name(order)
    desk.now_ms += NOT_YET_MS
    await desk.errands.look()
    assert 1 == len(office.mails)
    letter = replace(await desk.only(), waits=NOT_YET_MAX, state="waiting")
    assert "dropped" == letter.not_yet(AT_MS).state


async def test_an_address_cannot_smuggle_in_a_header(desk: Desk, office: PostOffice) -> None:
    """Such a letter fails, and the others go on."""
    order = await desk.sold(named=False)
    await desk.name(order, "ada@example.org\r\nBcc: all@example.org")
    await desk.errands.look()
    assert ("failed", []) == ((await desk.only()).state, office.mails)


async def test_a_server_that_keeps_failing_is_left_alone(desk: Desk, office: PostOffice) -> None:
    """After five failures letters are put off without a try."""
    for number in range(6):
        await desk.sold(f"ord_{number:032x}")
    await office.stop()
    [letter] = await desk.letters.page("", 1)
    for _ in range(5):
        assert 1 == (await desk.postman.run(letter)).tries
    assert 0 == (await desk.postman.run(letter)).tries
    assert desk.postman.circuits.wrong is not None


def cancelled(order: str) -> OrderCancelled:
    """An order of two seats that was undone."""
    done = booked("hld_1", order, 0, 1)
    return OrderCancelled(order, done.seats, (), done.amount)


def unpinned(order: str) -> HoldUnpinned:
    """A checkout that was given up."""
    return HoldUnpinned("hld_1", order, AT_MS, 2 * PRICE)


def payment_of(order: str, captured: int) -> Payment:
    """A payment of which so much was taken."""
    return replace(payment(), id=order, captured=captured, due_ms=None)
