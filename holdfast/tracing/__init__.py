"""Traces by OpenTelemetry, for gateways and actors that were told where to send them.

Nothing of a gateway or an actor knows OpenTelemetry: it is wrapped from outside when it is wired. A span says
which request it was and what came of it, and never who asked, with what token, or for what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.tracing.actors import ActorTraces
    from holdfast.tracing.traces import Traces


def open_traces(environment: Mapping[str, str]) -> Traces | None:
    """Traces as the standard variables want them; None without a collector, and then nothing is loaded."""
    if not _wanted(environment):
        return None
    from holdfast.tracing.traces import sent_traces

    return sent_traces()


def actor_follower(environment: Mapping[str, str]) -> Callable[[], ActorTraces] | None:
    """What opens the same in an actor; None without a collector, and then actors load nothing of it."""
    if not _wanted(environment):
        return None
    return partial(_opened, {name: value for name, value in environment.items() if name.startswith("OTEL_")})


def _opened(environment: Mapping[str, str]) -> ActorTraces:
    from holdfast.tracing.actors import sent_actor_traces

    return sent_actor_traces(environment)


def _wanted(environment: Mapping[str, str]) -> bool:
    disabled = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return not disabled and bool(environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
