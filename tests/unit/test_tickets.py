from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ids import id_body
from engine.tickets import Place, Scan, checkin_of, counting_scans, order_of, places_of, ticket_id, used_by

ORDER = f"ord_{id_body(1_700_000_000_000, 5, 7)}"
LABELS = st.text(min_size=1, max_size=12)
PLACES = st.builds(Place, LABELS, LABELS, st.integers(1, 1000))


def scan(ticket: str, at_ms: int, device: str = "a", generation: int = 1) -> Scan:
    """A ticket seen offline."""
    return Scan(
        ticket=ticket,
        order_id=ORDER,
        event="evt_1",
        stream=7,
        seat="A-1-1",
        generation=generation,
        scanned_ms=at_ms,
        device=device,
        scan=str(at_ms),
        offline=True,
        gate="main",
        admitted_by="usr_1",
        received_ms=99,
    )


@settings(deadline=None)
@given(st.lists(PLACES, unique=True, max_size=40))
def test_a_tickets_id_follows_from_its_order_and_place(places: list[Place]) -> None:
    """Each place has one of its own, the same at every time, and it leads back to the order."""
    tickets = [ticket_id(ORDER, place) for place in places]
    assert tickets == [ticket_id(ORDER, place) for place in places]
    assert len(places) == len(set(tickets))
    assert {ORDER} >= {order_of(ticket) for ticket in tickets}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_what_is_no_id_leads_nowhere(text: str) -> None:
    """Whatever callers send for a ticket's id."""
    assert order_of(text) is None
    assert order_of(f"tkt_{text}!") is None
    assert order_of(ticket_id(ORDER, Place("A", "b")) + "0") is None


def test_every_place_of_an_order_is_counted() -> None:
    """Places of one area and type are numbered through, also where they are two items."""
    items = [("A-1-1", "adult", 1), ("PIT", "adult", 2), ("PIT", "child", 1), ("PIT", "adult", 1)]
    expected = [
        (0, Place("A-1-1", "adult")),
        (1, Place("PIT", "adult", 1)),
        (1, Place("PIT", "adult", 2)),
        (2, Place("PIT", "child", 1)),
        (3, Place("PIT", "adult", 3)),
    ]
    assert expected == places_of(items)


def test_giving_back_some_places_leaves_the_other_tickets_as_they_are() -> None:
    """An order that has two places fewer has the same ids for those that are left."""
    before = {
        place for _, place in places_of([("A-1-1", "adult", 1), ("A-1-2", "adult", 1), ("PIT", "child", 3)])
    }
    after = {place for _, place in places_of([("A-1-2", "adult", 1), ("PIT", "child", 2)])}
    assert after == before - {Place("A-1-1", "adult"), Place("PIT", "child", 3)}


@settings(deadline=None)
@given(st.permutations([scan("t2", 5), scan("t1", 5, "b"), scan("t1", 5, "a"), scan("t1", 9), scan("t0", 1)]))
def test_of_each_ticket_the_earliest_scan_counts(scans: list[Scan]) -> None:
    """In the order of the tickets, however the batch was ordered; devices break a tie."""
    assert [scan("t0", 1), scan("t1", 5, "a"), scan("t2", 5)] == counting_scans(scans)


def test_of_two_generations_the_newer_counts() -> None:
    """It was signed, so the older one had been given up."""
    assert [scan("t", 9, generation=2)] == counting_scans([scan("t", 1), scan("t", 9, generation=2)])


def test_the_scan_that_used_a_ticket_up_is_known_again() -> None:
    """By its device, its own name and the ticket's generation; what is kept of it says as much."""
    first, later = scan("tkt_1", 10), scan("tkt_1", 11)
    row = used_by(first)
    assert [True, False] == [first.is_of(row), later.is_of(row)]
    kept = checkin_of(first)
    assert (first.ticket, first.device, first.scan) == (kept.ticket, kept.device, kept.scan)
