"""What a record rests on: what was lent to it, or what was decided elsewhere."""

from __future__ import annotations

import pytest

from actors.feed import Change, Feed
from engine.causes import Causes, rests_on
from engine.events import AnyEvent, HoldChanged, HoldPlaced, HoldReleased, Part, PartItem, PartSettled

PARTS = tuple(
    Part("gth_1", stream, "S", seq, (PartItem("S-A-1", "std", "standard", 1),))
    for stream, seq in ((2, 7), (3, 9))
)


@pytest.mark.parametrize(
    ("event", "causes"),
    [
        (HoldPlaced("hld_1", (), (), 1, 1, PARTS), ((2, 7), (3, 9))),
        (HoldChanged("hld_1", (), (), 1, 1, PARTS[:1]), ((2, 7),)),
        (PartSettled("gth_1", (), (), False, 4, 11), ((4, 11),)),
        (HoldPlaced("hld_1", (), (), 1, 1), ()),
        (HoldReleased("hld_1", 1), ()),
    ],
)
def test_what_a_record_rests_on(event: AnyEvent, causes: Causes) -> None:
    """Records of others, by stream and number."""
    assert causes == rests_on(event)


def test_a_feed_tells_the_newest_of_what_its_changes_rest_on() -> None:
    """For each stream, of the changes that are told and of no others."""
    feed = Feed(1, "h", 100)
    feed.reset(0, bytes(4), (), (4, 0, 0))
    feed.publish([Change(rests_on=((2, 7),)), Change(rests_on=((2, 5), (3, 1))), Change()], (4, 0, 0))
    told = [dict(feed.since(after).rests_on) for after in range(4)]
    assert [{2: 7, 3: 1}, {2: 5, 3: 1}, {}, {}] == told
