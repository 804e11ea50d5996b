"""Whether what sections lend each other may follow what the books of one of them say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from proof.auditor.possessions import Holding
from proof.auditor.records import Changed, Lends, Placed, Settled, Share
from proof.auditor.rules import Rule

if TYPE_CHECKING:
    from proof.auditor.ledger import Ledger

Finding = tuple[Rule, str]


def check_lending(ledger: Ledger, lends: Lends) -> Iterator[Finding]:
    """That nothing is lent to one gathering twice."""
    if lends.gathering in ledger.loans or lends.gathering in ledger.ended_loans:
        yield Rule.LENT, f"{lends.gathering} was lent something before"


def check_settled(ledger: Ledger, settled: Settled) -> Iterator[Finding]:
    """That what is lent only gets less, and is sold for good."""
    loan = ledger.loans.get(settled.gathering)
    if loan is None:
        yield Rule.LENT, f"{settled.gathering} has nothing here"
        return
    if not (set(settled.seats) <= set(loan.seats) and set(settled.places) <= set(loan.places)):
        yield Rule.LENT, f"{settled.gathering} keeps what it did not have"
    if len(set(settled.seats)) < len(settled.seats):
        yield Rule.LENT, f"{settled.gathering} keeps a seat twice"
    if loan.sold and not settled.sold and (settled.seats or settled.places):
        yield Rule.LENT, f"{settled.gathering} was sold, and is only held again"


def check_shares(ledger: Ledger, claim: Placed | Changed, hold: Holding | None) -> Iterator[Finding]:
    """That a gathering is for one hold, once, and what came of it only gets less."""
    had = {(share.gathering, share.stream): share for share in hold.shares} if hold else {}
    known = {share.gathering for share in hold.shares} if hold else set()
    seen: set[tuple[str, int]] = set()
    for share in claim.shares:
        place = share.gathering, share.stream
        if place in seen or not share.items:
            yield Rule.LENT, f"{claim.hold} has {share.gathering} twice, or nothing of it"
        seen.add(place)
        before = had.get(place)
        if before is not None:
            if share.seq != before.seq or not set(share.items) <= set(before.items):
                yield Rule.LENT, f"{claim.hold} keeps what {share.gathering} had not"
        elif share.gathering in known or share.gathering in ledger.gathered:
            yield Rule.LENT, f"{share.gathering} was gathered for {ledger.gathered.get(share.gathering)}"


def check_back(had: tuple[Share, ...], back: tuple[Share, ...], whose: str) -> Iterator[Finding]:
    """That what comes back of a booking elsewhere is a part of what it had."""
    of = {(share.gathering, share.stream, each) for share in had for each in share.items}
    if any((share.gathering, share.stream, each) not in of for share in back for each in share.items):
        yield Rule.LENT, f"{whose} gives back what it did not have elsewhere"
