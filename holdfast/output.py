"""What commands print: words for a person on standard error or JSON for a program where it was asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

console = Console(stderr=True)
"""Progress and words; standard output carries results alone."""


def write_json(target: str | None, result: Any) -> None:
    """Write a result as JSON to the file `target`, or to standard output for `-`."""
    if target is None:
        return
    text = msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
    if target == "-":
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
    else:
        Path(target).write_bytes(text)
