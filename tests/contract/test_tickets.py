"""What the rows of tickets promise, wherever they live."""

from __future__ import annotations

import asyncio
from itertools import permutations

from msgspec.structs import replace

from engine.tickets import Reissue, Scan, TicketRow, used_by
from tests.contract.backends import AT_MS, Backend

TICKET = "tkt_1"


def scan(
    at_ms: int = 0, device: str = "a", ticket: str = TICKET, generation: int = 1, *, offline: bool = False
) -> Scan:
    """A ticket seen so many milliseconds after the doors opened."""
    return Scan(
        ticket=ticket,
        order_id="ord_1",
        event="evt_1",
        stream=7,
        seat="STALLS-C-5",
        generation=generation,
        scanned_ms=AT_MS + at_ms,
        device=device,
        scan=f"scan {at_ms}",
        offline=offline,
        gate=f"gate of {device}",
        admitted_by="usr_staff",
        received_ms=AT_MS + 60_000,
    )


def handing(generation: int = 1, name: str = "Bob") -> Reissue:
    """The ticket goes to somebody else."""
    return Reissue(
        *(TICKET, "ord_1", "evt_1", 7, "STALLS-C-5", generation),
        *("usr_bob", name, "bob@example.org", "usr_ada", AT_MS),
    )


async def test_a_ticket_as_it_was_sold_has_no_row(backend: Backend) -> None:
    """Nothing is written until something happens to it."""
    assert {} == await backend.catalogue.tickets.rows([TICKET, "tkt_\0"])
    assert [] == await backend.catalogue.tickets.checkins(TICKET)


async def test_the_first_scan_is_kept(backend: Backend) -> None:
    """A later one learns of the first, which stays."""
    tickets = backend.catalogue.tickets
    assert {TICKET: used_by(scan())} == await tickets.admit([scan()])
    assert {TICKET: used_by(scan())} == await tickets.admit([scan(5, "b")])
    assert {TICKET: used_by(scan())} == await tickets.rows([TICKET])
    assert ["a", "b"] == [each.device for each in await tickets.checkins(TICKET)]


async def test_two_doors_at_once_let_one_in(backend: Backend) -> None:
    """Of sixteen devices that bring one ticket at once exactly one lets in, and all agree on which."""
    tickets = backend.catalogue.tickets
    scans = [scan(-number, f"{number:x}") for number in range(16)]
    seen = await asyncio.gather(*(tickets.admit([each]) for each in scans))
    row = (await tickets.rows([TICKET]))[TICKET]
    assert [row] * 16 == [rows[TICKET] for rows in seen]
    assert 1 == sum(each.is_of(row) for each in scans)
    assert 16 == len(await tickets.checkins(TICKET))


async def test_a_repeated_scan_is_the_same_one(backend: Backend) -> None:
    """A device that did not hear the answer asks again and hears it; nothing is logged twice."""
    tickets = backend.catalogue.tickets
    for _ in range(3):
        row = (await tickets.admit([scan()]))[TICKET]
        assert scan().is_of(row)
    assert 1 == len(await tickets.checkins(TICKET))


async def test_what_was_scanned_offline_merges_the_same_in_any_order(backend: Backend) -> None:
    """The earliest scan wins, whichever comes to the server first, and repeating changes nothing."""
    tickets = backend.catalogue.tickets
    scans = [scan(at_ms, device, offline=True) for at_ms, device in ((30, "b"), (10, "B"), (10, "a"))]
    for number, order in enumerate(permutations(scans)):
        ticket = f"tkt_{number}"
        for each in (*order, *order):
            await tickets.admit([replace(each, ticket=ticket)])
        assert {ticket: used_by(replace(scans[1], ticket=ticket))} == await tickets.rows([ticket])
        assert ["B", "a", "b"] == [each.device for each in await tickets.checkins(ticket)]


async def test_who_was_let_in_offline_before_was_first(backend: Backend) -> None:
    """An offline scan takes over from a later one at another door; nobody who waits ever does."""
    tickets = backend.catalogue.tickets
    await tickets.admit([scan(20)])
    assert used_by(scan(20)) == (await tickets.admit([scan(10, "b")]))[TICKET]
    assert used_by(scan(20)) == (await tickets.admit([scan(30, "c", offline=True)]))[TICKET]
    first = scan(10, "c", offline=True)
    assert used_by(first) == (await tickets.admit([first, scan(5, "d")]))[TICKET]


async def test_a_batch_is_one_step(backend: Backend) -> None:
    """Several tickets, and several scans of one, in one call; two such calls cross without harm."""
    tickets = backend.catalogue.tickets
    batch = [scan(9 - number % 3, "b", f"tkt_{number // 3}", offline=True) for number in range(30)]
    forth, back = await asyncio.gather(tickets.admit(batch), tickets.admit(batch[::-1]))
    expected = {f"tkt_{number}": AT_MS + 7 for number in range(10)}
    assert expected == {ticket: row.used_ms for ticket, row in forth.items()}
    assert forth == back
    assert {} == await tickets.admit([])


async def test_a_ticket_that_was_handed_over_is_another(backend: Backend) -> None:
    """The next generation is the new holder's, and the old one lets nobody in."""
    tickets = backend.catalogue.tickets
    row = await tickets.reissue(handing())
    assert row == TicketRow(
        *(TICKET, "ord_1", "evt_1", 7, "STALLS-C-5", 2),
        *("usr_bob", "Bob", "bob@example.org", "usr_ada", AT_MS),
    )
    assert {TICKET: row} == await tickets.admit([scan(1)])
    used = replace(row, used_ms=AT_MS + 2, used_device="a", used_scan="scan 2", used_gate="gate of a")
    assert {TICKET: used} == await tickets.admit([scan(1), scan(2, generation=2)])


async def test_only_the_generation_that_is_named_is_handed_over(backend: Backend) -> None:
    """Of two who hand over the same one, one does; nobody skips a generation; a used ticket stays."""
    tickets = backend.catalogue.tickets
    assert 1 == (await tickets.reissue(handing(2))).generation
    rows = await asyncio.gather(*(tickets.reissue(handing(name=name)) for name in ("Bob", "Eve")))
    assert rows[0] == rows[1]
    assert (2, True) == (rows[0].generation, rows[0].holder_name in {"Bob", "Eve"})
    await tickets.admit([scan(generation=2)])
    assert 2 == (await tickets.reissue(handing(2))).generation
