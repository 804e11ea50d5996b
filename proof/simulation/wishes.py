"""What buyers want: some seats by name, or the best there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proof.simulation.house import House
from proof.simulation.ledger import Chance
from protocol.replies import Item


class Wishes:
    """One buyer's taste, which changes all the time."""

    def __init__(self, chance: Chance, house: House) -> None:
        self._chance = chance
        self._house = house

    def seats(self) -> list[str]:
        """Some neighbours in one section, at times in two; now and then a seat that does not exist."""
        if len(self._house.sections) > 1 and self._chance.happens(self._house.taste.across):
            return [*self._neighbours(), *self._neighbours()]
        return self._neighbours()

    def _neighbours(self) -> list[str]:
        chance = self._chance
        labels = chance.choice(self._house.sections).labels
        if not labels or chance.happens(0.01):
            return ["NOWHERE-A-1"]
        first = chance.between(0, len(labels) - 1)
        return list(labels[first : first + chance.between(1, 3)])

    def spans(self, items: tuple[Item, ...]) -> bool:
        """Whether these are of several sections."""
        return len({item.section for item in items}) > 1

    def dearest(self, held: Mapping[str, tuple[Item, ...]]) -> list[str]:
        """The holds that one cares for: mostly those over several sections, if there are any."""
        across = [hold for hold, items in held.items() if self.spans(items)]
        return across if across and self._chance.happens(0.7) else list(held)

    def best(self) -> dict[str, Any]:
        """So many seats, at times of one category, in one section, or for little money."""
        chance = self._chance
        best: dict[str, Any] = {"qty": chance.between(1, 4), "adjacent": chance.happens(0.8)}
        if chance.happens(0.2):
            best["categories"] = [chance.choice(("gold", "silver"))]
        if chance.happens(0.2):
            best["sections"] = [chance.choice(self._house.sections).name]
        if chance.happens(0.1):
            best["max_price"] = chance.choice(("10.00", "60.00", "100.00"))
        return {"best": best}
