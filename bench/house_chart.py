"""The house from above, every seat coloured by when it was sold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from bench.charts import GRID, INK, MUTED
from engine.plan import Plan, Row, Table

_COLORS: Final = colormaps["plasma_r"]
_UNSOLD: Final = "#d9dee6"
_INCHES: Final = 9.0
_DPI: Final = 170
_SPACING_SHARE: Final = 0.55


def house_chart(plan: Plan, sold_at_s: Mapping[str, float], seconds: float) -> bytes:
    """A PNG of the plan: `sold_at_s` by seat label, on a scale of `seconds`; what was not sold is grey."""
    seats = list(_seats(plan))
    figure = Figure(figsize=(_INCHES, _INCHES * _shape(plan)), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    scale = Normalize(0.0, max(seconds, 0.001))
    _draw_areas(axes, plan)
    colors = [_COLORS(scale(sold_at_s[label])) if label in sold_at_s else _UNSOLD for label, _, _ in seats]
    size = _dot_size(plan, len(seats))
    axes.scatter([x for _, x, _ in seats], [y for _, _, y in seats], s=size, c=colors, linewidths=0)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.set_axis_off()
    bar = figure.colorbar(ScalarMappable(scale, _COLORS), ax=axes, shrink=0.45, aspect=28, pad=0.01)
    bar.set_label("seconds until sold", color=MUTED)
    bar.outline.set_visible(False)
    bar.ax.tick_params(color=GRID, labelcolor=MUTED)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _seats(plan: Plan) -> Iterator[tuple[str, float, float]]:
    for section in plan.sections:
        lines: tuple[Row | Table, ...] = (*section.rows, *section.tables)
        for line in lines:
            for seat in line.seats:
                yield f"{section.name}-{line.label}-{seat.label}", seat.x, seat.y


def _points(plan: Plan) -> list[tuple[float, float]]:
    outlines = [
        (point.x, point.y) for section in plan.sections for area in section.areas for point in area.outline
    ]
    return outlines + [(x, y) for _, x, y in _seats(plan)]


def _extent(plan: Plan) -> tuple[float, float]:
    points = _points(plan) or [(0.0, 0.0)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0


def _shape(plan: Plan) -> float:
    width, height = _extent(plan)
    return min(1.2, max(0.35, height / width))


def _dot_size(plan: Plan, seats: int) -> float:
    """Points squared, so that neighbours nearly touch: a share of the distance in the densest row."""
    gaps = [
        ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5
        for section in plan.sections
        for row in section.rows[:1]
        for a, b in zip(row.seats, row.seats[1:], strict=False)
    ]
    if not gaps or not seats:
        return 4.0
    inches = sorted(gaps)[len(gaps) // 2] / _extent(plan)[0] * _INCHES
    return float(min(60.0, max(0.4, (inches * 72 * (1 + _SPACING_SHARE) * 0.75) ** 2)))


def _draw_areas(axes: Axes, plan: Plan) -> None:
    for section in plan.sections:
        for area in section.areas:
            if not area.outline:
                continue
            corners = [(point.x, point.y) for point in area.outline]
            axes.add_patch(Polygon(corners, facecolor="#eef1f5", edgecolor="#c4ccd8", linewidth=1.0))
            middle = [sum(axis) / len(corners) for axis in zip(*corners, strict=True)]
            label = f"{area.name}\n{area.capacity:,} places"
            axes.annotate(label, (middle[0], middle[1]), ha="center", va="center", color=INK, fontsize=9)
