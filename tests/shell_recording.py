"""Records what tests ask of a shell, as clients would have asked it over a gateway."""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec

from actors.wire import Answer, explanation_decoder
from engine.commands import (
    AnyCommand,
    BookHold,
    CancelOrder,
    ExtendHold,
    GetHold,
    GetOrder,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReleaseHold,
    Request,
    SwapHold,
)
from gateway.sections.answers import CODES
from protocol.errors import problem
from protocol.history import Answered, Invoked, Refused
from tests.recording import Recording

BUYER = {"name": "Ada", "email": "ada@example.org"}


class ShellRecorder:
    """Each principal is a client."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._clients: dict[str, str] = {}
        self._calls = count(1)

    def asked(self, request: Request) -> tuple[str, int]:
        """A request is made; returns what its answer is to be noted under."""
        client = self._clients.get(request.principal)
        if client is None:
            client = self._clients[request.principal] = self._recording.client(request.principal)
        call, (operation, body) = next(self._calls), asked_of(request.command)
        tick = self._recording.tick()
        self._recording.add(Invoked(tick, client, call, operation, request.idem, body))
        return client, call

    def answered(self, asked: tuple[str, int], answer: Answer) -> None:
        """It was answered."""
        tick = self._recording.tick()
        if answer.code is None:
            self._recording.add(Answered(tick, *asked, msgspec.msgpack.decode(answer.body)))
            return
        why = explanation_decoder.decode(answer.body)
        told = problem(
            CODES[answer.code],
            why.detail,
            objects=why.objects,
            alternatives=why.alternatives,
            section=why.section,
            pos=why.pos,
        )
        self._recording.add(Refused(tick, *asked, told))


def asked_of(command: AnyCommand) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911 # a line a command
    """The operation and the body that a client would have sent for a command."""
    match command:
        case HoldSeats(seats=seats, types=types, hold=hold):
            return "hold.create", {"event": "evt", "seats": seats, "types": types, "hold": hold}
        case HoldBest(qty=qty, hold=hold):
            best = {"qty": qty, "adjacent": command.adjacent, "categories": command.categories or None}
            return "hold.create", {"event": "evt", "best": best, "types": command.types, "hold": hold}
        case HoldPlaces(area=area, qty=qty, hold=hold):
            return "hold.create", {"event": "evt", "ga": {"area": area, "qty": qty}, "hold": hold}
        case ReleaseHold(hold=hold, objects=seats):
            return "hold.release", {"hold": hold, "seats": seats}
        case ExtendHold(hold=hold):
            return "hold.extend", {"hold": hold}
        case SwapHold(hold=hold, release=release, take=take):
            return "hold.swap", {"hold": hold, "release": release, "take": take}
        case PinHold(hold=hold) | BookHold(hold=hold):
            return "checkout.begin", {"hold": hold, "buyer": BUYER}
        case GetHold(hold=hold):
            return "hold.get", {"hold": hold}
        case GetOrder(order=order) | CancelOrder(order=order):
            return "order.get" if isinstance(command, GetOrder) else "order.cancel", {"order": order}
        case _:
            return type(command).__name__, {}
