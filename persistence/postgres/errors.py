"""Which failures mean that PostgreSQL is away, and not that we asked for something wrong."""

from __future__ import annotations

import asyncpg

from engine.journal import StorageUnavailable

# Classes of SQLSTATE (PostgreSQL manual, appendix A): connection exceptions, transaction
# rollbacks, insufficient resources, operator intervention (shutdown, recovery, cancel), system errors.
_AWAY_CLASSES = frozenset({"08", "40", "53", "57", "58"})
# lock_not_available, read_only_sql_transaction (a standby), idle_in_transaction and transaction timeouts.
_AWAY_STATES = frozenset({"55P03", "25006", "25P03", "25P04"})

#: What a driver call may raise when the server is away; judge it with `unavailable`.
DRIVER_ERRORS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


def unavailable(error: BaseException, *, connection_lost: bool) -> StorageUnavailable | None:
    """The error as `StorageUnavailable`, or None when it is a bug of ours to be raised as it is.

    The driver's own `InterfaceError` stands for both: it means "away" when the connection
    is lost, and a wrong call (then a ValueError too, or on a living connection) otherwise.
    With an `InternalClientError` it has lost its way in the conversation, as after the last
    words of a server that was killed: only another connection helps.
    """
    match error:
        case asyncpg.PostgresError(sqlstate=str() as state):
            away = _means_away(state)
        case asyncpg.InterfaceError():
            away = connection_lost and not isinstance(error, ValueError)
        case _:
            away = isinstance(error, OSError | asyncpg.InternalClientError)
    return StorageUnavailable(f"PostgreSQL is away: {type(error).__name__}: {error}") if away else None


def _means_away(state: str) -> bool:
    return state[:2] in _AWAY_CLASSES or state in _AWAY_STATES
