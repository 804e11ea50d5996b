"""What journals of several sections say of each other: clean where they agree, and told where they do not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.events import AnyEvent, HoldsExpired, Part, PartItem, PartSettled, PartTaken, Record
from engine.waitlist.events import EntryEnded, EntryJoined, EntryListed, EntryMoved, OfferClaimed
from engine.waitlist.standing import Standing
from proof.auditor import Auditor, Rule
from proof.auditor.across import Across
from tests.unit.proof.test_auditor import A1, HELD, LATER_MS, SOURCE, UNTIL_MS, at, told
from tests.unit.proof.test_waitlist_auditor import CONFIRMED, NONE, PROPOSED, cheaper
from tests.unit.proof.wishes import STAFF

HOME, OTHER, THIRD = 7, 8, 9
Events = tuple[AnyEvent | Record, ...]


def found(streams: dict[str, Events], *, at_rest: bool = True) -> list[str]:
    """What is wrong between the sections `home`, `other` and `third`, each of which is sound by itself."""
    across = Across()
    for stream, name in ((OTHER, "other"), (THIRD, "third"), (HOME, "home")):
        auditor = Auditor(SOURCE, {STAFF})
        for row in told(*streams.get(name, ())):
            entry = auditor.take(row)
            assert entry is not None, auditor.breaches
            across.take(stream, name, auditor.ledger, entry)
    return [breach.rule for breach in across.breaches(at_rest=at_rest)]


# -- holds over sections --------------------------------------------------------------------


def share(stream: int, gathering: str = "gth_1") -> Part:
    """What a section lends by its second record."""
    return Part(gathering, stream, "S", 2, (PartItem("S-A-1", "gold", "standard", 1000),))


LENT = PartTaken("gth_1", HOME, (A1,), ())
HOLD = replace(HELD, seats=(), places=(), parts=(share(OTHER), share(THIRD)))
GONE = at(UNTIL_MS, HoldsExpired(("hld_1",)), "system")
BACK = at(UNTIL_MS, PartSettled("gth_1", (), (), False, HOME, 3), "usr_ann")


def test_a_whole_hold_is_clean_while_it_lives_and_after_it() -> None:
    """All that was lent is in it from its first record on, and goes back when it has ended."""
    assert [] == found({"home": (HOLD,), "other": (LENT,), "third": (LENT,)})
    assert [] == found({"home": (HOLD, GONE), "other": (LENT, BACK), "third": (LENT, BACK)})


@pytest.mark.parametrize(
    "streams",
    [
        {"home": (replace(HOLD, parts=(share(OTHER),)),), "other": (LENT,), "third": (LENT,)},
        {"home": (HOLD,), "other": (LENT,)},
        {"home": (HOLD, GONE), "other": (LENT, BACK), "third": (LENT,)},
        {"home": (), "other": (LENT,)},
        {
            "home": (HOLD,),
            "other": (LENT, PartSettled("gth_1", (), (), False, HOME, 0)),
            "third": (LENT,),
        },
        {
            "home": (HOLD,),
            "other": (LENT, PartSettled("gth_1", (A1,), (), True, HOME, 2)),
            "third": (LENT,),
        },
    ],
    ids=["half of it", "never lent", "kept by a dead one", "no hold", "let go before it", "sold before it"],
)
def test_half_of_a_hold_is_told(streams: dict[str, Events]) -> None:
    """Whichever half it is."""
    assert Rule.SHARED.value in found(streams)


# -- those who wait -------------------------------------------------------------------------

JOINED = EntryJoined("wtl_1", NONE, 1 << 32, 0, (HOME, OTHER, THIRD), True, LATER_MS)
COPY = at(LATER_MS, EntryListed("wtl_1", "usr_ann", LATER_MS, NONE, 1 << 32), "system")
CLAIMED = at(LATER_MS, OfferClaimed("wtl_1", OTHER, "hld_9"), "system")
OFFERED = (COPY, cheaper(PROPOSED), CONFIRMED)
WITHDRAWN = at(LATER_MS, EntryEnded("wtl_1", Standing.WITHDRAWN), "system")
LEFT = EntryEnded("wtl_1", Standing.LEFT)
MOVED = at(LATER_MS, EntryMoved("wtl_1", 5, 0, "came in a wheelchair"), STAFF)


def test_sections_that_agree_are_clean() -> None:
    """About who waits, whose offer it is, and who waits no more."""
    assert [] == found({"home": (JOINED,), "other": (COPY,), "third": (COPY,)})
    assert [] == found({"home": (JOINED, CLAIMED), "other": OFFERED, "third": (COPY, WITHDRAWN)})
    assert [] == found({"home": (JOINED, LEFT), "other": (COPY, WITHDRAWN), "third": (COPY, WITHDRAWN)})


@pytest.mark.parametrize(
    "streams",
    [
        {"home": (JOINED,), "other": (COPY,)},
        {"home": (JOINED, MOVED), "other": (COPY,), "third": (COPY,)},
        {"home": (JOINED,), "other": (COPY, cheaper(PROPOSED)), "third": (COPY,)},
        {"home": (JOINED,), "other": OFFERED, "third": (COPY,)},
        {"home": (JOINED, CLAIMED), "other": OFFERED, "third": (COPY, cheaper(PROPOSED), CONFIRMED)},
        {"home": (JOINED, CLAIMED), "other": OFFERED, "third": (COPY,)},
        {"home": (JOINED, CLAIMED), "other": (COPY, WITHDRAWN), "third": (COPY, WITHDRAWN)},
        {"home": (JOINED, LEFT), "other": (COPY,), "third": (COPY, WITHDRAWN)},
        {"home": (), "other": (COPY,)},
    ],
    ids=[
        "not listed",
        "not moved",
        "not claimed",
        "offered unclaimed",
        "two offers",
        "waits with an offer",
        "claimed and over",
        "gone and waits on",
        "unknown",
    ],
)
def test_sections_that_disagree_are_told(streams: dict[str, Events]) -> None:
    """Once nothing is under way; in the midst of it each of these may be on its way."""
    assert Rule.AGREED.value in found(streams)
    assert [] == found(streams, at_rest=False)
