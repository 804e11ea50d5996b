"""A short walk over every target; `make fuzz` goes on for longer and is guided by coverage."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from proof.fuzz.targets import NAMES, target_of
from proof.fuzz.trial import Trial, wander

INPUTS = {"frames": 60_000, "plans": 5_000, "sessions": 1_500}
MET = {
    "frames": {
        "msgpack: hold.create",
        "json: hold.create",
        "msgpack: unreadable",
        "json: malformed, with its id",
    },
    "plans": {"holdfast: imported", "seatsio: refused", "pretix: imported with warnings", "csv: refused"},
    "sessions": {
        "ok",
        "malformed",
        "not_found",
        "token_missing",
        "closed 4400",
        "closed 4401",
        "closed 4503",
    },
}
REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*/*.bin"))


@pytest.mark.parametrize("name", NAMES)
def test_good_inputs_come_to_good_ends(name: str) -> None:
    """Otherwise their spoiled kin would say little."""
    target = target_of(name)
    for data in target.seeds():
        assert list(target.run(data))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_clean_answers_comes_back(name: str) -> None:
    """Whatever is sent; and the walk has been to the places that matter."""
    trial = Trial(target_of(name))
    steps = count()
    wander(trial, 11, lambda: next(steps) < INPUTS[name])
    assert {} == {found.words: found.data for found in trial.findings.values()}
    assert set() == MET[name] - trial.outcomes.keys()


@pytest.mark.parametrize("case", REGRESSIONS, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_what_was_found_once_is_not_found_again(case: Path) -> None:
    """Findings are kept as files."""
    assert list(target_of(case.parent.name).run(case.read_bytes()))
