from __future__ import annotations

from engine.journal import StorageUnavailable
from gateway.operations import readiness_report
from holdfast.bus_watch import BEHIND_MAX, LOOKS_MAX, BusWatch
from telemetry.exchange import own_figures


class Behind:
    """A relay of which a test says how far it is behind; None: the database is away."""

    def __init__(self) -> None:
        self.records: int | None = 0

    async def lag(self) -> int:
        if self.records is None:
            raise StorageUnavailable("away")
        return self.records

    async def close(self) -> None:
        pass


async def _told(watch: BusWatch, looks: int = 1) -> tuple[bool, bool, str]:
    """Whether it can sell, whether the relay degrades it, and what is said of the relay."""
    for _ in range(looks):
        await watch.look()
    report = readiness_report([], [own_figures("supervisor")])
    return report.ready, "relay" in report.degraded, report.parts["relay"]


async def test_a_relay_that_stands_still_degrades_and_stops_no_sale() -> None:
    """Far behind at once, a little behind when nothing moved for a while; it is well again when it moves."""
    relay = Behind()
    watch = BusWatch(relay)
    watch.start()
    try:
        assert (True, False, "ok") == await _told(watch)
        relay.records = BEHIND_MAX + 1
        assert (True, True, f"{BEHIND_MAX + 1} records behind") == await _told(watch)
        relay.records = 7
        assert (True, False, "ok") == await _told(watch)
        assert (True, True, "7 records behind") == await _told(watch, LOOKS_MAX)
        relay.records = None
        assert (True, True, "7 records behind") == await _told(watch)
        relay.records = 6
        assert (True, False, "ok") == await _told(watch)
    finally:
        await watch.stop()
    assert "relay" not in readiness_report([], [own_figures("supervisor")]).parts
