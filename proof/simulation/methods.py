"""How buyers pay where that takes time."""

from __future__ import annotations

from typing import Any, Final

METHODS: Final = (
    *("pinned-card", "pinned-card", "pinned-slow-card", "pinned-slow-card", "pinned-late-card"),
    *("pinned-late-card", "pinned-second-step", "pinned-silent-card", "pinned-insufficient-funds"),
)
"""Ways to pay that take time."""


def payment(hold: str, name: str, method: str) -> dict[str, Any]:
    """What `checkout.begin` is told of a hold and who pays for it."""
    return {
        "hold": hold,
        "buyer": {"name": name, "email": "buyer@example.org"},
        "payment": {"provider": "sandbox", "method": method},
    }
