"""Whether what a hold takes could be taken: free, for sale, whole, affordable, within the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from proof.auditor.ledger import Ledger
from proof.auditor.possessions import Holding, by_the_house, size_of, size_of_shares
from proof.auditor.records import Changed, Entry, Lends, Placed, PlacesEntry, SeatEntry, Share
from proof.auditor.rules import Rule
from proof.auditor.sharing import check_lending, check_shares
from proof.auditor.waiting_records import Offer

Finding = tuple[Rule, str]
Claim = Placed | Changed | Lends
Given = Placed | Changed | Lends | Offer


def check_claims(
    ledger: Ledger, entry: Entry, claim: Claim, staff: Collection[str] | None
) -> Iterator[Finding]:
    """All that is wrong with a new hold, with a change of one, or with what is lent to one elsewhere."""
    unknown = list(_unknown(ledger, claim))
    if unknown:
        yield from unknown
        return
    hold = None if isinstance(claim, Lends) else ledger.holds.get(claim.hold)
    if isinstance(claim, Lends):
        yield from check_lending(ledger, claim)
    elif isinstance(claim, Placed):
        yield from _placing(ledger, entry, claim)
        hold = None
    elif hold is None or hold.order is not None:
        yield Rule.LIVE, f"{claim.hold} changes and is {'pinned' if hold else 'not a live hold'}"
        return
    else:
        yield from _changing(ledger, entry, claim, hold)
        if staff is not None and entry.principal != hold.owner and entry.principal not in staff:
            yield Rule.OWNERS, f"{entry.principal} changes {hold.id}, which is {hold.owner}'s"
    if not isinstance(claim, Lends):
        yield from check_shares(ledger, claim, hold)
    yield from _seats(ledger, claim, hold)
    yield from _areas(ledger, claim, hold)
    if staff is not None and entry.principal not in staff and not by_the_house(entry.key):
        yield from _limits(ledger, claim, hold, hold.owner if hold else entry.principal)


def check_given(ledger: Ledger, offer: Offer) -> Iterator[Finding]:
    """All that is wrong with what somebody is offered: it is free, for sale, and costs what it costs."""
    unknown = list(_unknown(ledger, offer))
    if unknown:
        yield from unknown
        return
    yield from _seats(ledger, offer, None)
    yield from _areas(ledger, offer, None)


def _unknown(ledger: Ledger, claim: Given) -> Iterator[Finding]:
    house = ledger.house
    for each in claim.seats:
        if not 0 <= each.seat < len(house.labels):
            yield Rule.READABLE, f"there is no seat {each.seat} in this section"
    for place in claim.places:
        if not 0 <= place.area < len(house.areas) or place.qty < 1:
            yield Rule.READABLE, f"there are no {place.qty} places in an area {place.area}"
    if not claim.seats and not claim.places and not _shares(claim):
        yield Rule.READABLE, f"{_name(claim)} has nothing"


def _placing(ledger: Ledger, entry: Entry, placed: Placed) -> Iterator[Finding]:
    if placed.hold in ledger.holds or placed.hold in ledger.past:
        yield Rule.LIVE, f"{placed.hold} was placed before"
    limits = ledger.terms.limits
    if placed.expires_ms != entry.at_ms + min(limits.hold_ttl_ms, limits.hold_life_max_ms):
        yield Rule.DEADLINES, f"{placed.hold} is to live until {placed.expires_ms}"
    if placed.renewals_left != limits.renewals:
        yield Rule.DEADLINES, f"{placed.hold} may be renewed {placed.renewals_left} times"


def _changing(ledger: Ledger, entry: Entry, changed: Changed, hold: Holding) -> Iterator[Finding]:
    """A change renews a hold or changes what is in it, not both."""
    if changed.renewals_left == hold.renewals_left:
        if changed.expires_ms != hold.expires_ms:
            yield Rule.DEADLINES, f"{hold.id} is to live until {changed.expires_ms} without being renewed"
        return
    limits = ledger.terms.limits
    last_ms = hold.placed_ms + limits.hold_life_max_ms
    longest_ms = max(hold.expires_ms, min(entry.at_ms + limits.hold_ttl_ms, last_ms))
    if changed.renewals_left != hold.renewals_left - 1 or changed.renewals_left < 0:
        yield Rule.DEADLINES, f"{hold.id} has {changed.renewals_left} renewals, after {hold.renewals_left}"
    if changed.expires_ms != longest_ms:
        yield Rule.DEADLINES, f"{hold.id} is renewed until {changed.expires_ms}"
    if (changed.seats, changed.places, changed.shares) != (hold.seats, hold.places, hold.shares):
        yield Rule.DEADLINES, f"{hold.id} is renewed and changed at once"


def _seats(ledger: Ledger, claim: Given, hold: Holding | None) -> Iterator[Finding]:
    had = {each.seat: each for each in hold.seats} if hold else {}
    labels = ledger.house.labels
    seen: set[int] = set()
    for each in claim.seats:
        if each.seat in seen:
            yield Rule.ONE_OWNER, f"{labels[each.seat]} is given twice"
        seen.add(each.seat)
        if each.seat in had:
            if each != had[each.seat]:
                yield Rule.PRICES, f"{labels[each.seat]} is kept at another price"
        else:
            yield from _taken(ledger, each)
    for each in claim.seats:
        table = ledger.house.whole_table[each.seat]
        if table is not None and not seen.issuperset(ledger.house.tables[table]):
            yield Rule.ON_SALE, f"{labels[each.seat]} is given without the rest of {table}"


def _taken(ledger: Ledger, each: SeatEntry) -> Iterator[Finding]:
    house = ledger.house
    label, owner = house.labels[each.seat], ledger.owners[each.seat]
    if owner is not None:
        yield Rule.ONE_OWNER, f"{label} is {owner}'s and is given again"
    if ledger.blocked[each.seat] or ledger.off_sale[each.seat]:
        yield Rule.ON_SALE, f"{label} is not for sale and is given"
    price = ledger.price_of(house.categories[each.seat], each.kind)
    if price != each.price:
        yield Rule.PRICES, f"{label} is given for {each.price}, and costs {price}"


def _areas(ledger: Ledger, claim: Given, hold: Holding | None) -> Iterator[Finding]:
    had, wanted = _places(hold.places if hold else ()), _places(claim.places)
    by_area: Counter[int] = Counter()
    for kind in wanted.keys() | had.keys():
        area, ticket, price = kind
        more = wanted[kind] - had[kind]
        by_area[area] += more
        name = ledger.house.areas[area]
        if more > 0 and price != ledger.price_of(ledger.house.area_categories[area], ticket):
            yield Rule.PRICES, f"places of {name} are given for {price}"
        if more > 0 and ledger.area_off_sale[area]:
            yield Rule.ON_SALE, f"{name} is not for sale and is given"
    for area, more in by_area.items():
        if more > ledger.room_in(area):
            yield Rule.CAPACITY, f"{ledger.house.areas[area]} has no {more} places left"


def _places(places: tuple[PlacesEntry, ...]) -> Counter[tuple[int, str, int]]:
    counted: Counter[tuple[int, str, int]] = Counter()
    for each in places:
        counted[each.area, each.kind, each.price] += each.qty
    return counted


def _limits(ledger: Ledger, claim: Claim, hold: Holding | None, owner: str) -> Iterator[Finding]:
    size, limits = size_of(claim.seats, claim.places), ledger.terms.limits
    more = size - (hold.size if hold else 0)
    elsewhere = size_of_shares(_shares(claim))
    further = elsewhere - (hold.size_everywhere - hold.size if hold else 0)
    kept = {each.seat for each in hold.seats} if hold else set()
    if more <= 0 and further <= 0 and all(each.seat in kept for each in claim.seats):
        return
    if ledger.terms.sale != "open":
        yield Rule.LIMITS, f"{_name(claim)} takes while the sale is {ledger.terms.sale}"
    if size + elsewhere > limits.seats_per_hold:
        yield Rule.LIMITS, f"{_name(claim)} has {size + elsewhere} places"
    if hold is None and ledger.holds_of.get(owner, 0) >= limits.holds_per_buyer:
        yield Rule.LIMITS, f"{owner} has one hold too many"
    if more > 0 and ledger.size_of_owner.get(owner, 0) + more > limits.seats_per_buyer:
        yield Rule.LIMITS, f"{owner} has too many places"


def _name(claim: Given) -> str:
    return claim.gathering if isinstance(claim, Lends) else claim.hold


def _shares(claim: Given) -> tuple[Share, ...]:
    return claim.shares if isinstance(claim, Placed | Changed) else ()
