"""What gateways are told of entries; they tell members and staff."""

from __future__ import annotations

import msgspec

from engine.events import PlacesItem, SeatItem
from engine.fees import amount_of
from engine.holds import Hold
from engine.layout import SectionLayout
from engine.terms import Terms
from engine.views import Acknowledged, ItemView, Money, Position, item_views, money, rfc3339
from engine.waitlist.events import EntryEnded, EntryJoined, EntryMoved, OfferAccepted, WaitlistEvent
from engine.waitlist.party import Found, Party, Past, Placed, Reorder
from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish


class Offered(msgspec.Struct, frozen=True):
    """The hold that an entry is offered or accepted, and until when."""

    hold: str
    items: tuple[ItemView, ...]
    total: Money
    expires_at: str


class EntryView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry as its section has it; what a reply does not know has its default."""

    entry: str
    standing: Standing
    section: str
    pos: Position
    owner: str = ""
    joined_ms: int = 0
    wish: Wish | None = None
    ahead: int | None = None
    rank: int = 0
    streams: tuple[int, ...] = ()
    elsewhere: int = 0
    hold: str | None = None
    offered: Offered | None = None
    moved: Reorder | None = None


class EntriesView(msgspec.Struct, frozen=True):
    """Entries in their order; `whole`: there are no more; no record after `changed_seq` changed any."""

    entries: tuple[EntryView, ...]
    whole: bool
    section: str
    pos: Position
    changed_seq: int = 0


def render_wait(
    layout: SectionLayout, terms: Terms, event: WaitlistEvent, seq: int, history: str
) -> EntryView | Acknowledged:
    """The reply to the command that led to `event`, from the event alone."""
    name, pos = layout.name, (history, seq)
    match event:
        case EntryJoined():
            return EntryView(
                event.entry,
                Standing.WAITING,
                name,
                pos,
                joined_ms=event.joined_ms,
                wish=event.wish,
                ahead=event.ahead,
                rank=event.rank,
                streams=event.streams,
            )
        case EntryMoved(entry=entry, ahead=ahead, rank=rank):
            return EntryView(entry, Standing.WAITING, name, pos, ahead=ahead, rank=rank)
        case EntryEnded(entry=entry, standing=standing):
            return EntryView(entry, standing, name, pos)
        case OfferAccepted():
            offered = _offered(layout, terms, event.hold, event.seats, event.places, event.expires_ms)
            return EntryView(event.entry, Standing.ACCEPTED, name, pos, hold=event.hold, offered=offered)
        case _:
            return Acknowledged(name, pos)


def render_entries(
    layout: SectionLayout, terms: Terms, found: Found, seq: int, history: str
) -> EntryView | EntriesView:
    """Entries as they are at `seq`."""
    pos = (history, seq)
    views = tuple([_entry_view(layout, terms, each, pos) for each in found.entries])
    return views[0] if found.one else EntriesView(views, found.whole, layout.name, pos, found.changed_seq)


def _entry_view(layout: SectionLayout, terms: Terms, placed: Placed, pos: Position) -> EntryView:
    party, hold = placed.party, placed.hold
    view = EntryView(
        party.entry,
        party.standing,
        layout.name,
        pos,
        party.owner,
        party.joined_ms,
        party.wish,
        hold=party.hold,
        offered=None if hold is None else _of_hold(layout, terms, hold),
    )
    return view if isinstance(party, Past) else _living(view, party, placed.ahead)


def _living(view: EntryView, party: Party, ahead: int | None) -> EntryView:
    return msgspec.structs.replace(
        view,
        ahead=ahead,
        rank=party.rank,
        streams=party.streams,
        elsewhere=party.elsewhere,
        moved=party.moved,
    )


def _of_hold(layout: SectionLayout, terms: Terms, hold: Hold) -> Offered:
    return _offered(layout, terms, hold.id, hold.seats, hold.places, hold.deadline_ms)


def _offered(
    layout: SectionLayout,
    terms: Terms,
    hold: str,
    seats: tuple[SeatItem, ...],
    places: tuple[PlacesItem, ...],
    ends_ms: int,
) -> Offered:
    items = item_views(layout, terms.currency, seats, places)
    total = money(amount_of(terms.fees, seats, places), terms.currency)
    return Offered(hold, items, total, rfc3339(ends_ms))
