"""The books of orders that were paid for, held against the bank's and the sections'.

Shares no code with what keeps them: rows are read as plain maps, and what a payment may look
like at rest is written here a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from proof.auditor.ledger import Ledger
from proof.auditor.possessions import Purchase

AT_REST = {"booked", "released", "refunded"}


class Account(msgspec.Struct, frozen=True):
    """What a bank says of one order: what it took in all, how often, and what it gave back."""

    order: str
    taken: int
    captures: int
    returned: int

    @property
    def kept(self) -> int:
        """What the house has of it."""
        return self.taken - self.returned


def accounts_of(intents: Iterable[Mapping[str, Any]]) -> dict[str, Account]:
    """The bank's own books by order."""
    found: dict[str, Account] = {}
    for intent in intents:
        took = intent.get("standing") == "taken"
        before = found.get(str(intent["order"]), Account(str(intent["order"]), 0, 0, 0))
        found[before.order] = Account(
            before.order,
            before.taken + (intent["amount"] if took else 0),
            before.captures + took,
            before.returned + sum(intent.get("refunds", {}).values()),
        )
    return found


def check_money(
    payments: Iterable[Mapping[str, Any]], accounts: Mapping[str, Account], ledgers: Mapping[int, Ledger]
) -> Iterator[str]:
    """All that is wrong with the money, once nothing is under way any more.

    `ledgers` are the sections' books by stream, as the auditor keeps them.
    """
    booked_for: set[str] = set()
    for payment in payments:
        order = str(payment["id"])
        account = accounts.get(order, Account(order, 0, 0, 0))
        purchase = ledgers[payment["stream"]].orders.get(str(payment["booking"]))
        if purchase is not None and purchase.stands == "confirmed":
            booked_for.add(purchase.id)
        yield from (f"{order}: {wrong}" for wrong in _payment(payment, account, purchase))
    for ledger in ledgers.values():
        for purchase in ledger.orders.values():
            if purchase.stands == "pending":
                yield f"{purchase.id}: it is pending though nobody pays for it any more"
            elif purchase.stands == "confirmed" and purchase.paid_by_saga and purchase.id not in booked_for:
                yield f"{purchase.id}: its seats are sold and nobody paid for them"


def _payment(payment: Mapping[str, Any], account: Account, purchase: Purchase | None) -> Iterator[str]:
    if payment.get("due_ms") is not None or payment.get("state") not in AT_REST:
        yield f"it is stuck, {payment.get('state')}"
    if account.captures > 1:
        yield f"its money was taken {account.captures} times"
    if account.taken not in (0, payment["amount"]):
        yield f"{account.taken} was taken for a price of {payment['amount']}"
    if account.returned > account.taken:
        yield f"{account.returned} was given back of {account.taken}"
    if (account.taken, account.returned) != (payment.get("captured", 0), _returned(payment)):
        yield f"the bank took {account.taken} and gave back {account.returned}, which our books do not say"
    stands = purchase is not None and purchase.stands == "confirmed"
    worth = purchase.amount if stands and purchase is not None else 0
    if account.kept > worth:
        yield f"{account.kept} is kept for what is worth {worth}"
    if stands and _all_back(payment, account, worth):
        yield "all of its money went back, and its seats are still sold"
    elif worth and account.kept < worth - _goodwill(payment):
        yield f"{account.kept} is kept for what is worth {worth}, and nobody gave back the rest"


def _returned(payment: Mapping[str, Any]) -> int:
    return sum(refund["amount"] for refund in payment.get("refunds", ()) if refund.get("done"))


def _all_back(payment: Mapping[str, Any], account: Account, worth: int) -> bool:
    """Whether nothing is kept. No goodwill excuses it: the last of the money goes with the seats alone."""
    return payment.get("state") == "refunded" or (0 < account.taken == account.returned and worth > 0)


def _goodwill(payment: Mapping[str, Any]) -> int:
    """What was given back without seats."""
    refunds = payment.get("refunds", ())
    return sum(refund["amount"] for refund in refunds if refund.get("done") and not refund.get("seats"))
