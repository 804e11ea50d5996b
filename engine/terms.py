"""The terms on which one section sells: prices, limits, deadlines and rules.

Set when an event is created and written into the first record of each section's
journal, so that a replay needs nothing but the journal and the plan.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

Sale = Literal["not_open", "open", "paused", "closed"]
OrphanRule = Literal["off", "best", "strict"]
DEFAULT_TYPE = "standard"


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Bounds that a buyer meets; counted per section. Durations in milliseconds.

    `seats_per_buyer` counts what a buyer holds and has booked together, `holds_per_buyer`
    live holds; `renewals` bounds extensions and `hold_life_max_ms` the whole life of a hold.
    `waitlist_max` bounds how many may wait (0: there is no waitlist), for `offer_ttl_ms` to answer an offer.
    """

    seats_per_hold: int = 10
    seats_per_buyer: int = 20
    holds_per_buyer: int = 5
    hold_ttl_ms: int = 600_000
    renewals: int = 10
    hold_life_max_ms: int = 7_200_000
    pay_ttl_ms: int = 900_000
    idempotency_ttl_ms: int = 86_400_000
    offer_ttl_ms: int = 900_000
    waitlist_max: int = 10_000


class Fee(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is asked beside the price of a ticket, for each ticket or once for an order.

    `amount` in minor units, `share` of the price in hundredths of a per cent (250 is 2.5 %); both
    may be given. An `included` fee is told and is a part of the price; others come on top.
    """

    name: str
    amount: int = 0
    share: int = 0
    per: Literal["ticket", "order"] = "ticket"
    included: bool = False


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """`prices` maps category key to ticket type to an amount in minor units of `currency`.

    A category without a price is free of charge; a ticket type that a category does not
    list is refused. `orphan_rule`: `best` steers best-available away from leaving single
    seats, `strict` also refuses named seats that would, `off` ignores them; no setting ever
    costs a booking when nothing else fits. `fees` never change once an event is there.
    """

    currency: str = "EUR"
    prices: dict[str, dict[str, int]] = {}
    limits: Limits = Limits()
    orphan_rule: OrphanRule = "best"
    sale: Sale = "not_open"
    fees: tuple[Fee, ...] = ()


def with_price(terms: Terms, category: str, ticket_type: str, amount: int) -> Terms:
    """The terms with one price as it is from now on."""
    types = {**terms.prices.get(category, {}), ticket_type: amount}
    return replace(terms, prices={**terms.prices, category: types})
