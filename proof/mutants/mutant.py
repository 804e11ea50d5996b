"""What a mutant is: edits of the source, why they are a defect, and who is to catch it."""

from __future__ import annotations

from typing import Final

import msgspec

VIOLATED: Final = 3
"""How simulated sales end in which something went wrong; Python itself says 1 of a broken module."""
DOUBTFUL: Final = 4
"""How they end where it went wrong in so few of them that it may have been luck."""


class Edit(msgspec.Struct, frozen=True):
    """One replacement: `old` stands exactly once in `file` (from the root of the tree)."""

    file: str
    old: str
    new: str


class ByTests(msgspec.Struct, frozen=True, tag="tests"):
    """Tests that fail once the defect is there: arguments for pytest."""

    selection: tuple[str, ...]

    def __str__(self) -> str:
        """As in the table: the names without their folders."""
        return ", ".join(each.rpartition("::")[2] for each in self.selection)


class BySales(msgspec.Struct, frozen=True, tag="sales"):
    """Simulated sales, from seed `first` on, of which `enough` come to a violation.

    One alone is luck, which the next change of crowd or house takes away, unless each one notices.
    """

    count: int
    first: int = 0
    enough: int = 3

    def __str__(self) -> str:
        """As in the table."""
        return f"{self.count} simulated sales"


Killer = ByTests | BySales


class Mutant(msgspec.Struct, frozen=True):
    """A defect. Each of its `killers` catches it alone."""

    name: str
    why: str
    edits: tuple[Edit, ...]
    killers: tuple[Killer, ...]


class EditStale(Exception):
    """An edit no longer fits the source: the code moved on, and the mutant has to follow."""


def edited(text: str, edit: Edit) -> str:
    """The file's text with the edit made. Raises `EditStale`."""
    if text.count(edit.old) != 1:
        raise EditStale(f"{edit.file}: {edit.old!r} stands there {text.count(edit.old)} times, not once")
    return text.replace(edit.old, edit.new)
