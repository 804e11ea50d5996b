"""Long work in a thread beside a loop that a crowd waits for: a little of it, then a rest.

A thread that always has something to do takes the interpreter's lock back as soon as a switch
interval has passed, and gives it away only between two pieces. Without rests the loop would
have a third of the time for as long as a large section is being encoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import sleep
from typing import Final

WORK_BYTES: Final = 64 * 1024
"""So much between two rests: a third of a millisecond's work, and more than most sections have."""
REST_S: Final = 0.002


def joined_at_leisure(pieces: Iterable[bytes], rest: Callable[[float], None] = sleep) -> bytes:
    """The pieces as one, with a rest after each `WORK_BYTES` of them."""
    done: list[bytes] = []
    unrested = 0
    for piece in pieces:
        done.append(piece)
        unrested += len(piece)
        if unrested >= WORK_BYTES:
            rest(REST_S)
            unrested = 0
    return b"".join(done)
