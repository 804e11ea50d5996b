"""What can be done to a running server: a part of it ends without warning, hangs, or cannot be reached."""

from __future__ import annotations

from enum import StrEnum


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
