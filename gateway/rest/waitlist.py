"""The waitlist over REST: members by polling, and organisers."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from actors.wire import Answer
from engine.ids import stream_of
from engine.views import rfc3339
from engine.waitlist.commands import MoveEntry
from engine.waitlist.views import EntryView
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.sections.answers import problem_of
from gateway.sections.directory import EventMap
from gateway.waitlist.asking import entry_in
from gateway.waitlist.views import STATUS
from gateway.waitlist.waitlists import NO_ENTRY
from gateway.waitlist.wishes import register_of
from protocol.errors import ErrorCode, Problem
from protocol.fields import Amount, Label, Labels, Qty
from protocol.waitlist import WaitlistReply, WaitlistStatus
from protocol.waitlist_requests import WaitlistBody, WaitlistEntryBody, WaitlistJoinBody

PAGE_MAX: Final = 500


class Wishing(msgspec.Struct, frozen=True):
    """What to wait for: `qty` seats or nothing; `max_price` is for one."""

    qty: Qty
    categories: Labels | None = None
    max_price: Amount | None = None
    together: bool = True
    accessible: bool | None = None


class EntryNamed(msgspec.Struct, frozen=True):
    """The entry that it is about."""

    entry: Label


class Moving(msgspec.Struct, frozen=True):
    """Which entry goes before which other (none: behind all), and the reason, which is kept."""

    entry: Label
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    before: Label | None = None


class WaitlistPage(msgspec.Struct, frozen=True):
    """From the mark `after` on, at most `limit`."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 100
    after: Annotated[int, msgspec.Meta(ge=0)] = 0


class MoveReply(msgspec.Struct, frozen=True):
    """The entry is behind so many."""

    entry: str
    event: str
    position: int


class Moved(msgspec.Struct, frozen=True):
    """Who put an entry elsewhere, when, and why."""

    by: str
    at: str
    reason: str


class StaffEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry as staff read it."""

    entry: str
    principal: str
    status: WaitlistStatus
    joined_at: str
    qty: int
    together: bool
    categories: tuple[str, ...] = ()
    max_price: int | None = None
    accessible: bool | None = None
    position: int | None = None
    hold: str | None = None
    expires_at: str | None = None
    moved: Moved | None = None


class StaffList(msgspec.Struct, frozen=True):
    """Live entries in their order; prices in minor units."""

    data: tuple[StaffEntry, ...]
    has_more: bool
    next: int | None


async def join_waitlist(call: Call) -> WaitlistReply | Problem:
    """Wait for seats that fit."""
    wish: Wishing = call.body
    body = WaitlistJoinBody(
        call.path("event"), wish.qty, wish.categories, wish.max_price, wish.together, wish.accessible
    )
    return await call.office.waitlist.join(body, call.caller, call.idem, call.deadline_ms)


async def read_entry(call: Call) -> WaitlistReply | Problem:
    """Read one's entry."""
    body = WaitlistBody(call.path("event"))
    return await call.office.waitlist.status(body, call.caller, call.deadline_ms)


async def leave_waitlist(call: Call) -> WaitlistReply | Problem:
    """Wait no longer."""
    waitlists = call.office.waitlist
    found = await waitlists.status(WaitlistBody(call.path("event")), call.caller, call.deadline_ms)
    if isinstance(found, Problem):
        return found
    return await waitlists.leave(WaitlistEntryBody(found.entry), call.caller, call.idem, call.deadline_ms)


async def accept_offer(call: Call) -> WaitlistReply | Problem:
    """Make a hold like any other of what is offered."""
    body = await _named(call)
    return await call.office.waitlist.accept(body, call.caller, call.idem, call.deadline_ms)


async def decline_offer(call: Call) -> WaitlistReply | Problem:
    """Give what is offered to the next in line."""
    body = await _named(call)
    return await call.office.waitlist.decline(body, call.caller, call.idem, call.deadline_ms)


async def list_waitlist(call: Call) -> StaffList | Problem:
    """Read who waits, in order."""
    page: WaitlistPage = call.query
    event = await call.event()
    found = await call.office.waitlist.page(event, call.caller, page.after, page.limit, call.deadline_ms)
    if isinstance(found, Problem):
        return found
    following = None if found.whole else found.entries[-1].rank
    return StaffList(tuple([_staff_entry(each) for each in found.entries]), not found.whole, following)


async def move_entry(call: Call) -> MoveReply | Problem:
    """Put an entry before another one, or behind all."""
    moving: Moving = call.body
    event = await call.event()
    command = MoveEntry(moving.entry, moving.before, moving.reason)
    answer = await call.office.waitlist.move(event, command, call.caller, call.idem, call.deadline_ms)
    return _moved(event, answer)


async def remove_entry(call: Call) -> WaitlistReply | Problem:
    """Take an entry off the list; what it is offered goes to the next in line."""
    body = await _named(call)
    return await call.office.waitlist.leave(body, call.caller, call.idem, call.deadline_ms)


async def _named(call: Call) -> WaitlistEntryBody:
    """The entry of the body, which is of the path's event: who may do what was judged for that."""
    event = await call.event()
    if stream_of(call.body.entry, "wtl") != register_of(event):
        raise Refused(NO_ENTRY)
    return WaitlistEntryBody(call.body.entry)


def _moved(event: EventMap, answer: Answer) -> MoveReply | Problem:
    if answer.code is not None:
        return problem_of(answer)
    view = entry_in(answer)
    return MoveReply(view.entry, event.id, (view.ahead or 0) + 1)


def _staff_entry(view: EntryView) -> StaffEntry:
    wish, moved = view.wish, view.moved
    if wish is None:
        raise ValueError("lists of entries say what each waits for")
    return StaffEntry(
        view.entry,
        view.owner,
        STATUS[view.standing],
        rfc3339(view.joined_ms),
        wish.qty,
        wish.together,
        wish.categories,
        wish.max_price,
        wish.accessible,
        None if view.ahead is None else view.ahead + 1,
        view.hold,
        None if view.offered is None else view.offered.expires_at,
        None if moved is None else Moved(moved.by, rfc3339(moved.at_ms), moved.why),
    )


_ENTERING: Final = (
    ErrorCode.SEATS_AVAILABLE,
    ErrorCode.ALREADY_WAITING,
    ErrorCode.BEST_AVAILABLE_NOT_FOUND,
    ErrorCode.INVALID,
    ErrorCode.LIMIT_EXCEEDED,
    ErrorCode.SALE_NOT_OPEN,
    ErrorCode.SALE_PAUSED,
)
_ANSWERING: Final = (ErrorCode.OFFER_EXPIRED, ErrorCode.HOLD_MISMATCH)
_PATH: Final = "/events/{event}/waitlist"
OPERATIONS: Final = (
    Operation(
        "POST",
        _PATH,
        "Wait for seats that fit",
        join_waitlist,
        Wishing,
        WaitlistReply,
        status=201,
        keyed=True,
        errors=_ENTERING,
    ),
    Operation("GET", _PATH, "Read one's entry", read_entry, reply=WaitlistReply),
    Operation(
        "DELETE",
        _PATH,
        "Wait no longer",
        leave_waitlist,
        reply=WaitlistReply,
        key_heeded=True,
        errors=_ANSWERING,
    ),
    Operation(
        "POST",
        _PATH + "/accept",
        "Accept an offer",
        accept_offer,
        EntryNamed,
        WaitlistReply,
        keyed=True,
        errors=_ANSWERING,
    ),
    Operation(
        "POST",
        _PATH + "/decline",
        "Decline an offer",
        decline_offer,
        EntryNamed,
        WaitlistReply,
        key_heeded=True,
        errors=_ANSWERING,
    ),
    Operation(
        "GET",
        _PATH + "/entries",
        "Read who waits, in order",
        list_waitlist,
        reply=StaffList,
        query=WaitlistPage,
    ),
    Operation(
        "POST",
        _PATH + "/move",
        "Move an entry, for a reason",
        move_entry,
        Moving,
        MoveReply,
        key_heeded=True,
        errors=(ErrorCode.INVALID, ErrorCode.HOLD_MISMATCH, ErrorCode.LIMIT_EXCEEDED),
    ),
    Operation(
        "POST",
        _PATH + "/remove",
        "Take an entry off the list",
        remove_entry,
        EntryNamed,
        WaitlistReply,
        key_heeded=True,
        errors=_ANSWERING,
    ),
)
