"""Everything between what happens to people and their mailboxes."""

from __future__ import annotations

from engine.catalogue import OrderRow
from engine.payments.payment import Payment
from gateway.ticketing.signing import derived_seed
from holdfast.letter_facts import LetterFacts, OrderSources
from holdfast.letter_links import LetterLinks
from holdfast.letter_records import LetterRecords
from holdfast.letter_tickets import LetterTickets
from holdfast.waitlist_facts import WaitlistFacts
from persistence.mail_smtp import SmtpMailer
from persistence.memory.account_store import MemoryAccounts
from persistence.memory.bookings import MemoryBookings
from persistence.memory.due_rows import MemoryDueRows
from persistence.memory.inbox import MemoryInbox
from scripts.services.post_office import PostOffice
from tests.integration.workers.houses import AT_MS, House, booked
from workers.errands import Errands
from workers.mail.composing import Composer, Language
from workers.mail.consumer import NotificationConsumer
from workers.mail.letters import Letter
from workers.mail.postman import Postman
from workers.tellers import Tellers


class Desk:
    """Everything between an order and a mailbox, on memory and a clock that stands until it is turned."""

    def __init__(self, house: House, office: PostOffice, language: Language = "en") -> None:
        self.house = house
        self.now_ms = AT_MS
        self.inbox = MemoryInbox(house.database)
        self.consumer = NotificationConsumer(self.inbox, self.now)
        self.letters: MemoryDueRows[Letter] = MemoryDueRows(house.database)
        self.payments: MemoryDueRows[Payment] = MemoryDueRows(house.database)
        self.tickets = LetterTickets(house.catalogue, (derived_seed("secret"),), self.now)
        self.accounts = MemoryAccounts(house.database, house.catalogue)
        self.facts = self._facts(house)
        self.carrier = SmtpMailer(office.url, "Box office <box@example.org>", timeout_s=30)
        self.errands = self.in_language(language)

    def _facts(self, house: House) -> LetterFacts:
        orders = OrderSources(house.catalogue, self.payments, MemoryBookings(self.payments))
        records, links = LetterRecords(house.store), LetterLinks("https://tickets.example.org/")
        people = self.accounts.people
        waitlist = WaitlistFacts(house.catalogue, people, self.letters, records, links, self.now)
        return LetterFacts(orders, waitlist, records, self.tickets, links)

    def now(self) -> int:
        return self.now_ms

    def in_language(self, language: Language) -> Errands[Letter]:
        composer = Composer(language, "Box office <box@example.org>")
        self.postman = Postman(self.facts, composer, self.carrier, self.now, lambda: 0.0)
        return Errands("letter", self.letters, self.postman.run, self.now)

    async def sold(self, order: str = "ord_" + "0" * 31 + "1", *, named: bool = True) -> str:
        """An order of two seats, whose buyer's name is stored or not yet."""
        self.house.write(self.house.streams[0], booked("hld_1", order, 0, 1))
        if named:
            await self.name(order)
        await self.hear()
        return order

    async def name(self, order: str, email: str = "ada@example.org") -> None:
        stream = self.house.streams[0]
        row = OrderRow(
            order, self.house.event, stream, "hld_1", "usr_ada", "Ada <3 & Co", email, "sandbox", AT_MS
        )
        await self.house.catalogue.save_orders([row])

    async def hear(self, section: int = 0) -> None:
        """Have the consumer take all news of the stream, as often as this is called."""
        stream = self.house.streams[section]
        messages = await Tellers(self.house.store).messages(
            stream, await self.house.store.read(stream, 0, 100)
        )
        await self.consumer.take(messages)
        for row in self.inbox.tables["letters"].values():
            assert isinstance(row, Letter)
            await self.letters.begin(row)

    async def only(self) -> Letter:
        [letter] = await self.letters.page("", 10)
        return letter
