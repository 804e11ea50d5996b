"""Takes one delivery to its endpoint: signed, to a pinned address, without following anybody elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

import httpx

from engine.webhooks import Answer, Delivery, Endpoint
from telemetry.meters import METERS
from workers.circuits import CircuitOpen, Circuits
from workers.message import MEDIA_TYPE
from workers.ports import Clock
from workers.webhooks.guard import Guard, Refused, Target
from workers.webhooks.signing import headers

TRY_S: Final = 15.0
"""How long an endpoint may take, from the look-up to its last byte."""
REPLY_BYTES_READ: Final = 1_024
ERROR_CHARS_MAX: Final = 200
USER_AGENT: Final = "Holdfast-Webhooks/1.0"
HEEDED: Final = frozenset((429, 502, 503, 504))
"""Statuses with which `Retry-After` is heeded."""
TRIES: Final = METERS.tally("holdfast_webhook_tries_total", "Tries to deliver a webhook.", "outcome")


class Endpoints(Protocol):
    """Where endpoints are kept. May raise `engine.journal.StorageUnavailable`."""

    async def get(self, endpoint_id: str) -> Endpoint | None:
        """An endpoint."""

    async def advance(self, endpoint: Endpoint) -> bool:
        """Put an endpoint in the place of the version before it."""


class Courier:
    """Delivers, and keeps what that says of the endpoint."""

    def __init__(
        self,
        endpoints: Endpoints,
        guard: Guard,
        client: httpx.AsyncClient,
        now_ms: Clock,
        chance: Callable[[], float],
    ) -> None:
        """`client` follows no redirects and takes no proxy from the environment."""
        self.circuits = Circuits("webhook")
        self._endpoints = endpoints
        self._guard = guard
        self._client = client
        self._now_ms = now_ms
        self._chance = chance

    async def run(self, delivery: Delivery) -> Delivery:
        """Try once; the delivery as it is then. May raise `StorageUnavailable`."""
        now_ms = self._now_ms()
        endpoint = await self._endpoints.get(delivery.endpoint)
        if endpoint is None or endpoint.disabled:
            self.circuits.forget(delivery.endpoint)
            return delivery.dropped("the endpoint is gone or disabled", now_ms)
        try:
            answer = await self._asked(endpoint, delivery, now_ms)
        except CircuitOpen:
            return delivery.postponed(now_ms + round(self.circuits.rest_s * 1000 * (1 + self._chance())))
        done_ms = self._now_ms()
        TRIES["delivered" if answer.delivered else str(answer.status or "error")] += 1
        changed = endpoint.after(answer, done_ms)
        if changed is not endpoint:
            await self._endpoints.advance(changed)
        if changed.disabled:
            self.circuits.forget(endpoint.id)
        return delivery.after(answer, done_ms, done_ms - now_ms, self._chance())

    async def _asked(self, endpoint: Endpoint, delivery: Delivery, now_ms: int) -> Answer:
        """One try. Raises `CircuitOpen`; what the other side says or fails to say is an answer."""
        try:
            async with self.circuits.around(endpoint.id), asyncio.timeout(TRY_S):
                target = await self._guard.judge(endpoint.url)
                return await self._posted(target, endpoint, delivery, now_ms)
        except Refused as refused:
            return Answer(None, str(refused))
        except TimeoutError:
            return Answer(None, f"no answer within {TRY_S:.0f} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(None, f"{type(error).__name__}: {error}"[:ERROR_CHARS_MAX])

    async def _posted(self, target: Target, endpoint: Endpoint, delivery: Delivery, now_ms: int) -> Answer:
        body = delivery.body.encode()
        signed = headers(endpoint.signing(now_ms), delivery.message, now_ms // 1000, body)
        request = self._client.build_request(
            "POST",
            httpx.URL(
                scheme=target.scheme, host=target.address, port=target.port, raw_path=target.path.encode()
            ),
            content=body,
            headers={
                **signed,
                "host": _authority(target),
                "content-type": MEDIA_TYPE,
                "user-agent": USER_AGENT,
            },
            # The certificate is that of the name, though the address is what is connected to.
            extensions={"sni_hostname": target.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            async for chunk in response.aiter_raw(REPLY_BYTES_READ):
                if chunk:
                    break  # what it says beyond its status is nothing to us
        finally:
            await response.aclose()
        return Answer(response.status_code, "", _retry_after_ms(response, now_ms))


def _authority(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"https": 443, "http": 80}[target.scheme] == target.port
    return host if usual else f"{host}:{target.port}"


def _retry_after_ms(response: httpx.Response, now_ms: int) -> int:
    """What `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3); 0 without a sensible one."""
    said = response.headers.get("retry-after", "")
    if response.status_code not in HEEDED or not said:
        return 0
    if said.isdecimal():
        return int(said[:9]) * 1000
    try:
        return max(int(parsedate_to_datetime(said).timestamp() * 1000) - now_ms, 0)
    except (ValueError, OverflowError):
        return 0


def webhook_client() -> httpx.AsyncClient:
    """The client that webhooks go out by."""
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=TRY_S,
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
    )
