"""How organisers announce an event: where, when and as what."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated, Final
from zoneinfo import available_timezones

import msgspec
from msgspec import UNSET, UnsetType

from engine.catalogue import Billing, EventInfo
from gateway.rest.call import Refused
from protocol.errors import ErrorCode, problem
from protocol.requests import Label, Text

DESCRIPTION_CHARS_MAX: Final = 10_000
YEARS: Final = (1970, 9998)
"""Years whose every moment can be told in Unix time, in whatever zone."""
NO_VENUE: Final = problem(ErrorCode.NOT_FOUND, "There is no such venue.")
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Zone = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Description = Annotated[str, msgspec.Meta(max_length=DESCRIPTION_CHARS_MAX)]


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """How an event is announced. `zone` is an IANA name; without one it is the venue's.

    At `opens_at` the sale opens by itself, if the event is published by then.
    """

    venue: Label | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    doors_at: Moment | None = None
    zone: Zone | None = None
    category: Text | None = None
    description: Description = ""
    opens_at: Moment | None = None


class ChangedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; null takes it away."""

    name: Text | UnsetType = UNSET
    venue: Label | UnsetType | None = UNSET
    starts_at: Moment | UnsetType | None = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    doors_at: Moment | UnsetType | None = UNSET
    zone: Zone | UnsetType | None = UNSET
    category: Text | UnsetType | None = UNSET
    description: Description | UnsetType = UNSET
    opens_at: Moment | UnsetType | None = UNSET


def billing_of(announced: Announced) -> Billing:
    """The billing of a new event. Raises `Refused` for one that makes no sense."""
    return sensible(
        Billing(
            venue=announced.venue,
            starts_ms=moment_ms(announced.starts_at),
            ends_ms=moment_ms(announced.ends_at),
            doors_ms=moment_ms(announced.doors_at),
            zone=announced.zone,
            category=announced.category,
            description=announced.description,
            opens_ms=moment_ms(announced.opens_at),
        )
    )


def changed_billing(info: EventInfo, body: ChangedEvent) -> Billing:
    """A billing with what `body` names changed. Raises `Refused` for one that makes no sense."""
    billing = info.billing
    changes = {
        field: getattr(body, field)
        for field in ("venue", "zone", "category", "description")
        if getattr(body, field) is not UNSET
    }
    for field in ("starts", "ends", "doors", "opens"):
        moment = getattr(body, f"{field}_at")
        if moment is not UNSET:
            changes[f"{field}_ms"] = moment_ms(moment)
    changed = sensible(msgspec.structs.replace(billing, **changes))
    if changed.opens_ms != billing.opens_ms and info.status not in ("draft", "published"):
        raise Refused(problem(ErrorCode.INVALID, "The sale has been opened already."))
    return changed


def moment_ms(moment: datetime | None) -> int | None:
    """A moment in Unix milliseconds. Raises `Refused` for years that nobody sells tickets for."""
    if moment is None:
        return None
    if not YEARS[0] < moment.year < YEARS[1]:
        raise Refused(problem(ErrorCode.INVALID, "Dates lie after 1970 and before 9998."))
    return round(moment.timestamp() * 1000)


def sensible(billing: Billing) -> Billing:
    """The same billing. Raises `Refused`."""
    if billing.zone is not None and billing.zone not in _zones():
        raise Refused(problem(ErrorCode.INVALID, "There is no such time zone."))
    starts_ms, ends_ms, doors_ms = billing.starts_ms, billing.ends_ms, billing.doors_ms
    if starts_ms is None and not (ends_ms is None and doors_ms is None):
        raise Refused(problem(ErrorCode.INVALID, "An event that ends or opens its doors has a beginning."))
    if starts_ms is not None and ends_ms is not None and ends_ms < starts_ms:
        raise Refused(problem(ErrorCode.INVALID, "The event ends before it begins."))
    if ends_ms is not None and billing.opens_ms is not None and billing.opens_ms >= ends_ms:
        raise Refused(problem(ErrorCode.INVALID, "The sale opens after the event has ended."))
    if starts_ms is not None and doors_ms is not None and doors_ms > starts_ms:
        raise Refused(problem(ErrorCode.INVALID, "The doors open after the beginning."))
    return billing


def check_zone(zone: str) -> None:
    """Raises `Refused` for a time zone that there is not."""
    if zone not in _zones():
        raise Refused(problem(ErrorCode.INVALID, "There is no such time zone."))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
