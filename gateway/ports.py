"""What the gateway needs from outside. The composition root hands over the real ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from actors.room_wire import RoomChanges
from actors.wire import Answer, Changes
from engine.catalogue import (
    DEFAULT_ORGANISER,
    Billing,
    EventInfo,
    EventPage,
    EventStatus,
    Mode,
    Opening,
    OrderRow,
    PlanInfo,
)
from engine.commands import Request
from engine.listings import EventQuery, FoundPage, Near, Sort, Survey, Venue, VenuePage
from engine.plan import Plan
from engine.queue.commands import RoomRequest
from engine.queue.terms import QueueTerms
from engine.terms import Terms
from engine.tickets import CheckinRow, Reissue, Scan, TicketRow


class Sections(Protocol):
    """The way to the section actors. Infrastructure failures come as answers, never as exceptions."""

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        """Send a request; `on_answer` is called exactly once, on the loop, never inside this call."""

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""


class ChangeSource(Protocol):
    """Where news of a section comes from."""

    async def changes(self, stream: int, after_seq: int) -> Changes:
        """What became durable after `after_seq`; returns unchanged after about 20 s of silence.

        -1 asks for the whole status at once. May raise when the section cannot be reached;
        the caller tries again later.
        """


class Rooms(Protocol):
    """The way to the waiting rooms and the news of them; as `Sections` and `ChangeSource` have it."""

    async def ask(self, stream: int, request: RoomRequest, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""

    async def changes(self, stream: int, after_seq: int) -> RoomChanges:
        """What became durable after `after_seq`; -1 asks for the whole line at once. May raise."""


class Tickets(Protocol):
    """What became of tickets since they were sold. May raise `engine.journal.StorageUnavailable`."""

    async def rows(self, tickets: Sequence[str]) -> dict[str, TicketRow]:
        """The rows that there are, by ticket; a ticket without one is as it was sold."""

    async def admit(self, scans: Sequence[Scan]) -> dict[str, TicketRow]:
        """Let scans in as far as they are the first; the rows as they are then, by ticket."""

    async def reissue(self, to: Reissue) -> TicketRow:
        """Hand a ticket over if it is of that generation and not used; the row as it is then."""

    async def checkins(self, ticket: str) -> list[CheckinRow]:
        """Every scan of a ticket, the earliest first."""


class Discovery(Protocol):
    """Where events are, and what is left of them. May raise `engine.journal.StorageUnavailable`."""

    async def search(self, query: EventQuery, sort: Sort, limit: int, after: str | None = None) -> FoundPage:
        """Up to `limit` events that fit, from the page mark `after` on. A bad mark raises `ValueError`."""

    async def add_venue(self, venue: Venue) -> None:
        """Keep a venue."""

    async def venue(self, venue_id: str) -> Venue | None:
        """The venue by its id."""

    async def venues_by_id(self, venue_ids: Sequence[str]) -> dict[str, Venue]:
        """The venues that there are of these."""

    async def venues(self, near: Near | None, limit: int, after: str | None = None) -> VenuePage:
        """Venues, the nearest or the newest first. Raises `ValueError` for a bad mark."""

    async def claim_surveys(self, now_ms: int, stale_ms: int, streams_max: int) -> list[int]:
        """Sections that went on since they were looked at, and that nobody has claimed since `stale_ms`."""

    async def save_survey(self, survey: Survey) -> None:
        """Keep what was found in a section, unless something newer is known."""


class Openings(Protocol):
    """Sales that open by themselves. May raise `engine.journal.StorageUnavailable`."""

    async def claim(self, now_ms: int, due_ms: int, limit: int) -> Sequence[Opening]:
        """Those that are due, which nobody else is given before `due_ms`."""

    async def begin(self, event_id: str, now_ms: int) -> bool:
        """Have a published event be open if its hour has come; whether it is open now."""

    async def done(self, opening: Opening) -> None:
        """Nobody need look at it again, unless somebody set another hour meanwhile."""


class Catalogue(Protocol):
    """Plans, events and the personal side of orders. May raise `engine.journal.StorageUnavailable`."""

    @property
    def tickets(self) -> Tickets:
        """What became of tickets."""

    @property
    def discovery(self) -> Discovery:
        """Venues, and what is found where."""

    async def save_plan(self, plan: Plan, at_ms: int, organiser: str = DEFAULT_ORGANISER) -> PlanInfo:
        """Keep a plan; the same content of the same organiser again gives the same id."""

    async def plan(self, plan_id: str) -> Plan | None:
        """The plan itself."""

    async def plan_info(self, plan_id: str) -> PlanInfo | None:
        """What is known of a plan without reading it."""

    async def create_event(
        self,
        name: str,
        plan_id: str,
        terms: Terms,
        at_ms: int,
        queue: QueueTerms | None = None,
        *,
        mode: Mode = "live",
        billing: Billing = ...,
    ) -> EventInfo:
        """A new draft event: a stream for each section, and one for its waiting room if it has `queue`.

        It belongs to the organiser of its plan.
        Raises `LookupError` without the plan, or the venue of `billing`.
        """

    async def change_event(self, event_id: str, name: str, billing: Billing) -> EventInfo | None:
        """Change how an event is announced. Raises `LookupError` without the venue."""

    async def events_by_id(self, event_ids: Sequence[str]) -> dict[str, EventInfo]:
        """The events that there are of these."""

    async def event(self, event_id: str) -> EventInfo | None:
        """The event by its id."""

    async def events(self, limit: int, after: str | None = None) -> EventPage:
        """Up to `limit` events, newest first, from the page mark `after` on."""

    async def set_event_status(
        self, event_id: str, status: EventStatus, at_ms: int, reason: str = ""
    ) -> EventInfo | None:
        """Change the status of an event, and why if it pauses; that it is no draft any more is told."""

    async def set_price(self, event_id: str, category: str, ticket_type: str, amount: int) -> None:
        """Keep a price in the event's terms, and find the event by it from now on."""

    async def event_of_stream(self, stream: int) -> EventInfo | None:
        """The event that a section's stream belongs to."""

    async def save_orders(self, rows: Sequence[OrderRow]) -> None:
        """Keep order rows; one that is there already stays as it is. Not to be cancelled."""

    async def order(self, order_id: str) -> OrderRow | None:
        """The order row by its id."""

    async def orders_of(
        self, principals: Sequence[str], limit: int, after: str | None = None
    ) -> list[OrderRow]:
        """Up to `limit` order rows of these people, newest first, of those older than the order `after`."""


class Approved(msgspec.Struct, frozen=True):
    """The provider has the money, known to it as `reference`."""

    reference: str


class Declined(msgspec.Struct, frozen=True):
    """The provider said no; `reason` may be shown to the buyer."""

    reason: str


class PaymentProvider(Protocol):
    """Who may know at once whether money is needed; where it takes time a `Bank` is asked."""

    name: str

    def at_once(self, hold: str, method: str) -> Approved | Declined | None:
        """The decision where it takes neither time nor money, such as an invitation; else None.

        The same hold and method again give the same decision.
        """


class Readiness(Protocol):
    """Whether this gateway can sell."""

    async def obstacles(self) -> list[str]:
        """What stands in the way of a sale, in words; empty when nothing does."""


class Mailer(Protocol):
    """Who brings mail to people; a mail that was taken may still never arrive."""

    async def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Take a mail. Raises `OSError` when it cannot be taken now, `ValueError` for a bad address."""


class AdvancingClock(Protocol):
    """A clock that tests put forward, for everything on the server at once."""

    @property
    def ahead_ms(self) -> int:
        """How far it is ahead of the machine's."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""

    def advance(self, by_ms: int) -> int:
        """Put it forward; returns the new time. Raises `ValueError` beyond its bound."""
