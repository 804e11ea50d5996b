"""The checker of draws: it agrees with the engine, and finds what is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from engine.queue.draw import drawn, list_hash, seed_hash
from holdfast.verify_draw import PublishedDraw, judge_draw, read_draw

SEED = bytes(range(32))
TICKETS = tuple(f"que_{number:02}" for number in range(20))


def sound() -> PublishedDraw:
    """A draw as the engine makes it."""
    place_of = {ticket: place for place, ticket in enumerate(drawn(SEED, TICKETS), 1)}
    entries = tuple((ticket, place_of[ticket]) for ticket in TICKETS)
    return PublishedDraw("evt_1", seed_hash(SEED), list_hash(TICKETS), len(TICKETS), SEED.hex(), entries)


def swapped() -> PublishedDraw:
    """Two people were given each other's places."""
    (one, first), (other, second), *rest = sound().tickets
    return replace(sound(), tickets=((one, second), (other, first), *rest))


def test_a_sound_draw() -> None:
    """Every position is made again."""
    verdict = judge_draw(sound())
    assert (20, ()) == (verdict.positions, verdict.breaches)


@pytest.mark.parametrize(
    ("wrong", "breach"),
    [
        (replace(sound(), seed=""), "not made yet"),
        (replace(sound(), seed="xyz"), "hexadecimal"),
        (replace(sound(), seed=(b"\x01" * 32).hex()), "the seed is not the one"),
        (replace(sound(), tickets=sound().tickets[:-1]), "19 tickets of 20"),
        (replace(sound(), tickets=sound().tickets[::-1]), "the list is not the one"),
        (swapped(), "was given place"),
    ],
)
def test_a_wrong_draw(wrong: PublishedDraw, breach: str) -> None:
    """What is wrong is said."""
    assert breach in judge_draw(wrong).breaches[0]


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    """One page, or all pages as a list."""
    whole = sound()
    pages = [replace(whole, tickets=whole.tickets[:7]), replace(whole, tickets=whole.tickets[7:])]
    for name, saved in (("one", whole), ("pages", pages)):
        file = tmp_path / name
        file.write_bytes(msgspec.json.encode(saved))
        assert whole == read_draw(file)
    for name, text in (("garbage", b"{}"), ("nothing", b"[]")):
        (tmp_path / name).write_bytes(text)
        with pytest.raises(ValueError, match=name):
            read_draw(tmp_path / name)
