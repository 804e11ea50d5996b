"""What `holdfast demo --full` promises, each promise judged by what was seen and what the books say."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from bench.queued_sale import QueuedSale
from bench.waiting_buyer import METHODS, Diary
from engine.terms import Terms
from engine.views import money
from holdfast.demo_board import Told, differences
from holdfast.offered import Offers
from holdfast.verify import Verdict
from holdfast.verify_draw import PublishedDraw, judge_draw

RATE_WITHIN: Final = 0.05
NEAR_S: Final = 2.0
"""So near to a moment at which sections were slow a wait may grow: that is a slower pace."""
SIGMAS: Final = 5
"""How far a share of payments may be from what was set: chance exceeds it once in a million times."""
ENDS: Final = {
    "card": {"confirmed"},
    "pinned-card": {"confirmed", "cancelled"},
    "pinned-slow-card": {"confirmed", "cancelled"},
    "pinned-second-step": {"confirmed", "cancelled"},
    "pinned-late-card": {"confirmed", "cancelled"},
    "pinned-insufficient-funds": {"payment_declined"},
    "pinned-silent-card": {"cancelled"},
}
"""What may become of an order that is paid in such a way; what takes time may run out of it."""


class Check(msgspec.Struct, frozen=True):
    """One promise: what was measured, and whether it holds."""

    promise: str
    measured: str
    holds: bool


class Evidence(msgspec.Struct, frozen=True):
    """What there is to judge by.

    `let_in` is when (Unix, ms) how many were let in, by the room's journal; `pages` are the
    printed addresses with the status that each was answered with; `told` is what the house is told
    at the end; `left` are processes.
    """

    people: int
    seats: int
    rate_per_minute: int
    terms: Terms
    sale: QueuedSale
    verdict: Verdict
    let_in: tuple[tuple[int, int], ...]
    offers: Offers
    pages: tuple[tuple[str, int], ...]
    told: Told
    left: tuple[str, ...] = ()


def judge(seen: Evidence) -> Iterator[Check]:
    """Every promise."""
    diary, verdict = seen.sale.diary, seen.verdict
    joined = len(diary.tickets)
    yield Check(
        "everybody joined before the opening", f"{joined:,}", joined == diary.joined == seen.people > 0
    )
    yield _draw(seen.sale)
    yield _rate(seen)
    yield _waits(seen.sale)
    yield Check(
        "the house sells out",
        f"{verdict.sold:,} of {seen.seats:,} seats, {verdict.held} held; {diary.given_back} came back "
        f"and were sold again",
        verdict.sold == seen.seats and not verdict.held,
    )
    yield from _sold(seen)
    yield _payments(diary)
    yield _money(seen)
    yield Check("the books are clean", f"{len(verdict.breaches)} breaches", verdict.clean)
    apart = differences(seen.told, verdict)
    yield Check("board and analytics say what the books say", "; ".join(apart) or "the same", not apart)
    yield Check("nobody met an error", f"{len(diary.failures)}", not diary.failures)
    yield _waitlist(seen)
    yield _offers(seen)
    served = sum(status == 200 for _, status in seen.pages)
    yield Check(
        "the printed pages are there", f"{served} of {len(seen.pages)}", served == len(seen.pages) > 0
    )
    yield Check("no process is left", ", ".join(seen.left) or "none", not seen.left)


def _draw(sale: QueuedSale) -> Check:
    draw = msgspec.convert(sale.draw, PublishedDraw)
    judged = judge_draw(draw)
    mine = {ticket for ticket, _ in draw.tickets} == set(sale.diary.tickets)
    bound = draw.seed_hash == sale.seed_hash
    words = f"{judged.positions:,} positions made again, seed hash {sale.seed_hash[:16]}… told before"
    return Check("the draw is what was published", words, bound and mine and not judged.breaches)


def _rate(seen: Evidence) -> Check:
    """As long as there are seats for all who are let in: then the stock decides, and not the rate."""
    until_ms = seen.sale.watch.few_left_ms or float("inf")
    steps = [(at_ms, count) for at_ms, count in seen.let_in if at_ms <= until_ms]
    promise = f"admission follows the set rate within {RATE_WITHIN:.0%}"
    if len(steps) < 2:
        return Check(promise, "hardly anybody was let in", False)
    people = sum(count for _, count in steps[1:])
    per_minute = people / (steps[-1][0] - steps[0][0]) * 60_000
    off = per_minute / seen.rate_per_minute - 1
    words = f"{per_minute:,.0f} a minute over {people:,} people, {off:+.1%} of {seen.rate_per_minute:,}"
    return Check(promise, words, abs(off) <= RATE_WITHIN)


def _waits(sale: QueuedSale) -> Check:
    """Waits that grew while sections were slow, which is told as a slower pace, are counted apart."""
    diary, slowed = sale.diary, sale.watch.slowed_s
    excused = sum(any(abs(at_s - slow_s) < NEAR_S for slow_s in slowed) for at_s in diary.waits_grew)
    grew = len(diary.waits_grew) - excused
    told = f"{diary.updates:,} updates, {len(diary.positions_grew)} positions and {grew} waits grew"
    if excused:
        told += f" ({excused} while sections were slow)"
    holds = diary.updates > 0 and not diary.positions_grew and not grew
    return Check("positions and waits only improve", told, holds)


def _sold(seen: Evidence) -> Iterator[Check]:
    sale = seen.sale
    sold = sum(places for _, places, _ in sale.diary.orders.values())
    yield Check("the buyers have what the journals sold", f"{sold:,}", sold == seen.verdict.sold)
    yield Check(
        "a ticket for each seat, proven by its signature",
        f"{sale.tickets:,} issued, {sale.forged} not proven",
        sale.tickets == sold and not sale.forged,
    )


def _payments(diary: Diary) -> Check:
    """Each way to pay is taken about as often as was set, and ends as it was made to end."""
    tried, ends = diary.drawn.total(), diary.ends
    strange = [f"{method} {end}" for method, end in ends if end not in ENDS[method]]
    strange += [method for method, share in METHODS.items() if not _likely(diary.drawn[method], tried, share)]
    failed = sum(count for (_, end), count in ends.items() if end == "payment_declined")
    late = {end: ends["pinned-late-card", end] for end in ("confirmed", "cancelled")}
    silent = ends["pinned-silent-card", "cancelled"]
    words = (
        f"{tried:,} ways to pay: {failed} declined, {silent} never answered, "
        f"{late['confirmed']} came late and found seats, {late['cancelled']} found none"
    )
    holds = not strange and tried > 0
    return Check("payments fail and come late as set", ", ".join([words, *strange]), holds)


def _likely(count: int, tried: int, share: int) -> bool:
    """Whether so many of all who tried is what this share (of a hundred) comes to, but for chance."""
    expected = tried * share / 100
    spread = math.sqrt(expected * (1 - share / 100))
    return abs(count - expected) <= SIGMAS * spread + 1


def _money(seen: Evidence) -> Check:
    promise = "money kept is what valid tickets are worth, to the cent"
    if len(seen.verdict.takings) != 1:
        return Check(promise, "no payment", False)
    (takings,) = seen.verdict.takings
    told = sum((paid for _, _, paid in seen.sale.diary.orders.values()), Decimal(0))
    kept = Decimal(takings.captured) - Decimal(takings.refunded)
    worth = Decimal(takings.booked) - Decimal(takings.partly)
    words = (
        f"{takings.payments:,} payments: {takings.captured} taken less {takings.refunded} given back "
        f"is {kept} {takings.currency}, tickets worth {worth}, buyers were told {told}"
    )
    return Check(promise, words, kept == worth == told)


def _waitlist(seen: Evidence) -> Check:
    returned = seen.sale.returned
    words = (
        f"{returned.places} seats of {returned.orders} orders to {len(returned.paid)} of {returned.waited} "
        f"who waited; {len(seen.offers.made)} offers, {returned.declined} declined, "
        f"{returned.lapsed} lapsed, {len(returned.shown_free)} seats shown free"
    )
    filled = 0 < returned.places == returned.sold and not returned.shown_free
    return Check("the waitlist fills what is returned", words, filled)


def _offers(seen: Evidence) -> Check:
    """What buyers were told by hold, and what the journals have, are the same to the cent."""
    returned, offers, currency = seen.sale.returned, seen.offers, seen.terms.currency
    made, booked = [
        {hold: Decimal(money(amount, currency).amount) for hold, amount in amounts.items()}
        for amounts in (offers.made, offers.booked)
    ]
    told = returned.offers.items() <= made.items()
    words = f"{sum(booked.values())} {currency} for what was offered, {len(offers.wrong)} at another price"
    holds = told and booked == returned.paid and not offers.wrong
    return Check("offers cost what they said, to the cent", words, holds)
