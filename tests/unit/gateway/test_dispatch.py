"""A best-available search on its way through the sections."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.answers import RECOVERING, accepted, explained
from actors.wire import Answer, Explanation
from engine.commands import HoldBest, Request
from gateway.commands import Routed
from gateway.dispatch import submit

NONE = explained("best_available_not_found", "Nothing fits.")
FULL = explained("sold_out", "Nothing is left.")
TAKEN = accepted(Explanation("yes"), 5)
REQUEST = Request("usr_ann", HoldBest(2), "key")


class Asked:
    """Sections that keep what they are asked until the test answers."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, Request, int]] = []
        self._waiting: list[Callable[[Answer], None]] = []

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        self.calls.append((stream, request, deadline_ms))
        self._waiting.append(on_answer)

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        raise NotImplementedError

    def answer(self, answer: Answer) -> None:
        """Answer the request that waits."""
        self._waiting.pop()(answer)


@pytest.mark.parametrize(
    ("answers", "asked", "outcome"),
    [
        ([TAKEN], [1], TAKEN),
        ([NONE, TAKEN], [1, 2], TAKEN),
        ([NONE, FULL, TAKEN], [1, 2, 3], TAKEN),
        ([NONE, FULL, NONE], [1, 2, 3], NONE),
        ([NONE, RECOVERING], [1, 2], RECOVERING),
        ([RECOVERING], [1], RECOVERING),
    ],
)
def test_the_next_is_asked_only_when_nothing_fits(
    answers: list[Answer], asked: list[int], outcome: Answer
) -> None:
    """A search goes on after "nothing fits" alone, with the same request, and ends with one answer."""
    sections, outcomes = Asked(), list[Answer]()
    submit(sections, Routed((1, 2, 3), REQUEST), 1_000, outcomes.append)
    for answer in answers:
        assert [] == outcomes
        sections.answer(answer)
    assert [outcome] == outcomes
    assert asked == [stream for stream, _, _ in sections.calls]
    assert all(request is REQUEST for _, request, _ in sections.calls)


def test_one_deadline_bounds_the_walk() -> None:
    """Each section gets what is left of the deadline; when nothing is left the search ends."""
    sections, outcomes, now_s = Asked(), list[Answer](), [100.0]
    submit(sections, Routed((1, 2, 3), REQUEST), 1_000, outcomes.append, lambda: now_s[0])
    now_s[0] = 100.75
    sections.answer(NONE)
    assert [1_000, 250] == [deadline_ms for _, _, deadline_ms in sections.calls]
    now_s[0] = 101.0
    sections.answer(NONE)
    assert ["deadline_exceeded"] == [outcome.code for outcome in outcomes]
    assert 2 == len(sections.calls)
