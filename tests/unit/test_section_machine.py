"""A section against a model of plain dictionaries, under whatever Hypothesis thinks of."""

from __future__ import annotations

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.commands import (
    AnyCommand,
    BookHold,
    BookOrder,
    CancelOrder,
    ExpireHolds,
    ExtendHold,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReduceOrder,
    ReleaseHold,
    SetSale,
    SwapHold,
    UnpinHold,
)
from engine.decisions import Accepted, Decision, Replayed
from engine.events import (
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
)
from engine.state import FREE, HELD, SOLD, due_holds, next_deadline
from engine.views import counts
from tests.unit.section_world import World

buyers = st.sampled_from(["ann", "bob", "cat"])
seats = st.integers(0, 20)
some_seats = st.lists(seats, min_size=1, max_size=3, unique=True)


class Section(RuleBasedStateMachine):
    """The model: who holds and owns each seat, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.owner: dict[int, tuple[str, str]] = {}
        self.until: dict[str, int] = {}
        self.pending: dict[str, str] = {}
        self.booked: set[str] = set()
        self.places: dict[str, int] = {}

    def give(self, who: str, command: AnyCommand) -> Decision:
        decision = self.world.ask(who, command)
        if isinstance(decision, Accepted):
            self.learn(decision)
        return decision

    def learn(self, decision: Accepted) -> None:  # noqa: C901, PLR0912 - one case an event
        """Read an event as a stranger would who knows only what each means."""
        event = decision.record.event
        match event:
            case HoldPlaced() | HoldChanged():
                before = {seat for seat, owner in self.owner.items() if owner == ("held", event.hold)}
                after = {item.seat for item in event.seats}
                for seat in before - after:
                    del self.owner[seat]
                for seat in after - before:
                    assert seat not in self.owner
                    self.owner[seat] = ("held", event.hold)
                self.until[event.hold] = event.expires_ms
                self.places[event.hold] = sum(item.qty for item in event.places)
            case HoldReleased(hold=hold):
                self.drop(hold)
            case HoldsExpired(holds=holds):
                for hold in holds:
                    assert self.until[hold] <= self.world.now_ms
                    self.drop(hold)
            case HoldPinned(hold=hold, order=order, pay_by_ms=pay_by_ms):
                assert self.until[hold] > self.world.now_ms
                self.pending[order] = hold
                self.until[hold] = pay_by_ms
            case HoldUnpinned(hold=hold, order=order, expires_ms=expires_ms):
                del self.pending[order]
                self.until[hold] = expires_ms
            case OrderBooked(hold=hold, order=order):
                assert hold == self.pending.pop(order, hold)
                assert hold not in self.pending.values()
                assert self.until.pop(hold) > self.world.now_ms
                self.places[order] = self.places.pop(hold)
                self.owner = {
                    seat: ("sold", order) if owner == ("held", hold) else owner
                    for seat, owner in self.owner.items()
                }
                self.booked.add(order)
            case OrderCancelled(order=order):
                self.booked.remove(order)
                del self.places[order]
                self.owner = {seat: owner for seat, owner in self.owner.items() if owner != ("sold", order)}
            case OrderReduced(order=order, seats=seats, places=places):
                self.places[order] -= sum(place.qty for place in places)
                for item in seats:
                    assert ("sold", order) == self.owner.pop(item.seat)
            case _:
                pass

    def drop(self, hold: str) -> None:
        del self.until[hold]
        del self.places[hold]
        self.pending = {order: each for order, each in self.pending.items() if each != hold}
        self.owner = {seat: owner for seat, owner in self.owner.items() if owner != ("held", hold)}

    def labels(self, chosen: list[int]) -> tuple[str, ...]:
        return tuple(self.world.layout.labels[seat] for seat in chosen)

    def any_of(self, names: list[str], data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(names) or ["hld_unknown"]))

    @rule(who=buyers, chosen=some_seats)
    def hold(self, who: str, chosen: list[int]) -> None:
        taken = any(seat in self.owner for seat in chosen)
        whole = any(self.world.layout.whole_of[seat] is not None for seat in chosen)
        decision = self.give(who, HoldSeats(self.labels(chosen)))
        assert not (isinstance(decision, Accepted) and (taken or whole))

    @rule(who=buyers, qty=st.integers(1, 4), adjacent=st.booleans())
    def best(self, who: str, qty: int, adjacent: bool) -> None:
        self.give(who, HoldBest(qty, adjacent=adjacent))

    @rule(who=buyers, area=st.sampled_from(["Floor", "Pit"]), qty=st.integers(1, 3))
    def stand(self, who: str, area: str, qty: int) -> None:
        self.give(who, HoldPlaces(area, qty))

    @rule(who=buyers, chosen=some_seats, data=st.data())
    def add(self, who: str, chosen: list[int], data: st.DataObject) -> None:
        hold = self.any_of(list(self.until), data)
        until = self.until.get(hold)
        self.give(who, HoldSeats(self.labels(chosen), hold=hold))
        assert until == self.until.get(hold)

    @rule(who=buyers, out=some_seats, into=some_seats, data=st.data())
    def swap(self, who: str, out: list[int], into: list[int], data: st.DataObject) -> None:
        hold = self.any_of(list(self.until), data)
        own = sorted(seat for seat, owner in self.owner.items() if owner == ("held", hold))
        self.give(who, SwapHold(hold, self.labels(own[:1] or out), self.labels(into)))

    @rule(who=buyers, part=st.booleans(), data=st.data())
    def release(self, who: str, part: bool, data: st.DataObject) -> None:
        hold = self.any_of(list(self.until), data)
        own = sorted(seat for seat, owner in self.owner.items() if owner == ("held", hold))
        self.give(who, ReleaseHold(hold, self.labels(own[:1]) if part else None))

    @rule(who=buyers, data=st.data())
    def extend(self, who: str, data: st.DataObject) -> None:
        self.give(who, ExtendHold(self.any_of(list(self.until), data)))

    @rule(who=buyers, data=st.data())
    def pin(self, who: str, data: st.DataObject) -> None:
        self.give(who, PinHold(self.any_of(list(self.until), data)))

    @rule(who=buyers, data=st.data())
    def buy(self, who: str, data: st.DataObject) -> None:
        self.give(who, BookHold(self.any_of(list(self.until), data)))

    @rule(who=buyers, data=st.data(), verb=st.sampled_from([BookOrder, UnpinHold, CancelOrder]))
    def settle(self, who: str, data: st.DataObject, verb: type[BookOrder | UnpinHold | CancelOrder]) -> None:
        self.give(who, verb(self.any_of([*self.pending, *self.booked], data)))

    @rule(data=st.data())
    def reduce(self, data: st.DataObject) -> None:
        order = self.any_of(list(self.booked), data)
        own = sorted(seat for seat, owner in self.owner.items() if owner == ("sold", order))
        self.give("staff", ReduceOrder(order, self.labels(own[:1])))

    @rule(passed_ms=st.sampled_from([1, 1000, 60_000, 600_000]))
    def wait(self, passed_ms: int) -> None:
        self.world.now_ms += passed_ms

    @rule()
    def expire(self) -> None:
        self.give("system", ExpireHolds())
        assert all(until > self.world.now_ms for until in self.until.values())

    @rule(who=buyers, chosen=some_seats, key=st.sampled_from(["k1", "k2"]))
    def under_a_key(self, who: str, chosen: list[int], key: str) -> None:
        command = HoldSeats(self.labels(chosen))
        body = msgspec.msgpack.encode(command)
        decision = self.world.ask(who, command, key, (), body)
        if isinstance(decision, Accepted):
            self.learn(decision)
        again = self.world.ask(who, command, key, (), body)
        if not isinstance(decision, Replayed):
            assert isinstance(again, Replayed) or again == decision

    @rule(sale=st.sampled_from(["open", "open", "paused"]))
    def set_sale(self, sale: str) -> None:
        self.give("staff", SetSale("paused" if sale == "paused" else "open"))

    @invariant()
    def seats_are_as_the_model_says(self) -> None:
        expected = bytearray(
            {"held": HELD, "sold": SOLD}[self.owner[seat][0]] if seat in self.owner else FREE
            for seat in range(21)
        )
        assert expected == self.world.state.status

    @invariant()
    def deadlines_are_as_the_model_says(self) -> None:
        state, now_ms = self.world.state, self.world.now_ms
        assert min(self.until.values(), default=None) == next_deadline(state)
        due = sorted((until, hold) for hold, until in self.until.items() if until <= now_ms)
        assert [hold for _, hold in due] == due_holds(state, now_ms)

    @invariant()
    def nothing_is_lost_or_made(self) -> None:
        free, held, sold = counts(self.world.state)
        assert 21 + 7 == free + held + sold
        in_orders = sum(self.places[order] for order in self.booked)
        assert in_orders + sum(1 for owner in self.owner.values() if owner[0] == "sold") == sold

    def teardown(self) -> None:
        self.world.audit()


TestSection = Section.TestCase
TestSection.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
