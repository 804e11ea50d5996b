"""The typeface of tickets: DejaVu Sans, which has the letters of most alphabets."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

_FOLDER: Final = Path("mpl-data", "fonts", "ttf")


def font_file(bold: bool) -> Path:
    """The font as Matplotlib brings it along, found without importing that. Raises `FileNotFoundError`."""
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise FileNotFoundError("matplotlib, which brings the typeface, is not installed")
    return Path(package.origin).parent / _FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
