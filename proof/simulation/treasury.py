"""Money as a part of the world: the payments of all gateways, their bank, and what befalls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from engine.payments.payment import Payment
from gateway.paying.ports import Paying
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_intents import SandboxIntent
from persistence.memory.due_rows import MemoryDueRows
from proof.auditor.audit import Auditor
from proof.auditor.ledger import Ledger
from proof.auditor.money import accounts_of, check_money
from proof.simulation.bank import BankWeather, PostOffice, SimulatedBank, SimulatedDueRows
from proof.simulation.part import Strike, Unsettled
from proof.simulation.storage import Storage
from proof.simulation.world import World, until

SPELL_S: Final = 6.0
PAY_TTL_MAX_S: Final = 20.0
"""Longer than any order of a simulated sale may be pending."""
REST_LOOKS: Final = 20_000


class Treasury:
    """What is kept of payments; every gateway reaches it through weather of the bank's and the database's."""

    name = "treasury"
    sometimes: tuple[str, ...] = (
        "a payment was taken",
        "a payment ended without money",
        "late money found its seats",
        "all of the money went back",
        "a booking that was paid for was cancelled",
        "some seats went back with their money",
        "money went back without seats",
        "a second step was taken",
    )

    def __init__(self, world: World, storage: Storage) -> None:
        self._world = world
        self._storage = storage
        self._chance = world.chance(self.name)
        self._post = PostOffice(world, self._chance)
        self.payments: MemoryDueRows[Payment] = MemoryDueRows(storage.database)
        self.intents: MemoryDueRows[SandboxIntent] = MemoryDueRows(storage.database)

    async def start(self) -> None:
        """Nothing has to be started."""

    def paying(self, now_ms: Callable[[], int]) -> Paying:
        """The way of one gateway to payments and bank."""
        server = self._storage.server
        bank = SimulatedBank(self._post, SimulatedDueRows(server, self.intents), now_ms, self._secret)
        return Paying(SimulatedDueRows(server, self.payments), (bank,))

    def _secret(self) -> str:
        return f"secret-{self._chance.bits(64):016x}"

    @property
    def at_rest(self) -> bool:
        """Whether no payment has anything before it."""
        return not self.payments._due_ms

    def faults(self) -> Mapping[str, Strike]:
        """Spells of the bank's and the postman's."""
        return {
            "spell of a bank away": lambda: self._spell(away=0.4),
            "spell of a bank's lost replies": lambda: self._spell(reply_lost=0.4),
            "spell of a slow bank": lambda: self._spell(slow=0.3),
            "spell of lost webhooks": lambda: self._spell(news_lost=0.7),
            "spell of repeated webhooks": lambda: self._spell(news_repeated=0.7),
            "spell of webhooks out of order": lambda: self._spell(news_mixed_up=0.5),
        }

    def _spell(self, **chances: float) -> None:
        for name, probability in chances.items():
            setattr(self._post.weather, name, probability)
        self._world.later(self._chance.pause(SPELL_S), self._clear, tuple(chances))

    def _clear(self, names: tuple[str, ...]) -> None:
        for name in names:
            setattr(self._post.weather, name, 0.0)

    def heal(self) -> None:
        """The bank is there, and the postman sober."""
        weather = self._post.weather
        for name in BankWeather.__struct_fields__:
            setattr(weather, name, 0.0)

    async def settle(self) -> None:
        """Every payment comes to its end; what was pinned and never paid for runs out."""
        if not await until(lambda: self.at_rest, 1.0, REST_LOOKS):
            raise Unsettled("a payment never comes to its end")
        began_s = self._world.loop.time()
        await until(lambda: self._world.loop.time() > began_s + PAY_TTL_MAX_S, 1.0, 100)

    def audit(self) -> Iterator[str]:
        """The money, by an auditor that shares no code with what moved it."""
        ledgers: dict[int, Ledger] = {}
        for section in self._storage.event.sections:
            stored = self._storage.database.streams[section.stream]
            auditor = Auditor(stored.source)
            for row in stored.records:
                auditor.take(row)
            ledgers[section.stream] = auditor.ledger
        for payment in self.payments._rows.values():
            for seen in _seen(payment, ledgers[payment.stream]):
                self._world.ledger.sometimes(seen)
        plain: list[dict[str, Any]] = [msgspec.to_builtins(row) for row in self.payments._rows.values()]
        intents = [msgspec.to_builtins(intent) for intent in self.intents._rows.values()]
        yield from (f"money: {each}" for each in check_money(plain, accounts_of(intents), ledgers))


def bank_in(banks: Mapping[str, object]) -> SandboxBank:
    """The sandbox among a gateway's banks."""
    bank = banks[SandboxBank.name]
    if not isinstance(bank, SandboxBank):
        raise TypeError(f"{bank!r} is not the sandbox")
    return bank


def _seen(payment: Payment, books: Ledger) -> Iterator[str]:
    """What became of a payment, given the books of its section."""
    state = payment.state.value
    if payment.captured:
        yield "a payment was taken"
    else:
        yield "a payment ended without money"
    if payment.booking != payment.id:
        yield "late money found its seats"
    if state == "refunded":
        yield "all of the money went back"
        if _was_booked(books, payment.booking):
            yield "a booking that was paid for was cancelled"
    if any(refund.seats for refund in payment.refunds):
        yield "some seats went back with their money"
    if any(not refund.seats and refund.done for refund in payment.refunds) and state == "booked":
        yield "money went back without seats"


def _was_booked(books: Ledger, order: str) -> bool:
    """Whether an order had its seats, whatever it has now."""
    purchase = books.orders.get(order)
    past = books.past.get(purchase.hold) if purchase is not None else None
    return past is not None and past.how == "booked"
