"""The guards of `conftest.py` guard."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest


def test_sleep_is_refused() -> None:
    """A unit test that sleeps fails."""
    with pytest.raises(pytest.fail.Exception):
        time.sleep(0)


def test_network_is_refused() -> None:
    """A unit test that opens a connection fails."""
    with socket.socket() as probe, pytest.raises(pytest.fail.Exception):
        probe.connect(("127.0.0.1", 1))


def test_event_loop_is_refused() -> None:
    """A unit test that runs a loop fails."""
    with pytest.raises(pytest.fail.Exception), asyncio.Runner() as runner:
        runner.get_loop()
