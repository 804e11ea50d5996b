"""Mails as files: what stands in for a mail server where none is set.

Each mail is an RFC 5322 message (`.eml`) that any mail program opens. Mails carry codes that
sign people in, so the directory and its files are for their owner alone.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from persistence.mail_message import SENDER, mail_message

KEPT_MAX: Final = 1_000
"""Mails that are kept; the oldest ones go first."""
NAME_BYTES: Final = 4


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class FileMailer:
    """Writes mails into a directory, which is made when the first one comes."""

    def __init__(
        self,
        directory: Path,
        now_ms: Callable[[], int] = _now_ms,
        token: Callable[[int], str] = secrets.token_hex,
        kept_max: int = KEPT_MAX,
        sender: str = SENDER,
    ) -> None:
        self._sender = sender
        self._directory = directory
        self._now_ms = now_ms
        self._token = token
        self._kept_max = kept_max

    async def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Write a mail. Raises `ValueError` for an address or subject of several lines, and `OSError`."""
        await self.deliver(mail_message(self._sender, to, subject, text, html))

    async def deliver(self, message: EmailMessage) -> None:
        """Write a mail that is composed already. Raises `OSError`."""
        await asyncio.to_thread(self._write, bytes(message))

    def _write(self, data: bytes) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / f"{self._now_ms():015d}-{self._token(NAME_BYTES)}.eml"
        writing = path.with_suffix(".part")
        descriptor = os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        writing.rename(path)  # whoever looks sees the whole mail or none
        with os.scandir(self._directory) as entries:
            kept = sorted(entry.name for entry in entries if entry.name.endswith(".eml"))
        for old in kept[: -self._kept_max]:
            # Several gateways write into one directory, and another one may tidy up too.
            (self._directory / old).unlink(missing_ok=True)
