"""What opens an account whose authenticator is lost, before a real gateway."""

from __future__ import annotations

import pyotp

from tests.integration.gateway.people import ADA, PASSWORD, Person
from tests.integration.gateway.world import World


async def test_recovery_codes_stand_in_for_an_authenticator_each_once() -> None:
    """Ten, told once: typed as one likes they sign in, are told of by mail, and are replaced as a whole."""
    async with World() as world:
        ada = await Person(world).register()
        begun = await ada.post("/auth/totp", password=PASSWORD)
        totp = pyotp.TOTP(begun["secret"])

        def code() -> str:
            world.clock.ahead_ms += 60_000
            return str(totp.at(world.clock.now_ms() // 1000))

        confirmed = await ada.post("/auth/totp/confirm", enrolment=begun["enrolment"], code=code())
        codes = confirmed["recovery_codes"]
        assert 10 == len(set(codes))

        async def asked() -> str:
            reply = await Person(world).post("/auth/login", email=ADA, password=PASSWORD)
            return str(reply["challenge"])

        there = await Person(world).took(
            await Person(world).post(
                "/auth/otp", challenge=await asked(), code=codes[3].replace("-", "").upper()
            )
        )
        assert "A recovery code was used" == (await world.mailer.next()).subject
        assert 9 == (await there.ask("GET", "/auth/me")).json()["recovery_codes"]
        used = {"challenge": await asked(), "code": codes[3]}
        assert "code_invalid" == await Person(world).refused("/auth/otp", **used)
        wrong = codes[4][:-1] + ("x" if codes[4][-1] != "x" else "y")
        assert "code_invalid" == await Person(world).refused("/auth/otp", **{**used, "code": wrong})
        renewed = await ada.post("/auth/recovery-codes", password=PASSWORD, code=code())
        assert set(codes).isdisjoint(renewed["recovery_codes"])
        assert "New recovery codes" == (await world.mailer.next()).subject
        old = {"kind": "none", "password": PASSWORD, "code": codes[0]}
        assert "code_invalid" == await ada.refused("/auth/second-factor", **old)
        await ada.post("/auth/second-factor", **{**old, "code": renewed["recovery_codes"][0]})
        none_left = {"password": PASSWORD, "code": renewed["recovery_codes"][1]}
        assert "invalid" == await ada.refused("/auth/recovery-codes", **none_left)
        assert 0 == (await ada.ask("GET", "/auth/me")).json()["recovery_codes"]


async def test_recovery_codes_are_kept_as_hashes() -> None:
    """What is stored opens nothing, and five guesses end a challenge."""
    async with World() as world:
        ada = await Person(world).register()
        begun = await ada.post("/auth/totp", password=PASSWORD)
        code = pyotp.TOTP(begun["secret"]).at(world.clock.now_ms() // 1000)
        enrolled = await ada.post("/auth/totp/confirm", enrolment=begun["enrolment"], code=code)
        account = await world.accounts.people.by_email(ADA)
        assert account is not None
        assert all(each.startswith("$argon2id$") for each in account.recovery)
        challenge = (await Person(world).post("/auth/login", email=ADA, password=PASSWORD))["challenge"]
        for _ in range(5):
            guess = {"challenge": challenge, "code": "0-00000-00000"}
            assert "code_invalid" == await Person(world).refused("/auth/otp", **guess)
        right = {"challenge": challenge, "code": enrolled["recovery_codes"][0]}
        assert "code_invalid" == await Person(world).refused("/auth/otp", **right)


async def test_an_authenticator_is_not_replaced_by_a_password_alone() -> None:
    """Who is signed in and knows the password leaves the old one with its code; late enrolments too."""
    async with World() as world:
        ada = await Person(world).register()
        first, second = [await ada.post("/auth/totp", password=PASSWORD) for _ in range(2)]

        def enrolment(begun: dict[str, str]) -> dict[str, str]:
            code = pyotp.TOTP(begun["secret"]).at(world.clock.now_ms() // 1000)
            return {"enrolment": begun["enrolment"], "code": code}

        made = await ada.post("/auth/totp/confirm", **enrolment(first))
        assert "invalid" == await ada.refused("/auth/totp", password=PASSWORD)
        assert "invalid" == await ada.refused("/auth/totp/confirm", **enrolment(second))
        leaving = {"kind": "none", "password": PASSWORD, "code": made["recovery_codes"][0]}
        await ada.post("/auth/second-factor", **leaving)
        await ada.post("/auth/totp/confirm", **enrolment(second))
