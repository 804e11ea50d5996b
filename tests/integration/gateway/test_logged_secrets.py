"""What the log says of people and their keys: that something happened, and nothing that opens a door."""

from __future__ import annotations

import pyotp
import pytest

from tests.integration.gateway.people import ADA, PASSWORD, Person
from tests.integration.gateway.tills import hold, pay
from tests.integration.gateway.world import SECRET, World
from tests.known_failures.calls import BUYER

WRONG = "a wrong but long password"


async def test_secrets_and_names_are_in_no_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Through sign-in, a second factor, a stolen token, mail that fails, and a sale, at every level."""
    async with World() as world, world.http() as http:
        secrets = [SECRET, PASSWORD, WRONG, ADA, http.headers["authorization"].split()[1]]
        ada = await Person(world).register()
        stolen = ada.tokens["refresh_token"]
        secrets += [stolen, ada.tokens["access_token"]]
        assert "credentials_invalid" == await ada.refused("/auth/login", email=ADA, password=WRONG)
        begun = await ada.post("/auth/totp", password=PASSWORD)
        code = pyotp.TOTP(begun["secret"]).at(world.clock.now_ms() // 1000)
        enrolled = await ada.post("/auth/totp/confirm", enrolment=begun["enrolment"], code=code)
        secrets += [begun["secret"], begun["enrolment"], *enrolled["recovery_codes"]]
        asked = await Person(world).post("/auth/login", email=ADA, password=PASSWORD)
        used = {"challenge": asked["challenge"], "code": enrolled["recovery_codes"][0]}
        await Person(world).post("/auth/otp", **used)
        secrets.append(asked["challenge"])
        await ada.refresh()
        world.clock.ahead_ms += 60_000
        await ada.refresh()
        assert "token_invalid" == await Person(world).refused("/auth/refresh", refresh_token=stolen)
        world.mailer.broken = OSError(f"no route to {ADA}")
        await Person(world).post("/auth/login", email=ADA)
        order = await pay(http, await hold(http, world, ["FRONT-A-1"]), "card")
        assert 201 == order.status_code
        secrets += [BUYER["name"], BUYER["email"]]
    said = "".join(capsys.readouterr())
    for event in ("recovery_code_used", "refresh_token_reused", "mail_not_sent"):
        assert event in said
    assert [] == [secret for secret in secrets if secret in said]
