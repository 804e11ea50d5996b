"""Whether a party could be seated by what is free, and whether what it was given seats it.

Every window of every stretch is looked at: slow, plain, and nothing like the engine's way.
"""

from __future__ import annotations

from collections.abc import Iterable

from proof.auditor.floor import FREE
from proof.auditor.ledger import STANDARD, Ledger
from proof.auditor.waiting_records import Offer, Wanted


def could_seat(ledger: Ledger, wanted: Wanted) -> bool:
    """Whether all of a party could be given what is free, at today's prices, to anybody."""
    return _in_an_area(ledger, wanted) or _side_by_side(ledger, wanted) or _scattered(ledger, wanted)


def seats_it(ledger: Ledger, offer: Offer, wanted: Wanted) -> bool:
    """Whether an offer is what a party waits for; that it is free is asked elsewhere."""
    if offer.places:
        place = offer.places[0]
        alone = len(offer.places) == 1 and not offer.seats
        return alone and place.qty == wanted.size and _area_suits(ledger, place.area, wanted)
    seats = sorted(each.seat for each in offer.seats)
    if len(seats) != wanted.size or not all(_suits(ledger, seat, wanted) for seat in seats):
        return False
    return not wanted.side_by_side or _neighbours(ledger, seats)


def _neighbours(ledger: Ledger, seats: list[int]) -> bool:
    first, last = seats[0], seats[-1]
    together = last - first == len(seats) - 1
    return together and any(start <= first and last < stop for start, stop in ledger.house.stretches)


def _side_by_side(ledger: Ledger, wanted: Wanted) -> bool:
    house, size = ledger.house, wanted.size
    for first, stop in house.stretches:
        if house.whole_table[first] is not None and stop - first != size:
            continue
        run = 0
        for seat in range(first, stop):
            run = run + 1 if _free_for(ledger, seat, wanted) else 0
            if run >= size and _one_kind(ledger, range(seat - size + 1, seat + 1), wanted):
                return True
    return False


def _scattered(ledger: Ledger, wanted: Wanted) -> bool:
    if wanted.side_by_side:
        return False
    whole = ledger.house.whole_table
    fit = [
        seat
        for seat in range(len(whole))
        if whole[seat] is None and _free_for(ledger, seat, wanted) and _one_kind(ledger, (seat,), wanted)
    ]
    return len(fit) >= wanted.size


def _in_an_area(ledger: Ledger, wanted: Wanted) -> bool:
    return any(
        ledger.room_in(area) >= wanted.size and _area_suits(ledger, area, wanted)
        for area in range(len(ledger.house.areas))
    )


def _area_suits(ledger: Ledger, area: int, wanted: Wanted) -> bool:
    open_to_all = not ledger.area_off_sale[area] and ledger.area_channel[area] is None
    return (
        open_to_all
        and not wanted.wheelchair
        and _affordable(ledger, ledger.house.area_categories[area], wanted)
    )


def _free_for(ledger: Ledger, seat: int, wanted: Wanted) -> bool:
    return ledger.public[seat] == FREE and ledger.channel_of[seat] is None and _suits(ledger, seat, wanted)


def _suits(ledger: Ledger, seat: int, wanted: Wanted) -> bool:
    return _affordable(ledger, ledger.house.categories[seat], wanted)


def _affordable(ledger: Ledger, category: str, wanted: Wanted) -> bool:
    price = ledger.price_of(category, STANDARD)
    if price is None or (wanted.categories and category not in wanted.categories):
        return False
    return wanted.price_max is None or price <= wanted.price_max


def _one_kind(ledger: Ledger, seats: Iterable[int], wanted: Wanted) -> bool:
    """Wheelchair places for those who ask for them, none for those who ask for none."""
    return wanted.wheelchair is None or all(
        ledger.house.accessible[seat] is wanted.wheelchair for seat in seats
    )
