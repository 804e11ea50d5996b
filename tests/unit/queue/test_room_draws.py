"""Stories of a waiting room that draws, opens by itself, and keeps its bounds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.queue.commands import JoinRoom, SetPressure
from engine.queue.decisions import RoomRejected
from engine.queue.events import RoomGathered, RoomOpened
from engine.queue.schedule import SEED_BYTES
from engine.queue.state import SOURCES_MAX
from engine.queue.terms import QueueTerms
from engine.times import rfc3339
from tests.unit.queue.room_world import START_MS, Room

FIFO = QueueTerms(mode="fifo", rate_per_minute=60, pass_ttl_ms=60_000)
RANDOM = QueueTerms(mode="random", rate_per_minute=60, draw_ms=5_000)
RANDOM_STORIES = {
    "positions are drawn among all who are there, late ones stand behind": """
        staff gather      -> gathered
        ann join          -> joined -
        bob join          -> joined -
        cat join          -> joined -
        staff mode fifo   -> invalid
        bob leave         -> left
        staff open        -> frozen ann cat
        staff open        -> invalid
        dan join          -> joined -
        ann place         -> place -
        cat leave         -> left
        staff mode fifo   -> invalid
        +4999             ->
        +1                -> drawn
        ann place         -> place 1
        dan place         -> place 2
        eve join          -> joined 3
        +1000             -> admitted ann
        +1000             -> admitted dan
    """,
    "nobody there: nothing to draw": """
        staff gather      -> gathered
        ann join          -> joined -
        ann leave         -> left
        staff open        -> opened
        bob join          -> joined 1
    """,
    "opened without gathering: first come first served": """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
    """,
    "ended before the draw": """
        staff gather      -> gathered
        ann join          -> joined -
        staff open        -> frozen ann
        staff end         -> ended
        ann place         -> sale_not_open
        staff open        -> opened
        bob join          -> joined 1
    """,
}


@pytest.mark.parametrize("name", RANDOM_STORIES)
def test_with_a_draw(name: str) -> None:
    """Each line of the story has the outcome that stands at its end."""
    Room(RANDOM).play(RANDOM_STORIES[name])


def test_a_room_opens_by_itself() -> None:
    """The list is frozen in time for the draw to be made at the opening."""
    terms = QueueTerms(mode="random", draw_ms=5_000, opens_ms=START_MS + 60_000, rate_per_minute=60)
    Room(terms).play(
        """
        staff gather      -> gathered
        ann join          -> joined -
        bob join          -> joined -
        +54999            ->
        +1                -> frozen ann bob
        cat join          -> joined -
        +4999             ->
        +1                -> drawn
        cat place         -> place 3
        """
    )


def test_people_may_gather_by_themselves_and_are_drawn() -> None:
    """From the hour that is set, bound to a seed, and nobody at the house has to do anything."""
    room = Room(replace(RANDOM, gathers_ms=START_MS + 30_000, opens_ms=START_MS + 60_000))
    room.play(
        """
        ann join          -> sale_not_open
        +29999            ->
        +1                -> gathered
        ann join          -> joined -
        bob join          -> joined -
        +25000            -> frozen ann bob
        +5000             -> drawn
        """
    )
    assert SEED_BYTES == len(room.state.seed)


def test_who_comes_too_early_is_told_when_to_come() -> None:
    """To gather, or to the opening where nobody gathers before it, or that it is not known."""
    opens = replace(RANDOM, opens_ms=START_MS + 60_000)
    for terms, until in (
        (replace(opens, gathers_ms=START_MS + 30_000), START_MS + 30_000),
        (opens, START_MS + 60_000),
        (RANDOM, None),
    ):
        refused = Room(terms).ask("ann", JoinRoom())
        assert isinstance(refused, RoomRejected)
        said = "" if until is None else f" until {rfc3339(until)}"
        assert f"The waiting room is closed{said}." == refused.refusal.detail


def test_a_room_whose_hours_passed_unseen_makes_up_for_them_in_order() -> None:
    """It gathers, for the seed's sake, and opens at once: nobody is there to be drawn."""
    room = Room(replace(RANDOM, draw_ms=0, gathers_ms=START_MS + 1, opens_ms=START_MS + 2))
    room.now_ms += 60_000
    assert [RoomGathered, RoomOpened] == [type(event) for event in room.do_due()]
    room.audit()


def test_a_room_that_never_gathered_opens_at_its_time() -> None:
    """Without anybody there is nothing to be drawn."""
    Room(QueueTerms(mode="fifo", opens_ms=START_MS + 60_000)).play("+60000 -> opened")


def test_a_room_has_room_for_so_many() -> None:
    """The bound of the terms is kept."""
    Room(QueueTerms(mode="fifo", members_max=1)).play(
        """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> limit_exceeded
        """
    )


def test_outcomes_and_former_members_are_forgotten_after_their_time() -> None:
    """A day later a key is a new one, and who had a place once is nobody known."""
    Room(QueueTerms(mode="fifo", grace_ms=86_400_000, rate_per_minute=0)).play(
        """
        staff open key=o  -> opened
        ann join          -> joined 1
        ann leave         -> left
        +86400000         ->
        bob join          -> joined 1
        ann place         -> queue_ticket_expired
        staff open key=o  -> replayed done
        +1                ->
        cat join          -> joined 2
        ann place         -> not_found
        staff open key=o  -> invalid
        """
    )


def test_a_pass_that_was_given_back_does_not_expire_again() -> None:
    """Of two that end at the same time only the one that is still there does."""
    Room(FIFO).play(
        """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        staff admit 2     -> admitted ann bob
        bob leave         -> left
        +60000            -> expired ann
        """
    )


def test_sources_of_pressure_are_bounded() -> None:
    """The oldest word is dropped for the newest."""
    room = Room(FIFO)
    for number in range(SOURCES_MAX + 1):
        room.ask("system", SetPressure(f"g{number}", 1))
    assert SOURCES_MAX == len(room.state.pressures)
    assert "g0" not in room.state.pressures
    room.audit()
