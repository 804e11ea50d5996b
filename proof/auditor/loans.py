"""What each person has, and what is lent to holds of other sections: a part of the books."""

from __future__ import annotations

from typing import Final

from proof.auditor.floor import Floor
from proof.auditor.house import House
from proof.auditor.possessions import Loan
from proof.auditor.records import Entry, Lends, Settled


class Loans(Floor):
    """By gathering: `loans` and who has what came of it (`gathered`, also when that is over)."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.holds_of: Final[dict[str, int]] = {}
        self.size_of_owner: Final[dict[str, int]] = {}
        self.loans: Final[dict[str, Loan]] = {}
        self.ended_loans: Final[set[str]] = set()
        self.gathered: Final[dict[str, str]] = {}

    def _lend(self, entry: Entry, what: Lends | Settled) -> None:
        if isinstance(what, Settled):
            self._settle(what)
            return
        loan = Loan(what.gathering, entry.principal, what.home, what.seats, what.places)
        self.loans[loan.gathering] = loan
        self._count(loan.owner, 0, loan.size)
        self._give(loan.seats, loan.places, loan.gathering)

    def _settle(self, settled: Settled) -> None:
        loan = self.loans[settled.gathering]
        had = loan.size
        self._take_back(loan.seats, loan.places, self.area_sold if loan.sold else self.area_held)
        loan.seats, loan.places, loan.sold = settled.seats, settled.places, settled.sold
        self._count(loan.owner, 0, loan.size - had)
        if not loan.size:
            del self.loans[loan.gathering]
            self.ended_loans.add(loan.gathering)
            return
        for each in loan.seats:
            self.owners[each.seat] = loan.gathering
            self.sold[each.seat] = int(loan.sold)
            self._show(each.seat)
        counted = self.area_sold if loan.sold else self.area_held
        for place in loan.places:
            counted[place.area] += place.qty

    def _count(self, owner: str, holds: int, size: int) -> None:
        self.holds_of[owner] = self.holds_of.get(owner, 0) + holds
        self.size_of_owner[owner] = self.size_of_owner.get(owner, 0) + size
