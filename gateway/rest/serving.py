"""Serves an operation: reads the request, calls its handler, and writes the reply or the problem."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from actors.wire import Answer
from engine.journal import StorageError
from gateway.access.auth import Principal
from gateway.desk.desk import BROKEN
from gateway.limiting.limiter import refusal
from gateway.limiting.quotas import headers
from gateway.rest.call import Call, Context, Refused, read_body
from gateway.rest.operation import Operation, Outcome, Ready, Settled, Streamed
from gateway.rest.standing import authenticated, take_stand
from gateway.sections.answers import STORAGE_AWAY, problem_of
from gateway.tracing import Endpoint
from gateway.websocket.codec import JSON_CODEC
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import Key
from telemetry.meters import METERS

PROBLEM_TYPE: Final = "application/problem+json"
REPLAYED: Final = {"Idempotent-Replayed": "true"}
NO_SUCH_CALL: Final = problem(ErrorCode.NOT_FOUND, "There is no such call.")
_log = structlog.get_logger(__name__)
REQUESTS: Final = METERS.tally("holdfast_rest_total", "REST calls that were answered.", "operation", "status")
SECONDS: Final = METERS.histograms("holdfast_rest_seconds", "How long REST calls took.", "operation")


class Json(Response):
    """A JSON reply from bytes that msgspec made."""

    media_type = "application/json"


class Stream(StreamingResponse):
    """A reply in pieces."""

    def __init__(self, streamed: Streamed, status: int) -> None:
        """Nothing is sent yet."""
        super().__init__(streamed.pieces, status, streamed.headers, streamed.media_type)
        self._done = streamed.done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; also when nobody wants the rest it is ended in good order."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._done()


def endpoint(operation: Operation, context: Context) -> Endpoint:
    """The function that serves `operation`."""
    body_decoder = None if operation.body in (None, bytes) else msgspec.json.Decoder(operation.body)

    async def serve(request: Request) -> Response:
        request_id, began = request.state.request_id, perf_counter()
        limits: dict[str, str] = {}
        try:
            caller = await authenticated(operation, context, request)
            limits.update(await _let_in(context, request, caller))
            call = await _read(operation, context, request, caller, body_decoder)
            outcome = await operation.handler(call)
        except Refused as refused:
            outcome = refused.problem
            limits.update(refused.headers)
        except StorageError:
            outcome = STORAGE_AWAY
        except Exception:  # noqa: BLE001 - whatever is broken, the caller gets a problem object
            _log.exception("request_failed", operation=operation.name)
            outcome = BROKEN
        response = respond(operation, outcome, request_id)
        response.headers.update(limits)
        REQUESTS[operation.name, response.status_code] += 1
        SECONDS[operation.name].observe(perf_counter() - began)
        return response

    serve.__name__ = operation.name
    return serve


async def _let_in(context: Context, request: Request, caller: Principal | Problem | None) -> dict[str, str]:
    """What the reply says of rates. Raises `Refused` beyond one; bad tokens count for their address too."""
    limiter = context.limiter
    address = None if request.client is None else request.client.host
    principal = caller.id if isinstance(caller, Principal) else None
    verdicts = await limiter.take([*limiter.of_address(address), *limiter.of_principal(principal)])
    too_many = refusal(verdicts)
    if too_many is not None:
        raise Refused(too_many, headers(verdicts))
    return headers(verdicts)


def _passed(caller: Principal | Problem | None) -> Principal | None:
    if isinstance(caller, Problem):
        raise Refused(caller)
    return caller


async def _read(
    operation: Operation,
    context: Context,
    request: Request,
    caller: Principal | Problem | None,
    body_decoder: msgspec.json.Decoder[Any] | None,
) -> Call:
    idem = request.headers.get("idempotency-key")
    if operation.keyed and idem is None:
        raise Refused(problem(ErrorCode.IDEMPOTENCY_KEY_MISSING))
    if idem is not None:
        idem = _converted(idem, Key)
    passed = _passed(caller)
    call = Call(context, request, passed, idem)
    if operation.query is not None:
        call.query = _converted(dict(request.query_params), operation.query)
    if operation.body is bytes:
        call.body = await read_body(request, context.office.settings.plan_bytes_max)
    elif body_decoder is not None:
        data = await read_body(request, context.office.settings.body_bytes_max)
        call.body = _decoded(b"{}" if operation.bare and not data else data, body_decoder)
    if passed is not None and passed.privileged:
        await take_stand(operation.right, call, passed)
    return call


def _converted(value: Any, wanted: Any) -> Any:
    try:
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(problem(ErrorCode.MALFORMED, str(error))) from None


def _decoded(data: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refused(problem(ErrorCode.MALFORMED, str(error))) from None


def respond(operation: Operation, outcome: Outcome, request_id: str) -> Response:
    """The HTTP reply of an outcome."""
    match outcome:
        case Problem():
            return problem_response(outcome, request_id)
        case Answer(code=None):
            again = REPLAYED if outcome.replayed else None
            return Json(JSON_CODEC.transcode(outcome.body), operation.status, again)
        case Answer():
            response = problem_response(problem_of(outcome), request_id)
            if outcome.replayed:
                response.headers.update(REPLAYED)
            return response
        case Settled():
            again = REPLAYED if outcome.replayed else None
            return Json(msgspec.json.encode(outcome.body), operation.status, again)
        case Ready() | Streamed():
            return _as_it_is(outcome, operation.status)
        case _:
            return Json(msgspec.json.encode(outcome), operation.status)


def _as_it_is(outcome: Ready | Streamed, status: int) -> Response:
    if isinstance(outcome, Streamed):
        return Stream(outcome, status)
    return Response(outcome.body, outcome.status or status, outcome.headers, outcome.media_type)


async def no_such_call(request: Request, _error: Exception) -> Response:
    """The reply to a path or method that is not served."""
    return problem_response(NO_SUCH_CALL, request.state.request_id)


def problem_response(told: Problem, request_id: str) -> Response:
    """A problem as `application/problem+json`, with `Retry-After` in whole seconds."""
    body = msgspec.json.encode(msgspec.structs.replace(told, request_id=request_id))
    extra = {}
    if told.retry_after_ms is not None:
        extra["Retry-After"] = str(-(-told.retry_after_ms // 1000))
    if told.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    return Response(body, told.status, extra, PROBLEM_TYPE)
