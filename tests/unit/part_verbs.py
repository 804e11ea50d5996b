"""The verbs of parts in stories. Section `S` is the story's own, all others are of stream 8.

    ann lend g A-1 A-2               -> part_taken A-1 A-2
    staff settle g A-1 sold=yes      -> part_settled A-1
    ann gather p:R-A-1,Lawn*2 as h   -> placed R-A-1 Lawn:2
    ann with release h Lawn          -> changed R-A-1

`lend g Floor qty=2` lends places, `R-X-1@R-X` is a seat of a table that is sold whole.
"""

from __future__ import annotations

from engine.commands import AnyCommand, GatherHold, GetGathering, HoldPlaces, HoldSeats, SettlePart, TakePart
from engine.events import Part, PartItem

ELSEWHERE = 8


def part_command(
    verb: str, objects: list[str], labels: tuple[str, ...], options: dict[str, str], into: str | None
) -> AnyCommand:
    """The command of one line about parts; `labels` are the objects by their public names."""
    match verb:
        case "lend" if "qty" in options:
            return TakePart(objects[0], ELSEWHERE, HoldPlaces(objects[1], int(options["qty"])))
        case "lend":
            return TakePart(objects[0], ELSEWHERE, HoldSeats(labels[1:]))
        case "settle":
            return SettlePart(objects[0], labels[1:], "sold" in options, ELSEWHERE, 1)
        case "gather":
            release = tuple(filter(None, options.get("release", "").split(",")))
            return GatherHold(tuple(map(part_of, objects)), into, release)
        case "became":
            return GetGathering(objects[0])
        case _:
            raise ValueError(verb)


def part_of(text: str) -> Part:
    """A part as a story writes it: its gathering, a colon, and its items."""
    gathering, _, items = text.partition(":")
    return Part(gathering, ELSEWHERE, "R", 3, tuple(map(item_of, items.split(","))))


def item_of(text: str) -> PartItem:
    """A seat at 10.00, or places of an area at 6.00 each."""
    if "*" in text:
        name, _, qty = text.partition("*")
        return PartItem(name, "silver", "standard", 600, int(qty), area=True)
    label, _, whole = text.partition("@")
    return PartItem(label, "gold", "standard", 1000, whole=whole)


def part_words(parts: tuple[Part, ...]) -> list[str]:
    """Parts as an outcome tells them."""
    items = [item for part in parts for item in part.items]
    return [f"{item.label}:{item.qty}" if item.area else item.label for item in items]
