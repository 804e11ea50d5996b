"""Attributes of our own; those of HTTP are OpenTelemetry's semantic conventions."""

from __future__ import annotations

from typing import Final

CODE: Final = "holdfast.code"
"""An error code of the catalogue, or `OK`."""
KIND: Final = "holdfast.message_type"
OPERATION: Final = "holdfast.operation"
REPLAYED: Final = "holdfast.replayed"
REQUEST_ID: Final = "holdfast.request_id"
SEQ: Final = "holdfast.seq"
STREAM: Final = "holdfast.stream"
COMMAND: Final = "holdfast.command"

OK: Final = "ok"
"""The code of what went well."""
