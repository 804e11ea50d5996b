"""The full demo's promises: all of them hold of a sale as it should be, and each is broken by its defect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256

import pytest
from msgspec.structs import replace

from bench.list_waiter import Returned
from bench.queued_sale import QueuedSale, Watch
from bench.waiting_buyer import Diary
from engine.queue.draw import drawn, list_hash, seed_hash
from engine.terms import Terms
from holdfast.demo_board import Told, differences
from holdfast.demo_checks import Evidence, judge
from holdfast.offered import Offers
from holdfast.takings import Takings
from holdfast.verify import Finding, Verdict

SEED = bytes(range(32))
TICKETS = [f"que_{number}" for number in range(4)]
NOTHING: tuple[Finding, ...] = ()
TOLD = Told(6, 0, Decimal("30.00"), 6, Decimal("30.00"), 0)
SAME = "board and analytics say what the books say"


def published() -> dict[str, object]:
    """A draw as the server publishes it."""
    places = {ticket: place for place, ticket in enumerate(drawn(SEED, TICKETS), 1)}
    hashes = {"seed_hash": seed_hash(SEED), "list_hash": list_hash(TICKETS)}
    rows = tuple((ticket, places[ticket]) for ticket in TICKETS)
    return {"event": "evt_1", "size": len(TICKETS), "seed": SEED.hex(), "tickets": rows, **hashes}


def diary() -> Diary:
    """What four people saw, of whom three bought six seats."""
    orders = {f"ord_{number}": (f"p{number}", 2, Decimal("10.00")) for number in range(3)}
    return Diary(
        joined=4,
        updates=9,
        tickets=dict.fromkeys(TICKETS, 0),
        orders=orders,
        drawn=Counter({"card": 3, "pinned-late-card": 1, "pinned-insufficient-funds": 1}),
        ends=Counter(
            {
                ("card", "confirmed"): 3,
                ("pinned-late-card", "cancelled"): 1,
                ("pinned-insufficient-funds", "payment_declined"): 1,
            }
        ),
    )


def evidence() -> Evidence:
    """Everything is as it should be."""
    returned = Returned(waited=2, orders=1, places=2, sold=2, offers={"hld_1": Decimal("10.00")})
    returned.paid["hld_1"] = Decimal("10.00")
    sale = QueuedSale(diary(), Watch(), returned, sha256(SEED).hexdigest(), published(), 6, 0, 1.0)
    takings = Takings("EUR", 3, "40.00", "10.00", "30.00", "0.00")
    return Evidence(
        people=4,
        seats=6,
        rate_per_minute=600,
        terms=Terms(),
        sale=sale,
        verdict=Verdict(1, 9, 0, 6, 0, NOTHING, (takings,)),
        let_in=((0, 1), (100, 1), (200, 1), (300, 1)),
        offers=Offers({"hld_1": 1_000}, {"hld_1": 1_000}),
        pages=(("http://x/e/evt_1", 200), ("http://x/board/evt_1", 200)),
        told=TOLD,
    )


def broken(seen: Evidence) -> list[str]:
    """The promises that do not hold."""
    return [check.promise for check in judge(seen) if not check.holds]


def test_a_sale_as_it_should_be_keeps_every_promise() -> None:
    """None is broken."""
    assert [] == broken(evidence())


def _of_diary(**changes: object) -> Callable[[Evidence], Evidence]:
    return lambda seen: replace(seen, sale=replace(seen.sale, diary=replace(seen.sale.diary, **changes)))


def _of_sale(**changes: object) -> Callable[[Evidence], Evidence]:
    return lambda seen: replace(seen, sale=replace(seen.sale, **changes))


def _of_returned(**changes: object) -> Callable[[Evidence], Evidence]:
    return lambda seen: replace(
        seen, sale=replace(seen.sale, returned=replace(seen.sale.returned, **changes))
    )


def _of_verdict(**changes: object) -> Callable[[Evidence], Evidence]:
    return lambda seen: replace(seen, verdict=replace(seen.verdict, **changes))


def _with(**changes: object) -> Callable[[Evidence], Evidence]:
    return lambda seen: replace(seen, **changes)


RATE = "admission follows the set rate within 5%"
PAID = "payments fail and come late as set"
KEPT = "money kept is what valid tickets are worth, to the cent"
FILLED = "the waitlist fills what is returned"
OFFERED = "offers cost what they said, to the cent"
CENT = Takings("EUR", 3, "40.01", "10.00", "30.00", "0.00")


def _held_and_told(count: int) -> Callable[[Evidence], Evidence]:
    told = _with(told=replace(TOLD, held=count))
    return lambda seen: told(_of_verdict(held=count)(seen))


@pytest.mark.parametrize(
    ("promise", "spoil"),
    [
        ("everybody joined before the opening", _with(people=5)),
        ("the draw is what was published", _of_sale(seed_hash="0" * 64)),
        ("the draw is what was published", _of_sale(draw=published() | {"seed": SEED[::-1].hex()})),
        (RATE, _with(rate_per_minute=635)),
        (RATE, _with(rate_per_minute=565)),
        (RATE, _with(let_in=((0, 4),))),
        ("positions and waits only improve", _of_diary(positions_grew=[1.0])),
        ("positions and waits only improve", _of_diary(waits_grew=[1.0])),
        ("positions and waits only improve", _of_diary(updates=0)),
        ("the house sells out", _with(seats=7)),
        ("the house sells out", _held_and_told(1)),
        (SAME, _with(told=replace(TOLD, sold=5))),
        (SAME, _with(told=replace(TOLD, held=1))),
        (SAME, _with(told=replace(TOLD, counted=7))),
        (SAME, _with(told=replace(TOLD, taken=Decimal("30.01")))),
        (SAME, _with(told=replace(TOLD, behind=1))),
        ("a ticket for each seat, proven by its signature", _of_sale(tickets=5)),
        ("a ticket for each seat, proven by its signature", _of_sale(forged=1)),
        (PAID, _of_diary(drawn=Counter({"pinned-silent-card": 30}))),
        (PAID, _of_diary(ends=Counter({("pinned-insufficient-funds", "confirmed"): 1}))),
        (PAID, _of_diary(ends=Counter({("card", "payment_declined"): 1}))),
        (PAID, _of_diary(ends=Counter({("pinned-silent-card", "pending"): 1}))),
        (PAID, _of_diary(drawn=Counter())),
        (KEPT, _of_verdict(takings=(CENT,))),
        (KEPT, _of_verdict(takings=())),
        ("the books are clean", _of_verdict(breaches=(Finding(1, "evt_1", "S", "I1: x"),))),
        ("nobody met an error", _of_diary(failures=["p1: lost"])),
        (FILLED, _of_returned(sold=1)),
        (FILLED, _of_returned(shown_free={"A-1"})),
        (OFFERED, _of_returned(paid={})),
        (OFFERED, _with(offers=Offers({"hld_1": 1_000}, {"hld_1": 1_001}))),
        ("the printed pages are there", _with(pages=(("http://x/e/evt_1", 404),))),
        ("no process is left", _with(left=("python",))),
    ],
)
def test_each_defect_breaks_its_promise(promise: str, spoil: Callable[[Evidence], Evidence]) -> None:
    """And no other one."""
    assert [promise] == broken(spoil(evidence()))


def test_what_buyers_have_and_were_told_is_held_against_the_books() -> None:
    """An order that nobody knows of is missed with its seats, its tickets and its money."""
    orders = dict(list(diary().orders.items())[1:])
    assert {"the buyers have what the journals sold", KEPT} <= set(
        broken(_of_diary(orders=orders)(evidence()))
    )


def test_what_is_apart_is_told_in_words() -> None:
    """Both figures, and nothing where all say the same."""
    books = evidence().verdict
    assert () == differences(TOLD, books)
    assert ("sold by the board: 5, and not 6",) == differences(replace(TOLD, sold=5), books)


def test_a_wait_may_grow_while_sections_are_slow() -> None:
    """That is told as a slower pace, and excused; a position is not."""
    slow = _of_sale(watch=Watch(slowed_s=[1.5]))(_of_diary(waits_grew=[1.0])(evidence()))
    assert [] == broken(slow)


def test_the_rate_counts_as_long_as_there_is_enough_for_all() -> None:
    """Then the stock decides."""
    late = replace(evidence(), let_in=(*evidence().let_in, (60_000, 1)))
    assert [RATE] == broken(late)
    assert [] == broken(_of_sale(watch=Watch(few_left_ms=300))(late))
