"""A copy of the source tree in which a defect may be made; the tree itself is never touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proof.mutants.mutant import Edit, Mutant, edited

ROOT: Final = Path(__file__).parents[2]
_LEFT_OUT: Final = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "var", "dist", "htmlcov")


class Copy:
    """One copy; `mutated` makes a defect in it and takes it back."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """The copy with the defect in it. Raises `EditStale` before anything is changed for good."""
        before = {edit.file: (self.root / edit.file).read_text("utf-8") for edit in mutant.edits}
        try:
            for edit in mutant.edits:
                self._write(edit.file, edited(self._read(edit), edit))
            yield
        finally:
            for file, text in before.items():
                self._write(file, text)

    def _read(self, edit: Edit) -> str:
        return (self.root / edit.file).read_text("utf-8")

    def _write(self, file: str, text: str) -> None:
        path = self.root / file
        path.write_text(text, "utf-8")
        # Compiled code is known by the second in which its source was written, which two edits may share.
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()

    def environment(self) -> dict[str, str]:
        """For a process that is to run this copy and nothing of the tree it was made from."""
        return os.environ | {"PYTHONPATH": str(self.root), "NO_COLOR": "1"}


@contextmanager
def copies(count: int) -> Iterator[list[Copy]]:
    """Copies of the tree as it stands, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="holdfast-mutants-", ignore_cleanup_errors=True) as folder:
        made = []
        for number in range(count):
            root = Path(folder) / str(number)
            shutil.copytree(ROOT, root, ignore=_LEFT_OUT)
            made.append(Copy(root))
        yield made
