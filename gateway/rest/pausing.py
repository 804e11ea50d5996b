"""Why a sale or a waiting room is paused, as far as people are to be told."""

from __future__ import annotations

import msgspec

from protocol.fields import Text


class Pausing(msgspec.Struct, frozen=True):
    """What everybody is told of why, if anything."""

    reason: Text | None = None

    @property
    def said(self) -> str:
        """The reason without the space around it; empty for nothing."""
        return "" if self.reason is None else self.reason.strip()
