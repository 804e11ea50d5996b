"""A short walk over every target; `make fuzz` goes on for longer and is guided by coverage."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from proof.fuzz.messages import REQUESTS
from proof.fuzz.targets import NAMES, target_of
from proof.fuzz.trial import Trial, wander
from protocol.requests import AnyRequest

INPUTS = {"frames": 60_000, "plans": 5_000, "sessions": 1_000}
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


def test_every_kind_of_request_is_there_to_be_spoiled() -> None:
    """A message that is new to the protocol is new to the fuzzer."""
    expected = {kind.__struct_config__.tag for kind in get_args(AnyRequest)}
    assert expected == {request["t"] for request in REQUESTS}


@pytest.mark.parametrize("name", NAMES)
def test_good_inputs_come_to_good_ends(name: str) -> None:
    """Otherwise their spoiled kin would say little."""
    target = target_of(name)
    outcomes = [list(target.run(data)) for data in target.seeds()]
    assert outcomes, "there is something to spoil"
    assert [] not in outcomes


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
