"""Commands about parts: a section lends them, and hears from gateways what became of them."""

from __future__ import annotations

from typing import assert_never

from engine.commands import Entry, GatherHold, ReduceOrder, ReleaseHold, SettlePart, TakePart, WithParts
from engine.contents import without
from engine.decide_gather import gather_hold
from engine.decide_orders import judge_order
from engine.decide_takes import judge_take
from engine.events import AnyEvent, HoldChanged, HoldReleased, OrderReduced, PartSettled, PartTaken
from engine.fees import amount_of
from engine.guards import find_hold, order_for
from engine.items import fewer
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.transitions import Step

PartCommand = TakePart | GatherHold | WithParts | SettlePart


def judge_part(state: SectionState, entry: Entry, command: PartCommand) -> AnyEvent | Refusal:
    """Judge a command of this family."""
    match command:
        case TakePart():
            return take_part(state, entry, command)
        case GatherHold():
            return gather_hold(state, entry, command)
        case SettlePart():
            return settle_part(state, entry, command)
        case WithParts(command=inner):
            if isinstance(inner, ReleaseHold):
                return release_with_parts(state, entry, inner)
            if isinstance(inner, ReduceOrder):
                return reduce_with_parts(state, entry, inner)
            return judge_order(state, entry, inner)
        case _ as never:
            assert_never(never)


def take_part(state: SectionState, entry: Entry, command: TakePart) -> PartTaken | Refusal:
    """Lend what a hold of another section is to have, on the terms on which a hold is given here."""
    if command.gathering in state.lent:  # its key was forgotten, and it was not
        return Refusal(Code.HOLD_MISMATCH, objects=(command.gathering,))
    taken = judge_take(state, entry, command.take)
    if isinstance(taken, Refusal):
        return taken
    return PartTaken(command.gathering, command.home, taken.seats, taken.places)


def settle_part(state: SectionState, entry: Entry, command: SettlePart) -> PartSettled | Refusal:
    """Keep of a part what is still wanted. It only gets less, and sold: news may come in any order."""
    if entry.request.role == "buyer":
        return Refusal(Code.SCOPE_MISSING)
    lent = state.lent.get(command.gathering)
    if lent is None:
        return Refusal(Code.NOT_FOUND, objects=(command.gathering,))
    labels, areas = state.layout.labels, state.layout.area_names
    seats = tuple([item for item in lent.seats if labels[item.seat] in command.kept])
    places = tuple([item for item in lent.places if areas[item.area] in command.kept])
    sold = command.sold or lent.sold
    if (seats, places, sold) == (lent.seats, lent.places, lent.sold):
        return Refusal(Code.HOLD_MISMATCH, "This is known.", (command.gathering,))
    return PartSettled(command.gathering, seats, places, sold, command.by_stream, command.by_seq)


def release_with_parts(
    state: SectionState, entry: Entry, command: ReleaseHold
) -> HoldReleased | HoldChanged | Refusal:
    """Give back all of a hold or what is named of it, whichever sections that is in."""
    hold = find_hold(state, entry, command.hold, Step.RELEASE)
    if isinstance(hold, Refusal):
        return hold
    if command.objects is None:
        return HoldReleased(hold.id, entry.at_ms)
    left = without(state.layout, hold, command.objects)
    if isinstance(left, Refusal):
        return left
    if not left.size:
        return HoldReleased(hold.id, entry.at_ms)
    return HoldChanged(hold.id, left.seats, left.places, hold.expires_ms, hold.renewals_left, left.parts)


def reduce_with_parts(state: SectionState, entry: Entry, command: ReduceOrder) -> OrderReduced | Refusal:
    """Take some of a booking back, whichever sections that is in."""
    order = order_for(state, entry, command.order, Step.REDUCE)
    if isinstance(order, Refusal):
        return order
    left = without(state.layout, order, command.objects)
    if isinstance(left, Refusal):
        return left
    if not left.size:
        return Refusal(Code.INVALID, "That is the whole order: cancel it.", (order.id,))
    return OrderReduced(
        order.id,
        tuple([item for item in order.seats if item not in left.seats]),
        tuple([place for place in order.places if place not in left.places]),
        amount_of(state.terms.fees, left.seats, left.places, left.parts),
        fewer(order.parts, left.parts),
        order.known_as,
    )
