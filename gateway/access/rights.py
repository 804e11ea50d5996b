"""Who may do what: one table for every call over REST and every message of the websocket.

A call that has no row here is served to nobody (`right_of` raises, and the gateway does not
start). What a row means for a caller is judged in `gateway.access.judging`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from protocol.keys import Scope

Who = Literal["anyone", "caller", "staff", "organiser", "admin"]
Of = Literal["nothing", "event", "hold", "order", "entry", "ticket", "plan", "organiser", "webhook"]


class Right(msgspec.Struct, frozen=True):
    """What a call asks of its caller.

    `who` is the least role: for `staff` and above, in the organiser that the object `of` belongs
    to. `scope` is what an API key must have been given; without one no key may. Where callers do it
    with their own things, `house` is the least role that does it with those of an organiser's
    buyers too, and `house_scope` what lets a key do so.
    """

    who: Who
    scope: Scope | None = None
    of: Of = "nothing"
    house: Who = "organiser"
    house_scope: Scope | None = None


PUBLIC: Final = Right("anyone", "catalogue:read")
OWN_HOLD: Final = Right("caller", "sales", "hold")
OWN_ORDER: Final = Right("caller", "sales", "order", house="staff", house_scope="orders:read")
OWN_TICKET: Final = Right("caller", "sales", "ticket", house="staff", house_scope="orders:read")
PLACE: Final = Right("caller", "sales", "event")
HOOK: Final = Right("organiser", "webhooks", "webhook")
ME: Final = Right("caller")
TENANT: Final = Right("organiser", of="organiser")
SALE: Final = Right("organiser", "catalogue:write", "event")
ANNOUNCED: Final = Right("anyone", "catalogue:read", "event", house="staff", house_scope="catalogue:read")

REST: Final[Mapping[str, Right]] = MappingProxyType(
    {
        "become_guest": Right("anyone"),
        "hand_guest_over": Right("caller"),
        "create_hold": Right("caller", "sales", "event"),
        "read_hold": OWN_HOLD,
        "release_hold": OWN_HOLD,
        "extend_hold": OWN_HOLD,
        "swap_hold": OWN_HOLD,
        "begin_checkout": OWN_HOLD,
        "list_orders": Right("caller", "sales"),
        "read_order": OWN_ORDER,
        "cancel_order": Right("caller", "sales", "order", house_scope="orders:write"),
        "refund_order": Right("organiser", "orders:write", "order"),
        "take_webhook": Right("anyone"),
        "approve_payment": Right("anyone"),
        "read_tickets": OWN_ORDER,
        "print_tickets": OWN_ORDER,
        "read_ticket": OWN_TICKET,
        "draw_code": OWN_TICKET,
        "print_ticket": OWN_TICKET,
        "picture_ticket": OWN_TICKET,
        "transfer_ticket": Right("caller", "sales", "ticket", house_scope="orders:write"),
        "read_checkins": Right("staff", "checkins", "ticket"),
        "check_in": Right("staff", "checkins", "event"),
        "read_ticket_keys": PUBLIC,
        "import_a_plan": Right("organiser", "catalogue:write", "organiser"),
        "preview_a_plan": Right("organiser", "catalogue:write", "organiser"),
        "read_plan": Right("anyone", "catalogue:read", "plan"),
        "read_event_plan": Right("anyone", "catalogue:read", "event"),
        "create_event": Right("organiser", "catalogue:write", "plan"),
        "create_venue": Right("organiser", "catalogue:write", "organiser"),
        "list_venues": PUBLIC,
        "read_venue": PUBLIC,
        "list_events": PUBLIC,
        "map_events": PUBLIC,
        "list_events_as_calendar": PUBLIC,
        "read_event": ANNOUNCED,
        "read_event_as_calendar": ANNOUNCED,
        "read_event_as_linked_data": ANNOUNCED,
        "change_event": SALE,
        "publish_event": SALE,
        "open_event": SALE,
        "pause_event": SALE,
        "resume_event": SALE,
        "close_event": SALE,
        "read_seats": ANNOUNCED,
        "read_changes": Right("anyone", "catalogue:read", "event"),
        "block_seats": SALE,
        "unblock_seats": SALE,
        "set_for_sale": SALE,
        "set_channel": SALE,
        "set_price": SALE,
        "join_queue": PLACE,
        "read_place": PLACE,
        "leave_queue": PLACE,
        "read_challenge": PLACE,
        "read_draw": Right("anyone", "catalogue:read", "event"),
        "read_room": Right("staff", "catalogue:write", "event"),
        "gather_queue": SALE,
        "open_queue": SALE,
        "pause_queue": SALE,
        "resume_queue": SALE,
        "end_queue": SALE,
        "change_queue_settings": SALE,
        "admit_next": SALE,
        "revoke_pass": SALE,
        "join_waitlist": PLACE,
        "read_entry": PLACE,
        "leave_waitlist": PLACE,
        "accept_offer": PLACE,
        "decline_offer": PLACE,
        "list_waitlist": Right("staff", "orders:read", "event"),
        "move_entry": SALE,
        "remove_entry": SALE,
        "read_stats": Right("organiser", "orders:read", "event"),
        "read_report": Right("organiser", "orders:read", "event"),
        "read_board": Right("organiser", "orders:read", "event"),
        "list_event_orders": Right("organiser", "orders:read", "event"),
        "read_daily": Right("organiser", "orders:read", "event"),
        "read_minutes": Right("organiser", "orders:read", "event"),
        "read_funnel": Right("organiser", "orders:read", "event"),
        "read_top": Right("organiser", "orders:read", "organiser"),
        "read_system": Right("admin"),
        "read_biography": Right("staff", "orders:read", "event"),
        "create_endpoint": Right("organiser", "webhooks", "organiser"),
        "list_endpoints": Right("organiser", "webhooks", "organiser"),
        "read_endpoint": HOOK,
        "delete_endpoint": HOOK,
        "rotate_endpoint": HOOK,
        "enable_endpoint": HOOK,
        "list_deliveries": HOOK,
        "replay_endpoint": HOOK,
        "read_test_clock": Right("organiser"),
        "advance_test_clock": Right("organiser"),
        "register": Right("anyone"),
        "log_in": Right("anyone"),
        "answer_challenge": Right("anyone"),
        "ask_for_reset": Right("anyone"),
        "refresh_tokens": Right("anyone"),
        "claim_guest": ME,
        "log_out": ME,
        "read_me": ME,
        "erase_me": ME,
        "list_sessions": ME,
        "end_session": ME,
        "change_password": ME,
        "begin_totp": ME,
        "confirm_totp": ME,
        "renew_recovery": ME,
        "change_second_factor": ME,
        "create_organiser": Right("admin"),
        "read_organiser": Right("staff", of="organiser"),
        "list_members": TENANT,
        "put_member": TENANT,
        "drop_member": TENANT,
        "list_keys": TENANT,
        "create_key": TENANT,
        "revoke_key": TENANT,
    }
)
"""Every call over REST, by the name of its handler."""

SOCKET: Final[Mapping[str, Right]] = MappingProxyType(
    {
        "hello": Right("anyone"),
        "subscribe": Right("anyone"),
        "unsubscribe": Right("anyone"),
        "sync": Right("anyone"),
        "ping": Right("anyone"),
        "hold.create": Right("caller", of="event"),
        "hold.release": Right("caller", of="hold"),
        "hold.extend": Right("caller", of="hold"),
        "hold.swap": Right("caller", of="hold"),
        "checkout.begin": Right("caller", of="hold"),
        "order.get": Right("caller", of="order", house="staff"),
        "order.cancel": Right("caller", of="order"),
        "queue.join": Right("caller", of="event"),
        "queue.leave": Right("caller", of="event"),
        "queue.status": Right("caller", of="event"),
        "queue.challenge": Right("caller", of="event"),
        "waitlist.join": Right("caller", of="event"),
        "waitlist.status": Right("caller", of="event"),
        "waitlist.leave": Right("caller", of="entry"),
        "waitlist.accept": Right("caller", of="entry"),
        "waitlist.decline": Right("caller", of="entry"),
    }
)
"""Every message of the websocket, by its `t`. API keys open no websocket."""


BOARD: Final = Right("organiser", of="event")
"""What `subscribe` asks of its caller where they want the board."""


def right_of(name: str) -> Right:
    """The row of a REST call. Raises `LookupError` without one: what nobody was given, nobody has."""
    try:
        return REST[name]
    except KeyError:
        raise LookupError(f"the call {name} has no row in gateway/access/rights.py") from None
