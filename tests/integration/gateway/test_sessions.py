"""Sessions: rotation, reuse, revocation across gateways, and what open websockets make of it."""

from __future__ import annotations

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.access.auth import issue_token
from gateway.accounts.settings import AccountSettings
from tests.integration.gateway.people import PASSWORD, Person
from tests.integration.gateway.world import SECRET, World

GRACE_MS = AccountSettings().refresh_grace_ms


async def test_a_stolen_token_that_was_rotated_ends_its_session() -> None:
    """Whoever brings it, neither they nor who has the newest one goes on; access ends too."""
    async with World() as world:
        ada = await Person(world).register()
        other = await Person(world).log_in()
        stolen = ada.tokens["refresh_token"]
        await ada.refresh()
        world.clock.ahead_ms += GRACE_MS
        thief = Person(world)
        assert "token_invalid" == await thief.refused("/auth/refresh", refresh_token=stolen)
        newest = ada.tokens["refresh_token"]
        assert "token_invalid" == await ada.refused("/auth/refresh", refresh_token=newest)
        assert (401, 200) == (await ada.me(), await other.me())


async def test_a_lost_answer_is_given_again_and_an_older_token_never() -> None:
    """For a while the token before the newest gets the same successor; the one before that is reuse."""
    async with World() as world:
        ada = await Person(world).register()
        first = ada.tokens["refresh_token"]
        second = (await ada.post("/auth/refresh", refresh_token=first))["refresh_token"]
        again = (await ada.post("/auth/refresh", refresh_token=first))["refresh_token"]
        assert second == again
        third = (await ada.post("/auth/refresh", refresh_token=second))["refresh_token"]
        assert third != second
        assert "token_invalid" == await ada.refused("/auth/refresh", refresh_token=first)
        assert "token_invalid" == await ada.refused("/auth/refresh", refresh_token=third)


async def test_what_is_no_refresh_token_ends_nothing() -> None:
    """Neither a made-up one nor an access token."""
    async with World() as world:
        ada = await Person(world).register()
        for made_up in ("hfr_nonsense", ada.tokens["access_token"]):
            assert "token_invalid" == await ada.refused("/auth/refresh", refresh_token=made_up)
        await ada.refresh()


async def test_a_session_that_rests_too_long_is_over() -> None:
    """After its time the refresh token is good for nothing."""
    async with World() as world:
        ada = await Person(world).register()
        world.clock.ahead_ms += AccountSettings().refresh_ttl_ms
        refused = await ada.refused("/auth/refresh", refresh_token=ada.tokens["refresh_token"])
        assert "token_invalid" == refused


async def test_sessions_are_listed_and_ended_and_websockets_close_at_every_gateway() -> None:
    """A session that is ended at one gateway is closed at another as soon as that looks."""
    async with World() as world, world.another_gateway() as other:
        ada = await Person(world).register()
        phone = Person(world)
        await phone.took(
            await phone.post("/auth/login", email=ada.email, password=PASSWORD, client="Telephone")
        )
        listed = (await ada.ask("GET", "/auth/sessions")).json()["data"]
        assert {("unnamed", True), ("Telephone", False)} == {
            (each["client"], each["current"]) for each in listed
        }
        async with world.socket() as here, world.socket(app=other) as there, world.socket(app=other) as mine:
            for socket, who in ((here, phone), (there, phone), (mine, ada)):
                hello = await socket.ask("hello", {"token": who.tokens["access_token"]})
                assert ada.tokens["account"] == hello["d"]["principal"]
            ended = await ada.ask("DELETE", f"/auth/sessions/{phone.tokens['session']}")
            assert 200 == ended.status_code
            assert 4401 == await here.closed()
            assert 4401 == await there.closed()
            assert (await mine.ask("ping", {}))["ok"]
        async with world.socket(app=other) as late:
            refused = await late.ask("hello", {"token": phone.tokens["access_token"]})
            assert "token_expired" == refused["e"]["code"]
        again = await ada.ask("DELETE", f"/auth/sessions/{phone.tokens['session']}")
        assert 404 == again.status_code


async def test_nobody_ends_anothers_session() -> None:
    """It answers as one that does not exist."""
    async with World() as world:
        ada, bob = await Person(world).register(), await Person(world, "bob@example.org").register()
        reply = await bob.ask("DELETE", f"/auth/sessions/{ada.tokens['session']}")
        assert (404, 200) == (reply.status_code, await ada.me())


async def test_signing_out_here_and_everywhere() -> None:
    """Here alone, or on every device."""
    async with World() as world:
        ada = await Person(world).register()
        second, third = await Person(world).log_in(), await Person(world).log_in()
        await second.post("/auth/logout")
        assert (200, 401, 200) == (await ada.me(), await second.me(), await third.me())
        await ada.post("/auth/logout", everywhere=True)
        assert (401, 401) == (await ada.me(), await third.me())


async def test_a_session_goes_on_with_a_fresh_token_on_the_same_connection() -> None:
    """`hello` again renews it; without that commands are refused once the token has expired."""
    async with World() as world, world.socket() as socket:
        ada = await Person(world).register()
        assert (await socket.ask("hello", {"token": ada.tokens["access_token"]}))["ok"]
        await ada.refresh()
        assert (await socket.ask("hello", {"token": ada.tokens["access_token"]}))["ok"]
        hold = await socket.ask("hold.create", {"event": world.event.id, "seats": ["FRONT-A-1"]}, "1")
        assert hold["ok"]


async def test_access_tokens_are_proven_with_the_published_keys_and_keys_rotate() -> None:
    """The first key signs, the one behind it is still trusted, and one that is taken away is not."""
    old, new = bytes(range(32)), bytes(range(1, 33))
    async with World(token_keys=(old,)) as world:
        ada = await Person(world).register()
        token = ada.tokens["access_token"]
        keys = (await Person(world)._http.get("http://test/.well-known/jwks.json")).json()["keys"]
        kid = jwt.get_unverified_header(token)["kid"]
        key = jwt.PyJWK(next(each for each in keys if each["kid"] == kid))
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="holdfast.v1", issuer="holdfast")
        assert ada.tokens["account"] == claims["sub"]
    for trusted, expected in (((new, old), "not_found"), ((new,), "token_invalid")):
        async with World(token_keys=trusted) as world:
            stranger = Person(world)
            stranger.tokens = {"access_token": token}
            assert expected == (await stranger.ask("GET", "/auth/me")).json()["code"]


async def test_algorithms_are_never_confused() -> None:
    """A token signed with the public key as a secret, or with somebody's own key, is not good."""
    async with World() as world:
        ada = await Person(world).register()
        good = ada.tokens["access_token"]
        header, claims = (
            jwt.get_unverified_header(good),
            jwt.decode(good, options={"verify_signature": False}),
        )
        typ, kid = header["typ"], header["kid"]
        own = Ed25519PrivateKey.generate()
        forged = [
            jwt.encode(claims, SECRET, algorithm="HS256", headers={"typ": typ, "kid": kid}),
            jwt.encode(claims, own, algorithm="EdDSA", headers={"typ": typ, "kid": kid}),
            jwt.encode(claims, own, algorithm="EdDSA", headers={"typ": typ}),
        ]
        for token in forged:
            ada.tokens = {"access_token": token}
            assert 401 == await ada.me()
        ada.tokens = {"access_token": issue_token(SECRET, "usr_op", "admin", 60)}
        assert 404 == await ada.me()
