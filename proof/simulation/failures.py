"""What the system itself logs as a failure of its own is a violation."""

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

import structlog

from proof.simulation.ledger import Ledger

EXPECTED: Final = frozenset(("fenced", "snapshot_not_saved"))
"""Log lines of a level that means trouble, which faults outside bring about."""


@contextmanager
def heard_failures(ledger: Ledger) -> Iterator[None]:
    """Listen to the log; nothing of it is printed."""

    def hear(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        name = str(event.get("event"))
        if name not in EXPECTED:
            told = {key: value for key, value in event.items() if key not in ("event", "exc_info")}
            ledger.violation(f"logged {name} {told} {_cause(event)}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[hear],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def _cause(event: MutableMapping[str, Any]) -> str:
    import sys

    error = sys.exc_info()[1] if event.get("exc_info") else None
    return repr(error) if error is not None else ""
