"""What somebody wishes for as the engine has it, and which sections could ever satisfy it."""

from __future__ import annotations

from engine.amounts import minor_units
from engine.waitlist.wish import Wish
from gateway.sections.directory import EventMap
from protocol.errors import ErrorCode, Problem, problem
from protocol.waitlist_requests import WaitlistJoinBody


def register_of(event: EventMap) -> int:
    """The stream of the section that keeps the event's register: the first of the plan."""
    return event.info.sections[0].stream


def wish_of(event: EventMap, body: WaitlistJoinBody) -> Wish | Problem:
    """A body as a wish, in the event's own currency."""
    max_price = None
    if body.max_price is not None:
        max_price = minor_units(body.max_price, event.currency)
        if max_price is None:
            return problem(ErrorCode.INVALID, "max_price is finer than the currency.")
    return Wish(body.qty, body.categories or (), max_price, body.together, body.accessible)


def eligible(event: EventMap, wish: Wish) -> tuple[int, ...]:
    """The streams of all sections that have so many seats, or an area so large, of these categories."""
    seated = {each.section.stream for each in event.by_closeness if each.could_fit(wish.qty, wish.categories)}
    open_areas = {
        event.sections[part.name].stream
        for part in event.plan.sections
        for area in part.areas
        if area.capacity >= wish.qty and (not wish.categories or area.category in wish.categories)
    }
    return tuple(part.stream for part in event.info.sections if part.stream in seated | open_areas)
