"""What a checkout says of its buyer."""

from __future__ import annotations

import pytest

from gateway.websocket.codec import Codec
from tests.unit.gateway.desks import ALL_CODECS, Memory, frame, new_session

codecs = pytest.mark.parametrize("codec", ALL_CODECS, ids=lambda codec: codec.name)


def said(codec: Codec, name: str, email: str) -> Memory:
    """What became of a checkout by this buyer."""
    memory = Memory()
    body = {"hold": "hld_1", "buyer": {"name": name, "email": email}}
    message = {"t": "checkout.begin", "id": 5, "idem": "key", "d": body}
    new_session(memory, codec).receive(frame(message, codec), 1.0)
    return memory


@pytest.mark.parametrize(
    ("name", "email"),
    [
        *(("Ann\x00", "ann@example.org"), ("An\nn", "ann@example.org"), ("", "ann@example.org")),
        *(("Ann", "ann"), ("Ann", "ann@example.org\n"), ("Ann", "a nn@example.org"), ("Ann", "a@b@c")),
    ],
)
@codecs
def test_a_buyer_has_a_name_and_an_address(codec: Codec, name: str, email: str) -> None:
    """Control characters have no place in a name, and an address has something on both sides of one @."""
    memory = said(codec, name, email)
    assert ["malformed"] == [reply["e"]["code"] for reply in memory.replies(codec)]
    assert [] == memory.handled


@pytest.mark.parametrize("name", ["Zoë O'Hara", "Ann\u00a0Lee", "Ann\u200d", "李安"])
@codecs
def test_a_buyer_may_have_letters_of_all_kinds(codec: Codec, name: str) -> None:
    """Also such as are not printed by themselves."""
    assert [5] == [request.id for request in said(codec, name, "ann@example.org").handled]
