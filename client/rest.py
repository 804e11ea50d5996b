"""REST calls of the client: JSON both ways, refusals as typed errors."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from client.errors import ConnectionFailed, ProtocolViolation, error_of
from client.fetching import http_base
from protocol.errors import Problem

_TIMEOUT_S: Final = 15
_Reply = TypeVar("_Reply")


class RestCaller:
    """Calls with a bearer token, if there is one.

    They raise `Refused` and its kinds, `ConnectionFailed` when no answer came, and
    `ProtocolViolation` for one that makes no sense.
    """

    def __init__(self, url: str, token: str | None) -> None:
        self._base = f"{http_base(url)}/v1"
        self._token = token

    async def _json(
        self,
        kind: type[_Reply],
        path: str,
        body: msgspec.Struct | None = None,
        method: str | None = None,
    ) -> _Reply:
        data = await self._send(path, None if body is None else msgspec.json.encode(body), method)
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.DecodeError as error:
            raise ProtocolViolation(str(error)) from error

    async def _send(self, path: str, body: bytes | None = None, method: str | None = None) -> bytes:
        return await asyncio.to_thread(self._fetch, path, body, method)

    def _fetch(self, path: str, body: bytes | None, method: str | None) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        # The scheme is one of two: `http_base` made the address.
        request = urllib.request.Request(self._base + path, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                data: bytes = response.read()
                return data
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise error_of(_problem(refusal.read())) from None
        except OSError as error:
            raise ConnectionFailed(str(error)) from error


def _problem(data: bytes) -> Problem:
    try:
        return msgspec.json.decode(data, type=Problem)
    except msgspec.DecodeError as error:
        raise ProtocolViolation(str(error)) from error


def part(text: str) -> str:
    """Text as a part of a path."""
    return quote(text, safe="")
