"""Which failures of the driver mean that PostgreSQL is away."""

from __future__ import annotations

import asyncpg
import pytest

from persistence.postgres.errors import DRIVER_ERRORS, unavailable

AWAY = [
    ConnectionRefusedError(),
    TimeoutError(),
    FileNotFoundError(),
    asyncpg.AdminShutdownError("57P01"),
    asyncpg.CrashShutdownError("57P02"),
    asyncpg.CannotConnectNowError("57P03"),
    asyncpg.ConnectionDoesNotExistError("08003"),
    asyncpg.TooManyConnectionsError("53300"),
    asyncpg.DiskFullError("53100"),
    asyncpg.LockNotAvailableError("55P03"),
    asyncpg.ReadOnlySQLTransactionError("25006"),
    asyncpg.SerializationError("40001"),
    # The driver, when a server that is killed says its last word in the middle of a conversation.
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
]
OURS = [
    asyncpg.UndefinedTableError("42P01"),
    asyncpg.UniqueViolationError("23505"),
    asyncpg.InvalidPasswordError("28P01"),
    asyncpg.DataError("a wrong argument"),
    RuntimeError(),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_an_absent_server_is_unavailable(error: Exception) -> None:
    """The server is gone, full, recovering or only for reading: ask again later."""
    assert type(error).__name__ in str(unavailable(error, connection_lost=True))


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_what_may_mean_an_absent_server_is_caught(error: Exception) -> None:
    """Nothing that is judged as an outage escapes the judgement."""
    assert isinstance(error, DRIVER_ERRORS)


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_a_mistake_of_ours_is_no_outage(error: Exception) -> None:
    """Asking again would not help."""
    assert unavailable(error, connection_lost=True) is None


@pytest.mark.parametrize("lost", [True, False])
def test_a_complaint_of_the_driver_is_judged_by_its_connection(lost: bool) -> None:
    """On a lost connection it means that the server is away, on a living one that the call was wrong."""
    assert lost == (unavailable(asyncpg.InterfaceError("closed"), connection_lost=lost) is not None)
