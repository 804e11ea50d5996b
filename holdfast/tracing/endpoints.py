"""REST calls as spans, which go on with the trace that a caller brings."""

from __future__ import annotations

from typing import Final

import msgspec
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.requests import Request
from starlette.responses import Response

from gateway.rest.serving import PROBLEM_TYPE
from gateway.tracing import Endpoint
from holdfast.tracing.names import CODE, OK, OPERATION, REQUEST_ID

_PROPAGATOR: Final = TraceContextTextMapPropagator()


class _Told(msgspec.Struct):
    code: str


_told_decoder: Final = msgspec.json.Decoder(_Told)


def traced_endpoint(tracer: Tracer, name: str, method: str, route: str, serve: Endpoint) -> Endpoint:
    """The same endpoint, each of whose calls is a span; `traceparent` (W3C Trace Context) is its parent."""
    known = {OPERATION: name, "http.request.method": method, "http.route": route}

    async def traced(request: Request) -> Response:
        with tracer.start_as_current_span(
            f"{method} {route}",
            context=_PROPAGATOR.extract(request.headers),
            kind=SpanKind.SERVER,
            attributes={**known, REQUEST_ID: request.state.request_id},
            record_exception=False,
        ) as span:
            response = await serve(request)
            _tell(span, response)
            return response

    traced.__name__ = serve.__name__
    return traced


def _tell(span: Span, response: Response) -> None:
    refused = response.media_type == PROBLEM_TYPE
    span.set_attribute("http.response.status_code", response.status_code)
    span.set_attribute(CODE, _told_decoder.decode(response.body).code if refused else OK)
    if response.status_code >= 500:
        span.set_status(Status(StatusCode.ERROR))
