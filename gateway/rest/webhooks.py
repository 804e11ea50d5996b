"""Outgoing webhooks over REST: who is told, with which secret, and what became of it."""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import Final

from engine.announcements import ANNOUNCEMENTS
from engine.views import rfc3339
from engine.webhooks import Delivery, Endpoint, Replay, Secret
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.sections.answers import NO_EVENT
from gateway.webhooks import Webhooks
from protocol.errors import ErrorCode, Problem, problem
from protocol.webhooks import (
    DeliveryList,
    DeliveryReply,
    EndpointList,
    EndpointQuery,
    EndpointReply,
    NewEndpoint,
    Paging,
    ReplayBegun,
    ReplayQuery,
    Rotation,
    TryReply,
)

SECRET_BYTES: Final = 24
ENDPOINTS_MAX: Final = 16
"""Endpoints that one organiser may have."""
NO_ENDPOINT: Final = problem(ErrorCode.NOT_FOUND, "There is no such webhook endpoint.")


async def create_endpoint(call: Call) -> EndpointReply | Problem:
    """Ask for news of an organiser's events; each call makes another endpoint."""
    body: NewEndpoint = call.body
    store, owner = _webhooks(call).store, _organiser(call)
    objection = _webhooks(call).objection(body.url)
    if objection is not None:
        return problem(ErrorCode.INVALID, f"No news can go to this address: {objection}.")
    if await store.count(owner) >= ENDPOINTS_MAX:
        return problem(ErrorCode.LIMIT_EXCEEDED, f"An organiser has at most {ENDPOINTS_MAX} endpoints.")
    now_ms = call.office.now_ms()
    endpoint = Endpoint(
        id="whk_" + call.parts.ids.fresh(0, now_ms),
        owner=owner,
        url=body.url,
        kinds=body.kinds,
        secrets=(Secret(new_secret()),),
        created_ms=now_ms,
        description=body.description,
    )
    await store.create(endpoint)
    return _reply(endpoint, with_secret=True)


async def list_endpoints(call: Call) -> EndpointList:
    """The endpoints of an organiser."""
    query: EndpointQuery = call.query
    found = await _webhooks(call).store.of_owner(_organiser(call), query.after, query.limit + 1)
    page = tuple(_reply(each) for each in found[: query.limit])
    more = len(found) > query.limit
    return EndpointList(page, more, page[-1].endpoint if more else None)


async def read_endpoint(call: Call) -> EndpointReply:
    """One endpoint."""
    return _reply(await _endpoint(call))


async def delete_endpoint(call: Call) -> EndpointReply:
    """Tell it nothing more; what is on its way to it is dropped."""
    endpoint = await _endpoint(call)
    await _webhooks(call).store.remove(endpoint.id)
    return _reply(endpoint)


async def rotate_endpoint(call: Call) -> EndpointReply | Problem:
    """Give it a new secret; for a while both sign."""
    body: Rotation = call.body
    endpoint, now_ms = await _endpoint(call), call.office.now_ms()
    after = endpoint.rotated(new_secret(), now_ms, now_ms + body.overlap_s * 1000)
    return await _changed(call, after, with_secret=True)


async def enable_endpoint(call: Call) -> EndpointReply | Problem:
    """Tell it news again after it was disabled; what it missed can be replayed."""
    return await _changed(call, (await _endpoint(call)).enabled())


async def list_deliveries(call: Call) -> DeliveryList:
    """What went to an endpoint, and what came back."""
    query: Paging = call.query
    endpoint = await _endpoint(call)
    found = await _webhooks(call).store.deliveries(endpoint.id, query.after, query.limit + 1)
    page = tuple(_delivery(each) for each in found[: query.limit])
    more = len(found) > query.limit
    return DeliveryList(page, more, page[-1].delivery if more else None)


async def replay_endpoint(call: Call) -> ReplayBegun | Problem:
    """Send an endpoint the news of an event again; they have the ids that they had."""
    query: ReplayQuery = call.query
    endpoint, webhooks, now_ms = await _endpoint(call), _webhooks(call), call.office.now_ms()
    if await webhooks.store.owner_of(query.event) != endpoint.owner:
        return NO_EVENT
    records = 0
    for stream, last_seq in await webhooks.store.streams(query.event, query.section):
        done_seq = query.from_seq - 1
        if done_seq < last_seq:
            name = "rpl_" + call.parts.ids.fresh(stream, now_ms)
            part = Replay(name, endpoint.id, stream, done_seq, last_seq, now_ms, event=query.event)
            await webhooks.replays.begin(part)
            if stream != ANNOUNCEMENTS:  # most of these are of other events
                records += last_seq - done_seq
    return ReplayBegun(endpoint.id, records)


def new_secret() -> str:
    """A secret as Standard Webhooks write it."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _webhooks(call: Call) -> Webhooks:
    if call.parts.webhooks is None:
        raise Refused(NO_ENDPOINT)
    return call.parts.webhooks


def _organiser(call: Call) -> str:
    if call.tenant is None:
        raise Refused(problem(ErrorCode.NOT_FOUND, "There is no such organiser."))
    return call.tenant.organiser


async def _endpoint(call: Call) -> Endpoint:
    endpoint = await _webhooks(call).store.get(call.path("webhook"))
    if endpoint is None:
        raise Refused(NO_ENDPOINT)
    return endpoint


async def _changed(call: Call, after: Endpoint, *, with_secret: bool = False) -> EndpointReply | Problem:
    if not await _webhooks(call).store.advance(after):
        return problem(ErrorCode.IDEMPOTENCY_IN_PROGRESS, "It is just being changed. Try again.")
    return _reply(after, with_secret=with_secret)


def _reply(endpoint: Endpoint, *, with_secret: bool = False) -> EndpointReply:
    since_ms = endpoint.failing_since_ms
    return EndpointReply(
        endpoint=endpoint.id,
        url=endpoint.url,
        kinds=endpoint.kinds,
        description=endpoint.description,
        organiser=endpoint.owner,
        created_at=rfc3339(endpoint.created_ms),
        status="disabled" if endpoint.disabled else "enabled",
        failing_since=None if since_ms is None else rfc3339(since_ms),
        disabled_because=endpoint.disabled or None,
        secret=endpoint.secrets[0].value if with_secret else None,
    )


def _delivery(delivery: Delivery) -> DeliveryReply:
    return DeliveryReply(
        delivery=delivery.id,
        message=delivery.message,
        type=delivery.kind,
        status=delivery.state,
        created_at=rfc3339(delivery.created_ms),
        next_try_at=None if delivery.due_ms is None else rfc3339(delivery.due_ms),
        tries=tuple(
            TryReply(rfc3339(each.at_ms), each.status, each.took_ms, each.error) for each in delivery.attempts
        ),
    )


_CHANGED: Final = (ErrorCode.IDEMPOTENCY_IN_PROGRESS,)
OPERATIONS: Final = (
    Operation(
        "POST",
        "/webhook-endpoints",
        "Ask for news by webhook",
        create_endpoint,
        NewEndpoint,
        EndpointReply,
        status=201,
        errors=(ErrorCode.INVALID, ErrorCode.LIMIT_EXCEEDED),
    ),
    Operation(
        "GET",
        "/webhook-endpoints",
        "List webhook endpoints",
        list_endpoints,
        reply=EndpointList,
        query=EndpointQuery,
    ),
    Operation(
        "GET", "/webhook-endpoints/{webhook}", "Read a webhook endpoint", read_endpoint, reply=EndpointReply
    ),
    Operation(
        "DELETE",
        "/webhook-endpoints/{webhook}",
        "Delete a webhook endpoint",
        delete_endpoint,
        reply=EndpointReply,
    ),
    Operation(
        "POST",
        "/webhook-endpoints/{webhook}/rotate",
        "Give a webhook endpoint a new secret",
        rotate_endpoint,
        Rotation,
        EndpointReply,
        errors=_CHANGED,
    ),
    Operation(
        "POST",
        "/webhook-endpoints/{webhook}/enable",
        "Enable a webhook endpoint again",
        enable_endpoint,
        reply=EndpointReply,
        errors=_CHANGED,
    ),
    Operation(
        "GET",
        "/webhook-endpoints/{webhook}/deliveries",
        "List what went to a webhook endpoint",
        list_deliveries,
        reply=DeliveryList,
        query=Paging,
    ),
    Operation(
        "POST",
        "/webhook-endpoints/{webhook}/replay",
        "Send a webhook endpoint news again",
        replay_endpoint,
        reply=ReplayBegun,
        query=ReplayQuery,
        status=202,
    ),
)
