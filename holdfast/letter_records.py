"""What records say that letters are about."""

from __future__ import annotations

from typing import Any

from engine.record_codec import decode_record
from workers.mail.facts import NothingToSay
from workers.mail.letters import Letter
from workers.ports import Journal
from workers.tellers import Tellers


class LetterRecords:
    """Reads them. Calls may raise `engine.journal.StorageError`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._tellers = Tellers(journal)

    async def data(self, letter: Letter) -> dict[str, Any]:
        """What the news said that the letter came of. Raises `NothingToSay`."""
        records = await self._journal.read(letter.stream, letter.seq - 1, 1)
        messages = await self._tellers.messages(letter.stream, records)
        about = letter.kind, letter.part
        found = next((each for each in messages if (each.kind, each.part) == about), None)
        if found is None:
            raise NothingToSay("its record says something else")
        return found.cloud_event().data

    async def principal(self, stream: int, seq: int) -> str:
        """Who gave the command that this record is about. Raises `NothingToSay`."""
        records = await self._journal.read(stream, seq - 1, 1)
        if not records:
            raise NothingToSay("there is no such record")
        return decode_record(records[0].data).principal
