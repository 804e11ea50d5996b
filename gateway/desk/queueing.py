"""Those who wait: for their turn before the opening, or for seats when there are none."""

from __future__ import annotations

from gateway.access.auth import Principal
from gateway.desk.replying import settle
from gateway.office import Office
from gateway.waiting.hall import QueueRequest
from gateway.websocket.session import Session
from protocol.waitlist_requests import AnyWaitlistRequest

Waiting = QueueRequest | AnyWaitlistRequest


async def wait(office: Office, session: Session, request: Waiting, caller: Principal) -> None:
    """Answer a request about a waiting room or a waitlist."""
    deadline_ms = office.deadline_ms(request.dl)
    if isinstance(request, AnyWaitlistRequest):
        settle(session, request.id, await office.waitlist.serve(session, request, caller, deadline_ms))
    else:
        settle(session, request.id, await office.hall.serve(session, request, caller, deadline_ms))
