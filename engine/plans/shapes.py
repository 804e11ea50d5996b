"""Outlines of the shapes that drawings know: polygons as they are, ellipses and boxes as polygons."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.plan import Point
from engine.plans.reading import Node

ELLIPSE_POINTS = 24


def outline_of(node: Node) -> tuple[Point, ...]:
    """The corners of a shape in its own chart's units; none when it has no known form.

    Known are `points`, `center` with `radius1` and `radius2`, and `center` with `width`
    and `height`; `rotationAngle` is in degrees, clockwise since y points down.
    """
    if node.has("points"):
        return tuple(point.as_point() for point in node.items("points"))
    center = node.point("center")
    if center is None:
        return ()
    angle = math.radians(node.number("rotationAngle", otherwise=0.0))
    corners = _ellipse(node) if node.has("radius1") else _box(node)
    return tuple(_turned(center, corner, angle) for corner in corners)


def _ellipse(node: Node) -> Iterator[Point]:
    across = node.number("radius1")
    down = node.number("radius2", otherwise=across)
    for step in range(ELLIPSE_POINTS):
        angle = math.tau * step / ELLIPSE_POINTS
        yield Point(across * math.cos(angle), down * math.sin(angle))


def _box(node: Node) -> Iterator[Point]:
    across = node.number("width", otherwise=0.0) / 2.0
    down = node.number("height", otherwise=0.0) / 2.0
    for right, below in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        yield Point(right * across, below * down)


def _turned(center: Point, corner: Point, angle: float) -> Point:
    cosine, sine = math.cos(angle), math.sin(angle)
    return Point(
        center.x + corner.x * cosine - corner.y * sine,
        center.y + corner.x * sine + corner.y * cosine,
    )
