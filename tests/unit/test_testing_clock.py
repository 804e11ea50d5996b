"""The clock that tests put forward: one for all processes, and out of everybody else's reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.clock import SystemClock
from actors.testing_clock import AHEAD_MAX_MS, TestClock, open_clock
from gateway.rest.routes import OPERATIONS
from holdfast.settings import Settings, UnsafeSettings

DAY_MS = 86_400_000


def test_clocks_on_one_file_agree(tmp_path: Path) -> None:
    """Also one that is opened later, as after the next start."""
    one, other = TestClock(tmp_path / "clock"), TestClock(tmp_path / "clock")
    before_ms = one.now_ms()
    assert 2 * DAY_MS <= one.advance(2 * DAY_MS) - before_ms < 2 * DAY_MS + 60_000
    other.advance(DAY_MS)
    assert 3 * DAY_MS == one.ahead_ms == other.ahead_ms == TestClock(tmp_path / "clock").ahead_ms


@pytest.mark.parametrize("by_ms", [-1, AHEAD_MAX_MS + 1])
def test_it_only_goes_forward_and_not_for_ever(by_ms: int, tmp_path: Path) -> None:
    """What is wrong changes nothing."""
    clock = TestClock(tmp_path / "clock")
    with pytest.raises(ValueError, match="forward"):
        clock.advance(by_ms)
    assert 0 == clock.ahead_ms


def test_nobody_has_one_without_asking(tmp_path: Path) -> None:
    """Off by default: the machine's clock, and no calls to put it forward."""
    settings = Settings(data_dir=tmp_path)
    assert settings.test_clock_file() is None
    assert SystemClock is type(open_clock(settings.test_clock_file()))
    assert [] == [operation.path for operation in OPERATIONS if "clock" in operation.path]


def test_it_is_refused_where_it_would_reach_others(tmp_path: Path) -> None:
    """Beyond loopback, and with a database or Ray of the operator's own."""
    plain = Settings(data_dir=tmp_path, test_mode=True)
    plain.check_test_mode("127.0.0.1")
    for settings, host in (
        (plain, "0.0.0.0"),  # noqa: S104 - refused is what it is to be
        (plain.model_copy(update={"database_url": "postgresql://db/x"}), "127.0.0.1"),
        (plain.model_copy(update={"ray_address": "10.0.0.1:6379"}), "127.0.0.1"),
    ):
        with pytest.raises(UnsafeSettings, match="HOLDFAST_TEST_MODE"):
            settings.check_test_mode(host)


def test_what_was_sold_in_test_mode_is_not_sold_on_without(tmp_path: Path) -> None:
    """Its records are of days that have not come."""
    tested = Settings(data_dir=tmp_path, test_mode=True)
    TestClock(tested.test_clock_file() or "").advance(DAY_MS)
    with pytest.raises(UnsafeSettings, match="its clock is ahead"):
        Settings(data_dir=tmp_path).check_test_mode("127.0.0.1")
