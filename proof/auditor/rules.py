"""What an audit looks at, by number, and how it says that something is wrong."""

from __future__ import annotations

from proof.rules import NumberedRule


class Rule(NumberedRule):
    """A rule of the journal."""

    READABLE = "A1", "every record can be read, and names seats, areas and categories that the plan has"
    NUMBERED = "A2", "records are numbered from 1 without a gap"
    EPOCHS = "A3", "epochs never go back"
    TIME = "A4", "time never goes back"
    OPENED = "A5", "the first record, and only the first, opens the section: this one, on this plan"
    KEYS = "A6", "a key has one outcome as long as it is remembered"
    ONE_OWNER = "A7", "a seat is given only while it is free, and to one owner"
    CAPACITY = "A8", "an area never gives more places than it has"
    ON_SALE = "A9", "what is blocked, not for sale or a part of a whole table is not given"
    LIVE = "A10", "only a hold that lives, and is not pinned, changes, ends by its owner, or is pinned"
    DUE = "A11", "a hold ends when its time has come: not before, and before anything else happens"
    DEADLINES = "A12", "deadlines and renewals are those of the terms"
    PRICES = "A13", "what is given costs what the terms say then, and what is kept what it cost"
    ORDERS = (
        "A14",
        "what is booked is what a live hold has, at what it costs; what is cancelled was booked",
    )
    BLOCKS = "A15", "only free seats are blocked, and only blocked ones unblocked"
    LIMITS = "A16", "buyers stay within the limits of the sale, and buy while it is open"
    OWNERS = "A17", "nobody but its owner, or staff, does anything to a hold or an order"
    OFFERED = "A18", "an offer is a hold, for all of its party, of what they wait for, until it is answered"
    FAIR = (
        "A19",
        "what is set free goes, in that record, to the first in line whom it seats; none of them waits on",
    )
    ONE_OFFER = "A20", "a person has one entry and an entry one offer, which its register knows of"
    REORDERED = "A21", "who comes later stands behind; only staff move anybody, and say why"

    LENT = "A22", "what is lent only gets less and is sold once, and a gathering is for one hold"
    SHARED = (
        "A23",
        "what a hold has elsewhere was lent to it, and what becomes of that follows from the hold",
    )
    AGREED = (
        "A24",
        "an entry waits where its register says, and what others offer it was claimed for it there",
    )
