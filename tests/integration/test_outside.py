from __future__ import annotations

import pytest
from pydantic import SecretStr

from holdfast.outside import check_redis
from holdfast.settings import Settings
from tests.e2e.world import random_port


async def test_a_redis_that_is_set_must_be_there_at_the_start() -> None:
    """The error names setting and host, and no password."""
    password = SecretStr("sesame")
    url = f"redis://:{password.get_secret_value()}@127.0.0.1:{random_port()}/0"
    with pytest.raises(ConnectionError, match=r"HOLDFAST_REDIS_URL.*127\.0\.0\.1") as failed:
        await check_redis(Settings(redis_url=url))
    assert "sesame" not in str(failed.value)
    await check_redis(Settings())
