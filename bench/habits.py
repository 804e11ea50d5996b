"""Who comes to a sale and how they behave: drawn from a seed, so that a crowd can come again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import Final, TypeVar

import msgspec

ChoiceT = TypeVar("ChoiceT")


class Habit(StrEnum):
    """How somebody chooses."""

    NAMED = "named seats"
    BEST_TWO = "best two together"
    GENERAL = "general admission"


class Quirk(StrEnum):
    """What somebody does between choosing and paying."""

    NONE = "buys"
    HESITATES = "hesitates"
    ABANDONS = "abandons"
    RETRIES = "retries"
    DROPS = "drops the line"


HABITS: Final = {Habit.NAMED: 0.25, Habit.BEST_TWO: 0.60, Habit.GENERAL: 0.15}
QUIRKS: Final = {
    Quirk.NONE: 0.78,
    Quirk.HESITATES: 0.08,
    Quirk.ABANDONS: 0.04,
    Quirk.RETRIES: 0.05,
    Quirk.DROPS: 0.05,
}


class CrowdOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The shape of a crowd. Durations in seconds; weights are relative.

    Buyers arrive within `arrival_s`, most of them early, think up to `thinks_s` between two
    orders and go home after `orders_each` orders, after `patience` refusals in a row, or
    when the house is sold out; everybody has gone after `lasts_s`.
    """

    seed: int = 1
    arrival_s: float = 5.0
    thinks_s: float = 1.0
    hesitates_s: float = 1.0
    orders_each: int = 12
    patience: int = 10
    lasts_s: float = 120.0
    habits: dict[Habit, float] = msgspec.field(default_factory=HABITS.copy)
    quirks: dict[Quirk, float] = msgspec.field(default_factory=QUIRKS.copy)


class Person(msgspec.Struct, frozen=True):
    """One buyer; `seed` is what all further choices are drawn from."""

    number: int
    habit: Habit
    arrives_s: float
    section: str
    seed: int


def draw_people(
    count: int, options: CrowdOptions, sections: Sequence[str], areas: Sequence[str]
) -> list[Person]:
    """A crowd of `count`: the same options and house draw the same people.

    `sections` are those with numbered seats. Habits that the house cannot serve are left out.
    """
    randomness = Random(options.seed)
    weights = dict(options.habits)
    if not areas:
        weights.pop(Habit.GENERAL, None)
    if not sections:
        weights = {Habit.GENERAL: 1.0}
    return [_draw_person(number, randomness, options, weights, sections) for number in range(count)]


def _draw_person(
    number: int,
    randomness: Random,
    options: CrowdOptions,
    weights: dict[Habit, float],
    sections: Sequence[str],
) -> Person:
    return Person(
        number=number,
        habit=pick(randomness, weights),
        # The square puts half of the crowd into the first quarter of the time.
        arrives_s=options.arrival_s * randomness.random() ** 2,
        section=randomness.choice(sections) if sections else "",
        seed=randomness.getrandbits(64),
    )


def pick(randomness: Random, weights: dict[ChoiceT, float]) -> ChoiceT:
    """One of the keys, by weight."""
    totals = list(accumulate(weights.values()))
    return randomness.choices(list(weights), cum_weights=totals)[0]


def draw_quirk(randomness: Random, options: CrowdOptions) -> Quirk:
    """What a buyer does with the next hold."""
    return pick(randomness, options.quirks)
