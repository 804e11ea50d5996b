"""What actors are made of under given settings; gateways and the keeper of Ray must agree on it."""

from __future__ import annotations

import functools

from actors.limits import ShellLimits
from actors.ray_creation import ActorRecipe
from holdfast.section_store import open_section_store
from holdfast.settings import Settings


def actor_recipe(settings: Settings, dsn: str) -> ActorRecipe:
    """The recipe for actors on the database `dsn`."""
    limits = ShellLimits(
        snapshot_every_records=settings.snapshot_every_records,
        passivate_after_ms=settings.passivate_after_s * 1000,
    )
    open_store = functools.partial(open_section_store, dsn, settings.log_level)
    return ActorRecipe(open_store, limits, settings.socket_dir)
