"""Wiring of mail: who turns news into letters, and who takes these to a mail server or into files."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from engine.payments.payment import Payment
from gateway.ticketing.signing import derived_seed
from holdfast.belongings import Belongings
from holdfast.letter_facts import LetterFacts, OrderSources
from holdfast.letter_links import LetterLinks
from holdfast.letter_records import LetterRecords
from holdfast.letter_tickets import LetterTickets
from holdfast.settings import Settings
from holdfast.waitlist_facts import WaitlistFacts
from persistence.mail_files import FileMailer
from persistence.mail_smtp import SmtpMailer
from persistence.postgres.account_store import PostgresAccounts
from persistence.postgres.bookings import PostgresBookings
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.due_rows import PostgresDueRows
from persistence.postgres.inbox import PostgresInbox
from persistence.postgres.store import PostgresSectionStore
from telemetry.health import HEALTH
from workers.errands import Errands
from workers.mail.composing import Composer
from workers.mail.consumer import NotificationConsumer
from workers.mail.letters import Letter
from workers.mail.postman import Postman

MAILS: Final = "mails"


def open_mailer(settings: Settings) -> SmtpMailer | FileMailer:
    """Who takes mail away: the server that is set, else files in the data directory."""
    if settings.smtp_url is None:
        return FileMailer(settings.data_dir / MAILS, sender=settings.mail_from)
    return SmtpMailer(settings.smtp_url.get_secret_value(), settings.mail_from)


class Notifications:
    """The consumer of notifications, and the errands that come of it."""

    def __init__(self, settings: Settings, dsn: str, inbox: PostgresInbox, now_ms: Callable[[], int]) -> None:
        self._belongings = Belongings()
        keep = self._belongings.keep
        catalogue = keep(PostgresCatalogue(dsn))
        payments = keep(PostgresDueRows(dsn, "payments", Payment))
        letters = keep(PostgresDueRows(dsn, "letters", Letter))
        journal = keep(PostgresSectionStore(dsn))
        seeds = settings.ticket_seeds() or (derived_seed(settings.secret()),)
        tickets = keep(LetterTickets(catalogue, seeds, now_ms))
        orders = OrderSources(catalogue, payments, keep(PostgresBookings(dsn)))
        records, links = LetterRecords(journal), LetterLinks(settings.public_url)
        people = keep(PostgresAccounts(dsn)).people
        waitlist = WaitlistFacts(catalogue, people, letters, records, links, now_ms)
        facts = LetterFacts(orders, waitlist, records, tickets, links)
        composer = Composer(settings.language, settings.mail_from)
        postman = Postman(facts, composer, open_mailer(settings), now_ms, random.random)
        HEALTH.watch("mail", lambda: postman.circuits.wrong)
        self.consumer = NotificationConsumer(inbox, now_ms)
        self.errands: tuple[Errands[Any], ...] = (Errands("letter", letters, postman.run, now_ms),)

    async def close(self) -> None:
        """Close all connections, and draw no more."""
        await self._belongings.aclose()
