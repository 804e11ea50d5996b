from __future__ import annotations

import io
import logging

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

from gateway.ticketing.faces import Face
from gateway.ticketing.fonts import COMMON, font_file, slim_font
from gateway.ticketing.pdf import ticket_pages


def face(holder: str) -> Face:
    """A ticket under this name."""
    return Face("Gala", "House", (("Section", "S"),), (("Name", holder),), "tkt_1", "HF1:ABC")


@pytest.mark.parametrize("bold", [False, True])
def test_the_slim_font_has_every_common_letter_in_its_width(bold: bool) -> None:
    """A line that fits with one of them fits with the other."""
    whole, slim = TTFont(font_file(bold)), TTFont(io.BytesIO(slim_font(bold)))
    letters = {ord(each) for each in COMMON} & {*whole.getBestCmap()}
    widths = [
        {letter: font["hmtx"][font.getBestCmap()[letter]][0] for letter in letters} for font in (whole, slim)
    ]
    whole.close()
    slim.close()
    assert widths[0] == widths[1]


@pytest.mark.parametrize("holder", ["Zoë Łukasz", "Юлия", "Ελένη"])
def test_a_name_is_written_whatever_its_alphabet(holder: str, caplog: pytest.LogCaptureFixture) -> None:
    """No letter is missing: the whole typeface is read where the slim one has not all of them."""
    with caplog.at_level(logging.WARNING):
        assert ticket_pages([face(holder)]).startswith(b"%PDF")
    assert [] == [record.getMessage() for record in caplog.records]
