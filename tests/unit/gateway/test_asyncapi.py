"""The published description of the websocket says what the code does."""

from __future__ import annotations

from typing import Any, get_args

import jsonschema
import msgspec

from gateway.published.asyncapi import PUSHES, REPLIES, asyncapi, tags
from protocol.closing import SUBPROTOCOLS, CloseCode
from protocol.errors import ErrorCode, problem
from protocol.limits import ConnectionLimits
from protocol.replies import HelloReply, Push, Reply
from protocol.requests import AnyRequest
from tests.unit.gateway.desks import hold

DOCUMENT = asyncapi("1.0")


def payload(name: str) -> dict[str, Any]:
    """The schema of a message, with all that it refers to."""
    message: dict[str, Any] = DOCUMENT["components"]["messages"][name]
    return {**message["payload"], "components": DOCUMENT["components"]}


def test_every_request_is_described_with_its_reply() -> None:
    """Each tagged request has a message, a reply, and an operation."""
    assert len(get_args(AnyRequest)) == len(tags())
    assert set(tags()) == set(REPLIES)
    names = {message["name"] for message in DOCUMENT["components"]["messages"].values()}
    assert set(tags()) | set(PUSHES) | {f"{tag} reply" for tag in REPLIES} == names
    assert len(tags()) + 1 == len(DOCUMENT["operations"])


def test_codes_and_limits_are_told() -> None:
    """Every close code, error code, subprotocol and limit is there."""
    assert {str(code.value) for code in CloseCode} == set(DOCUMENT["x-close-codes"])
    assert [code.value for code in ErrorCode] == [each["code"] for each in DOCUMENT["x-errors"]]
    assert list(SUBPROTOCOLS) == DOCUMENT["x-subprotocols"]
    assert msgspec.to_builtins(ConnectionLimits()) == DOCUMENT["x-limits"]


def test_what_is_said_fits_the_description() -> None:
    """Messages as the code makes them validate against their schemas, wrong ones do not."""
    encoder = msgspec.json.encode
    jsonschema.validate(hold(1), payload("HoldCreate"))
    hello = msgspec.Raw(encoder(HelloReply("ses_1", None, 25_000, ConnectionLimits())))
    jsonschema.validate(msgspec.json.decode(encoder(Reply(1, True, hello))), payload("HelloReply"))
    refused = Reply(1, False, e=problem(ErrorCode.SEAT_TAKEN))
    jsonschema.validate(msgspec.json.decode(encoder(refused)), payload("HoldCreateReply"))
    delta = Push("seats.delta", "evt_1/A", "h", 2, 1, msgspec.Raw(b'{"u":[["A-1-1","h"],["PIT",3]]}'))
    jsonschema.validate(msgspec.json.decode(encoder(delta)), payload("SeatsDelta"))
    validator = jsonschema.Draft202012Validator(payload("HoldCreate"))
    assert not validator.is_valid(hold(1) | {"id": "one"})
    assert not validator.is_valid({"t": "hold.create", "id": 1})


def test_references_lead_somewhere() -> None:
    """Every reference in the document names something in it."""

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            found = [node["$ref"]] if "$ref" in node else []
            return found + [each for value in node.values() for each in references(value)]
        return [each for value in node for each in references(value)] if isinstance(node, list) else []

    for reference in references(DOCUMENT):
        node: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
