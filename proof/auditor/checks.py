"""Whether a record may follow what the books say: every rule, before anything is written.

A check yields `(rule, detail)` for each thing that is wrong. Checks of a record's parts rest on
the parts before them, so that a record whose ordinals are wrong is not looked at any further.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import Final

from proof.auditor.claims import check_claims
from proof.auditor.costs import bill_of
from proof.auditor.journal import Source
from proof.auditor.ledger import Ledger
from proof.auditor.possessions import Purchase, left_of, rest_of
from proof.auditor.records import (
    Blocked,
    Booked,
    Cancelled,
    Changed,
    Entry,
    Expired,
    Lends,
    OnSale,
    Opened,
    Pinned,
    Placed,
    Reduced,
    Released,
    Reserved,
    Settled,
    Unblocked,
    Unpinned,
)
from proof.auditor.rules import Rule
from proof.auditor.sharing import check_back, check_settled

Finding = tuple[Rule, str]
SYSTEM: Final = "system"
"""Who opens sections and ends holds whose time has come."""
GRACE_MS: Final = 60_000
"""What a hold whose checkout was given up may live on, where its own deadline is near or past."""
_DIGEST_BYTES: Final = 16


def check_entry(ledger: Ledger, entry: Entry, staff: Collection[str] | None) -> Iterator[Finding]:
    """All that is wrong with an entry. `staff` names those who may do everything (None: not known)."""
    yield from _when(ledger, entry)
    yield from _key(ledger, entry)
    match entry.what:
        case Placed() | Changed() | Lends():
            yield from check_claims(ledger, entry, entry.what, staff)
        case Released() | Expired() | Pinned():
            yield from _hold_step(ledger, entry, staff)
        case Unpinned() | Booked() | Cancelled() | Reduced():
            yield from _order_step(ledger, entry, staff)
        case Settled() as settled:
            yield from check_settled(ledger, settled)
            loan = ledger.loans.get(settled.gathering)
            if loan is not None:
                yield from its_owner(loan.owner, entry, loan.gathering, staff)
        case Blocked() | Unblocked() | OnSale() | Reserved():
            yield from _arrangement(ledger, entry)
        case _:
            pass


def _when(ledger: Ledger, entry: Entry) -> Iterator[Finding]:
    if entry.at_ms < ledger.at_ms:
        yield Rule.TIME, f"from {ledger.at_ms} back to {entry.at_ms}"
    overdue = None if isinstance(entry.what, Expired) else ledger.overdue(entry.at_ms)
    if overdue is not None:
        yield Rule.DUE, f"{overdue} should have ended before anything else"


def _key(ledger: Ledger, entry: Entry) -> Iterator[Finding]:
    if entry.key is None:
        return
    before = ledger.remembered(entry.principal, entry.key, entry.at_ms)
    if before is not None:
        yield Rule.KEYS, f"{entry.key!r} of {entry.principal} was answered by record {before.seq}"


def live_hold(ledger: Ledger, hold_id: str, *, pinned: bool) -> Iterator[Finding]:
    """That a hold lives, and is pinned or not."""
    hold = ledger.holds.get(hold_id)
    if hold is None:
        yield Rule.LIVE, f"{hold_id} is not a live hold"
    elif (hold.order is not None) is not pinned:
        yield Rule.LIVE, f"{hold_id} is {'not ' if pinned else ''}pinned"


def its_owner(owner: str, entry: Entry, what: str, staff: Collection[str] | None) -> Iterator[Finding]:
    """That whoever acts on something owns it, where staff are known."""
    if staff is not None and entry.principal not in (owner, SYSTEM) and entry.principal not in staff:
        yield Rule.OWNERS, f"{entry.principal} acts on {what}, which is {owner}'s"


def _hold_step(ledger: Ledger, entry: Entry, staff: Collection[str] | None) -> Iterator[Finding]:
    match entry.what:
        case Expired(holds=holds):
            yield from _expiry(ledger, entry, holds)
        case Released(hold=hold_id, released_ms=released_ms):
            yield from live_hold(ledger, hold_id, pinned=False)
            yield from _owned(ledger, entry, hold_id, staff)
            if released_ms != entry.at_ms:
                yield Rule.DEADLINES, f"{hold_id} was given back at {released_ms}, not at {entry.at_ms}"
        case Pinned() as pinned:
            yield from live_hold(ledger, pinned.hold, pinned=False)
            yield from _owned(ledger, entry, pinned.hold, staff)
            yield from _pinning(ledger, entry, pinned)
        case _:
            pass


def _owned(ledger: Ledger, entry: Entry, hold_id: str, staff: Collection[str] | None) -> Iterator[Finding]:
    hold = ledger.holds.get(hold_id)
    if hold is not None:
        yield from its_owner(hold.owner, entry, hold_id, staff)


def _expiry(ledger: Ledger, entry: Entry, holds: tuple[str, ...]) -> Iterator[Finding]:
    if len(set(holds)) < len(holds) or not holds:
        yield Rule.DUE, "an expiry names holds, each once"
    for hold_id in holds:
        hold = ledger.holds.get(hold_id)
        if hold is None:
            yield Rule.LIVE, f"{hold_id} expires and is not a live hold"
        elif hold.ends_ms > entry.at_ms:
            yield Rule.DUE, f"{hold_id} expires at {entry.at_ms}, which is before {hold.ends_ms}"
    due = {each.id for each in ledger.holds.values() if each.ends_ms <= entry.at_ms}
    for hold_id in due.difference(holds):
        yield Rule.DUE, f"{hold_id} is due and was left out"


def _pinning(ledger: Ledger, entry: Entry, pinned: Pinned) -> Iterator[Finding]:
    hold = ledger.holds.get(pinned.hold)
    if pinned.order in ledger.orders:
        yield Rule.ORDERS, f"{pinned.order} is there already"
    costs = 0 if hold is None else bill_of(ledger.terms, hold.seats, hold.places, hold.shares).total
    if hold is not None and pinned.amount != costs:
        yield Rule.ORDERS, f"{pinned.order} asks {pinned.amount} for what costs {costs}"
    if pinned.pay_by_ms != entry.at_ms + ledger.terms.limits.pay_ttl_ms:
        yield Rule.DEADLINES, f"{pinned.order} is to be paid by {pinned.pay_by_ms}"


def _order_step(ledger: Ledger, entry: Entry, staff: Collection[str] | None) -> Iterator[Finding]:
    match entry.what:
        case Unpinned() as unpinned:
            yield from _pending(ledger, entry, unpinned.hold, unpinned.order, staff)
            yield from _given_up(ledger, entry, unpinned)
        case Booked() as booked:
            yield from _booking(ledger, entry, booked, staff)
        case Cancelled() as cancelled:
            yield from _cancelling(ledger, entry, cancelled, staff)
        case Reduced() as reduced:
            yield from _reducing(ledger, entry, reduced, staff)
        case _:
            pass


def _booking(
    ledger: Ledger, entry: Entry, booked: Booked, staff: Collection[str] | None
) -> Iterator[Finding]:
    """A hold is sold as it stands, or as its order pinned it."""
    hold = ledger.holds.get(booked.hold)
    if hold is None:
        yield Rule.LIVE, f"{booked.hold} is booked and is not a live hold"
    elif hold.order is None:
        yield from its_owner(hold.owner, entry, hold.id, staff)
        if booked.order in ledger.orders:
            yield Rule.ORDERS, f"{booked.order} is there already"
    else:
        yield from _pending(ledger, entry, booked.hold, booked.order, staff)
    if hold is not None and (booked.seats, booked.places) != (hold.seats, hold.places):
        yield Rule.ORDERS, f"{booked.order} books something else than {hold.id} has"
    costs = bill_of(ledger.terms, booked.seats, booked.places, booked.shares).total
    if booked.amount != costs:
        yield Rule.ORDERS, f"{booked.order} is booked for {booked.amount} and costs {costs}"
    if hold is not None and booked.shares != hold.shares:
        yield Rule.SHARED, f"{booked.order} books something else of other sections than {hold.id} has"


def _contents(of: Cancelled | Purchase) -> tuple[object, ...]:
    return of.seats, of.places, of.amount, of.shares


def _pending(
    ledger: Ledger, entry: Entry, hold_id: str, order_id: str, staff: Collection[str] | None
) -> Iterator[Finding]:
    yield from live_hold(ledger, hold_id, pinned=True)
    order, hold = ledger.orders.get(order_id), ledger.holds.get(hold_id)
    if order is None or order.stands != "pending":
        yield Rule.ORDERS, f"{order_id} is not a pending order"
        return
    yield from its_owner(order.owner, entry, order_id, staff)
    if hold is not None and hold.order != order_id:
        yield Rule.ORDERS, f"{hold_id} is pinned for {hold.order}, not for {order_id}"


def _given_up(ledger: Ledger, entry: Entry, unpinned: Unpinned) -> Iterator[Finding]:
    hold = ledger.holds.get(unpinned.hold)
    if hold is None:
        return
    costs = bill_of(ledger.terms, hold.seats, hold.places, hold.shares).total
    if unpinned.amount != costs:
        yield Rule.ORDERS, f"{unpinned.order} gives up {unpinned.amount}, and {costs} were pinned"
    last_ms = min(hold.pay_by_ms, hold.placed_ms + ledger.terms.limits.hold_life_max_ms)
    if unpinned.expires_ms != max(hold.expires_ms, min(entry.at_ms + GRACE_MS, last_ms)):
        yield Rule.DEADLINES, f"{unpinned.hold} is to live on until {unpinned.expires_ms}"


def _cancelling(
    ledger: Ledger, entry: Entry, cancelled: Cancelled, staff: Collection[str] | None
) -> Iterator[Finding]:
    order = ledger.orders.get(cancelled.order)
    if order is None or order.stands != "confirmed":
        yield Rule.ORDERS, f"{cancelled.order} is cancelled and was not booked"
        return
    yield from its_owner(order.owner, entry, order.id, staff)
    if _contents(cancelled) != _contents(order):
        yield Rule.ORDERS, f"{order.id} gives back something else than it had"


def _reducing(
    ledger: Ledger, entry: Entry, reduced: Reduced, staff: Collection[str] | None
) -> Iterator[Finding]:
    order = ledger.orders.get(reduced.order)
    if order is None or order.stands != "confirmed":
        yield Rule.ORDERS, f"{reduced.order} is reduced and was not booked"
        return
    yield from its_owner(order.owner, entry, order.id, staff)
    seats, places = rest_of(order, reduced)
    returned = len(order.seats) - len(seats) + len(order.places) - len(places)
    shares = left_of(order.shares, reduced.shares)
    some, left = returned or reduced.shares, seats or places or shares
    if returned != len(reduced.seats) + len(reduced.places) or not some or not left:
        yield Rule.ORDERS, f"{order.id} gives back something else than a part of what it has"
    torn = {ledger.house.whole_table[each.seat] for each in reduced.seats} - {None}
    if any(ledger.house.whole_table[each.seat] in torn for each in seats):
        yield Rule.ORDERS, f"{order.id} gives back a part of a table"
    yield from check_back(order.shares, reduced.shares, order.id)
    costs = bill_of(ledger.terms, seats, places, shares).total
    if reduced.amount != costs:
        yield Rule.ORDERS, f"the rest of {order.id} is booked for {reduced.amount} and costs {costs}"


def _arrangement(ledger: Ledger, entry: Entry) -> Iterator[Finding]:
    what = entry.what
    seats, areas = getattr(what, "seats", ()), getattr(what, "areas", ())
    unknown = [seat for seat in seats if not 0 <= seat < len(ledger.owners)]
    unknown += [area for area in areas if not 0 <= area < len(ledger.area_held)]
    if unknown:
        yield Rule.READABLE, f"there is no {unknown[0]} in this section"
        return
    for seat in seats:
        if isinstance(what, Blocked) and ledger.owners[seat] is not None:
            yield Rule.BLOCKS, f"{ledger.house.labels[seat]} is {ledger.owners[seat]}'s and was blocked"
        if isinstance(what, Unblocked) and not ledger.blocked[seat]:
            yield Rule.BLOCKS, f"{ledger.house.labels[seat]} was not blocked"


def check_opening(ledger: Ledger, entry: Entry, source: Source) -> Iterator[Finding]:
    """That a section is opened by its first record and by no other, on the plan that is stored."""
    opened = entry.what
    if isinstance(opened, Opened) is not (ledger.seq == 0):
        yield Rule.OPENED, f"record {ledger.seq + 1} is {type(opened).__name__}"
    if not isinstance(opened, Opened):
        return
    if (opened.event, opened.section) != (source.event, source.section):
        yield Rule.OPENED, f"it is {opened.event}/{opened.section} that is opened"
    if opened.plan_digest != blake2b(source.plan, digest_size=_DIGEST_BYTES).hexdigest():
        yield Rule.OPENED, "the plan is not the one that the section was opened on"
