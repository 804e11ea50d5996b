"""Accounts: making one, signing in, codes, second factors, passwords, and what strangers learn."""

from __future__ import annotations

import pyotp
import pytest

from gateway.accounts.settings import AccountSettings
from tests.integration.gateway.people import ADA, PASSWORD, Person
from tests.integration.gateway.world import World

WRONG = "00000000"


def wrong_for(code: str) -> str:
    """A code that is not this one."""
    return WRONG if code != WRONG else "11111111"


async def test_an_account_is_made_by_its_code_and_signs_in() -> None:
    """Before the code has come back there is no account; after it there is, with its password."""
    async with World() as world:
        ada = Person(world)
        asked = await ada.post("/auth/register", email="Ada@Example.org", password=PASSWORD, name="Ada")
        mail = await world.mailer.next()
        assert ADA == mail.to
        assert "credentials_invalid" == await ada.refused("/auth/login", email=ADA, password=PASSWORD)
        await ada.took(await ada.post("/auth/otp", challenge=asked["challenge"], code=mail.code))
        me = (await ada.ask("GET", "/auth/me")).json()
        assert (ADA, "Ada", False, []) == (me["email"], me["name"], me["guest"], me["memberships"])
        other = await Person(world).log_in()
        assert 200 == await other.me()
        assert "credentials_invalid" == await other.refused("/auth/login", email=ADA, password="wrong")


async def test_a_code_is_good_once_for_few_tries_and_a_short_while() -> None:
    """Used, guessed at too often, or late: it opens nothing."""
    async with World() as world:
        ada = await Person(world).register()
        asked = await ada.post("/auth/login", email=ADA)
        code = (await world.mailer.next()).code
        await ada.post("/auth/otp", challenge=asked["challenge"], code=code)
        assert "code_invalid" == await ada.refused("/auth/otp", challenge=asked["challenge"], code=code)
        asked = await ada.post("/auth/login", email=ADA)
        code = (await world.mailer.next()).code
        for _ in range(AccountSettings().code_tries):
            guessed = await ada.refused("/auth/otp", challenge=asked["challenge"], code=wrong_for(code))
            assert "code_invalid" == guessed
        assert "code_invalid" == await ada.refused("/auth/otp", challenge=asked["challenge"], code=code)
        asked = await ada.post("/auth/login", email=ADA)
        code = (await world.mailer.next()).code
        world.clock.ahead_ms += AccountSettings().code_ttl_ms
        assert "code_invalid" == await ada.refused("/auth/otp", challenge=asked["challenge"], code=code)


async def test_strangers_are_told_the_same_as_people_with_an_account() -> None:
    """Registering, asking for a code and asking for a new password give away nobody."""
    async with World() as world:
        await Person(world).register()
        for path, rest in (("register", {"password": PASSWORD}), ("login", {}), ("reset", {})):
            known = await Person(world).post(f"/auth/{path}", email=ADA, **rest)
            stranger = await Person(world).post(f"/auth/{path}", email="stranger@example.org", **rest)
            assert known.keys() == stranger.keys()
            assert ("challenge", "email") == (stranger["kind"], stranger["method"])
            assert len(known["challenge"]) == len(stranger["challenge"])
        told = [
            await Person(world).refused("/auth/login", email=email, password="not the password")
            for email in (ADA, "stranger@example.org")
        ]
        assert ["credentials_invalid"] * 2 == told


async def test_registering_again_tells_the_owner_and_changes_nothing() -> None:
    """Who has an account is told so by mail; the password stays."""
    async with World() as world:
        await Person(world).register()
        asked = await Person(world).post("/auth/register", email=ADA, password="another password")
        assert "You have an account already" == (await world.mailer.next()).subject
        assert "code_invalid" == await Person(world).refused(
            "/auth/otp", challenge=asked["challenge"], code=WRONG
        )
        await Person(world).log_in()


async def test_a_forgotten_password_is_replaced_and_everybody_else_is_signed_out() -> None:
    """The code and the new password come together; a bad password does not use up the code."""
    async with World() as world:
        before = await Person(world).register()
        asked = await Person(world).post("/auth/reset", email=ADA)
        answer = {"challenge": asked["challenge"], "code": (await world.mailer.next()).code}
        assert "invalid" == await Person(world).refused("/auth/otp", **answer)
        assert "invalid" == await Person(world).refused("/auth/otp", **answer, password="short")
        after = await Person(world).took(
            await Person(world).post("/auth/otp", **answer, password="a new password")
        )
        assert "Your password was changed" == (await world.mailer.next()).subject
        assert (401, 200) == (await before.me(), await after.me())
        assert "token_invalid" == await before.refused(
            "/auth/refresh", refresh_token=before.tokens["refresh_token"]
        )
        assert "credentials_invalid" == await before.refused("/auth/login", email=ADA, password=PASSWORD)
        await Person(world).log_in("a new password")


async def test_a_changed_password_ends_all_sessions_but_this_one() -> None:
    """The old password has to be known."""
    async with World() as world:
        here = await Person(world).register()
        there = await Person(world).log_in()
        assert "credentials_invalid" == await here.refused(
            "/auth/password", current="not it", password="a new password"
        )
        await here.post("/auth/password", current=PASSWORD, password="a new password")
        assert (200, 401) == (await here.me(), await there.me())


async def test_an_authenticator_is_asked_for_and_each_of_its_codes_is_good_once() -> None:
    """Enrolled with its first code; from then on no password and no mail alone signs in."""
    async with World() as world:
        ada = await Person(world).register()
        begun = await ada.post("/auth/totp", password=PASSWORD)
        totp = pyotp.TOTP(begun["secret"])
        assert begun["secret"] in begun["uri"]

        def code() -> str:
            return str(totp.at(world.clock.now_ms() // 1000))

        wrong = {"enrolment": "forged", "code": code()}
        assert "code_invalid" == await ada.refused("/auth/totp/confirm", **wrong)
        await ada.post("/auth/totp/confirm", enrolment=begun["enrolment"], code=code())
        asked = await Person(world).post("/auth/login", email=ADA, password=PASSWORD)
        assert ("challenge", "totp") == (asked["kind"], asked["method"])
        used = {"challenge": asked["challenge"], "code": code()}
        assert "code_invalid" == await Person(world).refused("/auth/otp", **used)
        world.clock.ahead_ms += 60_000
        fresh = {"challenge": asked["challenge"], "code": code()}
        await Person(world).took(await Person(world).post("/auth/otp", **fresh))
        assert "code_invalid" == await Person(world).refused("/auth/otp", **fresh)
        by_mail = await Person(world).post("/auth/login", email=ADA)
        then = await Person(world).post(
            "/auth/otp", challenge=by_mail["challenge"], code=(await world.mailer.next()).code
        )
        assert ("challenge", "totp") == (then["kind"], then["method"])
        world.clock.ahead_ms += 60_000
        ada = await Person(world).took(
            await Person(world).post("/auth/otp", challenge=then["challenge"], code=code())
        )
        leaving = {"kind": "none", "password": PASSWORD}
        assert "code_invalid" == await ada.refused("/auth/second-factor", **leaving)
        world.clock.ahead_ms += 60_000
        await ada.post("/auth/second-factor", **leaving, code=code())
        await Person(world).log_in()


async def test_a_code_by_mail_as_second_factor_is_not_the_first_one_too() -> None:
    """The password comes first, then the code; a code alone is not offered."""
    async with World() as world:
        ada = await Person(world).register()
        await ada.post("/auth/second-factor", kind="email", password=PASSWORD)
        await Person(world).post("/auth/login", email=ADA)
        asked = await Person(world).post("/auth/login", email=ADA, password=PASSWORD)
        assert ("challenge", "email") == (asked["kind"], asked["method"])
        code = (await world.mailer.next()).code
        assert world.mailer.empty
        await Person(world).took(await ada.post("/auth/otp", challenge=asked["challenge"], code=code))


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "1234567890", ADA])
async def test_a_password_that_anybody_would_try_is_refused(password: str) -> None:
    """Whether or not there is an account already."""
    async with World() as world:
        assert "invalid" == await Person(world).refused("/auth/register", email=ADA, password=password)


async def test_attempts_are_counted_by_account() -> None:
    """Beyond its burst nobody tries passwords of an account, from wherever; others go on."""
    async with World(bounds=AccountSettings(attempts_per_account="2/h burst 2")) as world:
        for _ in range(2):
            assert "credentials_invalid" == await Person(world).refused(
                "/auth/login", email=ADA, password=PASSWORD
            )
        reply = await Person(world).ask("POST", "/auth/login", email=ADA, password=PASSWORD)
        assert (429, "rate_limited") == (reply.status_code, reply.json()["code"])
        assert int(reply.headers["retry-after"]) > 0
        assert "credentials_invalid" == await Person(world).refused(
            "/auth/login", email="bob@example.org", password=PASSWORD
        )


async def test_attempts_are_counted_by_address() -> None:
    """Whichever accounts they are at; another address goes on."""
    async with World(bounds=AccountSettings(attempts_per_address="2/h burst 2")) as world:
        guesser = Person(world, address="203.0.113.7")
        told = [
            await guesser.refused("/auth/login", email=f"{n}@example.org", password=PASSWORD)
            for n in range(3)
        ]
        assert ["credentials_invalid", "credentials_invalid", "rate_limited"] == told
        other = Person(world, address="203.0.113.8")
        assert "credentials_invalid" == await other.refused("/auth/login", email=ADA, password=PASSWORD)


async def test_too_many_hashes_at_once_are_refused() -> None:
    """Who would wait behind too many is told to come later."""
    async with World(bounds=AccountSettings(hashes_at_once=0, hashes_waiting_max=0)) as world:
        told = await Person(world).refused("/auth/login", email=ADA, password=PASSWORD)
        assert "rate_limited" == told


async def test_mail_that_cannot_be_sent_changes_no_answer() -> None:
    """The same reply, and the code that never came opens nothing."""
    async with World() as world:
        world.mailer.broken = OSError("the server is away")
        asked = await Person(world).post("/auth/register", email=ADA, password=PASSWORD)
        assert "challenge" == asked["kind"]
