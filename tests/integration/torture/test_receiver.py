"""The receiver of webhooks that trials use."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.services.hooks import Receiver


@pytest.mark.parametrize("said", [b"", b"POST /hook HTTP/1.1\r\ncontent-length: 10\r\n\r\nhal"])
async def test_a_sender_that_dies_is_nothing_special(said: bytes) -> None:
    """It is not taken for a request, and nobody hears of an error."""
    unhandled: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    async with Receiver.open() as receiver:
        port = urlsplit(receiver.url).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        writer.write_eof()
        assert b"" == await reader.read()
        writer.close()
        await writer.wait_closed()
    assert ([], []) == (receiver.got, unhandled)
