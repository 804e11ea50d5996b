"""The rules of the waitlist: who may be moved by whom, and who is offered what a record sets free."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from proof.auditor.checks import SYSTEM
from proof.auditor.claims import check_given
from proof.auditor.ledger import Ledger
from proof.auditor.line import WITHDRAWN, Waiter
from proof.auditor.records import (
    Booked,
    Cancelled,
    Changed,
    Entry,
    Expired,
    OnSale,
    Pinned,
    Priced,
    Reduced,
    Released,
    Reserved,
    SaleTurned,
    Settled,
    Unblocked,
)
from proof.auditor.rules import Rule
from proof.auditor.seating import could_seat, seats_it
from proof.auditor.waiting_records import (
    Claimed,
    Confirmed,
    EntryOver,
    Joined,
    Listed,
    Moved,
    Offer,
    Returned,
    Taken,
)

Finding = tuple[Rule, str]
OPENING: Final = (
    Released,
    Expired,
    Changed,
    Cancelled,
    Reduced,
    Settled,
    Unblocked,
    OnSale,
    Reserved,
    Priced,
    SaleTurned,
    Joined,
    Listed,
    EntryOver,
    Returned,
)
"""After these somebody who waits might be seated who could not be before."""


def check_waiting(ledger: Ledger, entry: Entry, staff: Collection[str] | None) -> Iterator[Finding]:
    """What is wrong with a record's own step, as far as it touches the line."""
    what, line = entry.what, ledger.line
    match what:
        case Joined() | Listed():
            yield from _coming(ledger, entry, what)
        case Moved(entry=name, why=why):
            if not why.strip() or name not in line.waiters:
                yield Rule.REORDERED, f"{name} is moved without a reason, or is not there"
            if staff is not None and entry.principal not in staff:
                yield Rule.REORDERED, f"{entry.principal} moves {name}"
        case EntryOver(entry=name):
            yield from _its_own(ledger, entry, name, staff)
        case Claimed() | Returned() | Confirmed() | Taken():
            yield from _step(ledger, entry, what, staff)
        case Released(hold=hold) | Pinned(hold=hold) | Booked(hold=hold) | Changed(hold=hold):
            waiter = line.waiters.get(line.by_hold.get(hold, ""))
            if waiter is not None and (waiter.stands == "proposed" or isinstance(what, Changed)):
                yield Rule.OFFERED, f"{hold} is {waiter.stands} to {waiter.entry}, and is no hold yet"
        case _:
            pass


def _coming(ledger: Ledger, entry: Entry, what: Joined | Listed) -> Iterator[Finding]:
    line = ledger.line
    owner = entry.principal if isinstance(what, Joined) else what.owner
    if line.by_owner.get(owner, what.entry) != what.entry or (
        isinstance(what, Joined) and what.entry in (line.waiters.keys() | line.ended.keys())
    ):
        yield Rule.ONE_OFFER, f"{owner} has an entry already, or {what.entry} was there before"
    if line.ended.get(what.entry, WITHDRAWN) != WITHDRAWN:
        yield Rule.ONE_OFFER, f"{what.entry} ended here and comes back"
    if isinstance(what, Joined) and any(each.rank >= what.rank for each in line.waiters.values()):
        yield Rule.REORDERED, f"{what.entry} joins before somebody who waits"


def _its_own(ledger: Ledger, entry: Entry, name: str, staff: Collection[str] | None) -> Iterator[Finding]:
    waiter = ledger.line.waiters.get(name)
    if waiter is None:
        yield Rule.ONE_OFFER, f"{name} is not there"
    elif staff is not None and entry.principal not in (waiter.owner, SYSTEM, *staff):
        yield Rule.OWNERS, f"{entry.principal} acts on {name}, which is {waiter.owner}'s"


def _step(
    ledger: Ledger, entry: Entry, what: Claimed | Returned | Confirmed | Taken, staff: Collection[str] | None
) -> Iterator[Finding]:
    yield from _its_own(ledger, entry, what.entry, staff)
    waiter = ledger.line.waiters.get(what.entry)
    if waiter is None:
        return
    before = {Claimed: "waiting", Returned: "elsewhere", Confirmed: "proposed", Taken: "offered"}[type(what)]
    if waiter.stands != before:
        yield Rule.ONE_OFFER, f"{what.entry} is {waiter.stands}, and not {before}"
    if isinstance(what, Confirmed | Taken) and waiter.hold != what.hold:
        yield Rule.OFFERED, f"{what.entry} has {waiter.hold}, and not {what.hold}"
    if isinstance(what, Confirmed | Taken) and what.hold in ledger.holds:
        yield from _until(ledger, entry, what)


def _until(ledger: Ledger, entry: Entry, what: Confirmed | Taken) -> Iterator[Finding]:
    hold, limits = ledger.holds[what.hold], ledger.terms.limits
    last_ms = hold.placed_ms + limits.hold_life_max_ms
    right_ms = min(entry.at_ms + limits.offer_ttl_ms, last_ms)
    if isinstance(what, Taken):
        right_ms = max(hold.expires_ms, min(entry.at_ms + limits.hold_ttl_ms, last_ms))
        if (what.seats, what.places) != (hold.seats, hold.places) or what.renewals_left != limits.renewals:
            yield Rule.OFFERED, f"{what.hold} is accepted as something else than it was"
    if what.expires_ms != right_ms:
        yield Rule.DEADLINES, f"{what.hold} is to live until {what.expires_ms}, not {right_ms}"


def settle(ledger: Ledger, entry: Entry) -> Iterator[Finding]:
    """Look at a record's offers one after the other, each posted before the next, and at who is left."""
    for offer in entry.offers:
        yield from _offering(ledger, entry, offer)
        if offer.entry not in ledger.line.waiters:
            return
        ledger.offer(offer)
    if ledger.line.waiters and isinstance(entry.what, OPENING):
        passed = first_seated(ledger)
        if passed is not None:
            yield Rule.FAIR, f"{passed.entry} could be seated, and waits on"


def first_seated(ledger: Ledger) -> Waiter | None:
    """The first in line who could have what is free."""
    if ledger.terms.sale != "open":
        return None
    return next((each for each in ledger.line.in_order() if _affords(ledger, each)), None)


def _affords(ledger: Ledger, waiter: Waiter) -> bool:
    had = ledger.size_of_owner.get(waiter.owner, 0)
    within = had + waiter.wanted.size <= ledger.terms.limits.seats_per_buyer
    return within and could_seat(ledger, waiter.wanted)


def _offering(ledger: Ledger, entry: Entry, offer: Offer) -> Iterator[Finding]:
    waiter = ledger.line.waiters.get(offer.entry)
    if waiter is None or waiter.stands != "waiting" or not waiter.here:
        yield Rule.ONE_OFFER, f"{offer.entry} is offered {offer.hold}, and does not wait here"
        return
    first = first_seated(ledger)
    if first is None or first.entry != offer.entry:
        before = "nobody" if first is None else first.entry
        yield Rule.FAIR, f"{offer.entry} is offered what is {before}'s by the order"
    if offer.proposal is bool(waiter.streams):
        yield Rule.ONE_OFFER, f"{offer.entry} has its offer without the register's word, or asks for it twice"
    given = list(check_given(ledger, offer))
    yield from given
    if not given and not seats_it(ledger, offer, waiter.wanted):
        yield Rule.OFFERED, f"{offer.hold} does not seat {offer.entry}"
    limits = ledger.terms.limits
    if offer.expires_ms != entry.at_ms + min(limits.offer_ttl_ms, limits.hold_life_max_ms):
        yield Rule.DEADLINES, f"{offer.hold} is offered until {offer.expires_ms}"
    if offer.hold in ledger.holds or offer.hold in ledger.past:
        yield Rule.LIVE, f"{offer.hold} was placed before"
