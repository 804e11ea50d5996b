"""How buyers pay where that takes time."""

from __future__ import annotations

from typing import Final

METHODS: Final = (
    *("pinned-card", "pinned-card", "pinned-slow-card", "pinned-slow-card", "pinned-late-card"),
    *("pinned-late-card", "pinned-second-step", "pinned-silent-card", "pinned-insufficient-funds"),
)
"""Ways to pay that take time."""
