"""Ways to spoil what clients were told. Each changes a sale, and says whether it had anything of the kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from protocol.history import Answered, Invoked, Refused
from tests.unit.proof.sales import HISTORY, Sale, lines_of


def answered(sale: Sale, operation: str) -> list[tuple[int, Any, Any]]:
    """Answers to calls of a kind, with their places and calls."""
    calls = {(each.client, each.call): each for _, each in lines_of(sale, Invoked)}
    return [
        (place, line, calls[line.client, line.call])
        for place, line in lines_of(sale, Answered)
        if calls[line.client, line.call].operation == operation
    ]


def change_body(sale: Sale, operation: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> bool:
    """Change body."""
    for place, line, _ in answered(sale, operation):
        changed = change(line.body)
        if changed != line.body:
            sale.lines[place] = replace(line, body=changed)
            return True
    return False


def change_problem(sale: Sale, of: str, **changes: Any) -> bool:
    """Change problem."""
    for place, line in lines_of(sale, Refused):
        if line.problem.code == of:
            sale.lines[place] = replace(line, problem=replace(line.problem, **changes))
            return True
    return False


def swap_two_acknowledgements(sale: Sale) -> bool:
    """Swap two acknowledgements."""
    found = answered(sale, "hold.create")
    pairs = [(one, two) for one in found for two in found if one[1].body["hold"] != two[1].body["hold"]]
    if not pairs:
        return False
    (at, one, _), (other_at, other, _) = pairs[0]
    sale.lines[at], sale.lines[other_at] = replace(one, body=other.body), replace(other, body=one.body)
    return True


def give_less_than_was_asked_for(sale: Sale) -> bool:
    """Who asked for seats by name, and got them, had asked for one more."""
    calls = [(place, each) for place, each in lines_of(sale, Invoked) if each.key is not None]
    for _, _, call in answered(sale, "hold.create"):
        if call.body.get("seats"):
            wanted = {**call.body, "seats": [*call.body["seats"], "S-NOWHERE-1"]}
            for place, each in calls:
                if each.key == call.key:
                    sale.lines[place] = replace(each, body=wanted)
            return True
    return False


def forge_an_acknowledgement(sale: Sale) -> bool:
    """Somebody who was refused is told that they have it, at the position of the refusal."""
    granted = answered(sale, "hold.create")
    for place, line in lines_of(sale, Refused):
        if line.problem.code == "seat_taken" and granted:
            body = {**granted[0][1].body, "pos": line.problem.pos}
            sale.lines[place] = Answered(line.at_ns, line.client, line.call, body)
            return True
    return False


def acknowledge_what_was_never_written(sale: Sale) -> bool:
    """Acknowledge what was never written."""

    def beyond(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "pos": [HISTORY, len(sale.rows) + 1]}

    return change_body(sale, "hold.create", beyond)


def name_another_history(sale: Sale) -> bool:
    """Name another history."""
    return change_body(sale, "hold.create", lambda body: {**body, "pos": ["other", body["pos"][1]]})


def name_another_section(sale: Sale) -> bool:
    """Name another section."""
    return change_body(sale, "hold.create", lambda body: {**body, "section": "T"})


def tell_another_price(sale: Sale) -> bool:
    """Tell another price."""
    free = {"amount": "0.00", "currency": "EUR"}
    return change_body(
        sale,
        "hold.create",
        lambda body: {**body, "items": [{**each, "price": free} for each in body["items"]]},
    )


def tell_another_total(sale: Sale) -> bool:
    """Tell another total."""
    wrong = {"amount": "0.01", "currency": "EUR"}
    return change_body(sale, "hold.create", lambda body: {**body, "total": wrong})


def tell_another_deadline(sale: Sale) -> bool:
    """Tell another deadline."""
    return change_body(sale, "hold.extend", lambda body: {**body, "expires_at": "2030-01-01T00:00:00.000Z"})


def tell_another_order(sale: Sale) -> bool:
    """Tell another order."""
    return change_body(sale, "order.cancel", lambda body: {**body, "order": "ord_other"})


def answer_a_key_twice(sale: Sale) -> bool:
    """Answer a key twice."""
    calls = {(each.client, each.call): each for _, each in lines_of(sale, Invoked)}
    seen: dict[str, int] = {}
    for place, line in lines_of(sale, Answered):
        key = calls[line.client, line.call].key
        if key in seen:
            body = {**line.body, "pos": [HISTORY, line.body["pos"][1] + 1]}
            sale.lines[place] = replace(line, body=body)
            return True
        if key is not None:
            seen[key] = place
    return False


# -- what was refused and read ------------------------------------------------------------------------


def name_another_seat_as_taken(sale: Sale) -> bool:
    """Name another seat as taken."""
    return change_problem(sale, "seat_taken", objects=("S-W-2", "S-W-1"))


def refuse_a_free_seat(sale: Sale) -> bool:
    """Somebody who got a seat is told that it was taken, at the position before."""
    refusals = [line.problem for _, line in lines_of(sale, Refused) if line.problem.code == "seat_taken"]
    for place, line, call in answered(sale, "hold.create"):
        if refusals and "seats" in call.body and call.body["seats"][0].startswith("S-A"):
            pos = (HISTORY, line.body["pos"][1] - 1)
            problem = replace(refusals[0], objects=tuple(call.body["seats"]), alternatives=(), pos=pos)
            sale.lines[place] = Refused(line.at_ns, line.client, line.call, problem)
            return True
    return False


def offer_a_taken_seat(sale: Sale) -> bool:
    """Offer a taken seat."""
    for _, line in lines_of(sale, Refused):
        if line.problem.code == "seat_taken":
            return change_problem(sale, "seat_taken", alternatives=((line.problem.objects[0],),))
    return False


def refuse_for_another_reason(sale: Sale) -> bool:
    """Refuse for another reason."""
    return change_problem(sale, "seat_taken", code="sale_paused")


def refuse_what_fits(sale: Sale) -> bool:
    """Refuse what fits."""
    for place, line, call in answered(sale, "hold.create"):
        if "best" in call.body:
            refusal = next((each.problem for _, each in lines_of(sale, Refused)), None)
            if refusal is not None:
                pos = (HISTORY, line.body["pos"][1] - 1)
                problem = replace(refusal, code="best_available_not_found", objects=(), pos=pos)
                sale.lines[place] = Refused(line.at_ns, line.client, line.call, problem)
                return True
    return False


def refuse_what_is_within_limits(sale: Sale) -> bool:
    """Refuse what is within limits."""
    return change_problem(sale, "sold_out", code="limit_exceeded")


def say_a_live_hold_has_ended(sale: Sale) -> bool:
    """Say a live hold has ended."""
    return change_problem(sale, "hold_mismatch", code="hold_expired")


def refuse_without_a_section_what_took_effect(sale: Sale) -> bool:
    """Refuse without a section what took effect."""
    calls = [(each.client, each.call) for _, each in lines_of(sale, Invoked)]
    keys = [each.key for _, each in lines_of(sale, Invoked)]
    for place, line in lines_of(sale, Refused):
        key = keys[calls.index((line.client, line.call))]
        if keys.count(key) == 1 and line.problem.code == "seat_taken":
            problem = replace(line.problem, code="invalid", section="", pos=None)
            sale.lines[place] = replace(line, problem=problem)
            return True
    return False


def read_something_else(sale: Sale) -> bool:
    """Read something else."""

    def other(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "status": "pending" if body["status"] != "pending" else "confirmed"}

    return change_body(sale, "order.get", other)


def read_the_past(sale: Sale) -> bool:
    """A read is answered as it would have been right when its order was made, much later."""
    last_ns = max(line.at_ns for _, line in lines_of(sale, Answered))
    for place, line, call in answered(sale, "order.get"):
        if line.body["pos"][1] < len(sale.rows) - 5:
            at = sale.lines.index(call)
            sale.lines[at] = replace(call, at_ns=last_ns + 1)
            sale.lines[place] = replace(line, at_ns=last_ns + 2)
            return True
    return False


def acknowledge_before_it_was_asked(sale: Sale) -> bool:
    """An early record answers a call that was invoked after a later one had ended."""
    last_ns = max(line.at_ns for _, line in lines_of(sale, Answered))
    for place, line, call in answered(sale, "hold.create"):
        if line.body["pos"][1] < len(sale.rows) - 5:
            sale.lines[sale.lines.index(call)] = replace(call, at_ns=last_ns + 1)
            sale.lines[place] = replace(line, at_ns=last_ns + 2)
            again = [each for _, each in lines_of(sale, Invoked) if each.key == call.key]
            return len(again) == 1
    return False
