"""The journals, as a REST call may read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.journal import StreamUnknown
from gateway.rest.call import Call, Refused
from gateway.sections.answers import NO_SECTION
from gateway.sections.archive import ArchiveBusy, Journals
from protocol.errors import ErrorCode, problem

BUSY_RETRY_MS: Final = 1_000


@contextmanager
def reading(call: Call) -> Iterator[Journals]:
    """The journals, for one request. Raises `Refused` where there are none, or too many read them."""
    archive = call.parts.archive
    if archive is None:
        raise Refused(problem(ErrorCode.NOT_FOUND, "This server keeps no journals."))
    try:
        with archive.reading() as journals:
            yield journals
    except ArchiveBusy:
        detail = "Too many read the journals at present."
        raise Refused(problem(ErrorCode.SECTION_OVERLOADED, detail, retry_after_ms=BUSY_RETRY_MS)) from None
    except StreamUnknown:
        raise Refused(NO_SECTION) from None
