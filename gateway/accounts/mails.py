"""What accounts write to people. It leaves behind the answer, so that nobody learns from its time."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
import structlog

from gateway.ports import Mailer

_log = structlog.get_logger(__name__)


class Mail(msgspec.Struct, frozen=True):
    """A subject and a text; `{code}` and `{minutes}` are filled in."""

    subject: str
    text: str


VERIFY: Final = Mail(
    "Your code for Holdfast",
    "Your code is {code}. It is good for {minutes} minutes.\n\n"
    "You get this because somebody wants to open an account with this address. "
    "If that was not you, do nothing: without the code there will be none.\n",
)
KNOWN: Final = Mail(
    "You have an account already",
    "Somebody, probably you, wanted to open an account with this address, and there is one already. "
    "Sign in with it; if you have forgotten the password, ask for a new one there.\n",
)
LOGIN: Final = Mail(
    "Your code to sign in",
    "Your code is {code}. It is good for {minutes} minutes.\n\n"
    "If you are not signing in just now, somebody else is trying to: give the code to nobody.\n",
)
RESET: Final = Mail(
    "Your code for a new password",
    "Your code is {code}. It is good for {minutes} minutes.\n\n"
    "With it a new password can be set, which signs you out everywhere else. "
    "If you have not asked for it, do nothing.\n",
)
CHANGED: Final = Mail(
    "Your password was changed",
    "The password of your account was just changed. If that was not you, ask for a new one at once.\n",
)
RECOVERED: Final = Mail(
    "A recovery code was used",
    "One of your recovery codes was just used in the place of your authenticator. If that was not you, "
    "change your password at once and make new recovery codes.\n",
)
RENEWED: Final = Mail(
    "New recovery codes",
    "New recovery codes were just made for your account; older ones open nothing any more. "
    "If that was not you, change your password at once.\n",
)


class Post:
    """Sends mails in the background; what cannot be sent is told in the log, without its address."""

    def __init__(self, mailer: Mailer, waiting_max: int) -> None:
        self._mailer = mailer
        self._waiting_max = waiting_max
        self._sending: set[asyncio.Task[None]] = set()

    def send(self, to: str, mail: Mail, code: str = "", minutes: int = 0) -> None:
        """Send a mail, soon; beyond the limit of mails that wait it is dropped."""
        if len(self._sending) >= self._waiting_max:
            _log.warning("mail_dropped", waiting=len(self._sending))
            return
        task = asyncio.ensure_future(self._send(to, mail.subject, mail.text, code, minutes))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, to: str, subject: str, text: str, code: str, minutes: int) -> None:
        try:
            await self._mailer.send(to, subject, text.format(code=code, minutes=minutes))
        except (OSError, ValueError) as error:
            _log.warning("mail_not_sent", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - whatever a mailer raises, people are told nothing of it
            _log.exception("mail_failed")

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._sending:
            await asyncio.gather(*self._sending, return_exceptions=True)
