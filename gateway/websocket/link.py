"""A shorter way between a connection and its socket than ASGI's messages, where the server has one.

ASGI hands each message over through a queue to a task, and stops and starts reading around
it; each answer passes two coroutines and a frame object. A server that puts a link into a
connection's scope calls back in the same turn of the loop and takes payloads as they are.
Opening and closing stay ASGI's, and so does sending to a socket that takes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

EXTENSION: Final = "holdfast.link"
"""Where a link stands among a scope's extensions."""
Heard = Callable[[Any], None]
"""Told the payload of a message: bytes of a binary one, str of a text one."""


class Link(Protocol):
    """The open websocket of one connection."""

    def listen(self, heard: Heard) -> None:
        """Tell `heard` every message from now on; ASGI's `receive` tells the end alone."""

    def write(self, payload: bytes, *, text: bool) -> bool:
        """Send a whole message now; False when the socket takes nothing at present, or no more."""

    def give_up(self, code: int, reason: str) -> None:
        """Close a connection whose socket takes nothing: the peer learns why if it reads on soon."""


def link_of(scope: Mapping[str, Any]) -> Link | None:
    """The link of a websocket's scope, if its server has one."""
    link: Link | None = scope.get("extensions", {}).get(EXTENSION)
    return link
