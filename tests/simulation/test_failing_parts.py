"""A world that is broken itself proves nothing: who fails in it is a violation."""

from __future__ import annotations

import pytest

from proof.simulation.lobby import Lobby
from proof.simulation.runner import simulate
from proof.simulation.scenario import Scenario


def test_a_doorman_who_fails_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would be let in, and nothing that the room promises be tried."""

    async def asleep(_lobby: Lobby) -> None:
        raise RuntimeError("asleep")

    monkeypatch.setattr(Lobby, "_keep_the_door", asleep)
    told = [what for seed in range(3) for what in simulate(Scenario(seed, 60)).violations]
    assert "room: the doorman failed: RuntimeError('asleep')" in told
