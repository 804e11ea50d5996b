"""What is kept of work that may be interrupted: rows that are due, changed only by who knows them."""

from __future__ import annotations

from typing import Protocol, TypeVar


class DueRow(Protocol):
    """A row that somebody has to look after at `due_ms` at the latest; None: never again.

    `version` counts its changes. `alias` is a second name that is found as well as `id`.
    """

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def version(self) -> int:
        """How often it changed."""

    @property
    def due_ms(self) -> int | None:
        """When it is due, in Unix milliseconds."""

    @property
    def alias(self) -> str | None:
        """Its second name."""


Row = TypeVar("Row", bound=DueRow)


class DueRows(Protocol[Row]):
    """Rows of one kind. Every call may raise `engine.journal.StorageUnavailable`.

    Several processes may drive the same row: a change counts only if nobody made another
    one in between. After an error its maker cannot know whether it counts, and reads again.
    """

    async def begin(self, row: Row) -> Row:
        """Keep a new row; one whose id is there already stays as it is, and is given back."""

    async def get(self, row_id: str) -> Row | None:
        """The row by its id."""

    async def find(self, alias: str) -> Row | None:
        """The row by its second name."""

    async def advance(self, row: Row) -> bool:
        """Put `row` in the place of the version before it; False where that is not there any more."""

    async def claim(self, now_ms: int, until_ms: int, rows_max: int) -> list[Row]:
        """Rows that are due, longest first, which nobody else is given before `until_ms`."""

    async def page(self, after: str, rows_max: int) -> list[Row]:
        """Rows in the order of their ids, from the one after `after` on."""

    async def among(self, ids: list[str]) -> list[Row]:
        """Those of these rows that there are."""
