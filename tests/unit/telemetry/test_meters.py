from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from telemetry.exchange import Figures
from telemetry.exposition import exposition
from telemetry.health import Health
from telemetry.meters import FAMILIES_MAX, Meters


def test_prometheus_reads_what_two_processes_counted() -> None:
    """Each sample says whose it is; nothing is summed."""
    meters = Meters()
    asks = meters.counter("asks_total", "Asks.")
    codes = meters.tally("answers_total", "Answers.", "code")
    calls = meters.tally("calls_total", "Calls.", "operation", "status")
    seconds = meters.histogram("commit_seconds", "Commits.", (0.1, 1.0))
    meters.gauge("open", "Open.", lambda: 3.0)
    meters.gauges("queue", "Waiting.", "name", lambda: {"a": 1.0})
    asks.value += 2
    codes.update([None, None, "seat_taken"])
    calls["hold", 201] += 1
    for value in (0.05, 0.5, 5.0):
        seconds.observe(value)
    text, media_type = exposition(
        [Figures("gateway", pid, meters.read(), {}) for pid in (1, 2)],
    )
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }
    first = (("pid", "1"), ("process", "gateway"))
    assert media_type.startswith("text/plain")
    assert 2 == found["asks_total", *first]
    assert 2 == found["asks_total", ("pid", "2"), ("process", "gateway")]
    assert 2 == found["answers_total", ("code", "ok"), *first]
    assert 1 == found["answers_total", ("code", "seat_taken"), *first]
    assert 1 == found["calls_total", ("operation", "hold"), *first, ("status", "201")]
    assert 3 == found["open", *first]
    assert 1 == found["queue", ("name", "a"), *first]
    assert [1, 2, 3] == [found["commit_seconds_bucket", ("le", le), *first] for le in ("0.1", "1.0", "+Inf")]
    assert 5.55 == pytest.approx(found["commit_seconds_sum", *first])


def test_names_have_a_bound() -> None:
    """So that nobody makes them of what callers send; a name that is known may be taken over."""
    meters = Meters()
    for number in range(FAMILIES_MAX):
        meters.counter(f"name_{number}_total", "One.")
    meters.counter("name_0_total", "Again.")
    with pytest.raises(ValueError, match="one too many"):
        meters.counter("beyond_total", "Too many.")


def test_health_tells_what_is_wrong_and_forgets() -> None:
    """A part that is well has nothing to say."""
    health = Health()
    health.watch("redis", lambda: None)
    health.watch("mail", lambda: "refused")
    assert {"mail": "refused", "redis": ""} == health.read()
    health.forget("mail")
    assert {"redis": ""} == health.read()
