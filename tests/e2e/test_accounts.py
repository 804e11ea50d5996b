"""Accounts before a whole server: PostgreSQL, mails as files, two gateways, and what its logs say."""

from __future__ import annotations

import asyncio
import re
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bench.server_process import ServerProcess
from client import AccountClient, HoldfastClient
from client.errors import Unauthorized
from protocol.accounts import ChallengeReply, TokensReply
from protocol.closing import JSON
from tests.databases import temporary_directory
from tests.e2e.world import World, random_port, rows_of

PASSWORD = "a long enough password"
ADA = "ada@example.org"


async def code_for(server: ServerProcess, seen: set[Path]) -> str:
    """The code of the next mail that the server writes."""
    while True:
        mails = await asyncio.to_thread(lambda: sorted((server.data_dir / "mails").glob("*.eml")))
        for path in mails:
            if path not in seen:
                seen.add(path)
                text = message_from_bytes(path.read_bytes(), policy=policy.default).get_content()
                return str(re.findall(r"\b\d{8}\b", text)[0])
        await asyncio.sleep(0)


async def signed_in(server: ServerProcess, seen: set[Path], email: str = ADA) -> AccountClient:
    """A fresh account."""
    account = AccountClient(server.url)
    challenge = await account.register(email, PASSWORD, "Ada")
    assert isinstance(await account.answer(challenge, await code_for(server, seen)), TokensReply)
    return account


async def hello(server: ServerProcess, token: str) -> tuple[object, dict[str, object]]:
    """A websocket that has said hello with this token."""
    uri = server.url.replace("http", "ws") + "/v1/ws"
    socket = await connect(uri, subprotocols=[JSON])  # type: ignore[list-item]  # the name is a text to us
    await socket.send(msgspec.json.encode({"t": "hello", "id": 1, "d": {"token": token}}).decode())
    return socket, msgspec.json.decode(await socket.recv())


async def test_an_account_lives_on_a_whole_server() -> None:
    """Made, bought with, refreshed in place, revoked at both gateways, erased; and no log knows a secret."""
    with temporary_directory() as directory:
        environment = {"HOLDFAST_GATEWAYS": "2", "HOLDFAST_LOG_LEVEL": "debug"}
        with ServerProcess(directory / "data", random_port(), environment) as server:
            await _live(World(server), server)


async def stolen(server: ServerProcess) -> set[str]:
    """Somebody brings a refresh token that was replaced twice; the tokens that there were."""
    tablet = AccountClient(server.url)
    assert isinstance(await tablet.log_in(ADA, PASSWORD), TokensReply)
    tokens = [tablet.refresh_token or ""]
    for _ in range(2):
        await tablet.refresh()
        tokens.append(tablet.refresh_token or "")
    for token in (tokens[0], tokens[-1]):
        with pytest.raises(Unauthorized):
            await AccountClient(server.url, token).refresh()
    return set(tokens)


async def _live(world: World, server: ServerProcess) -> None:
    seen: set[Path] = set()
    event = await world.put_on_sale(rows_of(4))
    ada = await signed_in(server, seen)
    secrets = {PASSWORD, ADA, ada.token or "", ada.refresh_token or ""}
    async with HoldfastClient(server.url, ada.token) as client:
        hold = await client.hold_create(event, ["S-1-1"])
        client.renew(await ada.refresh())
        order = await client.checkout(hold.hold, "Ada", ADA)
        assert "confirmed" == order.status
    secrets |= {ada.token or "", ada.refresh_token or ""}
    phone = AccountClient(server.url)
    asked = await phone.log_in(ADA)
    assert isinstance(asked, ChallengeReply)
    secrets.add(code := await code_for(server, seen))
    assert isinstance(await phone.answer(asked, code), TokensReply)
    assert phone.tokens is not None
    assert 2 == len(await ada.sessions())
    # Enough of them that each gateway has some.
    sockets = [await hello(server, phone.token or "") for _ in range(8)]
    await ada.end_session(phone.tokens.session)
    for socket, reply in sockets:
        assert reply["ok"], reply
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()  # type: ignore[attr-defined]  # a connection of the library's
        assert closed.value.rcvd is not None
        assert 4401 == closed.value.rcvd.code
    with pytest.raises(Unauthorized):
        await phone.refresh()
    secrets |= await stolen(server)
    await ada.erase()
    with pytest.raises(Unauthorized):
        await AccountClient(server.url).log_in(ADA, PASSWORD)
    log = server.log
    assert "refresh_token_reused" in log
    assert [] == [secret for secret in secrets if secret and secret in log]
