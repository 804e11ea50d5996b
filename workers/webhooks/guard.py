"""Keeps webhooks from reaching what is not public: this machine, its neighbours, a cloud's own services.

An address is looked up once, judged, and then used as it is, so that a name cannot mean something
else by the time of the connection.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

import msgspec

LOOKUP_S: Final = 5.0
DEFAULT_PORTS: Final = {"https": 443, "http": 80}
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 ones (RFC 6052)."""
Resolve = Callable[[str, int], Awaitable[list[str]]]


class Refused(Exception):
    """A target that must not be reached, or cannot be; the message says why."""


class Target(msgspec.Struct, frozen=True):
    """A target with the one address that may be connected to."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


class Guard:
    """Judges targets. `private` lets everything through, for trials on one machine."""

    def __init__(self, *, private: bool = False, resolve: Resolve | None = None) -> None:
        self._private = private
        self._resolve = resolve or looked_up

    def objection(self, url: str) -> str | None:
        """Why this URL will never be reached, as far as that can be seen without a look-up."""
        try:
            _, host, _, _ = self._read(url)
        except Refused as refused:
            return str(refused)
        if self._private or not is_address(host) or is_public(host):
            return None
        return f"{host} is not public"

    def _read(self, url: str) -> tuple[str, str, int, str]:
        parts = taken_apart(url)
        if parts[0] != "https" and not self._private:
            raise Refused("it is not https")
        return parts

    async def judge(self, url: str) -> Target:
        """The target of a URL. Raises `Refused`."""
        scheme, host, port, path = self._read(url)
        try:
            async with asyncio.timeout(LOOKUP_S):
                addresses = await self._resolve(host, port)
        except (OSError, TimeoutError, UnicodeError) as error:
            raise Refused(f"{host} cannot be resolved") from error
        if not addresses:
            raise Refused(f"{host} has no address")
        if not self._private and not all(is_public(each) for each in addresses):
            raise Refused(f"{host} has an address that is not public")
        return Target(scheme, host, port, path, addresses[0])


def taken_apart(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and path with query. Raises `Refused` for what is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("it is no address") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise Refused("it is no web address without credentials")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme], path


def is_address(host: str) -> bool:
    """Whether this is an address and no name."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether everybody may be at this address. IPv4 in an IPv6 coat is judged as what it is.

    >>> [is_public(each) for each in ("1.1.1.1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False]
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        translated = IPv4Address(int(found) & 0xFFFFFFFF) if found in TRANSLATED else None
        teredo = found.teredo[1] if found.teredo else None
        inner = translated or found.ipv4_mapped or found.sixtofour or teredo
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


async def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
