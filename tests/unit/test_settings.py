from __future__ import annotations

import sys

import pytest

from holdfast.cli import main
from holdfast.settings import read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("HOLDFAST_GATEWAYS", "0"), ("HOLDFAST_LOG_LEVEL", "loud"), ("HOLDFAST_ACTORS_PER_EVENT", "many")],
)
def test_a_setting_that_makes_no_sense_is_told_by_its_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence, not in a traceback."""
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["holdfast", "token", "--role", "buyer"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert 1 == ended.value.code
    assert name in capsys.readouterr().err


def test_origins_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one writes them in an environment file."""
    monkeypatch.setenv("HOLDFAST_ORIGINS", "https://a.example, https://b.example")
    assert ["https://a.example", "https://b.example"] == read_settings().origins
