"""Logs: one JSON line an event on standard error. A line that has no room is lost, and stops nobody."""

from __future__ import annotations

import logging
import sys
from typing import Final

import structlog

from telemetry.meters import METERS

LOST: Final = METERS.counter("holdfast_log_lines_lost_total", "Lines of the log that could not be written.")


def configure_logs(level: str) -> None:
    """Send structured logs of `level` and above to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: _LineLogger(sys.stderr),
        cache_logger_on_first_use=True,
    )
    if not any(isinstance(each, _Foreign) for each in logging.root.handlers):
        logging.root.addHandler(_Foreign(logging.WARNING))


class _Foreign(logging.Handler):
    """What libraries warn of becomes a line like ours: `library` is the logger, `said` its words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        # Asked for each time: a logger that was kept would write as it was told to at its first line.
        log = structlog.get_logger()
        told = {"library": record.name, "said": record.getMessage(), "exc_info": record.exc_info}
        if record.levelno >= logging.ERROR:
            log.error("library_failed", **told)
        else:
            log.warning("library_warned", **told)


class _LineLogger(structlog.WriteLogger):
    """Whoever tells of a full disk, or of a reader that is gone, must not fail of it."""

    def msg(self, message: str) -> None:
        """Write a line; what the operating system does not take is counted."""
        try:
            super().msg(message)
        except OSError:
            LOST.value += 1

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg
