"""What a waiting room says, as clients read it."""

from __future__ import annotations

from typing import cast

from actors.room_wire import RoomHeader
from engine.queue.members import Ending, Former
from engine.queue.views import PlaceView, farewell
from engine.queue.waits import Wait
from engine.refusals import Refusal
from engine.views import rfc3339
from gateway.sections.answers import CODES
from protocol.errors import Problem, problem
from protocol.queue import CategoryLeft, Eta, Phase, QueueReply

INTERVAL_MIN_S = 2
INTERVAL_MAX_S = 20


def phase_of(name: str) -> Phase:
    """A phase's public name, which the engine has as any text."""
    return cast("Phase", name)


def eta_of(wait: Wait | None) -> Eta | None:
    """A wait as clients read it."""
    return None if wait is None else Eta(wait.p50, wait.p90)


def since(paused_ms: int) -> str | None:
    """When a pause began, as clients read it; None without one."""
    return rfc3339(paused_ms) if paused_ms else None


def place_reply(
    event: str,
    view: PlaceView,
    header: RoomHeader | None,
    now_ms: int,
    by_category: tuple[CategoryLeft, ...] | None = None,
) -> QueueReply:
    """A place as it is now, and what is left for whoever waits."""
    before = view.phase in ("closed", "pre-queue", "draw")
    opens_ms = header.opens_ms if header is not None and before else 0
    draws_ms = header.draws_ms if header is not None and view.phase == "draw" else 0
    return QueueReply(
        event,
        view.ticket,
        phase_of(view.phase),
        rfc3339(now_ms),
        view.position,
        view.ahead,
        eta_of(view.wait),
        view.left,
        rfc3339(opens_ms) if opens_ms else None,
        rfc3339(draws_ms) if draws_ms else None,
        since=since(view.paused_ms),
        reason=view.pause_reason or None,
        by_category=None if view.pass_expires_ms else by_category,
    )


def interval_s(reply: QueueReply) -> int:
    """When to ask again for those who poll: soon when it is soon their turn."""
    if reply.pass_ is not None or reply.eta_ms is None:
        return INTERVAL_MAX_S if reply.pass_ is not None else INTERVAL_MIN_S * 2
    return min(INTERVAL_MAX_S, max(INTERVAL_MIN_S, reply.eta_ms.p50 // 10_000))


def ended(ticket: str, ending: Ending) -> Problem:
    """Why a place or pass is none any more."""
    return refused(farewell(Former("", ticket, 0, ending)))


def refused(refusal: Refusal) -> Problem:
    """A refusal of the engine's as a problem."""
    return problem(CODES[refusal.code.value], refusal.detail, objects=refusal.objects)
