from __future__ import annotations

import sys

import pytest

from holdfast.cli import main
from holdfast.settings import UnsafeSettings, read_settings


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


@pytest.mark.parametrize(("cores", "actors"), [(1, 1), (2, 1), (3, 2), (9, 8), (64, 8)])
def test_actors_leave_the_gateway_a_core(cores: int, actors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more than one; and eight are enough for an event."""
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(cores)))
    assert actors == read_settings().actors()
    monkeypatch.setenv("HOLDFAST_ACTORS_PER_EVENT", "5")
    assert 5 == read_settings().actors()


def test_origins_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one writes them in an environment file."""
    monkeypatch.setenv("HOLDFAST_ORIGINS", "https://a.example, https://b.example")
    assert ["https://a.example", "https://b.example"] == read_settings().origins


def test_ticket_keys_are_listed_with_commas_and_never_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each has 32 bytes; one that has not stops the command without being shown."""
    monkeypatch.setenv("HOLDFAST_TICKET_KEYS", f"{64 * 'a'}, {64 * 'B'}")
    assert (b"\xaa" * 32, b"\xbb" * 32) == read_settings().ticket_seeds()
    monkeypatch.setenv("HOLDFAST_TICKET_KEYS", "deadbeef")
    monkeypatch.setattr(sys, "argv", ["holdfast", "token", "--role", "buyer"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().err
    assert (True, False) == ("HOLDFAST_TICKET_KEYS" in told, "deadbeef" in told)


@pytest.mark.parametrize("missing", ["HOLDFAST_SECRET_KEY", "HOLDFAST_TICKET_KEYS"])
def test_beyond_loopback_every_secret_is_the_operators(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made key is for one machine; the refusal names the one that is missing."""
    for name in ("HOLDFAST_SECRET_KEY", "HOLDFAST_TICKET_KEYS"):
        monkeypatch.setenv(name, 64 * "a")
    read_settings().check_bind("0.0.0.0")  # noqa: S104 - nothing is bound
    monkeypatch.delenv(missing)
    read_settings().check_bind("127.0.0.1")
    with pytest.raises(UnsafeSettings, match=missing):
        read_settings().check_bind("0.0.0.0")  # noqa: S104
