"""What letters to those who wait say: from the records of their entry, and from their account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol

from engine.accounts.nouns import Account
from engine.catalogue import EventInfo
from engine.due_rows import DueRows
from gateway.ports import Catalogue
from holdfast.letter_links import LetterLinks
from holdfast.letter_records import LetterRecords
from workers.mail.facts import Facts, NothingToSay, lines_of
from workers.mail.letters import JOINED, Letter

UTC_ZONE: Final = "UTC"


class People(Protocol):
    """Where accounts are kept. May raise `engine.journal.StorageUnavailable`."""

    async def account(self, account_id: str) -> Account | None:
        """The account by its id."""


class WaitlistFacts:
    """Finds out what such letters say. Calls may raise `engine.journal.StorageError`."""

    def __init__(
        self,
        catalogue: Catalogue,
        people: People,
        letters: DueRows[Letter],
        records: LetterRecords,
        links: LetterLinks,
        now_ms: Callable[[], int],
    ) -> None:
        """`letters` have one for each entry that somebody made: its record says whose it is."""
        self._catalogue = catalogue
        self._people = people
        self._letters = letters
        self._records = records
        self._links = links
        self._now_ms = now_ms

    async def of(self, letter: Letter) -> Facts | None:
        """The facts of a letter; None while it is not known who waits. Raises `NothingToSay`."""
        joined = letter if letter.kind == JOINED else await self._letters.find(letter.order)
        if joined is None:
            return None  # the news that they wait, from another section, is yet to come
        data = await self._records.data(letter)
        until_ms = _unix_ms(data["expires_at"]) if "expires_at" in data else None
        if until_ms is not None and until_ms <= self._now_ms():
            raise NothingToSay("the offer is over")
        event = await self._catalogue.event(data["event"])
        account = await self._account(await self._records.principal(joined.stream, joined.seq))
        if event is None:
            raise NothingToSay("there is no such event")
        return await self._facts(letter, event, account, data, until_ms)

    async def _facts(
        self, letter: Letter, event: EventInfo, account: Account, data: dict[str, Any], until_ms: int | None
    ) -> Facts:
        return Facts(
            to=account.email or "",
            name=account.name,
            order=letter.order,
            event=event.name,
            lines=lines_of(data),
            amount="",
            currency=event.terms.currency,
            link=self._links.event(event.id),
            until_ms=until_ms,
            zone=await self._zone(event),
        )

    async def _account(self, principal: str) -> Account:
        """Whom to write to: of a guest that an account has claimed, that account."""
        account = await self._people.account(principal)
        if account is not None and account.claimed_by is not None:
            account = await self._people.account(account.claimed_by)
        if account is None or not account.email:
            raise NothingToSay("nobody's address is known")
        return account

    async def _zone(self, event: EventInfo) -> str:
        """The time zone that the event is announced in."""
        billing = event.billing
        if billing.zone is not None or billing.venue is None:
            return billing.zone or UTC_ZONE
        venue = await self._catalogue.discovery.venue(billing.venue)
        return UTC_ZONE if venue is None else venue.zone


def _unix_ms(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
