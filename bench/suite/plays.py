"""The scenarios that strike no part of the server, each played on a stage of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from bench.house import hot_house, open_terms
from bench.load_process import LoadProcess
from bench.memory import mib
from bench.reconnect_load import ReconnectResult, ReconnectSpec
from bench.suite.measured import Measured
from bench.suite.stage import Stage
from bench.viewers_load import BUYERS, ViewersResult, ViewersSpec
from bench.wide_house import section_name, wide_house

HOT_SEATS: Final = 100_000
QUICK_SEATS: Final = 5_000
WIDE_SECTIONS: Final = 20
WIDE_SEATS: Final = 60_000
ABANDONED_TTL_MS: Final = 1_000
EVENTS: Final = 200
BUYERS_PER_EVENT: Final = 200
CONFIRMATIONS: Final = 1_000
STORMS: Final = 3
_PATIENT: Final[dict[str, Any]] = {"warm_s": 0.0, "seconds": 180.0, "retries": True}
"""A load that ends with its seats, however long it takes to wake two hundred sections."""
Play = Callable[[Stage], list[Measured]]


def hot_seat(stage: Stage) -> list[Measured]:
    """Everybody asks for one seat."""
    event = stage.events(hot_house(100))[0]
    spec = stage.spec("hot_seat", event, 100, first_seat=stage.wake(event, 100))
    return [Measured(scenario="hot-seat", seats=1, loads=(stage.play(spec),))]


def best_herd(stage: Stage) -> list[Measured]:
    """Everybody asks for the best two seats together, in one section."""
    seats = stage.options.scaled(HOT_SEATS, QUICK_SEATS)
    event = stage.events(hot_house(seats))[0]
    return [
        Measured(scenario="best-herd", seats=seats, loads=(stage.play(stage.spec("best", event, seats)),))
    ]


def whole_house(stage: Stage) -> list[Measured]:
    """Hold and book, seats of all sections in turn."""
    options = stage.options
    sections, seats = options.scaled(WIDE_SECTIONS, 4), options.scaled(WIDE_SEATS, QUICK_SEATS)
    event = stage.events(wide_house(sections, seats // sections))[0]
    first = stage.wake(event, seats, sections)
    load = stage.play(stage.spec("pairs", event, seats, sections=sections, first_seat=first))
    return [Measured(scenario="whole-house", seats=seats, sections=sections, loads=(load,))]


def hold_churn(stage: Stage) -> list[Measured]:
    """Hold a seat, give it back, hold it again."""
    seats = stage.options.scaled(20_000, 1_000)
    event = stage.events(hot_house(seats))[0]
    spec = stage.spec("churn", event, seats, first_seat=stage.wake(event, seats))
    return [Measured(scenario="hold-churn", seats=seats, loads=(stage.play(spec),))]


def abandon_storm(stage: Stage) -> list[Measured]:
    """Hold seats and walk away; a hold ends after a second, and its seat is asked for again."""
    options = stage.options
    seats = options.scaled(20_000, 500)
    limits = msgspec.structs.replace(open_terms().limits, hold_ttl_ms=ABANDONED_TTL_MS)
    event = stage.events(hot_house(seats), terms=msgspec.structs.replace(open_terms(), limits=limits))[0]
    seconds = max(options.seconds, 2.5)
    spec = stage.spec("abandon", event, seats, ttl_s=ABANDONED_TTL_MS / 1000, seconds=seconds)
    load = stage.play(msgspec.structs.replace(spec, first_seat=stage.wake(event, seats)))
    resold = max(0, load.holds - seats)
    return [Measured(scenario="abandon-storm", seats=seats, loads=(load,), figures={"resold": resold})]


def confirm_storm(stage: Stage) -> list[Measured]:
    """A thousand holds, then all are paid for in one instant."""
    buyers = stage.options.scaled(CONFIRMATIONS, 50)
    event = stage.events(hot_house(2 * buyers))[0]
    first = stage.wake(event, 2 * buyers)
    spec = stage.spec(
        "confirm", event, 2 * buyers, connections=buyers, warm_s=0.0, seconds=30.0, first_seat=first
    )
    load = stage.play(spec)
    figures = {"confirmations": float(load.pairs), "all_confirmed_ms": round(load.seconds * 1000, 1)}
    return [Measured(scenario="confirm-storm", seats=2 * buyers, loads=(load,), figures=figures)]


def many_events(stage: Stage) -> list[Measured]:
    """Two hundred events with two hundred buyers each, who share a thousand connections."""
    options = stage.options
    count, buyers = options.scaled(EVENTS, 4), options.scaled(BUYERS_PER_EVENT, 25)
    events = tuple(stage.events(hot_house(buyers), count))
    connections = options.scaled(1_000, 20)
    before = stage.weigh()
    # A section starts with its first hold; that is told apart from how fast all of them sell then.
    wake = stage.spec("holds", events[0], buyers, events=events, connections=min(connections, count))
    woken = stage.play(msgspec.structs.replace(wake, seats_asked=1, **_PATIENT))
    stage.cpu_ms.clear()
    sale = stage.spec("pairs", events[0], buyers, events=events, connections=connections, first_seat=1)
    load = stage.play(msgspec.structs.replace(sale, **_PATIENT))
    after = stage.weigh()
    figures = {
        "bookings": float(load.pairs),
        "sold_out_s": load.seconds,
        "all_awake_s": woken.seconds,
        "retried": float(load.retried),
        "actor_mib_per_event": round(mib(after["actor"] - before["actor"]) / count, 2),
    }
    memory = {part: mib(size) for part, size in after.items()}
    return [
        Measured(
            scenario="many-events",
            seats=count * buyers,
            sections=count,
            events=count,
            loads=(load,),
            unmeasured=(woken,),
            figures=figures,
            memory_mib=memory,
        )
    ]


def reconnect_storm(stage: Stage) -> list[Measured]:
    """Everybody who watches is cut off and comes back at once."""
    options = stage.options
    seats, watchers = options.scaled(2_000, 400), options.scaled(1_000, 40)
    event = stage.events(wide_house(1, seats))[0]
    woken = stage.wake(event, seats, 1)
    spec = ReconnectSpec(stage.server.url, event, section_name(0), watchers, options.scaled(STORMS, 1))
    with LoadProcess("bench.reconnect_load") as load:
        load.tell(spec)
        result = load.result(ReconnectResult)
    figures = {
        "reconnects_per_s": result.reconnects_per_s,
        "all_back_s": result.all_back_s,
        "woken": float(woken),
    }
    return [
        Measured(
            scenario="reconnect-storm",
            seats=seats,
            connections=watchers,
            latency=result.back_ms,
            seconds=result.all_back_s,
            holds_per_s=0.0,
            errors={**result.errors, "missing": result.missing},
            figures=figures,
        )
    ]


def viewers_storm(stage: Stage) -> list[Measured]:
    """Many watch the whole house, a few buy."""
    options = stage.options
    return [watched(stage, "viewers-storm", options.scaled(2_000, 50), options.scaled(500, 50))]


def watched(stage: Stage, scenario: str, viewers: int, holds_per_s: float) -> Measured:
    """Let so many watch one section of ten while holds go on there, and weigh them."""
    options = stage.options
    sections, each = 10, options.scaled(10_000, 1_000)
    event = stage.events(wide_house(sections, each))[0]
    first = stage.wake(event, sections * each, sections)
    spec = ViewersSpec(
        url=stage.server.url,
        event=event,
        viewers=viewers,
        watch="section",
        sections=sections,
        first_seat=first,
        tokens=stage.tokens(BUYERS),
        holds_per_s=holds_per_s,
        seconds=options.seconds,
    )
    before = stage.weigh()
    with LoadProcess("bench.viewers_load") as load:
        load.tell(spec)
        load.expect(b"watching")
        after = stage.weigh()
        load.tell(b"buy")
        result = load.result(ViewersResult)
    figures = {
        "viewers": float(viewers),
        "reach_p50_ms": result.reach_ms.p50,
        "reach_p99_ms": result.reach_ms.p99,
        "kb_per_viewer": round((after["gateway"] - before["gateway"]) / viewers / 1000, 2),
        "frames_per_viewer_s": result.frames_per_viewer_s,
    }
    return Measured(
        scenario=scenario,
        seats=sections * each,
        sections=sections,
        connections=viewers + BUYERS,
        latency=result.hold_ms,
        seconds=options.seconds,
        holds_per_s=result.holds_per_s,
        errors={**result.errors, "unreached": result.unreached},
        figures=figures,
        memory_mib={part: mib(size) for part, size in after.items()},
    )
