"""Keeps unit tests to themselves: no event loop, no Ray, no network, no sleep."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from typing import NoReturn

import pytest


def _refuse(*_arguments: object, **_options: object) -> NoReturn:
    pytest.fail("a unit test runs without loop, Ray, network or sleep: move it to another folder")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every way out of the test fail."""
    monkeypatch.setattr(time, "sleep", _refuse)
    monkeypatch.setattr(socket.socket, "connect", _refuse)
    monkeypatch.setattr(asyncio.events, "new_event_loop", _refuse)
    if "ray" in sys.modules:
        monkeypatch.setattr(sys.modules["ray"], "init", _refuse)
