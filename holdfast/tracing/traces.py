"""What makes the spans of a gateway and sends them, where the environment names a collector."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from threading import Thread
from typing import Final

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from actors.router import SectionRouter
from gateway.settings import GatewaySettings
from gateway.tracing import Endpoint
from gateway.websocket.codec import Codec
from gateway.websocket.session import Handler, Outlet, Session
from holdfast.tracing.endpoints import traced_endpoint
from holdfast.tracing.sections import TracedSections
from holdfast.tracing.sessions import TracedSession

log = structlog.get_logger()
SERVICE: Final = "holdfast-gateway"
CLOSE_MAX_S: Final = 3.0
"""How long a gateway that ends goes on to send spans."""


class Traces:
    """The spans of one gateway. The standard variables set sampling, queues and time-outs."""

    def __init__(self, processor: SpanProcessor, close_max_s: float = CLOSE_MAX_S) -> None:
        """Every span that was sampled goes to `processor` when it ends."""
        self._close_max_s = close_max_s
        service = os.environ.get("OTEL_SERVICE_NAME") or SERVICE
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": service}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("holdfast")

    def endpoint(self, name: str, method: str, route: str, serve: Endpoint) -> Endpoint:
        """The same endpoint, each of whose calls is a span."""
        return traced_endpoint(self._tracer, name, method, route, serve)

    def session(
        self, session_id: str, codec: Codec, handler: Handler, outlet: Outlet, settings: GatewaySettings
    ) -> Session:
        """A session, each of whose requests is a span."""
        return TracedSession(self._tracer, session_id, codec, handler, outlet, settings)

    def sections(self, sections: SectionRouter) -> TracedSections:
        """The same way to the sections, with spans within those of requests."""
        return TracedSections(sections, self._tracer)

    async def close(self) -> None:
        """Send what is left, for a while: a collector that is away keeps no gateway from ending."""
        loop, sent = asyncio.get_running_loop(), asyncio.Event()

        def shut() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):  # the loop ended first
                loop.call_soon_threadsafe(sent.set)

        # No thread of the loop's own: at its end it would wait for those.
        Thread(target=shut, name="traces", daemon=True).start()
        try:
            async with asyncio.timeout(self._close_max_s):
                await sent.wait()
        except TimeoutError:
            log.warning("traces_not_sent")


def sent_traces() -> Traces:
    """Traces that go to the collector of `OTEL_EXPORTER_OTLP_ENDPOINT`, by OTLP over HTTP."""
    return Traces(BatchSpanProcessor(OTLPSpanExporter()))
