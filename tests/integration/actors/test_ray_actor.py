from __future__ import annotations

import shutil
from types import SimpleNamespace

import msgspec
import pytest

from actors.limits import ShellLimits
from actors.ray_actor import Endpoint, SectionActor
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore
from tests.databases import temporary_directory


async def test_an_actor_whose_sockets_directory_is_gone_is_reached_through_ray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The directory goes with the server that made it; a detached actor may outlive that server."""
    context = SimpleNamespace(get_node_id=lambda: "here")
    monkeypatch.setattr("actors.ray_actor.ray.get_runtime_context", lambda: context)
    monkeypatch.setattr("actors.ray_actor.tune_process", lambda: None)
    with temporary_directory() as sockets:
        store = MemorySectionStore(MemoryDatabase())
        actor = SectionActor(lambda _incarnation: store, ShellLimits(), str(sockets / "actor.sock"))
        before = msgspec.msgpack.decode(await actor.endpoint(), type=Endpoint)
        assert before.path is not None
        shutil.rmtree(sockets)
        after = msgspec.msgpack.decode(await actor.endpoint(), type=Endpoint)
        assert Endpoint("here", None) == after
    await actor._leave()
