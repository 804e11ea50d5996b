"""How the answers of sections become what a caller reads."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.wire import Answer, explanation_decoder
from protocol.errors import ErrorCode, Problem, problem

RETRY_AFTER_MS: Final = 250
"""Told with a retryable refusal that does not know better."""
CODES: Final = {code.value: code for code in ErrorCode}
NO_EVENT: Final = problem(ErrorCode.NOT_FOUND, "There is no such event.")
NO_SECTION: Final = problem(ErrorCode.NOT_FOUND, "There is no such section.")
NO_HOLD: Final = problem(ErrorCode.NOT_FOUND, "There is no such hold.")
STORAGE_AWAY: Final = problem(ErrorCode.STORAGE_UNAVAILABLE, retry_after_ms=500)
_encoder: Final = msgspec.msgpack.Encoder()


def packed(body: msgspec.Struct) -> msgspec.Raw:
    """A body of the gateway's own, encoded as those of sections are."""
    return msgspec.Raw(_encoder.encode(body))


def unanswered(answer: Answer) -> bool:
    """Whether a section did not decide."""
    return answer.code is not None and CODES[answer.code].status >= 500


def problem_of(answer: Answer) -> Problem:
    """The problem that an answer with a code tells of."""
    explanation = explanation_decoder.decode(answer.body)
    code = CODES[answer.code or "internal"]
    retry_after_ms = explanation.retry_after_ms
    if retry_after_ms is None and code.status >= 500:
        retry_after_ms = RETRY_AFTER_MS
    return problem(
        code,
        explanation.detail,
        retry_after_ms=retry_after_ms,
        objects=explanation.objects,
        alternatives=explanation.alternatives,
        section=explanation.section,
        pos=explanation.pos,
    )
