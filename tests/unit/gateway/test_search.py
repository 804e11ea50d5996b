"""A best-available search over several sections, alone and against its own retries."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from actors import answers
from actors.answers import accepted, explained, refused
from actors.wire import Answer, Explanation
from engine.commands import CloseKey, Entry, HoldBest, HoldSeats, ReleaseHold, Request
from engine.decide import decide
from engine.decisions import Accepted, Rejected, Replayed
from engine.events import HoldPlaced, Record, Refused, SectionCreated
from engine.evolve import evolve
from engine.ids import id_body
from engine.layout import SectionLayout
from engine.plan import Category, Plan, Row, Seat, Section
from engine.state import SectionState
from engine.terms import Terms
from engine.views import render
from gateway.sections.commands import Routed
from gateway.sections.dispatch import Dispatcher
from gateway.sections.search import Hints

NONE = explained("best_available_not_found", "Nothing fits.")
FULL = explained("sold_out", "Nothing is left.")
TAKEN = accepted(Explanation("yes"), 5)
LIMIT = explained("limit_exceeded", "Too many.")
ENDED = explained("best_available_not_found", "ended")
AGAIN = msgspec.structs.replace(NONE, replayed=True)
ANEW = explained("best_available_not_found", "anew")
REQUEST = Request("usr_ann", HoldBest(2), "key", b"12345678")


class Asked:
    """Sections that keep what they are asked until the test answers, the oldest first."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, Request, int]] = []
        self._waiting: list[Callable[[Answer], None]] = []

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        self.calls.append((stream, request, deadline_ms))
        self._waiting.append(on_answer)

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        raise AssertionError("a search never waits")

    def answer(self, answer: Answer) -> None:
        """Answer the request that has waited longest."""
        self._waiting.pop(0)(answer)


@pytest.mark.parametrize(
    ("given_answers", "asked", "outcome"),
    [
        ([TAKEN], [1], TAKEN),
        ([LIMIT], [1], LIMIT),
        ([NONE, TAKEN], [1, 2], TAKEN),
        ([NONE, FULL, TAKEN], [1, 2, 3], TAKEN),
        ([NONE, NONE, NONE, ENDED], [1, 2, 3, 1], NONE),
        ([NONE, answers.RECOVERING], [1, 2], answers.RECOVERING),
        ([AGAIN, AGAIN, TAKEN], [1, 2, 3], TAKEN),
        ([AGAIN, LIMIT, TAKEN], [1, 2, 3], TAKEN),
        ([AGAIN, AGAIN, LIMIT], [1, 2, 3], LIMIT),
        ([AGAIN, AGAIN, AGAIN, ENDED], [1, 2, 3, 1], AGAIN),
        ([AGAIN, AGAIN, AGAIN, ANEW, TAKEN], [1, 2, 3, 1, 1], TAKEN),
        ([NONE, AGAIN, TAKEN], [1, 2, 3], TAKEN),
        ([NONE, NONE, NONE, ANEW, TAKEN], [1, 2, 3, 1, 1], TAKEN),
    ],
)
def test_a_search_goes_where_its_trail_leads(
    given_answers: list[Answer], asked: list[int], outcome: Answer
) -> None:
    """Answers one by one, the sections that are asked, and what comes out once."""
    sections, outcomes = Asked(), list[Answer]()
    Dispatcher(sections).submit(Routed((1, 2, 3), REQUEST), 1_000, outcomes.append)
    for answer in given_answers:
        assert [] == outcomes
        sections.answer(answer)
    assert [outcome] == outcomes
    assert asked == [stream for stream, _, _ in sections.calls]


def test_only_the_first_section_remembers_a_refusal() -> None:
    """The first is told that there are others, the others are asked tentatively, all under one key."""
    sections, outcomes = Asked(), list[Answer]()
    Dispatcher(sections).submit(Routed((1, 2), REQUEST), 1_000, outcomes.append)
    sections.answer(NONE)
    first, second = (request for _, request, _ in sections.calls)
    assert replace(REQUEST, command=HoldBest(2, walking=True)) == first
    assert (HoldBest(2, tentative=True), "key") == (second.command, second.idem)


def test_a_section_that_just_had_nothing_is_not_asked_again_for_a_moment() -> None:
    """Within the hint's time the same wish passes it by; afterwards it is asked again."""
    now_s = [100.0]
    sections, outcomes = Asked(), list[Answer]()
    dispatcher = Dispatcher(sections, lambda: now_s[0])
    for answer in (NONE, NONE, ENDED):
        if not sections.calls:
            dispatcher.submit(Routed((1, 2), REQUEST), 1_000, outcomes.append)
        sections.answer(answer)
    dispatcher.submit(Routed((1, 2), REQUEST), 1_000, outcomes.append)
    sections.answer(NONE)
    assert [1, 2, 1, 1, 1] == [stream for stream, _, _ in sections.calls]
    assert CloseKey("ended", final=True) == sections.calls[-1][1].command
    sections.answer(ENDED)
    now_s[0] += 0.2
    dispatcher.submit(Routed((1, 2), REQUEST), 1_000, outcomes.append)
    sections.answer(NONE)
    assert 2 == sections.calls[-1][0]


def test_one_deadline_bounds_the_walk() -> None:
    """Each section gets what is left of the deadline; when nothing is left the search ends."""
    now_s = [100.0]
    sections, outcomes = Asked(), list[Answer]()
    Dispatcher(sections, lambda: now_s[0]).submit(Routed((1, 2, 3), REQUEST), 1_000, outcomes.append)
    now_s[0] = 100.75
    sections.answer(NONE)
    assert [1_000, 250] == [deadline_ms for _, _, deadline_ms in sections.calls]
    now_s[0] = 101.0
    sections.answer(NONE)
    assert ["deadline_exceeded"] == [outcome.code for outcome in outcomes]
    assert 2 == len(sections.calls)


STREAMS = (1, 2, 3)


class Houses:
    """Three real sections of two seats each; what they are asked waits until it is delivered."""

    def __init__(self) -> None:
        self.states = {stream: _sold_out(stream) for stream in STREAMS}
        self.mail: list[tuple[int, Request, Callable[[Answer], None]]] = []
        self.placed: list[str] = []
        self._fresh = 100

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        self.mail.append((stream, request, on_answer))

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        raise AssertionError("a search never waits")

    def deliver(self, number: int, *, reply_lost: bool = False) -> None:
        """Let one of the waiting requests arrive; a lost reply makes the router send it again."""
        stream, request, on_answer = self.mail.pop(number % len(self.mail))
        answer = self.judge(stream, request)
        if reply_lost:
            self.mail.append((stream, request, on_answer))
        else:
            on_answer(answer)

    def judge(self, stream: int, request: Request) -> Answer:
        """What the section answers."""
        state = self.states[stream]
        self._fresh += 1
        decision = decide(state, Entry(1_000, id_body(1_000, self._fresh, stream), request))
        match decision:
            case Accepted(record):
                evolve(state, record)
                if isinstance(record.event, HoldPlaced) and record.principal == "usr_ann":
                    self.placed.append(record.event.hold)
                view = render(state.layout, state.terms, record.event, state.seq, "h")
                return accepted(view, state.seq)
            case Rejected(record, refusal):
                if record is not None:
                    evolve(state, record)
                return refused(refusal, state.seq)
            case Replayed(outcome):
                if isinstance(outcome.event, Refused):
                    return refused(outcome.event.refusal, outcome.seq, replayed=True)
                view = render(state.layout, state.terms, outcome.event, outcome.seq, "h")
                return accepted(view, outcome.seq, replayed=True)
        raise AssertionError(decision)

    def release(self, stream: int) -> None:
        """Somebody gives two seats back."""
        for hold in list(self.states[stream].holds.values()):
            if hold.owner == "usr_bob":
                self.judge(stream, Request("usr_bob", ReleaseHold(hold.id)))


def _sold_out(stream: int) -> SectionState:
    seats = tuple(Seat(str(number), float(number), 0.0, "std") for number in (1, 2))
    plan = Plan("House", (Category("std", "Standard"),), (Section(f"S{stream}", (Row("A", seats),)),))
    state = SectionState(SectionLayout(plan, f"S{stream}"))
    evolve(
        state, Record(1, "system", SectionCreated("evt_1", f"S{stream}", "pln_1", "d", Terms(sale="open")))
    )
    labels = tuple(f"S{stream}-A-{number}" for number in (1, 2))
    entry = Entry(1, id_body(1, stream, stream), Request("usr_bob", HoldSeats(labels), "bob"))
    decision = decide(state, entry)
    assert isinstance(decision, Accepted)
    evolve(state, decision.record)
    return state


steps = st.lists(
    st.one_of(
        st.tuples(st.just("retry"), st.just(0)),
        st.tuples(st.just("release"), st.sampled_from(STREAMS)),
        st.tuples(st.sampled_from(["deliver", "deliver", "deliver", "lose"]), st.integers(0, 20)),
    ),
    max_size=40,
)


@settings(max_examples=400)
@given(steps)
def test_a_key_gets_seats_at_most_once_however_its_retries_interleave(script: list[tuple[str, int]]) -> None:
    """Retries on other gateways, seats that come free, lost replies: one hold, and all are told the same."""
    houses, outcomes = Houses(), list[Answer]()

    def search() -> None:
        # A dispatcher of its own: retries come to other gateways, which share no hints.
        Dispatcher(houses, lambda: 0.0).submit(Routed(STREAMS, REQUEST), 1_000, outcomes.append)

    search()
    searches = 1
    for action, number in script:
        if action == "retry":
            search()
            searches += 1
        elif action == "release":
            houses.release(number)
        elif houses.mail:
            houses.deliver(number, reply_lost=action == "lose")
    while houses.mail:
        houses.deliver(0)
    assert searches == len(outcomes)
    assert len(houses.placed) <= 1
    holds = {msgspec.msgpack.decode(answer.body)["hold"] for answer in outcomes if answer.code is None}
    assert holds <= set(houses.placed)
    told_no = [answer for answer in outcomes if answer.code == "best_available_not_found"]
    assert not (told_no and houses.placed), "somebody was told no for good, and got seats"


def test_hints_do_not_keep_what_clients_wrote() -> None:
    """A hint for a wish of any length is as small as any other."""
    hints = Hints()
    wish = HoldBest(2, tuple(f"{number:0200}" for number in range(1_000)))
    hints.nothing(11, wish, 0.0)
    assert not hints.worth_asking(11, wish, 0.05)
    assert hints.worth_asking(11, HoldBest(2), 0.05)
    assert 500 > len(pickle.dumps(vars(hints)))
