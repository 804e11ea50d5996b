"""What a seed stands for: the house, the crowd, and which faults may befall it."""

from __future__ import annotations

import msgspec

from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from engine.queue.terms import QueueTerms
from engine.terms import Fee, Limits, Terms
from proof.simulation.ledger import Chance

FEES = (
    (),
    (Fee("Service", amount=150, share=250),),
    (Fee("Handling", amount=300, per="order"), Fee("Tax", share=700, included=True)),
)
"""What some sales add to their prices."""
COMMANDS = 1_000
"""About so many commands are given in one sale."""


class Scenario(msgspec.Struct, frozen=True):
    """One sale. `without` names the faults that do not happen; everything else follows from `seed`."""

    seed: int
    commands: int = COMMANDS
    buyers: int | None = None
    without: tuple[str, ...] = ()

    @property
    def crowd(self) -> int:
        """How many buyers come."""
        return self.buyers if self.buyers is not None else Chance(self.seed, "crowd").between(8, 48)

    def command_line(self) -> str:
        """What plays exactly this sale again."""
        words = ["holdfast simulate --seeds 1 --start", str(self.seed)]
        if self.commands != COMMANDS:
            words.append(f"--commands {self.commands}")
        if self.buyers is not None:
            words.append(f"--buyers {self.buyers}")
        words += [f'--without "{name}"' for name in self.without]
        return " ".join(words)


def draw_plan(chance: Chance) -> Plan:
    """A small house: there is little, so that everybody wants the same."""
    names = ("FRONT", "MIDDLE", "BACK")[: chance.between(1, 3)]
    sections = tuple(_section(chance, name, 30.0 * index) for index, name in enumerate(names))
    categories = (Category("gold", "Gold"), Category("silver", "Silver"), Category("field", "Field"))
    return Plan("Simulated house", categories, sections, Point(30.0, 0.0))


def draw_queue(chance: Chance) -> QueueTerms | None:
    """Half of the sales have a waiting room, with short passes, so that they end and are asked for anew."""
    if chance.happens(0.5):
        return None
    return QueueTerms(
        mode=chance.choice(("fifo", "random", "random", "passthrough")),
        rate_per_minute=chance.choice((600, 6_000, 60_000)),
        active_max=chance.choice((None, None, 6)),
        pass_ttl_ms=chance.choice((3_000, 10_000, 60_000)),
        grace_ms=30_000,
        draw_ms=chance.choice((0, 300)),
    )


def _section(chance: Chance, name: str, depth: float) -> Section:
    rows = tuple(
        Row(
            label,
            tuple(
                Seat(str(number), 10.0 * number, depth + 8.0 * index, chance.choice(("gold", "silver")))
                for number in range(1, chance.between(3, 9))
            ),
        )
        for index, label in enumerate("ABCD"[: chance.between(1, 4)])
    )
    areas = (Area(f"{name}-FLOOR", chance.between(2, 30), "field"),) if chance.happens(0.5) else ()
    tables = (_table(depth),) if chance.happens(0.3) else ()
    return Section(name, rows=rows, areas=areas, tables=tables)


def _table(depth: float) -> Table:
    return Table("T1", (Seat("1", 0.0, depth, "gold"), Seat("2", 4.0, depth, "gold")), "whole")


def draw_terms(chance: Chance) -> Terms:
    """Short holds and low limits, so that they are met."""
    ttl_ms = chance.choice((1_000, 2_500, 6_000, 20_000))
    return Terms(
        prices={
            "gold": {"standard": 8_900, "child": 4_500},
            "silver": {"standard": 5_000},
            "field": {"standard": 3_000},
        },
        limits=Limits(
            seats_per_hold=chance.between(2, 8),
            seats_per_buyer=chance.between(3, 20),
            holds_per_buyer=chance.between(1, 5),
            hold_ttl_ms=ttl_ms,
            renewals=chance.between(0, 3),
            # Where it is less than two times to live, the first renewal of a hold can meet it.
            hold_life_max_ms=ttl_ms * chance.choice((2, 3, 4, 6, 10)) // 2,
            pay_ttl_ms=chance.choice((1_000, 4_000, 15_000)),
            offer_ttl_ms=chance.choice((1_000, 3_000, 8_000)),
        ),
        orphan_rule=chance.choice(("off", "best", "strict")),
        sale="open",
        fees=chance.choice(FEES),
    )
