"""How far several sections may be shown together: nobody is told of anything before what that rests on."""

from __future__ import annotations

from collections.abc import Collection

from gateway.live.feed import SectionFeed


def reached_together(feeds: Collection[SectionFeed]) -> dict[int, int]:
    """The newest position of every stream that tells of nothing before what it rests on in the others.

    So a hold over several sections is seen in all of them, from when it begins to when it has ended.
    """
    reached = {feed.stream: feed.seq for feed in feeds}
    resting = [feed for feed in feeds if feed.rests]
    while early := [feed for feed in resting if feed.up_to(reached) < reached[feed.stream]]:
        for feed in early:
            reached[feed.stream] = min(reached[feed.stream], feed.up_to(reached))
    return reached


def are_abreast(feeds: Collection[SectionFeed]) -> bool:
    """Whether all that is known of these sections may be shown together."""
    reached = reached_together(feeds)
    return all(reached[feed.stream] == feed.seq for feed in feeds)
