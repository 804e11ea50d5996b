"""A client's session goes on with another token."""

from __future__ import annotations

from client.calls import HelloRefused
from tests.unit.test_client_core import _core, _frame, _hello_reply, _sent


def test_a_fresh_token_is_told_in_place_and_at_every_later_hello() -> None:
    """On the connection that stands, and on the next one; a token that is not good is a refused hello."""
    machine = _core()
    machine.connected()
    (hello,) = _sent(machine)
    machine.renew("before the greeting")
    machine.receive(_frame(_hello_reply(hello["id"])))
    assert [] == _sent(machine)
    machine.renew("fresh")
    (renewed,) = _sent(machine)
    assert ("hello", "fresh", None) == (renewed["t"], renewed["d"]["token"], renewed["d"]["resume"])
    assert [] == machine.receive(_frame(_hello_reply(renewed["id"])))
    machine.renew("bad")
    (renewed,) = _sent(machine)
    problem = {"type": "t", "title": "t", "status": 401, "code": "token_invalid"}
    (refused,) = machine.receive(_frame({"re": renewed["id"], "ok": False, "e": problem}))
    assert isinstance(refused, HelloRefused)
    machine.disconnected()
    machine.connected()
    (again,) = _sent(machine)
    assert "bad" == again["d"]["token"]
