"""What can go wrong for a caller.

HoldfastError
├── ClientClosed            the client was closed while the call waited
├── ConnectionFailed        no connection could be made, or the server forbids another
├── DeadlineExceeded        the call's own deadline passed; the outcome may be unknown
├── ProtocolViolation       the server sent what cannot be understood
├── QueueFull               too many calls wait for a connection
└── Refused                 the server said no: `code` and `problem` say why
    ├── BadRequest          400, 413, 422
    │   └── LimitExceeded   `limit_exceeded`
    ├── Unauthorized        401
    ├── PaymentDeclined     402
    ├── Forbidden           403
    ├── NotFound            404
    ├── Ended               410: a hold, an offer, a place in the queue
    ├── Conflict            409
    │   └── SeatTaken       `seat_taken`: `objects` and `alternatives`
    ├── SaleClosed          423
    │   └── SoldOut         `sold_out`
    ├── RateLimited         429
    └── Unavailable         5xx, after the client's own retries
"""

from __future__ import annotations

from typing import Final

from protocol.errors import ErrorCode, Problem


class HoldfastError(Exception):
    """Root of everything this package raises."""


class ClientClosed(HoldfastError):
    """The client was closed while the call waited; the outcome may be unknown."""


class ConnectionFailed(HoldfastError):
    """There is no connection and there will be none: the server forbids another attempt."""


class DeadlineExceeded(HoldfastError):
    """The call's deadline passed. Ask again under the same `key` to learn the outcome."""

    def __init__(self, key: str | None) -> None:
        super().__init__("the deadline passed; the outcome is not known")
        self.key = key


class QueueFull(HoldfastError):
    """More calls wait for a connection than `ClientOptions.queue_len_max` allows."""


class ProtocolViolation(HoldfastError):
    """The server sent something that is not of this protocol."""


class Refused(HoldfastError):
    """The server refused: `problem` is its RFC 9457 object, `code` the stable reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.detail or problem.title}")
        self.problem = problem
        self.code = problem.code


class BadRequest(Refused):
    """The request makes no sense, is too large, or breaks a rule of the sale."""


class LimitExceeded(BadRequest):
    """A limit of the sale would be exceeded."""


class Unauthorized(Refused):
    """The token is missing, invalid or has expired."""


class PaymentDeclined(Refused):
    """The provider declined; the hold stands until its own deadline."""


class Forbidden(Refused):
    """The caller may not do this."""


class NotFound(Refused):
    """There is nothing by that name, or it is somebody else's."""


class Ended(Refused):
    """A hold, an offer or a place in the queue has ended."""


class Conflict(Refused):
    """Somebody was faster, or the hold is not in a state that allows this."""


class SeatTaken(Conflict):
    """Seats are taken: `objects` names them, `alternatives` what could be had instead."""

    @property
    def objects(self) -> tuple[str, ...]:
        """Labels of the seats that are taken."""
        return self.problem.objects

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Groups of labels that were free when the refusal was made."""
        return self.problem.alternatives


class SaleClosed(Refused):
    """The sale is not open, or paused."""


class SoldOut(SaleClosed):
    """Not enough places are left."""


class RateLimited(Refused):
    """Too many requests, after the client's own retries."""


class Unavailable(Refused):
    """The server cannot do it now, after the client's own retries."""


_BY_CODE: Final[dict[str, type[Refused]]] = {
    ErrorCode.SEAT_TAKEN: SeatTaken,
    ErrorCode.SOLD_OUT: SoldOut,
    ErrorCode.LIMIT_EXCEEDED: LimitExceeded,
}
_BY_STATUS: Final[dict[int, type[Refused]]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentDeclined,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Ended,
    413: BadRequest,
    422: BadRequest,
    423: SaleClosed,
    429: RateLimited,
}


def error_of(problem: Problem) -> Refused:
    """The typed error of a problem; an unknown code is typed by its status, and `Refused` at last."""
    by_status = _BY_STATUS.get(problem.status, Unavailable if problem.status >= 500 else Refused)
    return _BY_CODE.get(problem.code, by_status)(problem)
