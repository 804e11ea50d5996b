"""Draws tickets for a gateway, in a process of its own: `python -m gateway.ticketing.drawing_process`.

Drawing keeps an interpreter busy for a tenth of a second; in the gateway itself everybody who
buys would wait for it. Reads and writes frames of four bytes of length and as many of
content. Ends with its standard input, so it never outlives its gateway; what it cannot draw
is a bug and ends it, too.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO, Final, Literal

import msgspec

from gateway.ticketing.faces import Face

LENGTH_BYTES: Final = 4
NICENESS: Final = 10
"""Those who sell come before those who print."""


class Drawing(msgspec.Struct, frozen=True):
    """What is to be drawn: a page for each face, or a picture of the first one."""

    kind: Literal["pdf", "png"]
    faces: tuple[Face, ...]


def framed(content: bytes) -> bytes:
    """A frame as it goes through the pipe."""
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def draw(drawing: Drawing) -> bytes:
    """The bytes of a PDF or a PNG."""
    if drawing.kind == "png":
        from gateway.ticketing.png import ticket_picture

        return ticket_picture(drawing.faces[0])
    from gateway.ticketing.pdf import ticket_pages

    return ticket_pages(drawing.faces)


def serve(asked: BinaryIO, drawn: BinaryIO) -> None:
    """Draw what is asked for until nobody asks any more."""
    wanted = msgspec.msgpack.Decoder(Drawing)
    while len(length := asked.read(LENGTH_BYTES)) == LENGTH_BYTES:
        content = asked.read(int.from_bytes(length, "big"))
        drawn.write(framed(draw(wanted.decode(content))))
        drawn.flush()


if __name__ == "__main__":
    os.nice(NICENESS)
    serve(sys.stdin.buffer, sys.stdout.buffer)
