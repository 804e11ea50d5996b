"""A mail as both mailers write it: RFC 5322, in text and, if there is one, as a page."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

SENDER: Final = "Holdfast <no-reply@localhost>"


def mail_message(sender: str, to: str, subject: str, text: str, html: str | None = None) -> EmailMessage:
    """A mail. Raises `ValueError` for an address or subject of several lines."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message
