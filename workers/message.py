"""A piece of news on its way: a journal record as a CloudEvent, and which topics it is under."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from engine.bus import Position

SPEC_VERSION: Final = "1.0"
MEDIA_TYPE: Final = "application/cloudevents+json"
SEQUENCE_DIGITS: Final = 16


class CloudEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """CloudEvents 1.0, structured, as it travels; attributes are lower case by that standard.

    `sequence` is the number in the stream, padded so that it sorts as text; `partitionkey` is the stream:
    what has the same one comes in order.
    """

    id: str
    source: str
    type: str
    time: str
    sequence: str
    partitionkey: str
    data: dict[str, Any]
    subject: str | None = None
    specversion: str = msgspec.field(default_factory=lambda: SPEC_VERSION)
    datacontenttype: str = msgspec.field(default_factory=lambda: "application/json")

    def encoded(self) -> bytes:
        """As JSON. Attributes that the standard wants are there also where they are always the same."""
        return msgspec.json.encode(self)


class Message(msgspec.Struct, frozen=True):
    """What relays send and consumers take; `body` is the CloudEvent.

    `stream`, `seq` and `part` tell repeats: a record is mostly one message, part 0. `subject` is the
    body's, for those who need no more of it.
    """

    stream: int
    seq: int
    kind: str
    event: str
    at_ms: int
    body: bytes
    part: int = 0
    subject: str | None = None

    @property
    def id(self) -> str:
        """The CloudEvent's id: the same for every repeat."""
        return message_id(self.position)

    @property
    def position(self) -> Position:
        """What it is known by."""
        return self.stream, self.seq, self.part

    @property
    def topic(self) -> str:
        """The routing key."""
        return f"{self.kind}.{self.event}"

    def cloud_event(self) -> CloudEvent:
        """The body, read."""
        return _events.decode(self.body)


_events: Final = msgspec.json.Decoder(CloudEvent)


def message_id(position: Position) -> str:
    """The id of a piece of news.

    >>> message_id((17, 42, 0)), message_id((17, 42, 1))
    ('17-42', '17-42.1')
    """
    stream, seq, part = position
    return f"{stream}-{seq}{f'.{part}' if part else ''}"


def parse_message_id(text: str) -> Position:
    """The position that an id stands for. Raises ValueError for what is no such id.

    >>> parse_message_id("17-42.1")
    (17, 42, 1)
    """
    stream, _, place = text.partition("-")
    seq, _, part = place.partition(".")
    return int(stream), int(seq), int(part or 0)


@lru_cache(maxsize=1024)
def matches(pattern: str, topic: str) -> bool:
    """Whether a topic falls under a pattern by AMQP's rules: `*` is one word, `#` any number of them.

    >>> matches("order.*.*", "order.confirmed.evt_1")
    True
    >>> matches("order.#", "order.confirmed.evt_1")
    True
    """
    return _words_match(tuple(pattern.split(".")), tuple(topic.split(".")))


def _words_match(pattern: tuple[str, ...], words: tuple[str, ...]) -> bool:
    if not pattern:
        return not words
    head, rest = pattern[0], pattern[1:]
    if head == "#":
        return any(_words_match(rest, words[skip:]) for skip in range(len(words) + 1))
    return bool(words) and head in ("*", words[0]) and _words_match(rest, words[1:])
