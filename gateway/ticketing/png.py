"""A ticket on a screen: a picture as wide as a telephone, with a code large enough for any scanner."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from gateway.ticketing.faces import Face, modules_of
from gateway.ticketing.fonts import font_file

WIDTH: Final = 1080
MARGIN: Final = 72
HEADER: Final = 300
QR_SIDE_MAX: Final = 840
INK: Final = "#181c24"
FAINT: Final = "#68707c"
ACCENT: Final = "#144a5c"
PAPER: Final = "#ffffff"
LINE: Final = "#ced4dc"


def ticket_picture(face: Face) -> bytes:
    """A PNG, 1080 pixels wide and as tall as it takes."""
    modules = modules_of(face.code)
    scale = QR_SIDE_MAX // len(modules)
    qr_side = scale * len(modules)
    spot_rows = (len(face.spots) + 1) // 2
    qr_top = HEADER + 40 + spot_rows * 150
    facts_top = qr_top + qr_side + 90
    height = facts_top + len(face.facts) * 64 + MARGIN
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(picture)
    _header(draw, face)
    _spots(draw, face)
    picture.paste(qr_image(modules, scale), ((WIDTH - qr_side) // 2, qr_top))
    _line(
        draw, face.ticket, (WIDTH // 2, qr_top + qr_side + 24), (WIDTH - 2 * MARGIN, 24), FAINT, anchor="mm"
    )
    _facts(draw, face, facts_top)
    data = BytesIO()
    picture.save(data, "PNG", compress_level=6)
    return data.getvalue()


def qr_image(modules: Sequence[Sequence[bool]], scale: int) -> Image.Image:
    """The modules as a picture, `scale` pixels each."""
    side = len(modules)
    image = Image.new("L", (side, side), 255)
    image.putdata([0 if dark else 255 for row in modules for dark in row])
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def _header(draw: ImageDraw.ImageDraw, face: Face) -> None:
    draw.rectangle((0, 0, WIDTH, HEADER), fill=ACCENT)
    _line(draw, face.event, (MARGIN, 130), (WIDTH - 2 * MARGIN, 76), PAPER, bold=True, anchor="lm")
    _line(draw, face.house, (MARGIN, 220), (WIDTH - 2 * MARGIN, 38), "#d4e2e8", anchor="lm")


def _spots(draw: ImageDraw.ImageDraw, face: Face) -> None:
    column = (WIDTH - 2 * MARGIN) // 2
    for index, (caption, value) in enumerate(face.spots):
        x, y = MARGIN + index % 2 * column, HEADER + 50 + index // 2 * 150
        _line(draw, caption.upper(), (x, y), (column - 30, 28), FAINT, anchor="la")
        _line(draw, value, (x, y + 78), (column - 30, 60), INK, bold=True, anchor="lm")


def _facts(draw: ImageDraw.ImageDraw, face: Face, top: int) -> None:
    draw.line((MARGIN, top - 24, WIDTH - MARGIN, top - 24), fill=LINE, width=2)
    for index, (caption, value) in enumerate(face.facts):
        y = top + 20 + index * 64
        _line(draw, caption, (MARGIN, y), (260, 32), FAINT, anchor="lm")
        _line(draw, value, (MARGIN + 280, y), (WIDTH - 2 * MARGIN - 280, 34), INK, anchor="lm")


@lru_cache(64)
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(bold), size)


def _line(  # a drawing call: what, where, how large, and in which style
    draw: ImageDraw.ImageDraw,
    text: str,
    at: tuple[int, int],
    room: tuple[int, int],
    fill: str,
    *,
    anchor: str,
    bold: bool = False,
) -> None:
    """Write a line into `room` (width, and the size of its letters at most); what is too long is cut."""
    width, size = room
    natural = draw.textlength(text, _font(bold, size))
    fitting = max(round(size * 0.5), min(size, int(size * width / max(natural, 1))))
    font = _font(bold, fitting)
    while len(text) > 1 and draw.textlength(text, font) > width:
        text = f"{text[:-2]}…"
    draw.text(at, text, fill=fill, font=font, anchor=anchor)
