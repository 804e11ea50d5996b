"""What is asked outside while somebody waits: what keeps failing is left alone, and is asked again later."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.payments.events import PaymentEvent, TimeUp
from engine.payments.payment import Payment
from gateway.paying.ports import BankAway
from holdfast.guarded import GuardedBank, GuardedMailer
from tests.unit.payments.payment_data import payment
from workers.circuits import FAILURES_MAX, OPENED

LONG_S = 3_600.0


class FakeBank:
    """Says that a payment's time is up, or that it is away."""

    name = "bank of ours"

    def __init__(self) -> None:
        self.away = False
        self.asked = 0

    async def look(self, _payment: Payment) -> PaymentEvent:
        self.asked += 1
        if self.away:
            raise BankAway("not now")
        return TimeUp()

    confirm = void = look

    async def open(self, payment: Payment) -> PaymentEvent:
        return await self.look(payment)

    async def refund(self, payment: Payment, _number: int) -> None:
        await self.look(payment)

    def news(self, _headers: Mapping[str, str], _body: bytes) -> tuple[str, ...] | None:
        return ("intent",)


async def test_a_bank_that_keeps_failing_is_left_alone_for_a_while() -> None:
    """Whoever asks hears at once that it is away, whatever they ask; operators see it, and news go on."""
    bank = FakeBank()
    guarded, opened = GuardedBank(bank, LONG_S), OPENED["bank"]
    assert TimeUp() == await guarded.open(payment())
    assert None is guarded.circuits.wrong
    bank.away = True
    for _ in range(FAILURES_MAX):
        with pytest.raises(BankAway, match="not now"):
            await guarded.confirm(payment())
    asked = bank.asked
    for ask in (guarded.open, guarded.confirm, guarded.look, guarded.void):
        with pytest.raises(BankAway, match="left alone"):
            await ask(payment())
    with pytest.raises(BankAway, match="left alone"):
        await guarded.refund(payment(), 1)
    assert asked == bank.asked
    assert None is not guarded.circuits.wrong
    assert 1 == OPENED["bank"] - opened
    assert ("intent",) == guarded.news({}, b"")


async def test_a_bank_that_is_back_is_asked_again() -> None:
    """After its rest one question shows it."""
    bank = FakeBank()
    guarded = GuardedBank(bank, rest_s=0.0)
    bank.away = True
    for _ in range(FAILURES_MAX + 2):
        with pytest.raises(BankAway, match="not now"):
            await guarded.look(payment())
    bank.away = False
    assert TimeUp() == await guarded.look(payment())
    assert None is guarded.circuits.wrong


class FakeMailer:
    """Takes mails, or raises."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.asked = 0

    async def send(self, _to: str, _subject: str, _text: str, _html: str | None = None) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


async def test_a_mail_server_that_keeps_failing_is_left_alone() -> None:
    """No code waits for a time-out of it; what it refuses for good says nothing against it."""
    refusing = FakeMailer(ValueError("no such box"))
    guarded = GuardedMailer(refusing)
    for _ in range(FAILURES_MAX + 1):
        with pytest.raises(ValueError, match="no such box"):
            await guarded.send("ada@example.org", "Your code", "1")
    assert (FAILURES_MAX + 1, None) == (refusing.asked, guarded.circuits.wrong)
    away = FakeMailer(ConnectionError("away"))
    guarded = GuardedMailer(away)
    for _ in range(FAILURES_MAX + 1):
        with pytest.raises(ConnectionError):
            await guarded.send("ada@example.org", "Your code", "1")
    assert FAILURES_MAX == away.asked
    assert None is not guarded.circuits.wrong
