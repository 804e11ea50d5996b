"""Traces on their way out of the process, and that without a collector nothing of them is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import SpanProcessor
from starlette.requests import Request
from starlette.responses import Response

from holdfast.tracing import open_traces
from holdfast.tracing.traces import Traces


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """A collector at a port of its own, and what it was sent."""
    taken: list[ExportTraceServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":
                taken.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_line: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def _serve(_request: Request) -> Response:
    return Response(b"{}", 200, media_type="application/json")


def _request() -> Request:
    return Request({"type": "http", "headers": [], "state": {"request_id": "req_1"}})


async def _called(endpoint: str, monkeypatch: pytest.MonkeyPatch, sampler: str) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    traces = open_traces({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
    assert traces is not None
    traced = traces.endpoint("list_events", "GET", "/v1/events", _serve)
    assert 200 == (await traced(_request())).status_code
    await traces.close()


async def test_spans_arrive_at_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """By OTLP over HTTP, under the name of the service, at the latest when the gateway closes."""
    with collector() as (endpoint, taken):
        await _called(endpoint, monkeypatch, "parentbased_always_on")
    (resource,) = [each for request in taken for each in request.resource_spans]
    names = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert "holdfast-gateway" == names["service.name"]
    assert ["GET /v1/events"] == [span.name for scope in resource.scope_spans for span in scope.spans]


async def test_the_standard_variables_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves that was not sampled."""
    with collector() as (endpoint, taken):
        await _called(endpoint, monkeypatch, "always_off")
    assert [] == taken


@pytest.mark.parametrize(
    "environment", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}]
)
def test_without_a_collector_nothing_is_loaded(environment: dict[str, str]) -> None:
    """The wiring asks, and neither SDK nor exporter is imported."""
    program = (
        "import sys; from holdfast.tracing import open_traces; "
        f"assert open_traces({environment!r}) is None; "
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


async def test_a_collector_that_hangs_keeps_no_gateway_from_ending() -> None:
    """What was not sent by then is given up, while the exporter still waits."""
    begun, released, ended = Event(), Event(), Event()

    class Hanging(SpanProcessor):
        def shutdown(self) -> None:
            begun.set()
            released.wait()
            ended.set()

    await Traces(Hanging(), close_max_s=0.0).close()
    assert begun.wait(10)
    assert not ended.is_set()
    released.set()
    assert ended.wait(10)
