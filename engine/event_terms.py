"""The terms of a new event: what was asked for, completed with the plan's prices, and checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from engine.amounts import minor_units
from engine.fees import WHOLE
from engine.plan import Plan
from engine.terms import DEFAULT_TYPE, Fee, Limits, Terms

DAY_MS: Final = 86_400_000
COUNT_MAX: Final = 1_000_000_000
WAITING_MAX: Final = 100_000
AMOUNT_MAX: Final = 1_000_000_000_000
FEES_MAX: Final = 8
FEE_NAME_MAX: Final = 80
RANGES: Final[dict[str, tuple[int, int]]] = {
    "seats_per_hold": (1, COUNT_MAX),
    "seats_per_buyer": (1, COUNT_MAX),
    "holds_per_buyer": (1, COUNT_MAX),
    "hold_ttl_ms": (1_000, 7 * DAY_MS),
    "renewals": (0, COUNT_MAX),
    "hold_life_max_ms": (1_000, 30 * DAY_MS),
    "pay_ttl_ms": (1_000, 30 * DAY_MS),
    # The contract with clients: outcomes are kept for a day or more.
    "idempotency_ttl_ms": (DAY_MS, 30 * DAY_MS),
    "offer_ttl_ms": (1_000, 7 * DAY_MS),
    "waitlist_max": (0, WAITING_MAX),
}
"""The least and the most that each limit of a sale may be."""


class TermsInvalid(ValueError):
    """Terms that make no sense, for this plan or at all; the message says which and why."""


def complete_terms(plan: Plan, terms: Terms) -> Terms:
    """The terms with the plan's face value for each category that they set no price for.

    Raises `TermsInvalid`.
    """
    for fault in _faults(plan, terms):
        raise TermsInvalid(fault)
    priced = frozenset(terms.prices)
    return replace(terms, prices={**face_values(plan, terms.currency, priced), **terms.prices})


def face_values(plan: Plan, currency: str, priced: frozenset[str] = frozenset()) -> dict[str, dict[str, int]]:
    """`Terms.prices` with the face value of each category that has one and is not in `priced`.

    Raises `TermsInvalid` for a face value that is finer than the currency.
    """
    values: dict[str, dict[str, int]] = {}
    for category in plan.categories:
        if category.price is None or category.key in priced:
            continue
        units = minor_units(category.price, currency)
        if units is None:
            raise TermsInvalid(
                f"{category.price}, the face value of {category.key}, is finer than {currency}: set a price"
            )
        values[category.key] = {DEFAULT_TYPE: units}
    return values


def _faults(plan: Plan, terms: Terms) -> Iterator[str]:
    if not (len(terms.currency) == 3 and terms.currency.isascii() and terms.currency.isupper()):
        yield "currency must be three capital letters (ISO 4217)"
    keys = {category.key for category in plan.categories}
    for category, types in terms.prices.items():
        if category not in keys:
            yield f"the plan has no category {category}"
        for ticket_type, amount in types.items():
            if not 0 <= amount <= AMOUNT_MAX:
                yield f"the price of {category}, {ticket_type} must be from 0 to {AMOUNT_MAX}"
    yield from _fee_faults(terms.fees)
    yield from _limit_faults(terms.limits)


def _fee_faults(fees: tuple[Fee, ...]) -> Iterator[str]:
    if len(fees) > FEES_MAX:
        yield f"there are at most {FEES_MAX} fees"
    names = [fee.name for fee in fees]
    for fee in fees:
        if not 0 < len(fee.name) <= FEE_NAME_MAX or names.count(fee.name) > 1:
            yield f"each fee has a name of its own of at most {FEE_NAME_MAX} characters"
        if not 0 <= fee.amount <= AMOUNT_MAX:
            yield f"the fee {fee.name} must be from 0 to {AMOUNT_MAX}"
        if not 0 <= fee.share <= WHOLE:
            yield f"the share of the fee {fee.name} must be from 0 to {WHOLE} hundredths of a per cent"
    if sum(fee.share for fee in fees if fee.included) > WHOLE:
        yield "fees that are included in a price are at most all of it"


def _limit_faults(limits: Limits) -> Iterator[str]:
    for name, (least, most) in RANGES.items():
        if not least <= getattr(limits, name) <= most:
            yield f"{name} must be from {least} to {most}"
    if limits.hold_life_max_ms < limits.hold_ttl_ms:
        yield "hold_life_max_ms must not be less than hold_ttl_ms"
