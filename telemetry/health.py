"""Which parts of a process are well. A part that is not essential degrades the server, and stops no sale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Check = Callable[[], str | None]
"""What is wrong with a part, in words; None when nothing is. It answers from memory, without waiting."""


class Health:
    """The parts of one process by name; whoever watches a name again takes it over."""

    def __init__(self) -> None:
        """No parts yet."""
        self._checks: dict[str, Check] = {}

    def watch(self, part: str, check: Check) -> None:
        """Tell of `part` from now on."""
        self._checks[part] = check

    def forget(self, part: str) -> None:
        """Tell of it no more."""
        self._checks.pop(part, None)

    def read(self) -> dict[str, str]:
        """What is wrong with each part; an empty text for one that is well."""
        return {part: check() or "" for part, check in sorted(self._checks.items())}


HEALTH: Final = Health()
"""The parts of this process."""
