from __future__ import annotations

from typing import Any

import msgpack  # type: ignore[import-untyped]  # it carries no types
import pytest

from bench.scenarios import Reply, Scenario, replies

SEATS = ("HOT-1-1", "HOT-1-2")


def _request(scenario: Scenario, connection: int = 0) -> dict[str, Any]:
    payload = scenario.request(connection)
    assert payload is not None
    found: dict[str, Any] = msgpack.unpackb(payload)
    return found


def _reply(**fields: Any) -> Reply:
    found = replies.decode(msgpack.packb(fields))
    assert isinstance(found, Reply)
    return found


def _held(seat: str) -> Reply:
    return _reply(re=1, ok=True, d={"hold": "hld_1", "items": [{"seat": seat}]})


def test_every_hold_takes_another_seat_under_another_key_until_the_house_is_empty() -> None:
    """Nobody is refused for a seat that somebody else of the run took."""
    scenario = Scenario("holds", "evt_1", SEATS, "run1")
    first, second = _request(scenario, 0), _request(scenario, 1)
    assert [["HOT-1-1"], ["HOT-1-2"]] == [first["d"]["seats"], second["d"]["seats"]]
    assert first["idem"] != second["idem"]
    assert scenario.request(0) is None


def test_a_seat_acknowledged_twice_is_a_breach() -> None:
    """To whomever it was acknowledged."""
    scenario = Scenario("best", "evt_1", SEATS, "run1")
    scenario.follow_up(0, _held("HOT-1-1"))
    assert [] == scenario.books.breaches
    scenario.follow_up(0, _held("HOT-1-1"))
    assert ["HOT-1-1 was acknowledged to 0 and to 0"] == scenario.books.breaches


def test_another_seat_than_the_one_asked_for_is_a_breach() -> None:
    """A reply must be the answer to its request."""
    scenario = Scenario("holds", "evt_1", SEATS, "run1")
    _request(scenario)
    scenario.follow_up(0, _held("HOT-1-2"))
    assert 1 == len(scenario.books.breaches)


def test_a_pair_is_a_hold_and_its_checkout() -> None:
    """Only a confirmed order counts."""
    scenario = Scenario("pairs", "evt_1", SEATS, "run1")
    _request(scenario)
    checkout = scenario.follow_up(0, _held("HOT-1-1"))
    assert checkout is not None
    assert ("checkout.begin", "hld_1") == (
        msgpack.unpackb(checkout)["t"],
        msgpack.unpackb(checkout)["d"]["hold"],
    )
    confirmed = _reply(re=2, ok=True, d={"status": "confirmed", "tickets": [{"seat": "HOT-1-1"}]})
    assert scenario.follow_up(0, confirmed) is None
    assert (1, 1, []) == (scenario.books.holds, scenario.books.pairs, scenario.books.breaches)


def test_a_sale_without_a_hold_and_a_second_sale_are_breaches() -> None:
    """Oversell is found from replies alone."""
    scenario = Scenario("pairs", "evt_1", SEATS, "run1")
    scenario.books.held(["HOT-1-1"], 0)
    scenario.books.booked(["HOT-1-1"], 0)
    scenario.books.booked(["HOT-1-1"], 1)
    assert [
        "HOT-1-1 was sold twice",
        "HOT-1-1 was sold to 1, who did not hold it",
    ] == scenario.books.breaches


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(409, "seat_taken", "refused"), (503, "draining", "errors"), (429, "rate_limited", "errors")],
)
def test_refusals_by_the_domain_are_told_apart_from_errors(status: int, code: str, kind: str) -> None:
    """A refusal is an answer, an error is none."""
    scenario = Scenario("hot_seat", "evt_1", SEATS, "run1")
    _request(scenario)
    scenario.follow_up(0, _reply(re=1, ok=False, e={"code": code, "status": status}))
    assert {code: 1} == dict(getattr(scenario.books, kind))


def test_the_hot_seat_is_the_same_for_everybody() -> None:
    """Each asks under a key of their own."""
    scenario = Scenario("hot_seat", "evt_1", SEATS, "run1")
    assert _request(scenario, 0)["d"] == _request(scenario, 1)["d"]
