"""Which actor owns which section."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.placement import SMALL_EVENT_PLACES, Budget, place
from engine.catalogue import EventInfo, QueueInfo, SectionInfo
from engine.terms import Terms


def event(*sizes: int, actors: int = 8) -> EventInfo:
    """An event with sections of these sizes."""
    sections = tuple(
        SectionInfo(100 + index, f"S{index}", index, "h", size, 0, ()) for index, size in enumerate(sizes)
    )
    return EventInfo("evt_1", "An event", "pln_1", "open", Terms(), sections, 0, actors=actors)


OWN = Budget(shared=1, small=0)
"""No event is too small for actors of its own."""


def test_small_events_share_a_few_actors() -> None:
    """Hundreds of small rooms cost no more processes than the budget says, and a large house its own."""
    budget = Budget(shared=3)
    rooms = [replace(event(100, 50), id=f"evt_{number}") for number in range(200)]
    placed = [place(room, budget) for room in rooms]
    assert {1} == {len(set(names.values())) for names in placed}
    assert 3 == len({name for names in placed for name in names.values()})
    large = place(event(SMALL_EVENT_PLACES - 1, 1), budget)
    assert 2 == len(set(large.values()))
    assert set(large.values()).isdisjoint({name for names in placed for name in names.values()})


def test_every_section_has_its_own_actor_within_the_budget() -> None:
    """Up to the budget no two sections share an actor."""
    placed = place(event(10, 20, 30, actors=3), OWN)
    assert {100, 101, 102} == set(placed)
    assert 3 == len(set(placed.values()))


def test_the_largest_sections_keep_their_own_beyond_the_budget() -> None:
    """With more sections than actors, the small ones share and the large ones do not."""
    placed = place(event(1000, 5, 900, 6, 7, 8, actors=4), OWN)
    shared = Counter(placed.values())
    assert [1, 1] == [shared[placed[100]], shared[placed[102]]]
    assert [2, 2] == sorted(shared.values())[-2:]


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=60), st.integers(1, 12))
def test_all_streams_are_placed_and_the_budget_holds(sizes: list[int], budget: int) -> None:
    """Whatever the sizes, each stream has one actor and there are never more than the budget."""
    info = event(*sizes, actors=budget)
    placed = place(info, OWN)
    assert {section.stream for section in info.sections} == set(placed)
    assert len(set(placed.values())) <= budget
    assert placed == place(info, OWN)


def test_a_waiting_room_has_an_actor_of_its_own() -> None:
    """However small the budget, those who wait do not wait for a section."""
    queued = replace(event(10, 20, 30, actors=1), queue=QueueInfo(7, "h"))
    placed = place(queued, OWN)
    assert "queue:evt_1" == placed.pop(7)
    assert place(event(10, 20, 30, actors=1), OWN) == placed
