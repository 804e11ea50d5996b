"""Seats in Redis alone, taken and sold by Lua scripts. Not durable: an upper bound, no baseline to beat.

A hash a section has an entry for each seat that is not free: `h|hold|expires` or `s|order`.
A string a hold has its holder and its seats; it ends with the hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from bench.baselines.ports import Books, Claim, Purchase
from bench.baselines.redis_pipe import RedisPipe
from engine.catalogue import OrderRow

HOLD: Final = """
local now = tonumber(ARGV[3])
for i = 5, #ARGV do
    local entry = redis.call('HGET', KEYS[1], ARGV[i])
    if entry then
        if string.sub(entry, 1, 1) == 's' then return 0 end
        if tonumber(string.match(entry, '|(%d+)$')) > now then return 0 end
    end
end
local entry = 'h|' .. ARGV[1] .. '|' .. ARGV[4]
local seats = {}
for i = 5, #ARGV do
    redis.call('HSET', KEYS[1], ARGV[i], entry)
    seats[#seats + 1] = ARGV[i]
end
redis.call('SET', KEYS[2], ARGV[2] .. '|' .. table.concat(seats, ','), 'PX', tonumber(ARGV[4]) - now)
return 1
"""
END: Final = """
local held = redis.call('GET', KEYS[2])
if not held then return '' end
local holder, seats = string.match(held, '^(.*)|(.*)$')
if holder ~= ARGV[1] then return '' end
for seat in string.gmatch(seats, '%d+') do
    if ARGV[2] == '' then
        redis.call('HDEL', KEYS[1], seat)
    else
        redis.call('HSET', KEYS[1], seat, 's|' .. ARGV[2])
    end
end
redis.call('DEL', KEYS[2])
return seats
"""


class RedisScript:
    """One script a request, pipelined by themselves; order rows go to Redis too.

    All keys begin with `namespace`, so that runs on one server do not meet.
    """

    def __init__(self, redis_url: str, namespace: str) -> None:
        self._seats: Final = f"{namespace}:seats:"
        self._orders: Final = f"{namespace}:orders"
        self._redis: Final = RedisPipe(redis_url)
        self._hold = ""
        self._end = ""

    async def open(self) -> None:
        """Load the scripts."""
        self._hold = await self._redis.redis.script_load(HOLD)
        self._end = await self._redis.redis.script_load(END)

    async def stock(self, stream: int, seats: int) -> None:
        """A seat without an entry is free: nothing to do."""

    async def hold(self, claim: Claim) -> bool:
        """One script."""
        keys = (f"{self._seats}{claim.stream}", claim.hold)
        words = (claim.hold, claim.holder, claim.now_ms, claim.expires_ms, *claim.seats)
        return bool(await self._redis.ask("EVALSHA", self._hold, 2, *keys, *words))

    async def release(self, stream: int, hold: str, holder: str) -> Sequence[int]:
        """One script."""
        return await self._ended(stream, hold, holder, "")

    async def confirm(self, purchase: Purchase) -> Sequence[int]:
        """One script."""
        return await self._ended(purchase.stream, purchase.hold, purchase.holder, purchase.order)

    async def _ended(self, stream: int, hold: str, holder: str, order: str) -> list[int]:
        seats: bytes = await self._redis.ask(
            "EVALSHA", self._end, 2, f"{self._seats}{stream}", hold, holder, order
        )
        return [int(seat) for seat in seats.decode().split(",") if seat]

    async def save_orders(self, rows: Sequence[OrderRow]) -> bool:
        """All rows in one command."""
        fields = [part for row in rows for part in (row.id, msgspec.msgpack.encode(row))]
        await self._redis.ask("HSET", self._orders, *fields)
        return True

    async def audit(self) -> Books:
        """Every seat's entry, and every order must own one."""
        sold, held, owners = 0, 0, set[str]()
        async for key in self._redis.redis.scan_iter(match=f"{self._seats}*"):
            for entry in await self._redis.redis.hvals(key):
                kind, rest = entry.decode().split("|", 1)
                sold, held = sold + (kind == "s"), held + (kind == "h")
                if kind == "s":
                    owners.add(rest)
        orders = {order.decode() for order in await self._redis.redis.hkeys(self._orders)}
        return Books(
            sold, held, tuple(f"order {order} has no seat" for order in sorted(orders - owners)[:100])
        )

    async def close(self) -> None:
        """Close the connection."""
        await self._redis.close()
