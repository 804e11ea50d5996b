"""The searches of `holdfast bench discovery`: as a gateway asks its catalogue, and people a gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from bench.figures import percentile
from bench.server_process import ServerFailed
from bench.towns import Towns
from engine.listings import Availability, EventQuery, Near, Sort
from engine.places import Place
from engine.times import rfc3339
from persistence.postgres.catalogue import PostgresCatalogue

PAGE: Final = 20
RADIUS_M: Final = 30_000.0
WEEK_MS: Final = 7 * 86_400_000
REPLY_MAX_S: Final = 30.0


class Found(msgspec.Struct, frozen=True):
    """How long one kind of search took, and how many events it found in the mean."""

    search: str
    p50_ms: float
    p99_ms: float
    found: float


KINDS: Final[dict[str, tuple[Sort, Callable[[Place, int], EventQuery]]]] = {
    "nearest 20": ("distance", lambda place, _now: EventQuery(near=Near(place))),
    "within 30 km, nearest first": ("distance", lambda place, _now: EventQuery(near=Near(place, RADIUS_M))),
    "within 30 km, by date": (
        "date",
        lambda place, now_ms: EventQuery(near=Near(place, RADIUS_M), from_ms=now_ms),
    ),
    "two together under 80 within 30 km this week": (
        "distance",
        lambda place, now_ms: EventQuery(
            near=Near(place, RADIUS_M),
            from_ms=now_ms,
            to_ms=now_ms + WEEK_MS,
            available=Availability(2, 80.0, together=True),
        ),
    ),
}


async def by_catalogue(catalogue: PostgresCatalogue, towns: Towns, searches: int) -> tuple[Found, ...]:
    """So many of each kind, one after the other, around other places each time."""
    found = []
    for kind, (sort, query_around) in KINDS.items():
        now_ms, took_s, rows = _now_ms(), list[float](), 0
        for _ in range(searches):
            query = query_around(towns.place(), now_ms)
            began_s = time.perf_counter()
            page = await catalogue.discovery.search(query, sort, PAGE)
            took_s.append(time.perf_counter() - began_s)
            rows += len(page.found)
        found.append(_found(kind, took_s, rows))
    return tuple(found)


async def by_rest(url: str, towns: Towns, searches: int) -> tuple[Found, ...]:
    """The same of a gateway over one connection, from the request to the last byte. Raises `ServerFailed`."""
    return await asyncio.to_thread(_by_rest, url, towns, searches)


def _by_rest(url: str, towns: Towns, searches: int) -> tuple[Found, ...]:
    target = urlsplit(url)
    connection = HTTPConnection(target.hostname or "127.0.0.1", target.port or 80, timeout=REPLY_MAX_S)
    try:
        return tuple([_kind_by_rest(connection, towns, kind, searches) for kind in KINDS])
    finally:
        connection.close()


def _kind_by_rest(connection: HTTPConnection, towns: Towns, kind: str, searches: int) -> Found:
    sort, query_around = KINDS[kind]
    now_ms, took_s, rows = _now_ms(), list[float](), 0
    for _ in range(searches):
        path = f"/v1/events?{urlencode(_asked(query_around(towns.place(), now_ms), sort))}"
        began_s = time.perf_counter()
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read()
        took_s.append(time.perf_counter() - began_s)
        if reply.status != HTTPStatus.OK:
            raise ServerFailed(f"{path}: {reply.status} {body.decode(errors='replace')}")
        rows += len(msgspec.json.decode(body)["data"])
    return _found(kind, took_s, rows)


def _asked(query: EventQuery, sort: Sort) -> dict[str, str]:
    """A query as `GET /v1/events` has it."""
    told = {"sort": sort, "limit": str(PAGE)}
    if query.near is not None:
        told["near"] = f"{query.near.place.latitude},{query.near.place.longitude}"
        if query.near.radius_m is not None:
            told["radius_m"] = str(query.near.radius_m)
    for name, moment_ms in (("from", query.from_ms), ("to", query.to_ms)):
        if moment_ms is not None:
            told[name] = rfc3339(moment_ms)
    if query.available is not None:
        told |= {"min_free": str(query.available.min_free), "max_price": str(query.available.max_price)}
        told["together"] = "true" if query.available.together else "false"
    return told


def _found(kind: str, took_s: list[float], rows: int) -> Found:
    took_s.sort()
    p50_ms, p99_ms = (round(percentile(took_s, share) * 1000, 2) for share in (0.5, 0.99))
    return Found(kind, p50_ms, p99_ms, round(rows / max(1, len(took_s)), 1))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
