"""The typeface of tickets: DejaVu Sans, which has the letters of most alphabets."""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

COMMON: Final = frozenset(map(chr, (*range(0x20, 0x180), *range(0x2010, 0x2027), 0x20AC)))
"""What nearly every ticket says itself in: Latin with its accents, punctuation, and the euro."""
_FOLDER: Final = Path("mpl-data", "fonts", "ttf")


def font_file(bold: bool) -> Path:
    """The font as Matplotlib brings it along, found without importing that. Raises `FileNotFoundError`."""
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise FileNotFoundError("matplotlib, which brings the typeface, is not installed")
    return Path(package.origin).parent / _FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def slim_font(bold: bool) -> bytes:
    """The font with the letters of `COMMON` alone: made once, and read in a tenth of the time ever after."""
    from fontTools import subset  # type: ignore[import-untyped]  # it has no types

    options = subset.Options(
        layout_features=[], hinting=False, glyph_names=False, notdef_outline=True, recommended_glyphs=True
    )
    options.drop_tables += ["FFTM"]
    font = subset.load_font(font_file(bold), options)
    slimmer = subset.Subsetter(options)
    slimmer.populate(unicodes=map(ord, COMMON))
    slimmer.subset(font)
    written = io.BytesIO()
    font.save(written)
    font.close()
    return written.getvalue()
