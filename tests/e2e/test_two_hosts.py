"""Two hosts with a link between them that goes down: who was cut off owns nothing when it comes back."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from actors.ray_actor import FENCED_EXIT_CODE
from scripts.torture.proxy import Proxy, dsn_by_way_of, to_postgres
from tests.databases import embedded_server, fresh_database
from tests.e2e.test_stale_owner import EXIT_TIMEOUT_S, Owner, Stage, set_stage, until_silent
from tests.e2e.world import random_port

HOSTS_MAX: Final = 250


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class FarHost:
    """A network namespace, joined to this host by a pair of virtual interfaces."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(3)
        self.name = f"holdfast-{self._mark}"
        self._net = f"10.213.{random.randrange(HOSTS_MAX)}"
        self.near_address = f"{self._net}.1"
        self.prefix = ("ip", "netns", "exec", self.name)

    @classmethod
    @contextmanager
    def joined(cls) -> Iterator[FarHost]:
        """Set it up; it goes with everything in it. Raises `CalledProcessError`."""
        host = cls()
        near, far = f"hfn{host._mark}", f"hff{host._mark}"
        _ip("netns", "add", host.name)
        try:
            _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", host.name)
            _ip("address", "add", f"{host.near_address}/30", "dev", near)
            _ip("link", "set", near, "up")
            _ip("-netns", host.name, "address", "add", f"{host._net}.2/30", "dev", far)
            _ip("-netns", host.name, "link", "set", far, "up")
            yield host
        finally:
            _ip("netns", "delete", host.name)

    def link(self, state: str) -> None:
        """Take the link `up` or `down`."""
        _ip("link", "set", f"hfn{self._mark}", state)


@pytest.fixture
def far_host() -> Iterator[FarHost]:
    """A second host, where one may be made."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and the program `ip`")
    try:
        with FarHost.joined() as host:
            yield host
    except subprocess.CalledProcessError as refused:
        pytest.skip(f"this kernel lets nobody make a second host: {refused.stderr.decode().strip()}")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A section on a PostgreSQL of this host."""
    with embedded_server() as server_dsn:
        async with fresh_database(server_dsn) as dsn:
            made = await set_stage(dsn)
            yield made
            for owner in made.owners:
                owner.end()


async def test_an_owner_behind_a_link_that_was_down_writes_nothing_when_it_is_up_again(
    far_host: FarHost, stage: Stage
) -> None:
    """Cut off in mid-request: the section sells on here, and there it neither writes nor says yes."""
    port = random_port()
    async with Proxy.on_port(to_postgres(stage.dsn), far_host.near_address, port):
        by_link = dsn_by_way_of(stage.dsn, host=far_host.near_address, port=port)
        far = Owner(by_link, "far", *far_host.prefix)
        stage.owners.append(far)
        assert None is (await asyncio.to_thread(far.ask, stage.hold(1, "usr_ada"))).code
        far_host.link("down")
        far.send(stage.hold(2, "usr_ada"), stage.hold(3, "usr_ada"))
        near = stage.owner("near")
        assert None is (await asyncio.to_thread(near.ask, stage.hold(2, "usr_bob"))).code
        far_host.link("up")
        told = await asyncio.to_thread(lambda: list(until_silent(far)))
        assert [] == [answer for answer in told if answer.code is None]
        assert FENCED_EXIT_CODE == await asyncio.to_thread(far.process.wait, EXIT_TIMEOUT_S)
    books = await stage.books()
    assert {"S-1-1", "S-1-2"} == books.taken
    assert [0, 1, 2] == [epoch for _, epoch, _ in books.records]
