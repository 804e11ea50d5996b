"""The AsyncAPI 3.0 document of the websocket, made from the messages that are decoded and sent."""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec

from gateway.published.openapi import catalogue
from gateway.websocket.message_kinds import COMMANDS, KEYED
from protocol.analytics import BoardReply
from protocol.closing import SUBPROTOCOLS, CloseCode
from protocol.limits import ConnectionLimits
from protocol.payments import OrderUpdated
from protocol.queue import (
    QueueAdmitted,
    QueueChallengeReply,
    QueueEnded,
    QueueLeft,
    QueuePaused,
    QueueReply,
    QueueSoldOut,
    QueueUpdate,
)
from protocol.replies import (
    DrainingNotice,
    HelloReply,
    HoldExpired,
    HoldExpiring,
    HoldReply,
    OrderReply,
    PingReply,
    Push,
    Reply,
    ResetNotice,
    SeatsDelta,
    SeatsSnapshot,
    SectionsDelta,
    SubscribeReply,
)
from protocol.requests import AnyRequest
from protocol.waitlist import WaitlistOffer, WaitlistReply, WaitlistUpdate

REFERENCE: Final = "#/components/schemas/{name}"
PUSHES: Final[dict[str, type[msgspec.Struct]]] = {
    "seats.snapshot": SeatsSnapshot,
    "seats.delta": SeatsDelta,
    "sections.delta": SectionsDelta,
    "stats.update": BoardReply,
    "hold.expiring": HoldExpiring,
    "hold.expired": HoldExpired,
    "order.updated": OrderUpdated,
    "queue.update": QueueUpdate,
    "queue.admitted": QueueAdmitted,
    "queue.paused": QueuePaused,
    "queue.sold_out": QueueSoldOut,
    "queue.ended": QueueEnded,
    "waitlist.offer": WaitlistOffer,
    "waitlist.update": WaitlistUpdate,
    "reset": ResetNotice,
    "draining": DrainingNotice,
}
"""What is said unasked: the body of each push."""
REPLIES: Final[dict[str, type[msgspec.Struct]]] = {
    "hello": HelloReply,
    "subscribe": SubscribeReply,
    "unsubscribe": SubscribeReply,
    "sync": SubscribeReply,
    "hold.create": HoldReply,
    "hold.release": HoldReply,
    "hold.extend": HoldReply,
    "hold.swap": HoldReply,
    "checkout.begin": OrderReply,
    "order.get": OrderReply,
    "order.cancel": OrderReply,
    "queue.join": QueueReply,
    "queue.leave": QueueLeft,
    "queue.status": QueueReply,
    "queue.challenge": QueueChallengeReply,
    "waitlist.join": WaitlistReply,
    "waitlist.leave": WaitlistReply,
    "waitlist.accept": WaitlistReply,
    "waitlist.decline": WaitlistReply,
    "waitlist.status": WaitlistReply,
    "ping": PingReply,
}
"""The body of the reply to each request."""


def tags() -> dict[str, type[msgspec.Struct]]:
    """Every request by its `t`."""
    return {str(each.__struct_config__.tag): each for each in get_args(AnyRequest)}


def asyncapi(version: str) -> dict[str, Any]:
    """The whole document as plain data."""
    requests = tags()
    types = [*requests.values(), *PUSHES.values(), *REPLIES.values(), Push, Reply, ConnectionLimits]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    schema_of = dict(zip(types, schemas, strict=True))
    # `d` of a push or a reply is of any kind in the shared envelope; each message narrows it.
    messages = {
        **{_key(tag): _request(tag, kind, schema_of) for tag, kind in requests.items()},
        **{_key(tag) + "Reply": _reply(tag, kind, schema_of) for tag, kind in REPLIES.items()},
        **{_key(tag): _push(tag, kind, schema_of) for tag, kind in PUSHES.items()},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Holdfast websocket",
            "version": version,
            "description": (
                "A frame holds one message or an array of messages, both ways. Every request gets "
                "exactly one reply, in any order; a push has no `re`."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {"socket": _channel(messages)},
        "operations": _operations(requests),
        "components": {"messages": messages, "schemas": components},
        "x-subprotocols": list(SUBPROTOCOLS),
        "x-close-codes": {str(code.value): code.name.lower() for code in CloseCode},
        "x-limits": msgspec.to_builtins(ConnectionLimits()),
        "x-errors": catalogue(),
    }


def _key(tag: str) -> str:
    return "".join(part.capitalize() for part in tag.replace("_", ".").split("."))


def _summary(kind: type[msgspec.Struct]) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _request(tag: str, kind: type[msgspec.Struct], schema_of: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": tag,
        "summary": _summary(kind),
        "payload": schema_of[kind],
        "x-needs-token": kind in COMMANDS,
        "x-needs-idempotency-key": kind in KEYED,
    }


def _reply(tag: str, kind: type[msgspec.Struct], schema_of: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    good = {"properties": {"ok": {"const": True}, "d": schema_of[kind]}, "required": ["d"]}
    refused = {"properties": {"ok": {"const": False}}, "required": ["e"]}
    return {
        "name": f"{tag} reply",
        "summary": _summary(kind),
        "payload": {"allOf": [schema_of[Reply], {"anyOf": [good, refused]}]},
    }


def _push(tag: str, kind: type[msgspec.Struct], schema_of: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    narrowed = {"properties": {"t": {"const": tag}, "d": schema_of[kind]}}
    return {
        "name": tag,
        "summary": _summary(kind),
        "payload": {"allOf": [schema_of[Push], narrowed]},
    }


def _channel(messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": "/v1/ws",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }


def _operations(requests: dict[str, type[msgspec.Struct]]) -> dict[str, Any]:
    socket = {"$ref": "#/channels/socket"}
    operations: dict[str, Any] = {
        f"receive{_key(tag)}": {
            "action": "receive",
            "channel": socket,
            "messages": [{"$ref": f"#/channels/socket/messages/{_key(tag)}"}],
            "reply": {
                "channel": socket,
                "messages": [{"$ref": f"#/channels/socket/messages/{_key(tag)}Reply"}],
            },
        }
        for tag in requests
    }
    pushes = [{"$ref": f"#/channels/socket/messages/{_key(tag)}"} for tag in PUSHES]
    operations["sendNews"] = {"action": "send", "channel": socket, "messages": pushes}
    return operations
