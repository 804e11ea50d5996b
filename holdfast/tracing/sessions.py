"""A session each of whose requests is a span, from the desk to the reply."""

from __future__ import annotations

from typing import Final

import msgspec
from opentelemetry.trace import Span, SpanKind, Tracer, use_span

from gateway.settings import GatewaySettings
from gateway.websocket.codec import Codec
from gateway.websocket.session import Handler, Outlet, Session
from holdfast.tracing.names import CODE, KIND, OK, REQUEST_ID
from protocol.errors import Problem
from protocol.requests import AnyRequest, Hello


class TracedSession(Session):
    """What the session itself refuses, before anybody handles it, is a span without length.

    Of what is no request at all, or beyond the rate, nothing is told: floods are to cost little.
    """

    __slots__ = ("_tracer", "spans")

    def __init__(
        self,
        tracer: Tracer,
        session_id: str,
        codec: Codec,
        handler: Handler,
        outlet: Outlet,
        settings: GatewaySettings,
    ) -> None:
        super().__init__(session_id, codec, _TracedHandler(handler, self), outlet, settings)
        self._tracer: Final = tracer
        self.spans: dict[int, Span] = {}

    def span(self, request: AnyRequest) -> Span:
        """A new span of a request, which is not told to any parent: sessions outlive their handshakes."""
        kind = str(type(request).__struct_config__.tag)
        attributes = {KIND: kind, REQUEST_ID: self.request_id(request.id)}
        return self._tracer.start_span(f"ws {kind}", kind=SpanKind.SERVER, attributes=attributes)

    def _judge(self, request: AnyRequest, now_s: float) -> Problem | None:
        refusal = super()._judge(request, now_s)
        if refusal is not None:
            span = self.span(request)
            span.set_attribute(CODE, refusal.code)
            span.end()
        return refusal

    def accept(self, number: int, body: msgspec.Raw) -> None:
        """Answer a request, and end its span."""
        super().accept(number, body)
        self._end(number, OK)

    def refuse(self, number: int, refusal: Problem) -> None:
        """Answer a request with a problem, and end its span."""
        super().refuse(number, refusal)
        self._end(number, refusal.code)

    def _end(self, number: int, code: str) -> None:
        span = self.spans.pop(number, None)
        if span is not None:
            span.set_attribute(CODE, code)
            span.end()


class _TracedHandler:
    """Begins a span for each request that a session lets pass; what it starts is within that span."""

    def __init__(self, handler: Handler, session: TracedSession) -> None:
        self._handler = handler
        self._session = session

    def hello(self, session: Session, request: Hello, now_s: float) -> None:
        """Verify who is there, within a span."""
        with use_span(self._begun(request), record_exception=False, set_status_on_exception=False):
            self._handler.hello(session, request, now_s)

    def handle(self, session: Session, request: AnyRequest) -> None:
        """Handle a request within a span, which ends with the reply."""
        with use_span(self._begun(request), record_exception=False, set_status_on_exception=False):
            self._handler.handle(session, request)

    def _begun(self, request: AnyRequest) -> Span:
        span = self._session.spans[request.id] = self._session.span(request)
        return span
