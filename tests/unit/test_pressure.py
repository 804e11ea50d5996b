"""Workers rest for the sale, as far as the kernel says that somebody waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.pressure import REST_MAX_S, REST_SHARE, rest_under_pressure

TOLD = "some avg10={} avg60=43.57 avg300=68.23 total=12043935929\nfull avg10=0.00 avg60=0.00 total=0\n"


@pytest.mark.parametrize(("waited", "share"), [("0.00", 0.0), ("9.99", 0.0), ("10.00", REST_SHARE)])
def test_rests_while_others_wait_for_a_processor(tmp_path: Path, waited: str, share: float) -> None:
    """From a tenth of the time on."""
    pressure = tmp_path / "cpu"
    pressure.write_text(TOLD.format(waited))
    assert 0.25 * share == rest_under_pressure(0.25, pressure)


def test_rests_no_longer_than_news_may_be_old(tmp_path: Path) -> None:
    """After work that took long because others went first."""
    assert REST_MAX_S == rest_under_pressure(60.0, tmp_path / "none")


@pytest.mark.parametrize("told", [None, "", "some avg10=", "some avg10=much avg60=0"])
def test_rests_where_the_kernel_does_not_tell(tmp_path: Path, told: str | None) -> None:
    """A kernel without these figures, or with others."""
    pressure = tmp_path / "cpu"
    if told is not None:
        pressure.write_text(told)
    assert REST_SHARE / 10 == rest_under_pressure(0.1, pressure)
