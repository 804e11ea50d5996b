"""For how long a fuzzer waits for a process that says nothing."""

from __future__ import annotations

import pytest

from proof.fuzz.patience import LOOK_S, STARVED, Patience

MOST_S = 30.0


class Worker:
    """A process that works and stands still as it is told."""

    def __init__(self) -> None:
        self.worked_s = 0.0
        self.is_stopped = False

    def cpu_s(self) -> float:
        return self.worked_s

    def stopped(self) -> bool:
        return self.is_stopped


def looks(patience: Patience, seconds: float, from_s: float = 0.0) -> bool:
    """Look after it for so long, as often as a campaign does; whether patience ended."""
    return any(patience.ends(from_s + LOOK_S * number) for number in range(1, round(seconds / LOOK_S) + 1))


def test_what_works_too_long_hangs() -> None:
    """By the time that it took of a processor."""
    worker = Worker()
    patience = Patience(worker, MOST_S, 0.0)
    worker.worked_s = MOST_S
    assert not patience.ends(LOOK_S)
    worker.worked_s = MOST_S + 1.0
    assert patience.ends(2 * LOOK_S)


def test_what_never_works_hangs_after_a_long_while() -> None:
    """It waits for something that does not come."""
    assert not looks(Patience(Worker(), MOST_S, 0.0), MOST_S * STARVED)
    assert looks(Patience(Worker(), MOST_S, 0.0), MOST_S * STARVED + 2 * LOOK_S)


@pytest.mark.parametrize("with_us", [True, False])
def test_what_somebody_stopped_does_not_hang(*, with_us: bool) -> None:
    """However long it was, with whoever looks after it or alone."""
    worker = Worker()
    patience = Patience(worker, MOST_S, 0.0)
    if with_us:
        assert not patience.ends(10 * MOST_S * STARVED)
    else:
        worker.is_stopped = True
        assert not looks(patience, 3 * MOST_S * STARVED)
        worker.is_stopped = False
    assert not looks(patience, MOST_S, 10 * MOST_S * STARVED)
