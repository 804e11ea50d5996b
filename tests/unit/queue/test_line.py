"""The line against a plain list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.queue.line import Line

STEPS = st.lists(st.one_of(st.booleans(), st.integers(0, 200)), max_size=120)


def play(line: Line, model: list[bool], steps: list[bool | int]) -> None:
    """Append where a step is a boolean; where it is a number, let that place be left."""
    for step in steps:
        if isinstance(step, bool):
            line.append(step)
            model.append(step)
        elif model and model[step % len(model)]:
            model[step % len(model)] = False
            line.leave(step % len(model) + 1)


@given(st.lists(st.booleans(), max_size=40), STEPS, st.integers(0, 50))
def test_a_line_is_a_list_of_those_who_wait(start: list[bool], steps: list[bool | int], count: int) -> None:
    """Positions, those next in turn and the bits are what a list says."""
    line, model = Line(start), list(start)
    play(line, model, steps)
    places = [index for index, taken in enumerate(model, 1) if taken]
    assert (len(model), len(places)) == (line.last, line.waiting)
    assert [sum(model[:place]) for place in range(1, len(model) + 1)] == [
        line.position(place) for place in range(1, len(model) + 1)
    ]
    assert places[:count] == line.first(count)
    assert model == [line.taken(place) for place in range(1, len(model) + 1)]
    assert not line.taken(0)
    assert not line.taken(len(model) + 1)


@given(st.lists(st.booleans(), max_size=40), STEPS)
def test_bits_are_the_line(start: list[bool], steps: list[bool | int]) -> None:
    """A line goes through its bits unchanged."""
    line, model = Line(start), list(start)
    play(line, model, steps)
    copy = Line.from_bits(line.bits(), line.last)
    assert line.bits() == copy.bits()
    assert model == [copy.taken(place) for place in range(1, len(model) + 1)]
