"""An event sells at the plan's prices unless told otherwise, and on terms that make sense."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import fields, replace

from engine.event_terms import DAY_MS, RANGES, TermsInvalid, complete_terms
from engine.plan import Area, Category, Plan, Section
from engine.terms import Limits, Terms
from holdfast.catalogue_commands import event_terms

PLAN = Plan(
    "Hall",
    (Category("gold", "Gold", price="89.50"), Category("pit", "Pit", price="40"), Category("box", "Box")),
    (Section("S", areas=(Area("PIT", 5, "pit"),)),),
)


def test_what_is_not_priced_costs_its_face_value() -> None:
    """A category with a price of its own keeps it, one without any price stays free."""
    terms = complete_terms(PLAN, Terms(prices={"gold": {"standard": 1, "child": 0}}))
    assert {"gold": {"standard": 1, "child": 0}, "pit": {"standard": 4_000}} == terms.prices


@pytest.mark.parametrize(("currency", "units"), [("EUR", 4_000), ("JPY", 40), ("KWD", 40_000)])
def test_face_values_are_in_the_minor_unit_of_the_currency(currency: str, units: int) -> None:
    """Forty are forty, however many decimals a currency has."""
    terms = complete_terms(PLAN, Terms(currency, {"gold": {"standard": 0}}))
    assert {"standard": units} == terms.prices["pit"]


def test_a_face_value_finer_than_the_currency_is_not_rounded() -> None:
    """Whoever sells must say what 89.50 is in yen."""
    with pytest.raises(TermsInvalid, match="the face value of gold, is finer than JPY"):
        complete_terms(PLAN, Terms("JPY"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"currency": "euro"}, "currency"),
        ({"prices": {"silver": {}}}, "no category silver"),
        ({"prices": {"gold": {"standard": -1}}}, "the price of gold, standard"),
        ({"limits": Limits(seats_per_hold=0)}, "seats_per_hold must be from 1"),
        ({"limits": Limits(holds_per_buyer=-1)}, "holds_per_buyer"),
        ({"limits": Limits(hold_ttl_ms=0)}, "hold_ttl_ms"),
        ({"limits": Limits(renewals=-1)}, "renewals must be from 0"),
        ({"limits": Limits(idempotency_ttl_ms=DAY_MS - 1)}, "idempotency_ttl_ms"),
        ({"limits": Limits(pay_ttl_ms=10**15)}, "pay_ttl_ms"),
        ({"limits": Limits(hold_life_max_ms=5_000)}, "hold_life_max_ms must not be less"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_name(change: dict[str, Any], told: str) -> None:
    """The message says which setting is wrong."""
    with pytest.raises(TermsInvalid, match=told):
        complete_terms(PLAN, replace(Terms(), **change))


def test_every_limit_has_a_range_and_the_defaults_are_in_it() -> None:
    """A limit that is added later cannot be forgotten here."""
    assert {field.name for field in fields(Limits)} == set(RANGES)
    assert Limits() == complete_terms(PLAN, Terms()).limits


def test_the_command_line_checks_terms_in_the_same_way() -> None:
    """Both ways to an event go through one function."""
    with pytest.raises(ValueError, match="renewals"):
        event_terms(PLAN, b'{"limits": {"renewals": -1}}', opened=True)
    assert complete_terms(PLAN, Terms(sale="open")) == event_terms(PLAN, None, opened=True)
