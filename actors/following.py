"""Who follows single asks through an actor, where a gateway says that they are followed."""

from __future__ import annotations

from typing import Protocol

from actors.batch import Batch
from actors.wire import Ask


class Followed(Batch):
    """Stands in for the batch of an ask that is followed, and sees its answer go by."""

    __slots__ = ()

    def decided(self) -> None:
        """What the ask leads to is decided. It may have been answered by then."""
        raise NotImplementedError


class Follower(Protocol):
    """What an actor tells of asks with a `trace`; without one a host asks for none of this."""

    def follow(self, ask: Ask, batch: Batch) -> Followed:
        """Begin to follow an ask that is about to be decided."""

    def close(self) -> None:
        """Follow no more."""
