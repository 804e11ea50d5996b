"""Whatever a client sends, the session says something sensible and never breaks."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.websocket.codec import JSON_CODEC, MSGPACK_CODEC, Codec
from gateway.websocket.session import SessionState
from tests.unit.gateway.desks import ALL_CODECS, DONE, Memory, frame, hold, new_session

EXAMPLES = 400
FRAMES = 20_000
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
TAGS = [
    "hello",
    "subscribe",
    "unsubscribe",
    "sync",
    "hold.create",
    "hold.release",
    "hold.extend",
    "hold.swap",
    "checkout.begin",
    "order.get",
    "order.cancel",
    "ping",
    "nonsense",
]
nearly = st.fixed_dictionaries(
    {"t": st.sampled_from(TAGS) | scalars, "id": st.integers(-5, 30) | scalars},
    optional={"d": values, "idem": scalars, "dl": scalars},
)
messages = nearly | st.lists(nearly | values, max_size=70) | values


def _try(codec: Codec, sent: bytes | str, *, opened: bool) -> None:
    memory = Memory()
    session = new_session(memory, codec, opened=opened)
    session.receive(sent, 1.0)
    if not _is_empty_array(codec, sent):
        assert memory.handled or memory.said or memory.closed
    for request in memory.handled:
        session.accept(request.id, DONE)
    assert (session.state is SessionState.CLOSED) == (memory.closed is not None)
    for reply in memory.replies(codec):
        assert {"re", "ok"} <= set(reply)


def _is_empty_array(codec: Codec, sent: bytes | str) -> bool:
    try:
        decoded: Any = msgspec.json.decode(sent) if isinstance(sent, str) else msgspec.msgpack.decode(sent)
    except (ValueError, TypeError, RecursionError):
        return False
    return decoded == [] and isinstance(sent, str) is codec.text


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes(sent: bytes, opened: bool) -> None:
    """Any binary frame is answered or ends the connection."""
    _try(MSGPACK_CODEC, sent, opened=opened)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200), st.booleans())
def test_any_text(sent: str, opened: bool) -> None:
    """Any text frame is answered or ends the connection."""
    _try(JSON_CODEC, sent, opened=opened)


@settings(max_examples=EXAMPLES, deadline=None)
@given(messages, st.sampled_from([MSGPACK_CODEC, JSON_CODEC]), st.booleans())
def test_anything_that_looks_like_a_message(message: Any, codec: Codec, opened: bool) -> None:
    """Any well-formed value is answered or ends the connection, in both codecs."""
    _try(codec, frame(message, codec), opened=opened)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(min_size=1, max_size=6), st.integers(0, 80), st.booleans())
def test_a_damaged_request(damage: bytes, at: int, text: bool) -> None:
    """A good request with some bytes overwritten is answered or ends the connection."""
    codec: Codec = JSON_CODEC if text else MSGPACK_CODEC
    good = frame(hold(1), codec)
    whole = good.encode() if isinstance(good, str) else good
    damaged = whole[:at] + damage + whole[at + len(damage) :]
    _try(codec, damaged.decode(errors="replace") if text else damaged, opened=True)


def test_twenty_thousand_damaged_frames() -> None:
    """Frames cut, stretched and overwritten at random are all answered or end their connection."""
    random = Random(20_000)
    good = [frame([hold(1), {"t": tag, "id": 2, "d": {}}], codec) for tag in TAGS for codec in ALL_CODECS]
    for _ in range(FRAMES):
        whole = random.choice(good)
        data = bytearray(whole.encode() if isinstance(whole, str) else whole)
        for _ in range(random.randint(1, 4)):
            data[random.randrange(len(data))] = random.randrange(256)
        if random.random() < 0.25:
            del data[random.randint(1, len(data)) :]
        if isinstance(whole, str):
            _try(JSON_CODEC, data.decode(errors="replace"), opened=True)
        else:
            _try(MSGPACK_CODEC, bytes(data), opened=True)
