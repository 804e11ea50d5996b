"""The checker of draws: it agrees with the engine, and finds what is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from engine.queue.draw import drawn, list_hash, seed_hash
from holdfast.cli import app
from holdfast.verify_draw import DrawVerdict, PublishedDraw, judge_draw, read_draw

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


@pytest.mark.parametrize(("draw", "status"), [(sound(), 0), (swapped(), 1)])
def test_the_command(tmp_path: Path, draw: PublishedDraw, status: int) -> None:
    """Its exit status says whether the draw holds, its report what was found."""
    file, report = tmp_path / "draw.json", tmp_path / "report.json"
    file.write_bytes(msgspec.json.encode(draw))
    ended = CliRunner().invoke(app, ["verify-draw", str(file), "--json", str(report)])
    assert status == ended.exit_code
    assert judge_draw(draw) == msgspec.json.decode(report.read_bytes(), type=DrawVerdict)


@pytest.mark.parametrize("arguments", [[], ["FILE", "--event", "evt_1"]])
def test_the_command_needs_one_source(tmp_path: Path, arguments: list[str]) -> None:
    """Neither none nor two."""
    file = tmp_path / "draw.json"
    file.write_bytes(b"{}")
    words = [str(file) if word == "FILE" else word for word in arguments]
    assert 2 == CliRunner().invoke(app, ["verify-draw", *words]).exit_code
