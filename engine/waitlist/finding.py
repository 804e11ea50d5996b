"""Checks that the commands of the waitlist share, and its questions."""

from __future__ import annotations

from engine.commands import Entry
from engine.guards import check_sale, is_staff
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.waitlist.fit import fit
from engine.waitlist.party import Party, Past
from engine.waitlist.standing import Move, may
from engine.waitlist.wish import Wish


def find_entry(state: SectionState, entry: Entry, name: str) -> Party | Past | Refusal:
    """An entry of the caller's, live or ended; other people's entries do not exist."""
    found = state.waitlist.parties.get(name) or state.waitlist.past.get(name)
    if found is None or not (found.owner == entry.request.principal or is_staff(entry.request)):
        return Refusal(Code.NOT_FOUND, objects=(name,))
    return found


def find_live(state: SectionState, entry: Entry, name: str, step: Move) -> Party | Refusal:
    """A live entry of the caller's that may take this step."""
    found = find_entry(state, entry, name)
    if isinstance(found, Refusal):
        return found
    if isinstance(found, Past):
        return Refusal(Code.OFFER_EXPIRED, "This entry has ended.", (name,))
    if not may(found.standing, step):
        return Refusal(Code.HOLD_MISMATCH, "This entry waits for its offer to be confirmed.", (name,))
    return found


def find_fit(state: SectionState, entry: Entry, wish: Wish, *, here: bool) -> Refusal | None:
    """Why nobody may wait for this: nonsense, limits, seats that fit are free, the sale is not open."""
    unknown = tuple(key for key in wish.categories if key not in state.layout.categories)
    if unknown:
        return Refusal(Code.NOT_FOUND, "No such category.", unknown)
    if wish.qty < 1:
        return Refusal(Code.INVALID, "At least one seat must be waited for.")
    if here and state.terms.sale == "open" and fit(state, wish) is not None:
        return Refusal(Code.SEATS_AVAILABLE)
    return _nonsense(state, entry, wish) or _sale(state, entry)


def _nonsense(state: SectionState, entry: Entry, wish: Wish) -> Refusal | None:
    limits = state.terms.limits
    if not limits.waitlist_max:
        return Refusal(Code.INVALID, "This event has no waitlist.")
    if wish.qty > limits.seats_per_hold:
        return Refusal(Code.LIMIT_EXCEEDED, f"A hold has at most {limits.seats_per_hold} seats.")
    if state.quantity_of.get(entry.request.principal, 0) + wish.qty > limits.seats_per_buyer:
        return Refusal(Code.LIMIT_EXCEEDED, f"You may have at most {limits.seats_per_buyer} seats.")
    return None


def _sale(state: SectionState, entry: Entry) -> Refusal | None:
    """Whoever joins the waitlist of a sale that is closed would wait for nothing, staff or not."""
    refusal = check_sale(state, entry.request)
    if refusal is None and state.terms.sale != "open":
        return Refusal(Code.SALE_NOT_OPEN)
    return refusal
