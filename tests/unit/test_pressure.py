from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.pressure import REST_SHARE, rest_share

TOLD = "some avg10={} avg60=43.57 avg300=68.23 total=12043935929\nfull avg10=0.00 avg60=0.00 total=0\n"


@pytest.mark.parametrize(("waited", "share"), [("0.00", 0.0), ("9.99", 0.0), ("10.00", REST_SHARE)])
def test_rests_while_others_wait_for_a_processor(tmp_path: Path, waited: str, share: float) -> None:
    """From a tenth of the time on."""
    pressure = tmp_path / "cpu"
    pressure.write_text(TOLD.format(waited))
    assert share == rest_share(pressure)


@pytest.mark.parametrize("told", [None, "", "some avg10=", "some avg10=much avg60=0"])
def test_rests_where_the_kernel_does_not_tell(tmp_path: Path, told: str | None) -> None:
    """A kernel without these figures, or with others."""
    pressure = tmp_path / "cpu"
    if told is not None:
        pressure.write_text(told)
    assert REST_SHARE == rest_share(pressure)
