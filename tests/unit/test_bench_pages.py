from __future__ import annotations

import pytest

from bench.pages import Figure


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("heap", 11, "MiB"), True),
        (Figure("live map", 500, "ms", 500), True),
        (Figure("live map", 501, "ms", 500), False),
        (Figure("zoom", 58, "frames/s", 58, least=True), True),
        (Figure("zoom", 57.9, "frames/s", 58, least=True), False),
    ],
)
def test_a_figure_is_held_against_its_bar(figure: Figure, met: bool) -> None:
    """From above or from below; without a bar it is told alone."""
    assert met == figure.met
