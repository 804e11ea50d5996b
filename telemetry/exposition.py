"""Figures of several processes as Prometheus reads them.

Nothing is summed: each sample carries `process` and `pid`, so that the end of one process
looks like what it is, and sums and rates are Prometheus's own affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isinf

from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from telemetry.exchange import Figures
from telemetry.meters import Family, Sample


class _Gathered(Collector):
    def __init__(self, figures: Sequence[Figures]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Each name once, with the samples of all processes."""
        metrics: dict[str, Metric] = {}
        for each in self._figures:
            owner = {"process": each.process, "pid": str(each.pid)}
            for family in each.families:
                name = family.name.removesuffix("_total")
                metric = metrics.setdefault(name, Metric(name, family.help, family.kind))
                for suffix, labels, value in _samples(family):
                    metric.add_sample(name + suffix, {**labels, **owner}, value)
        return metrics.values()


def exposition(figures: Sequence[Figures], accept: str = "") -> tuple[bytes, str]:
    """The text, and its media type, in the format that `accept` asks for."""
    encoder, media_type = choose_encoder(accept)
    return encoder(_Gathered(figures)), media_type


def _samples(family: Family) -> Iterator[tuple[str, dict[str, str], float]]:
    for sample in family.samples:
        if family.kind == "histogram":
            yield from _histogram(sample)
        else:
            yield "_total" if family.kind == "counter" else "", sample.labels, sample.value


def _histogram(sample: Sample) -> Iterator[tuple[str, dict[str, str], float]]:
    for bound, count in sample.buckets:
        yield "_bucket", {**sample.labels, "le": "+Inf" if isinf(bound) else str(bound)}, float(count)
    yield "_count", sample.labels, float(sample.buckets[-1][1])
    yield "_sum", sample.labels, sample.value
