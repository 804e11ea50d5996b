"""Whether a section's refusal follows from its state: each code has what must be so for it to be right.

What depends on more than state and request (the sense of a request, what a caller's role or
channels allow) is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from proof.auditor.floor import FREE
from proof.auditor.ledger import Ledger
from proof.history.asked import (
    AskedBody,
    asks_elsewhere,
    body_of,
    live,
    named_hold,
    named_seats,
    size_asked,
    taken_by_others,
)
from proof.history.fitting import something_fits
from proof.history.operations import Operation
from protocol.errors import Problem
from protocol.requests import HoldCreateBody, HoldExtendBody, HoldReleaseBody, OrderBody

Judge = Callable[[Operation, AskedBody, Problem, Ledger], Iterator[str]]
_AFTER_TAKEN: Final = frozenset(
    {
        "seat_not_for_sale",
        "channel_denied",
        "limit_exceeded",
        "orphan_rule",
        "sale_not_open",
        "sale_paused",
    }
)
"""What is said only when no seat that was named is taken."""


def check_refused(operation: Operation, problem: Problem, ledger: Ledger) -> Iterator[str]:
    """Why a refusal cannot be what the state at its position implies."""
    body = body_of(operation)
    judge = _JUDGES.get(problem.code)
    if body is None or judge is None:
        return
    for finding in judge(operation, body, problem, ledger):
        yield f"{operation.told} was refused {problem.code}: {finding}"
    if problem.code not in _AFTER_TAKEN or asks_elsewhere(ledger, body):
        return  # what this section has lent to the very same wish is taken by nobody else
    if taken_by_others(ledger, body):
        yield f"{operation.told} was refused {problem.code}, and a seat of it was taken"


def _seat_taken(_: Operation, body: AskedBody, problem: Problem, ledger: Ledger) -> Iterator[str]:
    labels = ledger.house.labels
    taken = {labels[seat] for seat in taken_by_others(ledger, body)}
    if set(problem.objects) != taken:
        told, true = " ".join(sorted(problem.objects)), " ".join(sorted(taken)) or "nothing"
        yield f"{told} is told to be taken, and {true} is"
    for group in problem.alternatives:
        for label in group:
            if not _free(ledger, label):
                yield f"{label} is offered instead and is not free"


def _free(ledger: Ledger, label: str) -> bool:
    house = ledger.house
    seats = (house.ordinals[label],) if label in house.ordinals else house.tables.get(label, ())
    return bool(seats) and all(
        ledger.public[seat] == FREE and ledger.channel_of[seat] is None for seat in seats
    )


def _not_for_sale(_: Operation, body: AskedBody, problem: Problem, ledger: Ledger) -> Iterator[str]:
    house, named = ledger.house, set(named_seats(ledger, body))
    for label in problem.objects:
        if label in house.areas:
            if not ledger.area_off_sale[house.areas.index(label)]:
                yield f"{label} is for sale"
            continue
        seat = house.ordinals.get(label, -1)
        table = house.whole_table[seat] if seat in named else None
        torn = table is not None and not named.issuperset(house.tables[table])
        if seat not in named or not (ledger.blocked[seat] or ledger.off_sale[seat] or torn):
            yield f"{label} is for sale"


def _channel_denied(_: Operation, body: AskedBody, problem: Problem, ledger: Ledger) -> Iterator[str]:
    house, named = ledger.house, set(named_seats(ledger, body))
    for label in problem.objects:
        if label in house.areas:
            kept_for = ledger.area_channel[house.areas.index(label)]
        else:
            seat = house.ordinals.get(label, -1)
            kept_for = ledger.channel_of[seat] if seat in named else None
        if kept_for is None:
            yield f"{label} is kept for no channel"


def _not_found(operation: Operation, body: AskedBody, _: Problem, ledger: Ledger) -> Iterator[str]:
    house = ledger.house
    if isinstance(body, OrderBody):
        order = ledger.orders.get(body.order)
        if order is not None and order.owner == operation.principal and order.stands != "cancelled":
            yield f"{order.id} is there, and theirs"
        return
    hold = live(ledger, named_hold(body))
    if hold is not None and hold.owner != operation.principal:
        return
    labels = (
        *(getattr(body, "seats", None) or ()),
        *getattr(body, "take", ()),
        *getattr(body, "release", ()),
    )
    if isinstance(body, HoldCreateBody):
        if body.best is not None:
            labels += tuple(each for each in body.best.categories or () if each not in house.known_categories)
        if body.ga is not None:
            labels += (body.ga.area,)
    names = {*house.ordinals, *house.tables}
    if isinstance(body, HoldReleaseBody) or (isinstance(body, HoldCreateBody) and body.ga is not None):
        names.update(house.areas)  # whoever takes or swaps seats cannot name an area among them
    if all(label in names for label in labels) and (hold is not None or named_hold(body) is None):
        yield "all that was asked for is there"


def _hold_expired(operation: Operation, body: AskedBody, _: Problem, ledger: Ledger) -> Iterator[str]:
    if isinstance(body, OrderBody):
        order = ledger.orders.get(body.order)
        if order is not None and order.stands != "cancelled":
            yield f"{order.id} is {order.stands}"
    elif live(ledger, named_hold(body)) is not None:
        yield f"{named_hold(body)} lives"
    elif ledger.past.get(named_hold(body) or "") is None:
        yield f"{operation.told} is about a hold that never was"


def _already_booked(_: Operation, body: AskedBody, __: Problem, ledger: Ledger) -> Iterator[str]:
    if isinstance(body, OrderBody):
        order = ledger.orders.get(body.order)
        if order is None or order.stands != "confirmed":
            yield f"{body.order} is not booked"
        return
    past = ledger.past.get(named_hold(body) or "")
    if past is None or past.how != "booked":
        yield f"{named_hold(body)} is not booked"


def _hold_mismatch(_: Operation, body: AskedBody, __: Problem, ledger: Ledger) -> Iterator[str]:
    if isinstance(body, OrderBody):
        order = ledger.orders.get(body.order)
        if order is None or order.stands != "pending":
            yield f"{body.order} is not pending"
        return
    hold = live(ledger, named_hold(body))
    if hold is None or hold.order is None:
        yield f"{named_hold(body)} is not pinned"


def _limit_exceeded(operation: Operation, body: AskedBody, _: Problem, ledger: Ledger) -> Iterator[str]:
    limits, hold = ledger.terms.limits, live(ledger, named_hold(body))
    if isinstance(body, HoldExtendBody):
        if hold is not None and hold.renewals_left > 0:
            last_ms = hold.placed_ms + limits.hold_life_max_ms
            if hold.expires_ms < last_ms:
                yield f"{hold.id} can be renewed"
        return
    if asks_elsewhere(ledger, body):
        return  # how much that is only the other sections know
    added, owner = size_asked(ledger, body), operation.principal
    if (
        added + (hold.size_everywhere if hold else 0) <= limits.seats_per_hold
        and (hold is not None or ledger.holds_of.get(owner, 0) < limits.holds_per_buyer)
        and ledger.size_of_owner.get(owner, 0) + added <= limits.seats_per_buyer
    ):
        yield f"{added} more are within the limits of {owner}"


def _nothing_fits(_: Operation, body: AskedBody, __: Problem, ledger: Ledger) -> Iterator[str]:
    if isinstance(body, HoldCreateBody) and body.best is not None:
        found = something_fits(ledger, body.best, body.types)
        if found is not None:
            yield f"{ledger.house.labels[found]} and on would have fitted"


def _orphan_rule(_: Operation, __: AskedBody, ___: Problem, ledger: Ledger) -> Iterator[str]:
    if ledger.terms.orphan_rule != "strict":
        yield "the sale does not mind single seats"


def _sale_not_open(_: Operation, __: AskedBody, ___: Problem, ledger: Ledger) -> Iterator[str]:
    if ledger.terms.sale in ("open", "paused"):
        yield f"the sale is {ledger.terms.sale}"


def _sale_paused(_: Operation, __: AskedBody, ___: Problem, ledger: Ledger) -> Iterator[str]:
    if ledger.terms.sale != "paused":
        yield f"the sale is {ledger.terms.sale}"


def _sold_out(_: Operation, body: AskedBody, __: Problem, ledger: Ledger) -> Iterator[str]:
    if isinstance(body, HoldCreateBody) and body.ga is not None and body.ga.area in ledger.house.areas:
        room = ledger.room_in(ledger.house.areas.index(body.ga.area))
        if room >= body.ga.qty:
            yield f"{room} places are left in {body.ga.area}"


def _key_reused(operation: Operation, _: AskedBody, __: Problem, ledger: Ledger) -> Iterator[str]:
    if (operation.principal, operation.key or "") not in ledger.keys:
        yield f"{operation.key!r} is a new key"


_JUDGES: Final[dict[str, Judge]] = {
    "seat_taken": _seat_taken,
    "seat_not_for_sale": _not_for_sale,
    "channel_denied": _channel_denied,
    "not_found": _not_found,
    "hold_expired": _hold_expired,
    "already_booked": _already_booked,
    "hold_mismatch": _hold_mismatch,
    "limit_exceeded": _limit_exceeded,
    "best_available_not_found": _nothing_fits,
    "orphan_rule": _orphan_rule,
    "sale_not_open": _sale_not_open,
    "sale_paused": _sale_paused,
    "sold_out": _sold_out,
    "idempotency_key_reused": _key_reused,
}
