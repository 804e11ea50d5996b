"""Traces by OpenTelemetry, for gateways that were told where to send them.

Nothing of a gateway knows OpenTelemetry: it is wrapped from outside when it is wired. A span says
which request it was and what came of it, and never who asked, with what token, or for what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.tracing.traces import Traces


def open_traces(environment: Mapping[str, str]) -> Traces | None:
    """Traces as the standard variables want them; None without a collector, and then nothing is loaded."""
    disabled = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if disabled or not environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return None
    from holdfast.tracing.traces import sent_traces

    return sent_traces()
