"""The draw: anybody can recompute it, and when you joined does not matter."""

from __future__ import annotations

import hashlib
import hmac
import random
from statistics import NormalDist, correlation

import pytest

from engine.ids import id_body
from engine.queue.commands import GatherRoom, GetDraw, JoinRoom, OpenRoom
from engine.queue.decisions import RoomAnswered
from engine.queue.draw import drawn, list_hash, seed_hash
from engine.queue.phases import RoomPhase
from engine.queue.terms import QueueTerms
from engine.queue.views import DrawView
from tests.unit.queue.room_world import Room

DRAWS = 200
MEMBERS = 100


def test_a_draw_by_hand() -> None:
    """The rule of the documents, recomputed with nothing of ours."""
    seed = bytes(range(32))
    tickets = [f"que_{number * 7 % 20:02}" for number in range(20)]
    hashed = hashlib.sha256(b"".join(ticket.encode() + b"\n" for ticket in tickets)).digest()
    keys = {each: hmac.new(seed, hashed + each.encode(), hashlib.sha256).hexdigest() for each in tickets}
    assert sorted(tickets, key=keys.__getitem__) == drawn(seed, tickets)
    assert hashed.hex() == list_hash(tickets)
    assert hashlib.sha256(seed).hexdigest() == seed_hash(seed)


def test_the_draw_never_changes() -> None:
    """What was published once must be found again by every later version."""
    tickets = [f"que_{number}" for number in range(6)]
    assert ["que_4", "que_0", "que_2", "que_3", "que_5", "que_1"] == drawn(b"\x07" * 32, tickets)


def test_a_list_of_other_people_is_another_draw() -> None:
    """The seed alone says nothing about an order: it is bound to the list."""
    seed = b"\x01" * 32
    tickets = [f"que_{number}" for number in range(50)]
    shorter = tickets[:-1]
    assert [each for each in drawn(seed, tickets) if each != tickets[-1]] != drawn(seed, shorter)


def test_join_time_and_position_do_not_correlate() -> None:
    """Over 200 seeded draws the mean rank correlation is what chance gives, and so is its spread.

    Spearman's coefficient of a fair draw of n has mean 0 and variance 1 / (n - 1), so the mean
    over 200 draws of 100 lies within 3.3 standard errors of 0, 0.0235, but for one time in a
    thousand; the sum of squares (n - 1) r² over the draws is close to chi square with 200
    degrees of freedom, whose central 99.9 % lie between 138 and 275.
    """
    randomness = random.Random(20_260_214)
    ranks = list(range(1, MEMBERS + 1))
    coefficients = []
    for number in range(DRAWS):
        tickets = [f"que_{id_body(number, randomness.getrandbits(42), 9)}" for _ in ranks]
        order = drawn(randomness.randbytes(32), tickets)
        position_of = {ticket: place for place, ticket in enumerate(order, 1)}
        coefficients.append(correlation(ranks, [position_of[ticket] for ticket in tickets]))
    standard_error = (1 / (MEMBERS - 1) / DRAWS) ** 0.5
    bound = NormalDist().inv_cdf(0.9995) * standard_error
    assert abs(sum(coefficients) / DRAWS) < bound
    assert 138 < sum((MEMBERS - 1) * each**2 for each in coefficients) < 275


def test_every_place_is_as_likely_for_the_first_as_for_the_last() -> None:
    """Who joined first gets each fifth of the line about as often: chi square, 4 degrees of freedom."""
    randomness = random.Random(7)
    tickets = [f"que_{number:03}" for number in range(50)]
    for who in (tickets[0], tickets[-1]):
        fifths = [0] * 5
        for _ in range(1_000):
            fifths[drawn(randomness.randbytes(32), tickets).index(who) // 10] += 1
        assert sum((count - 200) ** 2 / 200 for count in fifths) < 18.47


def room_of(count: int) -> Room:
    """A room with a draw, in which so many gathered."""
    room = Room(QueueTerms(mode="random", draw_ms=1_000, rate_per_minute=60), audited=False)
    room.ask("staff", GatherRoom())
    for number in range(count):
        room.ask(f"early{number}", JoinRoom())
    return room


def view_of(room: Room, after: int = 0, limit: int = 1_000) -> DrawView:
    """What is published of the draw."""
    decision = room.ask("anybody", GetDraw(after, limit))
    assert isinstance(decision, RoomAnswered)
    assert isinstance(decision.view, DrawView)
    return decision.view


def test_hashes_before_the_seed_after() -> None:
    """Before the draw the commitments are public and the seed is not; afterwards all is."""
    room = room_of(30)
    seed = room.state.seed
    before = view_of(room)
    assert (seed_hash(seed), "", "", ()) == (before.seed_hash, before.list_hash, before.seed, before.entries)
    room.ask("staff", OpenRoom())
    frozen = view_of(room)
    tickets = [ticket for ticket, _ in frozen.entries]
    assert (list_hash(tickets), "", 30) == (frozen.list_hash, frozen.seed, frozen.size)
    assert {0} == {place for _, place in frozen.entries}
    room.advance(1_000)
    after = view_of(room)
    assert (frozen.seed_hash, frozen.list_hash, seed.hex()) == (after.seed_hash, after.list_hash, after.seed)
    assert drawn(seed, tickets) == [ticket for ticket, _ in sorted(after.entries, key=lambda entry: entry[1])]


def test_a_long_list_comes_in_pages() -> None:
    """All pages together are the list, in the order of joining."""
    room = room_of(7)
    room.ask("staff", OpenRoom())
    pages = [view_of(room, 0, 3), view_of(room, 3, 3), view_of(room, 6, 3)]
    assert [3, 6, None] == [page.next for page in pages]
    assert view_of(room).entries == sum((page.entries for page in pages), ())
    assert 1 == len(view_of(room, -5, 0).entries)


def test_no_draw_no_commitment() -> None:
    """A room that never gathered publishes nothing."""
    assert DrawView("", "", 0, "", (), None) == view_of(Room())


@pytest.mark.parametrize("late", [0, 5])
def test_first_come_first_served_behind_the_draw(late: int) -> None:
    """The drawn ones are let in in the order of the draw, the later ones exactly as they came."""
    room = room_of(20)
    room.ask("staff", OpenRoom())
    between = [f"between{number}" for number in range(late)]
    for who in between:
        room.ask(who, JoinRoom())
    room.advance(1_000)
    assert RoomPhase.OPEN is room.state.phase
    behind = [f"late{number}" for number in range(10)]
    for who in behind:
        room.ask(who, JoinRoom())
    seed, draw = room.state.seed, room.state.draw
    room.advance(60_000)
    order = [admission.ticket for news in room.news for admission in news.admitted]
    expected = drawn(seed, draw.tickets) + [room.tickets[who] for who in between + behind]
    assert expected == order
    room.audit()
