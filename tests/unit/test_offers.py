"""What is left of a section: free places by category, the most of them side by side, the lowest price."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.layout import SectionLayout
from engine.listings import Offer, Survey
from engine.offers import FREE, at_prices, first_offers, lowest_price, offers, unpacked
from engine.outline import Outline
from engine.plan import Area, Plan, Row, Section
from engine.terms import with_price
from engine.views import area_free, packed_status
from tests.unit.section_world import PLAN, TERMS, World, chairs

# Of each category: how many are free, and how many of them lie side by side.
Left = dict[str, tuple[int, int]]

ALL: Left = {"free": (3 + 2, 3), "gold": (6 + 4, 6), "silver": (6 + 5, 5), "wheel": (2, 2)}
SOLD = 2

STORIES: dict[str, tuple[str, Left]] = {
    "nothing is taken": ("", ALL),
    "a seat that is taken parts its neighbours": (
        "ann hold A-3 -> placed A-3",
        {**ALL, "gold": (5 + 4, 4)},  # the whole table's four are more than
    ),
    "a table of which a seat is gone is not sold whole": (
        """
        staff block T-2                  -> blocked
        ann hold A-3                     -> placed A-3
        """,
        {**ALL, "gold": (5, 3)},
    ),
    "a table whose seats are sold one by one keeps the others": (
        "ann hold U-2                    -> placed U-2",
        {**ALL, "free": (2 + 2, 2)},
    ),
    "in an area everybody is side by side": (
        "ann places Floor 2              -> placed Floor:2",
        {**ALL, "silver": (6 + 3, 3)},
    ),
    "what was given back is left again": (
        """
        ann hold A-3 A-4 as h            -> placed A-3 A-4
        ann places Floor 2 into=h        -> changed A-3 A-4 Floor:2
        ann release h                    -> released
        """,
        ALL,
    ),
    "what is sold, or not for sale, is not left": (
        """
        ann hold W-1 W-2 as h            -> placed W-1 W-2
        ann buy h                        -> booked W-1 W-2
        staff unsell Floor               -> for_sale
        staff unsell B-2                 -> for_sale
        """,
        {**ALL, "wheel": (0, 0), "silver": (5, 3)},
    ),
}


def left_of(found: tuple[Offer, ...]) -> Left:
    """Offers without their prices."""
    return {offer.category: (offer.free, offer.run) for offer in found}


@pytest.mark.parametrize(("story", "expected"), STORIES.values(), ids=STORIES)
def test_what_is_left_after_a_story(story: str, expected: Left) -> None:
    """It follows from what the section tells the world: packed statuses, and free places by area."""
    world = World()
    world.play(story)
    state, layout = world.state, world.layout
    told = unpacked(packed_status(state.public), layout.seat_count)
    areas = {index: area_free(state, index) for index in range(len(layout.area_names))}
    assert expected == left_of(offers(Outline(PLAN, "S"), told, areas, state.terms))


def test_before_anybody_came_all_is_left() -> None:
    """Sorted by category, each at the lowest of its prices; one without a price is free of charge."""
    assert (
        Offer("free", 0.0, 5, 3),
        Offer("gold", 5.0, 10, 6),
        Offer("silver", 6.0, 11, 5),
        Offer("wheel", 0.0, 2, 2),
    ) == first_offers(PLAN, "S", TERMS)


@pytest.mark.parametrize(("currency", "expected"), [("EUR", 5.0), ("JPY", 500.0), ("KWD", 0.5)])
def test_prices_are_in_units_of_the_currency(currency: str, expected: float) -> None:
    """The lowest of them, by the currency's own precision."""
    assert expected == lowest_price(replace(TERMS, currency=currency), "gold")


@pytest.mark.parametrize(
    ("categories", "taken", "expected"),
    [
        ("ggssg", (), {"gold": (3, 2), "silver": (2, 2)}),
        ("ggssg", (0, 3), {"gold": (2, 1), "silver": (1, 1)}),
        ("ggg", (1,), {"gold": (2, 1)}),
        ("gsgsg", (), {"gold": (3, 1), "silver": (2, 1)}),
        ("gggsss", (0, 1, 2), {"gold": (0, 0), "silver": (3, 3)}),
    ],
)
def test_side_by_side_is_of_one_category(categories: str, taken: tuple[int, ...], expected: Left) -> None:
    """Who sits between two of a category parts them, and so does a seat that is taken."""
    names = {"g": "gold", "s": "silver"}
    seats = [
        replace(seat, category=names[letter])
        for seat, letter in zip(chairs(1, "gold", len(categories)), categories, strict=True)
    ]
    plan = Plan("P", PLAN.categories, (Section("S", (Row("A", tuple(seats)),)),))
    statuses = bytes(SOLD if seat in taken else FREE for seat in range(len(seats)))
    assert expected == left_of(offers(Outline(plan, "S"), statuses, {}, TERMS))


def test_a_category_of_an_area_alone_is_known() -> None:
    """Also when nothing of it is left."""
    plan = Plan("P", PLAN.categories, (Section("S", areas=(Area("Floor", 4, "gold"),)),))
    assert (Offer("gold", 5.0, 4, 4),) == first_offers(plan, "S", TERMS)
    assert (Offer("gold", 5.0, 0, 0),) == offers(Outline(plan, "S"), b"", {0: 0}, TERMS)


def test_what_was_found_is_told_at_the_prices_of_now() -> None:
    """A survey from before a change of price tells what is left, at what it now costs; other prices stay."""
    survey = Survey(7, "evt", 3, 5, (Offer("gold", 5.0, 4, 4), Offer("silver", 2.0, 1, 1)))
    dearer = with_price(TERMS, "gold", "child", 1_000)
    told = at_prices(survey, dearer)
    silver = replace(survey.offers[1], price=lowest_price(TERMS, "silver"))
    assert replace(survey, offers=(replace(survey.offers[0], price=10.0), silver)) == told


@given(st.lists(st.integers(0, 3), max_size=41))
def test_statuses_come_out_as_they_were_packed(statuses: list[int]) -> None:
    """Four bits a seat, an odd number of seats as well as an even one."""
    assert bytes(statuses) == unpacked(packed_status(bytes(statuses)), len(statuses))


def test_an_outline_agrees_with_the_layout() -> None:
    """Seats side by side of one category are so in both, and no seat is missing."""
    layout, outline = SectionLayout(PLAN, "S"), Outline(PLAN, "S")
    seats = [seat for each in outline.stretches for seat in range(each.first, each.stop)]
    assert list(range(layout.seat_count)) == seats
    for each in outline.stretches:
        alike = range(each.first, each.stop)
        assert {(layout.run_of[each.first], each.category)} == {
            (layout.run_of[seat], layout.category_of[seat]) for seat in alike
        }
        assert (layout.whole_of[each.first] is None) == (each.whole is None)


def test_an_outline_is_of_a_section_of_the_plan() -> None:
    """Another name is an error."""
    with pytest.raises(LookupError, match="no section 'X'"):
        Outline(PLAN, "X")
