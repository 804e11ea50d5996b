"""How an actor is made: its options, and where gateways on its node find it without asking Ray."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import ray
from ray.actor import ActorHandle

from actors.direct import socket_name
from actors.following import Follower
from actors.limits import ShellLimits
from actors.ports import SectionStore
from actors.ray_actor import SectionActor

MAX_CONCURRENCY: Final = 1_000


class ActorRecipe:
    """What every actor of a server is made of."""

    def __init__(
        self,
        open_store: Callable[[str], SectionStore],
        limits: ShellLimits,
        socket_dir: str | None,
        test_clock: str | None = None,
        open_follower: Callable[[], Follower] | None = None,
    ) -> None:
        """`open_store` and `open_follower` are sent to the actors and must be importable there.

        `socket_dir` is a directory of this account's alone, for the actors' sockets; `test_clock`
        the file of a test's clock.
        """
        self._open_store = open_store
        self._limits = limits
        self._socket_dir = socket_dir
        self._test_clock = test_clock
        self._open_follower = open_follower

    def create(self, name: str) -> ActorHandle[Any]:
        """Make the actor with this name, or find the one that is there. Asks Ray: blocks for milliseconds."""
        options: Any = ray.remote(SectionActor).options(
            name=name,
            get_if_exists=True,
            # Detached: it outlives the process that happened to create it.
            lifetime="detached",
            num_cpus=0,
            max_restarts=-1,
            max_task_retries=0,
            max_concurrency=MAX_CONCURRENCY,
        )
        handle: ActorHandle[Any] = options.remote(
            self._open_store, self._limits, self.socket_path(name), self._test_clock, self._open_follower
        )
        return handle

    def socket_path(self, name: str) -> str | None:
        """Where the actor with this name listens in all its lives."""
        return None if self._socket_dir is None else str(Path(self._socket_dir) / socket_name(name))


def nursery_path(socket_dir: str) -> str:
    """Where the process that keeps Ray creates actors on request."""
    return str(Path(socket_dir) / "nursery.sock")
