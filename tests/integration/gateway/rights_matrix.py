"""Who may do what, written a second time: what each role is told by each call and message.

A column a role, in the order of `ROLES`; the signs are those of `SIGNS`. The object of every call is
the first organiser's: its event, and what Ann holds and bought there.
"""

from __future__ import annotations

from typing import Any, Final

ROLES: Final = ("guest", "bob", "foreign", "ann", "organiser", "admin", "door")
"""Nobody, another buyer, another organiser, whose hold and order it is, their organiser, an admin,
and the organiser's staff at the door, with an account."""
SIGNS: Final = {"1": "token_missing", "3": "scope_missing", "4": "not_found", ".": "token_invalid"}
"""Whoever is told anything else was let in, which is "+"."""

PUBLIC: Final = "+++++++"
OWN: Final = "144+++4"
READ: Final = "144++++"
BUY: Final = "1++++++"
HOUSE: Final = "1343++3"
DOOR: Final = "1343+++"
NO_SESSION: Final = "1444444"
"""Operators' tokens have no account and no session behind them."""

VENUE: Final = {"name": "House", "city": "Graz", "country": "AT", "latitude": 47.07, "longitude": 15.44}
WISH: Final = {"qty": 1, "max_price": "1.00"}
"""Which no seat fulfils, so that whoever joins waits."""
BUYER: Final = {"name": "Ann", "email": "ann@example.org"}

REST: Final[dict[str, tuple[str, Any]]] = {
    "POST /holds": (BUY, {"event": "{event}", "seats": ["FRONT-A-6"]}),
    "GET /holds/{hold}": (OWN, None),
    "DELETE /holds/{hold}": (OWN, None),
    "POST /holds/{hold}/extend": (OWN, None),
    "POST /holds/{hold}/swap": (OWN, {"release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}),
    "POST /orders": (OWN, {"hold": "{hold}", "buyer": BUYER}),
    "GET /orders": (BUY, None),
    "GET /orders/{order}": (READ, None),
    "POST /orders/{order}/cancel": (OWN, None),
    "POST /orders/{order}/refund": (HOUSE, {"amount": "1.00"}),
    "POST /payments/{provider}/webhook": (PUBLIC, None),
    "POST /payments/sandbox/approve": ("4444444", {"client_secret": "none", "approve": True}),
    "GET /orders/{order}/tickets": (READ, None),
    "GET /orders/{order}/tickets.pdf": (READ, None),
    "GET /tickets/{ticket}.json": (READ, None),
    "GET /tickets/{ticket}.pdf": (READ, None),
    "GET /tickets/{ticket}.png": (READ, None),
    "GET /tickets/{ticket}.svg": (READ, None),
    "POST /tickets/{ticket}/transfer": (OWN, {"holder": BUYER, "generation": 9}),
    "GET /tickets/{ticket}/checkins": (DOOR, None),
    "POST /checkins": (DOOR, {"event": "{event}", "gate": "g", "device": "d", "scans": [{"code": "HF1:"}]}),
    "GET /ticket-keys": (PUBLIC, None),
    "POST /plans": ("13+3++3", {}),
    "POST /plans?organiser={organiser}": (HOUSE, {}),
    "POST /plans/preview": ("13+3++3", {}),
    "POST /plans/preview?organiser={organiser}": (HOUSE, {}),
    "GET /plans/{plan}": (PUBLIC, None),
    "GET /events/{event}/plan": (PUBLIC, None),
    "POST /events": (HOUSE, {"name": "A night", "plan": "{plan}"}),
    "POST /venues": ("13+3++3", VENUE),
    "POST /venues?organiser={organiser}": (HOUSE, VENUE | {"organiser": "{organiser}"}),
    "GET /venues": (PUBLIC, None),
    "GET /venues/{venue}": (PUBLIC, None),
    "GET /events": (PUBLIC, None),
    "GET /events.geojson": (PUBLIC, None),
    "GET /events.ics": (PUBLIC, None),
    "GET /events/{event}/calendar.ics": (PUBLIC, None),
    "GET /events/{event}/schema.jsonld": (PUBLIC, None),
    "PATCH /events/{event}": (HOUSE, {"name": "Another night"}),
    "GET /events/{event}": (PUBLIC, None),
    "GET /events/{draft}": ("4444+++", None),
    "POST /events/{event}/publish": (HOUSE, None),
    "POST /events/{event}/open": (HOUSE, None),
    "POST /events/{event}/pause": (HOUSE, None),
    "POST /events/{event}/resume": (HOUSE, None),
    "POST /events/{event}/close": (HOUSE, None),
    "GET /events/{event}/seats": (PUBLIC, None),
    "GET /events/{event}/seats?section=FRONT&as_of_seq=1": ("1333+++", None),
    "GET /events/{event}/changes?section=FRONT": (PUBLIC, None),
    "GET /events/{event}/stats": (HOUSE, None),
    "GET /events/{event}/report?by=section&format=csv": (HOUSE, None),
    "GET /events/{event}/board": (HOUSE, None),
    "GET /events/{event}/orders?format=csv": (HOUSE, None),
    "GET /analytics/daily?event={event}": (HOUSE, None),
    "GET /analytics/minutes?event={event}": (HOUSE, None),
    "GET /analytics/funnel?event={event}&by=category": (HOUSE, None),
    "GET /analytics/top": ("13+3++3", None),
    "GET /analytics/top?organiser={organiser}": (HOUSE, None),
    "GET /analytics/system": ("13333+3", None),
    "GET /events/{event}/audit?seat=FRONT-A-1": (DOOR, None),
    "POST /events/{event}/block": (HOUSE, {"seats": ["FRONT-B-6"]}),
    "POST /events/{event}/unblock": (HOUSE, {"seats": ["FRONT-B-6"]}),
    "POST /events/{event}/for-sale": (HOUSE, {"objects": ["FRONT-B-6"], "for_sale": True}),
    "POST /events/{event}/channels": (HOUSE, {"objects": ["FRONT-B-6"], "channel": None}),
    "POST /events/{event}/prices": (HOUSE, {"category": "gold", "type": "standard", "amount": "1.00"}),
    "POST /events/{event}/queue": (BUY, {}),
    "GET /events/{event}/queue": ("144+444", None),
    "DELETE /events/{event}/queue": ("144+444", None),
    "GET /events/{event}/queue/challenge": (BUY, None),
    "GET /events/{event}/queue/draw": (PUBLIC, None),
    "GET /events/{event}/queue/room": (DOOR, None),
    "POST /events/{event}/queue/gather": (HOUSE, None),
    "POST /events/{event}/queue/open": (HOUSE, None),
    "POST /events/{event}/queue/pause": (HOUSE, None),
    "POST /events/{event}/queue/resume": (HOUSE, None),
    "POST /events/{event}/queue/end": (HOUSE, None),
    "POST /events/{event}/queue/settings": (HOUSE, {"mode": "fifo"}),
    "POST /events/{event}/queue/admit": (HOUSE, {"count": 1}),
    "POST /events/{event}/waitlist": (BUY, WISH),
    "GET /events/{event}/waitlist": ("144+444", None),
    "DELETE /events/{event}/waitlist": ("144+444", None),
    "POST /events/{event}/waitlist/accept": (OWN, {"entry": "{entry}"}),
    "POST /events/{event}/waitlist/decline": (OWN, {"entry": "{entry}"}),
    "GET /events/{event}/waitlist/entries": (DOOR, None),
    "POST /events/{event}/waitlist/move": (HOUSE, {"entry": "{entry}", "reason": "A mistake."}),
    "POST /events/{event}/waitlist/remove": (HOUSE, {"entry": "{entry}"}),
    "POST /auth/register": (PUBLIC, {"email": "new@example.org", "password": "a long enough password"}),
    "POST /auth/login": (PUBLIC, {"email": "new@example.org"}),
    "POST /auth/otp": (PUBLIC, {"challenge": "none", "code": "00000000"}),
    "POST /auth/reset": (PUBLIC, {"email": "new@example.org"}),
    "POST /auth/refresh": (".......", {"refresh_token": "none"}),
    "POST /auth/guest": (PUBLIC, {}),
    "POST /auth/handover": ("1+3+333", None),
    "POST /auth/claim": ("1......", {"token": "none"}),
    "POST /auth/logout": (NO_SESSION, {}),
    "GET /auth/me": (NO_SESSION, None),
    "DELETE /auth/me": (NO_SESSION, None),
    "GET /auth/sessions": (BUY, None),
    "DELETE /auth/sessions/{session}": (NO_SESSION, None),
    "POST /auth/password": (NO_SESSION, {"current": "none", "password": "a long enough password"}),
    "POST /auth/totp": (NO_SESSION, {"password": "none"}),
    "POST /auth/totp/confirm": (BUY, {"enrolment": "none", "code": "00000000"}),
    "POST /auth/recovery-codes": (NO_SESSION, {"password": "none", "code": "00000000"}),
    "POST /auth/second-factor": (NO_SESSION, {"kind": "none", "password": "none"}),
    "POST /organisers": ("13333+3", {"name": "Another house"}),
    "GET /organisers/{organiser}": (DOOR, None),
    "GET /organisers/{organiser}/members": (HOUSE, None),
    "POST /organisers/{organiser}/members": (HOUSE, {"account": "usr_sam", "role": "staff"}),
    "DELETE /organisers/{organiser}/members/{member}": ("1343+43", None),
    "GET /organisers/{organiser}/keys": (HOUSE, None),
    "POST /organisers/{organiser}/keys": (HOUSE, {"name": "Shop", "mode": "live", "scopes": ["sales"]}),
    "DELETE /organisers/{organiser}/keys/{key}": ("1343+43", None),
    "POST /events/{event}/queue/revoke": ("1343+43", {"ticket": "{place}"}),
    "POST /webhook-endpoints": ("13+3++3", {"url": "https://example.org/hook"}),
    "GET /webhook-endpoints": ("13+3++3", None),
    "GET /webhook-endpoints?organiser={organiser}": (HOUSE, None),
    "GET /webhook-endpoints/{webhook}": (HOUSE, None),
    "GET /webhook-endpoints/{webhook}/deliveries": (HOUSE, None),
    "POST /webhook-endpoints/{webhook}/rotate": (HOUSE, {}),
    "POST /webhook-endpoints/{webhook}/enable": (HOUSE, None),
    "POST /webhook-endpoints/{webhook}/replay?event={event}": (HOUSE, None),
    "DELETE /webhook-endpoints/{webhook}": ("1343+43", None),
}
"""The signs of each call, and a body that is good."""

SOCKET: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "hello": (PUBLIC, {}),
    "subscribe": (PUBLIC, {"event": "{event}"}),
    "unsubscribe": (PUBLIC, {"event": "{event}"}),
    "sync": ("4444444", {"ch": "{event}/FRONT", "after": ["", 0]}),
    "ping": (PUBLIC, {}),
    "hold.create": (BUY, {"event": "{event}", "seats": ["FRONT-A-6"]}),
    "hold.release": (OWN, {"hold": "{hold}"}),
    "hold.extend": (OWN, {"hold": "{hold}"}),
    "hold.swap": (OWN, {"hold": "{hold}", "release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}),
    "checkout.begin": (OWN, {"hold": "{hold}", "buyer": BUYER}),
    "order.get": (READ, {"order": "{order}"}),
    "order.cancel": (OWN, {"order": "{order}"}),
    "waitlist.join": (BUY, {"event": "{event}", **WISH}),
    "waitlist.status": ("144+444", {"event": "{event}"}),
    "waitlist.leave": (OWN, {"entry": "{entry}"}),
    "waitlist.accept": (OWN, {"entry": "{entry}"}),
    "waitlist.decline": (OWN, {"entry": "{entry}"}),
    "queue.join": (BUY, {"event": "{queued}"}),
    "queue.leave": ("144+444", {"event": "{queued}"}),
    "queue.status": ("144+444", {"event": "{queued}"}),
    "queue.challenge": (BUY, {"event": "{queued}"}),
}
"""The signs of each message, and its `d`."""
