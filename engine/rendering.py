"""Which view an event or a finding has."""

from __future__ import annotations

import msgspec

from engine.events import AnyEvent, HoldChanged, HoldPlaced, HoldReleased, OrderBooked, PartTaken
from engine.figures import Figures
from engine.holds import Gathered, Hold, Order
from engine.layout import SectionLayout
from engine.part_views import render_gathered, render_part
from engine.terms import Terms
from engine.views import render, render_found
from engine.waitlist.events import (
    EntryEnded,
    EntryJoined,
    EntryListed,
    EntryMoved,
    OfferAccepted,
    OfferClaimed,
    OfferConfirmed,
    OfferReturned,
)
from engine.waitlist.party import Found
from engine.waitlist.views import render_entries, render_wait


def render_event(
    layout: SectionLayout, terms: Terms, event: AnyEvent, seq: int, history: str
) -> msgspec.Struct:
    """The reply to the command that led to `event`, record `seq` of the history `history`."""
    match event:
        case HoldPlaced() | OrderBooked() | HoldReleased() | HoldChanged():  # what comes most often, first
            return render(layout, terms, event, seq, history)
        case PartTaken():
            return render_part(layout, event, seq, history)
        case (
            EntryEnded()
            | EntryJoined()
            | EntryListed()
            | EntryMoved()
            | OfferAccepted()
            | OfferClaimed()
            | OfferConfirmed()
            | OfferReturned()
        ):
            return render_wait(layout, terms, event, seq, history)
        case _:
            return render(layout, terms, event, seq, history)


def render_read(
    layout: SectionLayout,
    terms: Terms,
    found: Hold | Order | Gathered | Found | Figures,
    seq: int,
    history: str,
) -> msgspec.Struct:
    """What was asked for, as it is at `seq`."""
    if isinstance(found, Found):
        return render_entries(layout, terms, found, seq, history)
    if isinstance(found, Gathered):
        return render_gathered(layout, found, seq, history)
    if isinstance(found, Figures):
        return found
    return render_found(layout, terms, found, seq, history)
