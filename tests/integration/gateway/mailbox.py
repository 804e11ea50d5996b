"""Mail that a test reads."""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple


class Mail(NamedTuple):
    to: str
    subject: str
    text: str

    @property
    def code(self) -> str:
        """The one-time code in it."""
        found = re.search(r"\b\d{8}\b", self.text)
        assert found is not None, self.text
        return found[0]


class Mailbox:
    """Keeps every mail; `broken` raises as a server that is away."""

    def __init__(self) -> None:
        self.broken: Exception | None = None
        self._mails: asyncio.Queue[Mail] = asyncio.Queue()

    async def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        if self.broken is not None:
            raise self.broken
        self._mails.put_nowait(Mail(to, subject, text))

    async def next(self) -> Mail:
        """The next mail, once it comes."""
        return await self._mails.get()

    @property
    def empty(self) -> bool:
        """Whether nothing is left to be read."""
        return self._mails.empty()
