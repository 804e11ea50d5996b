"""Takes letters to the mail server."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Final, Protocol

import structlog

from telemetry.meters import METERS
from workers.circuits import CircuitOpen, Circuits
from workers.mail.composing import Composer
from workers.mail.facts import FactBook, NothingToSay
from workers.mail.letters import Letter
from workers.ports import Clock

log = structlog.get_logger()
SERVER: Final = "mail"
FAILURE_CHARS_MAX: Final = 200
LETTERS: Final = METERS.tally("holdfast_letters_total", "Letters that came to an end or to a try.", "outcome")


class Carrier(Protocol):
    """Who takes mail away."""

    async def deliver(self, message: EmailMessage) -> None:
        """Take a mail. Raises `OSError` when it cannot be taken now, `ValueError` when it never can."""


class Postman:
    """Writes a letter when it is due and hands it over; may do so twice if it dies in between."""

    def __init__(
        self,
        facts: FactBook,
        composer: Composer,
        carrier: Carrier,
        now_ms: Clock,
        chance: Callable[[], float],
    ) -> None:
        self.circuits = Circuits(SERVER)
        self._facts = facts
        self._composer = composer
        self._carrier = carrier
        self._now_ms = now_ms
        self._chance = chance

    async def run(self, letter: Letter) -> Letter:
        """Try once; the letter as it is then. May raise `engine.journal.StorageError`."""
        after = await self._tried(letter)
        LETTERS[after.state] += 1
        if after.state == "failed":
            log.error("letter_failed", letter=letter.id, order=letter.order, reason=after.failure)
        return after

    async def _tried(self, letter: Letter) -> Letter:
        try:
            facts = await self._facts.of(letter)
        except NothingToSay as reason:
            return letter.dropped(str(reason))
        if facts is None:
            return letter.not_yet(self._now_ms())
        try:
            message = self._composer.compose(letter, facts)
            async with self.circuits.around(SERVER):
                refusal = await self._carried(message)
        except ValueError as error:
            return letter.refused(str(error)[:FAILURE_CHARS_MAX])
        except CircuitOpen:
            return letter.postponed(
                self._now_ms() + round(self.circuits.rest_s * 1000 * (1 + self._chance()))
            )
        except OSError as error:
            why = f"{type(error).__name__}: {error}"[:FAILURE_CHARS_MAX]
            return letter.failed(why, self._now_ms(), self._chance())
        return letter.sent() if refusal is None else letter.refused(refusal)

    async def _carried(self, message: EmailMessage) -> str | None:
        """Hand a mail over; why it was refused for good, which says nothing against the server."""
        try:
            await self._carrier.deliver(message)
        except ValueError as error:
            return str(error)[:FAILURE_CHARS_MAX]
        return None
