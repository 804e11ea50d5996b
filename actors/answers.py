"""Decisions as answers: what the caller sees, already encoded, so that gateways pass it through."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.wire import Answer, Explanation, encoder
from engine.refusals import Refusal


def explained(code: str, detail: str, retry_after_ms: int | None = None) -> Answer:
    """An answer that says no, with a sentence for a person."""
    explanation = Explanation(detail=detail, retry_after_ms=retry_after_ms)
    return Answer(code=code, body=msgspec.Raw(encoder.encode(explanation)))


RECOVERING: Final = explained("section_recovering", "The section is coming back; try again at once.", 50)
OVERLOADED: Final = explained("section_overloaded", "Too many requests wait for this section.", 250)
STORAGE_UNAVAILABLE: Final = explained(
    "storage_unavailable", "Nothing can be stored right now; nothing was changed.", 500
)
OUTCOME_UNKNOWN: Final = explained(
    "outcome_unknown", "Storage went away while this was written; retry with the same key.", 500
)
DEADLINE_EXCEEDED: Final = explained("deadline_exceeded", "The deadline passed; nothing was changed.")
LOST: Final = explained(
    "outcome_unknown", "The section did not answer in time; retry with the same key.", 100
)
NOT_FOUND: Final = explained("not_found", "There is no such section.")
INTERNAL: Final = explained("internal", "Something is broken on our side; nothing was changed.")


def refused(
    refusal: Refusal, seq: int, *, section: str = "", history: str = "", replayed: bool = False
) -> Answer:
    """The answer to a refusal that rests on the state at `seq`, which sections tell with their `history`."""
    explanation = Explanation(
        detail=refusal.detail or refusal.code.phrase,
        objects=refusal.objects,
        alternatives=refusal.alternatives,
        section=section,
        pos=(history, seq) if history else None,
    )
    return Answer(
        code=refusal.code.value,
        body=msgspec.Raw(encoder.encode(explanation)),
        seq=seq,
        replayed=replayed,
    )


def accepted(view: msgspec.Struct, seq: int, *, replayed: bool = False) -> Answer:
    """The answer that carries what the caller now has."""
    return Answer(code=None, body=msgspec.Raw(encoder.encode(view)), seq=seq, replayed=replayed)
