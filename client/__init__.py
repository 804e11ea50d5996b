"""An async Python client: reconnects, resumes, and repeats commands under their keys.

`client.core` is the conversation without I/O, `client.link` one websocket, `client.session`
what outlives its connections, `client.client` the commands, `client.accounts` signing in and
`client.tickets` tickets and the door, over REST. Depends on `protocol`, msgspec and websockets alone, but
`client.scanner`, which proves tickets offline, on cryptography. Not supported: HTTP proxies,
several event loops.
"""

from client.accounts import AccountClient
from client.client import HoldfastClient
from client.errors import HoldfastError, Refused, SeatTaken, SoldOut
from client.fetching import fetch_layout
from client.history import Recorder, Recording
from client.layout import Layout, SectionLayout
from client.options import ClientOptions
from client.seatmap import SeatMap, SectionMap
from client.tickets import TicketDesk
from client.waiting_room import WaitingRoom
from client.waitlist import WaitEnded, Waitlist

__all__ = [
    "AccountClient",
    "ClientOptions",
    "HoldfastClient",
    "HoldfastError",
    "Layout",
    "Recorder",
    "Recording",
    "Refused",
    "SeatMap",
    "SeatTaken",
    "SectionLayout",
    "SectionMap",
    "SoldOut",
    "TicketDesk",
    "WaitEnded",
    "WaitingRoom",
    "Waitlist",
    "fetch_layout",
]
