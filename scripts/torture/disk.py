"""A small disk for a database to fill: a file system in memory, mounted where only root may."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SIZE_MB: Final = 320
CHUNK: Final = bytes(1024 * 1024)


class SmallDisk:
    """A file system with an end, and a file of ours that takes what is left of it."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._ballast: Final = folder / "ballast"

    @classmethod
    @contextmanager
    def mounted(cls, folder: Path, size_mb: int = SIZE_MB) -> Iterator[SmallDisk]:
        """Mount one at `folder`. Raises `PermissionError` for who may not mount."""
        if os.geteuid() != 0:
            raise PermissionError("only root may mount a small disk")
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={size_mb}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "holdfast-torture", str(folder)], check=True)
        try:
            yield cls(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)

    def fill(self) -> None:
        """Take all that is left, to the last byte."""
        with self._ballast.open("ab", buffering=0) as file:
            size = len(CHUNK)
            while size:
                try:
                    file.write(CHUNK[:size])
                except OSError:
                    size //= 2

    def empty(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)
