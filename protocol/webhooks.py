"""Outgoing webhooks as they are asked for and told of over REST."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

OVERLAP_MAX_S: Final = 7 * 86_400
"""For how long a secret that was rotated out may still sign."""
Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z]+(\.[a-z_]+)?$(?!\n)", max_length=40)]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[!-~]+$(?!\n)", max_length=2_000)]
Note = Annotated[str, msgspec.Meta(max_length=200)]


class NewEndpoint(msgspec.Struct, frozen=True):
    """Where news are to be posted, and of which kinds: types or their nouns; none stands for all.

    `organiser` is for those who act for several.
    """

    url: Url
    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(max_length=32)] = ()
    description: Note = ""
    organiser: str | None = None


class EndpointReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """An endpoint; its `secret` is told once, when it is made."""

    endpoint: str
    url: str
    kinds: tuple[str, ...]
    description: str
    organiser: str
    created_at: str
    status: str
    failing_since: str | None = None
    disabled_because: str | None = None
    secret: str | None = None


class EndpointList(msgspec.Struct, frozen=True):
    """A page of endpoints."""

    data: tuple[EndpointReply, ...]
    has_more: bool
    next: str | None


class EndpointQuery(msgspec.Struct, frozen=True):
    """Whose endpoints, and which page."""

    organiser: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    after: str = ""


class Paging(msgspec.Struct, frozen=True):
    """Which page of deliveries."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    after: str = ""


class TryReply(msgspec.Struct, frozen=True):
    """One try; without a `status` there was no answer."""

    at: str
    status: int | None
    took_ms: int
    error: str


class DeliveryReply(msgspec.Struct, frozen=True):
    """What became of one message."""

    delivery: str
    message: str
    type: str
    status: str
    created_at: str
    next_try_at: str | None
    tries: tuple[TryReply, ...]


class DeliveryList(msgspec.Struct, frozen=True):
    """A page of deliveries, the newest first."""

    data: tuple[DeliveryReply, ...]
    has_more: bool
    next: str | None


class Rotation(msgspec.Struct, frozen=True):
    """For how long the secret before the new one signs as well."""

    overlap_s: Annotated[int, msgspec.Meta(ge=0, le=OVERLAP_MAX_S)] = 86_400


class ReplayQuery(msgspec.Struct, frozen=True):
    """From which record on, of all sections of an event and what was announced of it, or of one section."""

    event: str
    from_seq: Annotated[int, msgspec.Meta(ge=1)] = 1
    section: str = ""


class ReplayBegun(msgspec.Struct, frozen=True):
    """How many records of sections will be gone through again."""

    endpoint: str
    records: int
