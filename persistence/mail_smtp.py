"""Mail by SMTP, one connection a mail: what a server sends is seldom enough to keep one open."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from persistence.mail_message import SENDER, mail_message

SEND_S: Final = 30.0
PERMANENT: Final = 500
"""Replies from here on are for good (RFC 5321, 4.2.1)."""


class SmtpMailer:
    """Hands mails to a server. `smtp://` takes TLS where it is offered, and always before a password."""

    def __init__(self, url: str, sender: str = SENDER, timeout_s: float = SEND_S) -> None:
        """`url` is `smtp://user:password@host:port` or `smtps://…`; `?tls=never` is for trials.

        Raises ValueError for another one.
        """
        self._options = {**smtp_options(url), "timeout": timeout_s}
        self._sender = sender

    async def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Take a mail. Raises `OSError` when it cannot be taken now, `ValueError` when it never can."""
        await self.deliver(mail_message(self._sender, to, subject, text, html))

    async def deliver(self, message: EmailMessage) -> None:
        """Take a mail that is written already. Raises as `send` does."""
        try:
            await aiosmtplib.send(message, **self._options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(max(each.code for each in error.recipients), str(error)) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error.code, error.message) from error
        except aiosmtplib.SMTPException as error:
            raise ConnectionError(f"the mail server does not answer as it should: {error}") from error


def _judged(code: int, said: str) -> Exception:
    if code >= PERMANENT:
        return ValueError(f"the mail server refuses it: {code} {said}")
    return ConnectionError(f"the mail server cannot take it now: {code} {said}")


def smtp_options(url: str) -> dict[str, Any]:
    """What the client library wants to be told. Raises ValueError for what is no address of a mail server.

    >>> smtp_options("smtp://mail.example.org")["port"]
    25
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("a mail server is smtp://host:port or smtps://host:port")
    implicit = parts.scheme == "smtps"
    never = parse_qs(parts.query).get("tls") == ["never"]
    password = None if parts.password is None else unquote(parts.password)
    return {
        "hostname": parts.hostname,
        "port": parts.port or (465 if implicit else 25),
        "username": None if parts.username is None else unquote(parts.username),
        "password": password,
        "use_tls": implicit,
        "start_tls": False if implicit or never else (True if password is not None else None),
    }
