"""What the log says of people and their keys: that something happened, and nothing that opens a door."""

from __future__ import annotations

import httpx
import pyotp
import pytest

from engine.catalogue import DEFAULT_ORGANISER
from tests.integration.gateway.people import ADA, PASSWORD, Person
from tests.integration.gateway.tills import hold, pay
from tests.integration.gateway.world import SECRET, World
from tests.known_failures.calls import BUYER

WRONG = "a wrong but long password"


async def guest_secrets(http: httpx.AsyncClient) -> list[str]:
    """Somebody without an account, handed over to another page, once with a code that was cut short."""
    guest = (await http.post("/v1/auth/guest")).json()["token"]
    own = {"Authorization": f"Bearer {guest}"}
    code = (await http.post("/v1/auth/handover", headers=own)).json()["code"]
    cut = await http.post("/v1/auth/guest", json={"handover": code[:-3]})
    assert "token_invalid" == cut.json()["code"]
    handed = await http.post("/v1/auth/guest", json={"handover": code})
    return [guest, code, code[:-3], handed.json()["token"]]


async def house_secrets(world: World) -> list[str]:
    """An organiser's endpoint for webhooks, before and after its secret is changed, and a key of a program's.

    The key works, is tried beyond its scope, is cut short, and is ended.
    """
    async with world.http("organiser", "boss") as http:
        hook = (
            await http.post("/v1/webhook-endpoints", json={"url": "https://shop.example.org/hook"})
        ).json()
        rotated = await http.post(f"/v1/webhook-endpoints/{hook['endpoint']}/rotate", json={})
        assert 200 == rotated.status_code, rotated.text
        keys = f"/v1/organisers/{DEFAULT_ORGANISER}/keys"
        wanted = {"name": "Shop", "mode": "live", "scopes": ["catalogue:read"]}
        key = (await http.post(keys, json=wanted)).json()
        for method, path, status, said in (
            ("GET", "/v1/events", 200, key["secret"]),
            ("POST", f"/v1/events/{world.event.id}/pause", 403, key["secret"]),
            ("GET", "/v1/events", 401, key["secret"][:-3]),
        ):
            reply = await http.request(method, path, headers={"Authorization": f"Bearer {said}"})
            assert status == reply.status_code, reply.text
        assert 200 == (await http.delete(f"{keys}/{key['key']}")).status_code
        return [hook["secret"], rotated.json()["secret"], key["secret"], key["secret"][:-3]]


async def test_secrets_and_names_are_in_no_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Through sign-in, a second factor, a stolen token, mail that fails, keys, and a guest's sale."""
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
        secrets += await guest_secrets(http) + await house_secrets(world)
        order = await pay(http, await hold(http, world, ["FRONT-A-1"]), "card")
        assert 201 == order.status_code
        secrets += [BUYER["name"], BUYER["email"]]
    said = "".join(capsys.readouterr())
    for event in ("recovery_code_used", "refresh_token_reused", "mail_not_sent"):
        assert event in said
    assert [] == [secret for secret in secrets if secret in said]
