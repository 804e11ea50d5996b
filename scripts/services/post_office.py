"""A real SMTP server on this machine, which can be closed and opened again at its port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """Takes mails; `answers` are given to the next ones instead of taking them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.arrived = asyncio.Event()
        self.port = 0
        self._server: asyncio.Server | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[PostOffice]:
        """Open at a free port until the block ends."""
        office = cls()
        await office.start()
        try:
            yield office
        finally:
            await office.stop()

    @property
    def url(self) -> str:
        """As the setting has it."""
        return f"smtp://127.0.0.1:{self.port}?tls=never"

    async def start(self) -> None:
        """Open, where it was before."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close."""
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """What the server answers to a mail."""
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        if not isinstance(mail, EmailMessage):
            return "554 Not a mail"
        self.mails.append(mail)
        self.arrived.set()
        return "250 Taken"
