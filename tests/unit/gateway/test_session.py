"""The session by its rules: what each frame meets in each state."""

from __future__ import annotations

import msgspec
import pytest

from gateway.access.auth import Principal
from gateway.limiting.limiter import LIMITED
from gateway.websocket.codec import Codec
from gateway.websocket.session import SessionState
from protocol.closing import CloseCode
from protocol.errors import ErrorCode, problem
from protocol.limits import FRAME_BYTES_MAX, IN_FLIGHT_MAX, MESSAGES_PER_FRAME_MAX
from protocol.requests import HoldCreate, Ping
from tests.unit.gateway.desks import ALL_CODECS, ANN, DONE, SETTINGS, Memory, frame, hold, new_session

codecs = pytest.mark.parametrize("codec", ALL_CODECS, ids=lambda codec: codec.name)


@codecs
def test_a_request_reaches_the_desk_and_its_answer_the_caller(codec: Codec) -> None:
    """A request is handled once, and its reply carries its number and body."""
    memory = Memory()
    session = new_session(memory, codec)
    session.receive(frame(hold(7), codec), 1.0)
    assert [HoldCreate] == [type(request) for request in memory.handled]
    session.accept(7, DONE)
    assert [{"re": 7, "ok": True, "d": {"done": True}}] == memory.replies(codec)


@codecs
def test_an_array_is_as_many_requests(codec: Codec) -> None:
    """The messages of an array are handled one by one, in order."""
    memory = Memory()
    new_session(memory, codec).receive(frame([hold(1), hold(2), {"t": "ping", "id": 3}], codec), 1.0)
    assert [1, 2, 3] == [request.id for request in memory.handled]


@pytest.mark.parametrize(
    "message", [hold(1), {"t": "ping", "id": 1}, {"t": "nonsense", "id": 1}, {"id": "?"}]
)
def test_the_first_message_must_be_hello(message: dict[str, object]) -> None:
    """Before hello everything else closes with 4401 and reaches nobody."""
    memory = Memory()
    new_session(memory, opened=False).receive(frame(message), 1.0)
    assert memory.closed is not None
    assert CloseCode.BAD_HELLO == memory.closed[0]
    assert [] == memory.handled


@codecs
def test_hello_opens(codec: Codec) -> None:
    """After hello the session is open and knows its principal."""
    memory = Memory()
    session = new_session(memory, codec, opened=False)
    session.receive(frame({"t": "hello", "id": 0, "d": {}}, codec), 1.0)
    assert SessionState.OPEN == session.state
    assert ANN == session.principal


def test_a_session_keeps_its_principal() -> None:
    """A later hello may renew the caller's token but not change the caller."""
    session = new_session(Memory())
    assert session.open(ANN, 2_000.0)
    assert 2_000.0 == session.expires_s
    assert not session.open(Principal("usr_eve", "buyer", (), 10_000.0), 2_000.0)
    assert not session.open(None, 0.0)
    assert ANN == session.principal


@pytest.mark.parametrize(
    ("message", "re"),
    [
        ({"t": "nonsense", "id": 5}, 5),
        ({"t": "hold.create", "id": 5, "d": {"event": 3}}, 5),
        ({"t": "hold.create", "id": 5}, 5),
        ({"t": "ping", "id": "five"}, None),
        ({"t": "ping"}, None),
        (17, None),
        ("text", None),
        (None, None),
    ],
)
@codecs
def test_a_bad_message_is_told_so(codec: Codec, message: object, re: int | None) -> None:
    """A message that is no request gets `malformed`, to its number when it has one."""
    memory = Memory()
    session = new_session(memory, codec)
    session.receive(frame(message, codec), 1.0)
    (reply,) = memory.replies(codec)
    assert (re, False, "malformed") == (reply["re"], reply["ok"], reply["e"]["code"])
    assert SessionState.OPEN == session.state


@pytest.mark.parametrize("key", ["key\x1fwalk", "\x00", "key\n", "\x7f"])
@codecs
def test_keys_have_no_control_characters(codec: Codec, key: str) -> None:
    """Keys that the server derives from a client's cannot be sent by a client."""
    memory = Memory()
    new_session(memory, codec).receive(frame(hold(5, key), codec), 1.0)
    assert ["malformed"] == [reply["e"]["code"] for reply in memory.replies(codec)]
    assert [] == memory.handled


@codecs
def test_an_array_in_an_array_is_malformed(codec: Codec) -> None:
    """Arrays do not nest; the messages beside one are handled."""
    memory = Memory()
    new_session(memory, codec).receive(frame([[hold(1)], hold(2)], codec), 1.0)
    assert ["malformed"] == [reply["e"]["code"] for reply in memory.replies(codec)]
    assert [2] == [request.id for request in memory.handled]


@pytest.mark.parametrize(
    ("codec", "bad"),
    [
        (ALL_CODECS[0], b""),
        (ALL_CODECS[0], b"\xc1"),
        (ALL_CODECS[0], b"\x92\x01"),
        (ALL_CODECS[0], b"\x91" * 60_000),
        (ALL_CODECS[0], b"\x81\xa1t\xa2\xff\xff"),
        (ALL_CODECS[0], "{}"),
        (ALL_CODECS[1], ""),
        (ALL_CODECS[1], "{"),
        (ALL_CODECS[1], "[" * 60_000),
        (ALL_CODECS[1], b"{}"),
    ],
)
def test_a_frame_that_is_no_message_closes(codec: Codec, bad: bytes | str) -> None:
    """What cannot be decoded, or comes as the wrong kind of frame, closes with 4400."""
    memory = Memory()
    session = new_session(memory, codec)
    session.receive(bad, 1.0)
    assert memory.closed is not None
    assert CloseCode.BAD_FRAME == memory.closed[0]
    assert SessionState.CLOSED == session.state


@codecs
def test_a_frame_may_be_too_big(codec: Codec) -> None:
    """A frame of 64 KiB is taken, one byte more closes with 4413; characters count by their bytes."""
    memory = Memory()
    session = new_session(memory, codec)
    shell = len(frame({"t": "ping", "id": 1, "x": ""}, codec))
    padding = FRAME_BYTES_MAX - shell - (0 if codec.text else 2)
    session.receive(frame({"t": "ping", "id": 1, "x": "a" * padding}, codec), 1.0)
    assert [Ping] == [type(request) for request in memory.handled]
    session.receive(frame({"t": "ping", "id": 2, "x": "é" * (padding - 1)}, codec), 1.0)
    assert memory.closed is not None
    assert CloseCode.TOO_BIG == memory.closed[0]


@codecs
def test_an_array_may_be_too_long(codec: Codec) -> None:
    """More than 64 messages in a frame close with 4413."""
    memory = Memory()
    session = new_session(memory, codec)
    session.receive(frame([{"t": "ping", "id": n} for n in range(MESSAGES_PER_FRAME_MAX + 1)], codec), 1.0)
    assert memory.closed is not None
    assert CloseCode.TOO_BIG == memory.closed[0]
    assert [] == memory.handled


def test_sixteen_are_in_flight_at_most() -> None:
    """The seventeenth request is refused until one of the others was answered, and operators can count it."""
    memory, before = Memory(), LIMITED["in_flight"]
    session = new_session(memory)
    session.receive(frame([hold(n) for n in range(IN_FLIGHT_MAX + 1)]), 1.0)
    (reply,) = memory.replies()
    assert (IN_FLIGHT_MAX, "rate_limited") == (reply["re"], reply["e"]["code"])
    assert 1 == LIMITED["in_flight"] - before
    session.refuse(0, problem(ErrorCode.SEAT_TAKEN))
    session.receive(frame(hold(99)), 1.0)
    assert 99 == memory.handled[-1].id


def test_a_number_in_flight_is_taken() -> None:
    """A second request by the number of one in flight is malformed; once answered it may be used again."""
    memory = Memory()
    session = new_session(memory)
    session.receive(frame([hold(1), hold(1)]), 1.0)
    assert ["malformed"] == [reply["e"]["code"] for reply in memory.replies()]
    session.accept(1, DONE)
    session.receive(frame(hold(1)), 1.0)
    assert [1, 1] == [request.id for request in memory.handled]


@pytest.mark.parametrize(
    ("kind", "body", "needed"),
    [
        ("hold.create", {"event": "evt_1", "seats": ["A-1-1"]}, True),
        ("hold.extend", {"hold": "hld_1"}, True),
        ("hold.swap", {"hold": "hld_1", "release": ["A-1-1"], "take": ["A-1-2"]}, True),
        ("checkout.begin", {"hold": "hld_1", "buyer": {"name": "Ann", "email": "a@b"}}, True),
        ("order.cancel", {"order": "ord_1"}, True),
        ("hold.release", {"hold": "hld_1"}, False),
        ("order.get", {"order": "ord_1"}, False),
        ("subscribe", {"event": "evt_1"}, False),
        ("ping", {}, False),
    ],
)
def test_what_takes_needs_a_key(kind: str, body: dict[str, object], needed: bool) -> None:
    """Requests that take, book or cancel need an idempotency key; others do not."""
    memory = Memory()
    new_session(memory).receive(frame({"t": kind, "id": 1, "d": body}), 1.0)
    codes = [reply["e"]["code"] for reply in memory.replies()]
    assert (["idempotency_key_missing"] if needed else []) == codes


def test_guests_may_look() -> None:
    """Without a token one may watch, but not command."""
    memory = Memory(caller=None)
    session = new_session(memory)
    session.receive(frame([hold(1), {"t": "subscribe", "id": 2, "d": {"event": "evt_1"}}]), 1.0)
    assert ["token_missing"] == [reply["e"]["code"] for reply in memory.replies()]
    assert [2] == [request.id for request in memory.handled]


def test_a_token_runs_out() -> None:
    """Once the token has expired commands are refused; watching goes on."""
    memory = Memory()
    new_session(memory).receive(frame([hold(1), {"t": "ping", "id": 2}]), 1_000.0)
    assert ["token_expired"] == [reply["e"]["code"] for reply in memory.replies()]
    assert [2] == [request.id for request in memory.handled]


def test_too_many_messages_are_refused_and_abuse_ends() -> None:
    """Beyond its rate a connection is refused with the time to wait and counted, far beyond it is closed."""
    memory, before = Memory(), LIMITED["session"]
    settings = msgspec.structs.replace(SETTINGS, messages_per_second=10.0, message_burst=5.0)
    session = new_session(memory, settings=settings)
    for number in range(6):
        session.receive(frame({"t": "ping", "id": number}), 1.0)
    (refused,) = memory.replies()
    assert ("rate_limited", True) == (refused["e"]["code"], refused["e"]["retryable"])
    assert 1 == LIMITED["session"] - before
    session.receive(frame({"t": "ping", "id": 10}), 1.0 + refused["e"]["retry_after_ms"] / 1000 + 0.1)
    assert 10 == memory.handled[-1].id
    for number in range(30):
        session.receive(frame({"t": "ping", "id": 100 + number}), 1.3)
    assert memory.closed is not None
    assert CloseCode.RATE == memory.closed[0]


def test_draining_answers_what_is_in_flight() -> None:
    """A draining session refuses new commands, answers the others, then closes with 4503."""
    memory = Memory()
    session = new_session(memory)
    session.receive(frame(hold(1)), 1.0)
    session.drain()
    session.receive(frame(hold(2)), 1.0)
    assert ["draining"] == [reply["e"]["code"] for reply in memory.replies()]
    assert memory.closed is None
    session.accept(1, DONE)
    assert {"re": 1, "ok": True, "d": {"done": True}} == memory.replies()[-1]
    assert memory.closed is not None
    assert CloseCode.DRAINING == memory.closed[0]


def test_a_closed_session_is_silent() -> None:
    """After its end a session hears nothing and says nothing, also of what was in flight."""
    memory = Memory()
    session = new_session(memory)
    session.receive(frame(hold(1)), 1.0)
    session.close(CloseCode.INTERNAL, "over")
    session.accept(1, DONE)
    session.receive(frame(hold(2)), 1.0)
    session.close(CloseCode.RATE, "another reason")
    assert [] == memory.said
    assert 1 == len(memory.handled)
    assert (CloseCode.INTERNAL, "over") == memory.closed
