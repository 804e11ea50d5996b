"""The way to the sections, as spans within those of the requests that take it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context

from opentelemetry.trace import Span, SpanKind, Tracer, get_current_span

from actors.router import SectionRouter
from actors.wire import Answer, StreamRequest
from holdfast.tracing.names import CODE, COMMAND, OK, REPLAYED, SEQ, STREAM


class TracedSections:
    """A router whose calls are spans: from its queue, through the actor's decision, until the commit stands.

    What no request asks for, such as the work of keepers, has no span, and so none has what is
    asked after the reply of the request that began it.
    """

    def __init__(self, sections: SectionRouter, tracer: Tracer) -> None:
        """The same way as `sections`."""
        self._sections = sections
        self._tracer = tracer

    def submit(
        self, stream: int, request: StreamRequest, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        """Send a request; `on_answer` is called exactly once, never from within this call.

        It is called in the context of this call: answers come in batches, in that of another request.
        """
        context, span = copy_context(), self._begun(stream, request)

        def answered(answer: Answer) -> None:
            _end(span, answer)
            context.run(on_answer, answer)

        self._sections.submit(stream, request, deadline_ms, answered, _parent(span))

    async def ask(self, stream: int, request: StreamRequest, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        span = self._begun(stream, request)
        answer = await self._sections.ask(stream, request, deadline_ms, _parent(span))
        _end(span, answer)
        return answer

    def _begun(self, stream: int, request: StreamRequest) -> Span | None:
        if not get_current_span().is_recording():
            return None
        attributes: dict[str, str | int] = {STREAM: stream, COMMAND: type(request.command).__name__}
        return self._tracer.start_span("section", kind=SpanKind.CLIENT, attributes=attributes)


def _end(span: Span | None, answer: Answer) -> None:
    if span is not None:
        span.set_attributes({CODE: answer.code or OK, REPLAYED: answer.replayed, SEQ: answer.seq})
        span.end()


def _parent(span: Span | None) -> str | None:
    """What the actor needs to go on with a trace (W3C Trace Context, `traceparent`)."""
    if span is None or not span.is_recording():
        return None
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
