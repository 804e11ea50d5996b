"""Encoded messages that many connections share for as long as they are true."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

FRAMES_MAX: Final = 64
"""Kept at a time. Callers who go along with the news share a few; who asks for every position
one by one must not fill the memory."""


class Frames:
    """A small memory of frames by what they say; when it is full it starts over."""

    __slots__ = ("_frames",)

    def __init__(self) -> None:
        self._frames: dict[Hashable, bytes] = {}

    def __len__(self) -> int:
        return len(self._frames)

    def get(self, key: Hashable) -> bytes | None:
        """The frame that was kept, if it was."""
        return self._frames.get(key)

    def keep(self, key: Hashable, frame: bytes) -> bytes:
        """Keep a frame and give it back."""
        if len(self._frames) >= FRAMES_MAX:
            self._frames.clear()
        self._frames[key] = frame
        return frame

    def clear(self) -> None:
        """Nothing that was said is true any more."""
        self._frames.clear()
