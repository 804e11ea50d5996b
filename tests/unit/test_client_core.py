from __future__ import annotations

from typing import Any

import msgpack  # type: ignore[import-untyped]  # it carries no types
import pytest

from client.calls import Answered, Call, Denied, Draining, Greeted, HelloRefused, Lagging, MapChanged
from client.codec import Codec
from client.core import Core, Phase
from client.errors import ProtocolViolation, QueueFull
from client.layout import Layout, SectionLayout
from client.seatmap import SeatMap
from protocol.requests import Ping, SubscribeBody

EVENT = "evt_1"
CHANNEL = "evt_1/A"
LABELS = ("A-1-1", "A-1-2", "A-1-3")
LIMITS: dict[str, int] = {"in_flight_max": 2}


def _core(queue_len_max: int = 8) -> Core:
    return Core(Codec("msgpack"), "token", "test", queue_len_max)


def _call(key: str = "k") -> Call:
    return Call("ping", key, lambda number, left_ms: Ping(id=number), 100.0)


def _sent(machine: Core, now_s: float = 0.0) -> list[dict[str, Any]]:
    return [msgpack.unpackb(frame) for frame in machine.outgoing(now_s)]


def _frame(*messages: dict[str, Any]) -> bytes:
    return bytes(msgpack.packb(list(messages) if len(messages) > 1 else messages[0]))


def _hello_reply(number: int) -> dict[str, Any]:
    body = {"session": "ses_1", "principal": "usr_1", "heartbeat_ms": 25_000, "limits": LIMITS}
    return {"re": number, "ok": True, "d": body}


def _problem(code: str, status: int, *, retryable: bool) -> dict[str, Any]:
    return {"type": "about:blank", "title": code, "status": status, "code": code, "retryable": retryable}


def _greeted() -> Core:
    machine = _core()
    machine.connected()
    hello = _sent(machine)[0]
    machine.receive(_frame(_hello_reply(hello["id"])))
    return machine


def _watching() -> tuple[Core, SeatMap]:
    machine = _greeted()
    seats = SeatMap(EVENT, Layout([SectionLayout("A", LABELS, {"FLOOR": 9})]))
    machine.watching.add(seats, SubscribeBody(EVENT))
    machine.receive(_frame(_snapshot(10, b"\x00\x00")))
    return machine, seats


def _snapshot(seq: int, status: bytes, epoch: str = "e") -> dict[str, Any]:
    return {
        "t": "seats.snapshot",
        "ch": CHANNEL,
        "ep": epoch,
        "seq": seq,
        "d": {"status": status, "areas": {"FLOOR": 9}},
    }


def _delta(from_seq: int, seq: int, *changes: tuple[str, Any], epoch: str = "e") -> dict[str, Any]:
    body = {"u": [list(change) for change in changes]}
    return {"t": "seats.delta", "ch": CHANNEL, "ep": epoch, "seq": seq, "from": from_seq, "d": body}


def test_nothing_but_hello_is_sent_before_the_server_has_greeted() -> None:
    """Calls wait until the session stands."""
    machine = _core()
    machine.submit(_call())
    machine.connected()
    assert ["hello"] == [message["t"] for message in _sent(machine)]


def test_calls_leave_after_the_greeting_in_order_and_within_the_limit() -> None:
    """No more requests are in flight than the server told in hello."""
    machine = _greeted()
    for _ in range(3):
        machine.submit(_call())
    first = _sent(machine)
    assert [2, 3] == [message["id"] for message in first]
    assert [] == _sent(machine)
    machine.receive(_frame({"re": 2, "ok": True, "d": {}}))
    assert [4] == [message["id"] for message in _sent(machine)]


def test_replies_find_their_calls_in_any_order_and_in_one_frame() -> None:
    """A frame may hold several replies."""
    machine = _greeted()
    first, second = _call(), _call()
    machine.submit(first)
    machine.submit(second)
    _sent(machine)
    happenings = machine.receive(
        _frame(
            {"re": 3, "ok": True, "d": {}},
            {"re": 2, "ok": False, "e": _problem("seat_taken", 409, retryable=False)},
        )
    )
    answered, denied = happenings
    assert isinstance(answered, Answered)
    assert isinstance(denied, Denied)
    assert (second, first) == (answered.call, denied.call)
    assert not denied.repeatable
    assert machine.idle


def test_what_was_in_flight_is_sent_again_first_after_a_lost_connection() -> None:
    """Order is kept, and each call counts its attempts."""
    machine = _greeted()
    calls = [_call(f"k{number}") for number in range(3)]
    for each in calls:
        machine.submit(each)
    _sent(machine)
    machine.disconnected()
    assert calls == machine.waiting()
    machine.connected()
    hello = _sent(machine)[0]
    assert "ses_1" == hello["d"]["resume"]["session"]
    machine.receive(_frame(_hello_reply(hello["id"])))
    assert 2 == len(_sent(machine))
    assert [2, 2, 0] == [each.attempts for each in calls]


def test_an_abandoned_call_is_not_sent_again() -> None:
    """Whoever gave up does not want the effect any more."""
    machine = _greeted()
    given_up = _call()
    machine.submit(given_up)
    _sent(machine)
    given_up.abandoned = True
    machine.disconnected()
    machine.connected()
    machine.receive(_frame(_hello_reply(_sent(machine)[0]["id"])))
    assert [] == _sent(machine)


def test_passing_errors_are_repeatable_and_refusals_by_the_domain_are_not() -> None:
    """A refusal kept under its key would only come again."""
    verdicts = {}
    for code, status in (("section_recovering", 503), ("rate_limited", 429), ("sale_not_open", 423)):
        machine = _greeted()
        machine.submit(_call())
        _sent(machine)
        denied = machine.receive(_frame({"re": 2, "ok": False, "e": _problem(code, status, retryable=True)}))[
            0
        ]
        assert isinstance(denied, Denied)
        verdicts[code] = denied.repeatable
    assert {"section_recovering": True, "rate_limited": True, "sale_not_open": False} == verdicts


def test_the_queue_is_bounded() -> None:
    """A client that cannot send refuses instead of growing."""
    machine = _core(queue_len_max=1)
    machine.submit(_call())
    with pytest.raises(QueueFull):
        machine.submit(_call())


def test_a_refused_hello_is_told() -> None:
    """Nothing is sent on a connection whose hello was refused."""
    machine = _core()
    machine.submit(_call())
    machine.connected()
    _sent(machine)
    refusal = machine.receive(
        _frame({"re": 1, "ok": False, "e": _problem("token_invalid", 401, retryable=False)})
    )
    assert isinstance(refusal[0], HelloRefused)
    assert [] == _sent(machine)


def test_draining_stops_new_calls_and_names_when_to_come_back() -> None:
    """What is in flight may still be answered."""
    machine = _greeted()
    machine.submit(_call())
    _sent(machine)
    happenings = machine.receive(_frame({"t": "draining", "d": {"reconnect_after_ms": 700}}))
    machine.submit(_call())
    assert [Draining(700)] == happenings
    assert Phase.DRAINING is machine.phase
    assert [] == _sent(machine)
    assert not machine.idle


def test_deltas_that_follow_are_applied_and_known_ones_dropped() -> None:
    """`from == last` applies, `seq <= last` is dropped."""
    machine, seats = _watching()
    applied = machine.receive(_frame(_delta(10, 12, ("A-1-2", "h"), ("FLOOR", 7))))
    dropped = machine.receive(_frame(_delta(10, 12, ("A-1-2", "f"))))
    assert isinstance(applied[0], MapChanged)
    assert [] == dropped
    assert "h" == seats.status("A-1-2")
    assert 7 == seats["A"].areas["FLOOR"]
    assert ("e", 12) == seats["A"].position


def test_a_gap_asks_sync_once_and_the_answer_closes_it() -> None:
    """Deltas beyond the gap are not applied before it is closed."""
    machine, seats = _watching()
    machine.receive(_frame(_delta(12, 13, ("A-1-3", "s"))))
    machine.receive(_frame(_delta(13, 14, ("A-1-3", "f"))))
    asked = _sent(machine)
    assert [("sync", CHANNEL, ["e", 10])] == [(m["t"], m["d"]["ch"], m["d"]["after"]) for m in asked]
    assert "f" == seats.status("A-1-3")
    machine.receive(_frame({"re": asked[0]["id"], "ok": True, "d": {"channels": {CHANNEL: "deltas"}}}))
    machine.receive(_frame(_delta(10, 14, ("A-1-1", "h"))))
    assert ("e", 14) == seats["A"].position
    assert [] == _sent(machine)


def test_another_history_is_a_gap_that_only_a_snapshot_closes() -> None:
    """`ep` changes when history is replaced, even when positions seem to follow."""
    machine, seats = _watching()
    machine.receive(_frame(_delta(10, 11, ("A-1-1", "h"), epoch="other")))
    assert ["sync"] == [message["t"] for message in _sent(machine)]
    machine.receive(_frame(_snapshot(3, b"\x02\x00", epoch="other")))
    assert "s" == seats.status("A-1-1")
    assert ("other", 3) == seats["A"].position


def test_a_snapshot_older_than_the_map_is_dropped() -> None:
    """Time does not go back within one history."""
    machine, seats = _watching()
    machine.receive(_frame(_delta(10, 12, ("A-1-1", "h"))))
    machine.receive(_frame(_snapshot(11, b"\x00\x00")))
    assert "h" == seats.status("A-1-1")


def test_after_a_reset_the_map_waits_for_its_snapshot() -> None:
    """What was known is void: deltas meanwhile neither apply nor ask."""
    machine, seats = _watching()
    machine.receive(_frame({"t": "reset", "ch": CHANNEL, "d": {"reason": "behind"}}))
    machine.receive(_frame(_delta(10, 11, ("A-1-1", "h"))))
    assert [] == _sent(machine)
    machine.receive(_frame(_snapshot(9, b"\x20\x00")))
    assert ("f", "s") == (seats.status("A-1-1"), seats.status("A-1-2"))


def test_a_heartbeat_finds_a_lost_last_frame() -> None:
    """Positions beyond the map are asked for when they have not come after a while."""
    machine, _ = _watching()
    machine.heartbeat()
    ping = _sent(machine)[0]
    body = {"now": "2026-01-01T00:00:00.000Z", "positions": {CHANNEL: ["e", 11]}}
    happenings = machine.receive(_frame({"re": ping["id"], "ok": True, "d": body}))
    assert [Lagging()] == happenings
    machine.watching.catch_up()
    assert ["sync"] == [message["t"] for message in _sent(machine)]


def test_subscriptions_come_back_with_their_positions() -> None:
    """After a lost connection every event is watched from where it stood."""
    machine, _ = _watching()
    machine.disconnected()
    machine.connected()
    hello = _sent(machine)[0]
    machine.receive(_frame(_hello_reply(hello["id"])))
    again = _sent(machine)[0]
    assert {CHANNEL: ["e", 10]} == hello["d"]["resume"]["positions"]
    assert ("subscribe", {CHANNEL: ["e", 10]}) == (again["t"], again["d"]["after"])


def test_unknown_fields_pushes_and_replies_are_ignored() -> None:
    """Adding fields and messages is free for the server."""
    machine = _greeted()
    happenings = machine.receive(_frame({"re": 99, "ok": True, "d": {}, "new": 1}, {"re": None, "ok": False}))
    assert [] == happenings
    assert 1 == len(machine.receive(_frame({"t": "weather", "d": {"sun": True}})))


def test_bytes_that_are_no_message_are_a_violation() -> None:
    """The connection is of no use any more."""
    with pytest.raises(ProtocolViolation):
        _greeted().receive(b"\xc1")


def test_the_greeting_is_told_with_its_session() -> None:
    """The session is what a later connection resumes."""
    machine = _core()
    machine.connected()
    happening = machine.receive(_frame(_hello_reply(_sent(machine)[0]["id"])))[0]
    assert isinstance(happening, Greeted)
    assert "ses_1" == machine.session == happening.reply.session
