"""The charts of the reports, drawn without a display; each is returned as bytes of an image file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK: Final = "#1b2432"
MUTED: Final = "#6b7686"
GRID: Final = "#e6eaf0"
ACCENT: Final = "#d1495b"
CALM: Final = "#2a7f9e"
SOFT: Final = "#9cc5d3"
GOLD: Final = "#edae49"
_STYLE: Final[Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Inter", "Segoe UI", "Helvetica Neue", "Arial", "DejaVu Sans"],
    "font.size": 10.0,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "svg.fonttype": "none",
    # A constant salt makes equal charts equal files.
    "svg.hashsalt": "holdfast",
}
ImageFormat = Literal["svg", "png"]


def sold_chart(sold_per_second: Sequence[int], capacity: int) -> bytes:
    """Places sold so far against time, with the sales of each second behind."""
    figure, axes = _figure(7.2, 3.2)
    total, sums = 0, [0]
    for sold in sold_per_second:
        total += sold
        sums.append(total)
    axes.bar(
        [second + 0.5 for second in range(len(sold_per_second))],
        sold_per_second,
        width=0.9,
        color=SOFT,
        label="sold in the second",
    )
    axes.plot(range(len(sums)), sums, color=CALM, linewidth=2.4, label="sold so far")
    axes.axhline(capacity, color=ACCENT, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        f"{capacity:,} places",
        (0, capacity),
        xytext=(4, -12),
        textcoords="offset points",
        color=ACCENT,
        fontsize=9,
    )
    axes.set_xlabel("seconds since the doors opened")
    axes.set_ylim(0, capacity * 1.06)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(axis="x", visible=False)
    axes.legend(frameon=False, loc="center right", fontsize=9)
    return _image(figure)


def bars_chart(
    counts: Mapping[str, float], color: str = CALM, unit: str = "", *, image: ImageFormat = "svg"
) -> bytes:
    """Horizontal bars, the greatest first, each with its figure."""
    ordered = sorted(counts.items(), key=lambda pair: pair[1])
    figure, axes = _figure(7.2, 0.6 + 0.38 * max(2, len(ordered)))
    bars = axes.barh([name for name, _ in ordered], [value for _, value in ordered], color=color, height=0.62)
    labels = [f"{value:,.4g}{unit}" if value < 1000 else f"{value:,.0f}{unit}" for _, value in ordered]
    axes.bar_label(bars, labels, padding=5, color=INK, fontsize=9)
    axes.xaxis.set_visible(False)
    axes.grid(visible=False)
    axes.margins(x=0.14)
    return _image(figure, image)


def lines_chart(sizes: Sequence[float], curves: Mapping[str, Sequence[float]], name: str) -> bytes:
    """Curves over a size that grows by factors, as PNG."""
    figure, axes = _figure(7.2, 2.9)
    for color, (label, values) in zip((CALM, ACCENT, GOLD), curves.items(), strict=False):
        axes.plot(sizes, values, color=color, linewidth=2.2, marker="o", label=label)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
    axes.minorticks_off()
    axes.set_ylim(0, max([1.0, *(value for values in curves.values() for value in values)]) * 1.2)
    axes.set_xlabel(name)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    return _image(figure, "png")


def latency_chart(p50_ms: Sequence[float], p99_ms: Sequence[float]) -> bytes:
    """Percentiles of each second against time; the gap between them is filled."""
    figure, axes = _figure(7.2, 2.9)
    seconds = [second + 0.5 for second in range(len(p50_ms))]
    axes.fill_between(seconds, p50_ms, p99_ms, color=SOFT, alpha=0.45, linewidth=0)
    axes.plot(seconds, p99_ms, color=ACCENT, linewidth=1.8, label="p99")
    axes.plot(seconds, p50_ms, color=CALM, linewidth=2.2, label="p50")
    axes.set_xlabel("seconds since the doors opened")
    axes.set_ylabel("ms until a hold is answered")
    # Room above the lines for the legend.
    axes.set_ylim(0, max([1.0, *p99_ms]) * 1.2)
    axes.legend(frameon=False, loc="upper right", ncols=2, fontsize=9)
    return _image(figure)


def histogram_chart(per_ms: Sequence[int], p50_ms: float, p99_ms: float) -> bytes:
    """How many holds took how many milliseconds; the tail beyond twice the p99 is cut off."""
    figure, axes = _figure(7.2, 2.9)
    shown = per_ms[: max(10, int(p99_ms * 2) + 1)]
    width = max(1, len(shown) // 80)
    counts = [sum(shown[first : first + width]) for first in range(0, len(shown), width)]
    axes.bar(
        [first * width for first in range(len(counts))], counts, width=width * 0.92, align="edge", color=SOFT
    )
    top = max([1, *counts]) * 1.14
    axes.set_ylim(0, top)
    for name, value, color in (("p50", p50_ms, CALM), ("p99", p99_ms, ACCENT)):
        axes.axvline(value, color=color, linewidth=1.6)
        axes.annotate(
            f"{name} {value:,.1f} ms",
            (value, top),
            xytext=(5, -4),
            textcoords="offset points",
            color=color,
            fontsize=9,
        )
    axes.set_xlabel("ms until a hold is answered")
    axes.grid(axis="x", visible=False)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return _image(figure)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    with rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()


def _image(figure: Figure, form: ImageFormat = "svg", dpi: int = 100) -> bytes:
    with rc_context(_STYLE):
        buffer = BytesIO()
        figure.savefig(buffer, format=form, dpi=dpi, metadata={"Date": None} if form == "svg" else None)
        return buffer.getvalue()
