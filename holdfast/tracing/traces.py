"""What makes the spans of a gateway and sends them, where the environment names a collector."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from actors.router import SectionRouter
from gateway.codec import Codec
from gateway.session import Desk, Outlet, Session
from gateway.settings import GatewaySettings
from gateway.tracing import Endpoint
from holdfast.tracing.endpoints import traced_endpoint
from holdfast.tracing.sections import TracedSections
from holdfast.tracing.sessions import TracedSession

SERVICE: Final = "holdfast-gateway"


class Traces:
    """The spans of one gateway. The standard variables set sampling, queues and time-outs."""

    def __init__(self, processor: SpanProcessor) -> None:
        """Every span that was sampled goes to `processor` when it ends."""
        service = os.environ.get("OTEL_SERVICE_NAME") or SERVICE
        self._provider = TracerProvider(resource=Resource.create({"service.name": service}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("holdfast")

    def endpoint(self, name: str, method: str, route: str, serve: Endpoint) -> Endpoint:
        """The same endpoint, each of whose calls is a span."""
        return traced_endpoint(self._tracer, name, method, route, serve)

    def session(
        self, session_id: str, codec: Codec, desk: Desk, outlet: Outlet, settings: GatewaySettings
    ) -> Session:
        """A session, each of whose requests is a span."""
        return TracedSession(self._tracer, session_id, codec, desk, outlet, settings)

    def sections(self, sections: SectionRouter) -> TracedSections:
        """The same way to the sections, with spans within those of requests."""
        return TracedSections(sections, self._tracer)

    async def close(self) -> None:
        """Send what is left, as long as the exporter's own time-outs allow."""
        await asyncio.to_thread(self._provider.shutdown)


def sent_traces() -> Traces:
    """Traces that go to the collector of `OTEL_EXPORTER_OTLP_ENDPOINT`, by OTLP over HTTP."""
    return Traces(BatchSpanProcessor(OTLPSpanExporter()))
