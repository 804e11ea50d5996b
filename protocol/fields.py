"""The kinds of text and numbers that messages are made of, each with its bounds."""

from __future__ import annotations

import re
from typing import Annotated, Final

import msgspec

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
WITHOUT_CONTROLS: Final = r"^[^\x00-\x1f\x7f]+$(?!\n)"
ADDRESS: Final = r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$(?!\n)"
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=WITHOUT_CONTROLS)]
"""What people read: names of theirs and of events."""
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=WITHOUT_CONTROLS)]
"""An idempotency key. Servers derive further keys from it with control characters, so it has none."""
Qty = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Amount = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$(?!\n)")]
Labels = Annotated[tuple[Label, ...], msgspec.Meta(min_length=1, max_length=1000)]

# The same for what comes by the thousand: a decoder that looks for a pattern takes ten times as long.
# It is published all the same; whoever has such a field checks it when it comes into being.
OftenText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200, extra_json_schema={"pattern": WITHOUT_CONTROLS})
]
OftenKey = Annotated[
    str, msgspec.Meta(min_length=1, max_length=128, extra_json_schema={"pattern": WITHOUT_CONTROLS})
]
OftenAddress = Annotated[str, msgspec.Meta(max_length=254, extra_json_schema={"pattern": ADDRESS})]
_without_controls: Final = re.compile(WITHOUT_CONTROLS).search
_address: Final = re.compile(ADDRESS).search


def check_text(text: str) -> None:
    """Raise `ValueError` for a text with control characters; what is printable has none."""
    if not text.isprintable() and _without_controls(text) is None:
        raise ValueError("Control characters have no place in a text")


def check_address(text: str) -> None:
    """Raise `ValueError` for what is no address for mail."""
    if _address(text) is None:
        raise ValueError("An address for mail has something on both sides of one @, and no spaces")
