"""Messages as commands: which section is asked for what."""

from __future__ import annotations

import msgspec
import pytest

from engine.amounts import minor_units
from engine.commands import BookHold, HoldBest, HoldPlaces, HoldSeats, PinHold, ReleaseHold, SwapHold
from engine.gathering import Ask
from engine.ids import id_body
from gateway.access.auth import Principal
from gateway.sections import commands
from gateway.sections.commands import Routed
from protocol.errors import Problem
from protocol.requests import (
    CheckoutBody,
    HoldCreate,
    HoldCreateBody,
    HoldExtendBody,
    HoldReleaseBody,
    HoldSwapBody,
    OrderBody,
)
from tests.unit.gateway.desks import ALL_CODECS, ANN
from tests.unit.gateway.houses import hold_in, house

STAFF = Principal("usr_staff", "organiser", ("vip",), 1.0, standing="staff")


def create(**body: object) -> Routed | Problem:
    """What a hold request becomes."""
    typed = msgspec.convert({"event": "evt_1", **body}, HoldCreateBody)
    return commands.create_hold(house(), typed, ANN, "key")


def routed(found: Routed | Problem) -> Routed:
    """What is sent."""
    assert isinstance(found, Routed), found
    return found


def refused(found: Routed | Problem) -> str:
    """The code of what is not sent."""
    assert isinstance(found, Problem), found
    return found.code


@pytest.mark.parametrize(
    ("label", "stream"),
    [("FAR-A-1", 11), ("NEAR-LEFT-A-4", 12), ("MIDDLE-A-1", 13), ("MIDDLE-T1-2", 13), ("MIDDLE-T1", 13)],
)
def test_a_label_leads_to_its_section(label: str, stream: int) -> None:
    """Seats, seats at tables and whole tables are found by their labels, also in a section with a dash."""
    found = routed(create(seats=[label], types={label: "child"}))
    assert (stream,) == found.streams
    assert HoldSeats((label,), {label: "child"}) == found.request.command


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"seats": ["NOWHERE-A-1"]}, "not_found"),
        ({"seats": ["FAR-A-1"], "ga": {"area": "PIT", "qty": 1}}, "invalid"),
        ({}, "invalid"),
        ({"ga": {"area": "FIELD", "qty": 1}}, "not_found"),
        ({"best": {"qty": 7}}, "best_available_not_found"),
        ({"best": {"qty": 1, "sections": ["NOWHERE"]}}, "best_available_not_found"),
        ({"best": {"qty": 1, "categories": ["bronze"]}}, "best_available_not_found"),
        ({"seats": ["FAR-A-1"], "hold": "hld_bad"}, "not_found"),
        ({"seats": ["FAR-A-1"], "hold": hold_in(99)}, "not_found"),
    ],
)
def test_what_no_section_could_answer(body: dict[str, object], code: str) -> None:
    """What names nothing is refused before any section is asked."""
    assert code == refused(create(**body))


GOLD = {"MIDDLE-T1": "child", "FAR-A-1": "child"}
FAR_TABLE = Ask(11, "FAR", HoldSeats(("FAR-A-1", "FAR-A-2"), {"FAR-A-1": "child"}))
TABLE = Ask(13, "MIDDLE", HoldSeats(("MIDDLE-T1",), {"MIDDLE-T1": "child"}))


@pytest.mark.parametrize(
    ("body", "streams", "asks"),
    [
        ({"seats": ["MIDDLE-T1", "FAR-A-1", "FAR-A-2"], "types": GOLD}, (13, 11), (FAR_TABLE, TABLE)),
        (
            {"seats": ["FAR-A-1"], "hold": hold_in(13)},
            (13, 11),
            (Ask(11, "FAR", HoldSeats(("FAR-A-1",))),),
        ),
        (
            {"ga": {"area": "PIT", "qty": 2}, "hold": hold_in(13)},
            (13, 12),
            (Ask(12, "NEAR-LEFT", HoldPlaces("PIT", 2)),),
        ),
        (
            {"best": {"qty": 2, "sections": ["FAR"]}, "hold": hold_in(13)},
            (13, 11),
            (Ask(11, "FAR", HoldBest(2)),),
        ),
    ],
)
def test_what_spans_sections_is_gathered(
    body: dict[str, object], streams: tuple[int, ...], asks: tuple[Ask, ...]
) -> None:
    """The first section named decides, or that of the hold; all are asked in the order of their streams."""
    found = routed(create(**body))
    assert found.wish is not None
    assert (streams, asks) == (found.streams, found.wish.asks)
    assert (streams[0], body.get("hold")) == (found.wish.home, found.wish.hold)


def test_a_swap_may_lead_to_another_section() -> None:
    """What is taken says which sections are asked; a swap within one is its own affair."""
    hold = hold_in(12)
    body = HoldSwapBody(hold, ("NEAR-LEFT-A-1",), ("FAR-A-1",), {})
    swap = routed(commands.swap_hold(house(), body, ANN, "k"))
    assert swap.wish is not None
    assert ((12, 11), hold, ("NEAR-LEFT-A-1",)) == (swap.streams, swap.wish.hold, swap.wish.release)
    within = HoldSwapBody(hold, ("NEAR-LEFT-A-1",), ("NEAR-LEFT-A-2",), {})
    assert None is routed(commands.swap_hold(house(), within, ANN, "k")).wish
    twice = HoldSwapBody(hold, ("FAR-A-1",), ("FAR-A-1",), {})
    assert "invalid" == refused(commands.swap_hold(house(), twice, ANN, "k"))


def test_places_carry_their_ticket_type() -> None:
    """The ticket type of an area is looked up by its name."""
    found = routed(create(ga={"area": "PIT", "qty": 3}, types={"PIT": "child"}))
    assert ((12,), HoldPlaces("PIT", 3, "child")) == (found.streams, found.request.command)


@pytest.mark.parametrize(
    ("best", "streams"),
    [
        ({"qty": 2}, (12, 13, 11)),
        ({"qty": 5}, (13,)),
        ({"qty": 2, "sections": ["FAR", "MIDDLE"]}, (13, 11)),
        ({"qty": 2, "categories": ["silver"]}, (13,)),
        ({"qty": 4, "categories": ["gold"]}, (12, 11)),
    ],
)
def test_best_available_asks_near_sections_first(best: dict[str, object], streams: tuple[int, ...]) -> None:
    """Sections that could ever fit are asked in the order of their distance to the focal point."""
    found = routed(create(best=best))
    assert streams == found.streams
    assert isinstance(found.request.command, HoldBest)


def test_best_available_with_all_wishes() -> None:
    """Every wish reaches the section; prices arrive in minor units."""
    best = {
        "qty": 2,
        "categories": ["gold"],
        "adjacent": False,
        "accessible": True,
        "max_price": "89.5",
    }
    found = routed(create(best=best, types={"gold": "child"}, hold=hold_in(11)))
    command = HoldBest(2, ("gold",), False, True, 8950, {"gold": "child"}, hold_in(11))
    assert ((11,), command) == (found.streams, found.request.command)


def test_the_fingerprint_is_the_body_alone() -> None:
    """The same body has the same fingerprint in every encoding and under every key; another body has not."""
    body = {"event": "evt_1", "seats": ["FAR-A-1"], "types": {"FAR-A-1": "child", "b": "c"}}
    turned = {"types": {"b": "c", "FAR-A-1": "child"}, "seats": ["FAR-A-1"], "event": "evt_1", "hold": None}
    prints = set()
    for each in (body, turned):
        message = {"t": "hold.create", "id": 1, "idem": "k", "d": each}
        for codec in ALL_CODECS:
            encoded = codec.encode(message)
            request = codec.request(encoded.decode() if codec.text else encoded)
            assert isinstance(request, HoldCreate)
            prints.add(
                routed(commands.create_hold(house(), request.d, ANN, request.idem)).request.fingerprint
            )
    prints.add(
        routed(create(**{key: value for key, value in body.items() if key != "event"})).request.fingerprint
    )
    assert 1 == len(prints)
    other = routed(create(seats=["FAR-A-2"], types=body["types"]))
    assert other.request.fingerprint not in prints


def test_operations_on_one_hold_differ() -> None:
    """The same body under another operation is another request."""
    hold = hold_in(12)
    extend = routed(commands.extend_hold(HoldExtendBody(hold), ANN, "k")).request
    release = routed(commands.release_hold(HoldReleaseBody(hold), ANN, "k")).request
    assert extend.fingerprint != release.fingerprint


def test_a_hold_leads_to_its_section() -> None:
    """Commands on a hold go to the stream that its id names, with the caller's rights."""
    hold = hold_in(12)
    release = routed(commands.release_hold(HoldReleaseBody(hold, ("a",)), STAFF, "k"))
    assert ((12,), ReleaseHold(hold, ("a",))) == (release.streams, release.request.command)
    assert ("usr_staff", "staff", ("vip",)) == (
        release.request.principal,
        release.request.role,
        release.request.channels,
    )
    swap = routed(commands.swap_hold(None, HoldSwapBody(hold, ("a",), ("b",), {"b": "child"}), ANN, "k"))
    assert SwapHold(hold, ("a",), ("b",), {"b": "child"}) == swap.request.command
    checkout = msgspec.convert({"hold": hold, "buyer": {"name": "Ann", "email": "a@b"}}, CheckoutBody)
    assert PinHold(hold) == routed(commands.pin_hold(checkout, ANN, "k")).request.command
    assert BookHold(hold) == routed(commands.book_hold(checkout, ANN, "k")).request.command


def test_ids_of_the_wrong_kind_name_nothing() -> None:
    """An order's id is no hold, and a hold's id is no order."""
    order = "ord_" + id_body(1, 2, 12)
    assert "not_found" == refused(commands.read_hold(order, ANN))
    assert "not_found" == refused(commands.read_order(OrderBody(hold_in(12)), ANN))
    assert (12,) == routed(commands.read_order(OrderBody(order), ANN)).streams


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("89.00", "EUR", 8900),
        ("89.5", "EUR", 8950),
        ("89", "JPY", 89),
        ("89.5", "JPY", None),
        ("1.25", "KWD", 1250),
    ],
)
def test_amounts_in_minor_units(amount: str, currency: str, units: int | None) -> None:
    """Amounts follow the digits of their currency; what is finer is nothing."""
    assert units == minor_units(amount, currency)
