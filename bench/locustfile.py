"""Locust users for a server of your own: buyers over the websocket, and over the REST fallback.

    locust -f bench/locustfile.py --host http://127.0.0.1:8000 --event evt_… --secret "$HOLDFAST_SECRET_KEY"

With `--secret` every user signs a token of their own; with `--token` all share one. Refusals
by the domain (a seat is gone) are answers, told apart by name; anything else is a failure.
Choose one kind of user by naming it: `… WebsocketBuyer`.
"""

from __future__ import annotations

import json
import time
import uuid
from argparse import ArgumentParser
from itertools import count
from random import Random
from typing import Any, Final

import websocket
from locust import FastHttpUser, User, between, events, task
from locust.exception import StopUser

from gateway.access.auth import issue_token
from protocol.closing import JSON

TOKEN_TTL_S: Final = 86_400
REPLY_TIMEOUT_S: Final = 30.0
REFUSALS: Final = frozenset({402, 404, 409, 410, 422, 423})
RELEASES_SHARE: Final = 0.2
ABANDONS_SHARE: Final = 0.1
PAYMENT: Final = {"provider": "sandbox", "method": "card"}
_numbers: Final = count(1)
_dice: Final = Random(1)


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]  # Locust has no type for it
def add_arguments(parser: ArgumentParser) -> None:
    """What a sale needs beside a host."""
    parser.add_argument("--event", required=True, help="The event that is sold.")
    parser.add_argument("--secret", default="", help="The server's key, to sign a token for each user.")
    parser.add_argument("--token", default="", help="One token for all users, instead of --secret.")
    parser.add_argument("--qty", type=int, default=2, help="Seats in a hold.")


class Failed(Exception):
    """The server did not answer as it should; the message has its code."""


class _Buyer:
    """What both kinds of user are: somebody with a token who wants seats of an event."""

    def __init__(self, options: Any) -> None:
        self.number: Final = next(_numbers)
        self.token: Final[str] = options.token or issue_token(
            options.secret, f"locust-{self.number}", "buyer", TOKEN_TTL_S
        )
        self.wish: Final = {"event": options.event, "best": {"qty": options.qty}}

    def payment(self, hold: str) -> dict[str, Any]:
        """The body of a checkout."""
        buyer = {"name": f"Buyer {self.number}", "email": f"buyer{self.number}@example.org"}
        return {"hold": hold, "buyer": buyer, "payment": PAYMENT}


class WebsocketBuyer(User):
    """Holds the best seats over one websocket, then pays, gives back, or walks away."""

    wait_time = between(0.1, 1.0)

    def on_start(self) -> None:
        """Connect and say hello."""
        self._buyer = _Buyer(self.environment.parsed_options)
        self._ids = count(1)
        address = str(self.host).replace("http", "ws", 1) + "/v1/ws"
        began_s = time.perf_counter()
        try:
            # An origin is what browsers have, and what the server would have to allow.
            self._socket = websocket.create_connection(
                address, timeout=REPLY_TIMEOUT_S, subprotocols=[JSON], suppress_origin=True
            )
        except (OSError, websocket.WebSocketException) as error:
            self._tell("connect", began_s, 0, error)
            raise StopUser from error
        if self._ask("hello", {"token": self._buyer.token}) is None:
            raise StopUser

    def on_stop(self) -> None:
        """Hang up."""
        self._socket.close()

    @task
    def shop(self) -> None:
        """One hold and what becomes of it."""
        held = self._ask("hold.create", self._buyer.wish)
        fate = _dice.random()
        if held is None or fate < ABANDONS_SHARE:
            return
        if fate < ABANDONS_SHARE + RELEASES_SHARE:
            self._ask("hold.release", {"hold": held["hold"]})
        else:
            self._ask("checkout.begin", self._buyer.payment(held["hold"]))

    def _ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The reply's body; None when it was no. Every request is told to Locust."""
        request = {"t": kind, "id": next(self._ids), "idem": uuid.uuid4().hex, "d": body}
        began_s, name = time.perf_counter(), kind
        failure: Exception | None = None
        size, reply = 0, None
        try:
            self._socket.send(json.dumps(request))
            while reply is None:
                size, reply = self._receive(request["id"])
        except (OSError, websocket.WebSocketException, ValueError) as error:
            failure = error
        else:
            if not reply["ok"]:
                name, failure = _judged(kind, reply["e"]["status"], reply["e"]["code"])
        self._tell(name, began_s, size, failure)
        return reply["d"] if reply is not None and reply["ok"] else None

    def _tell(self, name: str, began_s: float, size: int, failure: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type="WS",
            name=name,
            response_time=(time.perf_counter() - began_s) * 1000,
            response_length=size,
            exception=failure,
            context={},
        )

    def _receive(self, number: Any) -> tuple[int, dict[str, Any] | None]:
        frame = self._socket.recv()
        found = json.loads(frame)
        messages = found if isinstance(found, list) else [found]
        mine = next((each for each in messages if each.get("re") == number), None)
        return len(frame), mine


class RestBuyer(FastHttpUser):
    """The same over REST: what clients fall back to."""

    wait_time = between(0.1, 1.0)

    def on_start(self) -> None:
        """Get a token."""
        self._buyer = _Buyer(self.environment.parsed_options)

    @task
    def shop(self) -> None:
        """One hold and what becomes of it."""
        held = self._ask("POST", "/v1/holds", "/v1/holds", self._buyer.wish)
        fate = _dice.random()
        if held is None or fate < ABANDONS_SHARE:
            return
        if fate < ABANDONS_SHARE + RELEASES_SHARE:
            self._ask("DELETE", f"/v1/holds/{held['hold']}", "/v1/holds/{id}", None)
        else:
            self._ask("POST", "/v1/orders", "/v1/orders", self._buyer.payment(held["hold"]))

    def _ask(self, method: str, path: str, name: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {self._buyer.token}", "Idempotency-Key": uuid.uuid4().hex}
        with self.client.request(
            method, path, name=name, json=body, headers=headers, catch_response=True
        ) as reply:
            if reply.ok:
                return reply.json() if reply.text else {}
            code = (reply.js or {}).get("code", "no_answer") if reply.text else "no_answer"
            reply.request_meta["name"], failure = _judged(name, reply.status_code, code)
            if failure is None:
                reply.success()
            else:
                reply.failure(failure)
        return None


def _judged(name: str, status: int, code: str) -> tuple[str, Failed | None]:
    """Under which name a refusal is counted, and whether it is a failure."""
    return (f"{name}: {code}", None) if status in REFUSALS else (name, Failed(code))
