"""What is left of an event by category, as a gateway adds it up from the sections that it follows."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from actors.wire import Changes
from engine.plan import Category
from gateway.live.feed import SectionFeed
from gateway.sections.directory import EventMap
from gateway.waiting.stock import CATEGORIES_MAX, LOOK_EVERY_S, Stock
from tests.unit.gateway.desks import SETTINGS
from tests.unit.gateway.houses import INFO, PLAN, house
from tests.unit.gateway.test_feed import packed

Told = list[tuple[str, str, int]]


def feeds_of(event: EventMap) -> list[SectionFeed]:
    """One of each section, which have heard nothing yet."""
    return [
        SectionFeed(event.id, each.name, each.stream, event.layout(each.name), SETTINGS)
        for each in event.info.sections
    ]


def hear(feed: SectionFeed, *statuses: int, areas: tuple[tuple[int, int], ...] = ()) -> None:
    """The whole status of a section, one record later."""
    feed.apply(Changes(feed.stream, "h", -1, feed.seq + 2, (), areas, (0, 0, 0), packed(*statuses)))


def all_free(event: EventMap, feeds: list[SectionFeed]) -> None:
    """Every section is known, and nothing in it is taken."""
    for feed in feeds:
        hear(feed, *([0] * event.outline(feed.section).seat_count))


def told(stock: Stock) -> Told:
    """What is left, as plain values."""
    return [(each.category, each.label, each.free) for each in stock.left or ()]


def turned() -> Callable[[], float]:
    """A time that goes on far enough for another look whenever it is asked for."""
    now_s = iter(LOOK_EVERY_S * turn for turn in range(100))
    return lambda: next(now_s)


def test_nothing_is_said_before_every_section_is_known() -> None:
    """Half of a house is no answer; then seats, tables that sell only whole and areas count together."""
    event, now_s = house(), turned()
    far, near, middle = feeds = feeds_of(event)
    stock = Stock(event, feeds)
    hear(far, 0, 0, 1, 2)
    hear(near, 0, 0, 0, 0, areas=((0, 40),))
    assert not stock.look(now_s())
    assert (None, 0) == (stock.left, stock.version)
    hear(middle, 0, 0, 0, 3, 0, 1)
    assert stock.look(now_s())
    assert [("gold", "Gold", 6), ("silver", "Silver", 43)] == told(stock)
    assert 1 == stock.version


def test_what_has_not_changed_is_not_told_again() -> None:
    """What was held goes on to be sold: as many are free as before."""
    event, now_s = house(), turned()
    far, near, middle = feeds = feeds_of(event)
    stock = Stock(event, feeds)
    hear(far, 1, 1, 1, 1)
    hear(near, 1, 1, 1, 1, areas=((0, 0),))
    hear(middle, 1, 1, 1, 1, 1, 1)
    assert stock.look(now_s())
    assert [("gold", "Gold", 0), ("silver", "Silver", 0)] == told(stock)
    hear(far, 2, 2, 2, 2)
    assert not stock.look(now_s())
    hear(far, 2, 2, 0, 2)
    assert stock.look(now_s())
    assert ([("gold", "Gold", 1), ("silver", "Silver", 0)], 2) == (told(stock), stock.version)


def test_a_look_is_made_now_and_then() -> None:
    """However often it is asked for."""
    event = house()
    feeds = feeds_of(event)
    stock = Stock(event, feeds)
    all_free(event, feeds)
    assert [True, False, False] == [stock.look(at_s) for at_s in (0.0, 1.0, LOOK_EVERY_S - 0.1)]
    hear(feeds[0], 1, 0, 0, 0)
    assert [False, True] == [stock.look(at_s) for at_s in (LOOK_EVERY_S - 0.1, LOOK_EVERY_S)]


def test_very_many_categories_are_not_told() -> None:
    """Everybody who waits would be sent them again and again."""
    more = tuple(Category(f"more-{number}", f"More {number}") for number in range(CATEGORIES_MAX))
    event = EventMap(INFO, replace(PLAN, categories=(*PLAN.categories, *more)))
    feeds = feeds_of(event)
    all_free(event, feeds)
    stock = Stock(event, feeds)
    assert not stock.look(0.0)
    assert stock.left is None
