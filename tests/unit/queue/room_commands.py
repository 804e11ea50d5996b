"""The verbs of the stories that `room_world` plays."""

from __future__ import annotations

from msgspec.structs import replace

from engine.queue.commands import (
    AdmitNext,
    AnyRoomCommand,
    EndRoom,
    FindMembers,
    GatherRoom,
    GetDraw,
    GetPlace,
    GetRoom,
    JoinRoom,
    LeaveRoom,
    OpenRoom,
    PauseRoom,
    ResumeRoom,
    RevokePass,
    SeeMembers,
    SetPressure,
    SetStock,
    SetTerms,
    Tick,
)
from engine.queue.state import RoomState

PLAIN: dict[str, AnyRoomCommand] = {
    "join": JoinRoom(),
    "leave": LeaveRoom(),
    "place": GetPlace(),
    "room": GetRoom(),
    "draw": GetDraw(),
    "gather": GatherRoom(),
    "open": OpenRoom(),
    "pause": PauseRoom(),
    "resume": ResumeRoom(),
    "end": EndRoom(),
    "tick": Tick(),
}


def command_of(  # noqa: C901, PLR0911 - one line a verb is how it reads best
    verb: str, objects: list[str], state: RoomState, tickets: dict[str, str]
) -> AnyRoomCommand:
    """The command of one line; people are named by their names."""
    if verb in PLAIN:
        return PLAIN[verb]
    match verb:
        case "admit":
            return AdmitNext(int(objects[0]))
        case "revoke":
            return RevokePass(tickets.get(objects[0], objects[0]))
        case "find":
            return FindMembers(tuple(tickets.get(each, each) for each in objects))
        case "see":
            numbers = [state.number_of_ticket.get(tickets[each], 0) for each in objects]
            return SeeMembers(tuple(numbers))
        case "pressure":
            return SetPressure(objects[0], int(objects[1]))
        case "stock":
            return SetStock(int(objects[0]), int(objects[1]))
        case "mode":
            return SetTerms(replace(state.terms, mode=objects[0]))
        case "rate":
            return SetTerms(replace(state.terms, rate_per_minute=int(objects[0])))
        case "active":
            return SetTerms(replace(state.terms, active_max=int(objects[0])))
        case _:
            raise ValueError(verb)
