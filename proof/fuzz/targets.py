"""The targets by their names. Imported late, so that a guide can instrument what they import."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from proof.fuzz.target import Target

_PLACES: Final = {
    "frames": ("proof.fuzz.frames", "Frames"),
    "plans": ("proof.fuzz.plans", "Plans"),
    "sessions": ("proof.fuzz.sessions", "Sessions"),
}
NAMES: Final = tuple(_PLACES)


def target_of(name: str) -> Target:
    """A new target."""
    module, kind = _PLACES[name]
    target: Target = getattr(import_module(module), kind)()
    return target
