"""What was set must be there when a server starts; later it may come and go."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import RedisError

from holdfast.settings import Settings

CHECK_MAX_S: Final = 5.0


async def check_redis(settings: Settings) -> None:
    """Raises `ConnectionError`, which names the host alone, if Redis is set and does not answer."""
    if settings.redis_url is None:
        return
    client = Redis.from_url(
        settings.redis_url, socket_timeout=CHECK_MAX_S, socket_connect_timeout=CHECK_MAX_S
    )
    try:
        asked: Any = client.ping()  # its type is that of both kinds of client
        await asked
    except (RedisError, OSError) as error:
        host = urlsplit(settings.redis_url).hostname
        raise ConnectionError(f"HOLDFAST_REDIS_URL is set, and Redis at {host} cannot be reached") from error
    finally:
        await client.aclose()
