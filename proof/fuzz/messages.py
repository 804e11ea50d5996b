"""One good example of every message, to be spoiled. Words with a `$` are filled in by sessions."""

from __future__ import annotations

from typing import Any, Final

EVENT: Final = "$event"
POSITION: Final = ["$ep", 1]
BUYER: Final = {"name": "Ann", "email": "ann@example.com"}


def _hold(number: int, **body: Any) -> dict[str, Any]:
    return {"t": "hold.create", "id": number, "idem": f"k{number}", "d": {"event": EVENT} | body}


def _on_hold(kind: str, number: int, **body: Any) -> dict[str, Any]:
    return {"t": kind, "id": number, "idem": f"k{number}", "dl": 1500, "d": {"hold": "$hold"} | body}


HELLO: Final = {"t": "hello", "id": 1, "d": {"token": "$ann", "client": "fuzz"}}
GUEST: Final = {"t": "hello", "id": 1, "d": {}}
RESUMING: Final = {
    "t": "hello",
    "id": 2,
    "d": {"token": "$ann", "resume": {"session": "ses_1", "positions": {f"{EVENT}/FRONT": POSITION}}},
}
SUBSCRIBE: Final = {
    "t": "subscribe",
    "id": 3,
    "d": {"event": EVENT, "sections": ["FRONT"], "after": {f"{EVENT}/FRONT": POSITION}},
}
COUNTS: Final = {"t": "subscribe", "id": 4, "d": {"event": EVENT, "detail": "counts", "board": False}}
UNSUBSCRIBE: Final = {"t": "unsubscribe", "id": 5, "d": {"event": EVENT}}
SYNC: Final = {"t": "sync", "id": 6, "d": {"ch": f"{EVENT}/FRONT", "after": POSITION}}
SEATS: Final = _hold(7, seats=["FRONT-A-1", "FRONT-A-2"], types={"FRONT-A-1": "child"})
BEST: Final = _hold(
    8,
    best={
        "qty": 2,
        "sections": ["FRONT", "BACK"],
        "categories": ["gold"],
        "adjacent": True,
        "accessible": False,
        "max_price": "90.00",
    },
)
PLACES: Final = _hold(9, ga={"area": "FIELD", "qty": 3}) | {"dl": 1000}
MORE: Final = _hold(10, seats=["FRONT-A-3"], hold="$hold")
EXTEND: Final = _on_hold("hold.extend", 11)
SWAP: Final = _on_hold("hold.swap", 12, release=["FRONT-A-1"], take=["FRONT-B-1"], types={})
RELEASE: Final = _on_hold("hold.release", 13, seats=["FRONT-A-2"])
CHECKOUT: Final = _on_hold(
    "checkout.begin", 14, buyer=BUYER, payment={"provider": "sandbox", "method": "card"}
)
ORDER: Final = {"t": "order.get", "id": 15, "d": {"order": "$order"}}
CANCEL: Final = {"t": "order.cancel", "id": 16, "idem": "k16", "d": {"order": "$order"}}
PING: Final = {"t": "ping", "id": 17, "d": {}}
CHALLENGE: Final = {"t": "queue.challenge", "id": 18, "dl": 500, "d": {"event": EVENT}}
JOIN: Final = {"t": "queue.join", "id": 19, "idem": "k19", "d": {"event": EVENT, "challenge": "e30="}}
WAITING: Final = {"t": "queue.status", "id": 20, "d": {"event": EVENT}}
LEAVE: Final = {"t": "queue.leave", "id": 21, "idem": "k21", "d": {"event": EVENT}}
HOPE: Final = {
    "t": "waitlist.join",
    "id": 22,
    "idem": "k22",
    "d": {"event": EVENT, "qty": 2, "categories": ["gold"], "max_price": "90.00", "together": True},
}
HOPING: Final = {"t": "waitlist.status", "id": 23, "dl": 500, "d": {"event": EVENT}}
ACCEPT, DECLINE, GIVE_UP = (
    {"t": f"waitlist.{verb}", "id": number, "idem": f"k{number}", "d": {"entry": "$entry"}}
    for number, verb in enumerate(("accept", "decline", "leave"), 24)
)

REQUESTS: Final[tuple[dict[str, Any], ...]] = (
    *(HELLO, GUEST, RESUMING, SUBSCRIBE, COUNTS, UNSUBSCRIBE, SYNC),
    *(SEATS, BEST, PLACES, MORE, EXTEND, SWAP, RELEASE, CHECKOUT, ORDER, CANCEL, PING),
    *(CHALLENGE, JOIN, WAITING, LEAVE),
    *(HOPE, HOPING, ACCEPT, DECLINE, GIVE_UP),
)
REPLIES: Final[tuple[dict[str, Any], ...]] = (
    {"re": 1, "ok": True, "d": {"session": "ses_1", "principal": None, "heartbeat_ms": 25_000}},
    {
        "re": 2,
        "ok": False,
        "e": {"type": "about:blank", "title": "No.", "status": 409, "code": "seat_taken", "retryable": False},
    },
    {"t": "seats.delta", "ch": "evt_1/A", "ep": "e", "seq": 9, "from": 8, "d": {"u": [["A-1", "h"]]}},
)
"""What a server says."""
