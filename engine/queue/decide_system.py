"""What gateways and the room's own shell tell it: signs of life, pressure, stock, time."""

from __future__ import annotations

from typing import assert_never

from engine.queue.admission import FULL, PRESSURE_TTL_MS
from engine.queue.commands import (
    FindMembers,
    RoomEntry,
    SeeMembers,
    SetPressure,
    SetStock,
    SystemCommand,
    Tick,
)
from engine.queue.events import AnyRoomEvent, MembersSeen, PressureSet, RoomEnded, StockSet
from engine.queue.phases import RoomPhase
from engine.queue.schedule import due_event
from engine.queue.state import RoomState
from engine.queue.views import DoneView, FoundView, found_view
from engine.refusals import Code, Refusal

NEWS_MS = PRESSURE_TTL_MS // 3
"""The same level is written again only when the last word is this old."""


def judge_system(
    state: RoomState, entry: RoomEntry, command: SystemCommand
) -> AnyRoomEvent | DoneView | FoundView | Refusal:
    """Judge a command of this family; the caller's rights were judged before."""
    match command:
        case FindMembers(tickets=tickets):
            return found_view(state, tickets)
        case SeeMembers(numbers=numbers):
            waiting = tuple([number for number in numbers if number in state.seen])
            return MembersSeen(waiting) if waiting else _done(state)
        case SetPressure():
            return _set_pressure(state, entry.at_ms, command)
        case SetStock():
            return _set_stock(state, command)
        case Tick():
            return due_event(state, entry.at_ms, entry.seed) or Refusal(Code.INVALID, "Nothing is due.")
        case _ as never:
            assert_never(never)


def _done(state: RoomState) -> DoneView:
    return DoneView(state.phase.public_name)


def _set_pressure(state: RoomState, at_ms: int, command: SetPressure) -> PressureSet | DoneView | Refusal:
    if not 0 <= command.level <= FULL:
        return Refusal(Code.INVALID, f"level must be from 0 to {FULL}")
    known = state.pressures.get(command.source)
    same = command.level == (0 if known is None else known.level)
    if same and (known is None or at_ms - known.at_ms < NEWS_MS):
        return _done(state)
    return PressureSet(command.source, command.level)


def _set_stock(state: RoomState, command: SetStock) -> StockSet | RoomEnded | DoneView | Refusal:
    if command.free < 0 or command.held < 0:
        return Refusal(Code.INVALID, "Counts are not negative.")
    if state.stock == (command.free, command.held) and not state.since_stock:
        return _done(state)
    if not command.free + command.held and state.phase in (RoomPhase.OPEN, RoomPhase.PAUSED):
        return RoomEnded(sold_out=True)
    return StockSet(command.free, command.held)
