"""The kinds of text and numbers that messages are made of, each with its bounds."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
WITHOUT_CONTROLS: Final = r"^[^\x00-\x1f\x7f]+$(?!\n)"
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=WITHOUT_CONTROLS)]
"""What people read: names of theirs and of events."""
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=WITHOUT_CONTROLS)]
"""An idempotency key. Servers derive further keys from it with control characters, so it has none."""
Qty = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Amount = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$(?!\n)")]
Labels = Annotated[tuple[Label, ...], msgspec.Meta(min_length=1, max_length=1000)]
