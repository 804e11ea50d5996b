"""Payments under every order of events: what is true at every time, and that each comes to its end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.payments import events as ev
from engine.payments.invariants import broken
from engine.payments.payment import Payment
from engine.payments.states import TRANSITIONS, WANTS_MONEY, State
from engine.payments.step import Action, next_action, out_of_time, step
from tests.unit.payments.payment_data import CREATED_MS, PAY_BY_MS, payment

EVENTS: list[ev.PaymentEvent] = [
    ev.Opened("pi_1"),
    ev.Working(),
    ev.ActionNeeded("approve"),
    ev.Taken(),
    ev.Declined("card_declined", "No."),
    ev.Voided(),
    ev.Unvoidable(),
    ev.TimeUp(),
    ev.Stuck(),
    ev.Booked(),
    ev.SeatsGone(),
    ev.Released(),
    ev.Retaken("ord_2"),
    ev.NotRetaken(),
    ev.CancelAsked(),
    ev.SeatsReturned(),
    ev.RefundAsked("a", 100),
    ev.RefundAsked("b", 8_800),
    ev.SeatsBackAsked("c", ("A-1",)),
    ev.SeatsBackAsked("d", ("A-2",)),
    ev.SeatsBack(0),
    ev.SeatsKept(),
    ev.Refunded(0),
    ev.Refunded(1),
]
STEPS_TO_THE_END_MAX = 40


@given(st.data(), st.integers(0, 25), st.sampled_from([0, 8_900]))
def test_nothing_is_ever_broken(data: st.DataObject, events: int, amount: int) -> None:
    """Whatever comes, how often and in which order, every invariant holds after each event."""
    now, at_ms = payment(amount), CREATED_MS
    for _ in range(events):
        at_ms += 7_000
        # Half of them fit, or most lists would not get far.
        fitting = [event for event in EVENTS if type(event) in TRANSITIONS[now.state]]
        event = data.draw(st.sampled_from(fitting or EVENTS) | st.sampled_from(EVENTS))
        if isinstance(event, ev.SeatsBack):
            event = ev.SeatsBack(data.draw(st.integers(0, now.price)))
        after = step(now, event, at_ms)
        if after is not None:
            assert now.version + 1 == after.version
            assert [] == list(broken(after)), (now.state, event)
            now = after


class World:
    """A provider and a section that remember: whatever is asked twice is done once."""

    def __init__(self, takes: bool, voids: bool, seats: str) -> None:
        self.takes, self.voids, self.seats = takes, voids, seats
        self.captures = 0
        self.back = 0
        self.sold: set[str] = set()

    def act(self, payment: Payment) -> ev.PaymentEvent:  # noqa: C901, PLR0911 - one case an action
        match next_action(payment):
            case Action.OPEN:
                return ev.Opened("pi_1")
            case Action.CONFIRM | Action.LOOK:
                return self._take() if self.takes else ev.Working()
            case Action.VOID:
                if self.captures:
                    return ev.Taken()
                return ev.Voided() if self.voids else self._take()
            case Action.BOOK:
                if self.seats == "there":
                    self.sold.add(payment.id)
                return ev.Booked() if self.seats == "there" else ev.SeatsGone()
            case Action.RETAKE:
                if self.seats == "again":
                    self.sold.add("ord_2")
                return ev.Retaken("ord_2") if self.seats == "again" else ev.NotRetaken()
            case Action.UNPIN:
                self.seats = "gone" if self.seats == "there" else self.seats
                return ev.Released()
            case Action.RETURN:
                self.sold.clear()
                return ev.SeatsReturned()
            case _:
                number = payment.pending_refund
                assert number is not None
                self.back += payment.refunds[number].amount
                return ev.Refunded(number)

    def _take(self) -> ev.PaymentEvent:
        self.captures = 1
        return ev.Taken()


@given(
    takes=st.booleans(),
    voids=st.booleans(),
    seats=st.sampled_from(["there", "again", "gone"]),
    noise=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(EVENTS[7:9] + EVENTS[14:18:2])), max_size=4),
    repeats=st.integers(1, 3),
)
def test_every_payment_comes_to_its_end(
    takes: bool, voids: bool, seats: str, noise: list[tuple[int, ev.PaymentEvent]], repeats: int
) -> None:
    """People and clocks cut in, answers come again: it ends with seats and money, or with neither."""
    world, now, at_ms = World(takes, voids, seats), payment(), CREATED_MS
    for turn in range(STEPS_TO_THE_END_MAX):
        for at, event in noise:
            # A refund of all is asked as a cancellation; a section answers what it was asked alone.
            now = (step(now, event, at_ms) or now) if at == turn else now
        if next_action(now) is Action.REST:
            break
        answer = ev.TimeUp() if out_of_time(now, at_ms) else world.act(now)
        for _ in range(repeats):
            now = step(now, answer, at_ms) or now
        assert [] == list(broken(now))
        at_ms = max(at_ms + 1, now.due_ms or 0)
    assert now.state in (State.BOOKED, State.RELEASED, State.REFUNDED)
    assert (now.state is State.BOOKED) == bool(world.sold)
    assert now.captured - now.refunded == now.amount * world.captures - world.back
    assert (now.state is State.BOOKED) == (now.captured > now.refunded)


def test_waiting_ends_before_the_order_does() -> None:
    """In every state that wants money, time up leads out of it, and that time is before the pay-by time."""
    for state in WANTS_MONEY:
        waiting = replace(payment(), state=state, intent="pi_1")
        assert waiting.give_up_ms < PAY_BY_MS
        assert out_of_time(waiting, waiting.give_up_ms)
        after = step(waiting, ev.TimeUp(), waiting.give_up_ms)
        assert after is not None
        assert after.state not in WANTS_MONEY


def test_every_state_can_be_reached() -> None:
    """No state is only written down, and every state has its line."""
    reached = {State.OPENING}.union(*(line.values() for line in TRANSITIONS.values()))
    assert set(State) == reached == set(TRANSITIONS)


def test_a_refund_counts_once() -> None:
    """The same key, more than there is, nothing, and the last of the money change nothing."""
    booked = replace(payment(), state=State.BOOKED, intent="pi_1", captured=8_900)
    part = step(booked, ev.RefundAsked("a", 100), CREATED_MS)
    assert part is not None
    for amount, key in ((100, "a"), (8_800, "b"), (9_000, "c"), (0, "d"), (-1, "e")):
        assert step(part, ev.RefundAsked(key, amount), CREATED_MS) is None
    done = step(part, ev.Refunded(0), CREATED_MS)
    assert done is not None
    assert (100, None) == (done.refunded, done.due_ms)
    assert step(done, ev.Refunded(0), CREATED_MS) is None


def test_a_cancelled_booking_gives_its_seats_back_before_its_money() -> None:
    """Also while a refund is under way: the section is asked first, and only then the rest goes back."""
    booked = replace(payment(), state=State.BOOKED, intent="pi_1", captured=8_900)
    goodwill = step(booked, ev.RefundAsked("a", 100), CREATED_MS)
    assert goodwill is not None
    for standing in (booked, goodwill):
        cancelled = step(standing, ev.CancelAsked("c"), CREATED_MS)
        assert cancelled is not None
        assert (State.RETURNING, Action.RETURN) == (cancelled.state, next_action(cancelled))
        assert standing.refunds == cancelled.refunds
        returned = step(cancelled, ev.SeatsReturned(), CREATED_MS)
        assert returned is not None
        assert (State.REFUNDING, Action.REFUND, 0) == (
            returned.state,
            next_action(returned),
            returned.refundable,
        )


def test_seats_that_go_back_take_their_price_along() -> None:
    """What went back before counts, a repeat changes nothing, and free seats move no money."""
    booked = replace(payment(), state=State.BOOKED, intent="pi_1", captured=8_900)
    goodwill = step(booked, ev.RefundAsked("a", 1_000), CREATED_MS)
    assert goodwill is not None
    asked = step(goodwill, ev.SeatsBackAsked("b", ("A-1",)), CREATED_MS)
    assert asked is not None
    assert step(goodwill, ev.SeatsBackAsked("a", ("A-1",)), CREATED_MS) is None
    back = step(asked, ev.SeatsBack(4_000), CREATED_MS)
    assert back is not None
    assert (4_900, 4_000, 3_900) == (back.reduced, back.refundable, back.refunds[-1].amount)
    again = step(back, ev.SeatsBackAsked("c", ("A-2",)), CREATED_MS)
    assert again is not None
    kept = step(again, ev.SeatsKept(), CREATED_MS)
    assert kept is not None
    assert (State.BOOKED, (), 2) == (kept.state, kept.returning, len(kept.refunds))
    free = step(again, ev.SeatsBack(4_000), CREATED_MS)
    assert free is not None
    assert (0, True) == (free.refunds[-1].amount, free.refunds[-1].done)


def test_a_timeout_does_not_hide_why_a_card_was_refused() -> None:
    """The first reason stays; without one, time is the reason."""
    waiting = replace(payment(), state=State.AWAITING, intent="pi_1")
    late = step(waiting, ev.TimeUp(), CREATED_MS)
    assert late is not None
    assert "timed_out" == late.failure
