"""Where the pages are that letters lead to."""

from __future__ import annotations


class LetterLinks:
    """Addresses of pages below the server's own, `base`; without it there are none."""

    def __init__(self, base: str | None) -> None:
        self._base = None if base is None else base.rstrip("/")

    def event(self, event: str) -> str:
        """Where its seats are bought, and offers taken."""
        return self._below(f"/e/{event}")

    def order(self, order: str) -> str:
        """Where its tickets are."""
        return self._below(f"/tickets/{order}")

    def _below(self, path: str) -> str:
        return "" if self._base is None else f"{self._base}{path}"
