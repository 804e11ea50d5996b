"""Runs a command with the services that the whole test suite needs: PostgreSQL, Redis and RabbitMQ.

    python scripts/with_services.py pytest

Each service is taken from where it is first found: a URL that is set already
(`HOLDFAST_TEST_DATABASE_URL`, `HOLDFAST_TEST_REDIS_URL`, `HOLDFAST_TEST_AMQP_URL`); Docker
Compose, when an engine answers; Debian's packages, installed when they are missing and this
is root. Private instances start side by side, keep their data in a temporary directory and
their ports below 32768, and end with the command, whose exit status is passed on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from types import FrameType

from scripts.services import compose, debian, rabbitmq
from scripts.services.common import AMQP_URL, DATABASE_URL, REDIS_URL, ServiceError

Provider = Callable[[], AbstractContextManager[str]]

# A new service joins here: the variable its tests look for, and its private instance.
DEBIAN: dict[str, Provider] = {
    DATABASE_URL: debian.postgres,
    REDIS_URL: debian.redis,
    AMQP_URL: rabbitmq.rabbitmq,
}


def main(command: list[str]) -> int:
    """Provide what is missing, run the command, and return its exit status."""
    signal.signal(signal.SIGTERM, _interrupt)
    missing = [variable for variable in DEBIAN if not os.environ.get(variable)]
    try:
        with ExitStack() as services:
            environment = dict(os.environ)
            if missing and compose.available():
                environment |= services.enter_context(compose.services(missing))
            elif missing:
                debian.install()
                environment |= _started(missing, services)
            debian.install_browser()
            return _run(command, environment)
    except ServiceError as error:
        print(f"with_services: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("with_services: interrupted", file=sys.stderr)
    return 1


def _started(variables: list[str], services: ExitStack) -> dict[str, str]:
    """Start private instances side by side; those that came up end with `services`."""

    def start(variable: str) -> str:
        return services.enter_context(DEBIAN[variable]())

    with ThreadPoolExecutor(len(variables)) as starting:
        return dict(zip(variables, starting.map(start, variables), strict=True))


def _run(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as process:
        try:
            status = process.wait()
        except BaseException:
            process.terminate()
            raise
    return status if status >= 0 else 128 - status


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
