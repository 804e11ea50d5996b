"""What is kept of accounts, in memory and in PostgreSQL: the same promises."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from engine.accounts.judging import Reused, Rotated
from engine.accounts.nouns import (
    FOREVER_MS,
    Account,
    ApiKey,
    Challenge,
    Membership,
    Organiser,
    Session,
)
from engine.catalogue import DEFAULT_ORGANISER, OrderRow
from engine.tickets import Reissue
from gateway.accounts.ports import AccountStore
from tests.contract.backends import AT_MS, Backend

ADA = Account("usr_ada", "ada@example.org", "Ada", False, AT_MS, password="hash")
CHALLENGE = Challenge("ask", "login", 3, AT_MS + 100, code=b"right", account=ADA.id)
SESSION = Session("lgn_1", ADA.id, "Browser", AT_MS, AT_MS, AT_MS + 1_000)
GRACE_MS, LIFE_MS = 10, 1_000


@pytest.fixture
def store(backend: Backend) -> AccountStore:
    """Each home's accounts."""
    return backend.accounts


async def test_an_address_belongs_to_one_account_and_to_any_number_of_guests(store: AccountStore) -> None:
    """Of two who prove it at once one is first."""
    people = store.people
    rival = replace(ADA, id="usr_rival")
    assert [False, True] == sorted(await asyncio.gather(people.add(ADA), people.add(rival)))
    for number in range(2):
        assert await people.add(replace(ADA, id=f"usr_guest{number}", guest=True))
    found = await people.by_email("ada@example.org")
    assert found is not None
    assert found in (ADA, rival)
    assert found == await people.account(found.id)
    assert None is await people.by_email("nobody@example.org")
    assert None is await people.account("usr_\0")


async def test_passwords_and_factors_are_replaced(store: AccountStore) -> None:
    """A new authenticator begins with the step of the code that proved it."""
    people = store.people
    await people.add(ADA)
    await people.set_password(ADA.id, "another")
    assert await people.enrol(ADA.id, "sealed", 5)
    assert await people.use_step(ADA.id, 7)
    assert not await people.use_step(ADA.id, 7)
    assert not await people.use_step(ADA.id, 6)
    changed = replace(ADA, password="another", second_factor="totp", totp="sealed", totp_step=7)
    assert changed == await people.account(ADA.id)


async def test_of_two_enrolments_at_once_one_counts(store: AccountStore) -> None:
    """Its secret and the step of its first code, and no recovery codes from before."""
    people = store.people
    await people.add(ADA)
    await people.set_recovery(ADA.id, ("old",))
    enrolled = await asyncio.gather(*(people.enrol(ADA.id, f"sealed-{number}", number) for number in (5, 6)))
    assert [False, True] == sorted(enrolled)
    number = 5 if enrolled[0] else 6
    changed = replace(ADA, second_factor="totp", totp=f"sealed-{number}", totp_step=number)
    assert changed == await people.account(ADA.id)
    assert not await people.use_step(ADA.id, number)
    assert not await people.enrol("usr_nobody", "sealed", 1)


async def test_a_recovery_code_is_used_once_whoever_is_fastest(store: AccountStore) -> None:
    """Two who bring it at once: one is let in; with another second factor all of them are gone."""
    people = store.people
    await people.add(ADA)
    assert await people.enrol(ADA.id, "sealed", 5)
    await people.set_recovery(ADA.id, ("zero", "one"))
    used = await asyncio.gather(*(people.use_recovery(ADA.id, 1, "one") for _ in range(2)))
    assert [False, True] == sorted(used)
    for place, code in ((0, "one"), (1, "one"), (2, "none"), (9, "none")):
        assert not await people.use_recovery(ADA.id, place, code)
    found = await people.account(ADA.id)
    assert found is not None
    assert ("zero", "") == found.recovery
    await people.set_second_factor(ADA.id, "none")
    assert ADA == await people.account(ADA.id)


async def test_a_code_opens_once_whoever_is_fastest(store: AccountStore) -> None:
    """Two who bring it at once: one is let in."""
    people = store.people
    await people.begin(CHALLENGE, AT_MS)
    assert CHALLENGE == await people.challenge("ask")
    opened = await asyncio.gather(*(people.answer("ask", b"right", AT_MS) for _ in range(2)))
    assert [CHALLENGE] == [each for each in opened if each is not None]
    assert None is await people.challenge("ask")


async def test_tries_run_out_and_so_does_time(store: AccountStore) -> None:
    """A wrong code costs one; the last one ends it, and nothing opens what is over."""
    people = store.people
    await people.begin(CHALLENGE, AT_MS)
    for _ in range(3):
        assert None is await people.answer("ask", b"wrong", AT_MS)
    assert None is await people.answer("ask", b"right", AT_MS)
    await people.begin(CHALLENGE, AT_MS)
    assert None is await people.answer("ask", b"right", CHALLENGE.expires_ms)
    await people.begin(replace(CHALLENGE, code=None, tries_left=1), AT_MS)
    assert None is not await people.spend("ask", AT_MS)
    assert None is await people.spend("ask", AT_MS)
    await people.end("ask")
    assert None is await people.challenge("ask")


async def test_what_is_over_is_swept_away(store: AccountStore) -> None:
    """When the next one begins."""
    await store.people.begin(CHALLENGE, AT_MS)
    await store.people.begin(replace(CHALLENGE, id="next"), CHALLENGE.expires_ms)
    assert None is await store.people.challenge("ask")


async def rotate(store: AccountStore, token: bytes, successor: bytes, at_ms: int) -> Rotated | Reused | None:
    """A token brought at this time."""
    return await store.sessions.rotate(token, successor, at_ms, GRACE_MS, LIFE_MS)


async def test_tokens_rotate_and_reuse_ends_the_session(store: AccountStore) -> None:
    """The newest rotates, the one before it gets the same again for a while, and then never."""
    await store.sessions.begin(SESSION, b"0")
    now_ms = AT_MS + 5
    first = await rotate(store, b"0", b"1", now_ms)
    went_on = replace(SESSION, generation=1, used_ms=now_ms, expires_ms=now_ms + LIFE_MS)
    assert Rotated(went_on, again=False) == first
    assert Rotated(went_on, again=True) == await rotate(store, b"0", b"1", now_ms + GRACE_MS - 1)
    assert None is await rotate(store, b"unknown", b"x", now_ms)
    assert went_on == await store.sessions.session(SESSION.id)
    assert isinstance(await rotate(store, b"0", b"1", now_ms + GRACE_MS), Reused)
    assert None is await rotate(store, b"1", b"2", now_ms + GRACE_MS)
    assert [(SESSION.id, FOREVER_MS)] == [
        (each.subject, each.before_ms) for each in await store.sessions.refused(0)
    ]


async def test_two_who_bring_one_token_at_once_get_one_successor(store: AccountStore) -> None:
    """One of them rotates, the other is told the same again."""
    await store.sessions.begin(SESSION, b"0")
    came = await asyncio.gather(*(rotate(store, b"0", b"1", AT_MS + 1) for _ in range(2)))
    assert {True, False} == {isinstance(each, Rotated) and each.again for each in came}
    assert 1 == max(each.session.generation for each in came if isinstance(each, Rotated))


async def test_a_session_that_is_over_does_not_rotate(store: AccountStore) -> None:
    """By time, or because it was ended."""
    await store.sessions.begin(SESSION, b"0")
    assert None is await rotate(store, b"0", b"1", SESSION.expires_ms)
    assert await store.sessions.revoke(ADA.id, SESSION.id, AT_MS)
    assert not await store.sessions.revoke(ADA.id, SESSION.id, AT_MS)
    assert None is await rotate(store, b"0", b"1", AT_MS)


async def test_sessions_are_ones_own(store: AccountStore) -> None:
    """Listed and ended by their account alone; old ones go when a new one begins."""
    for number in range(3):
        used = AT_MS + number
        await store.sessions.begin(replace(SESSION, id=f"lgn_{number}", used_ms=used), bytes([number]))
    other = replace(SESSION, id="lgn_other", account="usr_bob")
    await store.sessions.begin(other, b"other")
    listed = [each.id for each in await store.sessions.sessions(ADA.id, AT_MS)]
    assert ["lgn_2", "lgn_1", "lgn_0"] == listed
    assert not await store.sessions.revoke(ADA.id, "lgn_other", AT_MS)
    await store.sessions.revoke_all(ADA.id, AT_MS, but="lgn_1")
    assert ["lgn_1"] == [each.id for each in await store.sessions.sessions(ADA.id, AT_MS)]
    assert [other] == await store.sessions.sessions("usr_bob", AT_MS)
    later = replace(SESSION, id="lgn_later", created_ms=SESSION.expires_ms, expires_ms=FOREVER_MS)
    await store.sessions.begin(later, b"later")
    assert None is await store.sessions.session("lgn_1")


async def test_what_is_revoked_is_told_in_order_and_never_taken_back(store: AccountStore) -> None:
    """A later word about the same subject stands, an earlier one changes nothing."""
    for subject, before_ms in (("usr_a", 5), ("key_b", FOREVER_MS), ("usr_a", 9), ("usr_a", 7)):
        await store.sessions.refuse(subject, before_ms)
    told = await store.sessions.refused(0)
    assert {"usr_a": 9, "key_b": FOREVER_MS} == {each.subject: each.before_ms for each in told}
    assert [] == await store.sessions.refused(told[-1].at_ms)


async def test_members_and_their_roles(store: AccountStore) -> None:
    """Of organisers that there are."""
    organisers = store.organisers
    house = Organiser("org_house", "House", AT_MS)
    await organisers.add(house)
    assert house == await organisers.organiser(house.id)
    assert None is await organisers.organiser("org_none")
    assert not await organisers.put_member(Membership("org_none", ADA.id, "staff"))
    assert await organisers.put_member(Membership(house.id, ADA.id, "staff"))
    assert await organisers.put_member(Membership(house.id, ADA.id, "organiser"))
    assert await organisers.put_member(Membership(DEFAULT_ORGANISER, ADA.id, "staff"))
    assert [Membership(house.id, ADA.id, "organiser")] == await organisers.members(house.id)
    assert [DEFAULT_ORGANISER, house.id] == [each.organiser for each in await organisers.memberships(ADA.id)]
    assert await organisers.drop_member(house.id, ADA.id)
    assert not await organisers.drop_member(house.id, ADA.id)


async def test_api_keys_are_known_by_their_hash(store: AccountStore) -> None:
    """Also a revoked one, which its organiser lists no more; nobody else's organiser revokes it."""
    organisers = store.organisers
    keys = [
        ApiKey(f"key_{n}", DEFAULT_ORGANISER, "Shop", "test", ("sales",), bytes([n]), ADA.id, AT_MS + n)
        for n in range(2)
    ]
    for key in keys:
        await organisers.add_key(key)
    assert keys[0] == await organisers.key(b"\x00")
    assert None is await organisers.key(b"unknown")
    assert keys[::-1] == await organisers.keys(DEFAULT_ORGANISER)
    assert not await organisers.revoke_key("org_none", "key_0", AT_MS)
    assert await organisers.revoke_key(DEFAULT_ORGANISER, "key_0", AT_MS)
    assert not await organisers.revoke_key(DEFAULT_ORGANISER, "key_0", AT_MS)
    assert keys[1:] == await organisers.keys(DEFAULT_ORGANISER)
    assert replace(keys[0], revoked_ms=AT_MS) == await organisers.key(b"\x00")


async def test_guests_are_claimed_once(store: AccountStore) -> None:
    """By the first account that has their address."""
    await store.people.add(ADA)
    for number, email in enumerate(("ada@example.org", "ada@example.org", "bob@example.org")):
        guest = Account(f"usr_guest{number}", email, "", True, AT_MS + number)
        await store.people.add(guest)
    assert ("usr_guest1", "usr_guest0") == await store.people.claim_guests(ADA.id, "ada@example.org")
    assert () == await store.people.claim_guests("usr_other", "ada@example.org")
    assert ("usr_guest1", "usr_guest0") == await store.people.claim_guests(ADA.id, "ada@example.org")


async def test_erasure_takes_every_name_and_leaves_the_ids(backend: Backend) -> None:
    """The account's own, its guests', and those on their orders and tickets; others keep theirs."""
    store, catalogue = backend.accounts, backend.catalogue
    await store.people.add(ADA)
    await store.people.add(Account("usr_guest", ADA.email, "", True, AT_MS))
    await store.people.claim_guests(ADA.id, "ada@example.org")
    await store.sessions.begin(SESSION, b"0")
    await store.people.begin(CHALLENGE, AT_MS)
    await store.organisers.put_member(Membership(DEFAULT_ORGANISER, ADA.id, "staff"))
    orders = [
        OrderRow(f"ord_{who}", "evt_1", 1, "hld_1", who, "Name", "name@example.org", "sandbox", AT_MS)
        for who in (ADA.id, "usr_guest", "usr_bob")
    ]
    await catalogue.save_orders(orders)
    for ticket, order, owner in (
        ("tkt_1", "ord_usr_ada", None),
        ("tkt_2", "ord_usr_bob", ADA.id),
        ("tkt_3", "ord_usr_bob", None),
    ):
        await catalogue.tickets.reissue(
            Reissue(ticket, order, "evt_1", 1, "S-A-1", 1, owner, "Name", "name@example.org", "usr_x", AT_MS)
        )
    await store.people.erase(ADA.id)
    assert [None, None] == [await store.people.account(each) for each in (ADA.id, "usr_guest")]
    names = [row.buyer_name for each in orders if (row := await catalogue.order(each.id)) is not None]
    assert ["", "", "Name"] == names
    rows = await catalogue.tickets.rows(["tkt_1", "tkt_2", "tkt_3"])
    assert ["", "", "Name"] == [rows[each].holder_name for each in sorted(rows)]
    assert ADA.id == rows["tkt_2"].owner
    assert [] == await store.organisers.memberships(ADA.id)
    assert None is await store.sessions.session(SESSION.id)
    assert None is await store.people.challenge("ask")
    assert None is await rotate(store, b"0", b"1", AT_MS)
