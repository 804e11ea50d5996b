"""Lets organisers watch the boards of their own events."""

from __future__ import annotations

from gateway.access.auth import Principal
from gateway.access.judging import entitled, standing
from gateway.access.rights import BOARD
from gateway.desk.replying import settle
from gateway.live.watching import Watching
from gateway.office import Office
from gateway.sections.answers import NO_EVENT
from gateway.websocket.session import Session, SessionState
from protocol.errors import Problem
from protocol.requests import Subscribe


async def subscribe_board(office: Office, session: Session, request: Subscribe, watching: Watching) -> None:
    """Answer `subscribe` with `board`: to those who run the event, as long as their token lasts."""
    refusal = entitled(BOARD, session.principal)
    event = None if refusal is not None else await office.directory.event(request.d.event)
    if refusal is None and event is None:
        refusal = NO_EVENT
    if refusal is None and session.principal is not None:
        refusal = await _judged(office, session.principal, request.d.event)
    if session.state is SessionState.CLOSED:
        return
    if refusal is not None or event is None:
        session.refuse(request.id, refusal or NO_EVENT)
        return
    settle(session, request.id, watching.watch_board(event, lambda: _lasts(office, session)))


async def _judged(office: Office, caller: Principal, event: str) -> Problem | None:
    stands = standing(BOARD, caller, await office.tenants.of("event", event))
    return stands if isinstance(stands, Problem) else None


def _lasts(office: Office, session: Session) -> bool:
    caller = session.principal
    return caller is not None and office.now_ms() < caller.expires_s * 1000
