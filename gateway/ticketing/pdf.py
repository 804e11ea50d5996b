"""Tickets on paper: one A4 page each, its upper half the ticket, so that it folds once."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from gateway.ticketing.faces import Face, modules_of
from gateway.ticketing.fonts import COMMON, font_file, slim_font

FAMILY: Final = "ticket"
LEFT: Final = 18.0
TOP: Final = 18.0
WIDTH: Final = 174.0
HEIGHT: Final = 114.0
QR_SIDE: Final = 62.0
PADDING: Final = 9.0
LINE_HEIGHT: Final = 0.45
"""Millimetres that a line takes for each point of its letters."""
SMALLEST: Final = 0.45
"""To which part of its size a line may be made smaller before it is cut."""
INK: Final = (24, 28, 36)
FAINT: Final = (104, 112, 124)
ACCENT: Final = (20, 74, 92)
LINE: Final = (206, 212, 220)
MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Every page says that it was made then, so that the same ticket gives the same bytes."""
ADVICE: Final = (
    "This ticket admits one person once: whoever shows it first. Keep its code to yourself.",
    "Bring it on paper, with the code unfolded, or show it on a screen.",
)


def ticket_pages(faces: Sequence[Face]) -> bytes:
    """A PDF with a page for each ticket. All lengths are millimetres."""
    document = FPDF(format="A4")
    document.set_auto_page_break(False)
    document.set_creation_date(MADE)
    document.set_title(faces[0].event if len(faces) != 1 else f"{faces[0].event}: {faces[0].ticket}")
    _add_fonts(document, faces)
    for face in faces:
        document.add_page()
        _draw(document, face)
    drawn = bytes(document.output())
    for font in document.fonts.values():
        if isinstance(font, TTFFont):
            font.close()
    return drawn


def _add_fonts(document: FPDF, faces: Sequence[Face]) -> None:
    """The whole typeface only where somebody's name needs it: reading that takes most of a page's time."""
    slim = COMMON.issuperset("".join(word for face in faces for word in _words(face)))
    for style, bold in (("", False), ("B", True)):
        if slim:
            key = f"{FAMILY}{style}"
            source = io.BytesIO(slim_font(bold))
            document.fonts[key] = TTFFont(document, source, key, style)  # type: ignore[arg-type]  # fontTools reads files as well as paths
        else:
            document.add_font(FAMILY, style, font_file(bold))


def _words(face: Face) -> Iterator[str]:
    yield from (face.event, face.house, face.ticket)
    yield from (word for pair in (*face.spots, *face.facts) for word in pair)
    # Captions are written in capitals, some of which are other letters.
    yield from (caption.upper() for caption, _ in face.spots)


def _draw(page: FPDF, face: Face) -> None:
    page.set_draw_color(*LINE)
    page.set_line_width(0.3)
    page.rect(LEFT, TOP, WIDTH, HEIGHT, style="D")
    page.set_fill_color(*ACCENT)
    page.rect(LEFT, TOP, 3, HEIGHT, style="F")
    _header(page, face)
    _spots(page, face)
    _facts(page, face)
    _qr(page, face)
    _advice(page)


def _header(page: FPDF, face: Face) -> None:
    width = WIDTH - 2 * PADDING
    page.set_xy(LEFT + PADDING, TOP + 8)
    _fit(page, face.event, width, 24, bold=True)
    page.set_x(LEFT + PADDING)
    page.set_text_color(*FAINT)
    _fit(page, face.house, width, 12, bold=False, color=FAINT)


def _spots(page: FPDF, face: Face) -> None:
    width = (WIDTH - QR_SIDE - 2 * PADDING) / 2
    for index, (caption, value) in enumerate(face.spots):
        x, y = LEFT + PADDING + index % 2 * width, TOP + 33 + index // 2 * 17
        _caption(page, x, y, caption)
        page.set_x(x)
        _fit(page, value, width - 3, 20, bold=True)


def _facts(page: FPDF, face: Face) -> None:
    y = TOP + 33 + (len(face.spots) + 1) // 2 * 17 + 2
    page.set_draw_color(*LINE)
    page.line(LEFT + PADDING, y, LEFT + WIDTH - QR_SIDE - PADDING, y)
    for index, (caption, value) in enumerate(face.facts):
        page.set_xy(LEFT + PADDING, y + 3 + index * 7)
        page.set_font(FAMILY, "", 8)
        page.set_text_color(*FAINT)
        page.cell(26, 10 * LINE_HEIGHT, caption)
        _fit(page, value, WIDTH - QR_SIDE - 2 * PADDING - 28, 10, bold=False)


def _qr(page: FPDF, face: Face) -> None:
    rows = modules_of(face.code)
    module = QR_SIDE / len(rows)
    left, top = LEFT + WIDTH - QR_SIDE - 5, TOP + 34
    page.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, length in _runs(row):
            # A hair taller than a module, so that no printer leaves light between two rows.
            page.rect(left + x * module, top + y * module, length * module, module * 1.01, style="F")
    page.set_font(FAMILY, "", 5.5)
    page.set_text_color(*FAINT)
    page.set_xy(left, top + QR_SIDE + 1)
    page.cell(QR_SIDE, 4, face.ticket, align="C")


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow one another."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs


def _advice(page: FPDF) -> None:
    y = TOP + HEIGHT + 8
    page.set_font(FAMILY, "", 8.5)
    page.set_text_color(*FAINT)
    for index, line in enumerate(ADVICE):
        page.set_xy(LEFT, y + index * 5)
        page.cell(WIDTH, 5, line)


def _caption(page: FPDF, x: float, y: float, text: str) -> None:
    page.set_xy(x, y)
    page.set_font(FAMILY, "", 8)
    page.set_text_color(*FAINT)
    page.cell(40, 4, text.upper(), new_x=XPos.LEFT, new_y=YPos.NEXT)


def _fit(
    page: FPDF, text: str, width: float, size: float, *, bold: bool, color: tuple[int, int, int] = INK
) -> None:
    """Write a line as large as fits into `width`, at most `size` points; what is still too long is cut."""
    page.set_text_color(*color)
    page.set_font(FAMILY, "B" if bold else "", size)
    natural = page.get_string_width(text)
    page.set_font_size(max(size * SMALLEST, min(size, size * width / max(natural, 0.1) * 0.98)))
    while len(text) > 1 and page.get_string_width(text) > width:
        text = f"{text[:-2]}…"
    page.cell(width, size * LINE_HEIGHT, text, new_x=XPos.LEFT, new_y=YPos.NEXT)
