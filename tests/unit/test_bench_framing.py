from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.server import ServerProtocol

from bench.framing import ConnectionEnded, HandshakeRefused, Reader, frame, handshake

SIZES = st.lists(st.one_of(st.integers(0, 300), st.integers(65_530, 65_540)), max_size=5)


def _payload(size: int) -> bytes:
    return (bytes(range(256)) * (size // 256 + 1))[:size]


def _connected() -> tuple[ServerProtocol, Reader]:
    """A server by the `websockets` library and our reader, after their handshake."""
    server = ServerProtocol(max_size=None)
    server.receive_data(handshake("127.0.0.1", 8000, "/v1/ws", "holdfast.v1.msgpack"))
    request = server.events_received()[0]
    server.send_response(server.accept(request))  # type: ignore[arg-type]  # the first event is the request
    reader = Reader()
    assert [] == reader.feed(b"".join(server.data_to_send()))
    assert reader.open
    return server, reader


@given(SIZES)
def test_a_server_reads_what_is_framed(sizes: list[int]) -> None:
    """All three length forms, masked as a client must."""
    server, _ = _connected()
    payloads = [_payload(size) for size in sizes]
    server.receive_data(b"".join(frame(payload) for payload in payloads))
    received = server.events_received()
    assert payloads == [bytes(each.data) for each in received if isinstance(each, Frame)]
    assert server.parser_exc is None


@given(SIZES, st.integers(1, 400))
def test_what_a_server_sends_is_read_however_it_is_cut(sizes: list[int], least_step: int) -> None:
    """Messages come out whole and in order."""
    server, reader = _connected()
    payloads = [_payload(size) for size in sizes]
    for payload in payloads:
        server.send_binary(payload)
    stream = b"".join(server.data_to_send())
    step = max(least_step, len(stream) // 100)
    read = [message for at in range(0, len(stream), step) for message in reader.feed(stream[at : at + step])]
    assert payloads == read


def test_fragments_become_one_message() -> None:
    """A server may cut a message into frames."""
    server, reader = _connected()
    server.send_binary(b"ab", fin=False)
    server.send_continuation(b"cd", fin=True)
    assert [b"abcd"] == reader.feed(b"".join(server.data_to_send()))


def test_a_ping_between_messages_is_answered() -> None:
    """The server finds its own bytes in the pong."""
    server, reader = _connected()
    server.send_ping(b"there?")
    server.send_binary(b"x")
    assert [b"x"] == reader.feed(b"".join(server.data_to_send()))
    server.receive_data(b"".join(reader.answers))
    pong = server.events_received()[0]
    assert isinstance(pong, Frame)
    assert (Opcode.PONG, b"there?") == (pong.opcode, bytes(pong.data))


def test_a_close_tells_its_code() -> None:
    """The code is what the errors of a run are counted by."""
    _, reader = _connected()
    closing = Frame(Opcode.CLOSE, Close(CloseCode.TRY_AGAIN_LATER, "").serialize()).serialize(mask=False)
    with pytest.raises(ConnectionEnded) as ended:
        reader.feed(closing)
    assert 1013 == ended.value.code


def test_a_refused_handshake_tells_the_status_line() -> None:
    """Anything but 101 ends the connection."""
    with pytest.raises(HandshakeRefused, match=r"HTTP/1\.1 403 Forbidden"):
        Reader().feed(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
