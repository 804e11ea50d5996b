"""Long work rests, and short work does not."""

from __future__ import annotations

import pytest

from actors.leisure import REST_S, WORK_BYTES, joined_at_leisure


@pytest.mark.parametrize(
    ("sizes", "rests"),
    [
        pytest.param([], 0, id="nothing to do"),
        pytest.param([WORK_BYTES - 1], 0, id="a section as most are"),
        pytest.param([WORK_BYTES], 1, id="as much as is done in one go"),
        pytest.param([WORK_BYTES // 2] * 7, 3, id="pieces count together"),
        pytest.param([WORK_BYTES * 3, 1, WORK_BYTES - 1], 2, id="a rest begins the count anew"),
    ],
)
def test_rests_come_after_so_much_work(sizes: list[int], rests: int) -> None:
    """What was done is counted in bytes, and nothing of it is lost."""
    pieces = [bytes((number,)) * size for number, size in enumerate(sizes)]
    rested: list[float] = []
    assert b"".join(pieces) == joined_at_leisure(iter(pieces), rested.append)
    assert [REST_S] * rests == rested
