"""What broke others, tried on this engine; `docs/RELIABILITY.md` lays the two side by side."""

from __future__ import annotations

from actors.shell import Activation, SectionShell
from tests.integration.actors.conftest import house

__all__ = ["house", "kill"]


def kill(shell: SectionShell) -> None:
    """End a shell as `kill -9` ends its process: at once, whatever was under way, without a word."""
    assert shell._task is not None
    shell._task.cancel()
    if shell._timer is not None:
        shell._timer.cancel()
    shell.activation = Activation.FENCED
