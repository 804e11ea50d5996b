"""A crowd at a sale: up to a few thousand buyers over websockets in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from time import perf_counter
from typing import Final

import msgspec

from bench.buyer import Buyer, BuyerSummary
from bench.figures import Latency, latency_of, per_interval
from bench.habits import CrowdOptions, Person, draw_people
from bench.ledger import Ledger
from client import ClientOptions, HoldfastClient, Layout, Recorder

PROGRESS_EVERY_S: Final = 0.25
_CLIENT: Final = ClientOptions(
    deadline_ms=30_000, backoff_base_ms=50, backoff_cap_ms=2_000, record_maps=False
)


class CrowdProgress(msgspec.Struct, frozen=True):
    """How the sale stands now, as far as the crowd knows."""

    elapsed_s: float
    capacity: int
    sold: int
    holds: int
    orders: int
    refused: int
    errors: int
    breaches: int
    present: int
    gone: int


class SecondOfSale(msgspec.Struct, frozen=True):
    """One second of the sale; percentiles of holds answered in it, in milliseconds."""

    sold: int
    holds: int
    p50_ms: float
    p99_ms: float


class CrowdResult(msgspec.Struct, frozen=True):
    """A sale as the crowd saw it. Times in seconds since the doors opened.

    `seconds` ends with the last sale; `holds_per_s` and `sold_per_s` are means until then.
    `sold_out_s` is None when places were left. `sold_at_s` gives the moment of each
    numbered seat's sale. `breaches` are contradictions that the replies themselves prove.
    """

    buyers: int
    capacity: int
    sold: int
    orders: int
    holds: int
    seconds: float
    holds_per_s: float
    sold_per_s: float
    sold_out_s: float | None
    latency_ms: Latency
    refused: dict[str, int]
    errors: dict[str, int]
    breaches: tuple[str, ...]
    timeline: tuple[SecondOfSale, ...]
    latency_histogram_ms: tuple[int, ...]
    reconnects: int
    quirks: dict[str, int]
    people: tuple[BuyerSummary, ...]
    sold_at_s: dict[str, float]
    first_hold_s: float | None = None


OnProgress = Callable[[CrowdProgress], None]


async def run_crowd(
    url: str,
    event: str,
    tokens: Sequence[str],
    layout: Layout,
    options: CrowdOptions | None = None,
    on_progress: OnProgress = lambda progress: None,
    recorder: Recorder | None = None,
) -> CrowdResult:
    """Let one buyer for each token shop until the house is sold out or all have gone home.

    `layout` is the event's house (`client.fetch_layout`). Clients retry what passes, so
    errors count what a buyer really met. `recorder` takes the calls of all of them.
    """
    chosen = options or CrowdOptions()
    house = list(layout.sections.values())
    areas = {name: places for section in house for name, places in section.areas.items()}
    capacity = sum(len(section.labels) for section in house) + sum(areas.values())
    people = draw_people(
        len(tokens), chosen, [section.name for section in house if section.labels], list(areas)
    )
    doors_s = perf_counter()
    ledger = Ledger(capacity, areas, lambda: perf_counter() - doors_s)

    def come(person: Person) -> asyncio.Task[BuyerSummary]:
        randomness = Random(person.seed)
        token = tokens[person.number]
        client = HoldfastClient(url, token, _CLIENT, recorder=recorder, randomness=randomness)
        buyer = Buyer(person, client, event, layout, ledger, chosen)
        return asyncio.create_task(buyer.attend(doors_s))

    evenings = [come(person) for person in people]
    await _until_all_have_gone(evenings, people, ledger, doors_s, chosen, on_progress)
    return _result(capacity, ledger, [evening.result() for evening in evenings])


async def _until_all_have_gone(
    evenings: Sequence[asyncio.Task[BuyerSummary]],
    people: Sequence[Person],
    ledger: Ledger,
    doors_s: float,
    options: CrowdOptions,
    on_progress: OnProgress,
) -> None:
    # One future for all: waiting for thousands of tasks anew at each progress would cost more than they do.
    together = asyncio.gather(*evenings)
    while not together.done():
        await asyncio.wait([together], timeout=PROGRESS_EVERY_S)
        elapsed_s = perf_counter() - doors_s
        on_progress(_progress(ledger, people, sum(evening.done() for evening in evenings), elapsed_s))
        # Nobody is interrupted: whoever is in the middle of a purchase learns its outcome.
        ledger.closed = elapsed_s > options.lasts_s
    await together


def _progress(ledger: Ledger, people: Sequence[Person], gone: int, elapsed_s: float) -> CrowdProgress:
    arrived = sum(person.arrives_s <= elapsed_s for person in people)
    return CrowdProgress(
        elapsed_s=elapsed_s,
        capacity=ledger.capacity,
        sold=ledger.sold,
        holds=ledger.holds,
        orders=ledger.orders,
        refused=ledger.refused.total(),
        errors=ledger.errors.total(),
        breaches=len(ledger.breaches),
        present=max(0, arrived - gone),
        gone=gone,
    )


def _result(capacity: int, ledger: Ledger, people: Sequence[BuyerSummary]) -> CrowdResult:
    seconds = max((at_s for at_s, _ in ledger.sales), default=0.0)
    durations = [took_s for _, took_s in ledger.latencies]
    quirks: dict[str, int] = {}
    for person in people:
        for quirk, count in person.quirks.items():
            quirks[quirk] = quirks.get(quirk, 0) + count
    return CrowdResult(
        buyers=len(people),
        capacity=capacity,
        sold=ledger.sold,
        orders=ledger.orders,
        holds=ledger.holds,
        seconds=round(seconds, 2),
        holds_per_s=round(ledger.holds / seconds, 1) if seconds else 0.0,
        sold_per_s=round(ledger.sold / seconds, 1) if seconds else 0.0,
        sold_out_s=None if ledger.sold_out_s is None else round(ledger.sold_out_s, 2),
        latency_ms=latency_of(durations),
        refused=dict(ledger.refusals),
        errors=dict(ledger.errors),
        breaches=tuple(ledger.breaches),
        timeline=_timeline(ledger),
        latency_histogram_ms=tuple(per_interval(durations, 0.001)[:1_000]),
        reconnects=sum(person.reconnects for person in people),
        quirks=quirks,
        people=tuple(people),
        sold_at_s={seat: round(at_s, 3) for seat, at_s in ledger.sold_at_s.items()},
        first_hold_s=ledger.first_hold_s,
    )


def _timeline(ledger: Ledger) -> tuple[SecondOfSale, ...]:
    ends = [at_s for at_s, _ in ledger.sales] + [at_s for at_s, _ in ledger.latencies]
    length = int(max(ends, default=-1.0)) + 1
    sold = [0] * length
    answered: list[list[float]] = [[] for _ in range(length)]
    for at_s, places in ledger.sales:
        sold[int(at_s)] += places
    for at_s, took_s in ledger.latencies:
        answered[int(at_s)].append(took_s)
    latencies = [latency_of(durations) for durations in answered]
    return tuple(
        SecondOfSale(places, len(durations), latency.p50, latency.p99)
        for places, durations, latency in zip(sold, answered, latencies, strict=True)
    )
