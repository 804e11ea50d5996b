"""What a letter says, as it is found out when the letter is written."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import msgspec

from workers.mail.letters import Letter


class Line(msgspec.Struct, frozen=True):
    """A seat, or `qty` places of an area; `price` is for one, as a decimal string."""

    seat: str
    category: str
    type: str
    price: str
    qty: int = 1


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


Late = Literal["same", "equal"]
"""What money bought that came when its seats' time was over: the same seats, or others as good."""


class Facts(msgspec.Struct, frozen=True):
    """Whom a letter is for and what it says. `refunded`: money that was taken goes back.

    `order` is what the letter is about, an order or an entry of a waitlist; `link` leads to its page.
    Until `until_ms`, in Unix milliseconds, what is offered can be taken; it is told in the time of `zone`.
    """

    to: str
    name: str
    order: str
    event: str
    lines: tuple[Line, ...]
    amount: str
    currency: str
    refunded: bool = False
    reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    link: str = ""
    late: Late | None = None
    until_ms: int | None = None
    zone: str = "UTC"


def lines_of(data: dict[str, Any]) -> tuple[Line, ...]:
    """The lines of a letter about what news said."""
    return tuple(
        Line(each["seat"], each["category"], each["type"], each["price"]["amount"], each.get("qty", 1))
        for each in data.get("items", ())
    )


class NothingToSay(Exception):
    """There is no reason for this letter; the message says why."""


class FactBook(Protocol):
    """Where facts are found. May raise `engine.journal.StorageError`."""

    async def of(self, letter: Letter) -> Facts | None:
        """The facts of a letter; None while nobody's name is stored. Raises `NothingToSay`."""
