"""The services beside PostgreSQL that tests run against, and which tests did."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from scripts.services import rabbitmq
from scripts.services.common import AMQP_URL, DATABASE_URL, REDIS_URL

USED: Final = "service"
RABBITMQ: Final = "RabbitMQ"
REDIS: Final = "Redis"
SERVER: Final = "PostgreSQL server"
EMBEDDED: Final = "embedded PostgreSQL"
COMPOSE: Final = "Docker Compose"
SMTP: Final = "SMTP server"
VARIABLES: Final = {SERVER: DATABASE_URL, REDIS: REDIS_URL, RABBITMQ: AMQP_URL}


def used(request: pytest.FixtureRequest, service: str) -> None:
    """Have the closing summary count a test among those that ran against a service."""
    request.node.user_properties.append((USED, service))


@contextmanager
def broker() -> Iterator[str]:
    """The URL of the broker that was given, else of a private one; tests are skipped without either."""
    given = os.environ.get(AMQP_URL)
    if given:
        yield given
        return
    if not rabbitmq.installed():
        pytest.skip(f"no RabbitMQ: set {AMQP_URL}, or install Debian's rabbitmq-server")
    with rabbitmq.rabbitmq() as url:
        yield url
