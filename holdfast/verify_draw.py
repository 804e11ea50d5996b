"""`holdfast verify-draw`: makes the draw of a waiting room again, with code of its own.

The rule is in `docs/WAITING_ROOM.md`; nothing of the engine's draw is used to check it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from hmac import digest as hmac_digest
from pathlib import Path

import msgspec

from engine.queue.events import decode_room_record
from engine.queue.replay import replay_room
from engine.queue.views import draw_view
from holdfast.database import open_database
from holdfast.output import console
from holdfast.settings import Settings
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore

PAGE_RECORDS = 10_000
BREACHES_TOLD_MAX = 20


class PublishedDraw(msgspec.Struct, frozen=True):
    """What is published of a draw: all pages of `GET /v1/events/{event}/queue/draw` as one."""

    event: str
    seed_hash: str
    list_hash: str
    size: int
    seed: str
    tickets: tuple[tuple[str, int], ...]


class DrawVerdict(msgspec.Struct, frozen=True):
    """Whether a draw is what its hashes and its seed say; `positions` were made again."""

    event: str
    positions: int
    breaches: tuple[str, ...]


_draws: msgspec.json.Decoder[PublishedDraw | list[PublishedDraw]] = msgspec.json.Decoder(
    PublishedDraw | list[PublishedDraw]
)


def judge_draw(draw: PublishedDraw) -> DrawVerdict:
    """Make the draw again."""
    breaches = tuple(_breaches(draw))[:BREACHES_TOLD_MAX]
    return DrawVerdict(draw.event, len(draw.tickets), breaches)


def _breaches(draw: PublishedDraw) -> Iterator[str]:
    if not draw.seed:
        yield "the draw is not made yet: there is no seed"
        return
    if len(draw.tickets) != draw.size:
        yield f"{len(draw.tickets)} tickets of {draw.size} are here: get the other pages too"
        return
    try:
        seed, bound = bytes.fromhex(draw.seed), bytes.fromhex(draw.list_hash)
    except ValueError:
        yield "seed and list_hash must be hexadecimal"
        return
    if sha256(seed).hexdigest() != draw.seed_hash:
        yield "the seed is not the one whose hash was published"
    listed = sha256()
    for ticket, _ in draw.tickets:
        listed.update(f"{ticket}\n".encode())
    if listed.digest() != bound:
        yield "the list is not the one whose hash was published"
    ranked = sorted(
        (hmac_digest(seed, bound + ticket.encode(), "sha256"), ticket) for ticket, _ in draw.tickets
    )
    place_of = {ticket: place for place, (_, ticket) in enumerate(ranked, 1)}
    for ticket, place in draw.tickets:
        if place_of[ticket] != place:
            yield f"{ticket} was given place {place}, the draw gives {place_of[ticket]}"


def read_draw(file: Path) -> PublishedDraw:
    """What was saved of the call, one page or a list of all. Raises `ValueError`."""
    try:
        found = _draws.decode(file.read_bytes())
    except msgspec.DecodeError as error:
        raise ValueError(f"{file} is no published draw: {error}") from None
    if isinstance(found, PublishedDraw):
        return found
    if not found:
        raise ValueError(f"{file} has no page")
    tickets = tuple(ticket for page in found for ticket in page.tickets)
    return msgspec.structs.replace(found[0], tickets=tickets)


async def stored_draw(settings: Settings, event_id: str) -> PublishedDraw:
    """The draw as the journal of the event's room has it. Raises `LookupError`."""
    async with open_database(settings) as database:
        catalogue, store = PostgresCatalogue(database.dsn), PostgresSectionStore(database.dsn)
        try:
            event = await catalogue.event(event_id)
            if event is None or event.queue is None:
                raise LookupError(f"{event_id} is no event with a waiting room")
            return await _from_journal(store, event_id, event.queue.stream)
        finally:
            await store.close()
            await catalogue.close()


async def _from_journal(store: PostgresSectionStore, event: str, stream: int) -> PublishedDraw:
    state, breaches = replay_room(())
    while page := await store.read(stream, state.seq, PAGE_RECORDS):
        records = [(stored.seq, decode_room_record(stored.data)) for stored in page]
        state, breaches = replay_room(records, state)
        if breaches:
            raise ValueError(f"the room's journal is not sound: {breaches[0]}")
    view = draw_view(state, 0, state.joined + 1)
    return PublishedDraw(event, view.seed_hash, view.list_hash, view.size, view.seed, view.entries)


def tell(verdict: DrawVerdict) -> None:
    """Say what was found."""
    for breach in verdict.breaches:
        console.print(f"[red]breach[/red] {breach}", highlight=False)
    words = "[red]is not what was published[/red]" if verdict.breaches else "[green]is as published[/green]"
    console.print(f"the draw of {verdict.event} {words}: {verdict.positions:,} positions")
