"""An actor's part of a trace: how long a decision took, and how long its commit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from threading import Thread
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from actors.batch import Batch
from actors.following import Followed
from actors.wire import Answer, Ask
from holdfast.tracing.names import CODE, COMMAND, OK, REPLAYED, SEQ, STREAM

SERVICE: Final = "holdfast-actor"
_propagator: Final = TraceContextTextMapPropagator()


class ActorTraces:
    """The spans of one actor process, each within that of the gateway's request."""

    def __init__(self, processor: SpanProcessor) -> None:
        """Every span goes to `processor` when it ends."""
        service = os.environ.get("OTEL_SERVICE_NAME") or SERVICE
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": service}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("holdfast")

    def follow(self, ask: Ask, batch: Batch) -> FollowedAsk:
        """Begin the span of a decision; what stands in for `batch` sees its answer go by."""
        return FollowedAsk(self._tracer, ask, batch)

    def close(self) -> None:
        """Send what is left, in the background: nobody waits for a collector that is away."""
        Thread(target=self._provider.shutdown, name="traces", daemon=True).start()


class FollowedAsk(Followed):
    """A batch as one ask of it has it: passes the answer on, and knows what it waited for until then."""

    __slots__ = ("_batch", "_context", "_span", "_stream", "_tracer")

    def __init__(self, tracer: Tracer, ask: Ask, batch: Batch) -> None:
        """The decision begins now."""
        self._batch = batch
        self._tracer = tracer
        self._stream = ask.stream
        self._context = _propagator.extract({"traceparent": ask.trace or ""})
        attributes: dict[str, str | int] = {STREAM: ask.stream, COMMAND: type(ask.request.command).__name__}
        self._span: Span | None = tracer.start_span(
            "decide", self._context, kind=SpanKind.SERVER, attributes=attributes
        )

    def decided(self) -> None:
        """The decision is made. If it was not answered at once, it waits for a commit from now on."""
        if self._span is not None:
            self._span.end()
            self._span = self._tracer.start_span("commit", self._context, attributes={STREAM: self._stream})

    def put(self, index: int, answer: Answer) -> None:
        """Pass the answer on, and end what it waited for."""
        if self._span is not None:
            self._span.set_attributes({CODE: answer.code or OK, SEQ: answer.seq, REPLAYED: answer.replayed})
            self._span.end()
            self._span = None
        self._batch.put(index, answer)


def sent_actor_traces(environment: Mapping[str, str]) -> ActorTraces:
    """Traces as the gateway's own standard variables want them; actors may run where these are not set."""
    os.environ.update(environment)
    return ActorTraces(BatchSpanProcessor(OTLPSpanExporter()))
