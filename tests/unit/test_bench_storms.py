from __future__ import annotations

from typing import Any

import msgpack  # type: ignore[import-untyped]  # it carries no types
import pytest

from bench import storms
from bench.scenarios import Reply, Scenario, replies
from bench.storms import make_scenario

SEATS = ("HOT-1-1", "HOT-1-2")


def _message(payload: bytes | None) -> dict[str, Any]:
    assert payload is not None
    found: dict[str, Any] = msgpack.unpackb(payload)
    return found


def _reply(**fields: Any) -> Reply:
    found = replies.decode(msgpack.packb(fields))
    assert isinstance(found, Reply)
    return found


def _held(*seats: str) -> Reply:
    return _reply(re=1, ok=True, d={"hold": "hld_1", "items": [{"seat": seat} for seat in seats]})


def _scenario(name: Any, **more: Any) -> Scenario:
    return make_scenario(name, "evt_1", SEATS, "run1", **more)


def test_a_churner_gives_back_what_it_held_and_asks_for_it_again() -> None:
    """Whoever holds the seat in between holds it rightly."""
    scenario = _scenario("churn")
    assert ["HOT-1-1"] == _message(scenario.request(0))["d"]["seats"]
    release = _message(scenario.follow_up(0, _held("HOT-1-1")))
    assert ("hold.release", {"hold": "hld_1"}) == (release["t"], release["d"])
    assert scenario.follow_up(0, _held()) is None
    assert ["HOT-1-1"] == _message(scenario.request(0))["d"]["seats"]
    scenario.follow_up(0, _held("HOT-1-1"))
    assert ([], 2) == (scenario.books.breaches, scenario.books.holds)


def test_an_abandoned_seat_that_comes_back_too_early_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before its time, counted from when it was asked for, is over."""
    now_s = 100.0
    monkeypatch.setattr(storms, "perf_counter", lambda: now_s)
    scenario = _scenario("abandon", ttl_s=10.0)
    for moment, breaches in ((100.0, 0), (110.0, 0), (119.9, 1)):
        now_s = moment
        scenario.request(0)
        scenario.request(1)
        scenario.follow_up(0, _held("HOT-1-1"))
        assert breaches == len(scenario.books.breaches)


def test_in_a_confirmation_storm_everybody_holds_first_and_pays_once() -> None:
    """The hold is no request of the storm."""
    scenario = _scenario("confirm")
    assert ["HOT-1-1"] == _message(scenario.prepare(0))["d"]["seats"]
    assert scenario.follow_up(0, _held("HOT-1-1")) is None
    payment = _message(scenario.request(0))
    assert ("checkout.begin", "hld_1") == (payment["t"], payment["d"]["hold"])
    confirmed = _reply(re=2, ok=True, d={"status": "confirmed", "tickets": [{"seat": "HOT-1-1"}]})
    assert scenario.follow_up(0, confirmed) is None
    assert scenario.request(0) is None
    assert (1, 1, []) == (scenario.books.holds, scenario.books.pairs, scenario.books.breaches)


def test_several_events_are_asked_in_turn_and_their_seats_do_not_meet() -> None:
    """The same label is another seat in another event."""
    scenario = _scenario("pairs", events=("evt_1", "evt_2"))
    wishes = [_message(scenario.request(number))["d"] for number in range(4)]
    assert [("evt_1", "HOT-1-1"), ("evt_2", "HOT-1-1"), ("evt_1", "HOT-1-2"), ("evt_2", "HOT-1-2")] == [
        (wish["event"], wish["seats"][0]) for wish in wishes
    ]
    scenario.follow_up(0, _held("HOT-1-1"))
    scenario.follow_up(1, _held("HOT-1-1"))
    assert [] == scenario.books.breaches
    assert scenario.request(4) is None
