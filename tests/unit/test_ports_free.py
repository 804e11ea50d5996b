"""Where free ports are looked for."""

from __future__ import annotations

import errno
import os
import socket
from typing import Self

import pytest

from holdfast.ports_free import APART, FIRST, LAST, free_port


class Ports:
    """Sockets of a machine on which some ports are taken."""

    def __init__(self, *taken: int) -> None:
        self.taken = set(taken)

    def socket(self) -> Ports:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def setsockopt(self, *_: int) -> None: ...

    def bind(self, address: tuple[str, int]) -> None:
        if address[1] in self.taken:
            raise OSError(errno.EADDRINUSE, "taken")


def looking(monkeypatch: pytest.MonkeyPatch, pid: int, *taken: int) -> None:
    """Be the process `pid` on a machine where these are taken."""
    monkeypatch.setattr(socket, "socket", Ports(*taken).socket)
    monkeypatch.setattr(os, "getpid", lambda: pid)


def test_processes_that_look_at_once_find_different_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each begins at a place of its own, and all of them stay within the bounds."""
    found = []
    for pid in (1, 2, 800, 4_194_304):
        looking(monkeypatch, pid)
        found.append(free_port())
    assert len(found) == len(set(found))
    assert all(FIRST <= port <= LAST for port in found)
    assert FIRST + APART == found[0]


def test_the_next_one_is_looked_for_and_the_last_is_followed_by_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that are taken are passed over; where all are, there is none."""
    looking(monkeypatch, 1, FIRST + APART, LAST)
    assert FIRST + APART + 1 == free_port()
    assert FIRST == free_port(after=LAST - 1)
    looking(monkeypatch, 1, *range(FIRST, LAST + 1))
    with pytest.raises(OSError, match="no free port"):
        free_port()
