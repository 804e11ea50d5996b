"""Letters to those who wait: that they are on the list, and what they are offered until when."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from engine.accounts.nouns import Account
from engine.events import Record, SeatItem
from engine.waitlist.events import EntryJoined, OfferConfirmed, OfferMade
from engine.waitlist.wish import Wish
from scripts.services.post_office import PostOffice
from tests.integration.workers.houses import AT_MS, PRICE, released
from tests.integration.workers.mail_desk import Desk
from workers.mail.composing import Language
from workers.mail.letters import NOT_YET_MS

ENTRY = "wtl_1"
SEATS = (SeatItem(0, "standard", PRICE), SeatItem(1, "standard", PRICE))
UNTIL_MS = AT_MS + 900_000


def written(mail: EmailMessage, kind: str = "plain") -> str:
    """A mail's text, or its page."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def waits(desk: Desk, email: str = "ada@example.org") -> None:
    """Somebody with an account joins the list; the second letter of a test is the first about an offer."""
    await desk.accounts.people.add(Account("usr_ada", email, "Ada <3", False, AT_MS))
    joined = EntryJoined(ENTRY, Wish(2), 1, 0, (1,), here=True, joined_ms=AT_MS)
    desk.house.write(desk.house.streams[0], joined)


def offered(desk: Desk, *, proposed: bool = False) -> None:
    """A release offers two seats in the same record."""
    offer = OfferMade(ENTRY, "hld_9", SEATS, (), UNTIL_MS, proposed)
    record = Record(AT_MS, "usr_bob", released("hld_0"), offers=(offer,))
    desk.house.write_record(desk.house.streams[0], record)


@pytest.mark.parametrize(
    ("language", "subjects", "until"),
    [
        (
            "en",
            ["You are on the waitlist for Night", "Seats for Night are kept for you"],
            "Tuesday, November 14, 2023, 10:28\u202fPM (GMT+00:00)",
        ),
        (
            "de",
            [
                "Sie stehen auf der Warteliste für Night",
                "Plätze für Night sind für Sie zurückgelegt",
            ],
            "Dienstag, 14. November 2023, 22:28 (GMT+00:00)",
        ),
    ],
)
async def test_who_waits_is_told_what_is_offered_until_when(
    desk: Desk, office: PostOffice, language: Language, subjects: list[str], until: str
) -> None:
    """With the seats, their prices, the deadline and the way there; a name is no markup."""
    await waits(desk)
    offered(desk)
    await desk.hear()
    await desk.hear()
    await desk.in_language(language).look()
    assert subjects == sorted((mail["Subject"] for mail in office.mails), key=subjects.index)
    mail = next(each for each in office.mails if each["Subject"] == subjects[1])
    assert "ada@example.org" == mail["To"]
    text, page = written(mail), written(mail, "html")
    assert until in text
    assert "S0-A-1  standard  " in text
    assert "S0-A-2  standard  " in text
    link = f"https://tickets.example.org/e/{desk.house.event}"
    assert link in text
    assert f'<a href="{link}">' in page
    assert "Ada &lt;3" in page


async def test_an_offer_of_another_section_finds_whose_it_is(desk: Desk, office: PostOffice) -> None:
    """What is only proposed is told to nobody; what is confirmed names its seats, and waits for the entry."""
    confirmed = OfferConfirmed(ENTRY, "hld_9", UNTIL_MS, SEATS)
    desk.house.write(desk.house.streams[1], confirmed)
    await desk.hear(section=1)
    await desk.errands.look()
    assert [] == office.mails
    await waits(desk)
    await desk.hear()
    desk.now_ms += NOT_YET_MS
    await desk.errands.look()
    assert {"S1-A-1" in written(mail) for mail in office.mails} == {True, False}


async def test_a_proposal_is_no_letter(desk: Desk, office: PostOffice) -> None:
    """Its owner is not told before the register was asked."""
    await waits(desk)
    offered(desk, proposed=True)
    await desk.hear()
    await desk.errands.look()
    assert ["You are on the waitlist for Night"] == [mail["Subject"] for mail in office.mails]


async def test_an_offer_that_is_over_is_told_to_nobody(desk: Desk, office: PostOffice) -> None:
    """The mail server was away for so long; nor is anybody written to whose account is gone."""
    await waits(desk)
    await desk.hear()
    await desk.accounts.people.erase("usr_ada")
    await desk.errands.look()
    offered(desk)
    await desk.hear()
    desk.now_ms = UNTIL_MS
    await desk.errands.look()
    assert [] == office.mails
    assert ["nobody's address is known", "the offer is over"] == sorted(
        letter.failure for letter in await desk.letters.page("", 10)
    )


async def test_a_guest_that_was_claimed_is_written_to_at_the_account(desk: Desk, office: PostOffice) -> None:
    """The address that was proven, not the one that somebody said."""
    people = desk.accounts.people
    await people.add(Account("usr_true", "true@example.org", "Ada", False, AT_MS))
    await people.add(Account("usr_ada", "said@example.org", "", True, AT_MS, claimed_by="usr_true"))
    desk.house.write(
        desk.house.streams[0], EntryJoined(ENTRY, Wish(2), 1, 0, (1,), here=True, joined_ms=AT_MS)
    )
    await desk.hear()
    await desk.errands.look()
    assert ["true@example.org"] == [mail["To"] for mail in office.mails]
