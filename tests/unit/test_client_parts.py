from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.errors import ConnectionFailed, Refused, SeatTaken, SoldOut, Unavailable, error_of
from client.layout import Layout
from client.link import websocket_uri
from client.retry import full_jitter_ms, may_reconnect, wait_ms
from client.seatmap import unpack_statuses
from protocol.closing import CloseCode
from protocol.errors import ErrorCode, problem


@given(st.integers(0, 100), st.integers(0, 2**32))
def test_full_jitter_stays_between_nothing_and_the_capped_exponential(attempt: int, seed: int) -> None:
    """random(0, min(cap, base * 2 ** attempt))."""
    assert 0 <= full_jitter_ms(attempt, 100, 10_000, Random(seed)) <= min(10_000, 100 * 2**attempt)


def test_what_the_server_asked_for_is_the_least_wait() -> None:
    """Jitter comes on top, so that a crowd does not come back at once."""
    waits = [wait_ms(0, 100, 1_000, 2_000, Random(seed)) for seed in range(50)]
    assert 2_000 <= min(waits)
    assert 2_100 >= max(waits)
    assert len(set(waits)) > 40


def test_close_codes_that_another_connection_would_meet_again_are_final() -> None:
    """Draining, overload and broken networks are not."""
    final = {code for code in CloseCode if not may_reconnect(code)}
    assert {CloseCode.BAD_FRAME, CloseCode.BAD_HELLO, CloseCode.FORBIDDEN, CloseCode.BAD_SUBPROTOCOL} == final
    assert may_reconnect(1006)


@given(st.lists(st.integers(0, 3), max_size=40))
def test_packed_statuses_are_unpacked_low_nibble_first(statuses: list[int]) -> None:
    """4 bits a seat in plan order; the last half byte may be unused."""
    padded = [*statuses, 0]
    packed = bytes(padded[i] | padded[i + 1] << 4 for i in range(0, len(statuses), 2))
    assert bytes(statuses) == bytes(unpack_statuses(packed, len(statuses)))


def test_a_layout_lists_rows_before_tables() -> None:
    """The order of packed statuses is rows, then tables."""
    document = b"""{"name": "x", "sections": [{"name": "A",
        "tables": [{"label": "T", "seats": [{"label": "1"}]}],
        "rows": [{"label": "R", "seats": [{"label": "1"}, {"label": "2"}]}],
        "areas": [{"name": "FLOOR", "capacity": 5}]}]}"""
    section = Layout.of_plan(document).sections["A"]
    assert ("A-R-1", "A-R-2", "A-T-1") == section.labels
    assert {"FLOOR": 5} == section.areas


def test_problems_become_typed_errors() -> None:
    """By code where it has a class of its own, else by status."""
    taken = error_of(problem(ErrorCode.SEAT_TAKEN, objects=("A-1",), alternatives=(("A-2",),)))
    assert isinstance(taken, SeatTaken)
    assert (("A-1",), (("A-2",),)) == (taken.objects, taken.alternatives)
    assert isinstance(error_of(problem(ErrorCode.SOLD_OUT)), SoldOut)
    assert isinstance(error_of(problem(ErrorCode.STORAGE_UNAVAILABLE)), Unavailable)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_of_the_catalogue_has_a_class_of_its_status(code: ErrorCode) -> None:
    """Nobody has to catch the root of all refusals."""
    assert Refused is not type(error_of(problem(code)))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000, "/v1/ws", False)),
        ("https://tickets.example", ("tickets.example", 443, "/v1/ws", True)),
        ("ws://127.0.0.1:9/v1/echo", ("127.0.0.1", 9, "/v1/echo", False)),
    ],
)
def test_a_server_may_be_named_by_http_or_ws(url: str, expected: tuple[str, int, str, bool]) -> None:
    """The path defaults to the websocket of the contract."""
    uri = websocket_uri(url)
    assert expected == (uri.host, uri.port, uri.path, uri.secure)


def test_other_addresses_are_refused() -> None:
    """A file is no server."""
    with pytest.raises(ConnectionFailed):
        websocket_uri("file:///etc/passwd")
