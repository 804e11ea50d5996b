"""The fuzzer finds what is there to be found, keeps it, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from random import Random

import msgspec
import pytest

from gateway.websocket.session import Session
from proof.fuzz import campaign, patience
from proof.fuzz.campaign import run
from proof.fuzz.spoiling import damaged, spoil
from proof.fuzz.targets import target_of
from proof.fuzz.trial import Found, Trial, store, wander
from proof.fuzz.worker import Report


class Doors:
    """A target with two bugs: one needs a changed value, one a missing key."""

    name = "doors"

    def seeds(self) -> Sequence[bytes]:
        return [b'{"a": 1, "b": [2, {"c": "word"}]}']

    def mutate(self, data: bytes, random: Random) -> bytes:
        return msgspec.json.encode(spoil(msgspec.json.decode(data), random))

    def run(self, data: bytes) -> Iterable[str]:
        value = msgspec.json.decode(data)
        if isinstance(value, dict):
            if value.get("a") == 1001:
                raise ZeroDivisionError
            value["b"]
        return ["fine"]


def test_bugs_are_found_and_told_apart() -> None:
    """One finding for each place, whatever the number of inputs that lead there, the shortest of them."""
    trial = Trial(Doors())
    steps = count()
    wander(trial, 1, lambda: next(steps) < 3_000)
    assert {"ZeroDivisionError", "KeyError"} == {
        found.words.partition(":")[0] for found in trial.findings.values()
    }
    assert 2 == len(trial.findings)
    assert min(trial.outcomes["finding: KeyError"], trial.outcomes["finding: ZeroDivisionError"]) > 1


def test_a_walk_is_repeated_by_its_seed() -> None:
    """Whoever is told the seed sees the same."""

    def walk(seed: int) -> dict[str, int]:
        trial = Trial(target_of("frames"))
        steps = count()
        wander(trial, seed, lambda: next(steps) < 500)
        return dict(trial.outcomes)

    assert walk(1) == walk(1)
    assert walk(1) != walk(2)


def test_a_finding_becomes_a_file(tmp_path: Path) -> None:
    """The same finding is the same file."""
    found = Found(b"bytes", "words", "place")
    path = store(found, "frames", tmp_path)
    assert (path, b"bytes") == (store(found, "frames", tmp_path), path.read_bytes())
    assert tmp_path / "frames" == path.parent


def test_damage_is_never_nothing_at_all() -> None:
    """Some bytes are left to be tried."""
    assert all(damaged(b"x", Random(seed)) for seed in range(500))


def test_a_reply_too_few_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that swallows a request is found by a good script already."""
    accept = Session.accept
    monkeypatch.setattr(
        Session, "accept", lambda self, number, body: None if number == 7 else accept(self, number, body)
    )
    trial = Trial(target_of("sessions"))
    trial.feed(trial.target.seeds()[0])
    (found,) = trial.findings.values()
    assert "messages" in found.words
    assert "replies" in found.words


async def test_a_worker_reports_what_it_did(tmp_path: Path) -> None:
    """In a process of its own, with counts of inputs and outcomes."""
    reports: list[Report] = []
    result = await run("frames", 0.5, 1, tmp_path, lambda _seconds, report: reports.append(report))
    assert (True, {}) == (result.clean, result.findings)
    assert result.inputs == reports[-1].inputs > 0
    assert result.outcomes
    assert result.rss_mb[1] > 0.0


@pytest.mark.parametrize("hanging", ["time.sleep(600)", "any(iter(int, 1))"], ids=["asleep", "busy"])
async def test_a_worker_that_hangs_is_found_with_its_input(
    hanging: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended, and what it was doing is kept."""
    begin = asyncio.create_subprocess_exec
    script = (
        "import sys, time; from pathlib import Path; from proof.fuzz.worker import *;"
        "scratch = Scratch(Path(sys.argv[-1]));"
        "worker = Worker(Trial(target_of('frames')), 60, guided=False);"
        "scratch.note(b'a spell'); worker.go_on(); " + hanging
    )

    async def begin_another(program: str, *arguments: str, **options: object) -> asyncio.subprocess.Process:
        return await begin(program, "-c", script, arguments[-1], **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(asyncio, "create_subprocess_exec", begin_another)
    monkeypatch.setattr(campaign, "HANG_S", 0.5)
    monkeypatch.setattr(patience, "STARVED", 4)
    result = await run("frames", 60, 1, tmp_path, lambda _seconds, _report: None)
    ((path, words),) = result.findings.items()
    assert path == str(store(Found(b"a spell", "", ""), "frames", tmp_path))
    assert "took more than" in words
    assert not result.clean
