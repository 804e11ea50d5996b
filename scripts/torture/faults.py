"""What can be done to a running server: a part of it ends without warning, hangs, or cannot be reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """A blow to one part of the server, or to what it rests on."""

    ACTOR = "actor killed"
    HANG = "actor hangs"
    ACTOR_PAUSE = "actor stands still for a second"
    GATEWAY = "gateway killed"
    GATEWAY_PAUSE = "gateway stands still for a second"
    RAYLET = "raylet killed"
    RAYLET_HANG = "raylet hangs"
    DIRECTORY = "Ray's directory killed"
    KEEPER = "Ray's keeper killed"
    DATABASE = "database killed"
    BACKEND = "database backend killed"
    DATABASE_PAUSE = "database stands still for a second"
    LINK_CUT = "database link cut"
    LINK_SILENT = "database link silent for two seconds"
    LINK_SLOW = "database link slow and sliced"
    REPLY_LOST = "database reply lost"
    CLIENTS_CUT = "buyers' links cut"
    CLIENTS_SILENT = "buyers' links silent for two seconds"
    CLIENTS_SLOW = "buyers' links slow and sliced"
    CALLS_LOST = "actor killed while Ray's calls fail"
    DISK_FULL = "database disk full for two seconds"
    ROOM = "waiting room's actor killed"
    ROOM_HANG = "waiting room's actor hangs"
    PAID_GATEWAY = "gateway killed amid payments"
    PAID_DATABASE = "database killed amid payments"
    CART_ACTOR = "actor killed amid holds over sections"
    WORKERS = "server's workers killed"
    WORKERS_PAUSE = "server's workers stand still for a second"
    BROKER = "RabbitMQ killed for some seconds"
    CACHE = "Redis killed for some seconds"
    POST = "mail server gone for some seconds"
    WORKER = "worker at the broker killed"
    WORKER_PAUSE = "workers at the broker stand still for a second"


OUTAGES: Final = frozenset({Fault.BROKER, Fault.CACHE, Fault.POST})
"""What a sale does not rest on: it goes on as fast as before."""
