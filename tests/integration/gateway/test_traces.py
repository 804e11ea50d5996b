"""What a gateway tells of requests to who follows them, and that it tells nobody's secrets."""

from __future__ import annotations

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from holdfast.tracing.actors import ActorTraces
from holdfast.tracing.traces import Traces
from tests.integration.gateway.world import World

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


class Traced(World):
    """A world whose spans are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = InMemorySpanExporter()
        self.tracing = Traces(SimpleSpanProcessor(self.kept))
        self.host._follower = ActorTraces(SimpleSpanProcessor(self.kept))

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.kept.get_finished_spans() if span.name == name]


async def test_a_rest_call_goes_on_with_the_trace_of_its_caller() -> None:
    """With its operation, request id and outcome, and a child for the way to the section and back."""
    async with Traced() as world, world.http() as http:
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        headers = {"Idempotency-Key": "k", "traceparent": f"00-{TRACE}-{SPAN}-01"}
        reply = await http.post("/v1/holds", json=body, headers=headers)
        (call,) = world.spans("POST /v1/holds")
        (section,) = world.spans("section")
    assert call.context is not None
    assert call.parent is not None
    assert section.parent is not None
    assert (TRACE, SPAN) == (f"{call.context.trace_id:032x}", f"{call.parent.span_id:016x}")
    assert call.context == section.parent
    assert {
        "holdfast.operation": "create_hold",
        "holdfast.request_id": reply.headers["x-request-id"],
        "holdfast.code": "ok",
        "http.request.method": "POST",
        "http.route": "/v1/holds",
        "http.response.status_code": 201,
    } == call.attributes
    assert section.attributes is not None
    assert ("ok", "HoldSeats") == (
        section.attributes["holdfast.code"],
        section.attributes["holdfast.command"],
    )


async def test_the_decision_and_the_commit_are_within_the_way_to_the_section() -> None:
    """Of what is written both, one after the other; what is only read or refused waits for no commit."""
    async with Traced() as world, world.http() as http, world.http(sub="eve") as eve:
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        held = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "k"})
        (section,) = world.spans("section")
        # The one before it found a section that was just coming to life, and the router asked again.
        decide, (commit,) = world.spans("decide")[-1], world.spans("commit")
        assert 404 == (await eve.get(f"/v1/holds/{held.json()['hold']}")).status_code
        refused = world.spans("decide")[-1]
        assert 1 == len(world.spans("commit"))
    for span in (decide, commit):
        assert section.context is not None
        assert span.parent is not None
        within = span.parent.trace_id, span.parent.span_id
        assert (section.context.trace_id, section.context.span_id) == within
    told, asked, durable = (dict(span.attributes or {}) for span in (section, decide, commit))
    assert told["holdfast.stream"] == asked["holdfast.stream"] == durable["holdfast.stream"]
    assert "HoldSeats" == asked["holdfast.command"]
    assert (told["holdfast.seq"], "ok") == (durable["holdfast.seq"], durable["holdfast.code"])
    assert "not_found" == dict(refused.attributes or {})["holdfast.code"]
    times = [section.start_time, decide.end_time, commit.start_time, commit.end_time, section.end_time]
    known = [each for each in times if each is not None]
    assert (5, sorted(known)) == (len(known), known)


async def test_an_actor_that_nobody_follows_is_told_of_no_trace() -> None:
    """Without a span that records, an ask has none; with one, an actor that follows nobody answers alike."""
    async with Traced() as world, world.http() as http:
        world.host._follower = None
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        reply = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "k"})
        assert 201 == reply.status_code
        assert [] == world.spans("decide")


async def test_a_refusal_is_told_by_its_code() -> None:
    """Over REST from the problem, and the bad `traceparent` of a caller begins a trace anew."""
    async with Traced() as world, world.http(None) as http:
        reply = await http.post("/v1/holds", json={}, headers={"Idempotency-Key": "k", "traceparent": "?"})
        (call,) = world.spans("POST /v1/holds")
    assert 401 == reply.status_code
    assert call.attributes is not None
    assert (None, "token_missing") == (call.parent, call.attributes["holdfast.code"])


async def test_a_message_of_a_websocket_is_a_trace() -> None:
    """A hello, a hold that passed with its child, and a request that the session itself refused."""
    async with Traced() as world, world.socket() as socket:
        await socket.hello()
        await socket.ask("hold.create", {"event": world.event.id, "seats": ["FRONT-A-1"]}, idem="k")
        await socket.ask("hold.create", {"event": world.event.id, "seats": ["FRONT-A-2"]})
        (hello,) = world.spans("ws hello")
        held, refused = world.spans("ws hold.create")
        (section,) = world.spans("section")
    assert hello.attributes is not None
    assert held.attributes is not None
    assert refused.attributes is not None
    assert ("ok", "ok", "idempotency_key_missing") == (
        hello.attributes["holdfast.code"],
        held.attributes["holdfast.code"],
        refused.attributes["holdfast.code"],
    )
    assert str(held.attributes["holdfast.request_id"]).startswith("req_")
    assert held.context == section.parent
    assert hello.parent is held.parent is None


async def test_no_span_tells_who_asked() -> None:
    """Neither principals nor tokens, and of a request neither seats nor keys."""
    async with Traced() as world, world.http(sub="ann-with-a-name") as http:
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        reply = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "a-secret-key"})
        told = "".join(span.to_json() for span in world.kept.get_finished_spans())
    for secret in ("ann-with-a-name", http.headers["authorization"][7:], "FRONT-A", "a-secret-key"):
        assert secret not in told
    assert reply.json()["hold"] not in told
