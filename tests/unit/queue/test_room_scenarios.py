"""Stories of a waiting room as tables: one line a command, its outcome at the end."""

from __future__ import annotations

import pytest

from engine.queue.terms import QueueTerms
from tests.unit.queue.room_world import Room

FIFO = QueueTerms(
    mode="fifo", rate_per_minute=60, pass_ttl_ms=60_000, grace_ms=300_000, bypass_channels=("vip",)
)

FIFO_STORIES = {
    "first come first served, at the rate": """
        ann join          -> sale_not_open
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        cat join          -> joined 3
        +999              ->
        +1                -> admitted ann
        ann place         -> pass
        bob place         -> place 1
        cat place         -> place 2
        +1000             -> admitted bob
        +1000             -> admitted cat
        +58000            -> expired ann
        ann place         -> queue_ticket_expired
        ann join          -> joined 1
    """,
    "one place an identity": """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        ann join          -> place 1
        +1000             -> admitted ann
        ann join          -> pass
        bob leave         -> left
        bob leave         -> done
        bob place         -> queue_ticket_expired
        eve leave         -> not_found
        eve place         -> not_found
        bob join          -> joined 1
    """,
    "before the opening places are known but nobody is let in": """
        staff gather      -> gathered
        ann join          -> joined 1
        bob join          -> joined 2
        +60000            ->
        staff gather      -> invalid
        staff open        -> opened
        +1000             -> admitted ann
    """,
    "who gives no sign of life loses the place, and the others move up": """
        staff pause       -> invalid
        staff open        -> opened
        staff pause       -> paused
        ann join          -> joined 1
        bob join          -> joined 2
        cat join          -> joined 3
        +200000           ->
        system see bob    -> seen bob
        +99999            ->
        +1                -> lapsed ann cat
        bob place         -> place 1
        ann place         -> queue_ticket_expired
        ann join          -> joined 2
        cat join          -> joined 3
        +200000           -> lapsed bob
        system see bob    -> done
        ann place         -> place 1
    """,
    "paused, everybody keeps their place": """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        +1500             -> admitted ann
        staff pause       -> paused
        +10000            ->
        bob place         -> place 1
        cat join          -> joined 2
        staff resume      -> resumed
        +999              ->
        +1                -> admitted bob
        staff resume      -> invalid
    """,
    "no more passes than may be valid at the same time": """
        staff active 1    -> terms
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        cat join          -> joined 3
        +10000            -> admitted ann
        ann leave         -> left
        +0                -> admitted bob
        +59999            ->
        +1                -> expired bob, admitted cat
        staff active 2    -> terms
        dan join          -> joined 1
        +1000             -> admitted dan
    """,
    "the organiser lets people in by hand": """
        staff admit 1     -> invalid
        staff open        -> opened
        staff admit 1     -> invalid
        staff rate 0      -> terms
        ann join          -> joined 1
        bob join          -> joined 2
        cat join          -> joined 3
        +5000             ->
        staff admit 0     -> invalid
        staff admit 2     -> admitted ann bob
        staff pause       -> paused
        staff admit 9     -> admitted cat
        ann admit 1       -> scope_missing
    """,
    "a pass that was taken back is not given again": """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        +1000             -> admitted ann
        staff revoke ann  -> revoked
        staff revoke bob  -> revoked
        staff revoke ann  -> not_found
        ann place         -> not_admitted
        ann join key=k    -> not_admitted
        bob join          -> not_admitted
        ann leave         -> not_admitted
        cat join          -> joined 1
    """,
    "sold out is told at once": """
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        system stock 1 3  -> stock
        system stock 1 3  -> done
        system stock -1 0 -> invalid
        +1000             -> admitted ann
        +5000             ->
        system stock 0 3  -> stock
        +5000             ->
        bob place         -> place 1
        system stock 1 2  -> stock
        +100              -> admitted bob
        dan join          -> joined 1
        +5000             ->
        system stock 1 2  -> stock
        system stock 1 2  -> done
        +100              -> admitted dan
        cat join          -> joined 1
        system stock 0 0  -> ended sold_out
        cat place         -> sold_out
        fay join          -> sold_out
        ann place         -> pass
        staff end         -> invalid
        staff open        -> opened
        fay join          -> joined 1
        system stock 2 0  -> stock
        +1000             -> admitted fay
    """,
    "the organiser ends the sale": """
        staff open        -> opened
        ann join          -> joined 1
        staff end         -> ended
        ann place         -> sale_not_open
        bob join          -> sale_not_open
        staff pause       -> invalid
        system stock 0 0  -> stock
    """,
    "pressure slows the door and closes it, for as long as it is said": """
        staff open           -> opened
        system pressure g 0  -> done
        system pressure g 500 -> pressure
        system pressure g 500 -> done
        system pressure g 1001 -> invalid
        ann join             -> joined 1
        bob join             -> joined 2
        cat join             -> joined 3
        +1999                ->
        +1                   -> admitted ann
        system pressure h 1000 -> pressure
        +10000               ->
        system pressure g 500 -> pressure
        system pressure g 0  -> pressure
        +19999               ->
        +1                   -> pressure
        +999                 ->
        +1                   -> admitted bob
        system pressure h 500 -> pressure
        +1999                ->
        +1                   -> admitted cat
    """,
    "let everybody in": """
        staff mode passthrough -> terms
        staff gather      -> gathered
        ann join          -> joined 1
        staff open        -> opened
        bob join          -> joined pass
        +0                -> admitted ann
    """,
    "let nobody join": """
        staff open        -> opened
        ann join          -> joined 1
        staff mode reject -> terms
        bob join          -> not_admitted
        ann join          -> place 1
        +1000             -> admitted ann
    """,
    "some do not wait": """
        vip join via=x,vip -> sale_not_open
        staff gather      -> gathered
        ann join via=x    -> joined 1
        eve join via=x,vip -> joined pass
        staff join        -> joined pass
        bob join          -> joined 2
        bob place         -> place 2
        staff open        -> opened
        +1000             -> admitted ann
        +59000            -> admitted bob, expired eve staff
        bob place         -> pass
    """,
    "a key has one outcome": """
        staff open key=o         -> opened
        staff open key=o         -> replayed done
        staff rate 9999999       -> invalid
        ann join key=k body=x    -> joined 1
        bob join                 -> joined 2
        ann join key=k body=x    -> replayed place 1
        ann leave key=k body=y   -> idempotency_key_reused
        ann leave key=l          -> left
        ann join key=k body=x    -> replayed queue_ticket_expired
        eve leave key=e          -> not_found
        eve join key=e body=z    -> idempotency_key_reused
        eve leave key=e          -> replayed not_found
        ann pause key=p          -> scope_missing
        ann join key=p           -> joined 2
    """,
    "only the room's own": """
        ann open          -> scope_missing
        ann tick          -> scope_missing
        staff tick        -> scope_missing
        ann see           -> scope_missing
        system tick       -> invalid
        ann room          -> room
        ann draw          -> draw
        staff open        -> opened
        ann join          -> joined 1
        bob join          -> joined 2
        system find ann zed bob -> found 1 2
    """,
}


@pytest.mark.parametrize("name", FIFO_STORIES)
def test_first_come_first_served(name: str) -> None:
    """Each line of the story has the outcome that stands at its end."""
    Room(FIFO).play(FIFO_STORIES[name])
