"""Tells what befalls works that are done side by side, so that none fails unheard or stops another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable

import structlog

_log = structlog.get_logger()


async def see_through(kind: str, works: Iterable[Awaitable[object]], away: type[Exception]) -> None:
    """Wait for all works; raise an `away` that one of them met once the others are done, too.

    A bug met by a work is told in the log, where `kind` says whose it is. A work that was cut short,
    because what it waited for was cancelled, met no bug: its row is still due, and somebody goes on.
    """
    met: Exception | None = None
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        match outcome:
            case asyncio.CancelledError():
                _log.warning("due_work_cut_short", kind=kind)
            case Exception() if isinstance(outcome, away):
                met = outcome
            case Exception():
                _log.error("due_work_failed", kind=kind, exc_info=outcome)
            case BaseException():
                raise outcome
    if met is not None:
        raise met
