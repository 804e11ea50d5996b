"""The auditors of money and of passes: each rule, broken once."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec
import pytest

from engine.plans.canonical import canonical_json
from proof.auditor.house import House
from proof.auditor.ledger import Ledger
from proof.auditor.money import accounts_of, check_money
from proof.auditor.passes import RoomBooks, check_passes
from proof.auditor.possessions import Purchase
from tests.unit.section_world import PLAN

PAID: dict[str, Any] = {
    "id": "ord_1",
    "stream": 7,
    "booking": "ord_1",
    "amount": 900,
    "captured": 900,
    "state": "booked",
    "due_ms": None,
    "refunds": [],
}
FREE = PAID | {"amount": 0, "captured": 0}
WHOLE: dict[str, Any] = {"state": "refunded", "refunds": [{"key": "a", "amount": 900, "done": True}]}
TWICE: dict[str, Any] = {
    "refunds": [{"key": "a", "amount": 100, "done": True}, {"key": "b", "amount": 800, "done": True}]
}
INTENT: dict[str, Any] = {"order": "ord_1", "amount": 900, "standing": "taken", "refunds": {}}


def wrong(
    payment: dict[str, Any], *intents: dict[str, Any], amount: int = 900, stands: str = "confirmed"
) -> str:
    """What is said of one payment whose order stands so in its section."""
    ledger = Ledger(House(canonical_json(PLAN), "S"))
    ledger.orders["ord_1"] = Purchase("ord_1", "hld_1", "usr_ann", (), (), amount, stands, paid_by_saga=True)
    return " ".join(check_money([payment], accounts_of(intents), {7: ledger}))


def test_a_sound_payment_is_sound() -> None:
    """Paid and booked, paid in part back, or paid back whole."""
    assert "" == wrong(PAID, INTENT)
    part = {"refunds": [{"key": "a", "amount": 100, "done": True}]}
    assert "" == wrong(PAID | part, INTENT | {"refunds": {"0": 100}})
    seats = {"refunds": [{"key": "a", "amount": 300, "done": True, "seats": ["S-A-1"]}]}
    assert "" == wrong(PAID | seats, INTENT | {"refunds": {"0": 300}}, amount=600)
    assert "" == wrong(PAID | WHOLE, INTENT | {"refunds": {"0": 900}}, stands="cancelled")
    assert "" == wrong(PAID | {"state": "released", "captured": 0}, stands="cancelled")
    assert "" == wrong(FREE, amount=0)
    dear = {"refunds": [{"key": "a", "amount": 900, "done": True, "seats": ["S-A-1"]}]}
    assert "" == wrong(PAID | dear, INTENT | {"refunds": {"0": 900}}, amount=0)


@pytest.mark.parametrize(
    ("said", "payment", "intents", "stands"),
    [
        ("stuck", PAID | {"due_ms": 5}, [INTENT], "confirmed"),
        ("stuck", PAID | {"state": "awaiting"}, [INTENT], "confirmed"),
        ("taken 2 times", PAID, [INTENT, INTENT], "confirmed"),
        ("was taken for a price", PAID, [INTENT | {"amount": 800}], "confirmed"),
        ("given back of", PAID, [INTENT | {"refunds": {"0": 901}}], "confirmed"),
        ("our books do not say", PAID | {"captured": 0}, [INTENT], "confirmed"),
        ("is kept for what is worth 0", PAID, [INTENT], "cancelled"),
        ("nobody gave back the rest", PAID, [], "confirmed"),
        ("its seats are still sold", PAID | WHOLE, [INTENT | {"refunds": {"0": 900}}], "confirmed"),
        ("its seats are still sold", PAID | TWICE, [INTENT | {"refunds": {"0": 100, "1": 800}}], "confirmed"),
        ("its seats are still sold", FREE | {"state": "refunded"}, [], "confirmed"),
        ("nobody pays", PAID | {"booking": "ord_2", "captured": 0, "state": "released"}, [], "pending"),
        ("nobody paid", PAID | {"booking": "ord_2", "captured": 0, "state": "released"}, [], "confirmed"),
    ],
)
def test_what_must_not_be_is_told(
    said: str, payment: dict[str, Any], intents: list[dict[str, Any]], stands: str
) -> None:
    """No seat without money, no money without a seat, nothing twice, nothing for ever."""
    assert said in wrong(payment, *intents, stands=stands)


SEED = b"s" * 32
TICKETS = ["que_a", "que_b", "que_c"]
LIST_HASH = hashlib.sha256("".join(f"{ticket}\n" for ticket in TICKETS).encode()).hexdigest()


def drawn() -> list[int]:
    """The numbers of the three in the order of the draw."""
    keys = [hmac.digest(SEED, bytes.fromhex(LIST_HASH) + ticket.encode(), "sha256") for ticket in TICKETS]
    return sorted((1, 2, 3), key=lambda number: keys[number - 1])


def room(*events: list[Any], joined: int = 3) -> RoomBooks:
    """A room that three have joined; `events` come after that."""
    books = RoomBooks()
    joins: list[list[Any]] = [["joined", ticket, number] for number, ticket in enumerate(TICKETS[:joined], 1)]
    every: list[list[Any]] = [["created", "evt_1", {}], ["gathered", SEED], *joins, *events]
    for at_ms, event in enumerate(every):
        who = f"usr_{event[2]}" if event[0] == "joined" else "system"
        books.take(msgspec.msgpack.encode([1_000 + at_ms, who, event]))
    return books


def test_a_sound_room_is_sound() -> None:
    """Drawn by the published rule, first come first served behind it, and held within the pass."""
    books = room(["frozen", LIST_HASH, 0], ["joined", "que_d", 4], ["drawn"], ["admitted", drawn(), 9_000, 0])
    holds = [(f"hld_{number}", f"usr_{number}", 2_000) for number in (1, 2, 3)]
    assert [] == list(check_passes(books, holds, 100))


@pytest.mark.parametrize(
    ("said", "events"),
    [
        ("two places", [["joined", "que_x", 1]]),
        ("stand before them", [["opened"], ["admitted", [2], 9_000, 0]]),
        ("stand before them", [["frozen", LIST_HASH, 0], ["drawn"], ["admitted", drawn()[::-1], 9_000, 0]]),
        ("not of the list", [["frozen", "0" * 64, 0]]),
    ],
)
def test_what_a_room_must_not_do_is_told(said: str, events: list[list[Any]]) -> None:
    """One place each, the first in line first, and the draw that was published."""
    assert said in " ".join(room(*events).wrong)


def test_who_was_not_let_in_holds_nothing() -> None:
    """Not without a pass, not before it, and not after it."""
    books = room(["opened"], ["admitted", [1], 9_000, 0])
    told = list(check_passes(books, [("hld_1", "usr_2", 2_000)], None))
    assert ["hld_1 is usr_2's, who was never let in"] == told
    for placed_ms, slack_ms, expected in (
        (2_000, 0, 0),
        (500, 0, 1),
        (9_000, 0, 1),
        (9_000, 1, 0),
        (9_000, None, 0),
    ):
        assert expected == len(list(check_passes(books, [("hld_1", "usr_1", placed_ms)], slack_ms)))
