"""What actors are made of under given settings; gateways and the keeper of Ray must agree on it."""

from __future__ import annotations

import functools
import os
from typing import Final

from actors.limits import ShellLimits
from actors.ray_creation import ActorRecipe
from holdfast.section_store import open_section_store
from holdfast.settings import Settings
from holdfast.tracing import actor_follower

TEST_TIMER_MS: Final = 50
"""How soon a section in test mode notices that its clock was put forward."""


def actor_recipe(settings: Settings, dsn: str) -> ActorRecipe:
    """The recipe for actors on the database `dsn`."""
    test_clock = settings.test_clock_file()
    limits = ShellLimits(
        timer_max_ms=60_000 if test_clock is None else TEST_TIMER_MS,
        snapshot_every_records=settings.snapshot_every_records,
        passivate_after_ms=settings.passivate_after_s * 1000,
    )
    open_store = functools.partial(open_section_store, dsn, settings.log_level)
    return ActorRecipe(open_store, limits, settings.socket_dir, test_clock, actor_follower(os.environ))
