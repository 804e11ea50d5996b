"""What travels between gateways and section actors: batches of requests, answers and changes.

All of it is msgpack of array-like structs, one `bytes` argument a call, because a Ray call
costs the same whatever it carries.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.causes import Causes
from engine.commands import Request
from engine.queue.commands import RoomRequest

BATCH_COMMANDS_MAX: Final = 256
BATCH_BYTES_MAX: Final = 64 * 1024


StreamRequest = Request | RoomRequest
"""What can be asked of a stream; one that is of the other kind knows nothing of it."""


class Ask(msgspec.Struct, frozen=True, array_like=True):
    """One request for one stream; `trace` is the `traceparent` of a request that is followed."""

    stream: int
    request: StreamRequest
    trace: str | None = None


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The one answer to an `Ask`, at journal position `seq`.

    `code` is None when it went well; `body` is then the msgpack of what the caller sees
    (`engine.views`), otherwise of an `Explanation`. `replayed` says that the key was known.
    """

    code: str | None
    body: msgspec.Raw
    seq: int = 0
    replayed: bool = False


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a refusal says beside its code; `section` and `pos` say on which state it rests, if on any."""

    detail: str = ""
    objects: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    retry_after_ms: int | None = None
    section: str = ""
    pos: tuple[str, int] | None = None


class Changes(msgspec.Struct, frozen=True, array_like=True):
    """What became durable in a stream after `from_seq`, up to and including `seq`.

    `seats` is `(ordinal, status)` with the last status of each seat that changed, `areas`
    `(index, free)`; statuses as in `packed` (0 free, 1 held, 2 sold, 3 blocked). When the
    stream no longer remembers `from_seq`, `packed` holds the whole status (4 bits a seat)
    and `areas` all areas. `counts` is `(free, held, sold)` over seats and places. No record after
    `waitlist_seq` changed the waitlist. `rests_on` are records of other streams, as (stream, number),
    which nobody is to miss who is shown this.
    """

    stream: int
    history: str
    from_seq: int
    seq: int
    seats: tuple[tuple[int, int], ...]
    areas: tuple[tuple[int, int], ...]
    counts: tuple[int, int, int]
    packed: bytes | None = None
    waitlist_seq: int = 0
    rests_on: Causes = ()


encoder: Final = msgspec.msgpack.Encoder()
asks_decoder: Final = msgspec.msgpack.Decoder(list[Ask])
answers_decoder: Final = msgspec.msgpack.Decoder(list[Answer])
explanation_decoder: Final = msgspec.msgpack.Decoder(Explanation)
